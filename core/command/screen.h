/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/*
 * core/command/screen: a few lines on a terminal that are written over by their successors, where they stand.
 * Pure: it makes the bytes, the caller writes them, in one write() so that nothing flickers.
 *
 * Nothing is left to be restored at any moment: between two writes the cursor is shown and stands below the
 * lines, so a process that is stopped or killed leaves a terminal as it should be.
 * Source: ECMA-48; console_codes(4).
 */
#include <stddef.h>

#define SCREEN_LINES 100u /* and no more are shown */

/* Zero-initialised: nothing has been drawn. */
struct screen {
        size_t widths[SCREEN_LINES]; /* of the lines that stand there now */
        size_t n;
};

/*
 * What to write so that TEXT stands where the last one did, on a terminal that has COLUMNS and ROWS now.
 * Lines too long are folded at blanks; what does not fit below one another is left out. The caller's; NULL:
 * no memory.
 */
char *screen_draw(struct screen *screen, const char *text, unsigned columns, unsigned rows);

/* Somebody else has written below: the next text goes there. */
void screen_forget(struct screen *screen);
