/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/command/client.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "core/bus.h"

/* To start pilliond, if it must be; one that runs answers at once. */
#define REPLY_USEC 10000000u

const char *const client_parts[] = { "Manager", "Input", "Audio", NULL };

/* "LibvirtConnected" → "libvirt-connected". */
static void dash(char *to, size_t size, const char *from) {
        size_t n = 0;

        for (const char *c = from; *c && n + 2 < size; c++) {
                if (isupper((unsigned char)*c) && c > from)
                        to[n++] = '-';
                to[n++] = (char)tolower((unsigned char)*c);
        }
        to[n] = '\0';
}

/* An array of strings, each with a newline after it. */
static int read_list(sd_bus_message *reply, char **ret) {
        _cleanup_free_ char *list = strdup("");
        const char *item;
        int r;

        r = list ? sd_bus_message_enter_container(reply, 'a', "s") : -ENOMEM;
        if (r < 0)
                return r;
        while ((r = sd_bus_message_read_basic(reply, 's', &item)) > 0) {
                char *longer = NULL;

                if (asprintf(&longer, "%s%s\n", list, item) < 0)
                        return -ENOMEM;
                free(list);
                list = longer;
        }
        if (r < 0)
                return r;
        r = sd_bus_message_exit_container(reply);
        if (r < 0)
                return r;
        *ret = steal_ptr(list);
        return 1;
}

/* Inside the variant. 1: read, 0: of a type that we do not know, and skipped. */
static int read_value(sd_bus_message *reply, const char *type, struct client_value *value) {
        uint32_t narrow;
        int32_t negative;
        const char *text;
        int boolean, r;

        if (strcmp(type, "s") == 0) {
                r = sd_bus_message_read_basic(reply, 's', &text);
                if (r < 0)
                        return r;
                value->text = strdup(text);
                return value->text ? 1 : -ENOMEM;
        }
        if (strcmp(type, "as") == 0)
                return read_list(reply, &value->text);
        if (strcmp(type, "t") == 0)
                return sd_bus_message_read_basic(reply, 't', &value->number);
        if (strcmp(type, "u") == 0) {
                r = sd_bus_message_read_basic(reply, 'u', &narrow);
                value->number = r < 0 ? 0 : narrow;
                return r;
        }
        if (strcmp(type, "i") == 0) {
                r = sd_bus_message_read_basic(reply, 'i', &negative);
                value->number = r < 0 ? 0 : (uint64_t)(int64_t)negative;
                return r;
        }
        if (strcmp(type, "b") == 0) {
                r = sd_bus_message_read_basic(reply, 'b', &boolean);
                value->number = r > 0 && boolean;
                return r;
        }
        r = sd_bus_message_skip(reply, type);
        return r < 0 ? r : 0;
}

static char kind_of(const char *type) {
        return *type == 't' || *type == 'u' ? 'n' : *type;
}

static int add_value(struct client_status *status, struct client_value *value) {
        struct client_value *grown = realloc(status->values, (status->n + 1) * sizeof(*grown));

        if (!grown) {
                free(value->text);
                return -ENOMEM;
        }
        status->values = grown;
        grown[status->n++] = *value;
        return 0;
}

/* One {sv} entry, appended. 0 at the end of the array. */
static int read_entry(sd_bus_message *reply, const char *part, struct client_status *status) {
        struct client_value value = { 0 };
        const char *name, *type;
        int r, known;

        r = sd_bus_message_enter_container(reply, 'e', "sv");
        if (r <= 0)
                return r;
        r = sd_bus_message_read_basic(reply, 's', &name);
        if (r < 0)
                return r;
        r = sd_bus_message_peek_type(reply, NULL, &type);
        if (r < 0)
                return r;
        value.type = kind_of(type);
        dash(value.part, sizeof(value.part), part);
        dash(value.name, sizeof(value.name), name);
        r = sd_bus_message_enter_container(reply, 'v', type);
        if (r < 0)
                return r;
        known = read_value(reply, type, &value);
        if (known < 0)
                return known;
        r = known > 0 ? add_value(status, &value) : 0;
        if (r < 0)
                return r;
        r = sd_bus_message_exit_container(reply);
        if (r < 0)
                return r;
        r = sd_bus_message_exit_container(reply);
        return r < 0 ? r : 1;
}

