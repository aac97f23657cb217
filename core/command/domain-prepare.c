/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The backup is written before libvirt is asked to change anything, and what libvirt made of it after: one
 * without the other is a change of which nobody knows whether it came about.
 */
#include <unistd.h>

#include "core/command/commands.h"
#include "core/command/diff.h"
#include "core/command/domain-backup.h"
#include "core/command/domain-show.h"
#include "core/command/domain.h"
#include "core/command/fail.h"
#include "core/command/status.h"
#include "core/terminal.h"
#include "switcher/definition.h"
#include "switcher/domain-edit.h"

#define RED   "\033[31m"
#define GREEN "\033[32m"
#define CYAN  "\033[36m"
#define PLAIN "\033[m"

static const char *paint_of(char mark) {
        return mark == '+' ? GREEN : mark == '-' ? RED : mark == '@' ? CYAN : "";
}

void domain_print_diff(const char *diff) {
        bool colour = terminal_wants_colour(stdout);

        while (*diff) {
                size_t length = strcspn(diff, "\n");
                const char *paint = colour ? paint_of(*diff) : "";

                fprintf(stdout, "%s%.*s%s\n", paint, (int)length, diff, *paint ? PLAIN : "");
                diff += length + (diff[length] == '\n');
        }
}

/* With whom one deals. */
struct change {
        const struct domain_request *request;
        char word[150]; /* the name, for a command */
        struct definition now;
};

static bool look(struct change *change, const struct domain_request *request) {
        *change = (struct change){ .request = request };
        domain_word(change->word, sizeof(change->word), request->name);
        return domain_look(&change->now, request->uri, request->name);
}

static void change_done(struct change *change) {
        definition_done(&change->now);
}

/* Without the passwords, which are not for a terminal. */
static bool print_change(const struct change *change, const char *after, const char *name) {
        _cleanup_free_ char *before_shown = NULL, *after_shown = NULL, *diff = NULL;

        if (domain_edit_redact(&before_shown, change->now.secret) >= 0 &&
            domain_edit_redact(&after_shown, after) >= 0)
                diff = diff_unified(before_shown, after_shown, change->request->name, name);
        if (!diff) {
                fputs("pillion: the difference cannot be shown, so nothing is changed\n", stderr);
                return false;
        }
        domain_print_diff(diff);
        return true;
}

/* Whether it is to be done. WHAT is the command that would do it without asking. */
static bool is_wanted(const struct change *change, const char *what) {
        char answer[16] = "";

        if (change->request->write)
                return true;
        if (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO)) {
                fprintf(stderr, "pillion: nothing is changed yet; '%s --write' does it\n", what);
                return false;
        }
        fputs("Change the definition so? [y/N] ", stdout);
        fflush(stdout);
        if (fgets(answer, sizeof(answer), stdin) && (*answer == 'y' || *answer == 'Y'))
                return true;
        fputs("pillion: nothing is changed\n", stderr);
        return false;
}

/* libvirt takes AFTER; *RET is what it has then. */
static int define(const struct change *change, const char *after, char **ret) {
        const struct definition_change wanted = { change->request->uri, change->request->name,
                                                  change->now.secret, after };
        char problem[600];
        int r = definition_write(ret, &wanted, DOMAIN_WAIT_USEC, problem, sizeof(problem));

        if (r < 0)
                fprintf(stderr, "pillion: %s\n", problem);
        return r;
}

static void tell_when(const struct change *change) {
        if (change->now.active)
                fprintf(stderr, "pillion: '%s' is running; it counts from its next cold start\n",
                        change->request->name);
}

/* What might be wanted besides, and is the user's to decide. */
static void tell_hints(const char *after) {
        _cleanup_(domain_view_done) struct domain_view view = { 0 };
        struct domain_finding findings[DOMAIN_FINDINGS];
        size_t n = domain_view_look(&view, after) < 0 ? 0 : domain_find(&view, findings);

        for (size_t i = 0; i < n; i++)
                if (!findings[i].missing)
                        fprintf(stderr, "- %s:\n    %s\n", findings[i].what, findings[i].command);
}

