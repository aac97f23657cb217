/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The one table of what a profile may say. Whoever is allowed to lend hardware chooses among profiles, and
 * what they say is done by root; so every value has one narrow form, and nothing else is taken.
 */
#include "switcher/profile-internal.h"

#include <ctype.h>
#include <errno.h>
#include <string.h>

#include "core/argv.h"
#include "core/parse.h"
#include "switcher/cpu-list.h"
#include "switcher/profile-values.h"
#include "switcher/steps.h"
#include "switcher/volume.h"

static int set_text(const char *text, void *field) {
        return value_is_text(text) ? ini_set_string(text, field) : -EINVAL;
}

static int set_snapshot(const char *text, void *field) {
        struct profile *profile = field;
        bool automatic = strcmp(text, "auto") == 0;
        int r;

        r = value_set_list(automatic || strcmp(text, "none") == 0 ? "" : text, &profile->snapshots,
                           volume_source_is_valid);
        if (r >= 0)
                profile->snapshot_auto = automatic;
        return r;
}

static int set_snapshot_keep(const char *text, void *field) {
        return parse_unsigned(text, 1, 100, field);
}

static int set_snapshot_size(const char *text, void *field) {
        return value_set_size(text, field);
}

static int set_functions(const char *text, void *field) {
        return strcmp(text, "auto") == 0 ? value_set_list("", field, pci_address_is_valid)
                                         : value_set_list(text, field, pci_address_is_valid);
}

static int set_units(const char *text, void *field) {
        return value_set_list(text, field, value_is_unit);
}

static int set_programs(const char *text, void *field) {
        return value_set_list(text, field, value_is_program);
}

static int set_snippets(const char *text, void *field) {
        return value_set_list(text, field, value_is_snippet);
}

static int set_display_manager(const char *text, void *field) {
        static const char *const names[] = {
                [PROFILE_DESKTOP_AUTO] = "auto",
                [PROFILE_DESKTOP_RESTART] = "restart",
                [PROFILE_DESKTOP_KEEP] = "keep",
        };

        for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
                if (strcmp(text, names[i]) == 0) {
                        *(enum profile_desktop *)field = (enum profile_desktop)i;
                        return 0;
                }
        return -EINVAL;
}

static int set_return(const char *text, void *field) {
        bool restart = strcmp(text, "restart") == 0;

        if (!restart && strcmp(text, "keep") != 0)
                return -EINVAL;
        *(bool *)field = restart;
        return 0;
}

static int set_monitors(const char *text, void *field) {
        struct profile *profile = field;

        return value_set_monitors(text, &profile->monitors, &profile->n_monitors);
}

static int set_pools(const char *text, void *field) {
        struct profile *profile = field;

        return value_set_pools(text, &profile->pools, &profile->n_pools);
}

/* systemd takes no '^'. */
static int set_cpus(const char *text, void *field) {
        cpu_set_t set;
        int r;

        CPU_ZERO(&set);
        r = strspn(text, "0123456789,-") == strlen(text) ? cpu_list_add(&set, text) : -EINVAL;
        return r < 0 ? r : ini_set_string(text, field);
}

static int set_governor(const char *text, void *field) {
        size_t length = strlen(text);

        if (length == 0 || length > 15 || strspn(text, "abcdefghijklmnopqrstuvwxyz_") != length)
                return -EINVAL;
        return ini_set_string(text, field);
}

static int set_hook(const char *text, void *field) {
        _cleanup_(argv_freep) char **argv = NULL;
        char ***to = field;
        size_t error;
        int r;

        r = argv_split(&argv, text, NULL, &error);
        if (r < 0)
                return r;
        argv_free(*to);
        *to = steal_ptr(argv);
        return 0;
}

/* What the step would refuse had better be a mistake now. */
static int set_hook_timeout(const char *text, void *field) {
        uint64_t usec;
        int r;

        r = parse_span(text, &usec);
        if (r < 0)
                return r;
        if (usec < 1 || usec > HOOK_MAX_USEC)
                return -ERANGE;
        *(uint64_t *)field = usec;
        return 0;
}

#define FIELD(name) offsetof(struct profile, name)
#define COMMAND     "a command line, without a shell, whose program is an absolute path that is root's alone"
#define HOOK(field) set_hook, FIELD(field), NULL, COMMAND

