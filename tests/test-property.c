/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * test-property [SEED [EVENTS]]: a million random events. Whatever both sides get to see of each is exactly
 * what the oracle said beforehand, in that order; so no key is stuck on any side, and no edge is lost.
 *
 * Events come in episodes, each in a process and a world of its own, so that one that fails can be played
 * again with less in it: what is printed in the end is a scenario for test-router.c, with the least in it
 * that still fails.
 */
#include <sys/wait.h>
#include <unistd.h>

#include "tests/oracle.h"
#include "tests/router-world.h"
#include "tests/test.h"

#define EPISODE 5000
#define REST    200 /* in the end, everybody lets go of everything */

/* What the world showed, to be held against what the oracle said. */
struct eyes {
        struct sights host, guest, hotkeys;
        struct keys down; /* to the guest */
        const struct world *world;
};

/* --- what is seen --- */

static void on_host(const struct node *node, uint16_t code, bool down, void *userdata) {
        struct eyes *eyes = userdata;
        struct sight sight = { .slot = (uint8_t)(node - node->world->nodes), .code = code, .down = down };

        sights_add(&eyes->host, &sight);
}

static void on_guest_key(struct eyes *eyes, const struct router_value *value) {
        keys_set(&eyes->down, value->code, value->value);
        sights_add(&eyes->guest, &(struct sight){ .code = value->code, .down = value->value });
}

/* What QEMU and virtio-win cannot take: more than a signed byte, or two clicks at once. */
static void check_portion(const struct eyes *eyes, const struct router_value *values, size_t n) {
        for (size_t i = 0; i < n; i++) {
                bool click = values[i].code == REL_WHEEL || values[i].code == REL_HWHEEL;

                CHECK_EQ(values[i].type, EV_REL);
                CHECK(abs(values[i].value) <= 127 && values[i].value != 0);
                if (click && eyes->world->path == PATH_EVDEV)
                        CHECK(n == 1 && abs(values[i].value) == 1);
        }
}

static void on_guest(const struct router_value *values, size_t n, void *userdata) {
        static const uint16_t axes[4] = { REL_X, REL_Y, REL_WHEEL, REL_HWHEEL };
        struct sight sight = { .motion = true };
        struct eyes *eyes = userdata;

        if (values->type == EV_KEY) {
                on_guest_key(eyes, values);
                return;
        }
        check_portion(eyes, values, n);
        for (size_t i = 0; i < n; i++)
                for (size_t axis = 0; axis < 4; axis++)
                        if (values[i].code == axes[axis])
                                sight.move[axis] += values[i].value;
        sights_add(&eyes->guest, &sight);
}

static void on_hotkey(unsigned index, bool down, void *userdata) {
        struct eyes *eyes = userdata;

        sights_add(&eyes->hotkeys, &(struct sight){ .code = (uint16_t)index, .down = down });
}

static const struct world_eyes world_eyes = { on_host, on_guest, on_hotkey };

/* --- what happens --- */

static void do_to_node(struct node *node, const struct step *step) {
        if (step->kind == STEP_KEY)
                world_key(node, step->code, step->value);
        else if (step->kind == STEP_MOVE) {
                world_rel(node, step->code, step->value);
                if (!step->unended)
                        world_syn(node);
        } else if (step->kind == STEP_OVERFLOW)
                world_overflow(node);
        else if (step->kind == STEP_RECOVER)
                world_recover(node);
        else if (step->kind == STEP_BUSY)
                node->busy = step->value;
        else if (step->kind == STEP_ASSIGN)
                (void)world_assign(node, step->value ? INPUT_GUEST : INPUT_HOST);
        if (!step->unread)
                world_deliver(node);
}

static void plug(struct world *world, const struct step *step) {
        struct keys held = { 0 };
        char name[8];
        struct node *node;

        if (step->code)
                keys_set(&held, step->code, true);
        step_device_name(name, step->slot);
        node = world_plug(world, name, &held, step->follows);
        node->bitmap = step->slot % 2;
}

static void configure(struct world *world) {
        struct hotkey table[ORACLE_HOTKEYS];

        for (size_t i = 0; i < ORACLE_HOTKEYS; i++) {
                const struct oracle_hotkey *hotkey = &oracle_hotkeys[i];

                table[i] = (struct hotkey){ .pass = hotkey->pass };
                table[i].when = (hotkey->host ? WHEN_HOST : 0) | (hotkey->guest ? WHEN_GUEST : 0);
                CHECK_EQ(hotkey_parse(&table[i], hotkey->text), 0);
        }
        CHECK_EQ(router_set_hotkeys(world->router, table, ORACLE_HOTKEYS), 0);
}

