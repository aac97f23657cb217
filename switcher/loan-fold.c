/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One record after the other becomes a loan. What cannot have been written by us in that order is refused,
 * and changes nothing: each fold_…() reads all it needs before it stores the first of it.
 */
#include "switcher/loan.h"

#include "core/parse.h"

#define PID_MAX (1 << 22) /* the kernel's own limit */

static int get_number(const struct record *record, const char *key, uint64_t max, uint64_t *ret) {
        const char *text = words_get(&record->words, key);

        return text && parse_unsigned(text, 0, max, ret) == 0 ? 0 : -EBADMSG;
}

static int get_child(const struct record *record, pid_t *ret_pid, uint64_t *ret_start) {
        uint64_t pid, start;
        int r;

        r = get_number(record, "pid", PID_MAX, &pid);
        if (r >= 0)
                r = get_number(record, "start", UINT64_MAX, &start);
        if (r < 0)
                return r;
        *ret_pid = (pid_t)pid;
        *ret_start = start;
        return 0;
}

/* Words in a word. -ENOMEM too; RET is empty. */
static int get_words(const struct record *record, const char *key, struct words *ret) {
        const char *text = words_get(&record->words, key);
        int r = text ? words_decode(ret, text) : -EBADMSG;

        return r == -EINVAL ? -EBADMSG : r;
}

static int get_step_number(const struct record *record, unsigned *ret) {
        uint64_t n;
        int r = get_number(record, "n", UINT16_MAX, &n);

        if (r < 0)
                return r;
        *ret = (unsigned)n;
        return 0;
}

static bool boot_is_valid(const char *boot) {
        return boot && strlen(boot) == LOAN_BOOT_SIZE - 1 &&
               strspn(boot, "0123456789abcdef") == LOAN_BOOT_SIZE - 1;
}

static int fold_begin(struct loan *loan, const struct record *record) {
        const char *profile = words_get(&record->words, "profile");
        const char *domain = words_get(&record->words, "domain"), *uri = words_get(&record->words, "uri");
        const char *boot = words_get(&record->words, "boot");
        uint64_t time, planned;

        if (loan->profile || !words_is(&record->words, "version", "1") || !profile || !domain || !uri ||
            !boot_is_valid(boot) || get_number(record, "time", UINT64_MAX, &time) < 0 ||
            get_number(record, "steps", UINT16_MAX, &planned) < 0)
                return -EBADMSG;
        if (replace_string(&loan->domain, domain) < 0 || replace_string(&loan->uri, uri) < 0 ||
            replace_string(&loan->profile, profile) < 0)
                return -ENOMEM;
        memcpy(loan->boot, boot, LOAN_BOOT_SIZE);
        loan->time = time;
        loan->planned = (unsigned)planned;
        return 0;
}

static int read_step(struct loan_step *ret, const struct record *record) {
        const char *kind = words_get(&record->words, "kind"), *target = words_get(&record->words, "target");
        int r = kind ? step_kind_from_name(kind) : -EBADMSG;

        if (r < 0 || !target)
                return -EBADMSG;
        ret->step.kind = (enum step_kind)r;
        ret->step.optional = words_is(&record->words, "optional", "yes");
        ret->step.target = strdup(target);
        if (!ret->step.target)
                return -ENOMEM;
        r = get_words(record, "told", &ret->step.told);
        if (r >= 0)
                r = get_words(record, "state", &ret->state);
        if (r >= 0)
                r = get_child(record, &ret->pid, &ret->start);
        return r;
}

static void drop_step(struct loan_step *step) {
        step_done(&step->step);
        words_done(&step->state);
}

static int fold_intent(struct loan *loan, const struct record *record) {
        _cleanup_(drop_step) struct loan_step step = { .phase = LOAN_STEP_BEGUN };
        struct loan_step *grown;
        int r;

        r = get_step_number(record, &step.number);
        if (r < 0)
                return r;
        if (loan->phase != LOAN_LENDING ||
            step.number <= (loan->n_steps > 0 ? loan->steps[loan->n_steps - 1].number : 0))
                return -EBADMSG;
        r = read_step(&step, record);
        if (r < 0)
                return r;
        grown = reallocarray(loan->steps, loan->n_steps + 1, sizeof(*grown));
        if (!grown)
                return -ENOMEM;
        loan->steps = grown;
        grown[loan->n_steps++] = step;
        step = (struct loan_step){ 0 };
        return 0;
}

/* No child is at work on it any more. */
static void settle(struct loan_step *step, enum loan_step_phase phase) {
        step->phase = phase;
        step->stuck = false;
        step->pid = 0;
        step->start = 0;
}

