/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/*
 * core/doctor/read: the few ways in which the doctor looks at files. ROOT is the prefix of each path. What
 * cannot be read is as if absent.
 */
#include <stdbool.h>
#include <stddef.h>

#include "core/cleanup.h"

/* Whether there is something at PATH, be it a link to nothing. */
bool doctor_exists(const char *root, const char *path);

/* The file's text, of whatever length, up to the first NUL; NULL: none. The caller's. */
char *doctor_read(const char *root, const char *path);
/* Its first line without the line break, "" if there is none. False: it cannot be read. */
bool doctor_read_line(const char *root, const char *path, char *text, size_t size);
/* A module's parameter is Y, 1 or on. */
bool doctor_read_switch(const char *root, const char *path);

/* The names of the entries of FOLDER that end with SUFFIX, sorted; NULL-terminated, the caller's; NULL: none.
 */
char **doctor_list(const char *root, const char *folder, const char *suffix);
char **doctor_list_free(char **names);
DEFINE_CLEANUP(char *, doctor_list_free);

/* Calls LINE with each line of each *.conf in FOLDER, without its line break. */
void doctor_each_line(const char *root, const char *folder,
                      void (*line)(const char *path, const char *text, void *userdata), void *userdata);

/* What follows KEY in a kernel's command line: "=on" of "intel_iommu"; NULL: it is not there. Borrowed. */
const char *doctor_kernel_option(const char *command_line, const char *key);

/* The first process whose program is NAME, as the kernel has it (15 characters); 0: none. */
int doctor_find_process(const char *root, const char *name);

/* Appends to TEXT, which holds SIZE bytes, after a ", " if something is there. */
__attribute__((format(printf, 3, 4))) void doctor_append(char *text, size_t size, const char *format, ...);
