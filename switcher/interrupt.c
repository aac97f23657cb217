/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "switcher/interrupt.h"

#include <signal.h>
#include <sys/signalfd.h>

struct interrupt {
        int fd;
        bool seen;
};

int interrupt_new(struct interrupt **ret) {
        _cleanup_(interrupt_freep) struct interrupt *interrupt = calloc(1, sizeof(*interrupt));
        sigset_t mask;

        if (!interrupt)
                return -ENOMEM;
        sigemptyset(&mask);
        sigaddset(&mask, SIGINT);
        sigaddset(&mask, SIGTERM);
        if (signal(SIGHUP, SIG_IGN) == SIG_ERR || signal(SIGPIPE, SIG_IGN) == SIG_ERR ||
            sigprocmask(SIG_BLOCK, &mask, NULL) < 0)
                return -errno;
        interrupt->fd = signalfd(-1, &mask, SFD_CLOEXEC | SFD_NONBLOCK);
        if (interrupt->fd < 0)
                return -errno;
        *ret = steal_ptr(interrupt);
        return 0;
}

struct interrupt *interrupt_free(struct interrupt *interrupt) {
        if (!interrupt)
                return NULL;
        if (interrupt->fd > 0)
                close(interrupt->fd);
        free(interrupt);
        return NULL;
}

int interrupt_fd(const struct interrupt *interrupt) {
        return interrupt->fd;
}

bool interrupt_seen(struct interrupt *interrupt) {
        struct signalfd_siginfo info;

        while (read(interrupt->fd, &info, sizeof(info)) == sizeof(info))
                interrupt->seen = true;
        return interrupt->seen;
}

void interrupt_forget(struct interrupt *interrupt) {
        (void)interrupt_seen(interrupt);
        interrupt->seen = false;
}
