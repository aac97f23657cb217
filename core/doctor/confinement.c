/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What keeps QEMU from a file although owner and mode would let it. libvirt (virt-aa-helper) gives each guest
 * an AppArmor profile of its own, with a rule for every <shmem> of its definition; a file that QEMU gets on
 * its command line needs a rule by hand.
 * Source: apparmor.d(5); libvirt, src/security/virt-aa-helper.c.
 */
#include "core/doctor/audio.h"

#include <stdio.h>
#include <string.h>
#include <sys/xattr.h>

#define ABSTRACTION "/etc/apparmor.d/abstractions/libvirt-qemu"
#define LOCAL       "/etc/apparmor.d/local/abstractions/libvirt-qemu"

static bool matches(const char *pattern, const char *path);

/* PATTERN is past a '{': tries each alternative, with what follows the '}'. */
static bool matches_alternatives(const char *pattern, const char *path) {
        const char *end = strchr(pattern, '}');
        char rest[300];

        while (end && pattern <= end) {
                size_t length = strcspn(pattern, ",}");

                snprintf(rest, sizeof(rest), "%.*s%s", (int)length, pattern, end + 1);
                if (matches(rest, path))
                        return true;
                pattern += length + 1;
        }
        return false;
}

/* AppArmor's globs, but for classes and for braces within braces. */
static bool matches(const char *pattern, const char *path) {
        for (; *pattern; pattern++, path++) {
                if (*pattern == '{')
                        return matches_alternatives(pattern + 1, path);
                if (*pattern == '*') {
                        bool across = pattern[1] == '*';

                        for (pattern += across ? 2 : 1; *path && (across || *path != '/'); path++)
                                if (matches(pattern, path))
                                        return true;
                        return matches(pattern, path);
                }
                if (!*path || (*pattern == '?' ? *path == '/' : *pattern != *path))
                        return false;
        }
        return !*path;
}

bool doctor_rule_covers(const char *line, const char *path) {
        char pattern[300], access[32];

        /* "deny" and "owner" stand before the path, so neither reads as one. */
        if (sscanf(line, " \"%299[^\"]\" %31[a-z]", pattern, access) != 2 &&
            sscanf(line, " %299[^\" ] %31[a-z]", pattern, access) != 2)
                return false;
        return pattern[0] == '/' && strchr(access, 'r') && strchr(access, 'w') && matches(pattern, path);
}

static bool file_covers(const char *root, const char *file, const char *path) {
        char name[400], line[1000];
        bool covers = false;
        FILE *in;

        snprintf(name, sizeof(name), "%s%s", root, file);
        in = fopen(name, "re");
        while (in && !covers && fgets(line, sizeof(line), in))
                covers = doctor_rule_covers(line, path);
        if (in)
                fclose(in);
        return covers;
}

static bool starts_with(const char *root, const char *file, char what) {
        char name[400];
        bool does;
        FILE *in;

        snprintf(name, sizeof(name), "%s%s", root, file);
        in = fopen(name, "re");
        does = in && fgetc(in) == what;
        if (in)
                fclose(in);
        return does;
}

void doctor_look_at_confinement(struct doctor_confinement *ret, const char *root, const char *path,
                                const char *uuid) {
        char own[200];

        snprintf(own, sizeof(own), "/etc/apparmor.d/libvirt/libvirt-%s.files", uuid);
        *ret = (struct doctor_confinement){
                .apparmor = starts_with(root, "/sys/module/apparmor/parameters/enabled", 'Y'),
                .selinux = starts_with(root, "/sys/fs/selinux/enforce", '1'),
                .ruled = file_covers(root, ABSTRACTION, path) || file_covers(root, LOCAL, path) ||
                         file_covers(root, own, path),
        };
        if (lgetxattr(path, "security.selinux", ret->label, sizeof(ret->label) - 1) < 0)
                ret->label[0] = '\0';
}

static void judge_apparmor(struct doctor *doctor, const struct doctor_confinement *confinement,
                           const char *path) {
        const char *name = strrchr(path, '/');

        if (confinement->ruled)
                doctor_say(doctor, DOCTOR_OK, "AppArmor has a rule for '%s'", path);
        else if (confinement->defined)
                doctor_say(doctor, DOCTOR_OK,
                           "AppArmor is on; libvirt makes the rule for a <shmem> when it starts the guest");
        else if (name && strncmp(path, "/dev/shm/", 9) == 0)
                doctor_say(doctor, DOCTOR_WARNING,
                           "AppArmor is on, and has no rule for '%s'\n"
                           "Add to " LOCAL ": /{dev,run}/shm%s rw,\n"
                           "Then start the guest anew",
                           path, name);
        else
                doctor_say(doctor, DOCTOR_WARNING,
                           "AppArmor is on, and has no rule for '%s'\n"
                           "Add to " LOCAL ": %s rw,\n"
                           "Then start the guest anew",
                           path, path);
}

/* QEMU's type may use tmpfs files of its own type; a file from tmpfiles.d has another. */
static void judge_selinux(struct doctor *doctor, const struct doctor_confinement *confinement,
                          const char *path) {
        if (!*confinement->label || strstr(confinement->label, ":svirt_"))
                doctor_say(doctor, DOCTOR_OK, "SELinux is enforcing%s%s",
                           *confinement->label ? "; the file is " : "", confinement->label);
        else
                doctor_say(doctor, DOCTOR_WARNING,
                           "SELinux is enforcing, and '%s' is %s, which QEMU may not be let use\n"
                           "If the guest does not start: sudo semanage fcontext -a -t svirt_tmpfs_t %s; "
                           "sudo restorecon -v %s",
                           path, confinement->label, path, path);
}

void doctor_judge_confinement(struct doctor *doctor, const struct doctor_confinement *confinement,
                              const char *path) {
        if (confinement->apparmor)
                judge_apparmor(doctor, confinement, path);
        if (confinement->selinux)
                judge_selinux(doctor, confinement, path);
        if (!confinement->apparmor && !confinement->selinux)
                doctor_say(doctor, DOCTOR_OK, "neither AppArmor nor SELinux confines QEMU");
}
