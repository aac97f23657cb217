/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/*
 * switcher/xml: a libvirt document, asked by XPath. Nothing outside the text is ever fetched. Pure.
 * NODE is where an expression starts; NULL: the root element.
 */
#include <stdbool.h>
#include <stdint.h>

#include <libxml/xpath.h>

#include "core/cleanup.h"

struct xml;

/* -EINVAL: not a document whose root element is ROOT. */
int xml_open(struct xml **ret, const char *text, const char *root);
struct xml *xml_close(struct xml *xml);
DEFINE_CLEANUP(struct xml, xml_close);

/* The string value of EXPRESSION; NULL: it is empty, or there is no memory. The caller's. */
char *xml_get(const struct xml *xml, xmlNode *node, const char *expression);
/* The same, but "" if it is empty. -ENOMEM. */
int xml_get_text(const struct xml *xml, xmlNode *node, const char *expression, char **ret);
/* Whether EXPRESSION finds anything. */
bool xml_has(const struct xml *xml, const char *expression);
/*
 * A size in bytes, the number being EXPRESSION's and its unit UNIT's; FALLBACK is the unit's name if it is
 * not said. 0: there is none.
 */
uint64_t xml_get_size(const struct xml *xml, xmlNode *node, const char *expression, const char *unit,
                      const char *fallback);

/* From the root element. NULL: no memory. */
xmlXPathObject *xml_find(const struct xml *xml, const char *expression);
int xml_count(const xmlXPathObject *found); /* of NULL: 0 */
static inline xmlXPathObject *xml_found_free(xmlXPathObject *found) {
        if (found)
                xmlXPathFreeObject(found);
        return NULL;
}
DEFINE_CLEANUP(xmlXPathObject, xml_found_free);
