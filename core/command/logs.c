/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * By fields rather than by --unit and --user-unit: those would have root look for a pilliond of root's, and
 * find nothing of loans by profiles that are no more.
 */
#include "core/command/logs.h"

#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "core/argv.h"
#include "core/command/commands.h"
#include "switcher/profile.h"

/* journalctl's words. */
struct line {
        char **words; /* NULL-terminated */
        size_t n;
        bool failed; /* no memory */
};

__attribute__((format(printf, 2, 3))) static void add(struct line *line, const char *format, ...) {
        char **grown = reallocarray(line->words, line->n + 2, sizeof(*grown));
        va_list ap;

        if (!grown) {
                line->failed = true;
                return;
        }
        line->words = grown;
        va_start(ap, format);
        if (vasprintf(&grown[line->n], format, ap) < 0) {
                grown[line->n] = NULL;
                line->failed = true;
        } else {
                grown[++line->n] = NULL;
        }
        va_end(ap);
}

/* Or what FIELD has as VALUE. */
static void add_match(struct line *line, const char *field, const char *value) {
        add(line, "+");
        add(line, "%s=%s", field, value);
}

/* A unit of the system: what it says, and what is said of it. */
static void add_unit(struct line *line, const char *unit) {
        add_match(line, "_SYSTEMD_UNIT", unit);
        add_match(line, "UNIT", unit);
}

static void add_loans(struct line *line, const char *profile) {
        char unit[200];

        snprintf(unit, sizeof(unit), "pillion-guest@%s.service", profile);
        add_unit(line, unit);
}

static void add_all_loans(struct line *line) {
        _cleanup_(argv_freep) char **names = NULL;

        add_match(line, "_COMM", "pillion-switch");
        if (profile_list(&names, PROFILE_DIRECTORY) < 0)
                return; /* then that is all */
        for (char **name = names; *name; name++)
                add_loans(line, *name);
}

static void add_loans_of(struct line *line, const char *guest) {
        _cleanup_free_ char *profile = NULL;

        add_loans(line, profile_find(&profile, PROFILE_DIRECTORY, guest, 0) < 0 ? guest : profile);
}

bool logs_are_hidden(const char *root) {
        static const char *const folders[] = { "/var/log/journal", "/run/log/journal" };
        size_t there = 0, ours = 0;

        for (size_t i = 0; i < sizeof(folders) / sizeof(*folders); i++) {
                char pattern[300];
                glob_t found = { 0 };

                snprintf(pattern, sizeof(pattern), "%s%s/*/system.journal", root, folders[i]);
                if (glob(pattern, GLOB_NOSORT, NULL, &found) != 0)
                        continue;
                there += found.gl_pathc;
                for (size_t j = 0; j < found.gl_pathc; j++)
                        ours += faccessat(AT_FDCWD, found.gl_pathv[j], R_OK, AT_EACCESS) == 0;
                globfree(&found);
        }
        return there > 0 && ours == 0;
}

static void fill(struct line *line, const char *guest, bool follow, bool boot) {
        add(line, "journalctl");
        if (follow)
                add(line, "--follow");
        if (boot)
                add(line, "--boot");
        if (logs_are_hidden("")) {
                add(line, "--quiet"); /* it would say the same in other words */
                fputs("pillion: what pillion-switch has logged is left out, since only root and the group\n"
                      "systemd-journal may read it; 'sudo pillion logs' shows all\n",
                      stderr);
        }
        add(line, "_SYSTEMD_USER_UNIT=pilliond.service");
        add_match(line, "USER_UNIT", "pilliond.service");
        add_unit(line, "pillion-restore.service");
        add_unit(line, "pillion-devices.service");
        if (guest)
                add_loans_of(line, guest);
        else
                add_all_loans(line);
}

int logs_command(const char *guest, bool follow, bool boot) {
        struct line line = { 0 };

        fill(&line, guest, follow, boot);
        if (!line.failed)
                (void)execvp(line.words[0], line.words);
        fprintf(stderr, "pillion: journalctl cannot be started: %s; it is a part of systemd\n",
                strerror(line.failed ? ENOMEM : errno));
        argv_free(line.words);
        return EXIT_FAILED;
}
