/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/*
 * core/doctor/doctor: `pillion doctor`: looks at everything that has to be right, from where pilliond would
 * look, and says what it has seen and what to do. Changes nothing; needs no pilliond. Blocks, as a command
 * line may.
 *
 * A check looks and then judges; judging is a function of what was seen alone, so that it can be tested.
 * Tables of checks make up parts; a new part is a new table in doctor.c.
 */
#include <stdbool.h>
#include <stdio.h>

#include "core/cleanup.h"

enum doctor_verdict {
        DOCTOR_OK,
        DOCTOR_WARNING, /* it may work, or something is as it should not be */
        DOCTOR_PROBLEM, /* as long as this is so, it does not work */
};

struct doctor {
        FILE *out;
        bool json, colour;
        unsigned width;           /* columns that lines are broken at; 0: they are not */
        const char *part, *check; /* what is being judged */
        const char *headed;       /* the part whose heading has been printed */
        unsigned counts[DOCTOR_PROBLEM + 1];
};

/* One finding: what was seen and, on lines of their own, what to do about it. No newline at the end. */
__attribute__((format(printf, 3, 4))) void doctor_say(struct doctor *doctor, enum doctor_verdict verdict,
                                                      const char *format, ...);

/*
 * The same for a text of ivshmem/explain about PATH: what is to be done follows the first ": " after the
 * path.
 */
void doctor_say_explained(struct doctor *doctor, enum doctor_verdict verdict, const char *path,
                          const char *text);

struct doctor_facts;

struct doctor_check {
        const char *name;
        void (*run)(struct doctor *doctor, struct doctor_facts *facts);
        const char *about; /* for the page about troubleshooting: what is looked at, and why it matters */
};

struct doctor_part {
        const char *name;
        const struct doctor_check *checks; /* ended by a NULL name */
};
#define DOCTOR_PARTS 8
extern const struct doctor_part doctor_parts[DOCTOR_PARTS];

extern const struct doctor_check doctor_guest_checks[];
extern const struct doctor_check doctor_audio_checks[];
extern const struct doctor_check doctor_input_checks[];
extern const struct doctor_check doctor_machine_checks[];
extern const struct doctor_check doctor_device_checks[];
extern const struct doctor_check doctor_start_checks[];
extern const struct doctor_check doctor_desktop_checks[];
extern const struct doctor_check doctor_system_checks[];

/*
 * Every check, then the IOMMU's groups; the number of problems. ROOT: where /etc and the like are, "" but in
 * tests.
 */
int doctor_run(struct doctor *doctor, const char *root);
/* All of the IOMMU's groups, and no check. -errno: they cannot be looked at. */
int doctor_run_groups(struct doctor *doctor, const char *root);
