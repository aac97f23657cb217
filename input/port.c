/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * /dev is watched only while the sinks could not be made. Loading the module creates the node for root alone
 * and udev then changes its permissions: each of both is a reason to try again.
 */
#include "input/port.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/inotify.h>

#include "core/log.h"
#include "core/loop.h"
#include "input/advice.h"
#include "input/shelf.h"
#include "input/uinput.h"

struct port {
        struct sink_tools tools;
        struct shelf *shelf;
        char *guest;                    /* NULL: none */
        struct sink *sinks[SINK_COUNT]; /* of use only when all are there */
        bool announced[SINK_COUNT];     /* udev is done with it */
        bool linked[SINK_COUNT];
        bool mute; /* a write failed and was logged */
        int error; /* why there are no sinks */
        sd_event_source *dev;
        const struct port_handlers *handlers; /* borrowed */
        void *userdata;
};

static void on_led(uint16_t code, bool on, void *userdata) {
        const struct port *port = userdata;

        port->handlers->on_led(code, on, port->userdata);
}

/* What was made stays: each needs a descriptor of its own, and they may come one at a time. */
static int make_sinks(struct port *port) {
        for (enum sink_kind kind = SINK_KEYBOARD; kind < SINK_COUNT; kind++) {
                int r;

                if (port->sinks[kind])
                        continue;
                r = shelf_get(port->shelf, &port->sinks[kind], kind, port->guest);
                if (r < 0)
                        return r;
                port->announced[kind] = r > 0; /* udev was done with it long ago */
                sink_listen(port->sinks[kind], on_led, port);
        }
        return 0;
}

static void check_link(struct port *port, enum sink_kind kind) {
        bool ready = port_ready(port);

        port->linked[kind] = sink_linked(port->sinks[kind]);
        if (!ready && port_ready(port))
                log_event(LOG_INFO, (.domain = port->guest), "Keyboard and mouse for guest '%s' are ready",
                          port->guest);
}

/* Makes the sinks if it can. True: it could, or the reason why not is a new one. */
static bool try(struct port *port) {
        int r;

        r = make_sinks(port);
        if (r == -EINPROGRESS) {
                bool news = port->error != 0;

                port->error = 0;
                return news;
        }
        if (r < 0) {
                bool news = r != port->error;

                port->error = r;
                if (news)
                        log_event(LOG_WARNING, (.domain = port->guest, .error = r),
                                  "Cannot make the guest's keyboard and mouse with " UINPUT ": %m");
                return news;
        }
        port->error = 0;
        port->dev = sd_event_source_disable_unref(port->dev);
        /* udev may have been faster than we are. */
        for (enum sink_kind kind = SINK_KEYBOARD; kind < SINK_COUNT; kind++)
                check_link(port, kind);
        return true;
}

static int on_dev(sd_event_source *source, const struct inotify_event *event, void *userdata) {
        struct port *port = userdata;

        if (event->len > 0 && strcmp(event->name, "uinput") == 0 && try(port))
                port->handlers->on_change(port->userdata);
        return 0;
}

/* All of them, whatever comes of the first. */
static bool retry_sinks(struct port *port) {
        bool news = false;

        for (enum sink_kind kind = SINK_KEYBOARD; kind < SINK_COUNT; kind++)
                if (port->sinks[kind] && sink_retry(port->sinks[kind]))
                        news = true;
        return news;
}

void port_retry(struct port *port) {
        bool made = port->guest && !port_exists(port) && try(port);

        if (retry_sinks(port) || made)
                port->handlers->on_change(port->userdata);
}

static int watch_dev(struct port *port) {
        int r;

        port->dev = sd_event_source_disable_unref(port->dev);
        r = sd_event_add_inotify(port->tools.loop, &port->dev, "/dev", IN_CREATE | IN_MOVED_TO | IN_ATTRIB,
                                 on_dev, port);
        if (r < 0)
                return r;
        source_declare(port->dev, "input-uinput", SD_EVENT_PRIORITY_NORMAL, SOURCE_AUXILIARY);
        return 0;
}

