/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/tray/menu.h"

#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "core/tray/entries.h"

#define MENU    "com.canonical.dbusmenu"
#define VERSION 3

struct tray_menu {
        sd_bus *bus;      /* borrowed */
        const char *path; /* borrowed */
        sd_bus_slot *object;
        uint32_t revision; /* of the layout */
        struct tray_entries entries;
        tray_menu_click_fn on_click;
        void *userdata;
};

static int refuse(sd_bus_error *error, int32_t id) {
        return sd_bus_error_setf(error, SD_BUS_ERROR_INVALID_ARGS, "the menu has no entry %d", id);
}

static char **free_names(char **names) {
        for (char **name = names; name && *name; name++)
                free(*name);
        free(names);
        return NULL;
}
DEFINE_CLEANUP(char *, free_names);

static bool holds(const int32_t *ids, size_t n, int32_t id) {
        for (size_t i = 0; i < n; i++)
                if (ids[i] == id)
                        return true;
        return false;
}

static int method_get_layout(sd_bus_message *call, void *userdata, sd_bus_error *error) {
        const struct tray_menu *menu = userdata;
        _cleanup_(sd_bus_message_unrefp) sd_bus_message *reply = NULL;
        _cleanup_(free_namesp) char **names = NULL;
        int32_t parent, depth;
        int r;

        r = sd_bus_message_read(call, "ii", &parent, &depth);
        if (r < 0)
                return r;
        r = sd_bus_message_read_strv(call, &names);
        if (r < 0)
                return r;
        if (!tray_entries_exist(&menu->entries, parent))
                return refuse(error, parent);
        r = sd_bus_message_new_method_return(call, &reply);
        if (r < 0)
                return r;
        r = sd_bus_message_append(reply, "u", menu->revision);
        if (r < 0)
                return r;
        r = tray_entries_append_node(reply, &menu->entries, parent, depth != 0, names);
        return r < 0 ? r : sd_bus_send(NULL, reply, NULL);
}

/* Those that do not exist are left out of the answer. No ids at all are all of them. */
static int method_get_group_properties(sd_bus_message *call, void *userdata, sd_bus_error *error) {
        const struct tray_menu *menu = userdata;
        _cleanup_(sd_bus_message_unrefp) sd_bus_message *reply = NULL;
        _cleanup_(free_namesp) char **names = NULL;
        const int32_t *ids;
        size_t size;
        int r;

        r = sd_bus_message_read_array(call, 'i', (const void **)&ids, &size);
        if (r < 0)
                return r;
        r = sd_bus_message_read_strv(call, &names);
        if (r < 0)
                return r;
        r = sd_bus_message_new_method_return(call, &reply);
        if (r < 0)
                return r;
        r = sd_bus_message_open_container(reply, 'a', "(ia{sv})");
        for (int32_t id = TRAY_ROOT; r >= 0 && id <= N_ENTRIES; id++)
                if (tray_entries_exist(&menu->entries, id) &&
                    (size == 0 || holds(ids, size / sizeof(*ids), id)))
                        r = tray_entries_append_item(reply, &menu->entries, id, names);
        if (r < 0)
                return r;
        r = sd_bus_message_close_container(reply);
        return r < 0 ? r : sd_bus_send(NULL, reply, NULL);
}

static int method_get_property(sd_bus_message *call, void *userdata, sd_bus_error *error) {
        const struct tray_menu *menu = userdata;
        _cleanup_(sd_bus_message_unrefp) sd_bus_message *reply = NULL;
        const char *name;
        int32_t id;
        int r;

        r = sd_bus_message_read(call, "is", &id, &name);
        if (r < 0)
                return r;
        if (!tray_entries_exist(&menu->entries, id))
                return refuse(error, id);
        r = sd_bus_message_new_method_return(call, &reply);
        if (r < 0)
                return r;
        r = tray_entries_append_value(reply, &menu->entries, id, name);
        if (r == -ENOENT)
                return sd_bus_error_setf(error, SD_BUS_ERROR_INVALID_ARGS, "entry %d has no '%s'", id, name);
        return r < 0 ? r : sd_bus_send(NULL, reply, NULL);
}

/* One event of those in CALL; 0: of an entry that does not exist. A click at one that was greyed when it
 * arrived is no error, but comes too late. */
static int take_event(const struct tray_menu *menu, sd_bus_message *call, int32_t *ret_id) {
        const struct tray_entry *entry;
        const char *what;
        int r;

        r = sd_bus_message_read(call, "is", ret_id, &what);
        if (r < 0)
                return r;
        r = sd_bus_message_skip(call, "vu");
        if (r < 0)
                return r;
        entry = tray_entries_find(&menu->entries, *ret_id);
        if (entry && entry->enabled && strcmp(what, "clicked") == 0)
                menu->on_click((enum tray_entry_id)(*ret_id - 1), menu->userdata);
        return tray_entries_exist(&menu->entries, *ret_id);
}

