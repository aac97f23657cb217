/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/*
 * ivshmem/explain-network: why no sound can come over the network, and what to do, in one line for `pillion
 * status`. Texts are cut at SIZE bytes. ERROR is a negative errno. All on the loop's thread.
 */
#include <netinet/in.h>
#include <stddef.h>
#include <stdint.h>

/* There is no network interface of that name. */
void explain_no_interface(char *text, size_t size, const char *interface);

/* The UDP port cannot be opened. */
void explain_no_port(char *text, size_t size, uint16_t port, int error);

/* The multicast group cannot be joined on INTERFACE, or, if that is "", on any. */
void explain_no_group(char *text, size_t size, struct in_addr group, const char *interface, int error);

/* SENDER is not ONLY, who alone may send. */
void explain_wrong_sender(char *text, size_t size, struct in_addr sender, struct in_addr only);

/* SENDER's datagrams come in through the interface INDEX, not through INTERFACE. */
void explain_wrong_interface(char *text, size_t size, struct in_addr sender, unsigned index,
                             const char *interface);

/* What SENDER sends to PORT is no sound; VERDICT completes a sentence about a datagram. */
void explain_bad_datagram(char *text, size_t size, struct in_addr sender, uint16_t port, const char *verdict);
