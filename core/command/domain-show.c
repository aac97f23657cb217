/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/command/domain-show.h"

#include <inttypes.h>

#include "core/command/status.h"
#include "core/doctor/read.h"

static const char *name_of(const struct domain_view *view, const char *address) {
        const struct inventory_function *function =
                view->inventory ? inventory_find(view->inventory, address) : NULL;

        return function ? function->name : "not in this machine";
}

/* "16 GiB" */
static void write_size(char *text, size_t size, uint64_t bytes) {
        static const char *const units[] = { "B", "KiB", "MiB", "GiB", "TiB" };
        size_t i = 0;

        for (; bytes >= 1024 && bytes % 1024 == 0 && i + 1 < sizeof(units) / sizeof(*units); i++)
                bytes /= 1024;
        snprintf(text, size, "%" PRIu64 " %s", bytes, units[i]);
}

/* A title once, and a line for each VALUE below it. */
static void print_value(FILE *out, const char **title, const char *value) {
        fprintf(out, "  %-9s %s\n", *title, value);
        *title = "";
}

static void print_hostdevs(FILE *out, const struct domain_view *view) {
        const struct domain_hardware *hardware = view->hardware;
        const char *title = "hardware";
        char text[400];

        for (size_t i = 0; i < hardware->n_hostdevs; i++) {
                const struct domain_hostdev *hostdev = &hardware->hostdevs[i];

                snprintf(text, sizeof(text), "%s  managed='%s'%s  %s", hostdev->address,
                         hostdev->managed ? "yes" : "no", hostdev->managed ? "" : " ",
                         name_of(view, hostdev->address));
                print_value(out, &title, text);
        }
        if (hardware->n_hostdevs == 0)
                print_value(out, &title, "none of the host's is lent to it");
}

static void print_regions(FILE *out, const struct domain_view *view) {
        const char *title = "memory";
        char text[400], size[40];

        write_size(size, sizeof(size), view->hardware->memory);
        snprintf(text, sizeof(text), "%s", size);
        if (view->hardware->hugepages && view->hardware->hugepage_size > 0) {
                write_size(size, sizeof(size), view->hardware->hugepage_size);
                snprintf(text + strlen(text), sizeof(text) - strlen(text), ", in huge pages of %s", size);
        } else if (view->hardware->hugepages) {
                snprintf(text + strlen(text), sizeof(text) - strlen(text), ", in huge pages");
        }
        print_value(out, &title, text);
        for (size_t i = 0; i < view->info->n_shmems; i++) {
                const struct domain_shmem *shmem = &view->info->shmems[i];

                write_size(size, sizeof(size), shmem->size);
                snprintf(text, sizeof(text), "shared: /dev/shm/%s, %s, %s", shmem->name,
                         shmem->size > 0 ? size : "of no size that is said", shmem->model);
                print_value(out, &title, text);
        }
}

static void print_inputs(FILE *out, const struct domain_view *view) {
        const char *title = "input";
        char text[400];

        for (char **path = view->info->evdev; *path; path++) {
                snprintf(text, sizeof(text), "evdev: %s", *path);
                print_value(out, &title, text);
        }
        for (size_t i = 0; i < view->info->n_passthroughs; i++) {
                snprintf(text, sizeof(text), "virtio: %s", view->info->passthroughs[i].path);
                print_value(out, &title, text);
        }
        if (*title)
                print_value(out, &title, "no evdev inputs");
}

static void print_kvm(FILE *out, const struct domain_view *view) {
        const char *vendor = view->hardware->vendor_id, *title = "KVM";
        char text[100];

        snprintf(text, sizeof(text), "%s the guest", view->hardware->kvm_hidden ? "hidden from" : "shown to");
        if (*vendor)
                snprintf(text + strlen(text), sizeof(text) - strlen(text), ", vendor_id '%s'", vendor);
        print_value(out, &title, text);
}

static void print_screen(FILE *out, const struct domain_view *view) {
        const struct domain_hardware *hardware = view->hardware;
        const char *title = "screen";
        char text[100] = "";

        if (hardware->spice)
                doctor_append(text, sizeof(text), "SPICE");
        if (hardware->display)
                doctor_append(text, sizeof(text), "emulated video");
        if (hardware->tablet)
                doctor_append(text, sizeof(text), "a tablet");
        if (hardware->redirdev)
                doctor_append(text, sizeof(text), "USB redirection");
        print_value(out, &title, *text ? text : "nothing emulated");
}