static const struct ini_option options[] = {
        { "guest", "domain", set_text, FIELD(domain), NULL, "the name of a libvirt domain",
          "The guest that the hardware is for. Unset: the one that is called as the profile is." },
        { "guest", "uri", set_text, FIELD(uri), "qemu:///system", "a libvirt connection URI",
          "Where libvirt is." },
        { "guest", "grace", ini_set_span, FIELD(grace), "60s", "a time such as 60s or 5min",
          "How long the hardware stays lent while the guest does not run, before it is given back unasked." },
        { "guest", "shutdown-timeout", ini_set_span, FIELD(shutdown_timeout), "90s",
          "a time such as 90s or 2min",
          "How long the guest may take to shut itself down when the hardware is to be given back." },
        { "guest", "snapshot", set_snapshot, 0, "none",
          "'none', 'auto', or LVM volumes and qcow2 files such as 'vg0/win10 /srv/win10.qcow2', with blanks",
          "Of which disks a snapshot is taken each time before the hardware is lent. With 'auto' it is every "
          "disk of the domain's definition that the guest may write and that is a volume of LVM's or a qcow2 "
          "file. If it cannot be taken, nothing is lent; if nothing can be lent, it is removed again." },
        { "guest", "snapshot-keep", set_snapshot_keep, FIELD(snapshot_keep), "3", "a number from 1 to 100",
          "How many of these are kept of each disk; older ones are removed when all is lent. Those that "
          "'pillion-switch snapshot take' was given a name for are never removed." },
        { "guest", "snapshot-size", set_snapshot_size, FIELD(snapshot_size), "10G",
          "a size with a unit such as 10G or 512M",
          "How much may be written to a volume of LVM's before its snapshot is lost. Thin volumes, and "
          "qcow2 files, have no such limit." },

        { "devices", "functions", set_functions, FIELD(functions), "auto",
          "'auto', or PCI addresses such as '0000:01:00.0 0000:01:00.1'",
          "What is lent. With 'auto' it is the PCI devices of the domain's definition." },

        { "host", "display-manager", set_display_manager, FIELD(display_manager), "auto",
          "auto, restart or keep",
          "Whether the display manager, and the desktop with it, is stopped before the hardware is lent and "
          "started after: if something of it has a device open (auto), always (restart), or never (keep); "
          "then such a program has to be closed before." },
        { "host", "return-display-manager", set_return, FIELD(return_desktop), "restart", "restart or keep",
          "Whether the display manager is restarted, too, when the hardware comes back, if it was when that "
          "was lent." },
        { "host", "end-sessions", ini_set_boolean, FIELD(end_sessions), "no", "yes or no",
          "Whether graphical sessions that outlive the display manager may be ended." },
        { "host", "headless", ini_set_boolean, FIELD(headless), "no", "yes or no",
          "Whether the host is without a screen while the hardware is lent: the display manager is stopped, "
          "and started only when all is back. With it the only GPU that the host has can be lent, which is "
          "refused otherwise." },
        { "host", "stop-units", set_units, FIELD(stop_units),
          "nvidia-persistenced.service nvidia-powerd.service",
          "units such as ollama.service, with blanks in between",
          "Which units may be stopped if they have a device open; they are started again when it is back." },
        { "host", "end-programs", set_programs, FIELD(end_programs), NULL,
          "names of programs as 'ps -o comm' shows them, with blanks in between",
          "Which programs may be ended, first by SIGTERM, if they have a device open." },
        { "host", "xorg-snippets", set_snippets, FIELD(xorg_snippets), NULL,
          "file names such as 10-nvidia.conf, with blanks in between",
          "Which links in /etc/X11/xorg.conf.d are taken away while the hardware is lent. Each leads to a "
          "file in /etc/X11/xorg.conf.avail." },
        { "host", "monitor-input", set_monitors, 0, NULL,
          "BUS:LENT or BUS:LENT:NATIVE, such as 3:0x11:0x0f, with blanks in between",
          "Which monitors change their input. BUS is the I2C bus, or serial number, that 'ddcutil detect' "
          "shows; LENT the value of feature 0x60 while the hardware is lent, NATIVE that of afterwards, "
          "which otherwise is what it was." },
        { "host", "hugepages", set_pools, 0, NULL, "sizes and counts such as '2M:8192' or '1G:16'",
          "How many free huge pages of each size there have to be. Those that are missing are made, "
          "and given back." },
        { "host", "host-cpus", set_cpus, FIELD(host_cpus), NULL, "processors such as 0-3,8",
          "The processors that the host's own programs keep to while the hardware is lent." },
        { "host", "governor", set_governor, FIELD(governor), NULL, "a governor such as performance",
          "The frequency governor of all processors while the hardware is lent." },

        { "hooks", "before-lend", HOOK(before_lend), "What is run before anything else is done.",
          PROFILE_HOOK, true },
        { "hooks", "after-lend", HOOK(after_lend), "What is run when all is lent, before the guest starts.",
          PROFILE_HOOK, true },
        { "hooks", "before-return", HOOK(before_return), "What is run before anything is given back.",
          PROFILE_HOOK, true },
        { "hooks", "after-return", HOOK(after_return), "What is run when all is as it was.", PROFILE_HOOK,
          true },
        { "hooks", "timeout", set_hook_timeout, FIELD(hook_timeout), "30s", "a time up to 10min, such as 30s",
          "How long each of them may take, ten minutes at the most." },
};

const struct ini_table profile_table = { options, sizeof(options) / sizeof(*options), NULL };
