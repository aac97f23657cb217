/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Keyboard and mouse. What the kernel has is in a list that everybody may read; who may open it is decided by
 * the group input, or by pillion-devices. Source: Linux's Documentation/input/input.rst.
 */
#include "core/doctor/input.h"

#include <grp.h>
#include <stdio.h>
#include <string.h>

#include "core/doctor/read.h"

#define DEVICES "/share/dbus-1/system-services/org.pillion.Devices1.service"

/* One device's paragraph: "N: Name=…", "H: Handlers=sysrq kbd event3 leds", "B: EV=120013". */
static void count_device(struct doctor_desk *desk, const char *paragraph) {
        const char *name = strstr(paragraph, "N: Name="), *handlers = strstr(paragraph, "H: Handlers="),
                   *phys = strstr(paragraph, "P: Phys=");
        char words[300] = "";

        if (!handlers || !name || (phys && strncmp(phys, "P: Phys=pillion/", 16) == 0))
                return;
        snprintf(words, sizeof(words), " %.*s ", (int)strcspn(handlers + 12, "\n"), handlers + 12);
        /* LEDs and repetition tell a keyboard from a power button, which is "kbd" as well. */
        if (strstr(words, " kbd ") && strstr(paragraph, "B: EV=12001"))
                desk->keyboards++;
        if (strstr(words, " mouse"))
                desk->mice++;
}

void doctor_count_devices(struct doctor_desk *ret, const char *text) {
        *ret = (struct doctor_desk){ .seen = true };
        for (const char *at = text; *at;) {
                const char *end = strstr(at, "\n\n");
                size_t length = end ? (size_t)(end - at) : strlen(at);
                _cleanup_free_ char *paragraph = strndup(at, length);

                if (paragraph)
                        count_device(ret, paragraph);
                at += length + (end ? 2 : 0);
        }
}

void doctor_look_at_desk(struct doctor_desk *ret, const char *root) {
        _cleanup_free_ char *text = doctor_read(root, "/proc/bus/input/devices");

        *ret = (struct doctor_desk){ 0 };
        if (text || doctor_exists(root, "/proc/bus/input/devices"))
                doctor_count_devices(ret, text ? text : "");
}

void doctor_judge_desk(struct doctor *doctor, const struct doctor_desk *desk) {
        if (!desk->seen)
                doctor_say(doctor, DOCTOR_WARNING,
                           "what devices there are cannot be seen: no /proc/bus/input/devices");
        else if (desk->keyboards == 0 || desk->mice == 0)
                doctor_say(
                        doctor, DOCTOR_WARNING,
                        "%s\n"
                        "What is not there cannot change sides; it is taken in as soon as it is plugged in",
                        desk->keyboards > 0 ? "no mouse is plugged in"
                        : desk->mice > 0    ? "no keyboard is plugged in"
                                            : "neither a keyboard nor a mouse is plugged in");
        else
                doctor_say(doctor, DOCTOR_OK, "keyboards: %u, mice: %u", desk->keyboards, desk->mice);
}

void doctor_look_at_access(struct doctor_access *ret, const char *root) {
        const struct group *group = getgrnam("input");

        *ret = (struct doctor_access){
                .uinput = doctor_exists(root, "/dev/uinput"),
                .service = doctor_exists(root, "/usr" DEVICES) || doctor_exists(root, "/usr/local" DEVICES),
                .member = geteuid() == 0 || (group && group_member(group->gr_gid)),
        };
}

void doctor_judge_access(struct doctor *doctor, const struct doctor_access *access) {
        if (!access->uinput)
                doctor_say(doctor, DOCTOR_PROBLEM,
                           "there is no /dev/uinput\n"
                           "The guest's keyboard and mouse are made with it: sudo modprobe uinput, and "
                           "'uinput' in /etc/modules-load.d/uinput.conf");
        else if (access->member)
                doctor_say(doctor, DOCTOR_OK, "you may open keyboards and mice");
        else if (access->service)
                doctor_say(doctor, DOCTOR_OK, "pillion-devices opens them, where polkit lets you");
        else
                doctor_say(doctor, DOCTOR_PROBLEM,
                           "you may not open keyboards and mice, and pillion-devices is not installed\n"
                           "Install it; or sudo usermod -aG input $USER, then log in again, but then every "
                           "program of yours can read what is typed");
}

static unsigned count_named(const struct domain_info *guest,
                            bool (*has)(const struct domain_info *guest, const char *path)) {
        static const char *const kinds[] = { "kbd", "mouse" };
        unsigned n = 0;
        char path[300];

        for (size_t i = 0; i < sizeof(kinds) / sizeof(*kinds); i++) {
                snprintf(path, sizeof(path), "/dev/input/by-id/pillion-%s-%s", guest->name, kinds[i]);
                n += has(guest, path);
        }
        return n;
}

