/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/* input/label: names that hardware gives itself, made fit to be shown. Pure. */

/* Puts '?' in place of each byte that is no part of UTF-8, and of control characters: a property of D-Bus
 * takes no others, and a terminal or a line of text should not be given them. */
void label_clean(char *text);
