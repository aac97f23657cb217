/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Arbitrary lines, with a right CRC and without, decoded and folded. What has been decoded is encoded to the
 * same line again, and whatever order they come in, the loan makes sense.
 */
#include "switcher/loan.h"

#include "tests/fuzz.h"

static void check_step(const struct loan *loan, size_t i) {
        const struct loan_step *step = &loan->steps[i];

        MUST(step->step.kind < N_STEPS && step->step.target);
        MUST(i == 0 || step->number > loan->steps[i - 1].number);
        MUST(loan_find(loan, step->number) == step);
        MUST(!step->stuck || step->phase == LOAN_STEP_BEGUN || step->phase == LOAN_STEP_UNDOING);
        MUST(!step->stuck || step->reason);
        MUST(step->pid == 0 || step->phase == LOAN_STEP_BEGUN || step->phase == LOAN_STEP_UNDOING);
        MUST(loan_steps_touch(&step->step, &step->step) || !*step->step.target);
}

static void check(const struct loan *loan) {
        MUST(loan->profile || (loan->n_steps == 0 && loan->phase == LOAN_LENDING));
        MUST(!loan->profile || (loan->domain && loan->uri && strlen(loan->boot) == LOAN_BOOT_SIZE - 1));
        MUST((loan->phase == LOAN_ENDED) == (loan->how != NULL));
        MUST(loan_open_steps(loan) <= loan->n_steps);
        for (size_t i = 0; i < loan->n_steps; i++)
                check_step(loan, i);
}

/* The line as whoever forges it would write it: with a CRC that fits. The caller's. */
static char *forge(const uint8_t *line, size_t size) {
        struct record empty = { .type = RECORD_LENT }, record;
        _cleanup_free_ char *sample = record_encode(&empty);
        char *text = malloc(size + 10);
        uint32_t crc = ~0u;

        MUST(sample && text && record_decode(&record, sample, strlen(sample)) == 0);
        for (size_t i = 0; i < size; i++) {
                crc ^= line[i];
                for (int bit = 0; bit < 8; bit++)
                        crc = crc >> 1 ^ (crc & 1 ? 0xedb88320u : 0);
        }
        sprintf(text, "%08x ", ~crc);
        memcpy(text + 9, line, size);
        text[9 + size] = '\0';
        return text;
}

static void take(struct loan *loan, const char *line, size_t size) {
        _cleanup_free_ char *again = NULL;
        struct record record;

        if (record_decode(&record, line, size) < 0)
                return;
        again = record_encode(&record);
        MUST(again && strlen(again) > 0);
        (void)loan_fold(loan, &record);
        check(loan);
        record_done(&record);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
        _cleanup_(loan_freep) struct loan *loan = NULL;

        MUST(loan_new(&loan) == 0);
        while (size > 0) {
                const uint8_t *end = memchr(data, '\n', size);
                size_t n = end ? (size_t)(end - data) : size;
                _cleanup_free_ char *forged = forge(data, n);

                take(loan, (const char *)data, n);
                take(loan, forged, n + 9);
                n += end != NULL;
                data += n;
                size -= n;
        }
        return 0;
}
