/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/client.h"

#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "core/bus.h"

static const char *const parts[] = { "Manager", "Input", "Audio" };

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

static int read_number(sd_bus_message *reply, char type, uint64_t *ret) {
        uint32_t narrow = 0;
        int boolean = 0, r;

        if (type == 't')
                return sd_bus_message_read_basic(reply, 't', ret);
        r = type == 'b' ? sd_bus_message_read_basic(reply, 'b', &boolean)
                        : sd_bus_message_read_basic(reply, 'u', &narrow);
        *ret = type == 'b' ? (uint64_t)boolean : narrow;
        return r;
}

/* Inside the variant. */
static int read_value(sd_bus_message *reply, char type, struct client_value *value) {
        const char *text;
        int r;

        if (type != 's') {
                value->type = type == 'b' ? 'b' : 'n';
                return read_number(reply, type, &value->number);
        }
        value->type = 's';
        r = sd_bus_message_read_basic(reply, 's', &text);
        if (r < 0)
                return r;
        value->text = strdup(text);
        return value->text ? 0 : -ENOMEM;
}

/* One {sv} entry, appended. 0 at the end of the array. */
static int read_entry(sd_bus_message *reply, const char *part, struct client_status *status) {
        struct client_value *grown;
        const char *name, *type;
        int r;

        r = sd_bus_message_enter_container(reply, 'e', "sv");
        if (r <= 0)
                return r;
        r = sd_bus_message_read_basic(reply, 's', &name);
        if (r < 0)
                return r;
        r = sd_bus_message_peek_type(reply, NULL, &type);
        if (r < 0)
                return r;
        grown = realloc(status->values, (status->n + 1) * sizeof(*grown));
        if (!grown)
                return -ENOMEM;
        status->values = grown;
        grown = &grown[status->n++];
        *grown = (struct client_value){ .type = 's' };
        dash(grown->part, sizeof(grown->part), part);
        dash(grown->name, sizeof(grown->name), name);
        r = sd_bus_message_enter_container(reply, 'v', type);
        if (r < 0)
                return r;
        r = read_value(reply, type[0], grown);
        if (r < 0)
                return r;
        r = sd_bus_message_exit_container(reply);
        if (r < 0)
                return r;
        r = sd_bus_message_exit_container(reply);
        return r < 0 ? r : 1;
}

static sd_bus_message *message_free(sd_bus_message *message) {
        return sd_bus_message_unref(message);
}
DEFINE_CLEANUP(sd_bus_message, message_free);

static int read_part(sd_bus *bus, const char *part, struct client_status *status, sd_bus_error *error) {
        _cleanup_(message_freep) sd_bus_message *reply = NULL;
        char interface[64];
        int r;

        snprintf(interface, sizeof(interface), BUS_NAME ".%s", part);
        r = sd_bus_call_method(bus, BUS_NAME, BUS_PATH, "org.freedesktop.DBus.Properties", "GetAll", error,
                               &reply, "s", interface);
        if (r < 0)
                return r;
        r = sd_bus_message_enter_container(reply, 'a', "{sv}");
        if (r < 0)
                return r;
        do
                r = read_entry(reply, part, status);
        while (r > 0);
        return r;
}

int client_read(sd_bus *bus, struct client_status *ret, sd_bus_error *error) {
        struct client_status status = { 0 };
        int r;

        for (size_t i = 0; i < sizeof(parts) / sizeof(*parts); i++) {
                r = read_part(bus, parts[i], &status, error);
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

const char *client_text(const struct client_status *status, const char *part, const char *name) {
        const struct client_value *value = find(status, part, name);

        return value && value->text ? value->text : "";
}

uint64_t client_number(const struct client_status *status, const char *part, const char *name) {
        const struct client_value *value = find(status, part, name);

        return value ? value->number : 0;
}

static void print_problem(const char *text) {
        if (*text)
                printf("          ! %s\n", text);
}

/* What a state means to somebody who asks how the guest is. */
static const char *plainly(const char *state) {
        if (strcmp(state, "host") == 0)
                return "not running";
        if (strcmp(state, "guest") == 0)
                return "running";
        return state;
}

static void print_guest(const struct client_status *status) {
        const char *guest = client_text(status, "manager", "guest");
        const char *state = client_text(status, "manager", "state");
        const char *reason = client_text(status, "manager", "reason");
        bool ended = strcmp(state, "host") == 0;

        if (*guest)
                printf("guest     %s: %s%s%s\n", guest, plainly(state), ended && *reason ? ", " : "",
                       ended ? reason : "");
        else
                puts("guest     none");
        if (!ended)
                print_problem(reason);
        print_problem(client_text(status, "manager", "note"));
}

static void print_input(const struct client_status *status) {
        uint64_t keyboards = client_number(status, "input", "keyboards"),
                 mice = client_number(status, "input", "mice");

        printf("input     at the %s; %" PRIu64 " keyboard%s, %" PRIu64 " %s; the guest's devices %s\n",
               client_text(status, "input", "side"), keyboards, keyboards == 1 ? "" : "s", mice,
               mice == 1 ? "mouse" : "mice",
               client_number(status, "input", "sinks-ready") ? "ready" : "not there");
        print_problem(client_text(status, "input", "problem"));
}

static void print_audio(const struct client_status *status) {
        const char *format = client_text(status, "audio", "format"),
                   *path = client_text(status, "audio", "path");

        printf("audio     %s%s%s%s%s\n", client_text(status, "audio", "state"), *format ? " " : "", format,
               *path ? " from " : "", path);
        if (*format)
                printf("          chunks %" PRIu64 ", frames waiting %" PRIu64 ", underruns %" PRIu64
                       ", overruns %" PRIu64 "; quantum %" PRIu64 " at %" PRIu64 " Hz\n",
                       client_number(status, "audio", "chunks"),
                       client_number(status, "audio", "fill-frames"),
                       client_number(status, "audio", "underruns"),
                       client_number(status, "audio", "overruns"), client_number(status, "audio", "quantum"),
                       client_number(status, "audio", "graph-rate"));
        print_problem(client_text(status, "audio", "problem"));
        print_problem(client_text(status, "audio", "sink-problem"));
}

void client_print_table(const struct client_status *status) {
        print_guest(status);
        printf("libvirt   %s\n",
               client_number(status, "manager", "libvirt-connected") ? "connected" : "not connected");
        print_problem(client_text(status, "manager", "libvirt-problem"));
        print_input(status);
        print_audio(status);
}

static void print_json_string(const char *text) {
        putchar('"');
        for (const unsigned char *c = (const unsigned char *)text; *c; c++) {
                if (*c == '"' || *c == '\\')
                        printf("\\%c", *c);
                else if (*c < 0x20)
                        printf("\\u%04x", *c);
                else
                        putchar(*c);
        }
        putchar('"');
}

static void print_json_value(const struct client_value *value) {
        if (value->type == 's')
                print_json_string(value->text);
        else if (value->type == 'b')
                fputs(value->number ? "true" : "false", stdout);
        else
                printf("%" PRIu64, value->number);
}

/* { "manager": { "state": "host", … }, "input": …, "audio": … } */
void client_print_json(const struct client_status *status) {
        const char *part = "";

        putchar('{');
        for (size_t i = 0; i < status->n; i++) {
                const struct client_value *value = &status->values[i];

                if (strcmp(value->part, part) != 0)
                        printf("%s\n  \"%s\": {\n", *part ? "\n  }," : "", value->part);
                else
                        fputs(",\n", stdout);
                part = value->part;
                printf("    \"%s\": ", value->name);
                print_json_value(value);
        }
        puts("\n  }\n}");
}
