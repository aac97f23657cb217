/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The icon in the tray: that it is there while a desktop shows it, what it says, and what a click does. */
#include "core/tray/tray.h"

#include "tests/tray-desktop.h"

static const char *property(const char *name) {
        return desktop_property(ITEM_PATH, ITEM, name);
}

static void test_watcher(void) {
        unsigned seen;

        for (int i = 0; i < 3; i++)
                tray_changed(desktop.tray);
        desktop_turn(20);
        CHECK_EQ(desktop.looks, 0); /* nobody is there to see it */
        desktop_watch(true);
        desktop_watch(false);
        seen = desktop.looks;
        tray_changed(desktop.tray);
        desktop_turn(20);
        CHECK_EQ(desktop.looks, seen);
        desktop_watch(true);
        /* Many changes are one look. */
        seen = desktop.looks;
        for (int i = 0; i < 3; i++)
                tray_changed(desktop.tray);
        desktop_turn(20);
        CHECK_EQ(desktop.looks, seen + 1);
}

static void test_properties(void) {
        CHECK_STR(property("Category"), "ApplicationStatus");
        CHECK_STR(property("Id"), "pillion");
        CHECK_STR(property("Title"), "pillion");
        CHECK_STR(property("Status"), "Active");
        CHECK_STR(property("IconName"), "pillion-host-symbolic");
        CHECK_STR(property("AttentionIconName"), "pillion-attention-symbolic");
        CHECK_STR(property("Menu"), MENU_PATH);
        CHECK_STR(desktop_property(MENU_PATH, MENU, "TextDirection"), "ltr");
        CHECK_STR(desktop_property(MENU_PATH, MENU, "Status"), "normal");
}

static void test_all_properties(void) {
        CHECK_STR(desktop_error(desktop_ask(ITEM_PATH, PROPERTIES, "GetAll", "s", ITEM)), "");
        CHECK_STR(desktop_error(desktop_ask(MENU_PATH, PROPERTIES, "GetAll", "s", MENU)), "");
}

static const char *introspect(const char *path, const char *words[]) {
        sd_bus_message *answer =
                desktop_send(desktop_call(path, "org.freedesktop.DBus.Introspectable", "Introspect"));
        const char *xml, *missing = "";

        CHECK(sd_bus_message_read(answer, "s", &xml) > 0);
        for (; *words; words++)
                if (!strstr(xml, *words))
                        missing = *words;
        sd_bus_message_unref(answer);
        return missing;
}

static void test_introspection(void) {
        CHECK_STR(
                introspect(ITEM_PATH,
                           (const char *[]){ "\"" ITEM "\"", "<method name=\"Activate\"",
                                             "<method name=\"SecondaryActivate\"", "<method name=\"Scroll\"",
                                             "<method name=\"ContextMenu\"", "<signal name=\"NewIcon\"",
                                             "<signal name=\"NewStatus\"", "<signal name=\"NewToolTip\"",
                                             "name=\"ToolTip\" type=\"(sa(iiay)ss)\"",
                                             "name=\"Menu\" type=\"o\"", NULL }),
                "");
        CHECK_STR(introspect(MENU_PATH,
                             (const char *[]){ "\"" MENU "\"", "<method name=\"GetLayout\"",
                                               "<arg type=\"(ia{sv}av)\" name=\"layout\" direction=\"out\"",
                                               "<method name=\"GetGroupProperties\"",
                                               "<method name=\"GetProperty\"", "<method name=\"Event\"",
                                               "<method name=\"EventGroup\"", "<method name=\"AboutToShow\"",
                                               "<method name=\"AboutToShowGroup\"",
                                               "<signal name=\"LayoutUpdated\"",
                                               "<signal name=\"ItemsPropertiesUpdated\"", NULL }),
                  "");
}

static const char *click(const char *member) {
        return desktop_error(desktop_ask(ITEM_PATH, ITEM, member, "ii", 3, 4));
}

static void test_activate(void) {
        CHECK_STR(click("Activate"), "there is no guest to hand keyboard and mouse to; use the menu");
        facts.state = STATE_GUEST;
        desktop_change();
        CHECK_STR(click("SecondaryActivate"), "");
        CHECK_STR(click("ContextMenu"), "");
        CHECK_STR(desktop_error(desktop_ask(ITEM_PATH, ITEM, "Scroll", "is", 120, "vertical")), "");
        CHECK_STR(desktop.chosen, "");
        CHECK_STR(click("Activate"), "");
        CHECK_STR(desktop.chosen, "3 ");
}

static void test_signals(void) {
        desktop_change();
        CHECK_STR(desktop.heard, "");
        facts.away = true;
        desktop_change();
        CHECK_STR(desktop.heard, "ItemsPropertiesUpdated NewIcon NewToolTip ");
        facts.away = false;
        facts.state = STATE_PAUSED;
        desktop_change();
        CHECK_STR(desktop.heard, "ItemsPropertiesUpdated LayoutUpdated NewIcon NewToolTip ");
        facts.state = STATE_FAILED;
        facts.reason = "<it> & that";
        desktop_change();
        CHECK_STR(desktop.heard,
                  "ItemsPropertiesUpdated LayoutUpdated NewIcon NewToolTip NewStatus=NeedsAttention ");
        CHECK_STR(property("Status"), "NeedsAttention");
        CHECK_STR(property("IconName"), "pillion-attention-symbolic");
}

static void test_tool_tip(void) {
        sd_bus_message *answer = desktop_ask(ITEM_PATH, PROPERTIES, "Get", "ss", ITEM, "ToolTip");
        const char *icon, *title, *text;

        CHECK(sd_bus_message_enter_container(answer, 'v', "(sa(iiay)ss)") > 0);
        CHECK(sd_bus_message_enter_container(answer, 'r', "sa(iiay)ss") > 0);
        CHECK(sd_bus_message_read(answer, "s", &icon) > 0);
        CHECK(sd_bus_message_skip(answer, "a(iiay)") > 0);
        CHECK(sd_bus_message_read(answer, "ss", &title, &text) > 0);
        CHECK_STR(title, "win_10: failed");
        CHECK_STR(text, "&lt;it&gt; &amp; that");
        sd_bus_message_unref(answer);
}

static void test_no_bus(void) {
        struct tray *tray;
        sd_event *loop;

        CHECK(sd_event_new(&loop) >= 0);
        CHECK_EQ(setenv("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent/bus", 1), 0);
        CHECK_EQ(tray_new(&tray, loop, &(const struct tray_handlers){ 0 }, NULL), -ENOENT);
        sd_event_unref(loop);
}

int main(void) {
        test_no_bus();
        desktop_start();
        test_watcher();
        test_properties();
        test_all_properties();
        test_introspection();
        test_activate();
        test_signals();
        test_tool_tip();
        desktop_end();
        return 0;
}
