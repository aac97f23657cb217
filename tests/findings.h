/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/* tests/findings: what a judge of the doctor says, as text: a line a finding, the remedies below it. */
#include "core/doctor/audio.h"
#include "core/doctor/guest.h"

#include "tests/test.h"

static char *findings;
static size_t findings_size;

static inline struct doctor findings_begin(void) {
        free(findings);
        findings = NULL;
        return (struct doctor){
                .out = open_memstream(&findings, &findings_size),
                .part = "p",
                .headed = "p",
                .check = "c",
        };
}

static inline void findings_end(struct doctor *doctor) {
        fclose(doctor->out);
}

/* What JUDGE(&doctor, ...) says is of VERDICT and has WORDS in it, and nothing else is said. */
#define SAYS(verdict, words, judge, ...)                                                                     \
        do {                                                                                                 \
                struct doctor doctor_ = findings_begin();                                                    \
                judge(&doctor_, __VA_ARGS__);                                                                \
                findings_end(&doctor_);                                                                      \
                if (!strstr(findings, words))                                                                \
                        test_fail("\"%s\" is not in: %s", words, findings);                                  \
                CHECK_EQ(doctor_.counts[verdict], 1);                                                        \
                CHECK_EQ(doctor_.counts[0] + doctor_.counts[1] + doctor_.counts[2], 1);                      \
        } while (0)

#define SAYS_NOTHING(judge, ...)                                                                             \
        do {                                                                                                 \
                struct doctor doctor_ = findings_begin();                                                    \
                judge(&doctor_, __VA_ARGS__);                                                                \
                findings_end(&doctor_);                                                                      \
                CHECK_STR(findings, "");                                                                     \
        } while (0)
