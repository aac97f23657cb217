/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "switcher/domain-disks.h"

#include "switcher/xml.h"

#define WRITABLE "devices/disk[not(@device) or @device='disk' or @device='lun'][not(readonly)]"

static int read_disk(struct domain_disk *ret, const struct xml *xml, xmlNode *node) {
        int r;

        r = xml_get_text(xml, node, "target/@dev", &ret->target);
        if (r >= 0)
                r = xml_get_text(xml, node, "source/@file | source/@dev", &ret->source);
        return r < 0 ? r : xml_get_text(xml, node, "driver/@type", &ret->format);
}

int domain_disks_parse(struct domain_disks **ret, const char *text) {
        _cleanup_(domain_disks_freep) struct domain_disks *disks = calloc(1, sizeof(*disks));
        _cleanup_(xml_closep) struct xml *xml = NULL;
        _cleanup_(xml_found_freep) xmlXPathObject *found = NULL; /* into XML: freed before it */
        int r, n;

        if (!disks)
                return -ENOMEM;
        r = xml_open(&xml, text, "domain");
        if (r < 0)
                return r;
        found = xml_find(xml, WRITABLE);
        if (!found)
                return -ENOMEM;
        n = xml_count(found);
        disks->items = calloc((size_t)n + 1, sizeof(*disks->items));
        if (!disks->items)
                return -ENOMEM;
        for (int i = 0; i < n && r >= 0; i++)
                r = read_disk(&disks->items[disks->n++], xml, found->nodesetval->nodeTab[i]);
        if (r < 0)
                return r;
        *ret = steal_ptr(disks);
        return 0;
}

struct domain_disks *domain_disks_free(struct domain_disks *disks) {
        if (!disks)
                return NULL;
        for (size_t i = 0; i < disks->n; i++) {
                free(disks->items[i].target);
                free(disks->items[i].source);
                free(disks->items[i].format);
        }
        free(disks->items);
        free(disks);
        return NULL;
}
