/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The desktop hears a device that is not grabbed at once; we hear it when we read it. */
#include "tests/oracle.h"

#include <string.h>

#include "tests/oracle-parts.h"
#include "tests/test.h"

#define EVENTS_PER_READ 64
#define DEBOUNCE_MSEC   150
#define MOVE_MAX        (127 * 32) /* of one frame */
#define CLICKS_MAX      8

/* --- what we read --- */

static enum fate on_press(struct oracle *oracle, struct oracle_device *device, uint16_t code) {
        bool panics = oracle_completes(oracle, oracle_panic, code);
        bool toggles = oracle_completes(oracle, oracle_toggle, code);
        unsigned hotkeys = panics || toggles ? 0 : oracle_hotkeys_of(oracle, code);
        enum fate fate = FATE_CHORD;

        CHECK_EQ(device->whose[code], UP);
        if (device->guests && !panics && !toggles && !oracle_hotkeys_want(hotkeys))
                fate = oracle_give(oracle, device, code);
        else
                device->whose[code] = OTHERS;
        oracle_hotkeys_down(oracle, hotkeys);
        if (panics)
                oracle_panic_now(oracle);
        else if (toggles && oracle->now >= oracle->quiet_until) {
                oracle->quiet_until = oracle->now + DEBOUNCE_MSEC;
                oracle_switch(oracle, !oracle->guests);
        }
        return fate;
}

static enum fate on_release(struct oracle *oracle, struct oracle_device *device, uint16_t code) {
        enum fate fate = FATE_ACROSS;

        if (device->whose[code] == GUESTS)
                fate = oracle_take(oracle, device, code, UP);
        device->whose[code] = UP;
        oracle_hotkeys_update(oracle);
        return fate;
}

static int32_t limited(int32_t value, int32_t limit) {
        return value > limit ? limit : value < -limit ? -limit : value;
}

static void on_move(struct oracle_device *device, uint16_t code, int32_t value) {
        static const uint16_t axes[4] = { REL_X, REL_Y, REL_WHEEL, REL_HWHEEL };

        for (size_t i = 0; i < 4; i++)
                if (code == axes[i])
                        device->move[i] = limited(device->move[i] + value, i < 2 ? MOVE_MAX : CLICKS_MAX);
}

static void on_event(struct oracle *oracle, struct oracle_device *device, const struct pending *event) {
        enum fate fate;

        if (event->type == EV_KEY && event->value != 2) {
                oracle->group++;
                fate = event->value ? on_press(oracle, device, event->code)
                                    : on_release(oracle, device, event->code);
                if (!event->counted)
                        oracle->tally.fates[fate]++;
        } else if (event->type == EV_REL && device->guests)
                on_move(device, event->code, event->value);
        else if (event->type == EV_SYN && device->guests)
                oracle_guest_sees_motion(oracle, device);
}

/* One read(); what it brought is thrown away from the event on that makes the device change sides. */
static void read_some(struct oracle *oracle, struct oracle_device *device) {
        struct pending events[EVENTS_PER_READ];
        size_t n = device->queued < EVENTS_PER_READ ? device->queued : EVENTS_PER_READ, i;
        unsigned epoch = device->epoch;

        memcpy(events, device->queue, n * sizeof(*events));
        device->queued -= n;
        memmove(device->queue, device->queue + n, device->queued * sizeof(*events));
        for (i = 0; i < n && device->epoch == epoch; i++)
                on_event(oracle, device, &events[i]);
        for (; i < n; i++)
                oracle_drop(oracle, &events[i], FATE_UNREAD);
}

/* --- what happens --- */

static void report(struct oracle *oracle, struct oracle_device *device, const struct pending *event) {
        if (device->deaf)
                oracle_drop(oracle, event, FATE_OVERFLOW);
        else
                device->queue[device->queued++] = *event;
}

static void key(struct oracle *oracle, struct oracle_device *device, uint16_t code, int32_t value) {
        bool heard = !device->guests;

        if (value != 2) {
                oracle->tally.edges++;
                oracle->group++;
                if (heard) {
                        bool knows = value || keys_has(&device->host, code);

                        oracle->tally.fates[knows ? FATE_HOST : FATE_ACROSS]++;
                        oracle_host_sees(oracle, device, code, value);
                }
                keys_set(&device->down, code, value);
        }
        report(oracle, device, &(struct pending){ EV_KEY, code, value, heard });
        report(oracle, device, &(struct pending){ .type = EV_SYN });
}

static void move(struct oracle *oracle, struct oracle_device *device, const struct step *step) {
        struct pending event = { .type = EV_REL, .code = step->code, .value = step->value };

        if (device->guests)
                report(oracle, device, &event);
        if (!step->unended)
                report(oracle, device, &(struct pending){ .type = EV_SYN });
}

static void lose_queue(struct oracle *oracle, struct oracle_device *device, enum fate fate) {
        for (size_t i = 0; i < device->queued; i++)
                oracle_drop(oracle, &device->queue[i], fate);
        device->queued = 0;
}

