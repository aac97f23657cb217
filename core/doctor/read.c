/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/doctor/read.h"

#include <ctype.h>
#include <dirent.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

bool doctor_exists(const char *root, const char *path) {
        char name[600];
        struct stat st;

        snprintf(name, sizeof(name), "%s%s", root, path);
        return lstat(name, &st) == 0;
}

static FILE *open_file(const char *root, const char *path) {
        char name[600];
        struct stat st;

        snprintf(name, sizeof(name), "%s%s", root, path);
        /* A pipe or a device would keep us. */
        return stat(name, &st) == 0 && S_ISREG(st.st_mode) ? fopen(name, "re") : NULL;
}

char *doctor_read(const char *root, const char *path) {
        _cleanup_fclose_ FILE *in = open_file(root, path);
        _cleanup_free_ char *text = NULL;
        size_t size = 0;

        /* All of it is one record, as it has no NUL. */
        if (!in || getdelim(&text, &size, '\0', in) < 0)
                return NULL;
        return steal_ptr(text);
}

bool doctor_read_line(const char *root, const char *path, char *text, size_t size) {
        _cleanup_fclose_ FILE *in = open_file(root, path);

        text[0] = '\0';
        if (!in)
                return false;
        if (!fgets(text, (int)size, in))
                text[0] = '\0';
        text[strcspn(text, "\n")] = '\0';
        return true;
}

bool doctor_read_switch(const char *root, const char *path) {
        char text[8];

        return doctor_read_line(root, path, text, sizeof(text)) &&
               (text[0] == 'Y' || text[0] == '1' || strcmp(text, "on") == 0);
}

static bool ends_with(const char *text, const char *suffix) {
        size_t length = strlen(text), end = strlen(suffix);

        return length >= end && strcmp(text + length - end, suffix) == 0;
}

char **doctor_list(const char *root, const char *folder, const char *suffix) {
        _cleanup_(doctor_list_freep) char **names = NULL;
        struct dirent **entries = NULL;
        char path[600];
        size_t kept = 0;
        int n;

        snprintf(path, sizeof(path), "%s%s", root, folder);
        n = scandir(path, &entries, NULL, alphasort);
        names = n > 0 ? calloc((size_t)n + 1, sizeof(*names)) : NULL;
        for (int i = 0; i < n; i++) {
                if (names && entries[i]->d_name[0] != '.' && ends_with(entries[i]->d_name, suffix)) {
                        names[kept] = strdup(entries[i]->d_name);
                        kept += names[kept] != NULL;
                }
                free(entries[i]);
        }
        free(entries);
        return kept > 0 ? steal_ptr(names) : NULL;
}

char **doctor_list_free(char **names) {
        for (char **name = names; name && *name; name++)
                free(*name);
        free(names);
        return NULL;
}

void doctor_each_line(const char *root, const char *folder,
                      void (*line)(const char *path, const char *text, void *userdata), void *userdata) {
        _cleanup_(doctor_list_freep) char **names = doctor_list(root, folder, ".conf");

        for (char **name = names; name && *name; name++) {
                _cleanup_free_ char *text = NULL;
                char path[600], *rest;

                snprintf(path, sizeof(path), "%s/%s", folder, *name);
                text = doctor_read(root, path);
                rest = text;
                for (char *one = strsep(&rest, "\n"); one; one = strsep(&rest, "\n"))
                        line(path, one, userdata);
        }
}

const char *doctor_kernel_option(const char *command_line, const char *key) {
        size_t length = strlen(key);

        for (const char *at = command_line; at && (at = strstr(at, key)); at += length)
                if ((at == command_line || isspace((unsigned char)at[-1])) &&
                    strchr("= \n", at[length])) /* or its end */
                        return at + length;
        return NULL;
}

int doctor_find_process(const char *root, const char *name) {
        _cleanup_(doctor_list_freep) char **pids = doctor_list(root, "/proc", "");
        char path[64], program[32];

        for (char **pid = pids; pid && *pid; pid++) {
                if (!isdigit((unsigned char)**pid))
                        continue;
                snprintf(path, sizeof(path), "/proc/%.20s/comm", *pid);
                if (doctor_read_line(root, path, program, sizeof(program)) && strcmp(program, name) == 0)
                        return (int)strtol(*pid, NULL, 10);
        }
        return 0;
}

void doctor_append(char *text, size_t size, const char *format, ...) {
        size_t length = strlen(text);
        va_list ap;

        if (length > 0 && length + 2 < size) {
                strcpy(text + length, ", ");
                length += 2;
        }
        va_start(ap, format);
        vsnprintf(text + length, size - length, format, ap);
        va_end(ap);
}
