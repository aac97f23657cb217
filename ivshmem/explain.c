/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "ivshmem/explain.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "core/cleanup.h"

#define DEFAULT_MIB 2u /* what Scream's documentation suggests */

static const char *base_name(const char *path) {
        const char *slash = strrchr(path, '/');

        return slash ? slash + 1 : path;
}

static size_t mebibytes(size_t min_size) {
        return min_size >> 20 ? min_size >> 20 : DEFAULT_MIB;
}

static void explain_denied(char *text, size_t size, const char *path) {
        unsigned we = geteuid();
        struct stat st;

        if (lstat(path, &st) < 0) {
                snprintf(text, size,
                         "'%s' cannot be looked at by user %u: give its directory the search permission",
                         path, we);
                return;
        }
        /* Only what it is created with lasts: QEMU, or the next boot, makes it anew. */
        snprintf(text, size,
                 "'%s' belongs to user %u and group %u with mode %04o and cannot be read by user %u: have it "
                 "made readable for the group kvm, and be in it; see 'pillion doctor'. The line 'f %s 0660 "
                 "root kvm -' in /etc/tmpfiles.d/pillion.conf does it at boot, and now: 'systemd-tmpfiles "
                 "--create pillion.conf'",
                 path, st.st_uid, st.st_gid, st.st_mode & 07777u, we, path);
}

static void explain_absent(char *text, size_t size, const char *path, size_t min_size) {
        _cleanup_free_ char *directory = strndup(path, (size_t)(base_name(path) - path));
        struct stat st;

        if (directory && directory[0] && stat(directory, &st) < 0) {
                snprintf(text, size, "'%s' does not exist, so neither does '%s': check the path", directory,
                         base_name(path));
                return;
        }
        snprintf(text, size,
                 "'%s' does not exist yet: QEMU creates it when it starts a domain with <shmem name='%s'>"
                 "<model type='ivshmem-plain'/><size unit='M'>%zu</size></shmem> among its devices",
                 path, base_name(path), mebibytes(min_size));
}

void explain_no_file(char *text, size_t size, const char *path, int error, size_t min_size) {
        switch (-error) {
        case ENOENT:
        case ENOTDIR:
                explain_absent(text, size, path, min_size);
                break;
        case EACCES:
        case EPERM:
                explain_denied(text, size, path);
                break;
        case ELOOP:
                snprintf(text, size,
                         "'%s' is a symbolic link, which is not followed: remove it, or name its target",
                         path);
                break;
        default:
                snprintf(text, size, "'%s' cannot be opened: %s", path, strerror(-error));
        }
}

void explain_wrong_file(char *text, size_t size, const char *path, const struct stat *st, size_t min_size) {
        if (!S_ISREG(st->st_mode))
                snprintf(text, size, "'%s' is not a regular file: remove it, and QEMU makes the right one",
                         path);
        else if (st->st_size == 0)
                snprintf(text, size, "'%s' is empty: QEMU gives it its size when it starts the domain", path);
        else
                snprintf(text, size,
                         "'%s' has %lld bytes but a sound buffer has at least %zu: is it another device's? "
                         "Remove it while the guest is off, or correct the size in the domain (%zu M)",
                         path, (long long)st->st_size, min_size, mebibytes(min_size));
}

void explain_lost_name(char *text, size_t size, const char *path, bool replaced) {
        snprintf(text, size,
                 "'%s' has been %s while its guest runs: the guest's own file is still followed, but once "
                 "pilliond is restarted the guest must be, too",
                 path, replaced ? "replaced" : "deleted");
}

void explain_bad_header(char *text, size_t size, const char *path, const uint8_t *header,
                        const char *verdict) {
        snprintf(text, size,
                 "'%s' is not Scream's: %s (it begins with %02x %02x %02x %02x). If another device, such as "
                 "Looking Glass's, has the same size in the guest, give the two different sizes",
                 path, verdict, header[0], header[1], header[2], header[3]);
}
