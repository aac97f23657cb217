/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/command/domain-show.h"

#include <ctype.h>
#include <stdarg.h>

#include "core/doctor/read.h"
#include "switcher/domain-edit.h"

#define VENDOR_NVIDIA 0x10deu

void domain_word(char *text, size_t size, const char *name) {
        bool plain = *name;
        size_t n = 0;

        for (const char *c = name; *c; c++)
                plain &= (isascii(*c) && isalnum(*c)) || strchr("._-+@", *c);
        if (plain) {
                snprintf(text, size, "%s", name);
                return;
        }
        text[n++] = '\'';
        for (const char *c = name; *c && n + 6 < size; c++)
                n += (size_t)snprintf(text + n, size - n, *c == '\'' ? "'\\''" : "%c", *c);
        snprintf(text + n, size - n, "'");
}

static const struct inventory_function *lent(const struct domain_view *view, size_t i) {
        return view->inventory ? inventory_find(view->inventory, view->hardware->hostdevs[i].address) : NULL;
}

static bool has_gpu(const struct domain_view *view, unsigned vendor) {
        for (size_t i = 0; i < view->hardware->n_hostdevs; i++) {
                const struct inventory_function *function = lent(view, i);

                if (function && function_is_display(function) && (vendor == 0 || function->vendor == vendor))
                        return true;
        }
        return false;
}

bool domain_view_has_nvidia(const struct domain_view *view) {
        return has_gpu(view, VENDOR_NVIDIA);
}

struct list {
        struct domain_finding *findings;
        size_t n;
        char name[150]; /* the guest's, as a word */
};

__attribute__((format(printf, 4, 5))) static void add(struct list *list, bool missing, const char *option,
                                                      const char *format, ...) {
        struct domain_finding *finding = &list->findings[list->n++];
        va_list ap;

        finding->missing = missing;
        va_start(ap, format);
        vsnprintf(finding->what, sizeof(finding->what), format, ap);
        va_end(ap);
        snprintf(finding->command, sizeof(finding->command), "pillion domain prepare %s%s", list->name,
                 option);
}

static void find_input(struct list *list, const struct domain_view *view) {
        bool named =
                domain_names_evdev(view->info, view->keyboard) && domain_names_evdev(view->info, view->mouse);
        bool passed = domain_passes(view->info, view->keyboard) && domain_passes(view->info, view->mouse);

        if (!named && !passed && !view->plugged)
                add(list, true, "", "it does not name the keyboard and the mouse that pillion makes for it");
}

/* A real keyboard, as in the usual guides: QEMU grabs it, and so nobody else has it. */
static void find_rivals(struct list *list, const struct domain_view *view) {
        for (char **path = view->info->evdev; *path; path++) {
                if (strcmp(*path, view->keyboard) == 0 || strcmp(*path, view->mouse) == 0)
                        continue;
                add(list, false, "",
                    "QEMU takes %s for itself, which pilliond then cannot hand over; take it out", *path);
                snprintf(list->findings[list->n - 1].command, sizeof(list->findings->command),
                         "virsh edit %s", list->name);
                return;
        }
}

static void find_managed(struct list *list, const struct domain_view *view) {
        char text[200] = "";

        for (size_t i = 0; i < view->hardware->n_hostdevs; i++)
                if (view->hardware->hostdevs[i].managed)
                        doctor_append(text, sizeof(text), "%s", view->hardware->hostdevs[i].address);
        if (*text)
                add(list, true, "",
                    "managed='yes' has libvirt take %s from the host by itself, and hang if it is in use",
                    text);
}

static void find_leftovers(struct list *list, const struct domain_view *view) {
        const struct domain_hardware *hardware = view->hardware;

        if (has_gpu(view, 0) &&
            (hardware->spice || hardware->display || hardware->tablet || hardware->redirdev))
                add(list, false, " --gpu-only",
                    "it has a second, emulated screen, on which windows and the pointer get lost; "
                    "'pillion start --spice' brings it back when it is wanted");
}

size_t domain_find(const struct domain_view *view, struct domain_finding findings[DOMAIN_FINDINGS]) {
        struct list list = { .findings = findings };

        domain_word(list.name, sizeof(list.name), view->info->name);
        if (!domain_edit_has_sound(view->info))
                add(&list, true, "", "it has no shared memory for its sound");
        find_input(&list, view);
        find_rivals(&list, view);
        find_managed(&list, view);
        if (domain_view_has_nvidia(view) && !view->hardware->kvm_hidden)
                add(&list, false, " --hide-kvm",
                    "should Windows say \"code 43\": NVIDIA's drivers before R465, of spring 2021, refuse to "
                    "start in a guest that says that it is one");
        find_leftovers(&list, view);
        return list.n;
}
