/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "switcher/domain.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include <libxml/parser.h>
#include <libxml/xpath.h>

#include "core/parse.h"

static xmlDoc *doc_free(xmlDoc *doc) {
        if (doc)
                xmlFreeDoc(doc);
        return NULL;
}
DEFINE_CLEANUP(xmlDoc, doc_free);

static xmlXPathContext *xpath_free(xmlXPathContext *context) {
        if (context)
                xmlXPathFreeContext(context);
        return NULL;
}
DEFINE_CLEANUP(xmlXPathContext, xpath_free);

static xmlXPathObject *object_free(xmlXPathObject *object) {
        if (object)
                xmlXPathFreeObject(object);
        return NULL;
}
DEFINE_CLEANUP(xmlXPathObject, object_free);

static xmlChar *text_free(xmlChar *text) {
        if (text)
                xmlFree(text);
        return NULL;
}
DEFINE_CLEANUP(xmlChar, text_free);

/* The string value of EXPRESSION seen from NODE (NULL: the document); NULL if it is empty. The caller's. */
static char *evaluate(xmlXPathContext *context, xmlNode *node, const char *expression) {
        _cleanup_(object_freep) xmlXPathObject *object = NULL;
        _cleanup_(text_freep) xmlChar *text = NULL;

        context->node = node ? node : xmlDocGetRootElement(context->doc);
        object = xmlXPathEvalExpression((const xmlChar *)expression, context);
        if (!object)
                return NULL;
        text = xmlXPathCastToString(object);
        return text && *text ? strdup((const char *)text) : NULL;
}

static xmlXPathObject *nodes(xmlXPathContext *context, const char *expression) {
        context->node = xmlDocGetRootElement(context->doc);
        return xmlXPathEvalExpression((const xmlChar *)expression, context);
}

static int n_nodes(const xmlXPathObject *object) {
        return object && object->nodesetval ? object->nodesetval->nodeNr : 0;
}

static uint64_t unit_size(const char *unit) {
        static const struct {
                const char *name;
                uint64_t bytes;
        } units[] = { { "b", 1 },       { "bytes", 1 },     { "K", 1 << 10 }, { "KiB", 1 << 10 },
                      { "M", 1 << 20 }, { "MiB", 1 << 20 }, { "G", 1 << 30 }, { "GiB", 1 << 30 } };

        for (size_t i = 0; unit && i < sizeof(units) / sizeof(*units); i++)
                if (strcasecmp(unit, units[i].name) == 0)
                        return units[i].bytes;
        return 1; /* libvirt's default for <size> is bytes */
}

static int read_region(struct domain_shmem *region, xmlXPathContext *context, xmlNode *node) {
        _cleanup_free_ char *size = evaluate(context, node, "string(size)");
        _cleanup_free_ char *unit = evaluate(context, node, "string(size/@unit)");
        uint64_t value;

        region->name = evaluate(context, node, "string(@name)");
        region->model = evaluate(context, node, "string(model/@type)");
        if (!region->model)
                region->model = strdup("");
        if (!region->name || !region->model)
                return -ENOMEM;
        if (size && parse_unsigned(size, 0, UINT32_MAX, &value) == 0)
                region->size = value * unit_size(unit);
        return 0;
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

static int read_shmem(struct domain_info *info, xmlXPathContext *context) {
        _cleanup_(object_freep) xmlXPathObject *all = nodes(context, "devices/shmem[@name]");
        int r;

        info->shmems = calloc((size_t)n_nodes(all) + 1, sizeof(*info->shmems));
        if (!info->shmems)
                return -ENOMEM;
        for (int i = 0; i < n_nodes(all); i++) {
                r = read_region(&info->shmems[info->n_shmems++], context, all->nodesetval->nodeTab[i]);
                if (r < 0)
                        return r;
        }
        return choose_region(info);
}

static int read_evdevs(struct domain_info *info, xmlXPathContext *context) {
        _cleanup_(object_freep) xmlXPathObject *all =
                nodes(context, "devices/input[@type='evdev']/source[@dev != '']");

        info->evdev = calloc((size_t)n_nodes(all) + 1, sizeof(*info->evdev));
        if (!info->evdev)
                return -ENOMEM;
        for (int i = 0; i < n_nodes(all); i++) {
                info->evdev[i] = evaluate(context, all->nodesetval->nodeTab[i], "string(@dev)");
                if (!info->evdev[i])
                        return -ENOMEM;
        }
        return 0;
}

static int read_passthroughs(struct domain_info *info, xmlXPathContext *context) {
        _cleanup_(object_freep) xmlXPathObject *all = nodes(
                context, "devices/input[@type='passthrough' and @bus='virtio' and source/@evdev != '']");

        info->passthroughs = calloc((size_t)n_nodes(all) + 1, sizeof(*info->passthroughs));
        if (!info->passthroughs)
                return -ENOMEM;
        for (int i = 0; i < n_nodes(all); i++) {
                struct domain_passthrough *passthrough = &info->passthroughs[info->n_passthroughs++];
                xmlNode *node = all->nodesetval->nodeTab[i];

                passthrough->path = evaluate(context, node, "string(source/@evdev)");
                passthrough->alias = evaluate(context, node, "string(alias/@name)");
                if (!passthrough->alias)
                        passthrough->alias = strdup("");
                if (!passthrough->path || !passthrough->alias)
                        return -ENOMEM;
        }
        return 0;
}

int domain_parse(struct domain_info **ret, const char *xml) {
        _cleanup_(domain_freep) struct domain_info *info = calloc(1, sizeof(*info));
        _cleanup_(doc_freep) xmlDoc *doc = NULL;
        _cleanup_(xpath_freep) xmlXPathContext *context = NULL;
        xmlNode *root;
        int r;

        if (!info)
                return -ENOMEM;
        doc = xmlReadMemory(xml, (int)strlen(xml), NULL, NULL,
                            XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING);
        root = doc ? xmlDocGetRootElement(doc) : NULL;
        if (!root || strcmp((const char *)root->name, "domain") != 0)
                return -EINVAL;
        context = xmlXPathNewContext(doc);
        if (!context)
                return -ENOMEM;
        info->name = evaluate(context, NULL, "string(name)");
        if (!info->name)
                return -EINVAL;
        info->uuid = evaluate(context, NULL, "string(uuid)");
        if (!info->uuid)
                info->uuid = strdup("");
        if (!info->uuid)
                return -ENOMEM;
        r = read_shmem(info, context);
        if (r < 0)
                return r;
        r = read_evdevs(info, context);
        if (r < 0)
                return r;
        r = read_passthroughs(info, context);
        if (r < 0)
                return r;
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
