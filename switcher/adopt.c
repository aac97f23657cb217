/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The order is such that Xorg finds every snippet whenever the power goes: first the file that makes the link
 * in /run at boot, then that link, then the one in /etc; and the other way round. All is looked at before
 * anything is changed.
 */
#include "switcher/adopt.h"

#include <stdarg.h>

#include "switcher/adopt-file.h"
#include "switcher/links.h"

struct adoption {
        const struct adopt_options *options; /* borrowed */
        const char *profile;                 /* its name, borrowed */
        char *file;                          /* for systemd-tmpfiles */
        struct adopted_list list;
        char *problem;
        size_t size;
};

static void adoption_done(struct adoption *adoption) {
        free(adoption->file);
        adopted_list_done(&adoption->list);
}

__attribute__((format(printf, 3, 4))) static int fail(const struct adoption *adoption, int r,
                                                      const char *format, ...) {
        va_list ap;

        va_start(ap, format);
        vsnprintf(adoption->problem, adoption->size, format, ap);
        va_end(ap);
        return r;
}

/* FOLDER/NAME below the root. NULL: no memory. */
static char *below(const struct adoption *adoption, const char *folder, const char *name) {
        char *path;

        return asprintf(&path, "%s%s/%s", adoption->options->root, folder, name) < 0 ? NULL : path;
}

/* 1: the link in /etc points to ours; 0: elsewhere, which is *RET, the caller's. */
static int look(const struct adoption *adoption, const char *name, char **ret) {
        _cleanup_free_ char *path = below(adoption, ADOPT_ETC, name), *is = NULL;
        int r;

        if (!path)
                return -ENOMEM;
        r = link_read(&is, path);
        if (r == -ENOENT)
                return fail(adoption, r, "%s is not there: if its card is lent, return it first", path);
        if (r == -EINVAL)
                return fail(adoption, -EEXIST,
                            "%s is a file: move it to /etc/X11/xorg.conf.avail, and link to it there", path);
        if (r < 0)
                return fail(adoption, r, "cannot read %s: %s", path, strerror(-r));
        if (adopt_is_target(is, name))
                return 1;
        *ret = steal_ptr(is);
        return 0;
}

/* Makes NAME in FOLDER a link to TARGET, and says so. */
static int put(const struct adoption *adoption, const char *folder, const char *name, const char *target) {
        _cleanup_free_ char *path = below(adoption, folder, name);
        int r;

        if (!path)
                return -ENOMEM;
        fprintf(adoption->options->out, "link %s to %s\n", path, target);
        r = adoption->options->dry_run ? 0 : link_put(path, target);
        return r < 0 ? fail(adoption, r, "cannot make %s a link to %s: %s", path, target, strerror(-r)) : 0;
}

static int take(const struct adoption *adoption, const char *path) {
        int r;

        fprintf(adoption->options->out, "remove %s\n", path);
        r = adoption->options->dry_run ? 0 : link_remove(path);
        return r < 0 ? fail(adoption, r, "cannot remove %s: %s", path, strerror(-r)) : 0;
}

static int load(struct adoption *adoption) {
        _cleanup_fclose_ FILE *file = fopen(adoption->file, "re");
        _cleanup_free_ char *text = NULL;
        size_t size = 0;

        if (!file)
                return errno == ENOENT ? 0 : fail(adoption, -errno, "cannot read %s: %m", adoption->file);
        return getdelim(&text, &size, '\0', file) < 0 ? 0 : adopted_list_parse(&adoption->list, text);
}

static int save(const struct adoption *adoption) {
        _cleanup_free_ char *text = adopted_list_format(&adoption->list, adoption->profile);
        _cleanup_free_ char *folder = below(adoption, ADOPT_TMPFILES, "");
        _cleanup_free_ char *run = below(adoption, ADOPT_RUN, "");
        int r;

        if (!text || !folder || !run)
                return -ENOMEM;
        fprintf(adoption->options->out, "write %s\n", adoption->file);
        if (adoption->options->dry_run)
                return 0;
        r = link_make_folder(folder);
        if (r < 0)
                return fail(adoption, r, "cannot make %s: %s", folder, strerror(-r));
        r = link_put_file(adoption->file, text);
        if (r < 0)
                return fail(adoption, r, "cannot write %s: %s", adoption->file, strerror(-r));
        r = link_make_folder(run);
        return r < 0 ? fail(adoption, r, "cannot make %s: %s", run, strerror(-r)) : 0;
}

