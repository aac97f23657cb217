/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/options.h"

#include <arpa/inet.h>
#include <errno.h>
#include <net/if.h>
#include <string.h>

#include "core/log.h"
#include "core/parse.h"

static int set_device(const char *text, void *field) {
        return strcmp(text, "auto") == 0 || *text == '/' ? ini_set_string(text, field) : -EINVAL;
}

static int set_shmem(const char *text, void *field) {
        return strcmp(text, "off") == 0 ? ini_set_string(text, field) : set_device(text, field);
}

static int set_log_level(const char *text, void *field) {
        int level = log_level_from_string(text);

        if (level < 0)
                return level;
        *(int *)field = level;
        return 0;
}

/* A UDP port; 0 stands for shared memory. */
static int set_source(const char *text, void *field) {
        if (strcmp(text, "ivshmem") == 0) {
                *(uint64_t *)field = 0;
                return 0;
        }
        return strncmp(text, "udp:", 4) == 0 ? parse_unsigned(text + 4, 1, 65535, field) : -EINVAL;
}

/* Microseconds; 0 stands for "auto". */
static int set_latency(const char *text, void *field) {
        uint64_t usec;
        int r;

        if (strcmp(text, "auto") == 0) {
                *(uint64_t *)field = 0;
                return 0;
        }
        r = parse_span(text, &usec);
        if (r < 0)
                return r;
        if (usec < 1000 || usec > 1000000)
                return -ERANGE;
        *(uint64_t *)field = usec;
        return 0;
}

static int set_volume(const char *text, void *field) {
        uint64_t percent;
        int r;

        r = parse_unsigned(text, 0, 150, &percent);
        if (r < 0)
                return r;
        *(int *)field = (int)percent;
        return 0;
}

static int set_group(const char *text, void *field) {
        struct in_addr address;

        if (strcmp(text, "none") != 0 &&
            (inet_pton(AF_INET, text, &address) != 1 || !IN_MULTICAST(ntohl(address.s_addr))))
                return -EINVAL;
        return ini_set_string(text, field);
}

static int set_address(const char *text, void *field) {
        struct in_addr address;

        return inet_pton(AF_INET, text, &address) == 1 ? ini_set_string(text, field) : -EINVAL;
}

static int set_interface(const char *text, void *field) {
        return *text && strlen(text) < IF_NAMESIZE && !strchr(text, '/') ? ini_set_string(text, field)
                                                                         : -EINVAL;
}

static int set_when(const char *text, void *field) {
        static const struct {
                const char *name;
                unsigned when;
        } sides[] = { { "host", CONFIG_WHEN_HOST },
                      { "guest", CONFIG_WHEN_GUEST },
                      { "any", CONFIG_WHEN_HOST | CONFIG_WHEN_GUEST } };

        for (size_t i = 0; i < sizeof(sides) / sizeof(*sides); i++)
                if (strcmp(text, sides[i].name) == 0) {
                        *(unsigned *)field = sides[i].when;
                        return 0;
                }
        return -EINVAL;
}

static int set_path(const char *text, void *field) {
        static const char *const names[] = {
                [CONFIG_PATH_AUTO] = "auto",
                [CONFIG_PATH_EVDEV] = "evdev",
                [CONFIG_PATH_VIRTIO] = "virtio",
        };

        for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
                if (strcmp(text, names[i]) == 0) {
                        *(enum config_path *)field = (enum config_path)i;
                        return 0;
                }
        return -EINVAL;
}

/* Microseconds; 0 stands for "immediate". */
static int set_switch(const char *text, void *field) {
        uint64_t usec;
        int r;

        if (strcmp(text, "immediate") == 0) {
                *(uint64_t *)field = 0;
                return 0;
        }
        if (strcmp(text, "wait") == 0)
                text = "wait:1500ms";
        if (strncmp(text, "wait:", 5) != 0)
                return -EINVAL;
        r = parse_span(text + 5, &usec);
        if (r < 0)
                return r;
        if (usec == 0)
                return -ERANGE;
        *(uint64_t *)field = usec;
        return 0;
}

static int set_show(const char *text, void *field) {
        bool automatic = strcmp(text, "auto") == 0;

        if (!automatic && strcmp(text, "no") != 0)
                return -EINVAL;
        *(bool *)field = automatic;
        return 0;
}

