/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The IOMMU's groups as a tree: for people after the checks, for programs as an array. */
#include "core/doctor/host.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "core/command/status.h"
#include "core/doctor/read.h"

static bool has_to_do_with(const struct doctor_host *host, int group) {
        for (size_t i = 0; i < host->inventory->n_functions; i++) {
                const struct inventory_function *function = &host->inventory->functions[i];

                if (function->group == group && (host_lends(host, function->address) ||
                                                 (!host_lends_any(host) && function_is_display(function))))
                        return true;
        }
        return false;
}

/* The least group above AFTER; INT_MAX: there is none. */
static int next_group(const struct inventory *inventory, int after) {
        int next = INT_MAX;

        for (size_t i = 0; i < inventory->n_functions; i++) {
                int group = inventory->functions[i].group;

                if (group > after && group < next)
                        next = group;
        }
        return next;
}

static void print_function(struct doctor *doctor, const struct doctor_host *host,
                           const struct inventory_function *function, bool last) {
        char notes[200] = "";

        if (*function->driver)
                doctor_append(notes, sizeof(notes), "%s", function->driver);
        if (host_lends(host, function->address))
                doctor_append(notes, sizeof(notes), "lent");
        if (function->boot_vga)
                doctor_append(notes, sizeof(notes), "boot screen");
        if (function->bridge)
                doctor_append(notes, sizeof(notes), "a bridge, need not be lent");
        else if (!*function->resets)
                doctor_append(notes, sizeof(notes), "no reset");
        if (function->dead)
                doctor_append(notes, sizeof(notes), "does not answer");
        fprintf(doctor->out, "  %s %s  %s", last ? "└─" : "├─", function->address, function->name);
        fprintf(doctor->out, *notes ? " (%s)\n" : "%s\n", notes);
}

static void print_group(struct doctor *doctor, const struct doctor_host *host, int group) {
        const struct inventory_function *held = NULL;

        fprintf(doctor->out, "  %d\n", group);
        for (size_t i = 0; i < host->inventory->n_functions; i++) {
                if (host->inventory->functions[i].group != group)
                        continue;
                if (held)
                        print_function(doctor, host, held, false);
                held = &host->inventory->functions[i];
        }
        if (held)
                print_function(doctor, host, held, true);
}

static void print_json_function(struct doctor *doctor, const struct doctor_host *host,
                                const struct inventory_function *function) {
        const struct {
                const char *name, *value;
        } texts[] = { { "name", function->name },
                      { "driver", function->driver },
                      { "reset", function->resets } };

        fprintf(doctor->out, "        { \"address\": \"%s\", \"vendor\": \"%04x\", \"device\": \"%04x\", ",
                function->address, function->vendor, function->device);
        for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++) {
                fprintf(doctor->out, "\"%s\": ", texts[i].name);
                status_print_json_string(doctor->out, texts[i].value);
                fputs(", ", doctor->out);
        }
        fprintf(doctor->out, "\"class\": \"%06x\", \"bridge\": %s, \"boot-screen\": %s, \"lent\": %s }",
                function->class, function->bridge ? "true" : "false", function->boot_vga ? "true" : "false",
                host_lends(host, function->address) ? "true" : "false");
}

static void print_json_group(struct doctor *doctor, const struct doctor_host *host, int group) {
        bool first = true;

        fprintf(doctor->out, "    { \"group\": %d, \"functions\": [", group);
        for (size_t i = 0; i < host->inventory->n_functions; i++) {
                if (host->inventory->functions[i].group != group)
                        continue;
                fputs(first ? "\n" : ",\n", doctor->out);
                print_json_function(doctor, host, &host->inventory->functions[i]);
                first = false;
        }
        fputs(" ] }", doctor->out);
}

static void print_json_groups(struct doctor *doctor, const struct doctor_host *host) {
        int first = host->inventory ? next_group(host->inventory, -1) : INT_MAX;

        fputs("  \"groups\": [", doctor->out);
        for (int group = first; group < INT_MAX; group = next_group(host->inventory, group)) {
                fputs(group == first ? "\n" : ",\n", doctor->out);
                print_json_group(doctor, host, group);
        }
        fputs("\n  ]", doctor->out);
}

void doctor_print_groups(struct doctor *doctor, const struct doctor_host *host, bool all) {
        bool any = false;

        if (doctor->json)
                return print_json_groups(doctor, host);
        if (!host->inventory || !host->inventory->iommu)
                return;
        for (int group = -1; (group = next_group(host->inventory, group)) < INT_MAX;) {
                if (!all && !has_to_do_with(host, group))
                        continue;
                if (!any)
                        fputs("IOMMU groups\n", doctor->out);
                any = true;
                print_group(doctor, host, group);
        }
        if (any && !all)
                fputs("  (all of them: pillion doctor --groups)\n", doctor->out);
}