static int write_change(const struct change *change, const char *after) {
        _cleanup_free_ char *path = NULL, *became = NULL;
        int r;

        r = domain_backup_keep(&path, change->request->name, change->now.secret);
        if (r < 0) {
                fprintf(stderr,
                        "pillion: no backup can be made, so nothing is changed: %s; see $XDG_STATE_HOME\n",
                        strerror(-r));
                return EXIT_FAILED;
        }
        r = define(change, after, &became);
        if (r < 0) {
                if (r != -ETIMEDOUT)
                        domain_backup_drop(path);
                return EXIT_FAILED;
        }
        (void)domain_backup_complete(path, became);
        fprintf(stderr,
                "pillion: it is changed; as it was, it is in %s, and 'pillion domain prepare %s --undo' "
                "puts that back\n",
                path, change->word);
        tell_when(change);
        return EXIT_DONE;
}

int domain_prepare(const struct domain_request *request) {
        _cleanup_(change_done) struct change change = { 0 };
        _cleanup_free_ char *after = NULL;
        char what[400];
        int r;

        if (!look(&change, request))
                return EXIT_FAILED;
        r = domain_edit(&after, change.now.secret, request->edit);
        if (r < 0)
                return command_fail("the definition cannot be edited", r);
        if (strcmp(after, change.now.secret) == 0) {
                fprintf(stderr, "pillion: the definition of '%s' has all of that already\n", request->name);
                return EXIT_DONE;
        }
        if (!print_change(&change, after, "prepared"))
                return EXIT_FAILED;
        tell_hints(after);
        snprintf(what, sizeof(what), "pillion domain prepare %s%s%s%s%s", change.word,
                 request->edit->sound ? "" : " --no-sound", request->edit->keyboard ? "" : " --no-input",
                 request->edit->hide_kvm ? " --hide-kvm" : "", request->edit->undisplay ? " --gpu-only" : "");
        return is_wanted(&change, what) ? write_change(&change, after) : EXIT_DONE;
}

/* What --force is for. */
static bool is_ours(const struct change *change, const struct domain_backup *backup) {
        if (change->request->force || (backup->became && strcmp(backup->became, change->now.secret) == 0))
                return true;
        fprintf(stderr,
                "pillion: the definition of '%s' has been changed since, and that would be lost; "
                "'pillion domain prepare %s --undo --force' does it all the same\n",
                change->request->name, change->word);
        return false;
}

static int put_back(const struct change *change, const struct domain_backup *backup) {
        _cleanup_free_ char *path = NULL, *became = NULL;
        int r = 0;

        if (change->request->force)
                r = domain_backup_keep_forced(&path, backup->path, change->now.secret);
        if (r < 0) {
                fprintf(stderr, "pillion: what it is now cannot be kept, so nothing is changed: %s\n",
                        strerror(-r));
                return EXIT_FAILED;
        }
        if (define(change, backup->was, &became) < 0)
                return EXIT_FAILED;
        domain_backup_drop(backup->path);
        fprintf(stderr, "pillion: it is as it was before%s%s\n", path ? "; what it has been is in " : "",
                path ? path : "");
        tell_when(change);
        return EXIT_DONE;
}

int domain_undo(const struct domain_request *request) {
        _cleanup_(change_done) struct change change = { 0 };
        _cleanup_(domain_backup_done) struct domain_backup backup = { 0 };
        char what[200];
        int r;

        r = domain_backup_newest(&backup, request->name);
        if (r == -ENOENT)
                fprintf(stderr, "pillion: there is nothing to undo: no backup of '%s' is left\n",
                        request->name);
        else if (r < 0)
                fprintf(stderr, "pillion: the backup of '%s' cannot be read: %s\n", request->name,
                        strerror(-r));
        if (r < 0 || !look(&change, request))
                return EXIT_FAILED;
        if (strcmp(backup.was, change.now.secret) == 0) {
                domain_backup_drop(backup.path);
                fprintf(stderr, "pillion: the definition of '%s' is as it was before\n", request->name);
                return EXIT_DONE;
        }
        if (!print_change(&change, backup.was, "as it was") || !is_ours(&change, &backup))
                return EXIT_FAILED;
        snprintf(what, sizeof(what), "pillion domain prepare %s --undo%s", change.word,
                 request->force ? " --force" : "");
        return is_wanted(&change, what) ? put_back(&change, &backup) : EXIT_DONE;
}
