/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What else has a hand in it: programs that switch GPUs, libvirt's hooks, the user that QEMU runs as, and
 * sleep. Source: libvirt's hooks and qemu.conf; systemd's org.freedesktop.login1(5).
 */
#include "core/doctor/system.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "core/doctor/read.h"

#define HOOKS "/etc/libvirt/hooks"
#define QEMU  "/etc/libvirt/qemu.conf"

static bool is_enabled(const char *root, const char *unit) {
        _cleanup_(doctor_list_freep) char **folders = doctor_list(root, "/etc/systemd/system", ".wants");
        char path[400];

        for (char **folder = folders; folder && *folder; folder++) {
                snprintf(path, sizeof(path), "/etc/systemd/system/%.200s/%s.service", *folder, unit);
                if (doctor_exists(root, path))
                        return true;
        }
        return false;
}

void doctor_look_at_rivals(struct doctor_rivals *ret, const char *root) {
        static const char *const units[] = { "supergfxd", "optimus-manager", "bumblebeed", "nvidia-prime" };

        *ret = (struct doctor_rivals){ .envycontrol = doctor_exists(root, "/var/cache/envycontrol") };
        for (size_t i = 0; i < sizeof(units) / sizeof(*units); i++)
                if (is_enabled(root, units[i]) || doctor_find_process(root, units[i]) > 0)
                        doctor_append(ret->names, sizeof(ret->names), "%s", units[i]);
}

void doctor_judge_rivals(struct doctor *doctor, const struct doctor_rivals *rivals) {
        if (*rivals->names)
                doctor_say(doctor, DOCTOR_WARNING,
                           "%s: enabled or running\n"
                           "It binds GPUs and writes Xorg's configuration as it sees fit, also while one "
                           "is lent: sudo systemctl disable --now it, or leave the switching to it",
                           rivals->names);
        if (rivals->envycontrol)
                doctor_say(doctor, DOCTOR_WARNING,
                           "envycontrol has been used here\n"
                           "It writes and removes /etc/X11/xorg.conf.d/10-nvidia.conf and options of the "
                           "driver: sudo envycontrol --reset");
        if (!*rivals->names && !rivals->envycontrol)
                doctor_say(doctor, DOCTOR_OK, "nothing else that switches GPUs");
}

static void add_hook(struct doctor_hooks *hooks, const char *root, const char *path) {
        static const char *const words[] = { "nodedev-", "unbind", "driver_override", "modprobe",
                                             "rmmod",    "virsh",  "display-manager", "systemctl" };
        _cleanup_free_ char *text = doctor_read(root, path);
        struct doctor_hook *hook = &hooks->items[hooks->n];
        char name[600];

        snprintf(name, sizeof(name), "%s%s", root, path);
        if (hooks->n == DOCTOR_HOOKS || access(name, F_OK) < 0)
                return;
        *hook = (struct doctor_hook){ 0 };
        snprintf(hook->path, sizeof(hook->path), "%s", path);
        hook->ours = text && strstr(text, "unit=pillion-guest@");
        for (size_t i = 0; text && i < sizeof(words) / sizeof(*words) && !*hook->word; i++)
                if (strstr(text, words[i]))
                        snprintf(hook->word, sizeof(hook->word), "%s", words[i]);
        hooks->n++;
}

void doctor_look_at_hooks(struct doctor_hooks *ret, const char *root) {
        _cleanup_(doctor_list_freep) char **names = doctor_list(root, HOOKS "/qemu.d", "");
        char path[300];

        *ret = (struct doctor_hooks){ 0 };
        add_hook(ret, root, HOOKS "/qemu");
        for (char **name = names; name && *name; name++) {
                snprintf(path, sizeof(path), HOOKS "/qemu.d/%.200s", *name);
                add_hook(ret, root, path);
        }
}

