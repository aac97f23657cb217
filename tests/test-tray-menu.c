/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The menu of the icon in the tray, as a desktop asks for it and clicks in it, and as one does that has lost
 * its way.
 */
#include <limits.h>

#include "core/cleanup.h"
#include "tests/tray-desktop.h"

#define NUMBER(id)            ((id) + 1)
#define menu_ask(member, ...) desktop_ask(MENU_PATH, MENU, member, __VA_ARGS__)

static void print_node(sd_bus_message *answer, FILE *out) {
        int32_t id;

        CHECK(sd_bus_message_enter_container(answer, 'r', "ia{sv}av") > 0);
        CHECK(sd_bus_message_read(answer, "i", &id) > 0);
        fprintf(out, "%d", id);
        desktop_print(answer, out);
        fputc('\n', out);
        CHECK(sd_bus_message_enter_container(answer, 'a', "v") > 0);
        while (sd_bus_message_enter_container(answer, 'v', "(ia{sv}av)") > 0) {
                print_node(answer, out);
                CHECK(sd_bus_message_exit_container(answer) > 0);
        }
        CHECK(sd_bus_message_exit_container(answer) > 0);
        CHECK(sd_bus_message_exit_container(answer) > 0);
}

/* "rREVISION", and a line each: its number and properties. Only the property NAME, if it is not NULL. */
static const char *layout(int32_t parent, int32_t depth, const char *name) {
        static char text[3000];
        _cleanup_(sd_bus_message_unrefp) sd_bus_message *answer = NULL;
        FILE *out = fmemopen(text, sizeof(text), "w");
        uint32_t revision;

        answer = menu_ask("GetLayout", "iias", parent, depth, name ? 1 : 0, name);
        CHECK(sd_bus_message_read(answer, "u", &revision) > 0);
        fprintf(out, "r%u ", revision);
        print_node(answer, out);
        fclose(out);
        return text;
}

static const char all_at_host[] = "r1 0 children-display=submenu\n"
                                  "1 label=win__10: not running enabled=0\n"
                                  "2 type=separator\n"
                                  "3 label=Hand over keyboard and mouse enabled=0\n"
                                  "4 type=separator\n"
                                  "5 label=Start win__10 enabled=1\n"
                                  "6 label=Pause win__10 enabled=0\n"
                                  "8 label=Restart win__10 enabled=0\n"
                                  "9 label=Shut down win__10 enabled=0\n";

static void test_layout(void) {
        CHECK_STR(layout(0, -1, NULL), all_at_host);
        CHECK_STR(layout(0, 1, NULL), all_at_host);
        CHECK_STR(layout(0, INT_MAX, NULL), all_at_host);
        CHECK_STR(layout(0, INT_MIN, NULL), all_at_host);
        CHECK_STR(layout(0, 0, NULL), "r1 0 children-display=submenu\n");
        CHECK_STR(layout(5, -1, NULL), "r1 5 label=Start win__10 enabled=1\n");
        CHECK_STR(layout(5, -1, "enabled"), "r1 5 enabled=1\n");
        CHECK_STR(layout(5, -1, "shape"), "r1 5\n");
}

/* Which entries GetGroupProperties() answers with, when asked for these. */
static const char *group(size_t n, int32_t a, int32_t b, int32_t c) {
        static char text[3000];
        _cleanup_(sd_bus_message_unrefp) sd_bus_message *answer = NULL;
        FILE *out = fmemopen(text, sizeof(text), "w");
        int32_t id;

        answer = n == 0 ? menu_ask("GetGroupProperties", "aias", 0, 0)
                        : menu_ask("GetGroupProperties", "aias", 3, a, b, c, 1, "label");
        CHECK(sd_bus_message_enter_container(answer, 'a', "(ia{sv})") > 0);
        while (sd_bus_message_enter_container(answer, 'r', "ia{sv}") > 0) {
                CHECK(sd_bus_message_read(answer, "i", &id) > 0);
                fprintf(out, "%d", id);
                desktop_print(answer, out);
                fputc('\n', out);
                CHECK(sd_bus_message_exit_container(answer) > 0);
        }
        fclose(out);
        return text;
}

static const char *value(int32_t id, const char *name) {
        static char text[200];
        _cleanup_(sd_bus_message_unrefp) sd_bus_message *answer = menu_ask("GetProperty", "is", id, name);
        const char *string;

        if (sd_bus_message_is_method_error(answer, NULL))
                string = sd_bus_message_get_error(answer)->message;
        else
                CHECK(sd_bus_message_read(answer, "v", "s", &string) > 0);
        snprintf(text, sizeof(text), "%s", string);
        return text;
}