static int method_event(sd_bus_message *call, void *userdata, sd_bus_error *error) {
        int32_t id;
        int r;

        r = take_event(userdata, call, &id);
        if (r <= 0)
                return r < 0 ? r : refuse(error, id);
        return sd_bus_reply_method_return(call, NULL);
}

/* Answers with those that do not exist. */
static int take_events(const struct tray_menu *menu, sd_bus_message *call, sd_bus_message *reply) {
        int32_t id;
        int r;

        r = sd_bus_message_enter_container(call, 'a', "(isvu)");
        while (r >= 0 && (r = sd_bus_message_enter_container(call, 'r', "isvu")) > 0) {
                r = take_event(menu, call, &id);
                if (r == 0)
                        r = sd_bus_message_append(reply, "i", id);
                if (r >= 0)
                        r = sd_bus_message_exit_container(call);
        }
        return r;
}

static int method_event_group(sd_bus_message *call, void *userdata, sd_bus_error *error) {
        _cleanup_(sd_bus_message_unrefp) sd_bus_message *reply = NULL;
        int r;

        r = sd_bus_message_new_method_return(call, &reply);
        if (r < 0)
                return r;
        r = sd_bus_message_open_container(reply, 'a', "i");
        if (r < 0)
                return r;
        r = take_events(userdata, call, reply);
        if (r < 0)
                return r;
        r = sd_bus_message_close_container(reply);
        return r < 0 ? r : sd_bus_send(NULL, reply, NULL);
}

/* The layout is complete whenever it is asked for, and told of when it changes. */
static int method_about_to_show(sd_bus_message *call, void *userdata, sd_bus_error *error) {
        const struct tray_menu *menu = userdata;
        int32_t id;
        int r;

        r = sd_bus_message_read(call, "i", &id);
        if (r < 0)
                return r;
        return tray_entries_exist(&menu->entries, id) ? sd_bus_reply_method_return(call, "b", false)
                                                      : refuse(error, id);
}

static int append_missing(sd_bus_message *reply, const struct tray_menu *menu, const int32_t *ids, size_t n) {
        int r;

        r = sd_bus_message_open_container(reply, 'a', "i");
        for (size_t i = 0; r >= 0 && i < n; i++)
                if (!tray_entries_exist(&menu->entries, ids[i]))
                        r = sd_bus_message_append(reply, "i", ids[i]);
        return r < 0 ? r : sd_bus_message_close_container(reply);
}

static int method_about_to_show_group(sd_bus_message *call, void *userdata, sd_bus_error *error) {
        _cleanup_(sd_bus_message_unrefp) sd_bus_message *reply = NULL;
        const int32_t *ids;
        size_t size;
        int r;

        r = sd_bus_message_read_array(call, 'i', (const void **)&ids, &size);
        if (r < 0)
                return r;
        r = sd_bus_message_new_method_return(call, &reply);
        if (r < 0)
                return r;
        r = sd_bus_message_append(reply, "ai", 0);
        if (r < 0)
                return r;
        r = append_missing(reply, userdata, ids, size / sizeof(*ids));
        return r < 0 ? r : sd_bus_send(NULL, reply, NULL);
}

static int get_property(sd_bus *bus, const char *path, const char *interface, const char *property,
                        sd_bus_message *reply, void *userdata, sd_bus_error *error) {
        if (strcmp(property, "Version") == 0)
                return sd_bus_message_append(reply, "u", VERSION);
        if (strcmp(property, "IconThemePath") == 0)
                return sd_bus_message_append(reply, "as", 0);
        return sd_bus_message_append(reply, "s", strcmp(property, "Status") == 0 ? "normal" : "ltr");
}

#define CONSTANT(name, type) SD_BUS_PROPERTY(name, type, get_property, 0, SD_BUS_VTABLE_PROPERTY_CONST)

