/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/tray/entries.h"

#include <errno.h>
#include <string.h>

#define MOST_EACH 2 /* properties */

struct property {
        const char *name;
        const char *text; /* NULL: it is a flag */
        bool flag;
};

struct properties {
        struct property list[MOST_EACH];
        size_t n;
        char label[2 * sizeof((struct tray_entry *)0)->label];
};

const struct tray_entry *tray_entries_find(const struct tray_entries *entries, int32_t id) {
        const struct tray_entry *entry = id > TRAY_ROOT && id <= N_ENTRIES ? &entries->list[id - 1] : NULL;

        return entry && entry->there ? entry : NULL;
}

bool tray_entries_exist(const struct tray_entries *entries, int32_t id) {
        return id == TRAY_ROOT || tray_entries_find(entries, id);
}

/* '_' marks the letter that is typed to choose an entry, unless there are two. */
static void double_marks(char *ret, const char *label) {
        for (; *label; label++) {
                *ret++ = *label;
                if (*label == '_')
                        *ret++ = '_';
        }
        *ret = '\0';
}

/* Of ID, which exists. */
static void properties_of(struct properties *ret, const struct tray_entries *entries, int32_t id) {
        const struct tray_entry *entry = tray_entries_find(entries, id);

        ret->n = 1;
        if (id == TRAY_ROOT)
                ret->list[0] = (struct property){ "children-display", "submenu", false };
        else if (!*entry->label)
                ret->list[0] = (struct property){ "type", "separator", false };
        else {
                double_marks(ret->label, entry->label);
                ret->list[0] = (struct property){ "label", ret->label, false };
                ret->list[1] = (struct property){ "enabled", NULL, entry->enabled };
                ret->n = 2;
        }
}

/* No names at all are all of them. */
static bool is_wanted(char **names, const char *name) {
        if (!names || !*names)
                return true;
        for (; *names; names++)
                if (strcmp(*names, name) == 0)
                        return true;
        return false;
}

static int append_value(sd_bus_message *message, const struct property *property) {
        return property->text ? sd_bus_message_append(message, "v", "s", property->text)
                              : sd_bus_message_append(message, "v", "b", property->flag);
}

static int append_property(sd_bus_message *message, const struct property *property) {
        int r;

        r = sd_bus_message_open_container(message, 'e', "sv");
        if (r < 0)
                return r;
        r = sd_bus_message_append(message, "s", property->name);
        if (r < 0)
                return r;
        r = append_value(message, property);
        return r < 0 ? r : sd_bus_message_close_container(message);
}

static int append_properties(sd_bus_message *message, const struct tray_entries *entries, int32_t id,
                             char **names) {
        struct properties properties;
        int r;

        properties_of(&properties, entries, id);
        r = sd_bus_message_open_container(message, 'a', "{sv}");
        for (size_t i = 0; r >= 0 && i < properties.n; i++)
                if (is_wanted(names, properties.list[i].name))
                        r = append_property(message, &properties.list[i]);
        return r < 0 ? r : sd_bus_message_close_container(message);
}

/* A structure of CONTENTS, left open after what all have: the id, and the properties. */
static int open_entry(sd_bus_message *message, const char *contents, const struct tray_entries *entries,
                      int32_t id, char **names) {
        int r;

        r = sd_bus_message_open_container(message, 'r', contents);
        if (r < 0)
                return r;
        r = sd_bus_message_append(message, "i", id);
        return r < 0 ? r : append_properties(message, entries, id, names);
}

/* (ia{sv}) */
int tray_entries_append_item(sd_bus_message *message, const struct tray_entries *entries, int32_t id,
                             char **names) {
        int r;

        r = open_entry(message, "ia{sv}", entries, id, names);
        return r < 0 ? r : sd_bus_message_close_container(message);
}

static int append_child(sd_bus_message *message, const struct tray_entries *entries, int32_t id,
                        char **names) {
        int r;

        r = sd_bus_message_open_container(message, 'v', "(ia{sv}av)");
        if (r < 0)
                return r;
        r = tray_entries_append_node(message, entries, id, false, names);
        return r < 0 ? r : sd_bus_message_close_container(message);
}

static int append_children(sd_bus_message *message, const struct tray_entries *entries, bool children,
                           char **names) {
        int r;

        r = sd_bus_message_open_container(message, 'a', "v");
        for (int32_t id = TRAY_ROOT + 1; r >= 0 && children && id <= N_ENTRIES; id++)
                if (tray_entries_exist(entries, id))
                        r = append_child(message, entries, id, names);
        return r < 0 ? r : sd_bus_message_close_container(message);
}

/* (ia{sv}av) */
int tray_entries_append_node(sd_bus_message *message, const struct tray_entries *entries, int32_t id,
                             bool children, char **names) {
        int r;

        r = open_entry(message, "ia{sv}av", entries, id, names);
        if (r < 0)
                return r;
        r = append_children(message, entries, children && id == TRAY_ROOT, names);
        return r < 0 ? r : sd_bus_message_close_container(message);
}

int tray_entries_append_value(sd_bus_message *message, const struct tray_entries *entries, int32_t id,
                              const char *name) {
        struct properties properties;

        properties_of(&properties, entries, id);
        for (size_t i = 0; i < properties.n; i++)
                if (strcmp(properties.list[i].name, name) == 0)
                        return append_value(message, &properties.list[i]);
        return -ENOENT;
}
