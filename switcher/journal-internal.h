/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/* switcher/journal: where its files are, and what is in one. */
#include "switcher/journal.h"

#define JOURNAL_NAME "switch.journal"

struct journal {
        char *directory;
        int fd;     /* appends */
        off_t size; /* that is known to be on the disk */
        int broken; /* why the disk takes no more; 0: it does */
        struct loan *loan;
        size_t damage;
        journal_fn watch;
        void *userdata;
};

struct journal_text {
        struct loan *loan;
        size_t whole;  /* bytes, up to the end of the last whole line */
        size_t damage; /* the number of the first damaged line; 0: none */
};

/* What the file open in FD says. -EBADMSG: nothing. The loan is the caller's. */
int journal_load(struct journal_text *ret, int fd);
/* Moves the open journal to the history. */
int journal_retire(const char *directory);
