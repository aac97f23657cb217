/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * udev's word is waited for because a node exists before its permissions and links do (evsieve#66). What udev
 * does not report is watched with inotify: logind changes the access list of nodes when the session on the
 * seat changes, and people use chmod.
 */
#include "input/discovery.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>

#include <systemd/sd-device.h>

#include "core/log.h"
#include "core/loop.h"
#include "input/nodes.h"

#define FOLDER "/dev/input"

struct discovery {
        sd_event *loop;
        sd_device_monitor *monitor;
        sd_event_source *attributes;               /* of the nodes; NULL while there is no FOLDER */
        const struct discovery_handlers *handlers; /* borrowed */
        void *userdata;
};

static void announce(struct discovery *discovery, sd_device *node) {
        nodes_describe(node, discovery->handlers->on_found, discovery->userdata);
}

static int on_attributes(sd_event_source *source, const struct inotify_event *event, void *userdata) {
        struct discovery *discovery = userdata;
        _cleanup_(sd_device_unrefp) sd_device *node = NULL;
        char path[sizeof(FOLDER) + 64];

        if (event->mask & IN_IGNORED) { /* the folder is gone, with the last device */
                discovery->attributes = sd_event_source_disable_unref(discovery->attributes);
                return 0;
        }
        if (event->len == 0 || strncmp(event->name, "event", 5) != 0)
                return 0;
        snprintf(path, sizeof(path), FOLDER "/%s", event->name);
        if (sd_device_new_from_devname(&node, path) >= 0)
                announce(discovery, node);
        return 0;
}

/* Without the folder there is no node whose attributes could change: udev announces the first to come. */
static void watch_attributes(struct discovery *discovery) {
        if (discovery->attributes)
                return;
        if (sd_event_add_inotify(discovery->loop, &discovery->attributes, FOLDER, IN_ATTRIB | IN_ONLYDIR,
                                 on_attributes, discovery) < 0)
                return;
        source_declare(discovery->attributes, "input-attributes", SD_EVENT_PRIORITY_NORMAL, SOURCE_AUXILIARY);
}

static int on_udev(sd_device_monitor *monitor, sd_device *node, void *userdata) {
        struct discovery *discovery = userdata;
        sd_device_action_t action;
        const char *path;

        if (!nodes_is_event(node) || sd_device_get_action(node, &action) < 0)
                return 0;
        watch_attributes(discovery);
        if (action != SD_DEVICE_REMOVE)
                announce(discovery, node);
        else if (sd_device_get_devname(node, &path) >= 0)
                discovery->handlers->on_lost(path, discovery->userdata);
        return 0;
}

static int start_monitor(struct discovery *discovery) {
        sd_device_monitor *monitor;
        int r;

        r = sd_device_monitor_new(&discovery->monitor);
        if (r < 0)
                return r;
        monitor = discovery->monitor;
        r = sd_device_monitor_filter_add_match_subsystem_devtype(monitor, "input", NULL);
        if (r < 0)
                return r;
        r = sd_device_monitor_attach_event(monitor, discovery->loop);
        if (r < 0)
                return r;
        r = sd_device_monitor_start(monitor, on_udev, discovery);
        if (r < 0)
                return r;
        source_declare(sd_device_monitor_get_event_source(monitor), "input-udev", SD_EVENT_PRIORITY_NORMAL,
                       SOURCE_AUXILIARY);
        return 0;
}

int discovery_new(struct discovery **ret, sd_event *loop, const struct discovery_handlers *handlers,
                  void *userdata) {
        _cleanup_(discovery_freep) struct discovery *discovery = calloc(1, sizeof(*discovery));
        int r;

        if (!discovery)
                return -ENOMEM;
        *discovery = (struct discovery){ .handlers = handlers, .userdata = userdata };
        discovery->loop = sd_event_ref(loop);
        r = start_monitor(discovery);
        if (r < 0)
                return r;
        watch_attributes(discovery);

        *ret = steal_ptr(discovery);
        return 0;
}

struct discovery *discovery_free(struct discovery *discovery) {
        if (!discovery)
                return NULL;
        discovery->attributes = sd_event_source_disable_unref(discovery->attributes);
        discovery->monitor = sd_device_monitor_unref(discovery->monitor);
        discovery->loop = sd_event_unref(discovery->loop);
        free(discovery);
        return NULL;
}

int discovery_scan(struct discovery *discovery) {
        return nodes_scan(discovery->handlers->on_found, discovery->userdata);
}
