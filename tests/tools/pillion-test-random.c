/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * pillion-test-random SEED EVENTS COMMAND [kill]: somebody goes wild on two keyboards and a mouse, and
 * COMMAND is called with what is asked of pilliond, guest or host, or sent to it, STOP, CONT or KILL.
 *
 * What must come of it is judged from nothing but what was written to the devices and what is read from them:
 * on the host by a client of each that does not grab, in the guest's place by one that grabs the sinks as
 * QEMU does. The turns alternate:
 *
 *         calm   keys and motion: the side that has the input sees each edge and the whole of the motion,
 *                the other side nothing
 *         wild   the same with toggles, commands, plugs pulled, queues that overflow while pilliond is
 *                stopped, and, if allowed, its death: in the end all let go, and nothing is down anywhere
 *
 * After each turn every device sends a mark. All has been dealt with when the marks of all of them have
 * arrived at one and the same side.
 */
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <linux/input.h>

#include "tests/tools/hands.h"

#define HANDS     3
#define MOUSE     2
#define MARK_MSEC 400
#define PATIENCE  60 /* marks */
static const char *const sink_paths[] = { "/dev/input/by-id/pillion-win10-kbd",
                                          "/dev/input/by-id/pillion-win10-mouse" };

static struct hand hands[HANDS] = {
        { .kind = "keyboard", .name = "random-one", .mark = KEY_F22 },
        { .kind = "keyboard", .name = "random-two", .mark = KEY_F23 },
        { .kind = "mouse", .name = "random-mouse", .mark = BTN_TASK },
};

static struct view host[HANDS] = {
        { .name = "host one", .bare_releases = true, .fd = -1 },
        { .name = "host two", .bare_releases = true, .fd = -1 },
        { .name = "host mouse", .bare_releases = true, .fd = -1 },
};

static struct view guest[2] = { { .name = "guest keyboard", .fd = -1 }, { .name = "guest mouse", .fd = -1 } };

static const char *command;
static bool kills;
static uint64_t state;
static unsigned killed_in = ~0U; /* the turn of the last death */
static unsigned events, calm_turns, wild_turns, phantoms, at_guest;

/* splitmix64: the same numbers everywhere, for ever. */
static unsigned roll(unsigned n) {
        uint64_t z = (state += 0x9e3779b97f4a7c15);

        z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
        z = (z ^ z >> 27) * 0x94d049bb133111eb;
        return (unsigned)((z ^ z >> 31) % n);
}

/* --- reading --- */

static void read_all(int msec) {
        struct pollfd fds[HANDS + 2];

        for (size_t i = 0; i < HANDS + 2; i++)
                fds[i] = (struct pollfd){ .fd = i < HANDS ? host[i].fd : guest[i - HANDS].fd,
                                          .events = POLLIN };
        (void)poll(fds, HANDS + 2, msec);
        for (size_t i = 0; i < HANDS; i++)
                view_read(&host[i]);
        for (size_t i = 0; i < 2; i++) {
                view_read(&guest[i]);
                if (guest[i].fd < 0)
                        (void)view_open(&guest[i], sink_paths[i], true);
        }
}

/* A desktop goes on reading meanwhile, and so do we. */
static void ask(const char *what) {
        pid_t pid;

        note("pilliond: %s", what);
        pid = fork();
        if (pid == 0) {
                execl("/bin/sh", "sh", command, what, NULL);
                _exit(127);
        }
        while (waitpid(pid, NULL, WNOHANG) == 0)
                read_all(5);
}

static struct view *sink_of(unsigned hand) {
        return &guest[hand == MOUSE];
}

/* Sends a mark by each device: 1: all reached the guest; 0: the host; -1: not all, or not one side. */
static int send_marks(void) {
        unsigned before[HANDS][2], arrived[2] = { 0 };

        for (unsigned i = 0; i < HANDS; i++) {
                before[i][0] = host[i].released[hands[i].mark];
                before[i][1] = sink_of(i)->released[hands[i].mark];
                hand_tell(&hands[i], "tap %s", key_name(hands[i].mark));
        }
        for (int msec = 0; msec < MARK_MSEC && arrived[0] + arrived[1] < HANDS; msec += 20) {
                read_all(20);
                arrived[0] = arrived[1] = 0;
                for (unsigned i = 0; i < HANDS; i++) {
                        arrived[0] += host[i].released[hands[i].mark] != before[i][0];
                        arrived[1] += sink_of(i)->released[hands[i].mark] != before[i][1];
                }
        }
        for (unsigned i = 0; i < HANDS; i++)
                hand_wait(&hands[i]);
        return arrived[1] == HANDS ? 1 : arrived[0] == HANDS ? 0 : -1;
}

