/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The records, from what is to stand in them. switcher/loan.c reads them. */
#include "switcher/record.h"

#include <inttypes.h>

/* Ends each record_make_…(): nothing is left of one that could not be made. */
static int finish(struct record *record, int r) {
        if (r < 0)
                record_done(record);
        return r;
}

static int start(struct record *record, enum record_type type) {
        *record = (struct record){ .type = type };
        return 0;
}

static int start_step(struct record *record, enum record_type type, unsigned n) {
        start(record, type);
        return words_addf(&record->words, "n", "%u", n);
}

static int add(struct record *record, int r, const char *key, const char *value) {
        return r < 0 ? r : words_add(&record->words, key, value);
}

static int add_number(struct record *record, int r, const char *key, uint64_t value) {
        return r < 0 ? r : words_addf(&record->words, key, "%" PRIu64, value);
}

static int add_words(struct record *record, int r, const char *key, const struct words *words) {
        _cleanup_free_ char *text = words_encode(words);

        return r < 0 ? r : text ? words_add(&record->words, key, text) : -ENOMEM;
}

static int add_child(struct record *record, int r, const struct record_child *child) {
        r = add_number(record, r, "pid", (uint64_t)child->pid);
        return add_number(record, r, "start", child->start);
}

int record_make_begin(struct record *record, const struct record_begin *begin) {
        int r = start(record, RECORD_BEGIN);

        r = add(record, r, "version", "1");
        r = add(record, r, "profile", begin->profile);
        r = add(record, r, "domain", begin->domain);
        r = add(record, r, "uri", begin->uri);
        r = add(record, r, "boot", begin->boot);
        r = add_number(record, r, "time", begin->time);
        r = add_number(record, r, "steps", begin->steps);
        return finish(record, r);
}

int record_make_intent(struct record *record, unsigned n, const struct step *step, const struct words *state,
                       const struct record_child *child) {
        int r = start_step(record, RECORD_INTENT, n);

        r = add(record, r, "kind", step_kind_name(step->kind));
        r = add(record, r, "target", step->target);
        r = add(record, r, "optional", step->optional ? "yes" : "no");
        r = add_words(record, r, "told", &step->told);
        r = add_words(record, r, "state", state);
        r = add_child(record, r, child);
        return finish(record, r);
}

int record_make_done(struct record *record, unsigned n, uint64_t usec, const struct words *result) {
        int r = start_step(record, RECORD_DONE, n);

        r = add_number(record, r, "usec", usec);
        r = add_words(record, r, "result", result);
        return finish(record, r);
}

int record_make_failed(struct record *record, unsigned n, bool undo, const char *reason) {
        int r = start_step(record, RECORD_FAILED, n);

        r = add(record, r, "undo", undo ? "yes" : "no");
        r = add(record, r, "reason", reason);
        return finish(record, r);
}

int record_make_stuck(struct record *record, unsigned n, const struct record_child *child,
                      const char *reason) {
        int r = start_step(record, RECORD_STUCK, n);

        r = add_child(record, r, child);
        r = add(record, r, "reason", reason);
        return finish(record, r);
}

int record_make_lent(struct record *record) {
        return start(record, RECORD_LENT);
}

int record_make_undo(struct record *record, unsigned n, const struct record_child *child) {
        int r = start_step(record, RECORD_UNDO, n);

        return finish(record, add_child(record, r, child));
}

int record_make_undone(struct record *record, unsigned n, uint64_t usec) {
        int r = start_step(record, RECORD_UNDONE, n);

        return finish(record, add_number(record, r, "usec", usec));
}

int record_make_end(struct record *record, const char *how) {
        int r = start(record, RECORD_END);

        return finish(record, add(record, r, "how", how));
}
