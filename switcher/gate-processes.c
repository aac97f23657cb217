/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "switcher/gate-processes.h"

#include <poll.h>
#include <signal.h>
#include <sys/syscall.h>

void gate_processes_done(struct gate_processes *processes) {
        for (size_t i = 0; i < processes->n; i++)
                close_fd(processes->items[i].fd);
        free(processes->items);
        *processes = (struct gate_processes){ 0 };
}

static bool has_ended(const struct gate_process *process) {
        struct pollfd poll_fd = { .fd = process->fd, .events = POLLIN };

        return poll(&poll_fd, 1, 0) > 0;
}

/* Those that have ended are out, so that another process of the same number is one that is new to us. */
static void drop_ended(struct gate_processes *processes) {
        size_t kept = 0;

        for (size_t i = 0; i < processes->n; i++) {
                if (has_ended(&processes->items[i]))
                        close_fd(processes->items[i].fd);
                else
                        processes->items[kept++] = processes->items[i];
        }
        processes->n = kept;
}

static struct gate_process *find(const struct gate_processes *processes, pid_t pid) {
        for (size_t i = 0; i < processes->n; i++)
                if (processes->items[i].pid == pid)
                        return &processes->items[i];
        return NULL;
}

static int add(struct gate_processes *processes, pid_t pid) {
        struct gate_process *grown =
                reallocarray(processes->items, processes->n + 1, sizeof(*processes->items));
        int fd;

        if (!grown)
                return -ENOMEM;
        processes->items = grown;
        fd = (int)syscall(SYS_pidfd_open, pid, 0);
        if (fd < 0) /* it has just ended */
                return 0;
        grown[processes->n++] = (struct gate_process){ .pid = pid, .fd = fd };
        return 1;
}

static void end(struct gate_process *process, uint64_t now) {
        if (process->asked == 0) {
                syscall(SYS_pidfd_send_signal, process->fd, SIGTERM, NULL, 0);
                process->asked = now;
        } else if (!process->killed && now - process->asked >= GATE_TERM_USEC) {
                syscall(SYS_pidfd_send_signal, process->fd, SIGKILL, NULL, 0);
                process->killed = true;
        }
}

int gate_processes_update(struct gate_processes *processes, const struct holders *holders,
                          const struct holder_rules *rules, uint64_t now) {
        int added = 0;

        drop_ended(processes);
        for (size_t i = 0; i < holders->n; i++) {
                const struct holder *holder = &holders->items[i];
                struct gate_process *process = find(processes, holder->pid);
                int r = process ? 0 : add(processes, holder->pid);

                if (r < 0)
                        return r;
                added |= r;
                /* One that this very call has added has not been seen by it: its pid has. */
                if (process && !added && holder_remedy(holder, rules) == REMEDY_PROGRAM)
                        end(process, now);
        }
        return added;
}

void gate_processes_wait(const struct gate_processes *processes, int fd, int msec) {
        struct pollfd fds[64] = { { .fd = fd, .events = POLLIN } };
        nfds_t n = 1;

        /* Of more than these the first to end will do, or the time. */
        for (size_t i = 0; i < processes->n && n < 64; i++)
                fds[n++] = (struct pollfd){ .fd = processes->items[i].fd, .events = POLLIN };
        poll(fds, n, msec);
}
