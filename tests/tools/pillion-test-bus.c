/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * pillion-test-bus: org.pillion1 with whatever properties a test wants. Each line of standard input is one of
 *
 *         set PART NAME TYPE VALUE   (TYPE: s, b, u, t, i or a: strings with a comma after
 *                                     each; the value goes on to the end of the line)
 *         tell PART                  (says on the bus that something has changed, and how all is now)
 *         answer                     (to the last method that was called)
 *         refuse NAME TEXT           (the same, with an error)
 *
 * and it ends with its input. Says "ready" when it can be asked, and "called METHOD TEXT" when it is: TEXT is
 * its string or boolean.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include <systemd/sd-bus.h>
#include <systemd/sd-event.h>

#include "core/bus.h"
#include "tests/test.h"

#define MOST 64

struct property {
        char part[16], name[40], type, value[200];
};

static struct property properties[MOST];
static size_t n_properties;
static sd_bus_message *called; /* and not answered */

static void set(const char *line) {
        struct property property = { 0 };

        CHECK_EQ(sscanf(line, "set %15s %39s %c %199[^\n]", property.part, property.name, &property.type,
                        property.value) >= 3,
                 1);
        for (size_t i = 0; i < n_properties; i++)
                if (strcmp(properties[i].part, property.part) == 0 &&
                    strcmp(properties[i].name, property.name) == 0) {
                        properties[i] = property;
                        return;
                }
        CHECK(n_properties < MOST);
        properties[n_properties++] = property;
}

static int append_list(sd_bus_message *reply, const struct property *property) {
        char value[sizeof(property->value)], *rest = value, *item;
        int r;

        snprintf(value, sizeof(value), "%s", property->value);
        r = sd_bus_message_open_container(reply, 'e', "sv");
        if (r >= 0)
                r = sd_bus_message_append(reply, "s", property->name);
        if (r >= 0)
                r = sd_bus_message_open_container(reply, 'v', "as");
        if (r >= 0)
                r = sd_bus_message_open_container(reply, 'a', "s");
        while (r >= 0 && (item = strsep(&rest, ",")) && rest)
                r = sd_bus_message_append(reply, "s", item);
        for (int open = 0; r >= 0 && open < 3; open++)
                r = sd_bus_message_close_container(reply);
        return r;
}

static int append_value(sd_bus_message *reply, const struct property *property) {
        const char type[] = { property->type, '\0' };
        long long number = strtoll(property->value, NULL, 10);

        switch (property->type) {
        case 'a':
                return append_list(reply, property);
        case 's':
                return sd_bus_message_append(reply, "{sv}", property->name, type, property->value);
        case 't':
                return sd_bus_message_append(reply, "{sv}", property->name, type, (uint64_t)number);
        default:
                return sd_bus_message_append(reply, "{sv}", property->name, type, (int)number);
        }
}

static void append_part(sd_bus_message *message, const char *part) {
        CHECK(sd_bus_message_open_container(message, 'a', "{sv}") >= 0);
        for (size_t i = 0; i < n_properties; i++)
                if (strcmp(part, properties[i].part) == 0)
                        CHECK(append_value(message, &properties[i]) >= 0);
        CHECK(sd_bus_message_close_container(message) >= 0);
}

static int on_method(sd_bus_message *call) {
        const char *text = "";
        int boolean = -1;

        if (strcmp(sd_bus_message_get_signature(call, 1), "s") == 0)
                CHECK(sd_bus_message_read(call, "s", &text) > 0);
        if (strcmp(sd_bus_message_get_signature(call, 1), "b") == 0)
                CHECK(sd_bus_message_read(call, "b", &boolean) > 0);
        printf("called %s %s\n", sd_bus_message_get_member(call),
               boolean < 0 ? text
               : boolean   ? "true"
                           : "false");
        fflush(stdout);
        sd_bus_message_unref(called);
        called = sd_bus_message_ref(call);
        return 1;
}

static int on_call(sd_bus_message *call, void *userdata, sd_bus_error *error) {
        sd_bus_message *reply = NULL;
        const char *interface;

        if (sd_bus_message_is_method_call(call, BUS_NAME ".Manager", NULL))
                return on_method(call);
        if (!sd_bus_message_is_method_call(call, "org.freedesktop.DBus.Properties", "GetAll"))
                return 0;
        CHECK(sd_bus_message_read(call, "s", &interface) > 0);
        CHECK(sd_bus_message_new_method_return(call, &reply) >= 0);
        append_part(reply, strrchr(interface, '.') + 1);
        CHECK(sd_bus_send(NULL, reply, NULL) >= 0);
        sd_bus_message_unref(reply);
        return 1;
}

static void tell(sd_bus *bus, const char *line) {
        sd_bus_message *signal = NULL;
        char part[16], interface[64];

        CHECK_EQ(sscanf(line, "tell %15s", part), 1);
        snprintf(interface, sizeof(interface), BUS_NAME ".%s", part);
        CHECK(sd_bus_message_new_signal(bus, &signal, BUS_PATH, "org.freedesktop.DBus.Properties",
                                        "PropertiesChanged") >= 0);
        CHECK(sd_bus_message_append(signal, "s", interface) >= 0);
        append_part(signal, part);
        CHECK(sd_bus_message_append(signal, "as", 0) >= 0);
        CHECK(sd_bus_send(bus, signal, NULL) >= 0);
        sd_bus_message_unref(signal);
}

static void answer(const char *line) {
        char name[100], text[300];

        CHECK(called);
        if (sscanf(line, "refuse %99s %299[^\n]", name, text) == 2)
                CHECK(sd_bus_reply_method_errorf(called, name, "%s", text) >= 0);
        else
                CHECK(sd_bus_reply_method_return(called, NULL) >= 0);
        called = sd_bus_message_unref(called);
}

static void obey(sd_bus *bus, const char *line) {
        if (strncmp(line, "set ", 4) == 0)
                set(line);
        else if (strncmp(line, "tell ", 5) == 0)
                tell(bus, line);
        else
                answer(line);
}

/* Unbuffered: what stdio keeps to itself, epoll does not tell of. */
static int on_input(sd_event_source *source, int fd, uint32_t events, void *userdata) {
        static char line[400];
        static size_t length;
        char c;

        if (read(fd, &c, 1) <= 0)
                return sd_event_exit(sd_event_source_get_event(source), 0);
        CHECK(length + 1 < sizeof(line));
        line[length++] = c;
        if (c != '\n')
                return 0;
        line[length] = '\0';
        length = 0;
        obey(userdata, line);
        return 0;
}

int main(void) {
        sd_event *loop = NULL;
        sd_bus *bus = NULL;

        CHECK(sd_event_new(&loop) >= 0);
        CHECK(sd_bus_open_user(&bus) >= 0);
        CHECK(sd_bus_attach_event(bus, loop, SD_EVENT_PRIORITY_NORMAL) >= 0);
        CHECK(sd_bus_add_object(bus, NULL, BUS_PATH, on_call, NULL) >= 0);
        CHECK(sd_event_add_io(loop, NULL, STDIN_FILENO, EPOLLIN, on_input, bus) >= 0);
        CHECK(sd_bus_request_name(bus, BUS_NAME, 0) >= 0);
        puts("ready");
        fflush(stdout);
        CHECK_EQ(sd_event_loop(loop), 0);
        sd_bus_message_unref(called);
        sd_bus_flush_close_unref(bus);
        sd_event_unref(loop);
        return 0;
}