static void do_to_world(struct world *world, const struct step *step) {
        struct node *node = &world->nodes[step->slot];

        if (step->kind == STEP_PLUG)
                plug(world, step);
        else if (step->kind == STEP_UNPLUG)
                world_unplug(node);
        else if (step->kind == STEP_SWITCH)
                (void)world_switch(world, step->value ? INPUT_GUEST : INPUT_HOST);
        else if (step->kind == STEP_WAIT)
                world_wait(world, (uint64_t)step->value * 1000);
        else if (step->kind == STEP_STOPPED)
                world->stopped = step->value;
        else if (step->kind == STEP_PATH)
                world_set_path(world, step->value ? PATH_VIRTIO : PATH_EVDEV);
        else if (step->kind == STEP_KILL) {
                world_kill(world);
                configure(world);
        } else
                do_to_node(node, step);
}

/* --- the verdict --- */

static bool same(const struct sight *a, const struct sight *b) {
        return a->motion == b->motion && a->slot == b->slot && a->code == b->code && a->down == b->down &&
               memcmp(a->move, b->move, sizeof(a->move)) == 0;
}

/* Puts what was seen of one group into the order in which it was expected. */
static bool find(struct sights *seen, size_t i, const struct sight *expected, size_t group_end) {
        for (size_t j = i; j < group_end && j < seen->n; j++)
                if (same(&seen->seen[j], expected)) {
                        struct sight found = seen->seen[j];

                        seen->seen[j] = seen->seen[i];
                        seen->seen[i] = found;
                        return true;
                }
        return false;
}

static void say(const char *what, const char *side, const struct sight *sight) {
        if (sight->motion)
                test_fail("%s: the %s, of a motion by %d %d, wheels %d %d", what, side, sight->move[0],
                          sight->move[1], sight->move[2], sight->move[3]);
        if (strcmp(side, "hotkeys") == 0)
                test_fail("%s: hotkey %u, %s", what, sight->code, sight->down ? "down" : "up");
        test_fail("%s: the %s, of a %s of %s on d%u", what, side, sight->down ? "press" : "release",
                  world_key_name(sight->code), sight->slot);
}

static void compare(const char *side, const struct sights *expected, struct sights *seen) {
        size_t end = 0;

        for (size_t i = 0; i < expected->n; i++) {
                const struct sight *sight = &expected->seen[i];

                while (end <= i || (end < expected->n && expected->seen[end].group == sight->group))
                        end++;
                if (!find(seen, i, sight, end))
                        say("did not hear in time", side, sight);
        }
        if (seen->n > expected->n)
                say("heard for no reason", side, &seen->seen[expected->n]);
        seen->n = 0;
}

/* What is down to either side is what the oracle says; and nothing is, if nothing is to the hardware. */
static void compare_state(const struct oracle *oracle, const struct world *world, const struct eyes *eyes) {
        struct keys guest = { 0 };

        CHECK_EQ(router_side(world->router) == INPUT_GUEST, oracle->guests);
        for (size_t slot = 0; slot < ORACLE_DEVICES; slot++)
                CHECK(memcmp(&world->nodes[slot].host, &oracle->devices[slot].host, sizeof(struct keys)) ==
                      0);
        oracle_guest_holds(oracle, &guest);
        CHECK(memcmp(&guest, &eyes->down, sizeof(guest)) == 0);
        if (!oracle_at_rest(oracle))
                return;
        CHECK(keys_empty(&eyes->down));
        for (size_t slot = 0; slot < ORACLE_DEVICES; slot++)
                CHECK(!world->nodes[slot].plugged || keys_empty(&world->nodes[slot].host));
}

static void play(struct oracle *oracle, const struct step *steps, size_t n) {
        static struct eyes eyes;
        static struct world world;

        oracle_init(oracle);
        world_init(&world, "leftctrl+rightctrl");
        world.eyes = &world_eyes;
        world.userdata = &eyes;
        eyes.world = &world;
        configure(&world);
        for (size_t i = 0; i < n; i++) {
                if (!step_makes_sense(&steps[i], oracle))
                        continue;
                oracle_do(oracle, &steps[i]);
                do_to_world(&world, &steps[i]);
                compare("host", &oracle->host, &eyes.host);
                compare("guest", &oracle->guest, &eyes.guest);
                compare("hotkeys", &oracle->hotkeys, &eyes.hotkeys);
                compare_state(oracle, &world, &eyes);
        }
        world_done(&world);
}

