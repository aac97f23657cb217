/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "switcher/domain.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "switcher/domain-hardware.h"
#include "switcher/xml.h"

static int read_region(struct domain_shmem *region, const struct xml *xml, xmlNode *node) {
        region->name = xml_get(xml, node, "string(@name)");
        region->size = xml_get_size(xml, node, "string(size)", "string(size/@unit)", "bytes");
        return region->name ? xml_get_text(xml, node, "string(model/@type)", &region->model) : -ENOMEM;
}

static bool is_sounds(const struct domain_shmem *region) {
        return strcasestr(region->name, "scream");
}

static int choose_region(struct domain_info *info) {
        const struct domain_shmem *chosen = NULL;
        size_t plain = 0;

        for (size_t i = 0; i < info->n_shmems; i++) {
                const struct domain_shmem *region = &info->shmems[i];

                if (strcmp(region->model, "ivshmem-plain") != 0)
                        continue;
                plain++;
                if (!chosen || (is_sounds(region) && !is_sounds(chosen)))
                        chosen = region;
        }
        if (!chosen || (plain > 1 && !is_sounds(chosen)))
                return 0;
        info->shmem_size = chosen->size;
        return asprintf(&info->shmem_path, "/dev/shm/%s", chosen->name) < 0 ? -ENOMEM : 0;
}

static int read_shmem(struct domain_info *info, const struct xml *xml) {
        _cleanup_(xml_found_freep) xmlXPathObject *all = xml_find(xml, "devices/shmem[@name]");
        int r;

        info->shmems = calloc((size_t)xml_count(all) + 1, sizeof(*info->shmems));
        if (!info->shmems)
                return -ENOMEM;
        for (int i = 0; i < xml_count(all); i++) {
                r = read_region(&info->shmems[info->n_shmems++], xml, all->nodesetval->nodeTab[i]);
                if (r < 0)
                        return r;
        }
        return choose_region(info);
}

static int read_evdevs(struct domain_info *info, const struct xml *xml) {
        _cleanup_(xml_found_freep) xmlXPathObject *all =
                xml_find(xml, "devices/input[@type='evdev']/source[@dev != '']");

        info->evdev = calloc((size_t)xml_count(all) + 1, sizeof(*info->evdev));
        if (!info->evdev)
                return -ENOMEM;
        for (int i = 0; i < xml_count(all); i++) {
                info->evdev[i] = xml_get(xml, all->nodesetval->nodeTab[i], "string(@dev)");
                if (!info->evdev[i])
                        return -ENOMEM;
        }
        return 0;
}

static int read_passthroughs(struct domain_info *info, const struct xml *xml) {
        _cleanup_(xml_found_freep) xmlXPathObject *all =
                xml_find(xml, "devices/input[@type='passthrough' and @bus='virtio' and source/@evdev != '']");

        info->passthroughs = calloc((size_t)xml_count(all) + 1, sizeof(*info->passthroughs));
        if (!info->passthroughs)
                return -ENOMEM;
        for (int i = 0; i < xml_count(all); i++) {
                struct domain_passthrough *passthrough = &info->passthroughs[info->n_passthroughs++];
                xmlNode *node = all->nodesetval->nodeTab[i];

                passthrough->path = xml_get(xml, node, "string(source/@evdev)");
                if (!passthrough->path ||
                    xml_get_text(xml, node, "string(alias/@name)", &passthrough->alias) < 0)
                        return -ENOMEM;
        }
        return 0;
}

int domain_parse(struct domain_info **ret, const char *text) {
        _cleanup_(domain_freep) struct domain_info *info = calloc(1, sizeof(*info));
        _cleanup_(xml_closep) struct xml *xml = NULL;
        int r;

        if (!info)
                return -ENOMEM;
        r = xml_open(&xml, text, "domain");
        if (r < 0)
                return r;
        info->name = xml_get(xml, NULL, "string(name)");
        if (!info->name)
                return -EINVAL;
        r = xml_get_text(xml, NULL, "string(uuid)", &info->uuid);
        if (r < 0)
                return r;
        r = read_shmem(info, xml);
        if (r < 0)
                return r;
        r = read_evdevs(info, xml);
        if (r < 0)
                return r;
        r = read_passthroughs(info, xml);
        if (r < 0)
                return r;
        info->needs_hardware = xml_has(xml, DOMAIN_HOSTDEVS);
        info->takes_hardware =
                info->needs_hardware && !xml_has(xml, "(" DOMAIN_HOSTDEVS ")[not(@managed='yes')]");
        info->spice = !info->needs_hardware && xml_has(xml, DOMAIN_SPICE_MARK);
        *ret = steal_ptr(info);
        return 0;
}

struct domain_info *domain_free(struct domain_info *info) {
        if (!info)
                return NULL;
        for (char **path = info->evdev; path && *path; path++)
                free(*path);
        free(info->evdev);
        for (size_t i = 0; i < info->n_passthroughs; i++) {
                free(info->passthroughs[i].path);
                free(info->passthroughs[i].alias);
        }
        free(info->passthroughs);
        for (size_t i = 0; i < info->n_shmems; i++) {
                free(info->shmems[i].name);
                free(info->shmems[i].model);
        }
        free(info->shmems);
        free(info->shmem_path);
        free(info->uuid);
        free(info->name);
        free(info);
        return NULL;
}

bool domain_names_evdev(const struct domain_info *info, const char *path) {
        for (char **named = info->evdev; *named; named++)
                if (strcmp(*named, path) == 0)
                        return true;
        return false;
}

static const struct domain_passthrough *find(const struct domain_info *info, const char *path) {
        for (size_t i = 0; i < info->n_passthroughs; i++)
                if (strcmp(info->passthroughs[i].path, path) == 0)
                        return &info->passthroughs[i];
        return NULL;
}

bool domain_passes(const struct domain_info *info, const char *path) {
        return find(info, path);
}

const char *domain_alias(const struct domain_info *info, const char *path) {
        const struct domain_passthrough *passthrough = find(info, path);

        return passthrough && *passthrough->alias ? passthrough->alias : NULL;
}
