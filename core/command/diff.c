/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Forward only: for each number of changes D the furthest point of every diagonal is kept, and the way is
 * then walked back from the end. That takes room for D squared numbers; definitions of domains differ in few
 * lines, and two that have nothing in common still fit.
 */
#include "core/command/diff.h"

#include <stdbool.h>

#include "core/cleanup.h"

#define AROUND 3 /* lines of context */

struct line {
        const char *text; /* with its line break, but for a last one that has none */
        size_t length;
};

struct lines {
        struct line *line;
        int n;
};

/* For each line of either text whether it stays. */
struct change {
        struct lines before, after;
        bool *gone, *new;
};

static int split(struct lines *ret, const char *text) {
        size_t n = 1;

        for (const char *c = text; *c; c++)
                n += *c == '\n';
        ret->line = calloc(n, sizeof(*ret->line));
        if (!ret->line)
                return -ENOMEM;
        while (*text) {
                size_t length = strcspn(text, "\n");

                length += text[length] == '\n';
                ret->line[ret->n++] = (struct line){ text, length };
                text += length;
        }
        return 0;
}

static bool is_same(const struct line *a, const struct line *b) {
        return a->length == b->length && memcmp(a->text, b->text, a->length) == 0;
}

static void change_done(struct change *change) {
        free(change->before.line);
        free(change->after.line);
        free(change->gone);
        free(change->new);
}

static int change_init(struct change *change, const char *before, const char *after) {
        if (split(&change->before, before) < 0 || split(&change->after, after) < 0)
                return -ENOMEM;
        change->gone = calloc((size_t)change->before.n + 1, sizeof(*change->gone));
        change->new = calloc((size_t)change->after.n + 1, sizeof(*change->new));
        return change->gone && change->new ? 0 : -ENOMEM;
}

/* Whether diagonal K is reached with change number D from K + 1, by a line put in. */
static bool comes_down(const int *furthest, int d, int k) {
        return k == -d || (k != d && furthest[k - 1] < furthest[k + 1]);
}

/* One more change on every diagonal, from OLD to NEW, which point at diagonal 0; true: the end is reached. */
static bool advance(const struct change *change, const int *old, int *new, int d) {
        for (int k = -d; k <= d; k += 2) {
                int x = d == 0 ? 0 : comes_down(old, d, k) ? old[k + 1] : old[k - 1] + 1;
                int y = x - k;

                while (x < change->before.n && y < change->after.n && x >= 0 && y >= 0 &&
                       is_same(&change->before.line[x], &change->after.line[y])) {
                        x++;
                        y++;
                }
                new[k] = x;
                if (x >= change->before.n && y >= change->after.n)
                        return true;
        }
        return false;
}

/* TRACE[D] points at diagonal 0 of what stood after D changes. */
static void walk_back(struct change *change, int *const *trace, int d) {
        int x = change->before.n, y = change->after.n;

        for (; d > 0; d--) {
                int k = x - y;
                bool down = comes_down(trace[d - 1], d, k);
                int from = down ? k + 1 : k - 1;

                x = trace[d - 1][from];
                y = x - from;
                if (down)
                        change->new[y] = true;
                else
                        change->gone[x] = true;
        }
}

static void trace_free(int **trace, int n) {
        for (int d = 0; trace && d < n; d++)
                free(trace[d] ? trace[d] - d : NULL);
        free(trace);
}

/* Fills in what is gone and what is new. */
static int compare(struct change *change) {
        int most = change->before.n + change->after.n, r = 0, d;
        int **trace = calloc((size_t)most + 1, sizeof(*trace));

        if (!trace)
                return -ENOMEM;
        for (d = 0; d <= most; d++) {
                int *row = calloc(2 * (size_t)d + 1, sizeof(*row));

                if (!row) {
                        r = -ENOMEM;
                        break;
                }
                trace[d] = row + d;
                if (advance(change, d > 0 ? trace[d - 1] : NULL, trace[d], d)) {
                        walk_back(change, trace, d);
                        break;
                }
        }
        trace_free(trace, most + 1);
        return r;
}

