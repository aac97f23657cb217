/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What is shown is what was last looked at, once a turn of the loop at the most. An item is registered by its
 * path, which every watcher takes: the name is the sender's then.
 */
#include "core/tray/tray.h"

#include <errno.h>
#include <stdint.h>
#include <string.h>

#include <systemd/sd-bus.h>

#include "core/log.h"
#include "core/loop.h"
#include "core/notify.h"
#include "core/tray/menu.h"

#define ITEM         "org.kde.StatusNotifierItem"
#define ITEM_PATH    "/StatusNotifierItem"
#define MENU_PATH    "/StatusNotifierItem/Menu"
#define WATCHER      "org.kde.StatusNotifierWatcher"
#define WATCHER_PATH "/StatusNotifierWatcher"

struct tray {
        sd_bus *bus;
        sd_event_source *looked; /* deferred */
        sd_bus_slot *object;
        sd_bus_slot *owner, *registration; /* questions that are not answered yet */
        struct tray_menu *menu;
        bool watched; /* somebody owns the watcher's name */
        struct tray_view view;
        const struct tray_handlers *handlers; /* borrowed */
        void *userdata;
};

/* --- what is seen --- */

static void emit(const struct tray *tray, const char *signal) {
        (void)sd_bus_emit_signal(tray->bus, ITEM_PATH, ITEM, signal, "");
}

static void look(struct tray *tray) {
        struct tray_facts facts;
        struct tray_view before = tray->view;

        tray->handlers->look(&facts, tray->userdata);
        tray_view(&tray->view, &facts);
        tray_menu_show(tray->menu, &tray->view);
        if (!before.icon || strcmp(before.icon, tray->view.icon) != 0)
                emit(tray, "NewIcon");
        if (strcmp(before.title, tray->view.title) != 0 || strcmp(before.text, tray->view.text) != 0)
                emit(tray, "NewToolTip");
        if (before.status != tray->view.status)
                (void)sd_bus_emit_signal(tray->bus, ITEM_PATH, ITEM, "NewStatus", "s",
                                         tray_status_name(tray->view.status));
}

static int on_look(sd_event_source *source, void *userdata) {
        struct tray *tray = userdata;

        if (tray->watched)
                look(tray);
        return 0;
}

void tray_changed(struct tray *tray) {
        if (tray->watched)
                (void)sd_event_source_set_enabled(tray->looked, SD_EVENT_ONESHOT);
}

/* --- what is done --- */

static void on_click(enum tray_entry_id id, void *userdata) {
        const struct tray *tray = userdata;

        if (id != ENTRY_STATE)
                tray->handlers->on_choice(id, tray->userdata);
}

static int method_activate(sd_bus_message *call, void *userdata, sd_bus_error *error) {
        const struct tray *tray = userdata;

        if (!tray->view.entries[ENTRY_TOGGLE].enabled)
                return sd_bus_error_set(error, SD_BUS_ERROR_NOT_SUPPORTED,
                                        "there is no guest to hand keyboard and mouse to; use the menu");
        on_click(ENTRY_TOGGLE, userdata);
        return sd_bus_reply_method_return(call, NULL);
}

static int method_nothing(sd_bus_message *call, void *userdata, sd_bus_error *error) {
        return sd_bus_reply_method_return(call, NULL);
}

/* --- the item --- */

static int append_tool_tip(sd_bus_message *reply, const struct tray_view *view) {
        char text[5 * sizeof(view->text)]; /* the longest of what a sign becomes */

        notify_escape(text, sizeof(text), view->text);
        return sd_bus_message_append(reply, "(sa(iiay)ss)", "", 0, view->title, text);
}

static int get_property(sd_bus *bus, const char *path, const char *interface, const char *property,
                        sd_bus_message *reply, void *userdata, sd_bus_error *error) {
        const struct tray_view *view = &((const struct tray *)userdata)->view;

        if (strcmp(property, "Status") == 0)
                return sd_bus_message_append(reply, "s", tray_status_name(view->status));
        if (strcmp(property, "IconName") == 0)
                return sd_bus_message_append(reply, "s", view->icon ? view->icon : "");
        return append_tool_tip(reply, view);
}

static int get_constant(sd_bus *bus, const char *path, const char *interface, const char *property,
                        sd_bus_message *reply, void *userdata, sd_bus_error *error) {
        if (strcmp(property, "Category") == 0)
                return sd_bus_message_append(reply, "s", "ApplicationStatus");
        if (strcmp(property, "AttentionIconName") == 0)
                return sd_bus_message_append(reply, "s", TRAY_ICON_ATTENTION);
        if (strcmp(property, "WindowId") == 0)
                return sd_bus_message_append(reply, "i", 0);
        if (strcmp(property, "ItemIsMenu") == 0)
                return sd_bus_message_append(reply, "b", false);
        if (strcmp(property, "Menu") == 0)
                return sd_bus_message_append(reply, "o", MENU_PATH);
        return sd_bus_message_append(reply, "s", "pillion"); /* Id, Title */
}

#define CONSTANT(name, type) SD_BUS_PROPERTY(name, type, get_constant, 0, SD_BUS_VTABLE_PROPERTY_CONST)
#define POINT                SD_BUS_ARGS("i", x, "i", y)

