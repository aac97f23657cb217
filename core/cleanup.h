/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/*
 * core/cleanup: scope-bound ownership. A local declared with _cleanup_ is released when its scope ends, on
 * every path; steal_ptr() and steal_fd() are how it is given away. After systemd's and PipeWire's idiom.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define _cleanup_(fn)    __attribute__((cleanup(fn)))
#define _cleanup_free_   _cleanup_(freep)
#define _cleanup_close_  _cleanup_(closep)
#define _cleanup_fclose_ _cleanup_(fclosep)

/* Both leave the "owns nothing" value behind, so the scope's cleanup becomes a no-op. */
#define steal_ptr(p)                                                                                         \
        ({                                                                                                   \
                typeof(p) *stolen_from_ = &(p), stolen_ = *stolen_from_;                                     \
                *stolen_from_ = NULL;                                                                        \
                stolen_;                                                                                     \
        })
#define steal_fd(p)                                                                                          \
        ({                                                                                                   \
                int *stolen_from_ = &(p), stolen_ = *stolen_from_;                                           \
                *stolen_from_ = -1;                                                                          \
                stolen_;                                                                                     \
        })

/*
 * Defines fnp(), the cleanup handler of a destructor `type *fn(type *)` that accepts NULL and returns NULL.
 */
#define DEFINE_CLEANUP(type, fn)                                                                             \
        static inline void fn##p(type **object) {                                                            \
                *object = fn(*object);                                                                       \
        }

/* Closes FD if it is one; returns -1 for the caller to store. */
static inline int close_fd(int fd) {
        if (fd >= 0)
                close(fd);
        return -1;
}

static inline void closep(int *fd) {
        *fd = close_fd(*fd);
}

static inline void fclosep(FILE **file) {
        if (*file)
                fclose(*file);
}

static inline void freep(void *p) {
        free(*(void **)p);
}

/* What was printed to OUT, which ends here, an open_memstream() into *TEXT. The caller's; NULL: no memory. */
static inline char *close_memstream(FILE *out, char **text) {
        if (fclose(out) == 0)
                return *text;
        free(*text);
        return NULL;
}

/* Makes *FIELD a copy of TEXT, NULL of NULL, in place of what it was; -ENOMEM leaves it alone. */
static inline int replace_string(char **field, const char *text) {
        char *copy = text ? strdup(text) : NULL;

        if (text && !copy)
                return -ENOMEM;
        free(*field);
        *field = copy;
        return 0;
}
