/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/doctor-system.h"

#include <stdio.h>

#include "core/doctor-read.h"

#define STUCK_USEC 500000u

static void check_stuck(struct doctor *doctor, struct doctor_facts *facts) {
        struct doctor_host host = doctor_host(facts);
        struct doctor_stuck stuck;

        doctor_look_at_stuck(&stuck, facts->root, STUCK_USEC);
        doctor_judge_stuck(doctor, &host, &stuck);
}

static void check_rivals(struct doctor *doctor, struct doctor_facts *facts) {
        struct doctor_rivals rivals;

        doctor_look_at_rivals(&rivals, facts->root);
        doctor_judge_rivals(doctor, &rivals);
}

static void check_hooks(struct doctor *doctor, struct doctor_facts *facts) {
        struct doctor_hooks hooks;

        doctor_look_at_hooks(&hooks, facts->root);
        doctor_judge_hooks(doctor, &hooks);
}

static void check_qemu(struct doctor *doctor, struct doctor_facts *facts) {
        struct doctor_qemu qemu;

        doctor_look_at_qemu(&qemu, facts->root);
        doctor_judge_qemu(doctor, &qemu);
}

static void check_suspend(struct doctor *doctor, struct doctor_facts *facts) {
        struct doctor_host host = doctor_host(facts);

        doctor_judge_suspend(doctor, &host, doctor_sleep_is_blocked(facts->root));
}

const struct doctor_check doctor_system_checks[] = {
        { "hanging calls", check_stuck }, { "rivals", check_rivals }, { "hooks", check_hooks },
        { "QEMU's user", check_qemu },    { "sleep", check_suspend }, { NULL, NULL },
};