/* Where a hunk is in both texts, and where the next line is. */
struct hunk {
        int x, y;         /* its first lines */
        int x_end, y_end; /* the ones after its last */
};

static bool is_change(const struct change *change, int x, int y) {
        return (x < change->before.n && change->gone[x]) || (y < change->after.n && change->new[y]);
}

/* Over all that is taken out and put in at one place. */
static void skip_change(const struct change *change, int *x, int *y) {
        while (*x < change->before.n && change->gone[*x])
                (*x)++;
        while (*y < change->after.n && change->new[*y])
                (*y)++;
}

/* The first change from X, Y on, with those that are so near that their context would touch; false: none. */
static bool find_hunk(const struct change *change, int x, int y, struct hunk *ret) {
        int same = 0;

        while (x < change->before.n && y < change->after.n && !is_change(change, x, y)) {
                x++;
                y++;
                same++;
        }
        if (!is_change(change, x, y))
                return false;
        *ret = (struct hunk){ .x = x - (same < AROUND ? same : AROUND),
                              .y = y - (same < AROUND ? same : AROUND) };
        for (same = 0; same <= 2 * AROUND;) {
                if (is_change(change, x, y)) {
                        skip_change(change, &x, &y);
                        ret->x_end = x;
                        ret->y_end = y;
                        same = 0;
                } else if (x < change->before.n) {
                        x++;
                        y++;
                        same++;
                } else {
                        break;
                }
        }
        for (same = 0;
             same < AROUND && ret->x_end < change->before.n && !is_change(change, ret->x_end, ret->y_end);
             same++) {
                ret->x_end++;
                ret->y_end++;
        }
        return true;
}

static void print_line(FILE *out, char mark, const struct line *line) {
        fprintf(out, "%c%.*s", mark, (int)line->length, line->text);
        if (line->text[line->length - 1] != '\n')
                fputs("\n\\ No newline at end of file\n", out);
}

/* Counted from 1; but of no lines, the one before, and one line's number stands alone. */
static void print_range(FILE *out, char mark, int from, int to) {
        int n = to - from;

        fprintf(out, " %c%d", mark, n == 0 ? from : from + 1);
        if (n != 1)
                fprintf(out, ",%d", n);
}

static void print_hunk(FILE *out, const struct change *change, const struct hunk *hunk) {
        int x = hunk->x, y = hunk->y;

        fputs("@@", out);
        print_range(out, '-', hunk->x, hunk->x_end);
        print_range(out, '+', hunk->y, hunk->y_end);
        fputs(" @@\n", out);
        while (x < hunk->x_end || y < hunk->y_end) {
                if (x < hunk->x_end && change->gone[x]) {
                        print_line(out, '-', &change->before.line[x++]);
                } else if (y < hunk->y_end && change->new[y]) {
                        print_line(out, '+', &change->after.line[y++]);
                } else {
                        print_line(out, ' ', &change->before.line[x++]);
                        y++;
                }
        }
}

static void print(FILE *out, const struct change *change, const char *before_name, const char *after_name) {
        struct hunk hunk = { 0 };
        bool begun = false;

        while (find_hunk(change, hunk.x_end, hunk.y_end, &hunk)) {
                if (!begun)
                        fprintf(out, "--- %s\n+++ %s\n", before_name, after_name);
                begun = true;
                print_hunk(out, change, &hunk);
        }
}

char *diff_unified(const char *before, const char *after, const char *before_name, const char *after_name) {
        _cleanup_(change_done) struct change change = { 0 };
        char *text = NULL;
        size_t size;
        FILE *out;

        if (change_init(&change, before, after) < 0 || compare(&change) < 0)
                return NULL;
        out = open_memstream(&text, &size);
        if (!out)
                return NULL;
        print(out, &change, before_name, after_name);
        return close_memstream(out, &text);
}
