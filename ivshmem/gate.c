/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "ivshmem/gate.h"

bool gate_held(const struct gate *gate, uint64_t now) {
        return gate->owner.sin_family == AF_INET && now - gate->passed < GATE_USEC;
}

bool gate_admits(const struct gate *gate, const struct sockaddr_in *from, uint64_t now) {
        const struct sockaddr_in *owner = &gate->owner;

        if (gate->only.s_addr != 0 && from->sin_addr.s_addr != gate->only.s_addr)
                return false;
        if (!gate_held(gate, now))
                return true;
        if (from->sin_addr.s_addr != owner->sin_addr.s_addr)
                return false;
        return from->sin_port == owner->sin_port || now - gate->passed >= GATE_HANDOVER_USEC;
}

void gate_pass(struct gate *gate, const struct sockaddr_in *from, uint64_t now) {
        gate->owner = *from;
        gate->passed = now;
}
