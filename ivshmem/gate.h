/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/*
 * ivshmem/gate: whose datagrams are taken, so that two senders are never heard in turns. Pure: the caller
 * gives the time (microseconds, any monotonic clock).
 *
 * Whoever is let in first has the gate, address and port, until it has sent nothing for GATE_USEC. Another
 * port of the same address gets it after GATE_HANDOVER_USEC already: the driver opens a new socket for every
 * stream, and a guest's next sound shall not lose its beginning. Source: duncanthrax/scream,
 * Scream/savedata.cpp, CSaveData::CreateSocket().
 */
#include <netinet/in.h>
#include <stdbool.h>
#include <stdint.h>

#define GATE_USEC          1000000u
#define GATE_HANDOVER_USEC 100000u /* a stream that lives sends far more often */

/* Zero-initialised: open to everyone. */
struct gate {
        struct in_addr only;      /* who alone may pass; 0: anyone */
        struct sockaddr_in owner; /* who passed last; family 0: nobody yet */
        uint64_t passed;          /* when */
};

/* Whether FROM may pass at NOW. */
bool gate_admits(const struct gate *gate, const struct sockaddr_in *from, uint64_t now);

/* FROM, whom the gate admits, passes. */
void gate_pass(struct gate *gate, const struct sockaddr_in *from, uint64_t now);

/* Whether somebody has the gate. */
bool gate_held(const struct gate *gate, uint64_t now);
