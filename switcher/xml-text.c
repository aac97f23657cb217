/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * libxml2 says what there is, switcher/xml-spans where it is; both see the elements in the same order, and
 * have to agree on the name of each. After a change all is read anew: that is slower than to keep count, and
 * cannot go wrong, and a definition has a few hundred lines.
 */
#include "switcher/xml-text.h"

#include <libxml/parser.h>

#include "switcher/xml-spans.h"

#define STEP "  " /* one level, where nothing says how deep it is */

struct xml_text {
        char *text, *root;
        struct xml *xml;
        struct xml_span *spans; /* [i]: of the element whose _private is i */
        size_t n;
};

static const struct xml_span *span_of(const struct xml_text *text, const xmlNode *node) {
        return &text->spans[(uintptr_t)node->_private];
}

/* The name has its prefix in the text alone. */
static bool is_called(const char *tag, const xmlNode *node) {
        size_t length = xml_name_length(tag), bare = strlen((const char *)node->name);

        return bare <= length && strncmp(tag + 1 + length - bare, (const char *)node->name, bare) == 0 &&
               (bare == length || tag[length - bare] == ':');
}

static bool is_utf8(const xmlDoc *doc) {
        return !doc->encoding || strcasecmp((const char *)doc->encoding, "UTF-8") == 0;
}

/* Tells each element where it is. */
static int match(struct xml_text *text) {
        _cleanup_(xml_found_freep) xmlXPathObject *all = xml_find(text->xml, "descendant-or-self::*");

        if (!all)
                return -ENOMEM;
        if ((size_t)xml_count(all) != text->n)
                return -EINVAL;
        for (size_t i = 0; i < text->n; i++) {
                xmlNode *node = all->nodesetval->nodeTab[i];

                if (!is_called(text->text + text->spans[i].begin, node) || !is_utf8(node->doc))
                        return -EINVAL;
                node->_private = (void *)(uintptr_t)i;
        }
        return 0;
}

int xml_text_open(struct xml_text **ret, const char *content, const char *root) {
        _cleanup_(xml_text_closep) struct xml_text *text = calloc(1, sizeof(*text));
        int r;

        if (!text)
                return -ENOMEM;
        text->text = strdup(content);
        text->root = strdup(root);
        if (!text->text || !text->root)
                return -ENOMEM;
        r = xml_open(&text->xml, content, root);
        if (r < 0)
                return r;
        r = xml_spans(&text->spans, &text->n, content);
        if (r < 0)
                return r;
        r = match(text);
        if (r < 0)
                return r;
        *ret = steal_ptr(text);
        return 0;
}

struct xml_text *xml_text_close(struct xml_text *text) {
        if (!text)
                return NULL;
        xml_close(text->xml);
        free(text->spans);
        free(text->root);
        free(text->text);
        free(text);
        return NULL;
}

const char *xml_text_get(const struct xml_text *text) {
        return text->text;
}

const struct xml *xml_text_xml(const struct xml_text *text) {
        return text->xml;
}

xmlNode *xml_text_first(const struct xml_text *text, const char *expression) {
        _cleanup_(xml_found_freep) xmlXPathObject *found = xml_find(text->xml, expression);

        return xml_count(found) > 0 ? found->nodesetval->nodeTab[0] : NULL;
}

xmlNode *xml_text_last(const struct xml_text *text, const char *expression) {
        _cleanup_(xml_found_freep) xmlXPathObject *found = xml_find(text->xml, expression);

        return xml_count(found) > 0 ? found->nodesetval->nodeTab[xml_count(found) - 1] : NULL;
}

/* LENGTH bytes at AT become CONTENT. */
static int splice(struct xml_text *text, size_t at, size_t length, const char *content) {
        _cleanup_(xml_text_closep) struct xml_text *changed = NULL;
        _cleanup_free_ char *whole = NULL;
        struct xml_text before = *text;
        int r;

        if (asprintf(&whole, "%.*s%s%s", (int)at, text->text, content, text->text + at + length) < 0)
                return -ENOMEM;
        r = xml_text_open(&changed, whole, text->root);
        if (r < 0)
                return r;
        *text = *changed;
        *changed = before;
        return 0;
}