/* clang-format off */
static const sd_bus_vtable item_vtable[] = {
        SD_BUS_VTABLE_START(SD_BUS_VTABLE_UNPRIVILEGED),
        SD_BUS_METHOD_WITH_ARGS("Activate", POINT, SD_BUS_NO_RESULT, method_activate, 0),
        SD_BUS_METHOD_WITH_ARGS("SecondaryActivate", POINT, SD_BUS_NO_RESULT, method_nothing, 0),
        SD_BUS_METHOD_WITH_ARGS("ContextMenu", POINT, SD_BUS_NO_RESULT, method_nothing, 0),
        SD_BUS_METHOD_WITH_ARGS("Scroll", SD_BUS_ARGS("i", delta, "s", orientation), SD_BUS_NO_RESULT,
                                method_nothing, 0),
        SD_BUS_SIGNAL("NewIcon", "", 0),
        SD_BUS_SIGNAL("NewToolTip", "", 0),
        SD_BUS_SIGNAL_WITH_ARGS("NewStatus", SD_BUS_ARGS("s", status), 0),
        CONSTANT("Category", "s"),
        CONSTANT("Id", "s"),
        CONSTANT("Title", "s"),
        CONSTANT("WindowId", "i"),
        CONSTANT("AttentionIconName", "s"),
        CONSTANT("ItemIsMenu", "b"),
        CONSTANT("Menu", "o"),
        SD_BUS_PROPERTY("Status", "s", get_property, 0, 0), /* signals of their own tell of these */
        SD_BUS_PROPERTY("IconName", "s", get_property, 0, 0),
        SD_BUS_PROPERTY("ToolTip", "(sa(iiay)ss)", get_property, 0, 0),
        SD_BUS_VTABLE_END,
};
/* clang-format on */

/* --- the watcher --- */

static int on_registered(sd_bus_message *answer, void *userdata, sd_bus_error *error) {
        struct tray *tray = userdata;

        tray->registration = sd_bus_slot_unref(tray->registration);
        if (sd_bus_message_is_method_error(answer, NULL))
                log_info("The desktop's tray does not take pillion's icon: %s",
                         sd_bus_message_get_error(answer)->message);
        return 0;
}

static void set_owner(struct tray *tray, const char *owner) {
        tray->watched = *owner;
        tray->registration = sd_bus_slot_unref(tray->registration);
        if (!tray->watched)
                return;
        look(tray); /* it will be asked at once */
        (void)sd_bus_call_method_async(tray->bus, &tray->registration, WATCHER, WATCHER_PATH, WATCHER,
                                       "RegisterStatusNotifierItem", on_registered, tray, "s", ITEM_PATH);
}

/* An error is that nobody owns it. */
static int on_owner(sd_bus_message *answer, void *userdata, sd_bus_error *error) {
        struct tray *tray = userdata;
        const char *owner;

        tray->owner = sd_bus_slot_unref(tray->owner);
        if (!tray->watched && !sd_bus_message_is_method_error(answer, NULL) &&
            sd_bus_message_read(answer, "s", &owner) > 0)
                set_owner(tray, owner);
        return 0;
}

static int on_owner_changed(sd_bus_message *signal, void *userdata, sd_bus_error *error) {
        const char *name, *before, *now;

        if (sd_bus_message_read(signal, "sss", &name, &before, &now) > 0)
                set_owner(userdata, now);
        return 0;
}

/* The match before the question: no change is lost in between. */
static int find_watcher(struct tray *tray) {
        static const char match[] = "type='signal',sender='org.freedesktop.DBus',member='NameOwnerChanged',"
                                    "arg0='" WATCHER "'";
        int r;

        r = sd_bus_add_match_async(tray->bus, NULL, match, on_owner_changed, NULL, tray);
        if (r < 0)
                return r;
        return sd_bus_call_method_async(tray->bus, &tray->owner, "org.freedesktop.DBus",
                                        "/org/freedesktop/DBus", "org.freedesktop.DBus", "GetNameOwner",
                                        on_owner, tray, "s", WATCHER);
}

static int connect_bus(struct tray *tray, sd_event *loop) {
        int r;

        r = sd_bus_open_user_with_description(&tray->bus, "pillion-tray");
        if (r < 0)
                return r;
        r = sd_bus_attach_event(tray->bus, loop, SD_EVENT_PRIORITY_NORMAL);
        if (r < 0)
                return r;
        r = sd_bus_add_object_vtable(tray->bus, &tray->object, ITEM_PATH, ITEM, item_vtable, tray);
        if (r < 0)
                return r;
        return tray_menu_new(&tray->menu, tray->bus, MENU_PATH, on_click, tray);
}

int tray_new(struct tray **ret, sd_event *loop, const struct tray_handlers *handlers, void *userdata) {
        _cleanup_(tray_freep) struct tray *tray = calloc(1, sizeof(*tray));
        int r;

        if (!tray)
                return -ENOMEM;
        tray->handlers = handlers;
        tray->userdata = userdata;
        r = sd_event_add_defer(loop, &tray->looked, on_look, tray);
        if (r < 0)
                return r;
        source_declare(tray->looked, "tray-look", SD_EVENT_PRIORITY_NORMAL, SOURCE_AUXILIARY);
        (void)sd_event_source_set_enabled(tray->looked, SD_EVENT_OFF);
        r = connect_bus(tray, loop);
        if (r < 0)
                return r;
        r = find_watcher(tray);
        if (r < 0)
                return r;
        *ret = steal_ptr(tray);
        return 0;
}

struct tray *tray_free(struct tray *tray) {
        if (!tray)
                return NULL;
        tray->looked = sd_event_source_disable_unref(tray->looked);
        tray->owner = sd_bus_slot_unref(tray->owner);
        tray->registration = sd_bus_slot_unref(tray->registration);
        tray->menu = tray_menu_free(tray->menu);
        tray->object = sd_bus_slot_unref(tray->object);
        tray->bus = sd_bus_flush_close_unref(tray->bus);
        free(tray);
        return NULL;
}
