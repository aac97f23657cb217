/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/command/status.h"

#include <inttypes.h>
#include <string.h>

#define GREEN  "\033[32m"
#define RED    "\033[31m"
#define YELLOW "\033[33m"
#define PLAIN  "\033[m"

static const char *text_of(const struct client_status *status, const char *name) {
        return client_text(status, "audio", name);
}

static uint64_t number_of(const struct client_status *status, const char *name) {
        return client_number(status, "audio", name);
}

static void print_painted(FILE *out, const char *paint, const char *text) {
        fprintf(out, "%s%s%s", paint, text, *paint ? PLAIN : "");
}

static void print_problem(FILE *out, const char *text, bool colour) {
        if (!*text)
                return;
        fputs("          ", out);
        print_painted(out, colour ? YELLOW : "", "!");
        fprintf(out, " %s\n", text);
}

/* What a state means to somebody who asks how the guest is. */
static const char *plainly(const char *state) {
        if (strcmp(state, "host") == 0)
                return "not running";
        if (strcmp(state, "guest") == 0)
                return "running";
        return state;
}

static const char *paint_of(const char *state, bool colour) {
        if (!colour)
                return "";
        if (strcmp(state, "running") == 0 || strcmp(state, "playing") == 0)
                return GREEN;
        if (strcmp(state, "failed") == 0 || strcmp(state, "bad") == 0 || strcmp(state, "unusable") == 0 ||
            strcmp(state, "stuck") == 0)
                return RED;
        return "";
}

static void print_guest(FILE *out, const struct client_status *status, bool colour) {
        const char *guest = client_text(status, "manager", "guest");
        const char *state = plainly(client_text(status, "manager", "state"));
        const char *reason = client_text(status, "manager", "reason");
        bool ended = strcmp(state, "not running") == 0;

        if (*guest) {
                fprintf(out, "guest     %s: ", guest);
                print_painted(out, paint_of(state, colour), state);
                fprintf(out, "%s%s\n", ended && *reason ? ", " : "", ended ? reason : "");
        } else {
                fputs("guest     none\n", out);
        }
        if (!ended)
                print_problem(out, reason, colour);
        print_problem(out, client_text(status, "manager", "note"), colour);
}

/* What a phase of the loan means to somebody who asks where the hardware is. */
static const char *where_it_is(const char *loan) {
        static const char *const words[][2] = {
                { "host", "at the host" },       { "lending", "on its way to the guest" },
                { "lent", "lent to the guest" }, { "returning", "on its way back" },
                { "stuck", "stuck on its way" }, { "failed", "not all given back" },
        };

        for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++)
                if (strcmp(loan, words[i][0]) == 0)
                        return words[i][1];
        return loan;
}

static void print_loan(FILE *out, const struct client_status *status, bool colour) {
        const char *loan = client_text(status, "manager", "loan");
        const char *profile = client_text(status, "manager", "profile");
        const char *step = client_text(status, "manager", "step");

        if (!*loan)
                return; /* an older pilliond */
        fputs("hardware  ", out);
        print_painted(out, paint_of(loan, colour), where_it_is(loan));
        if (*profile)
                fprintf(out, ", by the profile %s", profile);
        fputc('\n', out);
        if (*step)
                fprintf(out, "          %" PRIu64 " of %" PRIu64 ": %s\n",
                        client_number(status, "manager", "step-number"),
                        client_number(status, "manager", "step-count"), step);
        print_problem(out, client_text(status, "manager", "loan-problem"), colour);
        print_problem(out, client_text(status, "manager", "loan-warning"), colour);
}

static void print_libvirt(FILE *out, const struct client_status *status, bool colour) {
        fprintf(out, "libvirt   %s\n",
                client_number(status, "manager", "libvirt-connected") ? "connected" : "not connected");
        print_problem(out, client_text(status, "manager", "libvirt-problem"), colour);
}

static void print_input(FILE *out, const struct client_status *status, bool colour) {
        uint64_t keyboards = client_number(status, "input", "keyboards"),
                 mice = client_number(status, "input", "mice");

        fprintf(out, "input     at the %s; %" PRIu64 " keyboard%s, %" PRIu64 " %s; the guest's devices %s\n",
                client_text(status, "input", "side"), keyboards, keyboards == 1 ? "" : "s", mice,
                mice == 1 ? "mouse" : "mice",
                client_number(status, "input", "sinks-ready") ? "ready" : "not there");
        if (*client_text(status, "input", "home-reason"))
                fprintf(out, "          back from the guest because %s\n",
                        client_text(status, "input", "home-reason"));
        print_problem(out, client_text(status, "input", "problem"), colour);
        print_problem(out, client_text(status, "input", "hotkey-problem"), colour);
}

