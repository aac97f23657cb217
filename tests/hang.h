/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/*
 * tests/hang: a folder in which whoever looks for a name sleeps uninterruptibly, beyond the reach of SIGKILL,
 * until the test lets go: a FUSE file system whose server takes the question and never answers. That is the
 * same state (D) as an unbind that waits for a device to be closed, if not the same place in the kernel.
 */
#include <fcntl.h>
#include <linux/fuse.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/test.h"

struct hang {
        pid_t server;
        char folder[64];
};

static inline void hang_greet(int fd) {
        struct {
                struct fuse_out_header head;
                struct fuse_init_out init;
        } answer = { { .len = sizeof(answer) }, { .major = 7, .minor = 31, .max_write = 4096 } };
        char question[1 << 16];
        struct fuse_in_header head;

        if (read(fd, question, sizeof(question)) < (ssize_t)sizeof(head))
                _exit(1);
        memcpy(&head, question, sizeof(head));
        answer.head.unique = head.unique;
        if (head.opcode != FUSE_INIT || write(fd, &answer, sizeof(answer)) != sizeof(answer))
                _exit(1);
}

/* Takes every question, and keeps the answers to itself. */
static inline void hang_serve(const char *folder, int ready) {
        int fd = open("/dev/fuse", O_RDWR | O_CLOEXEC);
        char options[64], question[1 << 16];

        prctl(PR_SET_PDEATHSIG, SIGKILL);
        snprintf(options, sizeof(options), "fd=%d,rootmode=40000,user_id=0,group_id=0", fd);
        if (fd < 0 || mount("hang", folder, "fuse", 0, options) < 0)
                _exit(1);
        hang_greet(fd);
        if (write(ready, "", 1) != 1)
                _exit(1);
        while (read(fd, question, sizeof(question)) > 0)
                ;
        _exit(0);
}

/* False: this machine does not let us. */
static inline bool hang_begin(struct hang *hang) {
        int ready[2];
        char byte;
        bool well;

        strcpy(hang->folder, "/tmp/pillion-hang.XXXXXX");
        CHECK(mkdtemp(hang->folder) && pipe2(ready, O_CLOEXEC) == 0);
        hang->server = fork();
        if (hang->server == 0)
                hang_serve(hang->folder, ready[1]);
        close(ready[1]);
        well = read(ready[0], &byte, 1) == 1;
        close(ready[0]);
        if (!well) {
                waitpid(hang->server, NULL, 0);
                rmdir(hang->folder);
        }
        return well;
}

/* Whoever hangs in it wakes up, and takes the signals that wait for it. */
static inline void hang_release(struct hang *hang) {
        if (hang->server > 0) {
                kill(hang->server, SIGKILL);
                waitpid(hang->server, NULL, 0);
        }
        hang->server = 0;
}

static inline void hang_end(struct hang *hang) {
        hang_release(hang);
        umount2(hang->folder, MNT_DETACH);
        rmdir(hang->folder);
}
