/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/*
 * tests/lan: a network of our own: a namespace with lo and tun interfaces, into which we write what a guest
 * would send; and datagrams as Scream's driver makes them, of frames that carry their own number.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/if_tun.h>
#include <net/if.h>
#include <netinet/in.h>
#include <netinet/ip.h>
#include <netinet/udp.h>
#include <sched.h>
#include <stdbool.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "tests/test.h"

#define PORT  4010
#define SEC   1000000ull
#define GROUP "239.255.77.77"
#define GUEST "10.9.8.2" /* behind the tun interface, whose own address is .1 */

static inline struct sockaddr_in address(const char *text, uint16_t port) {
        struct sockaddr_in address = { .sin_family = AF_INET, .sin_port = htons(port) };

        CHECK_EQ(inet_pton(AF_INET, text, &address.sin_addr), 1);
        return address;
}

static inline int interface_ioctl(unsigned long request, struct ifreq *request_arg, const char *name) {
        int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0), r;

        CHECK(fd >= 0);
        snprintf(request_arg->ifr_name, IFNAMSIZ, "%s", name);
        r = ioctl(fd, request, request_arg);
        close(fd);
        return r;
}

static inline void interface_up(const char *name, bool up) {
        struct ifreq ifreq = { 0 };

        CHECK_EQ(interface_ioctl(SIOCGIFFLAGS, &ifreq, name), 0);
        ifreq.ifr_flags = (short)(up ? ifreq.ifr_flags | IFF_UP : ifreq.ifr_flags & ~IFF_UP);
        CHECK_EQ(interface_ioctl(SIOCSIFFLAGS, &ifreq, name), 0);
}

/* False if this machine gives us none. */
static inline bool lan_enter(void) {
        if (unshare(CLONE_NEWNET) < 0 && unshare(CLONE_NEWUSER | CLONE_NEWNET) < 0)
                return false;
        interface_up("lo", true);
        return true;
}

static inline void interface_set(unsigned long request, const char *name, const char *text) {
        const struct sockaddr_in value = address(text, 0);
        struct ifreq ifreq = { 0 };

        memcpy(&ifreq.ifr_addr, &value, sizeof(value));
        CHECK_EQ(interface_ioctl(request, &ifreq, name), 0);
}

/* The wire's end of a new interface NAME, or -1 if this machine gives us none. Closing it removes the
 * interface. */
static inline int tun_new(const char *name) {
        int fd = open("/dev/net/tun", O_RDWR | O_CLOEXEC | O_NONBLOCK);
        struct ifreq ifreq = { .ifr_flags = IFF_TUN | IFF_NO_PI };

        if (fd < 0)
                return -1;
        snprintf(ifreq.ifr_name, IFNAMSIZ, "%s", name);
        if (ioctl(fd, TUNSETIFF, &ifreq) < 0) {
                close(fd);
                return -1;
        }
        interface_set(SIOCSIFADDR, name, "10.9.8.1");
        interface_set(SIOCSIFNETMASK, name, "255.255.255.0");
        interface_up(name, true);
        return fd;
}

static inline uint16_t ip_checksum(const void *header, size_t size) {
        const uint16_t *words = header;
        uint32_t sum = 0;

        for (size_t i = 0; i < size / 2; i++)
                sum += words[i];
        sum = (sum & 0xFFFF) + (sum >> 16);
        return (uint16_t) ~(sum + (sum >> 16));
}

/* What FROM sends to TO comes in through the tun interface. */
static inline void tun_send(int tun, const struct sockaddr_in *from, const struct sockaddr_in *to,
                            const void *payload, size_t size) {
        struct {
                struct iphdr ip;
                struct udphdr udp;
                uint8_t payload[9000];
        } packet = { 0 };
        size_t total = sizeof(packet.ip) + sizeof(packet.udp) + size;

        CHECK(size <= 1400);
        packet.ip = (struct iphdr){ .version = 4, .ihl = 5, .ttl = 1, .protocol = IPPROTO_UDP };
        packet.ip.tot_len = htons((uint16_t)total);
        packet.ip.saddr = from->sin_addr.s_addr;
        packet.ip.daddr = to->sin_addr.s_addr;
        packet.ip.check = ip_checksum(&packet.ip, sizeof(packet.ip));
        packet.udp.source = from->sin_port;
        packet.udp.dest = to->sin_port;
        packet.udp.len = htons((uint16_t)(sizeof(packet.udp) + size));
        memcpy(packet.payload, payload, size);
        CHECK_EQ(write(tun, &packet, total), (ssize_t)total);
}
