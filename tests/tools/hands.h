/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/*
 * tests/tools/hands: devices on the desk, each made by a pillion-test-input of its own, and readers of
 * devices; of both the last few hundred doings are remembered, to be printed when something is wrong.
 */
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/types.h>

#include "input/keys.h"

struct hand {
        const char *kind, *name;
        uint16_t mark; /* its key that says "so far"; not accounted for */
        pid_t pid;
        FILE *in, *out;
        char node[64];
        struct keys down; /* what we have pressed */
        unsigned told, obeyed;
};

void hand_plug(struct hand *hand);
void hand_unplug(struct hand *hand);
void hand_key(struct hand *hand, uint16_t code, bool down);
void hand_let_go(struct hand *hand);
/* One of pillion-test-input's commands. */
void hand_tell(struct hand *hand, const char *format, ...) __attribute__((format(printf, 2, 3)));
bool hand_is_mark(uint16_t code);
/* Returns when the device has done all it was told. */
void hand_wait(struct hand *hand);

struct view {
        const char *name;
        bool bare_releases; /* as a desktop may see them after a switch */
        int fd;             /* -1: closed */
        struct keys down;   /* by what was read */
        unsigned pressed[KEY_CNT], released[KEY_CNT];
        int32_t sums[REL_CNT];
        unsigned dropped;
        bool vague; /* events were dropped, and the state of a device that somebody has grabbed tells us
                       nothing */
};

/* GRABS: as QEMU does. False: it cannot be opened or grabbed yet. */
bool view_open(struct view *view, const char *path, bool grabs);
void view_close(struct view *view);
/* Reads what there is; ends the test if it makes no sense. A device that is gone is closed. */
void view_read(struct view *view);
/* What a view is still to see. */
struct due {
        unsigned pressed[KEY_CNT], released[KEY_CNT];
        int32_t sums[REL_CNT];
};

/* Ends the test unless VIEW has seen, since it was as it is in BEFORE, just what is DUE. */
void view_compare(const struct view *view, const struct view *before, const struct due *due);
/* Ends the test unless nothing is down, by what was read and by what the kernel says. */
void view_check_empty(struct view *view);
/* What the kernel says is down. */
struct keys view_state(const struct view *view);

void note(const char *format, ...) __attribute__((format(printf, 1, 2)));
_Noreturn void wrong(const char *format, ...) __attribute__((format(printf, 1, 2)));
const char *key_name(uint16_t code);
