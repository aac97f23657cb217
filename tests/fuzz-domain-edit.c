/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Any text as a domain's definition, the first byte saying what is wanted of it. What comes out is one again;
 * to do it twice is to do it once; and without what is pillion's own, both are the same.
 */
#include "switcher/domain-edit.h"
#include "switcher/domain-spice.h"

#include <libxml/parser.h>
#include <libxml/tree.h>

#include "tests/fuzz.h"

#define OURS                                                                                                 \
        "devices/shmem | devices/input[@type='evdev'] | features/kvm/hidden | features/kvm[not(*)] | "       \
        "features/hyperv/vendor_id | features[not(*)] | devices[not(*)]"
#define SCREEN                                                                                               \
        OURS " | devices/graphics | devices/channel | devices/redirdev | devices/smartcard | "               \
             "devices/input | devices/video | devices/audio | devices/hostdev | devices/interface | "        \
             "memoryBacking/hugepages | metadata/*[local-name()='spice'] | metadata[not(*)]"

static void drop(xmlDoc *doc, const char *expression) {
        xmlXPathContext *context = xmlXPathNewContext(doc);
        xmlXPathObject *found;

        MUST(context);
        context->node = xmlDocGetRootElement(doc);
        found = xmlXPathEvalExpression((const xmlChar *)expression, context);
        for (int i = found && found->nodesetval ? found->nodesetval->nodeNr - 1 : -1; i >= 0; i--) {
                xmlUnlinkNode(found->nodesetval->nodeTab[i]);
                xmlFreeNode(found->nodesetval->nodeTab[i]);
                found->nodesetval->nodeTab[i] = NULL;
        }
        xmlXPathFreeObject(found);
        xmlXPathFreeContext(context);
}

/* Blanks within a text say how it is laid out. */
static void squeeze(xmlNode *text) {
        xmlChar *to = text->content;

        for (const xmlChar *from = text->content; *from; from++)
                if (*from != ' ' && *from != '\t' && *from != '\n' && *from != '\r')
                        *to++ = *from;
        *to = '\0';
}

/* Blanks apart, and who manages a hostdev. */
static void forget(xmlNode *node) {
        for (; node; node = node->next) {
                xmlAttr *managed =
                        node->type == XML_ELEMENT_NODE ? xmlHasProp(node, BAD_CAST "managed") : NULL;

                if (managed)
                        xmlRemoveProp(managed);
                if (node->type == XML_ELEMENT_NODE)
                        forget(node->children);
                if (node->type == XML_TEXT_NODE)
                        squeeze(node);
        }
}

/* TEXT as it is without what EXPRESSION finds, over and over, as an element may be empty then. */
static xmlChar *rest_of(const char *text, const char *expression) {
        xmlDoc *doc = xmlReadMemory(text, (int)strlen(text), NULL, NULL,
                                    XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING);
        xmlChar *rest = NULL;
        int size;

        MUST(doc);
        for (int i = 0; i < 3; i++) {
                drop(doc, expression);
                forget(xmlDocGetRootElement(doc));
        }
        xmlDocDumpMemory(doc, &rest, &size);
        MUST(rest);
        xmlFreeDoc(doc);
        return rest;
}

static void check_same(const char *before, const char *after, const char *expression) {
        xmlChar *a = rest_of(before, expression), *b = rest_of(after, expression);

        MUST(xmlStrEqual(a, b));
        xmlFree(a);
        xmlFree(b);
}

static void check_edit(const char *text, uint8_t wanted) {
        const struct domain_edit edit = {
                .sound = wanted & 1,
                .keyboard = wanted & 2 ? "/dev/input/by-id/pillion-a&b-kbd" : NULL,
                .mouse = wanted & 2 ? "/dev/input/by-id/pillion-a&b-mouse" : NULL,
                .unmanage = wanted & 4,
                .hide_kvm = wanted & 8,
                .undisplay = wanted & 16,
        };
        _cleanup_(domain_freep) struct domain_info *info = NULL;
        _cleanup_free_ char *once = NULL, *twice = NULL;
        int r = domain_edit(&once, text, &edit);

        MUST(r == 0 || r == -EINVAL);
        if (r < 0)
                return;
        MUST(domain_parse(&info, once) == 0);
        MUST(domain_edit(&twice, once, &edit) == 0);
        MUST(strcmp(once, twice) == 0);
        MUST(!edit.sound || domain_edit_has_sound(info));
        MUST(!edit.keyboard ||
             (domain_names_evdev(info, edit.keyboard) && domain_names_evdev(info, edit.mouse)));
        check_same(text, once, edit.undisplay ? SCREEN : OURS);
}

static void check_spice(const char *text, bool pages) {
        _cleanup_free_ char *once = NULL, *twice = NULL;
        int r = domain_spice(&once, text, pages);

        MUST(r == 0 || r == -EINVAL);
        if (r < 0)
                return;
        MUST(domain_spice(&twice, once, pages) == 0);
        MUST(strcmp(once, twice) == 0);
        check_same(text, once, SCREEN);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
        _cleanup_free_ char *text = size > 1 ? strndup((const char *)data + 1, size - 1) : NULL;

        if (!text)
                return 0;
        if (data[0] & 32)
                check_spice(text, data[0] & 1);
        else
                check_edit(text, data[0]);
        return 0;
}
