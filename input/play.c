/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "input/play.h"

#include "input/chord.h"
#include "input/input-internal.h"

void input_toggle(struct input *input) {
        router_toggle(input->router);
}

int input_type(struct input *input, const char *text) {
        struct chord chord;
        int r;

        r = chord_parse(&chord, text);
        if (r < 0)
                return r;
        r = input_find_guest(input);
        if (r < 0)
                return r;
        router_type(input->router, &chord);
        return 0;
}

int input_host_key(struct input *input, const char *key, bool down) {
        struct chord chord;
        int r;

        r = chord_parse(&chord, key);
        return r < 0 ? r : hostkeys_set(input->hostkeys, chord.keys[0], down);
}

static void on_key(const char *device, uint16_t code, bool down, void *userdata) {
        struct input *input = userdata;
        char name[64];

        chord_key_name(name, sizeof(name), code);
        input->handlers->on_key(device, name, down, input->userdata);
}

void input_watch_keys(struct input *input, bool watch) {
        fleet_watch_keys(input->fleet, watch ? on_key : NULL, input);
}
