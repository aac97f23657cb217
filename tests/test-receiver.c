/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The socket in a network of our own: which datagrams come in, which do not, and what is said when none can.
 * Nothing here waits for a datagram that is not to come: one that is sent after it, and comes, tells.
 */
#include "ivshmem/receiver.h"

#include "tests/lan.h"
#include "tests/ring.h"

static struct receiver opened(const char *group, const char *interface) {
        struct receiver_options options;
        struct receiver receiver;
        char problem[512] = "";

        CHECK_EQ(receiver_parse(&options, PORT, group, interface), 0);
        if (receiver_open(&receiver, &options, problem, sizeof(problem)) < 0)
                test_fail("%s", problem);
        CHECK_STR(problem, "");
        return receiver;
}

static int failing(const char *group, const char *interface, const char *expected) {
        struct receiver_options options;
        struct receiver receiver;
        char problem[512] = "";
        int r;

        CHECK_EQ(receiver_parse(&options, PORT, group, interface), 0);
        r = receiver_open(&receiver, &options, problem, sizeof(problem));
        CHECK(r < 0);
        CHECK_EQ(receiver.fd, -1);
        if (!strstr(problem, expected))
                test_fail("'%s' does not speak of '%s'", problem, expected);
        printf("%s\n", problem);
        return r;
}

static ssize_t wait_for_one(struct receiver *receiver, uint8_t *bytes, size_t size,
                            struct receiver_origin *ret_origin) {
        uint64_t end = now_usec() + DEADLINE_USEC;
        ssize_t n;

        while ((n = receiver_take(receiver, bytes, size, ret_origin)) == -EAGAIN) {
                if (now_usec() > end)
                        test_fail("waited in vain for a datagram");
                usleep(1000);
        }
        CHECK(n > 0);
        return n;
}

/* The next datagram's first byte. */
static int taken(struct receiver *receiver, struct receiver_origin *ret_origin) {
        uint8_t bytes[64];

        (void)wait_for_one(receiver, bytes, sizeof(bytes), ret_origin);
        return bytes[0];
}

static int bound(const char *from) {
        const struct sockaddr_in local = address(from, 0);
        int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

        CHECK(fd >= 0);
        CHECK_EQ(bind(fd, (const struct sockaddr *)&local, sizeof(local)), 0);
        return fd;
}

static void send_byte(int fd, const char *to, uint8_t byte) {
        const struct sockaddr_in there = address(to, PORT);

        CHECK_EQ(sendto(fd, &byte, 1, 0, (const struct sockaddr *)&there, sizeof(there)), 1);
}

static void tun_byte(int tun, const char *to, uint8_t byte) {
        const struct sockaddr_in from = address(GUEST, 5000), there = address(to, PORT);

        tun_send(tun, &from, &there, &byte, 1);
}

static void test_parse(void) {
        struct receiver_options options = { .port = 1 };

        CHECK_EQ(receiver_parse(&options, 0, NULL, NULL), -EINVAL);
        CHECK_EQ(receiver_parse(&options, PORT, "10.0.0.1", NULL), -EINVAL);
        CHECK_EQ(receiver_parse(&options, PORT, "none", NULL), -EINVAL);
        CHECK_EQ(receiver_parse(&options, PORT, "ff02::1", NULL), -EINVAL);
        CHECK_EQ(receiver_parse(&options, PORT, GROUP, ""), -EINVAL);
        CHECK_EQ(receiver_parse(&options, PORT, GROUP, "a-name-far-too-long"), -EINVAL);
        CHECK_EQ(options.port, 1);
        CHECK_EQ(receiver_parse(&options, PORT, GROUP, "fifteen-letters"), 0);
        CHECK_STR(options.interface, "fifteen-letters");
        CHECK_EQ(options.port, PORT);
        CHECK_EQ(options.group.s_addr, address(GROUP, 0).sin_addr.s_addr);
}

