/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A call to a libvirtd that hangs does not return, and no keepalive of libvirt's helps in a thread that has
 * no event loop: only a process of its own can be given up for certain.
 */
#include "switcher/ask.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>

#include "switcher/process.h"
#include "switcher/virt.h"

#define GRACE_USEC 1000000 /* for what it had written when it was ended */

static void ignore_error(void *userdata, virErrorPtr error) {
}

void ask_quiet_libvirt(void) {
        virSetErrorFunc(NULL, ignore_error);
}

void ask_put(int fd, char letter, const char *text) {
        dprintf(fd, "%c%s%c", letter, text, '\0');
}

void ask_put_error(int fd) {
        dprintf(fd, "E%d %s%c", virt_error_code(), virt_error(), '\0');
}

virDomainPtr ask_domain(int fd, const char *uri, const char *name) {
        virConnectPtr connection;
        virDomainPtr domain;

        ask_quiet_libvirt();
        connection = virConnectOpen(uri ? uri : "qemu:///system");
        domain = connection ? virDomainLookupByName(connection, name) : NULL;
        if (!domain && connection && virt_error_code() == VIR_ERR_NO_DOMAIN)
                ask_put(fd, 'N', virt_error());
        else if (!domain)
                ask_put_error(fd);
        return domain;
}

/* Takes in all that comes until the writers have closed; false if they have not by DEADLINE. */
static bool read_until(FILE *out, int fd, uint64_t deadline) {
        char buffer[4096];

        for (;;) {
                uint64_t now = now_usec();
                struct pollfd poll_fd = { .fd = fd, .events = POLLIN };
                int ready = now < deadline ? poll(&poll_fd, 1, (int)((deadline - now) / 1000) + 1) : 0;
                ssize_t n;

                if (ready == 0)
                        return false;
                if (ready < 0) /* a signal */
                        continue;
                n = read(fd, buffer, sizeof(buffer));
                if (n <= 0)
                        return true;
                fwrite(buffer, 1, (size_t)n, out);
        }
}

/* Signals that the caller has blocked, or waits for, are not the child's; nor does it outlive the caller. */
static void be_the_child(pid_t parent, int fd, ask_fn fn, void *question) {
        sigset_t none;

        if (prctl(PR_SET_PDEATHSIG, SIGKILL) < 0 || getppid() != parent)
                _exit(EXIT_FAILURE);
        sigemptyset(&none);
        sigprocmask(SIG_SETMASK, &none, NULL);
        signal(SIGPIPE, SIG_IGN); /* libvirt writes into connections that may be gone */
        fn(fd, question);
        _exit(0);
}

/* Starts it; *RET_FD is where its words come from. */
static int start(pid_t *ret_child, int *ret_fd, ask_fn fn, void *question) {
        _cleanup_close_ int reader = -1, writer = -1;
        pid_t parent = getpid(), child;
        int ends[2];

        fflush(NULL); /* what is in the buffers would be written twice */
        if (pipe2(ends, O_CLOEXEC) < 0)
                return -errno;
        reader = ends[0];
        writer = ends[1];
        child = fork();
        if (child < 0)
                return -errno;
        if (child == 0) {
                close(reader);
                be_the_child(parent, writer, fn, question);
        }
        *ret_child = child;
        *ret_fd = steal_fd(reader);
        return 0;
}

int ask(struct answer *ret, ask_fn fn, void *question, uint64_t wait_usec) {
        _cleanup_close_ int fd = -1;
        pid_t child = -1;
        FILE *out;
        int r;

        *ret = (struct answer){ 0 };
        out = open_memstream(&ret->text, &ret->size);
        if (!out)
                return -ENOMEM;
        r = start(&child, &fd, fn, question);
        if (r >= 0) {
                ret->whole = read_until(out, fd, now_usec() + wait_usec);
                if (!ret->whole) {
                        kill(child, SIGKILL);
                        read_until(out, fd, now_usec() + GRACE_USEC);
                }
                waitpid(child, NULL, 0);
        }
        if (fclose(out) != 0)
                ret->whole = false;
        if (r < 0)
                answer_done(ret);
        return r;
}

void answer_done(struct answer *answer) {
        free(answer->text);
        *answer = (struct answer){ 0 };
}

const char *answer_next(const struct answer *answer, const char *record) {
        const char *next = record ? record + strlen(record) + 1 : answer->text;

        return next && next < answer->text + answer->size ? next : NULL;
}

const char *answer_find(const struct answer *answer, char letter) {
        for (const char *record = NULL; (record = answer_next(answer, record));)
                if (*record == letter)
                        return record + 1;
        return NULL;
}

const char *answer_error(const char *text, int *ret_code) {
        char *message;

        *ret_code = (int)strtol(text, &message, 10);
        return message + strspn(message, " ");
}
