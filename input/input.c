/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Joins the parts:
 *
 *         discovery --nodes--> fleet --events--> router --frames--> port --uinput--> the guest
 *                                ^                 |                  |
 *                                +---grab, ungrab--+-----lights-------+
 *
 * The order at a switch is what keeps keys from sticking. To the guest: release for the host, grab all
 * devices, then route. To the host: release for the guest, then ungrab. fleet does both; here is decided
 * whether.
 */
#include "input/input.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "core/log.h"
#include "core/loop.h"
#include "input/chord.h"
#include "input/discovery.h"
#include "input/fleet.h"
#include "input/port.h"
#include "input/router.h"

struct input {
        sd_event *loop;
        struct router *router;
        struct fleet *fleet;
        struct discovery *discovery; /* NULL: its sockets could not be made */
        struct port *port;           /* NULL without a guest */
        bool running;
        bool rescan;               /* for devices that could not follow the others to the guest */
        sd_event_source *deadline; /* of a key that is held, or a hotkey that is not any more */
        sd_event_source *news;     /* tells the owner about changes, once the call that made them is over */
        struct input_status told;  /* what the owner knows */
        const struct input_handlers *handlers; /* borrowed */
        void *userdata;
};

/* --- callbacks of the parts --- */

static void changed(void *userdata) {
        struct input *input = userdata;

        (void)sd_event_source_set_enabled(input->news, SD_EVENT_ONESHOT);
}

static void scan(struct input *input) {
        int r;

        input->rescan = false;
        if (!input->discovery)
                return;
        r = discovery_scan(input->discovery);
        if (r < 0)
                log_event(LOG_WARNING, (.error = r),
                          "Cannot list input devices, waiting for udev to name them: %m");
}

static int on_news(sd_event_source *source, void *userdata) {
        struct input *input = userdata;
        struct input_status status;

        if (input->rescan && router_side(input->router) == INPUT_HOST)
                scan(input);
        input_status(input, &status);
        if (memcmp(&status, &input->told, sizeof(status)) == 0)
                return 0;
        input->told = status;
        input->handlers->on_change(input->userdata);
        return 0;
}

static void on_frame(enum sink_kind sink, const struct router_value *values, size_t n, void *userdata) {
        struct input *input = userdata;

        if (input->port)
                port_write(input->port, sink, values, n);
}

