/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/* guest/say: one complete line on the serial console per call. */

/* Knows %s %u %d %x %llx %% and a zero-padded width for numbers (%04x). Never blocks; see serial_line(). */
__attribute__((format(printf, 1, 2))) void say(const char *format, ...);
