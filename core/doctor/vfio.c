/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * vfio-pci: whether it is there, and what it is told to take at boot, before any driver of the host: then
 * the device is the guest's for good, and giving it back only gives it to vfio-pci again.
 * Source: modprobe.d(5), driverctl(8), Linux's drivers/vfio/pci/vfio_pci.c.
 */
#include "core/doctor/host.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "core/doctor/read.h"

static void add_ids(struct doctor_claims *claims, const char *where, const char *ids) {
        for (const char *id = ids; *id && !isspace((unsigned char)*id) && claims->n < DOCTOR_CLAIMS;) {
                struct doctor_claim *claim = &claims->items[claims->n];
                unsigned vendor, device;
                size_t length = strcspn(id, ", \t\n\"");

                if (sscanf(id, "%4x:%4x", &vendor, &device) == 2) {
                        *claim = (struct doctor_claim){ .vendor = (uint16_t)vendor,
                                                        .device = (uint16_t)device };
                        snprintf(claim->where, sizeof(claim->where), "%s", where);
                        claims->n++;
                }
                id += length + (id[length] == ',');
                if (length == 0)
                        return;
        }
}

static void read_modprobe_line(const char *path, const char *text, void *userdata) {
        struct doctor_claims *claims = userdata;
        char word[16], module[64];
        const char *ids;

        if (sscanf(text, " %15s %63s", word, module) != 2)
                return;
        if (strcmp(word, "softdep") == 0 && strstr(text, "vfio") && strstr(text, "pre:"))
                snprintf(claims->softdep, sizeof(claims->softdep), "%s", path);
        if (strcmp(word, "options") != 0 ||
            (strcmp(module, "vfio-pci") != 0 && strcmp(module, "vfio_pci") != 0))
                return;
        ids = strstr(text, "ids=");
        if (ids)
                add_ids(claims, path, ids + 4 + (ids[4] == '"'));
}

/* A file for each device, by its address, with the driver that it is to have. */
static void read_driverctl(struct doctor_claims *claims, const char *root) {
        _cleanup_(doctor_list_freep) char **names = doctor_list(root, "/etc/driverctl.d", "");

        for (char **name = names; name && *name && claims->n < DOCTOR_CLAIMS; name++) {
                struct doctor_claim *claim = &claims->items[claims->n];
                const char *address = strncmp(*name, "pci-", 4) == 0 ? *name + 4 : *name;
                char path[300], driver[64];

                snprintf(path, sizeof(path), "/etc/driverctl.d/%.200s", *name);
                if (!doctor_read_line(root, path, driver, sizeof(driver)) || strcmp(driver, "vfio-pci") != 0)
                        continue;
                *claim = (struct doctor_claim){ 0 };
                snprintf(claim->where, sizeof(claim->where), "%s", path);
                snprintf(claim->address, sizeof(claim->address), "%s", address);
                claims->n++;
        }
}

void doctor_look_at_claims(struct doctor_claims *ret, const char *root, const char *command_line) {
        static const char *const folders[] = { "/etc/modprobe.d", "/run/modprobe.d", "/usr/lib/modprobe.d" };
        static const char *const keys[] = { "vfio-pci.ids", "vfio_pci.ids" };
        char ids[512];

        *ret = (struct doctor_claims){ 0 };
        for (size_t i = 0; i < sizeof(keys) / sizeof(*keys); i++) {
                const char *value = doctor_kernel_option(command_line, keys[i]);

                if (value && *value == '=')
                        add_ids(ret, "the kernel line", value + 1);
        }
        for (size_t i = 0; i < sizeof(folders) / sizeof(*folders); i++)
                doctor_each_line(root, folders[i], read_modprobe_line, ret);
        read_driverctl(ret, root);
        if (ret->n == 0 && doctor_read_line(root, "/sys/module/vfio_pci/parameters/ids", ids, sizeof(ids)))
                add_ids(ret, "/sys/module/vfio_pci/parameters/ids", ids);
}