static const char *explain(int r) {
        switch (-r) {
        case ENODEV:
                return "there is no keyboard to bring back what is switched away";
        case EHOSTDOWN:
                return "no guest is running that reads pillion's input devices";
        case EBUSY:
                return "another program has grabbed a device";
        case EPIPE:
                return "the guest is older than its devices, so it does not read them: restart it";
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
                log_event(LOG_NOTICE, (.error = r), "Input stays with the host: %s", explain(r));
}

static void on_hotkey(unsigned index, bool down, void *userdata) {
        struct input *input = userdata;

        input->handlers->on_hotkey(index, down, input->userdata);
}

static int on_time(sd_event_source *source, uint64_t usec, void *userdata) {
        struct input *input = userdata;
        uint64_t now;

        if (sd_event_now(input->loop, CLOCK_MONOTONIC, &now) >= 0)
                router_tick(input->router, now);
        return 0;
}

/* Of the events' own clock, on which the router's time runs. */
static void on_deadline(uint64_t usec, void *userdata) {
        struct input *input = userdata;

        if (usec == HOTKEYS_NEVER) {
                (void)sd_event_source_set_enabled(input->deadline, SD_EVENT_OFF);
                return;
        }
        (void)sd_event_source_set_time(input->deadline, usec);
        (void)sd_event_source_set_enabled(input->deadline, SD_EVENT_ONESHOT);
}

static void on_found(const struct discovered *found, void *userdata) {
        struct input *input = userdata;

        if (!found->ours)
                fleet_found(input->fleet, found);
        else if (input->port)
                port_announced(input->port, found->phys);
}

static void on_lost(const char *path, void *userdata) {
        struct input *input = userdata;

        fleet_lost(input->fleet, path);
}

/* Before the guest has the input, who writes to the sink's lights is the host's console. */
static void on_led(uint16_t code, bool on, void *userdata) {
        struct input *input = userdata;

        if (router_side(input->router) == INPUT_GUEST)
                fleet_set_led(input->fleet, code, on);
}

static const struct router_callbacks router_callbacks = { on_frame, { on_request, on_hotkey, on_deadline } };
static const struct discovery_handlers discovery_handlers = { on_found, on_lost };
static const struct port_handlers port_handlers = { on_led, changed };

/* --- sides --- */

static void to_host(struct input *input) {
        if (router_side(input->router) == INPUT_HOST)
                return;
        fleet_give_back(input->fleet);
        input->rescan = true;
        log_notice("Input goes to the host");
        changed(input);
}

void input_bring_home(struct input *input, const char *why) {
        bool away = router_side(input->router) != INPUT_HOST;

        router_let_go(input->router);
        fleet_give_back(input->fleet);
        input->rescan = true;
        changed(input);
        if (!away)
                return;
        log_notice("Input comes home to the host: %s", why);
        input->handlers->on_home(why, input->userdata);
}

static int to_guest(struct input *input) {
        int r;

        if (router_side(input->router) == INPUT_GUEST)
                return 0;
        if (!input->port || !input->running)
                return -EHOSTDOWN;
        if (!port_exists(input->port))
                return -ENOTCONN;
        if (!port_is_read(input->port))
                return -EPIPE;
        r = fleet_take(input->fleet);
        if (r < 0)
                return r;
        log_event(LOG_NOTICE, (.domain = port_guest(input->port)), "Input goes to guest '%s'",
                  port_guest(input->port));
        changed(input);
        return 0;
}

int input_switch(struct input *input, enum input_side side) {
        switch (side) {
        case INPUT_GUEST:
                return to_guest(input);
        case INPUT_HOST:
                to_host(input);
                return 0;
        }
        return -EINVAL;
}

/* A mouse alone cannot play the keys that bring it back. */
static void on_fleet_change(void *userdata) {
        struct input *input = userdata;

        if (router_side(input->router) == INPUT_GUEST && fleet_keyboards(input->fleet) == 0)
                input_bring_home(input,
                                 "the last keyboard is gone, so nobody could come back from the guest");
        changed(input);
}

/* --- the guest --- */

int input_set_guest(struct input *input, const char *guest) {
        struct port *port = NULL;
        int r;

        if (input->port && guest && strcmp(port_guest(input->port), guest) == 0)
                return 0;
        if (guest && !*guest)
                return -EINVAL;
        to_host(input);
        /* The old devices go first: names that differ only in what a file name cannot hold share a link. */
        input->port = port_free(input->port);
        input->running = false;
        fleet_forget_leds(input->fleet);
        changed(input);
        if (!guest)
                return 0;
        r = port_new(&port, input->loop, guest, &port_handlers, input);
        if (r < 0)
                return r;
        input->port = port;
        return 0;
}

void input_set_guest_running(struct input *input, bool running, const char *why) {
        input->running = running;
        if (running)
                return;
        input_bring_home(input, why);
        fleet_forget_leds(input->fleet);
}

/* --- status --- */

static void describe_problem(const struct input *input, char *buf, size_t size) {
        if (input->port && port_problem(input->port, buf, size))
                return;
        if (!input->discovery)
                snprintf(buf, size, "udev cannot be asked for devices: see the log, then restart pilliond");
        else if (!fleet_problem(input->fleet, buf, size))
                *buf = 0;
}

void input_status(const struct input *input, struct input_status *ret) {
        memset(ret, 0, sizeof(*ret)); /* padding too: statuses are compared as bytes */
        ret->side = router_side(input->router);
        ret->keyboards = fleet_keyboards(input->fleet);
        ret->mice = fleet_mice(input->fleet);
        if (input->port) {
                const char *guest = port_guest(input->port);

                ret->sinks_ready = port_ready(input->port);
                ret->sinks_failed = port_failed(input->port);
                sink_link(ret->sink_keyboard, sizeof(ret->sink_keyboard), SINK_KEYBOARD, guest);
                sink_link(ret->sink_mouse, sizeof(ret->sink_mouse), SINK_POINTER, guest);
        }
        describe_problem(input, ret->problem, sizeof(ret->problem));
}

/* --- life and options --- */

int input_check_chord(const char *text) {
        struct chord chord;

        return chord_parse(&chord, text);
}

static bool is_device_option(const char *option) {
        return option && (strcmp(option, "auto") == 0 || *option == '/');
}

int input_configure(struct input *input, const struct input_options *options) {
        struct chord toggle;
        int r;

        if (!is_device_option(options->keyboard) || !is_device_option(options->mouse) || !options->toggle ||
            chord_parse(&toggle, options->toggle) < 0)
                return -EINVAL;
        to_host(input);
        r = fleet_configure(input->fleet, options->keyboard, options->mouse);
        if (r < 0)
                return r;
        router_set_toggle(input->router, &toggle, 0);
        scan(input);
        changed(input);
        return 0;
}

static int make_parts(struct input *input) {
        int r;

        r = sd_event_add_defer(input->loop, &input->news, on_news, input);
        if (r < 0)
                return r;
        source_declare(input->news, "input-news", SD_EVENT_PRIORITY_NORMAL, SOURCE_AUXILIARY);
        r = sd_event_source_set_enabled(input->news, SD_EVENT_OFF);
        if (r < 0)
                return r;
        r = sd_event_add_time(input->loop, &input->deadline, CLOCK_MONOTONIC, 0, 1000, on_time, input);
        if (r < 0)
                return r;
        source_declare(input->deadline, "input-deadline", SD_EVENT_PRIORITY_IMPORTANT, SOURCE_AUXILIARY);
        r = sd_event_source_set_enabled(input->deadline, SD_EVENT_OFF);
        if (r < 0)
                return r;
        r = router_new(&input->router, &router_callbacks, input);
        if (r < 0)
                return r;
        r = fleet_new(&input->fleet, input->loop, input->router, on_fleet_change, input);
        if (r < 0)
                return r;
        r = discovery_new(&input->discovery, input->loop, &discovery_handlers, input);
        if (r < 0)
                log_errno(r, "Cannot listen to udev: %m");
        return 0;
}

int input_new(struct input **ret, sd_event *loop, const struct input_options *options,
              const struct input_handlers *handlers, void *userdata) {
        _cleanup_(input_freep) struct input *input = calloc(1, sizeof(*input));
        int r;

        if (!input)
                return -ENOMEM;
        *input = (struct input){ .loop = sd_event_ref(loop), .handlers = handlers, .userdata = userdata };
        r = make_parts(input);
        if (r < 0)
                return r;
        r = input_configure(input, options);
        if (r < 0)
                return r;

        *ret = steal_ptr(input);
        return 0;
}

struct input *input_free(struct input *input) {
        if (!input)
                return NULL;
        if (input->fleet)
                to_host(input);
        input->discovery = discovery_free(input->discovery);
        input->fleet = fleet_free(input->fleet);
        input->port = port_free(input->port);
        input->router = router_free(input->router);
        input->news = sd_event_source_disable_unref(input->news);
        input->deadline = sd_event_source_disable_unref(input->deadline);
        input->loop = sd_event_unref(input->loop);
        free(input);
        return NULL;
}
