/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/*
 * switcher/adopt-file: which snippets were adopted, as the file for systemd-tmpfiles has it that makes their
 * links at boot. It is the only record of what the links were. Pure.
 */
#include "core/cleanup.h"

struct adopted {
        char *name; /* of the snippet */
        char *was;  /* what its link in /etc said */
};

struct adopted_list {
        struct adopted *items;
        size_t n;
};

void adopted_list_done(struct adopted_list *list);
/* NULL: it is not in it. Borrowed. */
struct adopted *adopted_list_find(const struct adopted_list *list, const char *name);
/* WAS takes the place of what was known of it. -ENOMEM; -EINVAL: no line of the file could hold that. */
int adopted_list_set(struct adopted_list *list, const char *name, const char *was);

/* Appends what TEXT says; lines that it does not know are none of its business. -ENOMEM. */
int adopted_list_parse(struct adopted_list *list, const char *text);
/* The file; the caller's. NULL: no memory. */
char *adopted_list_format(const struct adopted_list *list, const char *profile);
/* The file that the link stood for, as seen from anywhere. The caller's. NULL: no memory. */
char *adopted_file(const struct adopted *adopted);
