/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The truth about keys is one small table, and a question is answered by looking at all devices and all of
 * it. */
#include "tests/oracle-parts.h"

#include <string.h>

#include "tests/test.h"

/* Under which name a guest gets to know a key, by path; 0: not at all. */
static const struct truth {
        uint16_t code, seen[2];
} truths[] = {
        { KEY_BACKSPACE, { KEY_BACKSPACE, KEY_BACKSPACE } },
        { KEY_W, { KEY_W, KEY_W } },
        { KEY_LEFTCTRL, { KEY_LEFTCTRL, KEY_LEFTCTRL } },
        { KEY_A, { KEY_A, KEY_A } },
        { KEY_LEFTSHIFT, { KEY_LEFTSHIFT, KEY_LEFTSHIFT } },
        { KEY_LEFTALT, { KEY_LEFTALT, KEY_LEFTALT } },
        { KEY_RIGHTCTRL, { KEY_RIGHTCTRL, KEY_RIGHTCTRL } },
        { KEY_SYSRQ, { KEY_SYSRQ, KEY_SYSRQ } },
        { KEY_POWER, { 0, 0 } },
        { KEY_LEFTMETA, { KEY_LEFTMETA, KEY_LEFTMETA } },
        { KEY_RIGHTMETA, { KEY_LEFTMETA, KEY_LEFTMETA } },
        { KEY_SLEEP, { 0, 0 } },
        { KEY_MICMUTE, { KEY_MICMUTE, KEY_MICMUTE } },
        { BTN_LEFT, { BTN_LEFT, BTN_LEFT } },
        { BTN_RIGHT, { BTN_RIGHT, BTN_RIGHT } },
        { BTN_SIDE, { BTN_SIDE, BTN_SIDE } },
        { BTN_EXTRA, { BTN_EXTRA, BTN_EXTRA } },
        { BTN_FORWARD, { BTN_EXTRA, BTN_FORWARD } },
        { BTN_BACK, { BTN_SIDE, BTN_BACK } },
        { BTN_TASK, { BTN_TASK, BTN_TASK } },
        { BTN_TOUCH, { 0, 0 } },
};

const uint16_t oracle_keys[] = {
        KEY_BACKSPACE, KEY_W,
        KEY_LEFTCTRL,  KEY_A,
        KEY_LEFTSHIFT, KEY_LEFTALT,
        KEY_RIGHTCTRL, KEY_SYSRQ,
        KEY_POWER,     KEY_LEFTMETA,
        KEY_RIGHTMETA, KEY_SLEEP,
        KEY_MICMUTE,   BTN_LEFT,
        BTN_RIGHT,     BTN_SIDE,
        BTN_EXTRA,     BTN_FORWARD,
        BTN_BACK,      BTN_TASK,
        BTN_TOUCH,     0,
};
const uint16_t oracle_panic[] = { KEY_LEFTCTRL, KEY_LEFTALT, KEY_LEFTSHIFT, KEY_BACKSPACE, 0 };
const uint16_t oracle_toggle[] = { KEY_LEFTCTRL, KEY_RIGHTCTRL, 0 };

static uint16_t seen_as(const struct oracle *oracle, uint16_t code) {
        for (size_t i = 0; i < sizeof(truths) / sizeof(*truths); i++)
                if (truths[i].code == code)
                        return truths[i].seen[oracle->path];
        test_fail("the oracle does not know the key %u", code);
}

static bool guest_holds(const struct oracle *oracle, uint16_t seen) {
        for (size_t slot = 0; slot < ORACLE_DEVICES; slot++)
                for (const uint16_t *code = oracle_keys; *code; code++)
                        if (oracle->devices[slot].whose[*code] == GUESTS && seen_as(oracle, *code) == seen)
                                return true;
        return false;
}

static bool is_down(const struct oracle *oracle, uint16_t code) {
        for (size_t slot = 0; slot < ORACLE_DEVICES; slot++)
                if (oracle->devices[slot].whose[code] != UP)
                        return true;
        return false;
}

void oracle_guest_holds(const struct oracle *oracle, struct keys *ret) {
        for (size_t slot = 0; slot < ORACLE_DEVICES; slot++)
                for (const uint16_t *code = oracle_keys; *code; code++)
                        if (oracle->devices[slot].whose[*code] == GUESTS)
                                keys_set(ret, seen_as(oracle, *code), true);
}