static void test_unicast(void) {
        struct receiver receiver = opened(NULL, NULL);
        struct receiver_origin origin;
        uint8_t long_one[100] = { 3 }, bytes[64];
        const struct sockaddr_in there = address("127.0.0.1", PORT);
        int a = bound("127.0.0.2");

        CHECK_EQ(receiver_take(&receiver, bytes, sizeof(bytes), &origin), -EAGAIN);
        send_byte(a, "127.0.0.1", 1);
        CHECK_EQ(taken(&receiver, &origin), 1);
        CHECK_EQ(origin.sender.sin_addr.s_addr, address("127.0.0.2", 0).sin_addr.s_addr);
        CHECK(origin.sender.sin_port != 0);
        CHECK_EQ(origin.index, if_nametoindex("lo"));
        CHECK(receiver_admits(&receiver, origin.index, 0));
        CHECK(receiver_admits(&receiver, 77, 0));
        CHECK_EQ(sendto(a, long_one, sizeof(long_one), 0, (const struct sockaddr *)&there, sizeof(there)),
                 100);
        CHECK_EQ(wait_for_one(&receiver, bytes, sizeof(bytes), &origin), 100); /* though it was cut off */
        close(a);
        receiver_close(&receiver);
        receiver_close(&receiver);
}

static void test_port_taken(void) {
        const struct sockaddr_in there = address("0.0.0.0", PORT);
        int other = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0), one = 1;
        struct receiver receiver;

        /* Even if the other would share it: it would get our unicast datagrams. */
        CHECK_EQ(setsockopt(other, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one)), 0);
        CHECK_EQ(bind(other, (const struct sockaddr *)&there, sizeof(there)), 0);
        CHECK_EQ(failing(NULL, NULL, "UDP port 4010 is in use"), -EADDRINUSE);
        close(other);
        receiver = opened(NULL, NULL);
        other = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
        CHECK_EQ(setsockopt(other, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one)), 0);
        CHECK(bind(other, (const struct sockaddr *)&there, sizeof(there)) < 0); /* nor can it come later */
        close(other);
        receiver_close(&receiver);
}

static void test_no_interface(void) {
        CHECK_EQ(failing(NULL, "virbr0", "'virbr0' does not exist yet"), -ENODEV);
        CHECK_EQ(failing(GROUP, "virbr0", "'virbr0' does not exist yet"), -ENODEV);
        /* There is lo only, which takes no multicast unless it is named. */
        CHECK_EQ(failing(GROUP, NULL, "cannot be joined, for no network interface takes"), -ENODEV);
}

static void test_multicast_on_lo(void) {
        struct receiver receiver = opened(GROUP, "lo");
        const struct ip_mreqn lo = { .imr_ifindex = (int)if_nametoindex("lo") };
        struct receiver_origin origin;
        char problem[512] = "";
        int a = bound("127.0.0.1");

        CHECK_EQ(setsockopt(a, IPPROTO_IP, IP_MULTICAST_IF, &lo, sizeof(lo)), 0);
        send_byte(a, GROUP, 1);
        CHECK_EQ(taken(&receiver, &origin), 1);
        CHECK_EQ(receiver_rejoin(&receiver, problem, sizeof(problem)), 0);
        CHECK_EQ(receiver.n_joined, 1);
        send_byte(a, "239.255.77.78", 2);
        send_byte(a, GROUP, 3);
        CHECK_EQ(taken(&receiver, &origin), 3);
        send_byte(a, "127.0.0.1", 4); /* unicast as well */
        CHECK_EQ(taken(&receiver, &origin), 4);
        close(a);
        receiver_close(&receiver);
}

/* Another program is in the group: that does not make its datagrams ours. */
static void test_not_joined(int tun) {
        struct receiver receiver = opened(NULL, NULL);
        struct ip_mreqn membership = { .imr_ifindex = (int)if_nametoindex("virbr0") };
        int other = bound("127.0.0.1");
        struct receiver_origin origin;

        membership.imr_multiaddr = address(GROUP, 0).sin_addr;
        CHECK_EQ(setsockopt(other, IPPROTO_IP, IP_ADD_MEMBERSHIP, &membership, sizeof(membership)), 0);
        tun_byte(tun, GROUP, 1);
        tun_byte(tun, "10.9.8.1", 2);
        CHECK_EQ(taken(&receiver, &origin), 2);
        CHECK_EQ(origin.index, if_nametoindex("virbr0"));
        CHECK_EQ(origin.sender.sin_addr.s_addr, address(GUEST, 0).sin_addr.s_addr);
        CHECK_EQ(ntohs(origin.sender.sin_port), 5000);
        close(other);
        receiver_close(&receiver);
}