int client_read_reply(sd_bus_message *reply, const char *part, struct client_status *status) {
        int r;

        r = sd_bus_message_enter_container(reply, 'a', "{sv}");
        if (r < 0)
                return r;
        do
                r = read_entry(reply, part, status);
        while (r > 0);
        return r;
}

int client_request(sd_bus *bus, const char *part, bool start, sd_bus_message_handler_t on_reply,
                   void *userdata) {
        _cleanup_(sd_bus_message_unrefp) sd_bus_message *call = NULL;
        char interface[64];
        int r;

        snprintf(interface, sizeof(interface), BUS_NAME ".%s", part);
        r = sd_bus_message_new_method_call(bus, &call, BUS_NAME, BUS_PATH, "org.freedesktop.DBus.Properties",
                                           "GetAll");
        if (r < 0)
                return r;
        r = sd_bus_message_append(call, "s", interface);
        if (r < 0)
                return r;
        r = sd_bus_message_set_auto_start(call, start);
        if (r < 0)
                return r;
        return sd_bus_call_async(bus, NULL, call, on_reply, userdata, REPLY_USEC);
}

static int read_part(sd_bus *bus, const char *part, struct client_status *status, sd_bus_error *error) {
        _cleanup_(sd_bus_message_unrefp) sd_bus_message *reply = NULL;
        char interface[64];
        int r;

        snprintf(interface, sizeof(interface), BUS_NAME ".%s", part);
        r = sd_bus_call_method(bus, BUS_NAME, BUS_PATH, "org.freedesktop.DBus.Properties", "GetAll", error,
                               &reply, "s", interface);
        return r < 0 ? r : client_read_reply(reply, part, status);
}

int client_read(sd_bus *bus, struct client_status *ret, const char *const parts[], sd_bus_error *error) {
        struct client_status status = { 0 };
        int r;

        for (const char *const *part = parts; *part; part++) {
                r = read_part(bus, *part, &status, error);
                if (r < 0) {
                        client_status_done(&status);
                        return r;
                }
        }
        *ret = status;
        return 0;
}

/* The bus starts pilliond on demand, through systemd; each of the two has its own words for not being able
 * to. */
bool client_daemon_is_absent(const sd_bus_error *error) {
        static const char *const prefixes[] = {
                SD_BUS_ERROR_SERVICE_UNKNOWN,
                SD_BUS_ERROR_NAME_HAS_NO_OWNER,
                "org.freedesktop.systemd1.",
                "org.freedesktop.DBus.Error.Spawn.",
        };

        for (size_t i = 0; error->name && i < sizeof(prefixes) / sizeof(*prefixes); i++)
                if (strncmp(error->name, prefixes[i], strlen(prefixes[i])) == 0)
                        return true;
        return false;
}

void client_status_done(struct client_status *status) {
        for (size_t i = 0; i < status->n; i++)
                free(status->values[i].text);
        free(status->values);
        *status = (struct client_status){ 0 };
}

static const struct client_value *find(const struct client_status *status, const char *part,
                                       const char *name) {
        for (size_t i = 0; i < status->n; i++)
                if (strcmp(status->values[i].part, part) == 0 && strcmp(status->values[i].name, name) == 0)
                        return &status->values[i];
        return NULL;
}

bool client_has(const struct client_status *status, const char *part, const char *name) {
        return find(status, part, name);
}

const char *client_text(const struct client_status *status, const char *part, const char *name) {
        const struct client_value *value = find(status, part, name);

        return value && value->text ? value->text : "";
}

uint64_t client_number(const struct client_status *status, const char *part, const char *name) {
        const struct client_value *value = find(status, part, name);

        return value ? value->number : 0;
}

int64_t client_signed(const struct client_status *status, const char *part, const char *name) {
        return (int64_t)client_number(status, part, name);
}