void doctor_judge_hooks(struct doctor *doctor, const struct doctor_hooks *hooks) {
        for (size_t i = 0; i < hooks->n; i++) {
                const struct doctor_hook *hook = &hooks->items[i];

                if (hook->ours)
                        doctor_say(doctor, DOCTOR_OK,
                                   "%s is pillion's: whoever starts a guest has its hardware lent first",
                                   hook->path);
                else if (*hook->word)
                        doctor_say(doctor, DOCTOR_WARNING,
                                   "%s runs when a guest starts or stops, and has '%s' in it\n"
                                   "If it switches hardware, it and pillion undo each other's work; and a "
                                   "hook that calls libvirt hangs it. What it does belongs in the profile",
                                   hook->path, hook->word);
                else
                        doctor_say(doctor, DOCTOR_OK, "%s runs when a guest starts or stops", hook->path);
        }
        if (hooks->n == 0)
                doctor_say(doctor, DOCTOR_OK, "libvirt has none");
}

void doctor_look_at_qemu(struct doctor_qemu *ret, const char *root) {
        _cleanup_free_ char *text = NULL;
        char name[600], *rest;

        snprintf(name, sizeof(name), "%s" QEMU, root);
        *ret = (struct doctor_qemu){ .error = access(name, R_OK) < 0 ? -errno : 0 };
        text = doctor_read(root, QEMU);
        rest = text;
        for (char *line = strsep(&rest, "\n"); line; line = strsep(&rest, "\n")) {
                sscanf(line, " user = \"%63[^\"]\"", ret->user);
                sscanf(line, " group = \"%63[^\"]\"", ret->group);
        }
}

void doctor_judge_qemu(struct doctor *doctor, const struct doctor_qemu *qemu) {
        if (qemu->error == -EACCES)
                doctor_say(doctor, DOCTOR_OK, "only root can see " QEMU);
        else if (qemu->error < 0)
                doctor_say(doctor, DOCTOR_OK, "there is no " QEMU);
        else if (strcmp(qemu->user, "root") == 0 || strcmp(qemu->user, "+0") == 0)
                doctor_say(doctor, DOCTOR_WARNING,
                           "QEMU runs as root\n"
                           "Who breaks out of the guest is root of the host. Nothing of pillion's needs "
                           "that: take "
                           "'user =' out of " QEMU ", and restart libvirtd");
        else if (*qemu->user || *qemu->group)
                doctor_say(doctor, DOCTOR_OK,
                           "QEMU runs as %s:%s; what the guest is given has to be its to use",
                           *qemu->user ? qemu->user : "the usual user",
                           *qemu->group ? qemu->group : "the usual group");
        else
                doctor_say(doctor, DOCTOR_OK, "QEMU runs as the usual user");
}

/* A file for each: WHAT=sleep:shutdown, MODE=block. */
bool doctor_sleep_is_blocked(const char *root) {
        _cleanup_(doctor_list_freep) char **names = doctor_list(root, "/run/systemd/inhibit", "");

        for (char **name = names; name && *name; name++) {
                _cleanup_free_ char *text = NULL;
                const char *what;
                char path[300];

                snprintf(path, sizeof(path), "/run/systemd/inhibit/%.200s", *name);
                text = doctor_read(root, path);
                what = text ? strstr(text, "WHAT=") : NULL;
                if (!what || !strstr(text, "MODE=block"))
                        continue;
                if (memmem(what, strcspn(what, "\n"), "sleep", 5))
                        return true;
        }
        return false;
}

void doctor_judge_suspend(struct doctor *doctor, const struct doctor_host *host, bool blocked) {
        if (!host->running || !host_lends_any(host))
                doctor_say(doctor, DOCTOR_OK, "no device is with a guest");
        else if (blocked)
                doctor_say(doctor, DOCTOR_OK, "the machine is kept awake");
        else
                doctor_say(doctor, DOCTOR_WARNING,
                           "nothing keeps the machine from sleep while the guest has devices\n"
                           "A lent GPU seldom wakes again. Started by pillion it would be kept awake; "
                           "until then: systemd-inhibit --what=sleep --mode=block sleep infinity");
}
