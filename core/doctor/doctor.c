/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/doctor/doctor.h"

#include <errno.h>
#include <stdarg.h>
#include <string.h>

#include "core/command/status.h"
#include "core/doctor/desktop.h"
#include "core/doctor/facts.h"
#include "core/doctor/host.h"
#include "core/doctor/read.h"

static const char *const words[] = { "ok", "warning", "problem" };
static const char *const paints[] = { "\033[32m", "\033[33m", "\033[31m" };

static void print_json(struct doctor *doctor, enum doctor_verdict verdict, const char *seen,
                       const char *remedy) {
        unsigned before = doctor->counts[0] + doctor->counts[1] + doctor->counts[2];

        fprintf(doctor->out, "%s\n    { \"part\": \"%s\", \"check\": \"%s\", \"verdict\": \"%s\", \"seen\": ",
                before > 0 ? "," : "", doctor->part, doctor->check, words[verdict]);
        status_print_json_string(doctor->out, seen);
        fputs(", \"remedy\": ", doctor->out);
        status_print_json_string(doctor->out, remedy);
        fputs(" }", doctor->out);
}

#define INDENT 27

/* One line, or more if it does not fit beside the indent. */
static void print_line(struct doctor *doctor, const char *text, size_t length) {
        size_t room = doctor->width > 2 * INDENT ? doctor->width - INDENT : SIZE_MAX;

        while (length > room) {
                const char *blank = memrchr(text, ' ', room);

                if (!blank)
                        break;
                fprintf(doctor->out, "%.*s\n%*s", (int)(blank - text), text, INDENT, "");
                length -= (size_t)(blank + 1 - text);
                text = blank + 1;
        }
        fprintf(doctor->out, "%.*s\n", (int)length, text);
}

static void print_text(struct doctor *doctor, enum doctor_verdict verdict, const char *seen,
                       const char *remedy) {
        if (doctor->headed != doctor->part) /* one of which nothing is said has none */
                fprintf(doctor->out, "%s\n", doctor->part);
        doctor->headed = doctor->part;
        fprintf(doctor->out, "  %s%-8s%s %-15s ", doctor->colour ? paints[verdict] : "", words[verdict],
                doctor->colour ? "\033[m" : "", doctor->check);
        print_line(doctor, seen, strlen(seen));
        while (*remedy) {
                size_t length = strcspn(remedy, "\n");

                fprintf(doctor->out, "%*s", INDENT, "");
                print_line(doctor, remedy, length);
                remedy += length + (remedy[length] == '\n');
        }
}

static void say(struct doctor *doctor, enum doctor_verdict verdict, const char *seen, const char *remedy) {
        (doctor->json ? print_json : print_text)(doctor, verdict, seen, remedy);
        doctor->counts[verdict]++;
        fflush(doctor->out); /* the next check may take its time */
}

void doctor_say(struct doctor *doctor, enum doctor_verdict verdict, const char *format, ...) {
        _cleanup_free_ char *text = NULL;
        char *remedy;
        va_list ap;
        int r;

        va_start(ap, format);
        r = vasprintf(&text, format, ap);
        va_end(ap);
        if (r < 0) {
                text = NULL;
                return say(doctor, verdict, "out of memory", "");
        }
        remedy = strchr(text, '\n');
        if (remedy)
                *remedy++ = '\0';
        say(doctor, verdict, text, remedy ? remedy : "");
}

void doctor_say_explained(struct doctor *doctor, enum doctor_verdict verdict, const char *path,
                          const char *text) {
        const char *named = strstr(text, path), *colon = strstr(named ? named + strlen(path) : text, ": ");

        if (colon)
                doctor_say(doctor, verdict,
                           "%.*s\n"
                           "%s",
                           (int)(colon - text), text, colon + 2);
        else
                doctor_say(doctor, verdict, "%s", text);
}

static void run_part(struct doctor *doctor, const char *name, const struct doctor_check *checks,
                     struct doctor_facts *facts) {
        doctor->part = name;
        for (; checks->name; checks++) {
                doctor->check = checks->name;
                checks->run(doctor, facts);
        }
}

static void sum_up(const struct doctor *doctor) {
        unsigned warnings = doctor->counts[DOCTOR_WARNING], problems = doctor->counts[DOCTOR_PROBLEM];

        if (doctor->json)
                fprintf(doctor->out, ",\n  \"warnings\": %u,\n  \"problems\": %u\n}\n", warnings, problems);
        else if (warnings + problems == 0)
                fputs("\nEverything is as it should be.\n", doctor->out);
        else
                fprintf(doctor->out, "\n%u problem%s, %u warning%s.\n", problems, problems == 1 ? "" : "s",
                        warnings, warnings == 1 ? "" : "s");
}

const struct doctor_part doctor_parts[DOCTOR_PARTS] = {
        { "guest", doctor_guest_checks },     { "sound", doctor_audio_checks },
        { "input", doctor_input_checks },     { "machine", doctor_machine_checks },
        { "devices", doctor_device_checks },  { "start", doctor_start_checks },
        { "desktop", doctor_desktop_checks }, { "system", doctor_system_checks },
};

int doctor_run(struct doctor *doctor, const char *root) {
        _cleanup_(facts_done) struct doctor_facts facts = {
                .root = root,
                .command_line = doctor_read(root, "/proc/cmdline"),
        };
        struct doctor_host host;

        facts.desktop = doctor_look_at_desktop();
        if (doctor->json)
                fputs("{\n  \"checks\": [", doctor->out);
        for (size_t i = 0; i < DOCTOR_PARTS; i++)
                run_part(doctor, doctor_parts[i].name, doctor_parts[i].checks, &facts);
        host = doctor_host(&facts);
        if (doctor->json)
                fputs("\n  ],\n", doctor->out);
        doctor_print_groups(doctor, &host, false);
        sum_up(doctor);
        return (int)doctor->counts[DOCTOR_PROBLEM];
}

int doctor_run_groups(struct doctor *doctor, const char *root) {
        _cleanup_(inventory_freep) struct inventory *inventory = NULL;
        struct doctor_host host = { 0 };
        int r;

        r = inventory_look(&inventory, root);
        if (r < 0)
                return r;
        if (!inventory->iommu)
                return -ENODEV;
        host.inventory = inventory;
        if (doctor->json)
                fputs("{\n", doctor->out);
        doctor_print_groups(doctor, &host, true);
        if (doctor->json)
                fputs("\n}\n", doctor->out);
        return 0;
}