void domain_show_print(FILE *out, const struct domain_view *view) {
        struct domain_finding findings[DOMAIN_FINDINGS];
        size_t n = domain_find(view, findings);

        fprintf(out, "%s, %s\n", view->info->name, view->active ? "running" : "not running");
        print_hostdevs(out, view);
        print_regions(out, view);
        print_inputs(out, view);
        print_kvm(out, view);
        print_screen(out, view);
        for (size_t i = 0; i < n; i++)
                fprintf(out, "%c %s:\n    %s\n", findings[i].missing ? '!' : '-', findings[i].what,
                        findings[i].command);
}

static void print_string(FILE *out, const char *name, const char *value, const char *after) {
        fprintf(out, "\"%s\": ", name);
        status_print_json_string(out, value);
        fputs(after, out);
}

static const char *truth(bool value) {
        return value ? "true" : "false";
}

static void print_json_devices(FILE *out, const struct domain_view *view) {
        fputs("  \"hostdevs\": [", out);
        for (size_t i = 0; i < view->hardware->n_hostdevs; i++) {
                const struct domain_hostdev *hostdev = &view->hardware->hostdevs[i];

                fputs(i > 0 ? ",\n    { " : "\n    { ", out);
                print_string(out, "address", hostdev->address, ", ");
                print_string(out, "name", name_of(view, hostdev->address), ", ");
                fprintf(out, "\"managed\": %s }", truth(hostdev->managed));
        }
        fputs("],\n  \"shmem\": [", out);
        for (size_t i = 0; i < view->info->n_shmems; i++) {
                const struct domain_shmem *shmem = &view->info->shmems[i];

                fputs(i > 0 ? ",\n    { " : "\n    { ", out);
                print_string(out, "name", shmem->name, ", ");
                print_string(out, "model", shmem->model, ", ");
                fprintf(out, "\"size\": %" PRIu64 " }", shmem->size);
        }
        fputs("],\n  \"evdev\": [", out);
        for (char **path = view->info->evdev; *path; path++) {
                fputs(path > view->info->evdev ? ", " : "", out);
                status_print_json_string(out, *path);
        }
        fputs("],\n", out);
}

static void print_json_findings(FILE *out, const struct domain_view *view, bool missing) {
        struct domain_finding findings[DOMAIN_FINDINGS];
        size_t n = domain_find(view, findings);
        bool first = true;

        fprintf(out, "  \"%s\": [", missing ? "missing" : "hints");
        for (size_t i = 0; i < n; i++) {
                if (findings[i].missing != missing)
                        continue;
                fputs(first ? "\n    { " : ",\n    { ", out);
                print_string(out, "what", findings[i].what, ", ");
                print_string(out, "command", findings[i].command, " }");
                first = false;
        }
        fputs(missing ? "],\n" : "]\n", out);
}

void domain_show_print_json(FILE *out, const struct domain_view *view) {
        const struct domain_hardware *hardware = view->hardware;

        fputs("{\n  ", out);
        print_string(out, "name", view->info->name, ",\n");
        fprintf(out, "  \"running\": %s,\n", truth(view->active));
        print_json_devices(out, view);
        fprintf(out,
                "  \"memory\": %" PRIu64 ",\n  \"hugepages\": %s,\n  \"hugepage_size\": %" PRIu64 ",\n"
                "  \"kvm_hidden\": %s,\n  ",
                hardware->memory, truth(hardware->hugepages), hardware->hugepage_size,
                truth(hardware->kvm_hidden));
        print_string(out, "vendor_id", hardware->vendor_id, ",\n");
        fprintf(out, "  \"spice\": %s,\n  \"video\": %s,\n  \"tablet\": %s,\n  \"redirdev\": %s,\n",
                truth(hardware->spice), truth(hardware->display), truth(hardware->tablet),
                truth(hardware->redirdev));
        print_json_findings(out, view, true);
        print_json_findings(out, view, false);
        fputs("}\n", out);
}
