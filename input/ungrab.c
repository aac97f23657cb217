/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "input/ungrab.h"

#include <stddef.h>
#include <sys/ioctl.h>

#include <linux/input.h>

static void *give_back(void *userdata) {
        const struct ungrab *ungrab = userdata;

        /* Fails only on a device that is gone, or that was revoked: then there is no grab. */
        (void)ioctl(ungrab->fd, EVIOCGRAB, NULL);
        return NULL;
}

void ungrab_begin(struct ungrab *ungrab, int fd) {
        *ungrab = (struct ungrab){ .begun = true, .fd = fd };
        ungrab->joinable = pthread_create(&ungrab->thread, NULL, give_back, ungrab) == 0;
        if (!ungrab->joinable)
                (void)give_back(ungrab);
}

void ungrab_end(struct ungrab *ungrab) {
        if (ungrab->joinable)
                (void)pthread_join(ungrab->thread, NULL);
        ungrab->begun = ungrab->joinable = false;
}
