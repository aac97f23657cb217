/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/*
 * ivshmem/receiver: a UDP port and, if so wished, a multicast group, of one network interface or of all.
 *
 * The port is ours alone (no SO_REUSEADDR): with two receivers on it, a unicast datagram goes to one of them
 * only. Of a group only what was sent to it through an interface that we joined it on is delivered, not what
 * other programs joined (IP_MULTICAST_ALL). No privileges are needed, as nothing is bound to an interface:
 * the kernel says with each datagram which one it came in through (IP_PKTINFO).
 *
 * All on the loop's thread; nothing blocks. Source: ip(7), udp(7).
 */
#include <net/if.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#define RECEIVER_JOINS_MAX 16 /* the kernel's own limit for a socket is 20 */

struct receiver_options {
        uint16_t port;
        struct in_addr group;        /* 0: unicast only */
        char interface[IF_NAMESIZE]; /* "": any */
};

struct receiver {
        int fd; /* -1: closed */
        struct receiver_options options;
        unsigned index;                      /* of the interface, as last seen; 0: any */
        uint64_t resolved;                   /* when that was */
        unsigned joined[RECEIVER_JOINS_MAX]; /* interfaces */
        unsigned n_joined;
};

/* Where a datagram came from. */
struct receiver_origin {
        struct sockaddr_in sender;
        unsigned index; /* of the interface */
};

/*
 * GROUP and INTERFACE may be NULL. -EINVAL: PORT is 0, GROUP no IPv4 multicast address, INTERFACE no name
 * that an interface can have.
 */
int receiver_parse(struct receiver_options *ret, uint16_t port, const char *group, const char *interface);
bool receiver_options_equal(const struct receiver_options *a, const struct receiver_options *b);

/*
 * 0, or a negative errno after which nothing is open and PROBLEM says in one line what to do: -ENODEV, there
 * is no such interface (yet), or none that receives multicast; -EADDRINUSE, somebody else has the port;
 * whatever else socket(2), bind(2) and setsockopt(2) fail with.
 */
int receiver_open(struct receiver *receiver, const struct receiver_options *options, char *problem,
                  size_t size);
void receiver_close(struct receiver *receiver);

/*
 * Joins the group anew, on the interfaces as they now are: switches and bridges that nobody asks forget who
 * wants a group's datagrams after a few minutes, and interfaces come and go. Fails as receiver_open() does,
 * but leaves the socket open. What arrives in the few microseconds between is lost.
 */
int receiver_rejoin(struct receiver *receiver, char *problem, size_t size);

/*
 * Takes a datagram: its size, which is more than SIZE if the rest was cut off, or -EAGAIN if there is none,
 * or what recvmsg(2) fails with.
 */
ssize_t receiver_take(struct receiver *receiver, void *buffer, size_t size,
                      struct receiver_origin *ret_origin);

/*
 * Whether datagrams may come in through the interface INDEX. One that was removed and made again has another
 * index: the name is looked up at most once a second. NOW: microseconds, monotonic.
 */
bool receiver_admits(struct receiver *receiver, unsigned index, uint64_t now);
