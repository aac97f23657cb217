/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/*
 * switcher/journal: the record of one loan on disk, written ahead: whatever is about to be done stands there
 * before it is done. DIRECTORY is /var/lib/pillion: the loan that is open is switch.journal in it, those that
 * are over are history/NUMBER.journal. All of it may be read by anybody; only root, with the lock held,
 * writes.
 *
 * A journal appears whole (temporary file, fsync, link, fsync of the folder), and each record is on the
 * disk when its append returns. A last line that is not whole was being written when the power went: it never
 * happened. One that is not whole elsewhere is damage: the loan is what the other lines say.
 */
#include <stdbool.h>
#include <stddef.h>

#include "core/cleanup.h"
#include "switcher/loan.h"
#include "switcher/record.h"

#define JOURNAL_DIRECTORY "/var/lib/pillion"
#define JOURNAL_KEPT      20 /* of the history */

struct journal;

/* What to do before (WRITTEN false) and after a record is on the disk; for tests, which die here. */
typedef void (*journal_fn)(bool written, void *userdata);

/* -EEXIST: one is open. RECORD is its BEGIN. */
int journal_create(struct journal **ret, const char *directory, const struct record *begin);
/* The open one, to write on; a torn tail is cut off. -ENOENT: none is. */
int journal_open(struct journal **ret, const char *directory);
/* Only closes it. */
struct journal *journal_free(struct journal *journal);
DEFINE_CLEANUP(struct journal, journal_free);
void journal_watch(struct journal *journal, journal_fn fn, void *userdata);

/* What it says so far. Borrowed, and good until the next append. */
const struct loan *journal_loan(const struct journal *journal);
/* The number of the first line that is damaged; 0: none. */
size_t journal_damage(const struct journal *journal);

/* On disk when it returns 0. -EBADMSG: it cannot come next; else the disk failed, and nothing was recorded.
 */
int journal_append(struct journal *journal, const struct record *record);
/*
 * The same for what may be done although the disk fails, such as undoing: it is recorded in memory then, as
 * is all that follows, and only the first failure is returned. Who reads the file will undo again.
 */
int journal_note(struct journal *journal, const struct record *record);
/* Notes END and moves it to the history, where the oldest gives way. */
int journal_finish(struct journal *journal, const char *how);

/*
 * To look only, by anybody. -ENOENT: no loan is open. *RET_DAMAGE, unless NULL: the first damaged line.
 * -EBADMSG: not even its first line can be read.
 */
int journal_read(struct loan **ret, const char *directory, size_t *ret_damage);
/* The latest of the history. -ENOENT: there is none. */
int journal_read_last(struct loan **ret, const char *directory);

/* This boot's id. */
int journal_boot(char boot[static LOAN_BOOT_SIZE]);