/* Reports of the group's membership that have gone out to the wire so far. */
static unsigned reports(int tun) {
        const uint32_t group = address(GROUP, 0).sin_addr.s_addr;
        uint8_t packet[2048];
        unsigned found = 0;
        ssize_t n;

        while ((n = read(tun, packet, sizeof(packet))) > 0) {
                /* IGMP; a report of version 3 with one record, neither a leaving nor a blocking one. */
                const uint8_t *igmp = packet + 4 * (packet[0] & 15);

                if (n < 24 || packet[9] != 2 || igmp[0] != 0x22 || igmp[8] == 3 || igmp[8] == 6)
                        continue;
                found += memcmp(igmp + 12, &group, 4) == 0;
        }
        return found;
}

static unsigned wait_for_report(int tun) {
        unsigned found = 0;

        for (uint64_t end = now_usec() + DEADLINE_USEC; found == 0 && now_usec() < end; usleep(10000))
                found = reports(tun);
        return found;
}

/* Whatever interface takes multicast is joined; to join again is heard on the wire. */
static void test_multicast_on_all(int tun) {
        struct receiver receiver = opened(GROUP, NULL);
        struct receiver_origin origin;
        char problem[512] = "";

        CHECK_EQ(receiver.n_joined, 1); /* not lo */
        tun_byte(tun, GROUP, 1);
        CHECK_EQ(taken(&receiver, &origin), 1);
        CHECK_EQ(origin.index, if_nametoindex("virbr0"));
        CHECK(wait_for_report(tun) > 0);
        do
                usleep(1500000); /* the kernel repeats itself: let it */
        while (reports(tun) > 0);
        CHECK_EQ(receiver_rejoin(&receiver, problem, sizeof(problem)), 0);
        CHECK(wait_for_report(tun) > 0);
        tun_byte(tun, GROUP, 2);
        CHECK_EQ(taken(&receiver, &origin), 2);
        receiver_close(&receiver);
}

static void test_interface(int *tun) {
        struct receiver receiver = opened(NULL, "virbr0");
        unsigned before = receiver.index, lo = if_nametoindex("lo"), after;
        struct receiver_origin origin;
        char problem[512] = "";

        tun_byte(*tun, "10.9.8.1", 1);
        CHECK_EQ(taken(&receiver, &origin), 1);
        CHECK(receiver_admits(&receiver, origin.index, 5 * SEC));
        CHECK(!receiver_admits(&receiver, lo, 5 * SEC));

        close(*tun); /* libvirt stops its network and starts it again */
        CHECK_EQ(receiver_rejoin(&receiver, problem, sizeof(problem)), -ENODEV);
        CHECK(strstr(problem, "virbr0"));
        *tun = tun_new("virbr0");
        after = if_nametoindex("virbr0");
        CHECK(after != before);
        CHECK(!receiver_admits(&receiver, after, 6 * SEC - 1)); /* looked up at most once a second */
        CHECK(receiver_admits(&receiver, after, 6 * SEC));
        CHECK(!receiver_admits(&receiver, before, 9 * SEC));
        CHECK(!receiver_admits(&receiver, lo, 20 * SEC));
        receiver_close(&receiver);
}

int main(void) {
        int tun;

        test_parse();
        if (!lan_enter())
                test_skip("no network namespace of our own: %s", strerror(errno));
        test_unicast();
        test_port_taken();
        test_no_interface();
        test_multicast_on_lo();
        tun = tun_new("virbr0");
        if (tun < 0)
                test_skip("no tun interface, so nothing but lo was tried: %s", strerror(errno));
        test_not_joined(tun);
        test_multicast_on_all(tun);
        test_interface(&tun);
        close(tun);
        return 0;
}
