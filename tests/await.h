/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/* tests/await: waits for what a program that was just started will do. */
#include <stdbool.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "tests/test.h"

/* Until somebody listens at the socket PATH, which is there a moment before that. */
static inline void await_listener(const char *path) {
        struct sockaddr_un address = { .sun_family = AF_UNIX };

        CHECK(strlen(path) < sizeof(address.sun_path));
        strcpy(address.sun_path, path);
        for (int i = 0; i < 3000; i++) {
                int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
                bool listens = connect(fd, (const struct sockaddr *)&address, sizeof(address)) == 0;

                close(fd);
                if (listens)
                        return;
                usleep(10000);
        }
        test_fail("nobody listens at %s", path);
}
