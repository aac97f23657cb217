/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/*
 * tests/oracle: says beforehand what both sides must see of what a user does, and why they need not see the
 * rest. It shares no code with input/: the rules are written down here a second time, as simple and slow as
 * they can be.
 *
 * An edge is a key or button going down or up. Each that the hardware makes is accounted for exactly once, by
 * enum fate; there is none for an edge that got lost.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "input/codes.h"
#include "input/input.h"
#include "input/keys.h"
#include "tests/steps.h"

#define ORACLE_DEVICES 4
#define ORACLE_QUEUE   512
#define ORACLE_SEEN    2048
#define ORACLE_HOTKEYS 4

/* What became of an edge. */
enum fate {
        FATE_HOST,     /* the host saw it */
        FATE_GUEST,    /* the guest saw it */
        FATE_MERGED,   /* the guest holds the key through another device, or under another name, too */
        FATE_NO_NAME,  /* the guest's devices do not have the key */
        FATE_CHORD,    /* it completed a chord while the guest had the device */
        FATE_ACROSS,   /* the release of what was held while the sides changed, or completed a chord */
        FATE_UNREAD,   /* in the queue, with nobody to read it, when the sides changed */
        FATE_OVERFLOW, /* the kernel had no room for it while the guest had the device */
        FATE_PLUG,     /* in the queue when the plug was pulled, or we were killed */
        FATES,
};

struct tally {
        uint64_t fates[FATES], edges, switches, refusals, panics, kills;
};

/* Something that a side sees. */
struct sight {
        bool motion;
        unsigned group; /* expected ones of one group may come in any order */
        uint8_t slot;   /* of the host's */
        uint16_t code;
        bool down;
        int32_t move[4]; /* X, Y, WHEEL, HWHEEL; all between two edges */
};

struct sights {
        struct sight seen[ORACLE_SEEN];
        size_t n;
};

/* In the queue between the kernel and us. */
struct pending {
        uint16_t type, code;
        int32_t value;
        bool counted; /* the host has seen it */
};

struct oracle_device {
        bool plugged, follows, deaf, busy, guests; /* guests: the guest has it */
        unsigned epoch;
        struct keys down, host; /* to the hardware; to the desktop */
        uint8_t whose[KEY_CNT]; /* to us: up, the guest's, or somebody's that is not */
        struct pending queue[ORACLE_QUEUE];
        size_t queued;
        int32_t move[4];
};

/* The configured ones. */
extern const struct oracle_hotkey {
        const char *text;
        uint16_t keys[3]; /* ends with 0 */
        bool host, guest; /* where it means something */
        bool pass;
} oracle_hotkeys[ORACLE_HOTKEYS];

struct oracle {
        struct oracle_device devices[ORACLE_DEVICES];
        bool guests, stopped; /* the guest has those that follow; it may not have them */
        enum guest_path path;
        uint64_t now, quiet_until;
        unsigned group;
        bool hot[ORACLE_HOTKEYS]; /* which are down */
        /* What the last step must have shown. Motion at the host is not looked at; of hotkeys, CODE is the
         * number. */
        struct sights host, guest, hotkeys;
        struct tally tally;
};

void oracle_init(struct oracle *oracle);
void oracle_do(struct oracle *oracle, const struct step *step);

/* Nothing is down, and all has been read. */
bool oracle_at_rest(const struct oracle *oracle);
/* What the guest holds now. */
void oracle_guest_holds(const struct oracle *oracle, struct keys *ret);
const char *oracle_fate(enum fate fate);
void tally_add(struct tally *total, const struct tally *tally);

/* The keys that the oracle knows, in ascending order, as in the kernel's bitmaps; 0 ends them. */
extern const uint16_t oracle_keys[];
/* Adds to SIGHTS; motion joins the motion that came right before it. */
void sights_add(struct sights *sights, const struct sight *sight);