static void test_questions(void) {
        CHECK_STR(group(3, 5, 99, -5), "5 label=Start win__10\n");
        CHECK_STR(group(3, 0, 5, 5), "0\n5 label=Start win__10\n");
        CHECK_STR(group(0, 0, 0, 0), strchr(all_at_host, '0'));
        CHECK_STR(value(5, "label"), "Start win__10");
        CHECK_STR(value(2, "type"), "separator");
        CHECK_STR(value(5, "colour"), "entry 5 has no 'colour'");
        CHECK_STR(value(7, "label"), "the menu has no entry 7"); /* Resume, which is not there now */
        CHECK_STR(value(INT_MIN, "label"), "the menu has no entry -2147483648");
        CHECK_STR(desktop_error(menu_ask("GetLayout", "iias", 77, -1, 0)), "the menu has no entry 77");
        CHECK_STR(desktop_error(menu_ask("AboutToShow", "i", 0)), "");
        CHECK_STR(desktop_error(menu_ask("AboutToShow", "i", INT_MAX)), "the menu has no entry 2147483647");
}

static const char *event(int32_t id, const char *what) {
        return desktop_error(menu_ask("Event", "isvu", id, what, "i", 0, 0));
}

/* The numbers that ANSWER ends with. */
static const char *numbers_of(sd_bus_message *answer, bool second) {
        static char text[200];
        const int32_t *ids;
        size_t size;

        if (second)
                CHECK(sd_bus_message_skip(answer, "ai") >= 0);
        CHECK(sd_bus_message_read_array(answer, 'i', (const void **)&ids, &size) >= 0);
        *text = '\0';
        for (size_t i = 0; i < size / sizeof(*ids); i++)
                snprintf(text + strlen(text), sizeof(text) - strlen(text), "%d ", ids[i]);
        sd_bus_message_unref(answer);
        return text;
}

static const char *choices(void) {
        static char text[sizeof(desktop.chosen)];

        memcpy(text, desktop.chosen, sizeof(desktop.chosen));
        *desktop.chosen = '\0';
        return text;
}

static void test_clicks(void) {
        CHECK_STR(event(NUMBER(ENTRY_START), "clicked"), "");
        CHECK_STR(choices(), "5 ");
        CHECK_STR(event(NUMBER(ENTRY_START), "hovered"), "");
        CHECK_STR(event(0, "opened"), "");
        CHECK_STR(event(NUMBER(ENTRY_STOP), "clicked"), ""); /* greyed */
        CHECK_STR(event(NUMBER(ENTRY_STATE), "clicked"), "");
        CHECK_STR(event(NUMBER(ENTRY_INPUT_LINE), "clicked"), "");
        CHECK_STR(event(NUMBER(ENTRY_RESUME), "clicked"), "the menu has no entry 7");
        CHECK_STR(event(-1, "clicked"), "the menu has no entry -1");
        CHECK_STR(choices(), "");
        CHECK_STR(numbers_of(menu_ask("EventGroup", "a(isvu)", 3, -9, "clicked", "s", "", 0, 5, "clicked",
                                      "as", 0, 0, 42, "closed", "i", 0, 0),
                             false),
                  "-9 42 ");
        CHECK_STR(choices(), "5 ");
        CHECK_STR(numbers_of(menu_ask("AboutToShowGroup", "ai", 4, 0, 7, 1, 10), true), "7 10 ");
}

/* What is no call of the menu is refused by its type, before it is looked at. */
static void test_malformed(void) {
        CHECK_STR(desktop_error(menu_ask("GetLayout", "ii", 0, -1)),
                  "Invalid arguments 'ii' to call com.canonical.dbusmenu.GetLayout(), expecting 'iias'.");
        CHECK_STR(desktop_error(menu_ask("Event", "s", "clicked")),
                  "Invalid arguments 's' to call com.canonical.dbusmenu.Event(), expecting 'isvu'.");
        CHECK_STR(desktop_error(menu_ask("Explode", "i", 0)),
                  "Unknown method Explode or interface " MENU ".");
}

/* Paused: Resume is there, Pause is not, and the layout is another one. */
static void test_change(void) {
        facts.state = STATE_PAUSED;
        desktop_change();
        CHECK_STR(desktop.heard, "ItemsPropertiesUpdated LayoutUpdated NewToolTip ");
        CHECK_STR(layout(NUMBER(ENTRY_RESUME), -1, NULL), "r2 7 label=Resume win__10 enabled=1\n");
        CHECK_STR(value(NUMBER(ENTRY_PAUSE), "label"), "the menu has no entry 6");
        CHECK_STR(event(NUMBER(ENTRY_RESUME), "clicked"), "");
        CHECK_STR(choices(), "7 ");
}

int main(void) {
        desktop_start();
        desktop_watch(true);
        test_layout();
        test_questions();
        test_clicks();
        test_malformed();
        test_change();
        desktop_end();
        return 0;
}
