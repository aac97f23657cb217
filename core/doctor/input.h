/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/*
 * core/doctor/input: the part of `pillion doctor` about keyboard and mouse: that there are some, that they
 * can be opened, and how they reach the guest.
 */
#include "core/doctor/doctor.h"
#include "core/doctor/facts.h"

struct doctor_desk {
        unsigned keyboards, mice; /* but pillion's own */
        bool seen;                /* the kernel's list could be read */
};
void doctor_look_at_desk(struct doctor_desk *ret, const char *root);
/* Counts those in TEXT, as of /proc/bus/input/devices. */
void doctor_count_devices(struct doctor_desk *ret, const char *text);
void doctor_judge_desk(struct doctor *doctor, const struct doctor_desk *desk);

struct doctor_access {
        bool uinput;  /* /dev/uinput is there */
        bool service; /* pillion-devices is installed, for D-Bus to start */
        bool member;  /* the user is in the group input, or root */
};
void doctor_look_at_access(struct doctor_access *ret, const char *root);
void doctor_judge_access(struct doctor *doctor, const struct doctor_access *access);

/* How the definition has our two devices; PATH as configured. */
void doctor_judge_path(struct doctor *doctor, const struct domain_info *guest, enum config_path path);

struct doctor_evdev_facts {
        const struct doctor_evdev *evdev; /* borrowed */
        bool exists;
        bool ours; /* one of pillion's devices */
};
void doctor_judge_evdev(struct doctor *doctor, const struct doctor_evdev_facts *facts);
