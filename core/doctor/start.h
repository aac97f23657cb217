/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/*
 * core/doctor/start: the part of `pillion doctor` about whether the guest can start with what it is lent, and
 * how well it will run: memory, processors, and how the definition has the devices.
 */
#include "core/doctor/host.h"

/* memory.c; all in bytes. */
struct doctor_memory {
        const struct inventory *inventory; /* borrowed */
        bool hugepages, running;           /* the guest: asks for them; runs */
        uint64_t wanted;                   /* its memory */
        uint64_t page_size;                /* that it asks for; 0: the default */
        uint64_t default_size;
        uint64_t available; /* memory that can be had */
        uint64_t whole;     /* pages that are free in one piece */
        uint64_t made;      /* pages of that size that the profile has made */
};
/* PROFILE may be NULL. */
void doctor_look_at_memory(struct doctor_memory *ret, const struct doctor_host *host, const char *root,
                           const struct profile *profile);
void doctor_judge_hugepages(struct doctor *doctor, const struct doctor_memory *memory);
void doctor_judge_memlock(struct doctor *doctor, const struct doctor_host *host);
/* How many pages of SIZE lie free in one piece, as of /proc/buddyinfo with its blocks from BASE on. */
uint64_t doctor_whole_pages(const char *buddyinfo, uint64_t size, uint64_t base);

/* processors.c; SIBLINGS: the threads of each host CPU's core, as sysfs lists them, by number. */
struct doctor_processors {
        const struct domain_hardware *hardware; /* borrowed, as the next */
        const struct doctor_definition *definition;
        const char *online; /* "0-7"; "" unknown */
        char **siblings;    /* [cpu], NULL where unknown */
        size_t n_siblings;
};
void doctor_look_at_processors(struct doctor_processors *ret, const struct doctor_facts *facts);
void doctor_processors_done(struct doctor_processors *processors);
void doctor_judge_processors(struct doctor *doctor, const struct doctor_processors *processors);
void doctor_judge_pins(struct doctor *doctor, const struct doctor_processors *processors);

/* handover.c: how the definition has the devices. */
struct doctor_rom {
        const char *path; /* borrowed */
        int error;        /* of looking for it, negative errno */
        bool all;         /* everybody may read it and reach it */
};
void doctor_look_at_rom(struct doctor_rom *ret, const char *root, const char *path);
void doctor_judge_rom(struct doctor *doctor, const struct doctor_rom *rom);
void doctor_judge_managed(struct doctor *doctor, const struct doctor_host *host, const char *guest);
void doctor_judge_error_43(struct doctor *doctor, const struct doctor_host *host, const char *guest);
void doctor_judge_leftovers(struct doctor *doctor, const struct doctor_host *host, const char *guest);