static int fold_done(struct loan_step *step, const struct record *record) {
        uint64_t usec;
        int r = get_number(record, "usec", UINT64_MAX, &usec);

        if (r < 0 || step->phase != LOAN_STEP_BEGUN)
                return -EBADMSG;
        r = get_words(record, "result", &step->result);
        if (r < 0)
                return r;
        step->apply_usec = usec;
        settle(step, LOAN_STEP_DONE);
        return 0;
}

static int fold_failed(struct loan *loan, struct loan_step *step, const struct record *record) {
        const char *reason = words_get(&record->words, "reason");
        bool undo = words_is(&record->words, "undo", "yes");

        if (!reason || (step && step->phase != (undo ? LOAN_STEP_UNDOING : LOAN_STEP_BEGUN)) ||
            (!step && undo))
                return -EBADMSG;
        if (step && replace_string(&step->reason, reason) < 0)
                return -ENOMEM;
        if (!undo && !loan->reason && replace_string(&loan->reason, reason) < 0)
                return -ENOMEM;
        if (step)
                settle(step, undo ? LOAN_STEP_UNDO_FAILED : LOAN_STEP_FAILED);
        return 0;
}

static int fold_stuck(struct loan *loan, struct loan_step *step, const struct record *record) {
        const char *reason = words_get(&record->words, "reason");
        pid_t pid;
        uint64_t start;
        int r = get_child(record, &pid, &start);

        if (r < 0 || !reason || (step->phase != LOAN_STEP_BEGUN && step->phase != LOAN_STEP_UNDOING))
                return -EBADMSG;
        if (replace_string(&step->reason, reason) < 0 ||
            (!loan->reason && replace_string(&loan->reason, reason) < 0))
                return -ENOMEM;
        step->stuck = true;
        step->pid = pid;
        step->start = start;
        return 0;
}

/* An optional step that failed is undone at once, while lending goes on. */
static int fold_undo(struct loan *loan, struct loan_step *step, const struct record *record) {
        bool alone = step->step.optional && step->phase != LOAN_STEP_DONE && step->phase != LOAN_STEP_BEGUN;
        pid_t pid;
        uint64_t start;
        int r = get_child(record, &pid, &start);

        if (r < 0 || !loan_step_is_open(step))
                return -EBADMSG;
        settle(step, LOAN_STEP_UNDOING);
        step->pid = pid;
        step->start = start;
        if (!alone || loan->phase != LOAN_LENDING)
                loan->phase = LOAN_RETURNING;
        return 0;
}

static int fold_undone(struct loan_step *step, const struct record *record) {
        uint64_t usec;
        int r = get_number(record, "usec", UINT64_MAX, &usec);

        if (r < 0 || step->phase != LOAN_STEP_UNDOING)
                return -EBADMSG;
        step->undo_usec = usec;
        settle(step, LOAN_STEP_UNDONE);
        return 0;
}

static int fold_lent(struct loan *loan) {
        if (loan->phase != LOAN_LENDING)
                return -EBADMSG;
        loan->phase = LOAN_LENT;
        loan->was_lent = true;
        return 0;
}

static int fold_end(struct loan *loan, const struct record *record) {
        const char *how = words_get(&record->words, "how");

        if (!how)
                return -EBADMSG;
        if (replace_string(&loan->how, how) < 0)
                return -ENOMEM;
        loan->phase = LOAN_ENDED;
        return 0;
}

static int fold_step(struct loan *loan, const struct record *record) {
        struct loan_step *step;
        unsigned n;
        int r = get_step_number(record, &n);

        if (r < 0)
                return r;
        step = (struct loan_step *)loan_find(loan, n);
        if (record->type == RECORD_FAILED)
                return fold_failed(loan, step, record);
        if (!step)
                return -EBADMSG;
        if (record->type == RECORD_DONE)
                return fold_done(step, record);
        if (record->type == RECORD_STUCK)
                return fold_stuck(loan, step, record);
        return record->type == RECORD_UNDO ? fold_undo(loan, step, record) : fold_undone(step, record);
}

int loan_fold(struct loan *loan, const struct record *record) {
        if (record->type != RECORD_BEGIN && (!loan->profile || loan->phase == LOAN_ENDED))
                return -EBADMSG;
        switch (record->type) {
        case RECORD_BEGIN:
                return fold_begin(loan, record);
        case RECORD_INTENT:
                return fold_intent(loan, record);
        case RECORD_DONE:
        case RECORD_FAILED:
        case RECORD_STUCK:
        case RECORD_UNDO:
        case RECORD_UNDONE:
                return fold_step(loan, record);
        case RECORD_LENT:
                return fold_lent(loan);
        case RECORD_END:
                return fold_end(loan, record);
        case N_RECORDS:
                break;
        }
        return -EBADMSG;
}
