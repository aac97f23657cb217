/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/*
 * core/linger: whether a user's services outlive the user's sessions. Those of one who does not linger,
 * pilliond among them, end when the display manager is restarted. Source: loginctl(1); logind keeps a file
 * for each who does.
 */
#include <stdbool.h>

/* Whom it is about: who calls, or who has called through sudo; NULL: root, or nobody known. Not the caller's.
 */
const char *linger_user(void);
/* USER NULL: no. */
bool linger_is_on(const char *root, const char *user);
