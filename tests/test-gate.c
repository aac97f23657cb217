/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Who is let in, and for how long. */
#include "ivshmem/gate.h"

#include <arpa/inet.h>

#include "tests/test.h"

static struct sockaddr_in sender(const char *address, uint16_t port) {
        struct sockaddr_in from = { .sin_family = AF_INET, .sin_port = htons(port) };

        CHECK_EQ(inet_pton(AF_INET, address, &from.sin_addr), 1);
        return from;
}

static void test_first_come(void) {
        const struct sockaddr_in a = sender("10.0.0.1", 1), b = sender("10.0.0.2", 1);
        struct gate gate = { 0 };
        uint64_t now = 5;

        CHECK(!gate_held(&gate, now));
        CHECK(gate_admits(&gate, &a, now));
        CHECK(gate_admits(&gate, &b, now)); /* asking takes nothing */
        for (int i = 0; i < 100; i++, now += GATE_USEC - 1) {
                CHECK(gate_admits(&gate, &a, now));
                gate_pass(&gate, &a, now);
                CHECK(gate_held(&gate, now));
                CHECK(!gate_admits(&gate, &b, now));
                CHECK(!gate_admits(&gate, &b, now + GATE_USEC - 1));
        }
        now += 1;
        CHECK(!gate_held(&gate, now));
        CHECK(gate_admits(&gate, &b, now));
        gate_pass(&gate, &b, now);
        CHECK(!gate_admits(&gate, &a, now));
}

static void test_another_port(void) {
        const struct sockaddr_in a = sender("10.0.0.1", 1), again = sender("10.0.0.1", 2);
        struct gate gate = { 0 };

        gate_pass(&gate, &a, 7);
        CHECK(gate_admits(&gate, &a, 8));
        CHECK(!gate_admits(&gate, &again, 8));
        CHECK(!gate_admits(&gate, &again, 7 + GATE_HANDOVER_USEC - 1));
        CHECK(gate_admits(&gate, &again, 7 + GATE_HANDOVER_USEC));
        CHECK(gate_admits(&gate, &a, 7 + GATE_HANDOVER_USEC));
}

static void test_only_one(void) {
        const struct sockaddr_in a = sender("10.0.0.1", 1), b = sender("10.0.0.2", 1);
        struct gate gate = { .only = a.sin_addr };

        CHECK(!gate_admits(&gate, &b, 0));
        CHECK(gate_admits(&gate, &a, 0));
        gate_pass(&gate, &a, 0);
        CHECK(!gate_admits(&gate, &b, 100 * GATE_USEC));
        CHECK(gate_admits(&gate, &a, 100 * GATE_USEC));
}

int main(void) {
        test_first_come();
        test_another_port();
        test_only_one();
        return 0;
}
