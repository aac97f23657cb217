/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/*
 * switcher/profile-values: the forms that values of a profile have. Pure. Setters free what was there before;
 * -EINVAL leaves it.
 */
#include <stdbool.h>
#include <stddef.h>

#include "switcher/inventory.h"
#include "switcher/profile.h"

bool value_is_text(const char *text);    /* not empty, without control characters, not an option to anybody */
bool value_is_unit(const char *text);    /* a systemd unit that can be stopped: "ollama.service" */
bool value_is_program(const char *text); /* a process's comm: at most 15 bytes, no '/' */
bool value_is_snippet(const char *text); /* a file that Xorg would read: letters, digits, -_., then .conf */

/* Words with blanks in between, each valid, none twice. NULL-terminated; freed with argv_free(). */
int value_set_list(const char *text, char ***field, bool (*is_valid)(const char *text));
/* "10G": a whole number, with K, M, G or T; bytes */
int value_set_size(const char *text, uint64_t *field);
/* "3:0x11 ABC123:15:17" */
int value_set_monitors(const char *text, struct profile_monitor **field, size_t *n);
/* "2M:1024 1G:8" */
int value_set_pools(const char *text, struct profile_pool **field, size_t *n);

struct profile_monitor *value_monitors_free(struct profile_monitor *monitors, size_t n);