static bool is_blank(char c) {
        return c == ' ' || c == '\t';
}

/* How many blanks stand between the line's begin and AT; -1: not only blanks. */
static int depth_of(const struct xml_text *text, size_t at) {
        size_t begin = at;

        while (begin > 0 && is_blank(text->text[begin - 1]))
                begin--;
        return begin == 0 || text->text[begin - 1] == '\n' ? (int)(at - begin) : -1;
}

/* Where the line ends that has nothing more than blanks from AT on, and comments if they are ALLOWED; else
 * AT. */
static size_t line_end(const struct xml_text *text, size_t at, bool allowed) {
        const char *c = text->text + at;

        for (;;) {
                const char *end;

                while (is_blank(*c) || *c == '\r')
                        c++;
                if (!allowed || strncmp(c, "<!--", 4) != 0)
                        break;
                end = strstr(c, "-->");
                c = end ? end + 3 : c + strlen(c);
        }
        return *c == '\n' ? (size_t)(c - text->text) : at;
}

/* ELEMENT with each line but the first behind INDENT; on one line if INDENT is NULL. */
static char *lay_out(const char *element, const char *indent) {
        char *laid_out = NULL;
        size_t size;
        FILE *out = open_memstream(&laid_out, &size);

        if (!out)
                return NULL;
        for (const char *line = element; *line;) {
                size_t length = strcspn(line, "\n");

                if (indent)
                        fprintf(out, "%.*s", (int)length, line);
                else
                        fprintf(out, "%.*s", (int)(length - strspn(line, " ")), line + strspn(line, " "));
                line += length;
                if (*line++ != '\n')
                        break;
                if (indent)
                        fprintf(out, "\n%s", indent);
        }
        return close_memstream(out, &laid_out);
}

/* The line's begin up to AT, if that is nothing but blanks, and MORE; NULL: no memory. */
static char *indent_at(const struct xml_text *text, size_t at, const char *more) {
        int depth = depth_of(text, at);
        char *indent;

        return asprintf(&indent, "%.*s%s", depth, text->text + at - depth, more) < 0 ? NULL : indent;
}

/* Puts BEFORE, ELEMENT laid out behind INDENT, and AFTER in the place of LENGTH bytes. */
static int put(struct xml_text *text, size_t at, size_t length, const char *const parts[4]) {
        const char *before = parts[0], *element = parts[1], *indent = parts[2], *after = parts[3];
        _cleanup_free_ char *laid_out = lay_out(element, indent), *content = NULL;

        if (!laid_out || asprintf(&content, "%s%s%s", before, laid_out, after) < 0)
                return -ENOMEM;
        return splice(text, at, length, content);
}

int xml_text_replace(struct xml_text *text, xmlNode *node, const char *element) {
        const struct xml_span *span = span_of(text, node);
        _cleanup_free_ char *indent = NULL;

        if (depth_of(text, span->begin) >= 0) {
                indent = indent_at(text, span->begin, "");
                if (!indent)
                        return -ENOMEM;
        }
        return put(text, span->begin, span->end - span->begin,
                   (const char *const[]){ "", element, indent, "" });
}

int xml_text_add_before(struct xml_text *text, xmlNode *node, const char *element) {
        const struct xml_span *span = span_of(text, node);
        _cleanup_free_ char *indent = NULL, *after = NULL;

        if (depth_of(text, span->begin) < 0)
                return put(text, span->begin, 0, (const char *const[]){ "", element, NULL, "" });
        indent = indent_at(text, span->begin, "");
        if (!indent || asprintf(&after, "\n%s", indent) < 0)
                return -ENOMEM;
        return put(text, span->begin, 0, (const char *const[]){ "", element, indent, after });
}

int xml_text_add_after(struct xml_text *text, xmlNode *node, const char *element) {
        const struct xml_span *span = span_of(text, node);
        size_t at = line_end(text, span->end, true);
        _cleanup_free_ char *indent = NULL, *before = NULL;

        if (depth_of(text, span->begin) < 0 || text->text[at] != '\n')
                return put(text, span->end, 0, (const char *const[]){ "", element, NULL, "" });
        indent = indent_at(text, span->begin, "");
        if (!indent || asprintf(&before, "\n%s", indent) < 0)
                return -ENOMEM;
        return put(text, at, 0, (const char *const[]){ before, element, indent, "" });
}