void doctor_judge_path(struct doctor *doctor, const struct domain_info *guest, enum config_path path) {
        unsigned evdev = count_named(guest, domain_names_evdev), passed = count_named(guest, domain_passes);

        if (evdev > 0 && path == CONFIG_PATH_VIRTIO)
                doctor_say(
                        doctor, DOCTOR_WARNING,
                        "'%s' names pillion's devices as evdev inputs, so they are not plugged in as 'path "
                        "= virtio' says\n"
                        "Take them out (virsh edit %s), or set 'path = auto' under [input]",
                        guest->name, guest->name);
        else if (evdev == 2 || passed == 2)
                doctor_say(doctor, DOCTOR_OK, "'%s' names pillion's keyboard and mouse", guest->name);
        else if (evdev == 1 || path == CONFIG_PATH_EVDEV)
                doctor_say(doctor, DOCTOR_PROBLEM,
                           "'%s' does not name both of pillion's devices\n"
                           "Keyboard and mouse do not reach it: pillion domain prepare %s puts them into its "
                           "definition",
                           guest->name, guest->name);
        else
                doctor_say(doctor, DOCTOR_OK, "keyboard and mouse are plugged into '%s' when it runs",
                           guest->name);
}

static void judge_toggle(struct doctor *doctor, const struct doctor_evdev *evdev) {
        const char *toggle = *evdev->toggle ? evdev->toggle : "ctrl-ctrl";

        if (strcmp(toggle, "meta-meta") == 0)
                doctor_say(doctor, DOCTOR_OK, "'%s'", evdev->path);
        else
                doctor_say(doctor, DOCTOR_WARNING,
                           "'%s' leaves QEMU its own toggle, %s\n"
                           "Pressed in the guest it has QEMU stop listening, beside pillion: "
                           "grabToggle='meta-meta', which pillion's keyboard cannot press",
                           evdev->path, toggle);
}

void doctor_judge_evdev(struct doctor *doctor, const struct doctor_evdev_facts *facts) {
        const struct doctor_evdev *evdev = facts->evdev;
        bool keyboard =
                strcmp(evdev->path + strlen(evdev->path) - (strlen(evdev->path) >= 4 ? 4 : 0), "-kbd") == 0;

        if (facts->ours && !facts->exists)
                doctor_say(doctor, DOCTOR_WARNING,
                           "'%s' is not there\n"
                           "pilliond makes it; without it the guest does not start: systemctl --user start "
                           "pilliond",
                           evdev->path);
        else if (!facts->exists)
                doctor_say(doctor, DOCTOR_PROBLEM,
                           "'%s' is not there\n"
                           "The guest does not start without: plug it in, or virsh edit: ls "
                           "/dev/input/by-id",
                           evdev->path);
        else if (facts->ours && keyboard)
                judge_toggle(doctor, evdev);
        else if (facts->ours)
                doctor_say(doctor, DOCTOR_OK, "'%s'", evdev->path);
        else if (strncmp(evdev->path, "/dev/input/event", 16) == 0)
                doctor_say(doctor, DOCTOR_WARNING,
                           "'%s' is another device after the next boot or plug\n"
                           "Name it by /dev/input/by-id, or give the guest pillion's devices instead",
                           evdev->path);
        else
                doctor_say(doctor, DOCTOR_WARNING,
                           "'%s' is a device itself, which QEMU keeps from the host and from pillion\n"
                           "Once unplugged it is lost to the guest until that is started anew. pillion's "
                           "devices outlive that: take this one out",
                           evdev->path);
}

static void check_desk(struct doctor *doctor, struct doctor_facts *facts) {
        struct doctor_desk desk;

        doctor_look_at_desk(&desk, facts->root);
        doctor_judge_desk(doctor, &desk);
}

static void check_access(struct doctor *doctor, struct doctor_facts *facts) {
        struct doctor_access access;

        doctor_look_at_access(&access, facts->root);
        doctor_judge_access(doctor, &access);
}

static void check_path(struct doctor *doctor, struct doctor_facts *facts) {
        if (facts->guest)
                doctor_judge_path(doctor, facts->guest->info,
                                  facts->config ? facts->config->input_path : CONFIG_PATH_AUTO);
}

static void check_evdevs(struct doctor *doctor, struct doctor_facts *facts) {
        const struct doctor_definition *definition = facts->guest ? facts->guest->definition : NULL;

        for (size_t i = 0; definition && i < definition->n_evdevs; i++) {
                const struct doctor_evdev_facts evdev = {
                        .evdev = &definition->evdevs[i],
                        .exists = doctor_exists(facts->root, definition->evdevs[i].path),
                        .ours = strncmp(definition->evdevs[i].path, "/dev/input/by-id/pillion-", 25) == 0,
                };

                doctor_judge_evdev(doctor, &evdev);
        }
}

const struct doctor_check doctor_input_checks[] = {
        { "devices", check_desk,
          "Whether there are keyboards and mice to hand over. Without a keyboard nothing is handed "
          "over, as nothing could bring it back." },
        { "access", check_access,
          "Whether they and /dev/uinput may be opened: by pillion-devices(8), for whoever is at the "
          "screen. Not over ssh, and not by being in the group input." },
        { "into the guest", check_path,
          "How keyboard and mouse reach the guest: as virtio devices, which need two free "
          "pcie-root-ports and a driver in the guest, or as the evdev inputs of its definition." },
        { "evdev", check_evdevs,
          "Evdev inputs of the definition that name a real keyboard, which QEMU would fight pilliond "
          "for, or leave QEMU's own toggle on." },
        { NULL },
};
