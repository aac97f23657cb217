/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A hotkey goes down with the key that completes it, if it means something where the input is and no longer
 * one is completed by the same key; it goes up with any of its keys, on the way to a side where it means
 * nothing, and with a panic.
 */
#include "tests/oracle-parts.h"

const struct oracle_hotkey oracle_hotkeys[ORACLE_HOTKEYS] = {
        { "leftmeta+sysrq", { KEY_LEFTMETA, KEY_SYSRQ }, .host = true, .guest = true },
        { "sysrq", { KEY_SYSRQ }, .host = true, .guest = true, .pass = true },
        { "btn_task", { BTN_TASK }, .guest = true },
        { "leftalt+w", { KEY_LEFTALT, KEY_W }, .host = true, .guest = true, .pass = true },
};

static unsigned length(size_t i) {
        return oracle_hotkeys[i].keys[1] ? 2 : 1;
}

static void tell(struct oracle *oracle, size_t i, bool down) {
        struct sight sight = { .group = oracle->group, .code = (uint16_t)i, .down = down };

        if (oracle->hot[i] == down)
                return;
        oracle->hot[i] = down;
        sights_add(&oracle->hotkeys, &sight);
}

static bool means_something(const struct oracle *oracle, size_t i) {
        return oracle->guests ? oracle_hotkeys[i].guest : oracle_hotkeys[i].host;
}

/* Bits by number: those that CODE completes, the longest ones. */
unsigned oracle_hotkeys_of(const struct oracle *oracle, uint16_t code) {
        unsigned most = 0, bits = 0;

        for (size_t i = 0; i < ORACLE_HOTKEYS; i++) {
                if (!means_something(oracle, i) || !oracle_completes(oracle, oracle_hotkeys[i].keys, code) ||
                    length(i) < most)
                        continue;
                bits = (length(i) > most ? 0 : bits) | 1U << i;
                most = length(i);
        }
        return bits;
}

bool oracle_hotkeys_want(unsigned bits) {
        for (size_t i = 0; i < ORACLE_HOTKEYS; i++)
                if ((bits >> i & 1) && !oracle_hotkeys[i].pass)
                        return true;
        return false;
}

void oracle_hotkeys_down(struct oracle *oracle, unsigned bits) {
        for (size_t i = 0; i < ORACLE_HOTKEYS; i++)
                if (bits >> i & 1)
                        tell(oracle, i, true);
}

void oracle_hotkeys_update(struct oracle *oracle) {
        for (size_t i = 0; i < ORACLE_HOTKEYS; i++)
                if (!oracle_all_down(oracle, oracle_hotkeys[i].keys))
                        tell(oracle, i, false);
}

void oracle_hotkeys_change_side(struct oracle *oracle) {
        for (size_t i = 0; i < ORACLE_HOTKEYS; i++)
                if (!means_something(oracle, i))
                        tell(oracle, i, false);
}

void oracle_hotkeys_let_go(struct oracle *oracle) {
        for (size_t i = 0; i < ORACLE_HOTKEYS; i++)
                tell(oracle, i, false);
}
