/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Xorg's snippets: those that name the GPU that is lent have to be away while it is, and back at the next
 * boot whatever happens. Source: xorg.conf(5).
 */
#include "core/doctor/desktop.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>

#include "core/doctor/read.h"
#include "switcher/adopt.h"

bool doctor_parse_bus_id(const char *text, char *address) {
        unsigned domain = 0, bus, slot, function = 0;

        if (sscanf(text, "PCI:%u@%u:%u:%u", &bus, &domain, &slot, &function) < 3 &&
            sscanf(text, "PCI:%u:%u:%u", &bus, &slot, &function) < 2)
                return false;
        if (domain > 0xffff || bus > 0xff || slot > 0x1f || function > 7)
                return false;
        snprintf(address, PCI_ADDRESS_SIZE, "%04x:%02x:%02x.%x", domain, bus, slot, function);
        return true;
}

/* The Nth text in quotes. */
static bool quoted(const char *line, int n, char *text, size_t size) {
        const char *at = line, *end = line;

        for (int i = 0; i <= n; i++) {
                at = i == 0 ? strchr(at, '"') : strchr(end + 1, '"');
                end = at ? strchr(at + 1, '"') : NULL;
                if (!end)
                        return false;
        }
        snprintf(text, size, "%.*s", (int)(end - at - 1), at + 1);
        return true;
}

static void read_option(struct doctor_snippet *snippet, const char *line) {
        char name[64], value[64];

        if (!quoted(line, 0, name, sizeof(name)) || !quoted(line, 1, value, sizeof(value)))
                return;
        if (strcasecmp(name, "AutoAddGPU") == 0)
                snippet->keeps_to_its_own = strcasecmp(value, "false") == 0 ||
                                            strcasecmp(value, "off") == 0 || strcasecmp(value, "no") == 0 ||
                                            strcmp(value, "0") == 0;
        if (strcasecmp(name, "kmsdev") == 0 && strncmp(value, "/dev/dri/card", 13) == 0)
                snprintf(snippet->card, sizeof(snippet->card), "%s", value);
}

static void read_line(struct doctor_snippet *snippet, const char *line) {
        char value[64];

        line += strspn(line, " \t");
        if (strncasecmp(line, "Option", 6) == 0)
                read_option(snippet, line);
        else if (strncasecmp(line, "BusID", 5) == 0 && quoted(line, 0, value, sizeof(value)))
                doctor_parse_bus_id(value, snippet->address);
        else if (strncasecmp(line, "Driver", 6) == 0 && quoted(line, 0, value, sizeof(value)))
                snprintf(snippet->driver, sizeof(snippet->driver), "%.31s", value);
}

static void read_snippet(struct doctor_xorg *xorg, const char *root, const char *path) {
        struct doctor_snippet *snippet = &xorg->snippets[xorg->n_snippets];
        _cleanup_free_ char *text = doctor_read(root, path);
        char name[600], target[PATH_MAX] = "", *rest = text;
        struct stat st;

        if (xorg->n_snippets == DOCTOR_SNIPPETS || !doctor_exists(root, path))
                return;
        snprintf(name, sizeof(name), "%s%s", root, path);
        *snippet = (struct doctor_snippet){
                .link = readlink(name, target, sizeof(target) - 1) > 0,
                .dangling = stat(name, &st) < 0,
        };
        snippet->adopted = strncmp(target, ADOPT_RUN "/", strlen(ADOPT_RUN "/")) == 0;
        snprintf(snippet->path, sizeof(snippet->path), "%s", path);
        for (char *line = strsep(&rest, "\n"); line; line = strsep(&rest, "\n"))
                read_line(snippet, line);
        xorg->n_snippets++;
}

void doctor_look_at_xorg(struct doctor_xorg *ret, const char *root) {
        _cleanup_(doctor_list_freep) char **names = doctor_list(root, ADOPT_ETC, ".conf");
        char path[300];

        *ret = (struct doctor_xorg){
                .installed =
                        doctor_exists(root, "/usr/bin/Xorg") || doctor_exists(root, "/usr/lib/xorg/Xorg"),
        };
        read_snippet(ret, root, "/etc/X11/xorg.conf");
        for (char **name = names; name && *name; name++) {
                snprintf(path, sizeof(path), ADOPT_ETC "/%.200s", *name);
                read_snippet(ret, root, path);
        }
}