/* <a/> becomes <a>, the child and </a>. */
static int fill_single(struct xml_text *text, const struct xml_span *span, const char *element) {
        const char *tag = text->text + span->begin;
        _cleanup_free_ char *indent = NULL, *before = NULL, *after = NULL;
        int depth = depth_of(text, span->begin), name = (int)xml_name_length(tag), r;

        if (depth >= 0)
                indent = indent_at(text, span->begin, STEP);
        if (depth >= 0 && !indent)
                return -ENOMEM;
        r = asprintf(&before, indent ? ">\n%s" : ">%s", indent ? indent : "");
        if (r >= 0)
                r = indent ? asprintf(&after, "\n%.*s</%.*s>", depth, indent, name, tag + 1)
                           : asprintf(&after, "</%.*s>", name, tag + 1);
        if (r < 0)
                return -ENOMEM;
        return put(text, span->inside - 2, 2, (const char *const[]){ before, element, indent, after });
}

int xml_text_add_child(struct xml_text *text, xmlNode *parent, const char *element) {
        const struct xml_span *span;
        const xmlNode *child;
        _cleanup_free_ char *indent = NULL, *after = NULL;
        size_t at;
        int depth;

        if (!parent)
                return -EINVAL;
        span = span_of(text, parent);
        at = span->close;
        depth = depth_of(text, at);
        child = xmlFirstElementChild(parent);
        if (xml_span_is_single(span))
                return fill_single(text, span, element);
        if (depth < 0)
                return put(text, at, 0, (const char *const[]){ "", element, NULL, "" });
        if (child && depth_of(text, span_of(text, child)->begin) >= 0)
                indent = indent_at(text, span_of(text, child)->begin, "");
        else
                indent = indent_at(text, at, STEP);
        if (!indent || asprintf(&after, "\n%.*s", depth, text->text + at - depth) < 0)
                return -ENOMEM;
        return put(text, at - (size_t)depth, (size_t)depth,
                   (const char *const[]){ indent, element, indent, after });
}

int xml_text_remove(struct xml_text *text, xmlNode *node) {
        const struct xml_span *span = span_of(text, node);
        int depth = depth_of(text, span->begin);
        size_t end = line_end(text, span->end, false);

        if (depth < 0 || text->text[end] != '\n')
                return splice(text, span->begin, span->end - span->begin, "");
        return splice(text, span->begin - (size_t)depth, end + 1 - span->begin + (size_t)depth, "");
}

int xml_text_set(struct xml_text *text, xmlNode *node, const char *attribute, const char *value) {
        const struct xml_span *span = span_of(text, node);
        const char *tag = text->text + span->begin, *old;
        _cleanup_free_ char *quoted = xml_text_quote(value), *whole = NULL;
        size_t length, at;

        if (!quoted)
                return -ENOMEM;
        old = xml_attribute(tag, attribute, &length);
        if (old)
                return splice(text, (size_t)(old - text->text), length, quoted);
        if (asprintf(&whole, " %s='%s'", attribute, quoted) < 0)
                return -ENOMEM;
        at = span->inside - (xml_span_is_single(span) ? 2 : 1);
        while (is_blank(text->text[at - 1]))
                at--;
        return splice(text, at, 0, whole);
}

char *xml_text_quote(const char *value) {
        char *quoted = NULL;
        size_t size;
        FILE *out = open_memstream(&quoted, &size);

        if (!out)
                return NULL;
        for (const char *c = value; *c; c++)
                switch (*c) {
                case '&':
                        fputs("&amp;", out);
                        break;
                case '<':
                        fputs("&lt;", out);
                        break;
                case '\'':
                        fputs("&apos;", out);
                        break;
                case '"':
                        fputs("&quot;", out);
                        break;
                default:
                        fputc(*c, out);
                }
        return close_memstream(out, &quoted);
}
