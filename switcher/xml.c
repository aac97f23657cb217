/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "switcher/xml.h"

#include <errno.h>
#include <string.h>
#include <strings.h>

#include <libxml/parser.h>

#include "core/parse.h"

struct xml {
        xmlDoc *doc;
        xmlXPathContext *context;
};

static xmlChar *text_free(xmlChar *text) {
        if (text)
                xmlFree(text);
        return NULL;
}
DEFINE_CLEANUP(xmlChar, text_free);

int xml_open(struct xml **ret, const char *text, const char *root) {
        _cleanup_(xml_closep) struct xml *xml = calloc(1, sizeof(*xml));
        xmlNode *top;

        if (!xml)
                return -ENOMEM;
        xml->doc = xmlReadMemory(text, (int)strlen(text), NULL, NULL,
                                 XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING);
        top = xml->doc ? xmlDocGetRootElement(xml->doc) : NULL;
        if (!top || strcmp((const char *)top->name, root) != 0)
                return -EINVAL;
        xml->context = xmlXPathNewContext(xml->doc);
        if (!xml->context)
                return -ENOMEM;
        *ret = steal_ptr(xml);
        return 0;
}

struct xml *xml_close(struct xml *xml) {
        if (!xml)
                return NULL;
        if (xml->context)
                xmlXPathFreeContext(xml->context);
        if (xml->doc)
                xmlFreeDoc(xml->doc);
        free(xml);
        return NULL;
}

static xmlXPathObject *evaluate(const struct xml *xml, xmlNode *node, const char *expression) {
        xml->context->node = node ? node : xmlDocGetRootElement(xml->doc);
        return xmlXPathEvalExpression((const xmlChar *)expression, xml->context);
}

int xml_get_text(const struct xml *xml, xmlNode *node, const char *expression, char **ret) {
        _cleanup_(xml_found_freep) xmlXPathObject *object = evaluate(xml, node, expression);
        _cleanup_(text_freep) xmlChar *text = object ? xmlXPathCastToString(object) : NULL;

        return text ? replace_string(ret, (const char *)text) : -ENOMEM;
}

char *xml_get(const struct xml *xml, xmlNode *node, const char *expression) {
        _cleanup_free_ char *text = NULL;

        if (xml_get_text(xml, node, expression, &text) < 0 || !*text)
                return NULL;
        return steal_ptr(text);
}

bool xml_has(const struct xml *xml, const char *expression) {
        _cleanup_(xml_found_freep) xmlXPathObject *found = xml_find(xml, expression);

        return xml_count(found) > 0;
}

/* Source: libvirt's formatdomain, element <memory>. 0: there is no such unit. */
static uint64_t unit_size(const char *unit) {
        static const struct {
                const char *name;
                uint64_t bytes;
        } units[] = { { "b", 1 },
                      { "bytes", 1 },
                      { "k", 1 << 10 },
                      { "KiB", 1 << 10 },
                      { "KB", 1000 },
                      { "M", 1 << 20 },
                      { "MiB", 1 << 20 },
                      { "MB", 1000000 },
                      { "G", 1 << 30 },
                      { "GiB", 1 << 30 },
                      { "GB", 1000000000 },
                      { "T", 1ULL << 40 },
                      { "TiB", 1ULL << 40 },
                      { "TB", 1000000000000 } };

        for (size_t i = 0; i < sizeof(units) / sizeof(*units); i++)
                if (strcasecmp(unit, units[i].name) == 0)
                        return units[i].bytes;
        return 0;
}

uint64_t xml_get_size(const struct xml *xml, xmlNode *node, const char *expression, const char *unit,
                      const char *fallback) {
        _cleanup_free_ char *number = xml_get(xml, node, expression);
        _cleanup_free_ char *name = xml_get(xml, node, unit);
        uint64_t value, bytes;

        if (!number || parse_unsigned(number, 0, UINT64_MAX, &value) < 0 ||
            __builtin_mul_overflow(value, unit_size(name ? name : fallback), &bytes))
                return 0;
        return bytes;
}

xmlXPathObject *xml_find(const struct xml *xml, const char *expression) {
        return evaluate(xml, NULL, expression);
}

int xml_count(const xmlXPathObject *found) {
        return found && found->nodesetval ? found->nodesetval->nodeNr : 0;
}
