/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A grab releases nothing, so the host is made to see the releases first; then the guest has the device, and
 * what is down is nobody's. The other way round the guest loses its keys, and the host gets none. Either way
 * the state is read, which throws away the key events that wait to be read.
 */
#include "tests/oracle-parts.h"

#include <string.h>

void oracle_drop(struct oracle *oracle, const struct pending *pending, enum fate fate) {
        if (pending->type == EV_KEY && pending->value != 2 && !pending->counted)
                oracle->tally.fates[fate]++;
}

/* Throws away what waits to be read, but not motion. */
void oracle_read_state(struct oracle *oracle, struct oracle_device *device) {
        size_t kept = 0;

        for (size_t i = 0; i < device->queued; i++)
                if (device->queue[i].type == EV_KEY)
                        oracle_drop(oracle, &device->queue[i], FATE_UNREAD);
                else
                        device->queue[kept++] = device->queue[i];
        device->queued = kept;
        device->epoch++;
        for (const uint16_t *code = oracle_keys; *code; code++)
                device->whose[*code] = keys_has(&device->down, *code) ? OTHERS : UP;
        oracle_hotkeys_update(oracle);
}

void oracle_host_hears_all(struct oracle *oracle, struct oracle_device *device, bool down) {
        for (const uint16_t *code = oracle_keys; *code; code++)
                if (keys_has(&device->down, *code))
                        oracle_host_sees(oracle, device, *code, down);
}

void oracle_guest_lets_go(struct oracle *oracle, struct oracle_device *device, enum whose next) {
        for (const uint16_t *code = oracle_keys; *code; code++)
                if (device->whose[*code] == GUESTS)
                        oracle_take(oracle, device, *code, next);
}

void oracle_forget_motion(struct oracle_device *device) {
        memset(device->move, 0, sizeof(device->move));
}

void oracle_to_guest(struct oracle *oracle, struct oracle_device *device) {
        oracle_host_hears_all(oracle, device, false);
        device->guests = true;
        oracle_forget_motion(device);
        oracle_read_state(oracle, device);
}

void oracle_to_host(struct oracle *oracle, struct oracle_device *device) {
        oracle_forget_motion(device);
        oracle_guest_lets_go(oracle, device, OTHERS);
        device->guests = false;
        oracle_read_state(oracle, device);
}

static struct oracle_device *first_busy(struct oracle *oracle) {
        for_each_device(device, oracle) if (device->follows && device->busy) return device;
        return NULL;
}

/* Each device up to the one that is busy loses its keys to us, and then the host hears anew of them. */
static void be_refused(struct oracle *oracle, struct oracle_device *busy) {
        for_each_device(device, oracle) if (device->follows && device <= busy)
                oracle_host_hears_all(oracle, device, false);
        oracle->group++;
        for_each_device(device, oracle) if (device->follows && device <= busy)
                oracle_host_hears_all(oracle, device, true);
        for_each_device(device, oracle) if (device->follows) oracle_read_state(oracle, device);
        oracle->tally.refusals++;
}

void oracle_switch(struct oracle *oracle, bool guests) {
        struct oracle_device *busy = first_busy(oracle);

        if (oracle->guests == guests || (guests && oracle->stopped))
                return;
        oracle->group++;
        if (guests && busy) {
                be_refused(oracle, busy);
                return;
        }
        oracle->guests = guests;
        oracle->tally.switches++;
        oracle_hotkeys_change_side(oracle);
        for_each_device(device, oracle) if (device->follows && guests) oracle_to_guest(oracle, device);
        else if (device->follows) oracle_to_host(oracle, device);
        oracle->group++;
}

void oracle_assign(struct oracle *oracle, struct oracle_device *device, bool guests) {
        if (device->guests == guests)
                return;
        oracle->group++;
        if (guests && device->busy) {
                oracle_host_hears_all(oracle, device, false);
                oracle->group++;
                oracle_host_hears_all(oracle, device, true);
                oracle_read_state(oracle, device);
        } else if (guests)
                oracle_to_guest(oracle, device);
        else
                oracle_to_host(oracle, device);
}

void oracle_panic_now(struct oracle *oracle) {
        oracle->tally.panics++;
        oracle_hotkeys_let_go(oracle);
        oracle_switch(oracle, false);
}
