/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The network as a whole, with real sockets in a network of our own: who is heard, who is not, what the
 * status says of it, and how it heals.
 */
#include "ivshmem/network.h"

#include "ivshmem/datagram.h"
#include "tests/lan.h"
#include "tests/puller.h"

struct rig {
        sd_event *loop;
        struct network *network;
        struct listener listener;
        struct guest guest;
        int socket; /* the guest's */
};

static const struct network_options unicast = { .port = PORT };

static int sender(const char *from) {
        const struct sockaddr_in local = address(from, 0);
        const struct ip_mreqn lo = { .imr_ifindex = (int)if_nametoindex("lo") };
        int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

        CHECK(fd >= 0);
        CHECK_EQ(bind(fd, (const struct sockaddr *)&local, sizeof(local)), 0);
        (void)setsockopt(fd, IPPROTO_IP, IP_MULTICAST_IF, &lo, sizeof(lo));
        return fd;
}

static void rig_open(struct rig *rig, const struct network_options *options) {
        const struct feed_callbacks callbacks = LISTENER_CALLBACKS(&rig->listener);

        *rig = (struct rig){ .guest = { 1, 2, 0 } };
        CHECK(sd_event_new(&rig->loop) >= 0);
        CHECK_EQ(network_new(&rig->network, rig->loop, &callbacks), 0);
        if (options)
                CHECK_EQ(network_set(rig->network, options), 0);
        rig->socket = sender("127.0.0.2");
}

static void rig_close(struct rig *rig) {
        network_free(rig->network);
        CHECK_EQ(rig->listener.stopped, rig->listener.started);
        sd_event_unref(rig->loop);
        close(rig->socket);
}

static struct network_status status(const struct rig *rig) {
        struct network_status seen;

        network_status(rig->network, &seen);
        return seen;
}

static void send_bytes(int fd, const char *to, const void *bytes, size_t size) {
        const struct sockaddr_in there = address(to, PORT);

        CHECK_EQ(sendto(fd, bytes, size, 0, (const struct sockaddr *)&there, sizeof(there)), (ssize_t)size);
}

static void play(struct guest *guest, int fd, const char *to, unsigned datagrams) {
        uint8_t bytes[5 + PAYLOAD];

        for (; datagrams > 0; datagrams--)
                send_bytes(fd, to, bytes, guest_datagram(guest, false, bytes));
}