/* --- episodes --- */

/* Plays it in a process of its own; false: that failed. What it counted is added to ORACLE. */
static bool survives(const struct step *steps, size_t n, bool quiet, struct tally *tally) {
        int status, pipefd[2];
        pid_t pid;

        CHECK_EQ(pipe(pipefd), 0);
        pid = fork();
        CHECK(pid >= 0);
        if (pid == 0) {
                static struct oracle oracle;

                if (quiet)
                        (void)!freopen("/dev/null", "w", stderr);
                play(&oracle, steps, n);
                _exit(write(pipefd[1], &oracle.tally, sizeof(oracle.tally)) != sizeof(oracle.tally));
        }
        close(pipefd[1]);
        if (read(pipefd[0], tally, sizeof(*tally)) != sizeof(*tally))
                *tally = (struct tally){ 0 };
        close(pipefd[0]);
        CHECK_EQ(waitpid(pid, &status, 0), pid);
        return status == 0;
}

/* Takes out runs of steps, shorter and shorter ones, for as long as the rest still fails. */
static size_t shrink(struct step *steps, size_t n) {
        static struct step fewer[EPISODE];
        struct tally tally;

        for (size_t length = n / 2; length > 0; length /= 2)
                for (size_t at = 0; at + length <= n;) {
                        memcpy(fewer, steps, at * sizeof(*steps));
                        memcpy(fewer + at, steps + at + length, (n - at - length) * sizeof(*steps));
                        if (survives(fewer, n - length, true, &tally)) {
                                at += length;
                                continue;
                        }
                        n -= length;
                        memcpy(steps, fewer, n * sizeof(*steps));
                }
        return n;
}

static void make_up(struct step *steps, size_t n, uint64_t seed) {
        static struct oracle oracle;
        uint64_t state = seed;

        oracle_init(&oracle);
        for (size_t i = 0; i < n; i++) {
                steps[i] = i < n - REST ? step_random(&oracle, &state) : step_towards_rest(&oracle);
                oracle_do(&oracle, &steps[i]);
        }
}

static void fail(struct step *steps, size_t n, uint64_t seed) {
        struct tally tally;

        n = shrink(steps, n);
        fprintf(stderr, "\nepisode %" PRIu64 " fails. The least that still does:\n\n", seed);
        for (size_t i = 0; i < ORACLE_HOTKEYS; i++)
                fprintf(stderr, "hotkey %s%s%s\n", oracle_hotkeys[i].host ? "" : "guest ",
                        oracle_hotkeys[i].pass ? "pass " : "", oracle_hotkeys[i].text);
        for (size_t i = 0; i < n; i++)
                step_print(&steps[i], stderr);
        fprintf(stderr, "\n");
        (void)survives(steps, n, false, &tally);
        exit(1);
}

static void report(const struct tally *tally, uint64_t seed, uint64_t events) {
        uint64_t sum = 0;

        printf("seed %" PRIu64 ", %" PRIu64 " events, %" PRIu64 " edges of keys and buttons:\n", seed, events,
               tally->edges);
        for (enum fate fate = 0; fate < FATES; fate++) {
                printf("  %9" PRIu64 " %s\n", tally->fates[fate], oracle_fate(fate));
                sum += tally->fates[fate];
        }
        printf("  %9" PRIu64 " lost\n", tally->edges - sum);
        printf("%" PRIu64 " switches, %" PRIu64 " refused, %" PRIu64 " panics, %" PRIu64 " kills\n",
               tally->switches, tally->refusals, tally->panics, tally->kills);
        CHECK_EQ(sum, tally->edges);
        CHECK(tally->switches > events / 500 && tally->panics > events / 5000 &&
              tally->kills > events / 5000);
}

int main(int argc, char *argv[]) {
        uint64_t seed = argc > 1 ? strtoull(argv[1], NULL, 10) : 1;
        uint64_t events = argc > 2 ? strtoull(argv[2], NULL, 10) : 1000000;
        static struct step steps[EPISODE];
        struct tally total = { 0 }, tally;

        for (uint64_t done = 0, episode = seed * 1000000; done < events; done += EPISODE, episode++) {
                make_up(steps, EPISODE, episode);
                if (!survives(steps, EPISODE, true, &tally))
                        fail(steps, EPISODE, episode);
                tally_add(&total, &tally);
        }
        report(&total, seed, events);
        return 0;
}
