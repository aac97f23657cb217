/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "input/nodes.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/cleanup.h"

bool nodes_is_event(sd_device *node) {
        const char *name;

        return sd_device_get_sysname(node, &name) >= 0 && strncmp(name, "event", 5) == 0;
}

static bool has_property(sd_device *device, const char *property) {
        const char *value;

        return sd_device_get_property_value(device, property, &value) >= 0 && strcmp(value, "1") == 0;
}

/* Of the inputN that the node belongs to, which knows what the hardware said of itself. */
static const char *get_attribute(sd_device *node, const char *attribute) {
        const char *value;
        sd_device *parent;

        if (sd_device_get_parent(node, &parent) < 0 ||
            sd_device_get_sysattr_value(parent, attribute, &value) < 0)
                return "";
        return value;
}

static uint16_t get_id(sd_device *node, const char *attribute) {
        uint16_t id = 0;

        (void)!sscanf(get_attribute(node, attribute), "%" SCNx16, &id);
        return id;
}

/* The kernel shows a bitmap as hexadecimal words, and one that is empty as "0". */
static bool has_any(sd_device *node, const char *bitmap) {
        const char *words = get_attribute(node, bitmap);

        return words[strspn(words, "0 ")] != '\0';
}

static void classify(sd_device *node, struct discovered *found) {
        static const char *const positions[] = { "ID_INPUT_JOYSTICK", "ID_INPUT_TABLET",
                                                 "ID_INPUT_TABLET_PAD", "ID_INPUT_TOUCHPAD",
                                                 "ID_INPUT_TOUCHSCREEN" };

        found->keyboard = has_property(node, "ID_INPUT_KEYBOARD");
        found->mouse = has_property(node, "ID_INPUT_MOUSE");
        for (size_t i = 0; i < sizeof(positions) / sizeof(*positions); i++)
                found->positions |= has_property(node, positions[i]);
        found->keys = has_any(node, "capabilities/key");
        found->motion = has_any(node, "capabilities/rel");
}

/* NULL-terminated; the strings are the node's. NULL: no memory, and none of them is known. */
static const char **get_links(sd_device *node) {
        const char **links;
        size_t n = 0;

        for (const char *link = sd_device_get_devlink_first(node); link;
             link = sd_device_get_devlink_next(node))
                n++;
        links = calloc(n + 1, sizeof(*links));
        n = 0;
        for (const char *link = sd_device_get_devlink_first(node); links && link;
             link = sd_device_get_devlink_next(node))
                links[n++] = link;
        return links;
}

void nodes_describe(sd_device *node, nodes_found_fn fn, void *userdata) {
        struct discovered found = { 0 };
        _cleanup_free_ const char **links = NULL;

        if (!nodes_is_event(node) || sd_device_get_is_initialized(node) <= 0 ||
            sd_device_get_devname(node, &found.path) < 0)
                return;
        links = get_links(node);
        found.links = links;
        found.name = get_attribute(node, "name");
        found.phys = get_attribute(node, "phys");
        found.uniq = get_attribute(node, "uniq");
        found.vendor = get_id(node, "id/vendor");
        found.product = get_id(node, "id/product");
        classify(node, &found);
        found.ours = strncmp(found.phys, "pillion/", 8) == 0;
        fn(&found, userdata);
}

int nodes_scan(nodes_found_fn fn, void *userdata) {
        _cleanup_(sd_device_enumerator_unrefp) sd_device_enumerator *enumerator = NULL;
        int r;

        r = sd_device_enumerator_new(&enumerator);
        if (r < 0)
                return r;
        r = sd_device_enumerator_add_match_subsystem(enumerator, "input", true);
        if (r < 0)
                return r;
        r = sd_device_enumerator_add_match_sysname(enumerator, "event*");
        if (r < 0)
                return r;
        for (sd_device *node = sd_device_enumerator_get_device_first(enumerator); node;
             node = sd_device_enumerator_get_device_next(enumerator))
                nodes_describe(node, fn, userdata);
        return 0;
}