/* clang-format off */
static const sd_bus_vtable menu_vtable[] = {
        SD_BUS_VTABLE_START(SD_BUS_VTABLE_UNPRIVILEGED),
        SD_BUS_METHOD_WITH_ARGS("GetLayout",
                                SD_BUS_ARGS("i", parentId, "i", recursionDepth, "as", propertyNames),
                                SD_BUS_RESULT("u", revision, "(ia{sv}av)", layout), method_get_layout, 0),
        SD_BUS_METHOD_WITH_ARGS("GetGroupProperties", SD_BUS_ARGS("ai", ids, "as", propertyNames),
                                SD_BUS_RESULT("a(ia{sv})", properties), method_get_group_properties, 0),
        SD_BUS_METHOD_WITH_ARGS("GetProperty", SD_BUS_ARGS("i", id, "s", name), SD_BUS_RESULT("v", value),
                                method_get_property, 0),
        SD_BUS_METHOD_WITH_ARGS("Event", SD_BUS_ARGS("i", id, "s", eventId, "v", data, "u", timestamp),
                                SD_BUS_NO_RESULT, method_event, 0),
        SD_BUS_METHOD_WITH_ARGS("EventGroup", SD_BUS_ARGS("a(isvu)", events), SD_BUS_RESULT("ai", idErrors),
                                method_event_group, 0),
        SD_BUS_METHOD_WITH_ARGS("AboutToShow", SD_BUS_ARGS("i", id), SD_BUS_RESULT("b", needUpdate),
                                method_about_to_show, 0),
        SD_BUS_METHOD_WITH_ARGS("AboutToShowGroup", SD_BUS_ARGS("ai", ids),
                                SD_BUS_RESULT("ai", updatesNeeded, "ai", idErrors),
                                method_about_to_show_group, 0),
        SD_BUS_SIGNAL_WITH_ARGS("ItemsPropertiesUpdated",
                                SD_BUS_ARGS("a(ia{sv})", updatedProps, "a(ias)", removedProps), 0),
        SD_BUS_SIGNAL_WITH_ARGS("LayoutUpdated", SD_BUS_ARGS("u", revision, "i", parent), 0),
        SD_BUS_SIGNAL_WITH_ARGS("ItemActivationRequested", SD_BUS_ARGS("i", id, "u", timestamp), 0),
        CONSTANT("Version", "u"),
        CONSTANT("TextDirection", "s"),
        CONSTANT("Status", "s"),
        CONSTANT("IconThemePath", "as"),
        SD_BUS_VTABLE_END,
};
/* clang-format on */

int tray_menu_new(struct tray_menu **ret, sd_bus *bus, const char *path, tray_menu_click_fn on_click,
                  void *userdata) {
        _cleanup_(tray_menu_freep) struct tray_menu *menu = calloc(1, sizeof(*menu));
        int r;

        if (!menu)
                return -ENOMEM;
        *menu = (struct tray_menu){ .bus = bus, .path = path, .on_click = on_click, .userdata = userdata };
        r = sd_bus_add_object_vtable(bus, &menu->object, path, MENU, menu_vtable, menu);
        if (r < 0)
                return r;
        *ret = steal_ptr(menu);
        return 0;
}

struct tray_menu *tray_menu_free(struct tray_menu *menu) {
        if (!menu)
                return NULL;
        menu->object = sd_bus_slot_unref(menu->object);
        free(menu);
        return NULL;
}

static bool has_moved(const struct tray_entry *before, const struct tray_entry *now) {
        return before->there != now->there;
}

static bool has_changed(const struct tray_entry *before, const struct tray_entry *now) {
        return now->there && (before->enabled != now->enabled || strcmp(before->label, now->label) != 0);
}

static bool any(const struct tray_entries *before, const struct tray_entries *now,
                bool (*differs)(const struct tray_entry *before, const struct tray_entry *now)) {
        for (size_t i = 0; i < N_ENTRIES; i++)
                if (differs(&before->list[i], &now->list[i]))
                        return true;
        return false;
}

static int tell_changes(const struct tray_menu *menu, const struct tray_entries *before) {
        _cleanup_(sd_bus_message_unrefp) sd_bus_message *signal = NULL;
        const struct tray_entries *now = &menu->entries;
        int r;

        r = sd_bus_message_new_signal(menu->bus, &signal, menu->path, MENU, "ItemsPropertiesUpdated");
        if (r < 0)
                return r;
        r = sd_bus_message_open_container(signal, 'a', "(ia{sv})");
        for (int32_t i = 0; r >= 0 && i < N_ENTRIES; i++)
                if (has_changed(&before->list[i], &now->list[i]))
                        r = tray_entries_append_item(signal, now, i + 1, NULL);
        if (r < 0)
                return r;
        r = sd_bus_message_close_container(signal);
        if (r < 0)
                return r;
        r = sd_bus_message_append(signal, "a(ias)", 0);
        return r < 0 ? r : sd_bus_send(menu->bus, signal, NULL);
}

/* That a signal cannot be sent is no reason not to answer by it. */
void tray_menu_show(struct tray_menu *menu, const struct tray_view *view) {
        const struct tray_entries before = menu->entries;

        memcpy(menu->entries.list, view->entries, sizeof(view->entries));
        if (any(&before, &menu->entries, has_changed))
                (void)tell_changes(menu, &before);
        if (any(&before, &menu->entries, has_moved))
                (void)sd_bus_emit_signal(menu->bus, menu->path, MENU, "LayoutUpdated", "ui", ++menu->revision,
                                         TRAY_ROOT);
}
