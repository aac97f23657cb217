/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The file behind the shared memory. Whether it can be read is found out by opening it, which takes account
 * of whatever decides: owner, mode, ACL, confinement.
 */
#include "core/doctor/audio.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <inttypes.h>
#include <pwd.h>
#include <stdio.h>
#include <string.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "ivshmem/explain.h"

#define MIN_SIZE (1u << 20) /* the smallest region that libvirt makes */

static void name_user(char *text, size_t size, uid_t uid) {
        const struct passwd *user = getpwuid(uid);

        if (user)
                snprintf(text, size, "%s", user->pw_name);
        else
                snprintf(text, size, "%u", uid);
}

static void name_group(char *text, size_t size, gid_t gid) {
        const struct group *group = getgrgid(gid);

        if (group)
                snprintf(text, size, "%s", group->gr_name);
        else
                snprintf(text, size, "%u", gid);
}

void doctor_look_at_file(struct doctor_file *ret, const char *path) {
        int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY);

        *ret = (struct doctor_file){ .path = path, .error = fd < 0 ? -errno : 0 };
        close_fd(fd);
        name_user(ret->user, sizeof(ret->user), geteuid());
        if (lstat(path, &ret->st) < 0)
                return;
        ret->exists = true;
        name_user(ret->owner, sizeof(ret->owner), ret->st.st_uid);
        name_group(ret->group, sizeof(ret->group), ret->st.st_gid);
        ret->member = group_member(ret->st.st_gid);
        ret->acl = lgetxattr(path, "system.posix_acl_access", NULL, 0) > 0;
}

static void judge_absence(struct doctor *doctor, const struct doctor_file *file) {
        char text[700];

        explain_no_file(text, sizeof(text), file->path, file->error, file->wanted);
        if (strstr(text, "so neither does"))
                doctor_say_explained(doctor, DOCTOR_PROBLEM, file->path, text);
        else
                doctor_say(doctor, file->may_run ? DOCTOR_WARNING : DOCTOR_OK,
                           "'%s' does not exist%s\n"
                           "QEMU makes it when the guest starts",
                           file->path, file->may_run ? ", although the guest may be running" : " yet");
}

static void judge_denial(struct doctor *doctor, const struct doctor_file *file) {
        char text[700];

        if (!file->exists || (file->error != -EACCES && file->error != -EPERM)) {
                explain_no_file(text, sizeof(text), file->path, file->error, file->wanted);
                doctor_say_explained(doctor, DOCTOR_PROBLEM, file->path, text);
        } else if (file->st.st_mode & 0040 && !file->member && !file->acl) {
                doctor_say(doctor, DOCTOR_PROBLEM,
                           "'%s' is %s:%s, mode %04o, and you are not in the group %s\n"
                           "sudo usermod -aG %s %s, then log in again",
                           file->path, file->owner, file->group, file->st.st_mode & 07777u, file->group,
                           file->group, file->user);
        } else {
                doctor_say(doctor, DOCTOR_PROBLEM,
                           "'%s' is %s:%s, mode %04o%s, and %s cannot read it\n"
                           "For good: 'f %s 0660 root kvm -' in /etc/tmpfiles.d/pillion.conf, you in the "
                           "group kvm\n"
                           "Now: sudo systemd-tmpfiles --create pillion.conf",
                           file->path, file->owner, file->group, file->st.st_mode & 07777u,
                           file->acl ? " and an ACL" : "", file->user, file->path);
        }
}

static void judge_wrong_size(struct doctor *doctor, const struct doctor_file *file) {
        bool small = (uint64_t)file->st.st_size < file->wanted;

        doctor_say(doctor, small ? DOCTOR_PROBLEM : DOCTOR_WARNING,
                   "'%s' has %lld bytes, the guest's definition says %" PRIu64 "%s\n"
                   "While the guest is off: sudo truncate -s 0 %s; QEMU gives it its size",
                   file->path, (long long)file->st.st_size, file->wanted,
                   small ? ": QEMU does not start with it" : "", file->path);
}

static void judge_empty(struct doctor *doctor, const struct doctor_file *file) {
        if (file->may_run)
                doctor_say(doctor, DOCTOR_WARNING,
                           "'%s' is empty, although the guest may be running\n"
                           "QEMU gives it its size when the guest starts; if it runs, it has another file: "
                           "start it anew",
                           file->path);
        else
                doctor_say(doctor, DOCTOR_OK,
                           "'%s' is empty, and you may read it; QEMU grows it when the guest starts",
                           file->path);
}

void doctor_judge_file(struct doctor *doctor, const struct doctor_file *file) {
        char text[700];

        if (file->error == -ENOENT || file->error == -ENOTDIR)
                return judge_absence(doctor, file);
        if (file->error < 0)
                return judge_denial(doctor, file);
        if (S_ISREG(file->st.st_mode) && file->st.st_size == 0)
                return judge_empty(doctor, file);
        if (S_ISREG(file->st.st_mode) && file->wanted > 0 && (uint64_t)file->st.st_size != file->wanted)
                return judge_wrong_size(doctor, file);
        if (!S_ISREG(file->st.st_mode) || file->st.st_size < MIN_SIZE) {
                explain_wrong_file(text, sizeof(text), file->path, &file->st,
                                   file->wanted > 0 ? file->wanted : MIN_SIZE);
                return doctor_say_explained(doctor, DOCTOR_PROBLEM, file->path, text);
        }
        doctor_say(doctor, DOCTOR_OK, "'%s', %lld MiB, %s:%s, mode %04o%s: you may read it", file->path,
                   (long long)(file->st.st_size >> 20), file->owner, file->group, file->st.st_mode & 07777u,
                   file->acl ? " and an ACL" : "");
}
