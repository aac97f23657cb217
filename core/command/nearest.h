/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/* core/command/nearest: what somebody may have meant who has mistyped a word. Pure. */

/* Letters that are missing, too many, others, or swapped with their neighbours. */
unsigned nearest_distance(const char *a, const char *b);

struct nearest {
        const char *word; /* borrowed: what was typed */
        const char *best; /* borrowed; NULL: nothing is near enough so far */
        unsigned distance;
};

/* Offers CANDIDATE, which is kept as long as nothing nearer is offered. */
void nearest_offer(struct nearest *nearest, const char *candidate);
