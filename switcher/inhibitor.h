/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/*
 * switcher/inhibitor: keeps the host from going to sleep, as long as a descriptor is open: a device that a
 * guest has does not survive it. Source: org.freedesktop.login1(5), Inhibit().
 */

/* The descriptor, the caller's. -errno: logind does not answer, within seconds, or does not allow it. */
int inhibitor_take(const char *why);
