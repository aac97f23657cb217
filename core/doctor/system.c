/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/doctor/system.h"

#include <stdio.h>

#include "core/doctor/read.h"

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
        { "hanging calls", check_stuck,
          "Calls that hang in the kernel because a device was taken from its driver while it was in "
          "use. Whoever is named has to end; neither restart libvirtd nor reboot before." },
        { "rivals", check_rivals,
          "Other programs that switch GPUs, such as supergfxd, optimus-manager and envycontrol: they "
          "undo what pillion does, and the other way round." },
        { "hooks", check_hooks,
          "Scripts that libvirt runs when a guest starts or stops. Those that switch hardware belong "
          "into the profile; one that asks libvirt hangs it." },
        { "QEMU's user", check_qemu, "Whether QEMU runs as root, which nothing of pillion's needs." },
        { "sleep", check_suspend,
          "Whether the machine is kept awake while the guest has devices: a lent GPU seldom wakes again." },
        { NULL },
};
