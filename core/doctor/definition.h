/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/*
 * core/doctor/definition: what nobody but the doctor asks of a guest's definition. Pure.
 * Source: libvirt's formatdomain.
 */
#include <stdbool.h>
#include <stddef.h>

#include "core/cleanup.h"

struct doctor_evdev {
        char *path;
        char *toggle;   /* grabToggle; "" not said: QEMU takes ctrl-ctrl */
        bool grabs_all; /* grab='all' */
        bool repeats;   /* repeat='on' */
};

struct doctor_pin {
        unsigned vcpu;
        char *cpus;
};

struct doctor_definition {
        bool kvm;
        unsigned vcpus;
        bool topology; /* said */
        unsigned sockets, cores, threads;
        struct doctor_evdev *evdevs;
        size_t n_evdevs;
        struct doctor_pin *pins;
        size_t n_pins;
};

/* -EINVAL: not a domain's XML; -ENOMEM. */
int doctor_definition_parse(struct doctor_definition **ret, const char *text);
struct doctor_definition *doctor_definition_free(struct doctor_definition *definition);
DEFINE_CLEANUP(struct doctor_definition, doctor_definition_free);