static bool settle(void) {
        for (unsigned tries = 0; tries < PATIENCE; tries++) {
                int side = send_marks();

                if (side >= 0)
                        return side;
        }
        wrong("the marks do not arrive at one side");
}

/* --- what is down --- */

static uint16_t seen_as(uint16_t code) {
        return code == KEY_RIGHTMETA ? KEY_LEFTMETA : code == BTN_BACK ? BTN_SIDE : code;
}

/* A key let go within the microseconds of a grab looks held to the kernel until it is tapped again; no side
 * sees it held (input/takeover.c). */
static void tap_phantoms(void) {
        for (unsigned i = 0; i < HANDS; i++) {
                struct keys is = view_state(&host[i]);

                for (uint16_t code = 0; code < KEY_CNT; code++)
                        if (keys_has(&is, code) && !keys_has(&hands[i].down, code)) {
                                phantoms++;
                                note("%s has a phantom %s", hands[i].name, key_name(code));
                                hand_tell(&hands[i], "tap %s", key_name(code));
                        }
        }
}

static void check_nothing_down(void) {
        for (unsigned i = 0; i < HANDS; i++)
                view_check_empty(&host[i]);
        view_check_empty(&guest[0]);
        view_check_empty(&guest[1]);
}

/* --- calm turns --- */

/* No key is on two devices: in which order two of them are read is anybody's guess. */
static const uint16_t keys[HANDS][5] = {
        { KEY_A, KEY_LEFTSHIFT, KEY_SPACE, KEY_LEFTMETA, KEY_RIGHTMETA },
        { KEY_W, KEY_LEFTCTRL, KEY_LEFTALT, KEY_KP5, KEY_MICMUTE },
        { BTN_LEFT, BTN_RIGHT, BTN_MIDDLE, BTN_SIDE, BTN_BACK },
};

static uint16_t roll_key(unsigned hand) {
        return keys[hand][roll(5)];
}

static bool held_as(uint16_t seen) {
        for (unsigned i = 0; i < HANDS; i++)
                for (uint16_t code = 0; code < KEY_CNT; code++)
                        if (keys_has(&hands[i].down, code) && seen_as(code) == seen)
                                return true;
        return false;
}

/* CODE goes down, or up. */
static void calm_key(struct due *dues, unsigned hand, uint16_t code, bool at_the_guest) {
        uint16_t seen = at_the_guest ? seen_as(code) : code;
        struct due *due = &dues[at_the_guest ? HANDS + (hand == MOUSE) : hand];
        bool down = !keys_has(&hands[hand].down, code), was = held_as(seen);

        hand_key(&hands[hand], code, down);
        if (!at_the_guest || was != held_as(seen))
                ++(down ? due->pressed : due->released)[seen];
}

static void calm_motion(struct due *dues, bool at_the_guest) {
        struct due *due = &dues[at_the_guest ? HANDS + 1 : MOUSE];
        int x = (int)roll(301) - 150, y = (int)roll(301) - 150, clicks = (int)roll(9) - 4;

        if (roll(3) == 0) {
                hand_tell(&hands[MOUSE], "wheel %d", clicks);
                due->sums[REL_WHEEL] += clicks;
                return;
        }
        hand_tell(&hands[MOUSE], "move %d %d", x, y);
        due->sums[REL_X] += x;
        due->sums[REL_Y] += y;
}

static void calm_turn(bool at_the_guest) {
        static struct view before[HANDS + 2];
        struct due dues[HANDS + 2] = { 0 };

        memcpy(before, host, sizeof(host));
        memcpy(before + HANDS, guest, sizeof(guest));
        /* No more than the kernel keeps for a pilliond that has no time, which is 31 edges of a keyboard. */
        for (unsigned n = 8 + roll(12); n > 0; n--, events++) {
                unsigned hand = roll(HANDS);

                if (hand == MOUSE && roll(2))
                        calm_motion(dues, at_the_guest);
                else
                        calm_key(dues, hand, roll_key(hand), at_the_guest);
                read_all(1);
        }
        for (unsigned i = 0; i < HANDS && roll(2); i++)
                for (unsigned k = 0; k < 5; k++)
                        if (keys_has(&hands[i].down, keys[i][k]))
                                calm_key(dues, i, keys[i][k], at_the_guest);
        if (settle() != at_the_guest)
                wrong("the input has changed sides by itself");
        for (unsigned i = 0; i < HANDS; i++)
                view_compare(&host[i], &before[i], &dues[i]);
        view_compare(&guest[0], &before[HANDS], &dues[HANDS]);
        view_compare(&guest[1], &before[HANDS + 1], &dues[HANDS + 1]);
        calm_turns++;
        at_guest += at_the_guest;
}

