/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/*
 * ivshmem/explain: what is wrong with a shared memory file, and what to do, in one line for `pillion status`.
 *
 * Texts are cut at SIZE bytes. All on the loop's thread: owner names come from the user database.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/stat.h>

/* Opening PATH failed with ERROR (negative errno). MIN_SIZE: what the domain should say, in bytes. */
void explain_no_file(char *text, size_t size, const char *path, int error, size_t min_size);

/* PATH is open, but is not a regular file of MIN_SIZE bytes. */
void explain_wrong_file(char *text, size_t size, const char *path, const struct stat *st, size_t min_size);

/* PATH is not the file any more that the guest writes to; REPLACED: another one has taken the name. */
void explain_lost_name(char *text, size_t size, const char *path, bool replaced);

/* HEADER (24 bytes) is nothing that Scream's driver writes; VERDICT completes the sentence. */
void explain_bad_header(char *text, size_t size, const char *path, const uint8_t *header,
                        const char *verdict);
