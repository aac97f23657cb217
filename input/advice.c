/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Says "group 'input'" without asking the user database for the group's name, which may mean the network and
 * so a loop that hangs: the name is systemd's default (50-udev-default.rules) and that of our own udev rule.
 */
#include "input/advice.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "input/uinput.h"

bool trouble_set(struct trouble *trouble, const char *path, const char *what, int error) {
        struct trouble news = { .error = error };

        if (trouble->error == error && strcmp(trouble->path, path) == 0)
                return false;
        snprintf(news.path, sizeof(news.path), "%s", path);
        snprintf(news.what, sizeof(news.what), "%s", what);
        *trouble = news;
        return true;
}

void trouble_clear(struct trouble *trouble, const char *path) {
        if (strcmp(trouble->path, path) == 0)
                *trouble = (struct trouble){ 0 };
}

/* What makes a node one that we may open ourselves. Event nodes get their group from udev's own rules; uinput
 * stays with root until ours is applied. */
static const char *own_way(const char *path) {
        struct stat st;

        if (strcmp(path, UINPUT) == 0 && stat(path, &st) == 0 &&
            (st.st_gid == 0 || (st.st_mode & 0060) != 0060))
                return "install 70-pillion.rules in /etc/udev/rules.d, then run 'udevadm control --reload; "
                       "udevadm trigger /dev/uinput'";
        return "join its group with 'usermod -aG input USER' and log in again";
}

static void advise_access(char *buf, size_t size, const struct trouble *trouble,
                          const struct opener *opener) {
        char refusal[256];
        bool asked = opener_problem(opener, trouble->path, refusal, sizeof(refusal));

        snprintf(buf, size, "No permission to open %s, %s: %s%s%s", trouble->path, trouble->what,
                 asked ? refusal : "", asked ? "; or " : "", own_way(trouble->path));
}

void advise_trouble(char *buf, size_t size, const struct trouble *trouble, const struct opener *opener) {
        switch (-trouble->error) {
        case ENOENT:
        case ENODEV:
        case ENXIO:
                if (strcmp(trouble->path, UINPUT) != 0)
                        break;
                snprintf(buf, size,
                         "The kernel has no " UINPUT ": run 'modprobe uinput', and 'echo uinput > "
                         "/etc/modules-load.d/uinput.conf' for the next boot");
                return;
        case EACCES:
        case EPERM:
                advise_access(buf, size, trouble, opener);
                return;
        case EBUSY:
                snprintf(buf, size,
                         "%s, %s, is grabbed by another program (keyd, evsieve, a virtual machine): stop "
                         "that, or take the device out of its configuration",
                         trouble->path, trouble->what);
                return;
        case ENOTTY:
        case EINVAL:
                snprintf(buf, size, "%s, %s, is not an input device", trouble->path, trouble->what);
                return;
        case EOPNOTSUPP:
                snprintf(buf, size,
                         "%s, %s, has neither motion nor keys that could be passed on: take it out of the "
                         "lists of devices in the configuration",
                         trouble->path, trouble->what);
                return;
        }
        snprintf(buf, size, "Cannot use %s, %s: %s", trouble->path, trouble->what, strerror(-trouble->error));
}