bool oracle_completes(const struct oracle *oracle, const uint16_t *keys, uint16_t code) {
        bool has = false;

        for (; *keys; keys++) {
                has |= *keys == code;
                if (*keys != code && !is_down(oracle, *keys))
                        return false;
        }
        return has;
}

bool oracle_all_down(const struct oracle *oracle, const uint16_t *keys) {
        return is_down(oracle, *keys) && oracle_completes(oracle, keys, *keys);
}

/* --- what the sides must see --- */

void sights_add(struct sights *sights, const struct sight *sight) {
        struct sight *last = sights->n > 0 ? &sights->seen[sights->n - 1] : NULL;

        if (sight->motion && last && last->motion) {
                for (size_t i = 0; i < 4; i++)
                        last->move[i] += sight->move[i];
                return;
        }
        CHECK(sights->n < ORACLE_SEEN);
        sights->seen[sights->n++] = *sight;
}

void oracle_host_sees(struct oracle *oracle, struct oracle_device *device, uint16_t code, bool down) {
        struct sight sight = { .group = oracle->group, .code = code, .down = down };

        if (keys_has(&device->host, code) == down)
                return; /* a bare release, which desktops ignore */
        sight.slot = (uint8_t)(device - oracle->devices);
        keys_set(&device->host, code, down);
        sights_add(&oracle->host, &sight);
}

void oracle_guest_sees_motion(struct oracle *oracle, struct oracle_device *device) {
        struct sight sight = { .motion = true, .group = oracle->group };

        memcpy(sight.move, device->move, sizeof(sight.move));
        memset(device->move, 0, sizeof(device->move));
        if (sight.move[0] || sight.move[1] || sight.move[2] || sight.move[3])
                sights_add(&oracle->guest, &sight);
}

static void guest_sees(struct oracle *oracle, uint16_t code, bool down) {
        struct sight sight = { .group = oracle->group, .code = code, .down = down };

        sights_add(&oracle->guest, &sight);
}

enum fate oracle_give(struct oracle *oracle, struct oracle_device *device, uint16_t code) {
        uint16_t seen = seen_as(oracle, code);
        bool held = seen && guest_holds(oracle, seen);

        oracle_guest_sees_motion(oracle, device); /* what came before it in its frame */
        device->whose[code] = seen ? GUESTS : OTHERS;
        if (!seen)
                return FATE_NO_NAME;
        if (held)
                return FATE_MERGED;
        guest_sees(oracle, seen, true);
        return FATE_GUEST;
}

enum fate oracle_take(struct oracle *oracle, struct oracle_device *device, uint16_t code, enum whose next) {
        uint16_t seen = seen_as(oracle, code);

        oracle_guest_sees_motion(oracle, device);
        device->whose[code] = (uint8_t)next;
        if (guest_holds(oracle, seen))
                return FATE_MERGED;
        guest_sees(oracle, seen, false);
        return FATE_GUEST;
}

/* --- the account --- */

const char *oracle_fate(enum fate fate) {
        static const char *const texts[FATES] = {
                [FATE_HOST] = "seen by the host",
                [FATE_GUEST] = "seen by the guest",
                [FATE_MERGED] = "of a key that the guest holds on another device, or under another name, too",
                [FATE_NO_NAME] = "of a key that the guest's devices do not have",
                [FATE_CHORD] = "that completed a chord in the guest",
                [FATE_ACROSS] = "releases of what was held while the sides changed, or had completed a chord",
                [FATE_UNREAD] = "not read yet when the sides changed",
                [FATE_OVERFLOW] = "for which the kernel had no room",
                [FATE_PLUG] = "not read yet when the plug was pulled, or we were killed",
        };

        return texts[fate];
}

void tally_add(struct tally *total, const struct tally *tally) {
        for (enum fate fate = 0; fate < FATES; fate++)
                total->fates[fate] += tally->fates[fate];
        total->edges += tally->edges;
        total->switches += tally->switches;
        total->refusals += tally->refusals;
        total->panics += tally->panics;
        total->kills += tally->kills;
}