/* The guest goes on playing to the address TO until the expression holds. */
#define PLAY_UNTIL(rig, to, expr)                                                                            \
        do {                                                                                                 \
                uint64_t deadline_ = now_usec() + DEADLINE_USEC;                                             \
                while (!(expr)) {                                                                            \
                        if (now_usec() > deadline_)                                                          \
                                test_fail("played in vain for %s", #expr);                                   \
                        play(&(rig)->guest, (rig)->socket, to, 2);                                           \
                        run_for((rig)->loop, 5000);                                                          \
                }                                                                                            \
        } while (0)

#define CHECK_PROBLEM(rig, text)                                                                             \
        do {                                                                                                 \
                struct network_status status_ = status(rig);                                                 \
                if (!strstr(status_.problem, text) || strchr(status_.problem, '\n'))                         \
                        test_fail("'%s' does not speak of '%s'", status_.problem, text);                     \
        } while (0)

static void test_options(void) {
        const struct network_options wrong[] = {
                { 0 },
                { .port = PORT, .group = "10.0.0.1" },
                { .port = PORT, .sender = "guest" },
                { .port = PORT, .interface = "a-name-far-too-long" },
        };
        struct rig rig;

        rig_open(&rig, NULL);
        CHECK_EQ(status(&rig).state, NETWORK_OFF);
        CHECK_EQ(network_set(rig.network, NULL), 0);
        CHECK_EQ(rig.listener.changed, 0);
        CHECK_EQ(network_set(rig.network, &unicast), 0);
        CHECK_EQ(status(&rig).state, NETWORK_SILENT);
        CHECK_EQ(rig.listener.changed, 1);
        for (size_t i = 0; i < sizeof(wrong) / sizeof(*wrong); i++) {
                CHECK_EQ(network_set(rig.network, &wrong[i]), -EINVAL);
                CHECK_EQ(status(&rig).state, NETWORK_OFF);
        }
        CHECK_EQ(rig.listener.changed, 2);
        CHECK_STR(status(&rig).problem, "");
        rig_close(&rig);
}

static void test_plays(void) {
        struct network_status seen;
        struct heard *heard;
        struct rig rig;

        rig_open(&rig, &unicast);
        CHECK_STR(status(&rig).sender, "");
        PLAY_UNTIL(&rig, "127.0.0.1", rig.listener.heard[0].frames > 10000);
        seen = status(&rig);
        CHECK_EQ(seen.state, NETWORK_PLAYING);
        CHECK_EQ(seen.format.rate, 48000);
        CHECK_EQ(seen.format.bits, 32);
        CHECK_STR(seen.sender, "127.0.0.2");
        CHECK_STR(seen.problem, "");
        RUN_UNTIL(rig.loop, rig.listener.stopped == 1);
        seen = status(&rig);
        CHECK_EQ(seen.state, NETWORK_SILENT);
        CHECK_EQ(seen.format.rate, 0);
        CHECK_EQ(seen.datagrams, rig.guest.number / 144);
        CHECK_EQ(seen.malformed + seen.foreign + seen.dropped, 0);
        heard = &rig.listener.heard[0];
        CHECK_EQ(rig.listener.started, 1);
        CHECK_EQ(heard->first, 0);
        CHECK_EQ(heard->last, rig.guest.number - 1); /* to the end */
        CHECK_EQ(heard->jumps, 0);
        CHECK(heard->over);
        CHECK_EQ(sd_event_run(rig.loop, 500000), 0); /* nobody wakes us now */

        PLAY_UNTIL(&rig, "127.0.0.1", rig.listener.started == 2);
        CHECK_EQ(network_set(rig.network, NULL), 0); /* in full flight */
        CHECK_EQ(rig.listener.stopped, 2);
        CHECK_EQ(status(&rig).state, NETWORK_OFF);
        CHECK_EQ(network_set(rig.network, &unicast), 0);
        CHECK_EQ(status(&rig).datagrams, 0);
        CHECK_STR(status(&rig).sender, "");
        PLAY_UNTIL(&rig, "127.0.0.1", rig.listener.started == 3);
        rig_close(&rig);
}

static void test_malformed(void) {
        static const struct {
                uint8_t bytes[14];
                size_t size;
                enum datagram_verdict verdict;
        } wrong[] = {
                { { 1, 16, 2 }, 3, DATAGRAM_SHORT },
                { { 1, 16, 2, 3, 0 }, 5, DATAGRAM_SHORT },
                { { 0, 16, 2, 3, 0, 0, 99, 0, 99 }, 9, DATAGRAM_BAD_RATE },
                { { 0x80, 16, 2, 3, 0, 0, 99, 0, 99 }, 9, DATAGRAM_BAD_RATE },
                { { 1, 20, 2, 3, 0, 0, 99, 0, 99 }, 9, DATAGRAM_BAD_BITS },
                { { 1, 16, 0, 3, 0, 0, 99, 0, 99 }, 9, DATAGRAM_BAD_CHANNELS },
                { { 1, 8, 9, 3, 0, 99, 99, 99, 99, 99, 99, 99, 99, 99 }, 14, DATAGRAM_BAD_CHANNELS },
                { { 1, 16, 2, 3, 0, 0, 99, 0, 99, 0 }, 10, DATAGRAM_BAD_PAYLOAD },
        };
        uint8_t too_long[DATAGRAM_SIZE_MAX + 4] = { 1, 16, 2, 3, 0, 99, 99 };
        struct rig rig;

        for (size_t i = 0; i < sizeof(wrong) / sizeof(*wrong); i++) {
                rig_open(&rig, &unicast);
                send_bytes(rig.socket, "127.0.0.1", wrong[i].bytes, wrong[i].size);
                RUN_UNTIL(rig.loop, status(&rig).malformed == 1);
                CHECK_PROBLEM(&rig, datagram_verdict_to_string(wrong[i].verdict));
                CHECK_PROBLEM(&rig, "A datagram of 127.0.0.2 to UDP port 4010");
                CHECK_EQ(rig.listener.changed, 2);
                rig_close(&rig);
        }
        rig_open(&rig, &unicast);
        send_bytes(rig.socket, "127.0.0.1", "", 0);
        send_bytes(rig.socket, "127.0.0.1", too_long, sizeof(too_long));
        RUN_UNTIL(rig.loop, status(&rig).malformed == 2);
        CHECK_EQ(rig.listener.changed, 2); /* not for each */
        CHECK_EQ(rig.listener.started, 0);
        CHECK_STR(status(&rig).sender, "");
        PLAY_UNTIL(&rig, "127.0.0.1", rig.listener.started == 1);
        CHECK_STR(status(&rig).problem, ""); /* the right ones have come after all */
        send_bytes(rig.socket, "127.0.0.1", too_long, sizeof(too_long));
        PLAY_UNTIL(&rig, "127.0.0.1", status(&rig).malformed == 3);
        CHECK_STR(status(&rig).problem, "");
        CHECK_EQ(status(&rig).state, NETWORK_PLAYING);
        rig_close(&rig);
}

/* The second one is heard only when the first has been quiet for long enough, and never in between. */
static void test_two_senders(void) {
        struct guest other = { 1, 2, 1 << 20 };
        int second = sender("127.0.0.3");
        struct rig rig;

        rig_open(&rig, &unicast);
        PLAY_UNTIL(&rig, "127.0.0.1", rig.listener.started == 1);
        for (int i = 0; i < 100; i++) {
                play(&rig.guest, rig.socket, "127.0.0.1", 1);
                play(&other, second, "127.0.0.1", 1);
                run_for(rig.loop, 3000);
        }
        RUN_UNTIL(rig.loop, status(&rig).foreign == 100);
        CHECK_STR(status(&rig).problem, "");
        CHECK_STR(status(&rig).sender, "127.0.0.2");
        RUN_UNTIL(rig.loop, rig.listener.stopped == 1);
        CHECK_EQ(rig.listener.heard[0].last, rig.guest.number - 1);
        CHECK_EQ(rig.listener.heard[0].jumps, 0);
        for (uint64_t end = now_usec() + DEADLINE_USEC; rig.listener.started == 1; run_for(rig.loop, 5000)) {
                CHECK(now_usec() < end);
                play(&other, second, "127.0.0.1", 1);
        }
        CHECK_STR(status(&rig).sender, "127.0.0.3");
        close(second);
        rig_close(&rig);
}

static void test_only_sender(void) {
        struct rig rig;
        int allowed = sender("127.0.0.3");

        rig_open(&rig, &(const struct network_options){ .port = PORT, .sender = "127.0.0.3" });
        play(&rig.guest, rig.socket, "127.0.0.1", 3);
        send_bytes(rig.socket, "127.0.0.1", "rubbish", 7); /* his rubbish is no matter of ours either */
        RUN_UNTIL(rig.loop, status(&rig).foreign == 4);
        CHECK_EQ(status(&rig).malformed, 0);
        CHECK_EQ(rig.listener.started, 0);
        CHECK_EQ(rig.listener.changed, 2);
        CHECK_PROBLEM(&rig, "What 127.0.0.2 sends is refused, for udp-sender says 127.0.0.3");
        play(&rig.guest, allowed, "127.0.0.1", 1);
        RUN_UNTIL(rig.loop, rig.listener.started == 1);
        CHECK_STR(status(&rig).problem, "");
        close(allowed);
        rig_close(&rig);
}

static void test_not_listening(void) {
        struct rig rig;

        rig_open(&rig, &unicast);
        PLAY_UNTIL(&rig, "127.0.0.1", rig.listener.started == 1);
        network_set_listening(rig.network, false);
        CHECK_EQ(rig.listener.stopped, 1);
        PLAY_UNTIL(&rig, "127.0.0.1", status(&rig).datagrams > 100);
        CHECK_EQ(rig.listener.started, 1);
        CHECK_EQ(status(&rig).state, NETWORK_SILENT);
        run_for(rig.loop, 50000);
        network_set_listening(rig.network, true);
        PLAY_UNTIL(&rig, "127.0.0.1", rig.listener.started == 2);
        rig_close(&rig);
}

static void test_flood(void) {
        unsigned others = 0;
        struct rig rig;

        rig_open(&rig, &unicast);
        rig.listener.deaf = true;
        play(&rig.guest, rig.socket, "127.0.0.1", 100);
        for (int i = 0; status(&rig).datagrams < 100; i++, others++) {
                CHECK(i < 1000);
                CHECK(sd_event_run(rig.loop, 20000) >= 0);
        }
        CHECK(others >= 100 / 16); /* the loop had this many chances to do something more urgent */
        rig_close(&rig);
}

static void test_port_taken(void) {
        const struct sockaddr_in there = address("0.0.0.0", PORT);
        int other = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
        struct rig rig;

        CHECK_EQ(bind(other, (const struct sockaddr *)&there, sizeof(there)), 0);
        rig_open(&rig, &unicast);
        CHECK_EQ(status(&rig).state, NETWORK_UNUSABLE);
        CHECK_PROBLEM(&rig, "UDP port 4010 is in use");
        CHECK_EQ(rig.listener.changed, 1);
        CHECK(sd_event_run(rig.loop, 20000000) > 0); /* tries again */
        CHECK_EQ(rig.listener.changed, 1);
        close(other);
        RUN_UNTIL(rig.loop, status(&rig).state == NETWORK_SILENT);
        CHECK_EQ(rig.listener.changed, 2);
        CHECK_STR(status(&rig).problem, "");
        rig_close(&rig);
}

static void test_multicast(void) {
        struct rig rig;

        rig_open(&rig, &(const struct network_options){ .port = PORT, .group = GROUP, .interface = "lo" });
        CHECK_STR(status(&rig).problem, "");
        PLAY_UNTIL(&rig, GROUP, rig.listener.heard[0].frames > 5000);
        RUN_UNTIL(rig.loop, rig.listener.stopped == 1);
        CHECK_EQ(rig.listener.heard[0].last, rig.guest.number - 1);
        CHECK_EQ(rig.listener.heard[0].jumps, 0);
        rig_close(&rig);
}

/* libvirt's bridge comes later, and what comes in elsewhere is refused. */
static void test_interface(void) {
        struct rig rig;
        struct sockaddr_in from = address(GUEST, 5000), to = address("10.9.8.1", PORT);
        uint8_t bytes[5 + PAYLOAD];
        int tun;

        rig_open(&rig, &(const struct network_options){ .port = PORT, .interface = "virbr0" });
        CHECK_EQ(status(&rig).state, NETWORK_UNUSABLE);
        CHECK_PROBLEM(&rig, "'virbr0' does not exist yet");
        tun = tun_new("virbr0");
        if (tun < 0)
                test_skip("no tun interface, so nothing but lo was tried: %s", strerror(errno));
        RUN_UNTIL(rig.loop, status(&rig).state == NETWORK_SILENT);
        play(&rig.guest, rig.socket, "127.0.0.1", 5);
        RUN_UNTIL(rig.loop, status(&rig).foreign == 5);
        CHECK_PROBLEM(
                &rig,
                "What 127.0.0.2 sends is refused, for it comes in through 'lo' and not through 'virbr0'");
        CHECK_EQ(rig.listener.started, 0);
        tun_send(tun, &from, &to, bytes, guest_datagram(&rig.guest, false, bytes));
        RUN_UNTIL(rig.loop, rig.listener.started == 1);
        CHECK_STR(status(&rig).sender, GUEST);
        close(tun);
        rig_close(&rig);
}

int main(void) {
        if (!lan_enter())
                test_skip("no network namespace of our own: %s", strerror(errno));
        test_options();
        test_plays();
        test_malformed();
        test_two_senders();
        test_only_sender();
        test_not_listening();
        test_flood();
        test_port_taken();
        test_multicast();
        test_interface();
        return 0;
}