static bool claims_function(const struct doctor_claim *claim, const struct inventory_function *function) {
        if (*claim->address)
                return strcmp(claim->address, function->address) == 0;
        return claim->vendor == function->vendor && claim->device == function->device;
}

static const struct doctor_claim *find_claim(const struct doctor_claims *claims,
                                             const struct inventory_function *function) {
        for (size_t i = 0; i < claims->n; i++)
                if (claims_function(&claims->items[i], function))
                        return &claims->items[i];
        return NULL;
}

static void judge_claim(struct doctor *doctor, const struct doctor_host *host,
                        const struct doctor_claim *claim, const struct inventory_function *function) {
        if (host_lends(host, function->address))
                doctor_say(doctor, DOCTOR_WARNING,
                           "%s has vfio-pci take %s at boot\n"
                           "So it is the guest's always: the host never has it, and does not get it back. "
                           "To share it, take that out, update the initramfs and boot anew",
                           claim->where, host_name(function).text);
        else
                doctor_say(doctor, DOCTOR_WARNING,
                           "%s has vfio-pci take %s at boot, which this guest is not lent\n"
                           "The host cannot use it. If it is the twin of one that is lent: take that out, "
                           "pillion goes by addresses",
                           claim->where, host_name(function).text);
}

void doctor_judge_claims(struct doctor *doctor, const struct doctor_host *host,
                         const struct doctor_claims *claims) {
        bool any = false;

        for (size_t i = 0; i < host->inventory->n_functions; i++) {
                const struct inventory_function *function = &host->inventory->functions[i];
                const struct doctor_claim *claim = find_claim(claims, function);

                if (!claim)
                        continue;
                judge_claim(doctor, host, claim, function);
                any = true;
        }
        if (any)
                return;
        if (*claims->softdep)
                doctor_say(
                        doctor, DOCTOR_OK,
                        "vfio-pci takes nothing by itself; %s has it loaded early, which is without effect",
                        claims->softdep);
        else
                doctor_say(doctor, DOCTOR_OK, "vfio-pci takes nothing by itself");
}

void doctor_judge_vfio(struct doctor *doctor, const struct doctor_host *host, bool node) {
        if (host->inventory->vfio)
                doctor_say(doctor, DOCTOR_OK, "vfio-pci is there%s",
                           node ? "" : ", to be loaded when needed");
        else if (!host_lends_any(host))
                doctor_say(doctor, DOCTOR_OK, "vfio-pci is not there; it is needed to lend devices alone");
        else
                doctor_say(doctor, DOCTOR_PROBLEM,
                           "this kernel has no vfio-pci, or its modules are not those of the running "
                           "kernel\n"
                           "Without it no device can be lent. After an update of the kernel, boot anew; "
                           "else take one with CONFIG_VFIO_PCI");
}

void doctor_judge_power(struct doctor *doctor, const struct doctor_host *host, const char *idle) {
        bool kept = idle[0] == 'Y';

        for (size_t i = 0; host->hardware && i < host->hardware->n_hostdevs; i++) {
                const struct inventory_function *lent = host_lent(host, i);

                if (lent && !host->running && strcmp(lent->driver, "vfio-pci") == 0 &&
                    strcmp(lent->power, "D3cold") == 0)
                        return doctor_say(
                                doctor, DOCTOR_WARNING,
                                "%s, with vfio-pci, is in D3cold\n"
                                "Some cards do not wake from it. If the guest finds it dead: 'options "
                                "vfio-pci disable_idle_d3=1' in /etc/modprobe.d/vfio.conf, and boot anew",
                                host_name(lent).text);
        }
        if (host_lends_any(host))
                doctor_say(doctor, DOCTOR_OK, "devices with vfio-pci that nobody uses %s",
                           kept ? "stay awake" : "go to sleep");
}