/* Adds what is to be moved to the list. 1: is there yet. */
static int plan(struct adoption *adoption, const char *name) {
        _cleanup_free_ char *was = NULL;
        int r;

        if (!adopt_name_is_valid(name))
                return fail(adoption, -EINVAL,
                            "'%s' is no name of an Xorg snippet: it has to be like 10-nvidia.conf", name);
        r = look(adoption, name, &was);
        if (r != 0)
                return r;
        r = adopted_list_set(&adoption->list, name, was);
        return r == -EINVAL ? fail(adoption, r,
                                   "%s is a link to '%s', which has characters that no link in /run may have",
                                   name, was)
                            : r;
}

static int move(const struct adoption *adoption, const char *name) {
        _cleanup_free_ char *was = NULL, *file = NULL, *run = NULL;
        int r;

        r = look(adoption, name, &was);
        if (r != 0)
                return r;
        file = adopted_file(adopted_list_find(&adoption->list, name));
        if (!file || asprintf(&run, ADOPT_RUN "/%s", name) < 0) {
                run = NULL;
                return -ENOMEM;
        }
        r = put(adoption, ADOPT_RUN, name, file);
        return r < 0 ? r : put(adoption, ADOPT_ETC, name, run);
}

static int adopt(struct adoption *adoption, char *const *names) {
        size_t missing = 0;
        int r;

        for (char *const *name = names; *name; name++) {
                r = plan(adoption, *name);
                if (r < 0)
                        return r;
                missing += r == 0;
        }
        if (missing == 0) {
                fprintf(adoption->options->out, "nothing to do: %s\n",
                        *names ? "all snippets are adopted" : "the profile names no Xorg snippet");
                return 0;
        }
        r = save(adoption);
        for (char *const *name = names; r >= 0 && *name; name++)
                r = move(adoption, *name);
        return r < 0 ? r : 0;
}

/* A link in /run that is missing says that its card is lent: then it must stay missing in /etc, too. */
static int check_return(const struct adoption *adoption, const char *name) {
        _cleanup_free_ char *was = NULL, *run = NULL;
        int r;

        r = look(adoption, name, &was);
        if (r <= 0)
                return r == -ENOENT ? 0 : r;
        run = below(adoption, ADOPT_RUN, name);
        if (!run)
                return -ENOMEM;
        r = link_read(&was, run);
        return r < 0 ? fail(adoption, -EBUSY,
                            "%s is not there: return the card first; if it is not lent, "
                            "'systemd-tmpfiles --create --boot %s' makes it anew",
                            run, adoption->file)
                     : 0;
}

static int give_back(const struct adoption *adoption, const struct adopted *adopted) {
        _cleanup_free_ char *is = NULL, *run = below(adoption, ADOPT_RUN, adopted->name);
        int r;

        if (!run)
                return -ENOMEM;
        r = look(adoption, adopted->name, &is);
        if (r == 1)
                r = put(adoption, ADOPT_ETC, adopted->name, adopted->was);
        else if (r == 0 && strcmp(is, adopted->was) != 0)
                fprintf(adoption->options->out, "leave %s a link to %s, as somebody has made it\n",
                        adopted->name, is);
        return r < 0 && r != -ENOENT ? r : take(adoption, run);
}

static int unadopt(const struct adoption *adoption) {
        int r = 0;

        if (adoption->list.n == 0) {
                fprintf(adoption->options->out, "nothing to undo: no snippet of %s is adopted\n",
                        adoption->profile);
                return 0;
        }
        for (size_t i = 0; r >= 0 && i < adoption->list.n; i++)
                r = check_return(adoption, adoption->list.items[i].name);
        for (size_t i = 0; r >= 0 && i < adoption->list.n; i++)
                r = give_back(adoption, &adoption->list.items[i]);
        return r < 0 ? r : take(adoption, adoption->file);
}

int adopt_run(const struct profile *profile, const struct adopt_options *options, char *problem,
              size_t size) {
        static char *none[] = { NULL };
        _cleanup_(adoption_done) struct adoption adoption = {
                .options = options, .profile = profile->name, .problem = problem, .size = size
        };
        int r;

        *problem = '\0';
        if (asprintf(&adoption.file, "%s" ADOPT_TMPFILES "/pillion-xorg-%s.conf", options->root,
                     profile->name) < 0) {
                adoption.file = NULL;
                return fail(&adoption, -ENOMEM, "no memory");
        }
        r = load(&adoption);
        if (r >= 0)
                r = options->undo ? unadopt(&adoption)
                                  : adopt(&adoption, profile->xorg_snippets ? profile->xorg_snippets : none);
        return r == -ENOMEM ? fail(&adoption, r, "no memory") : r;
}