/* --- wild turns --- */

static void toggle(void) {
        struct hand *one = &hands[roll(2)], *two = &hands[roll(2)];

        hand_key(one, KEY_LEFTCTRL, true);
        hand_key(two, KEY_RIGHTCTRL, true);
        hand_key(two, KEY_RIGHTCTRL, false);
        hand_key(one, KEY_LEFTCTRL, false);
}

static void plug(unsigned i) {
        hand_plug(&hands[i]);
        if (!view_open(&host[i], hands[i].node, false))
                wrong("%s cannot be read", hands[i].node);
}

static void replug(void) {
        unsigned i = roll(HANDS);

        hand_unplug(&hands[i]);
        view_close(&host[i]);
        plug(i);
}

/* More than the kernel keeps for a pilliond that does not read. */
static void overflow(void) {
        ask("STOP");
        for (unsigned i = 0; i < 2; i++)
                for (unsigned n = 0; n < 60; n++, events++) {
                        uint16_t code = roll_key(i);

                        hand_key(&hands[i], code, !keys_has(&hands[i].down, code));
                        read_all(0);
                }
        hand_tell(&hands[MOUSE], "flood 100 1 1");
        ask("CONT");
}

static void wild_event(void) {
        unsigned chance = roll(200), hand = roll(HANDS);

        if (chance < 8)
                toggle();
        else if (chance < 14)
                ask("guest");
        else if (chance < 17)
                ask("host");
        else if (chance < 20)
                replug();
        else if (chance < 22)
                overflow();
        else if (chance == 22 && kills && killed_in != wild_turns) {
                /* Once a turn: systemd has no patience with more. */
                killed_in = wild_turns;
                ask("KILL");
        } else if (hand == MOUSE && chance < 110)
                hand_tell(&hands[MOUSE], "move %d %d", (int)roll(300) - 150, (int)roll(300) - 150);
        else {
                uint16_t code = roll_key(hand == MOUSE ? MOUSE : roll(2)); /* both hold a key, now and then */

                hand_key(&hands[hand], code, !keys_has(&hands[hand].down, code));
        }
        events++;
}

static bool wild_turn(void) {
        bool at_the_guest;

        for (unsigned n = 40 + roll(80); n > 0; n--) {
                wild_event();
                if (roll(4) == 0)
                        read_all((int)roll(4));
        }
        for (unsigned i = 0; i < HANDS; i++)
                hand_let_go(&hands[i]);
        if (roll(3) > 0)
                ask("guest");
        settle();
        tap_phantoms();
        /* What the guest holds when pilliond dies, the next one lets go. */
        for (unsigned tries = 0; killed_in == wild_turns && tries < 100; tries++)
                read_all(keys_empty(&guest[0].down) && keys_empty(&guest[1].down) ? 0 : 100);
        /* What the host sees pilliond may have yet to see, a toggle too. It answers when it has read all. */
        ask("sync");
        at_the_guest = settle();
        check_nothing_down();
        wild_turns++;
        return at_the_guest;
}

int main(int argc, char *argv[]) {
        unsigned most = argc > 2 ? (unsigned)strtoul(argv[2], NULL, 10) : 0;

        if (argc < 4)
                return 2;
        state = strtoull(argv[1], NULL, 10);
        command = argv[3];
        kills = argc > 4;
        for (unsigned i = 0; i < HANDS; i++)
                plug(i);
        while (events < most) {
                bool at_the_guest = wild_turn();

                for (unsigned n = 1 + roll(3); n > 0; n--)
                        calm_turn(at_the_guest);
                fprintf(stderr, "  %u events\n", events);
        }
        if (at_guest < calm_turns / 4)
                wrong("the guest had the input in %u of %u calm turns", at_guest, calm_turns);
        printf("seed %s, %u events: %u wild turns, %u calm ones, %u of them in the guest; "
               "nothing lost, nothing stuck, %u phantoms\n",
               argv[1], events, wild_turns, calm_turns, at_guest, phantoms);
        return 0;
}
