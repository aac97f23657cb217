/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/*
 * tests/loan-world: a host that is a folder (tests/fake.h), with a journal and a state file, and transactions
 * on it, in this process or in one that may be killed.
 */
#include <signal.h>
#include <sys/wait.h>

#include "switcher/transaction.h"
#include "tests/fake.h"
#include "tests/test.h"

#define WORLD_BOOT   "0123456789abcdef0123456789abcdef" /* not this one */
#define WORLD_STEPS  3
#define WORLD_NATIVE "a=native\na.side=native\nb=native\nb.side=native\nc=native\nc.side=native\n"
#define WORLD_ALL    "a=lent\na.side=lent\nb=lent\nb.side=lent\nc=lent\nc.side=lent\n"

struct world {
        char folder[64], root[80], state[80], run[80];
        struct step steps[WORLD_STEPS]; /* of "a", "b", "c" */
        char boot[LOAN_BOOT_SIZE];
        struct interrupt *interrupt;
        FILE *out;
        journal_fn watch;
        void *userdata;
        void (*describe_holders)(const struct step *step, char *text, size_t size);
};

enum direction {
        LEND,
        RETURN,
};

void world_begin(struct world *world);
void world_end(struct world *world);
/* All native, no loan, steps that do what they should. */
void world_reset(struct world *world);
/* The host only. */
void world_reset_host(const struct world *world);
/* What a step is told. */
void world_tell(struct world *world, int step, const char *key, const char *value);

enum switch_status world_run(const struct world *world, enum direction direction);
/* In a process of its own. */
pid_t world_fork(const struct world *world, enum direction direction);
/* Its exit status; 128 and the signal, if it was killed. All that it left behind is gone by then. */
int world_wait(pid_t pid);

void world_check(const struct world *world, const char *host);
/* No loan is open; the last one ended thus. */
void world_check_ended(const struct world *world, const char *how);
/* The value of KEY in the state file, until the next call; "" if it is not there. */
const char *world_state(const struct world *world, const char *key);
