/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/* core/comeback: whether pilliond, which is ending, will be back, so that what it leaves is found again. */
#include <stdbool.h>

/*
 * True if systemd is going to start us anew: we were killed, or are being restarted. False if we are being
 * stopped, or systemd has no part in it. Asks the user's manager, and waits for the answer, a second at the
 * most: for the end of the program. No answer is true.
 */
bool comeback_expected(void);
