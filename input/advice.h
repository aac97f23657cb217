/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/* input/advice: what is wrong with a device node and what to do about it, in one line. */
#include <stdbool.h>
#include <stddef.h>

#include "input/opener.h"

/* A node that could not be used. All zero: none. */
struct trouble {
        char path[64];
        char what[160]; /* the node in words: "the keyboard 'K120'" */
        int error;      /* negative errno of open(2) or EVIOCGRAB; 0: no trouble */
};

/* True if that is news. */
bool trouble_set(struct trouble *trouble, const char *path, const char *what, int error);
/* Forgets what is known about the node at PATH. */
void trouble_clear(struct trouble *trouble, const char *path);

/* OPENER may know why the node could not be opened. */
void advise_trouble(char *buf, size_t size, const struct trouble *trouble, const struct opener *opener);
