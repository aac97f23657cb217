/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Joins the parts:
 *
 *         discovery --nodes--> fleet --events--> router --frames--> port --uinput--> the guest
 *                                ^                 |                  |
 *                                +---grab, ungrab--+-----lights-------+
 *
 * Who gets the input is decided in sides.c.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "core/log.h"
#include "core/loop.h"
#include "input/advice.h"
#include "input/chord.h"
#include "input/input-internal.h"
#include "input/label.h"
#include "input/uinput.h"

void input_changed(void *userdata) {
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

/* Also when it could not be made before, and something has changed. */
static void declare_host_keys(struct input *input) {
        int before = input->host_keys_error, r;

        r = hostkeys_declare(input->hostkeys, &input->host_keys);
        input->host_keys_error = r;
        if (r == before || r == -EINPROGRESS)
                return;
        if (r < 0)
                log_event(LOG_WARNING, (.error = r),
                          "Cannot make the keyboard of hotkeys with host-key, see 'pillion status': %m");
        input_changed(input);
}

static int on_news(sd_event_source *source, void *userdata) {
        struct input *input = userdata;
        struct input_status status;

        input_welcome_guest(input);
        if (input->host_keys_error < 0)
                declare_host_keys(input);
        if (input->rescan && router_side(input->router) == INPUT_HOST)
                scan(input);
        input_status(input, &status);
        if (memcmp(&status, &input->told, sizeof(status)) == 0)
                return 0;
        input->told = status;
        input->handlers->on_change(input->userdata);
        return 0;
}

static int on_time(sd_event_source *source, uint64_t usec, void *userdata) {
        struct input *input = userdata;
        uint64_t now;

        if (sd_event_now(input->loop, CLOCK_MONOTONIC, &now) >= 0)
                router_tick(input->router, now);
        return 0;
}

static void on_found(const struct discovered *found, void *userdata) {
        struct input *input = userdata;

        if (!found->ours)
                fleet_found(input->fleet, found);
        else
                port_announced(input->port, found->phys);
}

static void on_lost(const char *path, void *userdata) {
        struct input *input = userdata;

        opener_forget(input->opener, path);
        fleet_lost(input->fleet, path);
}

static void on_openable(void *userdata) {
        struct input *input = userdata;

        scan(input);
        port_retry(input->port);
        if (input->host_keys_error < 0) /* else a hotkey may hold one down */
                declare_host_keys(input);
}

void input_ask_anew(struct input *input) {
        opener_retry(input->opener);
        on_openable(input);
}

/* Before the guest has the input, who writes to the sink's lights is the host's console. */
static void on_led(uint16_t code, bool on, void *userdata) {
        struct input *input = userdata;

        if (router_side(input->router) == INPUT_GUEST)
                fleet_set_led(input->fleet, code, on);
}

static void on_port_change(void *userdata) {
        input_look(userdata);
        input_changed(userdata);
}

static const struct discovery_handlers discovery_handlers = { on_found, on_lost };
const struct port_handlers input_port_handlers = { on_led, on_port_change };

/* --- status --- */

/* True: there is something to say. */
static bool describe_host_keys(const struct input *input, char *buf, size_t size) {
        const struct trouble trouble = {
                UINPUT,
                "which makes the keyboard of hotkeys with host-key",
                input->host_keys_error,
        };

        if (trouble.error == 0 || trouble.error == -EINPROGRESS)
                return false;
        advise_trouble(buf, size, &trouble, input->opener);
        return true;
}

static void describe_problem(const struct input *input, char *buf, size_t size) {
        *buf = '\0';
        if (port_problem(input->port, buf, size) || describe_host_keys(input, buf, size))
                return;
        if (!input->discovery)
                snprintf(buf, size, "udev cannot be asked for devices: see the log, then restart pilliond");
        else
                (void)fleet_problem(input->fleet, buf, size);
        label_clean(buf); /* it may name a device */
}

void input_status(const struct input *input, struct input_status *ret) {
        const char *guest = port_guest(input->port);

        memset(ret, 0, sizeof(*ret)); /* padding too: statuses are compared as bytes */
        ret->side = router_side(input->router);
        ret->keyboards = fleet_keyboards(input->fleet);
        ret->mice = fleet_mice(input->fleet);
        ret->roster = fleet_roster(input->fleet);
        if (guest) {
                ret->sinks_ready = port_ready(input->port);
                ret->sinks_failed = port_failed(input->port);
                sink_link(ret->sink_keyboard, sizeof(ret->sink_keyboard), SINK_KEYBOARD, guest);
                sink_link(ret->sink_mouse, sizeof(ret->sink_mouse), SINK_POINTER, guest);
        }
        describe_problem(input, ret->problem, sizeof(ret->problem));
        snprintf(ret->home_reason, sizeof(ret->home_reason), "%s", input->home_reason);
}

int input_each_device(const struct input *input, int (*on_device)(const struct input_device *, void *),
                      void *userdata) {
        return fleet_each(input->fleet, on_device, userdata);
}

/* --- life and options --- */

int input_configure(struct input *input, const struct input_options *options) {
        const struct desk_lists lists = { options->devices, options->host_devices, options->guest_devices };
        struct chord toggle;
        int r;

        r = chord_parse(&toggle, options->toggle);
        if (r < 0)
                return r;
        router_let_go(input->router); /* or a device that goes might toggle, or let a hotkey go up */
        input_to_host(input);
        r = fleet_configure(input->fleet, &lists);
        if (r < 0)
                return r;
        r = router_set_hotkeys(input->router, options->hotkeys, options->n_hotkeys);
        if (r < 0)
                return r;
        router_set_toggle(input->router, &toggle, options->wait);
        input->host_keys = options->host_keys ? *options->host_keys : (struct keys){ 0 };
        opener_retry(input->opener);
        declare_host_keys(input);
        on_openable(input);
        input_changed(input);
        return 0;
}

static int make_port(struct input *input, struct fdstore *store) {
        const struct sink_tools tools = { .loop = input->loop, .opener = input->opener, .store = store };

        return port_new(&input->port, &tools, &input_port_handlers, input);
}

static int make_parts(struct input *input, struct fdstore *store) {
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
        r = opener_new(&input->opener, input->loop, on_openable, input);
        if (r < 0)
                return r;
        r = router_new(&input->router, &input_router_callbacks, input);
        if (r < 0)
                return r;
        r = fleet_new(&input->fleet, input->loop, input->opener, input->router, input_on_fleet_change, input);
        if (r < 0)
                return r;
        r = make_port(input, store);
        if (r < 0)
                return r;
        r = hostkeys_new(&input->hostkeys, input->opener, store);
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
        r = make_parts(input, options->store);
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
                input_to_host(input);
        input->discovery = discovery_free(input->discovery);
        input->fleet = fleet_free(input->fleet);
        input->port = port_free(input->port);
        input->hostkeys = hostkeys_free(input->hostkeys);
        input->opener = opener_free(input->opener);
        input->router = router_free(input->router);
        input->news = sd_event_source_disable_unref(input->news);
        input->deadline = sd_event_source_disable_unref(input->deadline);
        input->probe = sd_event_source_disable_unref(input->probe);
        input->loop = sd_event_unref(input->loop);
        free(input);
        return NULL;
}
