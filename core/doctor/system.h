/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/*
 * core/doctor/system: the part of `pillion doctor` about what else of the system meddles with devices:
 * rivals, libvirt's hooks and user, sleep, and calls that hang.
 */
#include "core/doctor/host.h"

#define DOCTOR_HOOKS 16
#define DOCTOR_TASKS 8

/* rivals.c: programs that switch GPUs, too. */
struct doctor_rivals {
        char names[200]; /* that are enabled or run; "" none */
        bool envycontrol;
};
void doctor_look_at_rivals(struct doctor_rivals *ret, const char *root);
void doctor_judge_rivals(struct doctor *doctor, const struct doctor_rivals *rivals);

struct doctor_hook {
        char path[300];
        char word[32]; /* in it that says that it meddles; "" none */
        bool ours;     /* contrib/libvirt/hooks/qemu, or such as begins as it does */
};
struct doctor_hooks {
        struct doctor_hook items[DOCTOR_HOOKS];
        size_t n;
};
void doctor_look_at_hooks(struct doctor_hooks *ret, const char *root);
void doctor_judge_hooks(struct doctor *doctor, const struct doctor_hooks *hooks);

/* Whom QEMU runs as. */
struct doctor_qemu {
        int error;                /* of reading qemu.conf, negative errno */
        char user[64], group[64]; /* "" not said */
};
void doctor_look_at_qemu(struct doctor_qemu *ret, const char *root);
void doctor_judge_qemu(struct doctor *doctor, const struct doctor_qemu *qemu);

/* Whether something keeps the machine from sleep: logind's inhibitors below ROOT. */
bool doctor_sleep_is_blocked(const char *root);
void doctor_judge_suspend(struct doctor *doctor, const struct doctor_host *host, bool blocked);

/* stuck.c: a thread that hangs in the kernel. */
struct doctor_task {
        char program[32];
        int pid, tid;
        char where[64]; /* a function of the kernel; "" only root sees it */
};
struct doctor_stuck {
        struct doctor_task tasks[DOCTOR_TASKS];
        size_t n;
};
/* Looks twice, WAIT_USEC apart. */
void doctor_look_at_stuck(struct doctor_stuck *ret, const char *root, uint32_t wait_usec);
void doctor_judge_stuck(struct doctor *doctor, const struct doctor_host *host,
                        const struct doctor_stuck *stuck);
