/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Who gets the input, and why. The order at a switch is what keeps keys from sticking. To the guest: release
 * for the host, grab all devices, then route. To the host: release for the guest, then ungrab. fleet does
 * both; here is decided whether.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "core/log.h"
#include "core/loop.h"
#include "input/input-internal.h"

#define PROBE_USEC 1000000

static bool is_away(const struct input *input) {
        return router_side(input->router) == INPUT_GUEST || fleet_lends(input->fleet);
}

/*
 * QEMU holds the grab of its devices for as long as it lives. That it is gone is libvirt's to tell, which may
 * be away itself, or not know; so we look, too.
 */
void input_look(struct input *input) {
        if (is_away(input) && (!input->port || port_is_read(input->port) == 0))
                input_bring_home(input, "the guest does not read its keyboard any more");
}

static int on_probe(sd_event_source *source, uint64_t usec, void *userdata);

/* From now on, for as long as anything is the guest's. */
static void keep_looking(struct input *input) {
        int r;

        if (!is_away(input))
                return;
        r = timer_arm(input->loop, &input->probe, "input-probe", PROBE_USEC, on_probe, input);
        if (r < 0)
                log_errno(r, "Cannot look whether the guest reads its keyboard: %m, continuing without");
}

static int on_probe(sd_event_source *source, uint64_t usec, void *userdata) {
        struct input *input = userdata;

        input_look(input);
        keep_looking(input);
        return 0;
}

void input_to_host(struct input *input) {
        if (router_side(input->router) == INPUT_HOST)
                return;
        router_begin_move(input->router);
        fleet_give_back(input->fleet);
        input->rescan = true;
        log_notice("Input goes to the host");
        input_changed(input);
        router_end_move(input->router);
}

void input_bring_home(struct input *input, const char *why) {
        bool away = is_away(input);

        router_let_go(input->router);
        router_begin_move(input->router);
        fleet_give_back(input->fleet);
        timer_disarm(input->probe);
        input->expected = false;
        fleet_set_guest_present(input->fleet, false);
        router_end_move(input->router);
        input->rescan = true;
        input_changed(input);
        if (away)
                log_event(LOG_NOTICE, (.domain = port_guest(input->port), .message = MESSAGE_INPUT_HOME),
                          "Input comes home to the host%s%s", why ? ": " : "", why ? why : "");
        if (!away || !why)
                return;
        snprintf(input->home_reason, sizeof(input->home_reason), "%s", why);
        input->handlers->on_home(why, input->userdata);
}

int input_find_guest(const struct input *input) {
        int r;

        if (!input->running)
                return -EHOSTDOWN;
        if (input->barred)
                return -EPERM;
        if (!port_exists(input->port))
                return -ENOTCONN;
        r = port_is_read(input->port);
        return r == 0 ? -EPIPE : r < 0;
}

static int take(struct input *input) {
        int r;

        r = fleet_take(input->fleet);
        if (r < 0)
                return r;
        fleet_set_guest_present(input->fleet, true);
        log_event(LOG_NOTICE, (.domain = port_guest(input->port)), "Input goes to guest '%s'",
                  port_guest(input->port));
        input->home_reason[0] = '\0';
        keep_looking(input);
        input_changed(input);
        return 0;
}

static int to_guest(struct input *input) {
        int r;

        if (router_side(input->router) == INPUT_GUEST)
                return 0;
        r = input_find_guest(input);
        if (r < 0)
                return r;
        router_begin_move(input->router);
        r = take(input);
        router_end_move(input->router);
        return r;
}

int input_switch(struct input *input, enum input_side side) {
        switch (side) {
        case INPUT_GUEST:
                return to_guest(input);
        case INPUT_HOST:
                input_to_host(input);
                return 0;
        }
        return -EINVAL;
}

void input_bar(struct input *input, const char *why) {
        input->barred = why;
        if (why)
                input_bring_home(input, why);
        input_changed(input);
}

/* A mouse alone cannot play the keys that bring it back. */
void input_on_fleet_change(void *userdata) {
        struct input *input = userdata;

        if (router_side(input->router) == INPUT_GUEST && fleet_keyboards(input->fleet) == 0)
                input_bring_home(input, "the last keyboard is gone");
        input_changed(input);
}

/* --- the guest --- */

static bool same_guest(const char *a, const char *b) {
        return a && b ? strcmp(a, b) == 0 : a == b;
}

int input_set_guest(struct input *input, const char *guest) {
        if (guest && !*guest)
                return -EINVAL;
        if (same_guest(port_guest(input->port), guest))
                return 0;
        input->running = false;
        input_to_host(input);
        fleet_set_guest_present(input->fleet, false);
        fleet_forget_leds(input->fleet);
        input_changed(input);
        return port_set_guest(input->port, guest);
}

void input_welcome_guest(struct input *input) {
        if (!input->expected || input_find_guest(input) != 0)
                return;
        input->expected = false;
        fleet_set_guest_present(input->fleet, true);
        keep_looking(input);
}

void input_set_guest_running(struct input *input, bool running, const char *why) {
        if (running && !input->running) {
                input->expected = true;
                input_ask_anew(input);
                input_changed(input);
        }
        input->running = running;
        if (running)
                return;
        input_bring_home(input, why);
        fleet_forget_leds(input->fleet);
}

void input_set_guest_path(struct input *input, enum guest_path path) {
        router_set_path(input->router, path);
}

bool input_is_free(const struct input *input) {
        return port_is_free(input->port);
}

/* --- what the router says --- */

static void on_frame(enum sink_kind sink, const struct router_value *values, size_t n, void *userdata) {
        struct input *input = userdata;

        port_write(input->port, sink, values, n);
}

const char *input_explain(const struct input *input, int r) {
        switch (-r) {
        case EPERM:
                return input->barred ? input->barred : strerror(EPERM);
        case ENODEV:
                return "there is no keyboard to bring back what is switched away";
        case EHOSTDOWN:
                return "no guest is running that reads pillion's input devices";
        case EBUSY:
                return "another program has grabbed a device";
        case EPIPE:
                return "the guest was started before its devices were there and does not read them: shut it "
                       "down, and start it again";
        case ENOTCONN:
                return "the guest's keyboard and mouse could not be made";
        default:
                return strerror(-r);
        }
}

static void on_request(enum input_side side, enum command_reason reason, void *userdata) {
        struct input *input = userdata;
        int r;

        if (reason == COMMAND_PANIC) {
                input_bring_home(input, "the panic keys were pressed");
                return;
        }
        r = input_switch(input, side);
        if (r < 0)
                log_event(LOG_NOTICE, (.error = r, .message = MESSAGE_INPUT_STAYS),
                          "Input stays with the host: %s", input_explain(input, r));
}

static void on_hotkey(unsigned index, bool down, void *userdata) {
        struct input *input = userdata;

        input->handlers->on_hotkey(index, down, input->userdata);
}

static void on_deadline(uint64_t usec, void *userdata) {
        struct input *input = userdata;

        if (usec == HOTKEYS_NEVER) {
                (void)sd_event_source_set_enabled(input->deadline, SD_EVENT_OFF);
                return;
        }
        (void)sd_event_source_set_time(input->deadline, usec);
        (void)sd_event_source_set_enabled(input->deadline, SD_EVENT_ONESHOT);
}

const struct router_callbacks input_router_callbacks = { on_frame, { on_request, on_hotkey, on_deadline } };