int port_set_guest(struct port *port, const char *guest) {
        int r;

        r = replace_string(&port->guest, guest);
        if (r < 0)
                return r;
        for (enum sink_kind kind = SINK_KEYBOARD; kind < SINK_COUNT; kind++) {
                shelf_put(port->shelf, steal_ptr(port->sinks[kind]));
                port->announced[kind] = port->linked[kind] = false;
        }
        port->error = 0;
        port->mute = false;
        if (guest) {
                /* The watch comes first: nothing that happens from now on is missed. */
                r = watch_dev(port);
                if (r < 0)
                        log_event(LOG_WARNING, (.error = r), "Cannot watch /dev, continuing without: %m");
                (void)try(port);
        }
        shelf_tidy(port->shelf);
        return 0;
}

int port_new(struct port **ret, const struct sink_tools *tools, const struct port_handlers *handlers,
             void *userdata) {
        _cleanup_(port_freep) struct port *port = calloc(1, sizeof(*port));
        int r;

        if (!port)
                return -ENOMEM;
        *port = (struct port){ .tools = *tools, .handlers = handlers, .userdata = userdata };
        r = shelf_new(&port->shelf, tools);
        if (r < 0)
                return r;

        *ret = steal_ptr(port);
        return 0;
}

struct port *port_free(struct port *port) {
        if (!port)
                return NULL;
        port->dev = sd_event_source_disable_unref(port->dev);
        for (enum sink_kind kind = SINK_KEYBOARD; kind < SINK_COUNT; kind++)
                port->sinks[kind] = sink_free(port->sinks[kind]);
        port->shelf = shelf_free(port->shelf);
        free(port->guest);
        free(port);
        return NULL;
}

const char *port_guest(const struct port *port) {
        return port->guest;
}

bool port_exists(const struct port *port) {
        return port->sinks[SINK_KEYBOARD] && port->sinks[SINK_POINTER];
}

int port_is_read(const struct port *port) {
        return port_exists(port) ? sink_is_read(port->sinks[SINK_KEYBOARD]) : 0;
}

bool port_is_free(const struct port *port) {
        for (enum sink_kind kind = SINK_KEYBOARD; kind < SINK_COUNT; kind++)
                if (port->sinks[kind] && sink_is_read(port->sinks[kind]) != 0)
                        return false;
        return true;
}

bool port_ready(const struct port *port) {
        return port_exists(port) && port->linked[SINK_KEYBOARD] && port->linked[SINK_POINTER];
}

void port_announced(struct port *port, const char *phys) {
        if (!port_exists(port))
                return;
        for (enum sink_kind kind = SINK_KEYBOARD; kind < SINK_COUNT; kind++)
                if (strcmp(sink_phys(port->sinks[kind]), phys) == 0) {
                        if (!port->announced[kind])
                                sink_announced(port->sinks[kind]);
                        port->announced[kind] = true;
                        check_link(port, kind);
                        port->handlers->on_change(port->userdata);
                }
}

void port_write(struct port *port, enum sink_kind kind, const struct router_value *values, size_t n) {
        int r;

        if (!port->sinks[kind])
                return;
        r = sink_write(port->sinks[kind], values, n);
        if (r < 0 && !port->mute)
                log_event(LOG_ERR, (.domain = port->guest, .error = r, .message = MESSAGE_INPUT_LOST),
                          "Input for guest '%s' was lost: %m", port->guest);
        port->mute = r < 0;
}

bool port_failed(const struct port *port) {
        return port->error != 0;
}

bool port_problem(const struct port *port, char *buf, size_t size) {
        struct trouble trouble = { UINPUT, "which makes the guest's devices", port->error };

        if (port->error) {
                advise_trouble(buf, size, &trouble, port->tools.opener);
                return true;
        }
        for (enum sink_kind kind = SINK_KEYBOARD; kind < SINK_COUNT; kind++)
                if (port->announced[kind] && !port->linked[kind]) {
                        char link[160];

                        sink_link(link, sizeof(link), kind, port->guest);
                        snprintf(buf, size,
                                 "udev has made no %s: install 70-pillion.rules in /etc/udev/rules.d, then "
                                 "run 'udevadm control --reload; udevadm trigger --subsystem-match=input'",
                                 link);
                        return true;
                }
        return false;
}