/* "18.2 ms": to the tenth, as nobody hears less. */
static void print_time(FILE *out, uint64_t usec) {
        uint64_t tenths = (usec + 50) / 100;

        fprintf(out, "%" PRIu64, tenths / 10);
        if (tenths % 10)
                fprintf(out, ".%" PRIu64, tenths % 10);
        fputs(" ms", out);
}

static void print_delay(FILE *out, const struct client_status *status) {
        uint64_t latency = number_of(status, "latency-usec"), target = number_of(status, "target-usec");

        fputs("          ", out);
        if (latency) {
                print_time(out, latency);
                fputs(" behind the guest", out);
                if (target) {
                        fputs(" (target ", out);
                        print_time(out, target);
                        fputc(')', out);
                }
                fputs(", ", out);
        }
        fprintf(out, "%" PRIu64 " frames waiting, rate %+" PRId64 " ppm\n", number_of(status, "fill-frames"),
                client_signed(status, "audio", "rate-ppm"));
}

static void print_counters(FILE *out, const struct client_status *status) {
        uint64_t quantum = number_of(status, "quantum");

        fprintf(out, "          underruns %" PRIu64 ", overruns %" PRIu64, number_of(status, "underruns"),
                number_of(status, "overruns"));
        if (quantum)
                fprintf(out, "; quantum %" PRIu64 " at %" PRIu64 " Hz", quantum,
                        number_of(status, "graph-rate"));
        fputc('\n', out);
}

static void print_network(FILE *out, const struct client_status *status) {
        fprintf(out, "          datagrams %" PRIu64 ", malformed %" PRIu64 ", refused %" PRIu64 "\n",
                number_of(status, "datagrams"), number_of(status, "malformed"), number_of(status, "refused"));
}

void status_print_audio(FILE *out, const struct client_status *status, bool colour) {
        const char *state = text_of(status, "state"), *format = text_of(status, "format"),
                   *origin = text_of(status, "origin");

        fputs("audio     ", out);
        print_painted(out, paint_of(state, colour), state);
        fprintf(out, "%s%s%s%s\n", *format ? " " : "", format, *origin ? (*format ? " from " : " at ") : "",
                origin);
        if (strcmp(state, "playing") == 0)
                print_delay(out, status);
        if (*format)
                print_counters(out, status);
        if (strncmp(origin, "udp:", 4) == 0)
                print_network(out, status);
        print_problem(out, text_of(status, "problem"), colour);
        print_problem(out, text_of(status, "sink-problem"), colour);
}

void status_print(FILE *out, const struct client_status *status, bool colour) {
        print_guest(out, status, colour);
        print_loan(out, status, colour);
        print_libvirt(out, status, colour);
        print_input(out, status, colour);
        status_print_audio(out, status, colour);
}

void status_print_json_string(FILE *out, const char *text) {
        fputc('"', out);
        for (const unsigned char *c = (const unsigned char *)text; *c; c++) {
                if (*c == '"' || *c == '\\')
                        fprintf(out, "\\%c", *c);
                else if (*c < 0x20)
                        fprintf(out, "\\u%04x", *c);
                else
                        fputc(*c, out);
        }
        fputc('"', out);
}

/* Of lines. */
static void print_json_list(FILE *out, const char *list) {
        const char *separator = "";

        fputc('[', out);
        for (const char *end; (end = strchr(list, '\n')); list = end + 1) {
                _cleanup_free_ char *item = strndup(list, (size_t)(end - list));

                fputs(separator, out);
                status_print_json_string(out, item ? item : "");
                separator = ", ";
        }
        fputc(']', out);
}

static void print_json_value(FILE *out, const struct client_value *value) {
        switch (value->type) {
        case 's':
                status_print_json_string(out, value->text);
                break;
        case 'a':
                print_json_list(out, value->text);
                break;
        case 'b':
                fputs(value->number ? "true" : "false", out);
                break;
        case 'i':
                fprintf(out, "%" PRId64, (int64_t)value->number);
                break;
        default:
                fprintf(out, "%" PRIu64, value->number);
        }
}

/* { "manager": { "state": "host", … }, "input": …, "audio": … } */
void status_print_json(FILE *out, const struct client_status *status, bool line) {
        const char *part = "", *outer = line ? " " : "\n  ", *inner = line ? " " : "\n    ";

        fputc('{', out);
        for (size_t i = 0; i < status->n; i++) {
                const struct client_value *value = &status->values[i];

                if (strcmp(value->part, part) != 0)
                        fprintf(out, "%s%s%s\"%s\": {", *part ? outer : "", *part ? "}," : "", outer,
                                value->part);
                else
                        fputc(',', out);
                part = value->part;
                fprintf(out, "%s\"%s\": ", inner, value->name);
                print_json_value(out, value);
        }
        fprintf(out, "%s%s%s\n", *part ? outer : "", *part ? "}" : "", line ? " }" : "\n}");
}