static bool is_for_lent_gpu(const struct doctor_host *host, const struct doctor_snippet *snippet) {
        for (size_t i = 0; host->hardware && i < host->hardware->n_hostdevs; i++) {
                const struct inventory_function *lent = host_lent(host, i);

                if (!lent || !function_is_display(lent))
                        continue;
                if (strcmp(snippet->address, lent->address) == 0 ||
                    (!*snippet->address && lent->vendor == 0x10de && strcmp(snippet->driver, "nvidia") == 0))
                        return true;
        }
        return false;
}

static void judge_lent(struct doctor *doctor, const struct doctor_snippet *snippet, const char *guest) {
        const char *name = strrchr(snippet->path, '/') + 1;

        if (snippet->adopted)
                return doctor_say(doctor, DOCTOR_OK,
                                  "%s is adopted: away while its GPU is lent, and back at boot",
                                  snippet->path);
        doctor_say(doctor, DOCTOR_WARNING,
                   "%s is for a GPU that is lent\n"
                   "Xorg may not start with it while that is away, nor without it after a power cut in "
                   "between.\n"
                   "'xorg-snippets = %s' under [host] in /etc/pillion/%s.conf, then: sudo pillion-switch "
                   "adopt %s",
                   snippet->path, name, guest, guest);
}

/* True if there was something to say. */
static bool judge_snippet(struct doctor *doctor, const struct doctor_host *host,
                          const struct doctor_snippet *snippet, const char *guest) {
        if (snippet->dangling && !snippet->adopted)
                doctor_say(doctor, DOCTOR_WARNING,
                           "%s leads to nothing\n"
                           "Xorg passes it over. If something has been interrupted: sudo pillion-switch "
                           "restore; else remove it",
                           snippet->path);
        else if (snippet->dangling && !host->running)
                doctor_say(doctor, DOCTOR_WARNING,
                           "%s leads to nothing, although '%s' does not run\n"
                           "Unless its hardware is lent: sudo pillion-switch restore, or systemd-tmpfiles "
                           "--create",
                           snippet->path, guest);
        else if (*snippet->address && host->inventory && !inventory_find(host->inventory, snippet->address))
                doctor_say(doctor, DOCTOR_WARNING,
                           "%s names %s by BusID, where there is nothing\n"
                           "Xorg may not start: lspci shows today's addresses, which BusID wants in decimal",
                           snippet->path, snippet->address);
        else if (*snippet->card)
                doctor_say(doctor, DOCTOR_WARNING,
                           "%s names %s\n"
                           "That is another GPU once one has come back: give a BusID instead, or "
                           "/dev/dri/by-path/…",
                           snippet->path, snippet->card);
        else if (is_for_lent_gpu(host, snippet))
                judge_lent(doctor, snippet, guest);
        else
                return false;
        return true;
}

static bool host_lends_a_display(const struct doctor_host *host) {
        for (size_t i = 0; host->hardware && i < host->hardware->n_hostdevs; i++)
                if (host_lent(host, i) && function_is_display(host_lent(host, i)))
                        return true;
        return false;
}

void doctor_judge_xorg(struct doctor *doctor, const struct doctor_host *host, const struct doctor_xorg *xorg,
                       const char *guest) {
        bool said = false, keeps = false;

        if (!xorg->installed)
                return doctor_say(doctor, DOCTOR_OK, "not installed");
        for (size_t i = 0; i < xorg->n_snippets; i++) {
                said |= judge_snippet(doctor, host, &xorg->snippets[i], guest);
                keeps |= xorg->snippets[i].keeps_to_its_own;
        }
        if (host_lends_a_display(host) && !keeps)
                doctor_say(
                        doctor, DOCTOR_OK,
                        "opens every GPU that it finds, so lending one restarts it; 'Option \"AutoAddGPU\" "
                        "\"false\"' in a ServerFlags section keeps it to those that it is told of");
        else if (!said)
                doctor_say(doctor, DOCTOR_OK, "nothing of its configuration is in the way");
}
