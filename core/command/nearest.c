/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The optimal string alignment distance, with three rows of its table. A third of the letters may be wrong,
 * and a beginning is near to all that goes on from there.
 */
#include "core/command/nearest.h"

#include <stdbool.h>
#include <string.h>

#define MOST 31u /* letters that are compared; no word of ours has more */

static unsigned least(unsigned a, unsigned b) {
        return a < b ? a : b;
}

unsigned nearest_distance(const char *a, const char *b) {
        size_t n = strnlen(a, MOST), m = strnlen(b, MOST);
        unsigned rows[3][MOST + 1];
        unsigned *two_ago = rows[0], *before = rows[1], *row = rows[2];

        for (size_t j = 0; j <= m; j++)
                row[j] = (unsigned)j;
        for (size_t i = 1; i <= n; i++) {
                unsigned *next = two_ago;

                two_ago = before;
                before = row;
                row = next;
                row[0] = (unsigned)i;
                for (size_t j = 1; j <= m; j++) {
                        row[j] = least(least(before[j], row[j - 1]) + 1,
                                       before[j - 1] + (a[i - 1] != b[j - 1]));
                        if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                                row[j] = least(row[j], two_ago[j - 2] + 1);
                }
        }
        return row[m];
}

void nearest_offer(struct nearest *nearest, const char *candidate) {
        size_t length = strlen(nearest->word);
        unsigned distance = nearest_distance(nearest->word, candidate);
        bool begins = length > 1 && strncmp(nearest->word, candidate, length) == 0;

        if (!begins && distance > (strlen(candidate) + 2) / 3)
                return;
        if (nearest->best && distance >= nearest->distance)
                return;
        nearest->best = candidate;
        nearest->distance = distance;
}
