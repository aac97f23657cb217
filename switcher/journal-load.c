/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reading a journal, whole or torn. */
#include "switcher/journal-internal.h"

#include <sys/stat.h>

#define SIZE_MAX_BYTES (16u << 20) /* far beyond what sixteen kinds of step can write */

static int read_all(char **ret, size_t *ret_size, int fd) {
        _cleanup_free_ char *text = NULL;
        struct stat st;
        ssize_t n;

        if (fstat(fd, &st) < 0)
                return -errno;
        if (st.st_size > SIZE_MAX_BYTES)
                return -EBADMSG;
        text = malloc((size_t)st.st_size + 1);
        if (!text)
                return -ENOMEM;
        n = pread(fd, text, (size_t)st.st_size, 0);
        if (n < 0)
                return -errno;
        *ret = steal_ptr(text);
        *ret_size = (size_t)n;
        return 0;
}

static int take_line(struct loan *loan, const char *line, size_t size) {
        _cleanup_(record_done) struct record record = { 0 };
        int r;

        r = record_decode(&record, line, size);
        return r < 0 ? r : loan_fold(loan, &record);
}

/*
 * Each append is one line. So the last one may be torn, and then it never happened; a bad one with anything
 * behind it was whole once.
 */
static int take_lines(struct journal_text *ret, const char *text, size_t size) {
        size_t number = 0, at = 0;
        int r;

        while (at < size) {
                const char *end = memchr(text + at, '\n', size - at);
                size_t next = end ? (size_t)(end - text) + 1 : size;

                number++;
                r = end ? take_line(ret->loan, text + at, next - at - 1) : -EBADMSG;
                if (r == -ENOMEM)
                        return r;
                at = next;
                if (r >= 0)
                        ret->whole = at;
                else if (at < size && ret->damage == 0)
                        ret->damage = number;
        }
        return ret->loan->profile ? 0 : -EBADMSG;
}

int journal_load(struct journal_text *ret, int fd) {
        struct journal_text text = { 0 };
        _cleanup_(loan_freep) struct loan *loan = NULL;
        _cleanup_free_ char *bytes = NULL;
        size_t size = 0;
        int r;

        r = read_all(&bytes, &size, fd);
        if (r < 0)
                return r;
        r = loan_new(&loan);
        if (r < 0)
                return r;
        text.loan = loan;
        r = take_lines(&text, bytes, size);
        if (r < 0)
                return r;
        *ret = text;
        loan = NULL;
        return 0;
}
