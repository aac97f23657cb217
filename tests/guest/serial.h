/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/* guest/serial: COM1 at 115200 8N1, line based in both directions. */

#define SERIAL_LINE_MAX 1200u

void serial_init(void);

/* Queues one line without its newline. Whole lines are dropped, and counted, when nobody reads fast enough:
 * the caller is never held up. */
void serial_line(const char *bytes, unsigned length);

/* Passes each complete line received since the last call to ON_LINE, which may change it. */
void serial_receive(void (*on_line)(char *line));

/* Sends what the port takes now; an interrupt will tell when it takes more. */
void serial_send(void);

/* Sends everything queued, waiting up to a second: for the last words before the power goes. */
void serial_drain(void);