#define FIELD(name)  offsetof(struct config, name)
#define HOTKEY(name) offsetof(struct config_hotkey, name)

#define DEVICES                                                                                              \
        "all-keyboards, all-mice, 046d:c52b (vendor and product), name:GLOB, phys:GLOB and paths under "     \
        "/dev/input, with blanks in between; '!' before one leaves out what it matches"

static const struct ini_option options[] = {
        { "guest", "domain", ini_set_name, FIELD(guest_domain), NULL, "the name of a libvirt domain",
          "The guest to serve. Unset: whichever running guest names pillion's devices in its definition." },
        { "guest", "uri", ini_set_name, FIELD(guest_uri), "qemu:///system", "a libvirt connection URI",
          "Where libvirt is." },
        { "guest", "shutdown-timeout", ini_set_span, FIELD(guest_shutdown_timeout), "90s",
          "a time such as 90s or 2min", "How long 'pillion stop' waits for the guest to shut itself down." },
        { "guest", "keep-hardware", ini_set_boolean, FIELD(guest_keep_hardware), "no", "yes or no",
          "Whether what was lent to the guest stays lent when the guest ends by itself, until 'pillion stop' "
          "or the grace time of its profile." },

        { "input", "devices", ini_set_string, FIELD(input_devices), "all-keyboards all-mice", DEVICES,
          "Which devices change sides when the toggle is pressed: see DEVICES in pillion.conf(5).",
          .kind = CONFIG_DEVICES },
        { "input", "host-devices", ini_set_string, FIELD(input_host_devices), NULL, DEVICES,
          "Which are always the host's, but may play hotkeys: pedals, macro pads.", .kind = CONFIG_DEVICES },
        { "input", "guest-devices", ini_set_string, FIELD(input_guest_devices), NULL, DEVICES,
          "Which are the guest's for as long as it runs.", .kind = CONFIG_DEVICES },
        { "input", "toggle", ini_set_name, FIELD(input_toggle), "leftctrl+rightctrl",
          "key names joined by '+', such as leftctrl+rightctrl",
          "The keys that, held together, hand keyboard and mouse to the other side.", .kind = CONFIG_CHORD },
        { "input", "path", set_path, FIELD(input_path), "auto", "auto, evdev or virtio",
          "How the guest gets keyboard and mouse: as the evdev inputs of its definition, as virtio devices "
          "that are plugged in while it runs, or as evdev if the definition names them and else as virtio: "
          "see PATHS in pillion.conf(5)." },
        { "input", "switch", set_switch, FIELD(input_wait), "immediate",
          "'immediate', 'wait' or 'wait:' and a time",
          "Whether the toggle switches at once, releasing what is held, or waits until all keys and buttons "
          "are up; after the time (1500ms) it switches all the same. Asked again while it waits, it is "
          "called off." },

        { HOTKEY_SECTION, "keys", ini_set_name, HOTKEY(keys), NULL,
          "keys such as 'mouse:extra | f13' or 'leftctrl+f12 hold=500ms'",
          "What is pressed: keys joined by '+', alternatives by '|'; 'hold=' or 'double=' and a time after a "
          "chord: held for that long, or pressed twice within it. 'pillion keys' shows the names. The last "
          "key of a chord is kept from the guest; those before it are not.",
          .kind = CONFIG_HOTKEY },
        { HOTKEY_SECTION, "when", set_when, HOTKEY(when), "any", "host, guest or any",
          "Where the input has to be." },
        { HOTKEY_SECTION, "pass", ini_set_boolean, HOTKEY(pass), "no", "yes or no",
          "Whether the guest sees the last key, too. The host sees its keys always: they are not grabbed." },
        { HOTKEY_SECTION, "press", ini_set_name, HOTKEY(press), NULL,
          "actions joined by commas, such as 'mic:push-to-talk, host-key:f13'",
          "What happens when it goes down. Push-to-talk, push-to-mute and host-key last until it goes up.",
          .kind = CONFIG_ACTIONS },
        { HOTKEY_SECTION, "release", ini_set_name, HOTKEY(release), NULL, "actions joined by commas",
          "What happens when it goes up.", .kind = CONFIG_ACTIONS },
        { HOTKEY_SECTION, "exec", ini_set_name, HOTKEY(exec), NULL, "a command line, without a shell",
          "A program to run when it goes down. Of one hotkey, never two run at a time.",
          .kind = CONFIG_COMMAND, .command = true },
        { HOTKEY_SECTION, "exec-release", ini_set_name, HOTKEY(exec_release), NULL,
          "a command line, without a shell", "A program to run when it goes up, after the other has ended.",
          .kind = CONFIG_COMMAND, .command = true },
        { HOTKEY_SECTION, "release-delay", ini_set_span, HOTKEY(release_delay), "0", "a time such as 200ms",
          "How much longer it stays down after its keys have gone up, so that the last word is heard." },
        { HOTKEY_SECTION, "longest", ini_set_span, HOTKEY(longest), "0", "a time such as 2min; 0 for ever",
          "After how long it goes up although its keys are down." },

        { "audio", "source", set_source, FIELD(audio_udp_port), "ivshmem", "'ivshmem', or 'udp:' and a port",
          "How the guest's Scream driver sends: through shared memory, or over the network to this UDP port "
          "(the driver's own is 4010)." },
        { "audio", "shmem", set_shmem, FIELD(audio_shmem), "auto", "'auto', 'off' or the path of a file",
          "The shared memory that the guest's Scream driver writes to: taken from the domain's definition "
          "('auto'), none ('off'), or this file." },
        { "audio", "udp-group", set_group, FIELD(audio_udp_group), "239.255.77.77",
          "'none' or an IPv4 multicast address",
          "The multicast group that the driver sends to; 'none' for unicast alone." },
        { "audio", "udp-interface", set_interface, FIELD(audio_udp_interface), NULL,
          "the name of a network interface",
          "Where datagrams may come from, such as virbr0. Unset: from anywhere." },
        { "audio", "udp-sender", set_address, FIELD(audio_udp_sender), NULL, "an IPv4 address",
          "Who may send. Unset: whoever sends first, for as long as it goes on." },
        { "audio", "target", ini_set_name, FIELD(audio_target), NULL, "the node.name of a PipeWire sink",
          "Where the guest's sound goes. Unset: the default sink." },
        { "audio", "latency", set_latency, FIELD(audio_latency), "auto",
          "'auto' or a time from 1ms to 1s, such as 40ms",
          "How long sound waits between guest and PipeWire: as little as is safe ('auto'), or at least "
          "this." },
        { "audio", "volume", set_volume, FIELD(audio_volume), NULL, "a number from 0 to 150, in percent",
          "The volume that the stream starts with. Unset: what it was when it was last set in a mixer." },
        { "audio", "role", ini_set_name, FIELD(audio_role), "Game", "'none' or a PipeWire media.role",
          "What the sound is. WirePlumber remembers one volume per role; with 'none', one per guest." },
        { "audio", "idle-after", ini_set_span, FIELD(audio_idle_after), "5s",
          "a time such as 5s; 0 for never",
          "How long the guest may send silence before the stream pauses and the sound card may sleep." },
        { "audio", "rate-matching", ini_set_boolean, FIELD(audio_rate_matching), "yes", "yes or no",
          "Whether the playback rate follows the guest's clock. Without, samples pass unchanged, and now and "
          "then some are dropped or missing." },

        { "notify", "input", ini_set_boolean, FIELD(notify_input), "no", "yes or no",
          "Whether a notification is shown whenever keyboard and mouse change sides. When they come back to "
          "the host without having been asked to, one is shown in any case, with the reason." },
        { "notify", "failures", ini_set_boolean, FIELD(notify_failures), "yes", "yes or no",
          "Whether one is shown when something goes wrong with the guest." },

        { "tray", "show", set_show, FIELD(tray_show), "auto", "auto or no",
          "Whether the desktop's tray shows an icon of pillion, with a menu: if the desktop has such a tray "
          "(StatusNotifierItem), or never." },

        { "log", "level", set_log_level, FIELD(log_level), "info", "error, warning, notice, info or debug",
          "The least important messages that are still written." },
};

const struct ini_table options_table = { options, sizeof(options) / sizeof(*options), HOTKEY_PREFIX };
