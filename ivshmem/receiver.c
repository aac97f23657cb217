/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Without an interface named, a group is joined on every interface that takes multicast and has an address.
 * Left to the kernel it would be the one that the default route leads to: hardly ever the guest's bridge.
 */
#include "ivshmem/receiver.h"

#include <arpa/inet.h>
#include <errno.h>
#include <ifaddrs.h>
#include <string.h>
#include <sys/socket.h>

#include "core/cleanup.h"
#include "ivshmem/explain-network.h"

#define RESOLVE_USEC 1000000u
/*
 * Bookkeeping included, what the densest stream sends in 100 ms. The kernel cuts it to net.core.rmem_max, by
 * default 200 KiB: that is half a second of 48 kHz stereo.
 */
#define BUFFER_SIZE (1 << 20)

int receiver_parse(struct receiver_options *ret, uint16_t port, const char *group, const char *interface) {
        struct receiver_options options = { .port = port };

        if (port == 0)
                return -EINVAL;
        if (group &&
            (inet_pton(AF_INET, group, &options.group) != 1 || !IN_MULTICAST(ntohl(options.group.s_addr))))
                return -EINVAL;
        if (interface) {
                if (strlen(interface) >= sizeof(options.interface) || interface[0] == '\0')
                        return -EINVAL;
                strcpy(options.interface, interface);
        }
        *ret = options;
        return 0;
}

bool receiver_options_equal(const struct receiver_options *a, const struct receiver_options *b) {
        return a->port == b->port && a->group.s_addr == b->group.s_addr &&
               strcmp(a->interface, b->interface) == 0;
}

static int set_option(int fd, int level, int option, const void *value, size_t size) {
        return setsockopt(fd, level, option, value, (socklen_t)size) < 0 ? -errno : 0;
}

static int set_number(int fd, int level, int option, int value) {
        return set_option(fd, level, option, &value, sizeof(value));
}

/* Any interface, or the one that is named, which must exist: -ENODEV. */
static int resolve(struct receiver *receiver) {
        unsigned index;

        if (receiver->options.interface[0] == '\0')
                return 0;
        index = if_nametoindex(receiver->options.interface);
        if (index == 0)
                return -ENODEV;
        receiver->index = index;
        return 0;
}

static int join_one(struct receiver *receiver, unsigned index) {
        const struct ip_mreqn membership = { .imr_multiaddr = receiver->options.group,
                                             .imr_ifindex = (int)index };
        int r;

        for (unsigned i = 0; i < receiver->n_joined; i++) {
                if (receiver->joined[i] == index)
                        return 0; /* it has several addresses */
        }
        if (receiver->n_joined == RECEIVER_JOINS_MAX)
                return -ENOBUFS;
        r = set_option(receiver->fd, IPPROTO_IP, IP_ADD_MEMBERSHIP, &membership, sizeof(membership));
        if (r < 0)
                return r;
        receiver->joined[receiver->n_joined++] = index;
        return 0;
}

/* What the last one failed with if none could be joined, or -ENODEV if there is none. */
static int join_all(struct receiver *receiver) {
        const unsigned need = IFF_UP | IFF_MULTICAST;
        struct ifaddrs *addresses;
        int r = -ENODEV, s;

        if (getifaddrs(&addresses) < 0)
                return -errno;
        for (struct ifaddrs *a = addresses; a; a = a->ifa_next) {
                if (!a->ifa_addr || a->ifa_addr->sa_family != AF_INET || (a->ifa_flags & need) != need)
                        continue;
                s = join_one(receiver, if_nametoindex(a->ifa_name));
                if (r < 0)
                        r = s;
        }
        freeifaddrs(addresses);
        return r;
}

static void leave(struct receiver *receiver) {
        for (; receiver->n_joined > 0; receiver->n_joined--) {
                const struct ip_mreqn membership = {
                        .imr_multiaddr = receiver->options.group,
                        .imr_ifindex = (int)receiver->joined[receiver->n_joined - 1],
                };

                /* The interface may be gone; then there is nothing to leave. */
                (void)set_option(receiver->fd, IPPROTO_IP, IP_DROP_MEMBERSHIP, &membership,
                                 sizeof(membership));
        }
}

int receiver_rejoin(struct receiver *receiver, char *problem, size_t size) {
        const struct receiver_options *options = &receiver->options;
        int r;

        r = resolve(receiver);
        if (r < 0) {
                explain_no_interface(problem, size, options->interface);
                return r;
        }
        if (options->group.s_addr == 0)
                return 0;
        leave(receiver);
        r = receiver->index ? join_one(receiver, receiver->index) : join_all(receiver);
        if (r < 0)
                explain_no_group(problem, size, options->group, options->interface, r);
        return r;
}

static int open_socket(struct receiver *receiver) {
        const struct sockaddr_in address = { .sin_family = AF_INET,
                                             .sin_port = htons(receiver->options.port) };
        int r;

        receiver->fd = socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
        if (receiver->fd < 0)
                return -errno;
        r = set_number(receiver->fd, IPPROTO_IP, IP_PKTINFO, 1);
        if (r < 0)
                return r;
        r = set_number(receiver->fd, IPPROTO_IP, IP_MULTICAST_ALL, 0);
        if (r < 0)
                return r;
        r = set_number(receiver->fd, SOL_SOCKET, SO_RCVBUF, BUFFER_SIZE);
        if (r < 0)
                return r;
        return bind(receiver->fd, (const struct sockaddr *)&address, sizeof(address)) < 0 ? -errno : 0;
}

int receiver_open(struct receiver *receiver, const struct receiver_options *options, char *problem,
                  size_t size) {
        int r;

        *receiver = (struct receiver){ .fd = -1, .options = *options };
        r = open_socket(receiver);
        if (r < 0)
                explain_no_port(problem, size, options->port, r);
        else
                r = receiver_rejoin(receiver, problem, size);
        if (r < 0)
                receiver_close(receiver);
        return r;
}

void receiver_close(struct receiver *receiver) {
        receiver->fd = close_fd(receiver->fd);
}

static unsigned arrival_index(struct msghdr *message) {
        for (struct cmsghdr *c = CMSG_FIRSTHDR(message); c; c = CMSG_NXTHDR(message, c)) {
                if (c->cmsg_level == IPPROTO_IP && c->cmsg_type == IP_PKTINFO)
                        return (unsigned)((const struct in_pktinfo *)(void *)CMSG_DATA(c))->ipi_ifindex;
        }
        return 0;
}

ssize_t receiver_take(struct receiver *receiver, void *buffer, size_t size,
                      struct receiver_origin *ret_origin) {
        _Alignas(struct cmsghdr) char control[CMSG_SPACE(sizeof(struct in_pktinfo))];
        struct sockaddr_in sender = { 0 };
        struct iovec bytes = { buffer, size };
        struct msghdr message = {
                .msg_name = &sender,
                .msg_namelen = sizeof(sender),
                .msg_iov = &bytes,
                .msg_iovlen = 1,
                .msg_control = control,
                .msg_controllen = sizeof(control),
        };
        ssize_t n;

        do
                n = recvmsg(receiver->fd, &message, MSG_TRUNC);
        while (n < 0 && errno == EINTR);
        if (n < 0)
                return -errno;
        *ret_origin = (struct receiver_origin){ sender, arrival_index(&message) };
        return n;
}

bool receiver_admits(struct receiver *receiver, unsigned index, uint64_t now) {
        if (receiver->index == 0 || receiver->index == index)
                return true;
        if (now - receiver->resolved < RESOLVE_USEC)
                return false;
        receiver->resolved = now;
        return resolve(receiver) >= 0 && receiver->index == index;
}