/* Releases first, then presses, and no toggle comes of it. */
static void recover(struct oracle *oracle, struct oracle_device *device) {
        device->deaf = false;
        oracle->group++;
        for (const uint16_t *code = oracle_keys; *code; code++)
                if (device->whose[*code] != UP && !keys_has(&device->down, *code))
                        on_release(oracle, device, *code);
        oracle->group++;
        for (const uint16_t *code = oracle_keys; *code; code++) {
                if (device->whose[*code] != UP || !keys_has(&device->down, *code))
                        continue;
                if (device->guests && !oracle_completes(oracle, oracle_panic, *code) &&
                    !oracle_completes(oracle, oracle_toggle, *code) &&
                    !oracle_hotkeys_want(oracle_hotkeys_of(oracle, *code)))
                        oracle_give(oracle, device, *code);
                else
                        device->whose[*code] = OTHERS;
        }
        if (device->guests && oracle_all_down(oracle, oracle_panic))
                oracle_panic_now(oracle);
}

static void plug(struct oracle *oracle, struct oracle_device *device, const struct step *step) {
        *device = (struct oracle_device){ .plugged = true, .follows = step->follows };
        if (step->code)
                keys_set(&device->down, step->code, true);
        device->host = device->down; /* the desktop was here first */
        oracle->group++;
        oracle_read_state(oracle, device);
        if (step->follows && oracle->guests)
                oracle_to_guest(oracle, device);
}

static void unplug(struct oracle *oracle, struct oracle_device *device) {
        oracle->group++;
        oracle_host_hears_all(oracle, device, false);
        oracle_guest_lets_go(oracle, device, UP);
        lose_queue(oracle, device, FATE_PLUG);
        *device = (struct oracle_device){ 0 };
        oracle_hotkeys_update(oracle);
}

/* Whoever comes after us finds the guest's devices as we left them, and lets go of all. */
static void kill_us(struct oracle *oracle) {
        oracle->tally.kills++;
        oracle->group++;
        memset(oracle->hot, 0, sizeof(oracle->hot)); /* and nobody is told */
        for_each_device(device, oracle) {
                lose_queue(oracle, device, FATE_PLUG);
                oracle_to_host(oracle, device);
                device->deaf = false;
        }
        oracle->guests = false;
        oracle->quiet_until = 0;
}

static void set_path(struct oracle *oracle, enum guest_path path) {
        oracle->group++;
        for_each_device(device, oracle) if (device->guests && path != oracle->path) {
                oracle_forget_motion(device);
                oracle_guest_lets_go(oracle, device, OTHERS);
        }
        oracle->path = path;
}

bool oracle_at_rest(const struct oracle *oracle) {
        for (size_t slot = 0; slot < ORACLE_DEVICES; slot++) {
                const struct oracle_device *device = &oracle->devices[slot];

                if (!keys_empty(&device->down) || device->queued > 0 || device->deaf)
                        return false;
        }
        return true;
}

void oracle_init(struct oracle *oracle) {
        *oracle = (struct oracle){ .now = 1000 };
}

static void do_to_device(struct oracle *oracle, struct oracle_device *device, const struct step *step) {
        switch (step->kind) {
        case STEP_UNPLUG:
                unplug(oracle, device);
                return;
        case STEP_KEY:
                key(oracle, device, step->code, step->value);
                break;
        case STEP_MOVE:
                move(oracle, device, step);
                break;
        case STEP_OVERFLOW:
                lose_queue(oracle, device, FATE_OVERFLOW);
                device->deaf = true;
                break;
        case STEP_RECOVER:
                recover(oracle, device);
                break;
        case STEP_BUSY:
                device->busy = step->value;
                break;
        case STEP_ASSIGN:
                oracle_assign(oracle, device, step->value);
                break;
        case STEP_PLUG:
        case STEP_SWITCH:
        case STEP_WAIT:
        case STEP_STOPPED:
        case STEP_PATH:
        case STEP_KILL:
        case STEP_KINDS:
                return;
        }
        while (device->queued > 0 && !step->unread)
                read_some(oracle, device);
}

void oracle_do(struct oracle *oracle, const struct step *step) {
        oracle->host.n = oracle->guest.n = oracle->hotkeys.n = 0;
        switch (step->kind) {
        case STEP_PLUG:
                plug(oracle, &oracle->devices[step->slot], step);
                return;
        case STEP_SWITCH:
                oracle_switch(oracle, step->value);
                return;
        case STEP_WAIT:
                oracle->now += (uint64_t)step->value;
                return;
        case STEP_STOPPED:
                oracle->stopped = step->value;
                return;
        case STEP_PATH:
                set_path(oracle, step->value ? PATH_VIRTIO : PATH_EVDEV);
                return;
        case STEP_KILL:
                kill_us(oracle);
                return;
        case STEP_UNPLUG:
        case STEP_KEY:
        case STEP_MOVE:
        case STEP_OVERFLOW:
        case STEP_RECOVER:
        case STEP_BUSY:
        case STEP_ASSIGN:
                do_to_device(oracle, &oracle->devices[step->slot], step);
                return;
        case STEP_KINDS:
                return;
        }
}
