/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * In a text that is well-formed a '<' is always markup, unless it is within a comment, a CDATA section or a
 * processing instruction; and a '>' ends a tag, unless it is within quotes. That is all that has to be known.
 */
#include "switcher/xml-spans.h"

#include "core/cleanup.h"

#define BLANKS " \t\r\n"

struct scan {
        const char *text;
        struct xml_span *spans;
        size_t n, room;
        size_t *open; /* those whose end has not been seen, by their index */
        size_t depth, deepest;
};

bool xml_span_is_single(const struct xml_span *span) {
        return span->end == span->inside;
}

size_t xml_name_length(const char *tag) {
        return strcspn(tag + 1, BLANKS "/>");
}

/* Behind the next END from AT on; NULL: there is none. */
static const char *behind(const char *at, const char *end) {
        const char *found = strstr(at, end);

        return found ? found + strlen(end) : NULL;
}

/* Behind what begins like a tag and is none; NULL: it is not closed, or a DOCTYPE; AT: it is a tag. */
static const char *skip_other(const char *at) {
        if (strncmp(at, "<!--", 4) == 0)
                return behind(at + 4, "-->");
        if (strncmp(at, "<![CDATA[", 9) == 0)
                return behind(at + 9, "]]>");
        if (strncmp(at, "<?", 2) == 0)
                return behind(at + 2, "?>");
        return at[1] == '!' ? NULL : at;
}

/* The '>' of the tag at AT; NULL: there is none. */
static const char *tag_end(const char *at) {
        while (at && *at && *at != '>') {
                if (*at == '"' || *at == '\'')
                        at = strchr(at + 1, *at);
                at = at ? at + 1 : NULL;
        }
        return at && *at ? at : NULL;
}

static int grow(void *array, size_t *room, size_t n, size_t size) {
        void **field = array, *grown;

        if (n < *room)
                return 0;
        grown = reallocarray(*field, *room * 2 + 16, size);
        if (!grown)
                return -ENOMEM;
        *field = grown;
        *room = *room * 2 + 16;
        return 0;
}

static int take_start(struct scan *scan, size_t begin, size_t inside) {
        bool single = scan->text[inside - 2] == '/';

        if (grow(&scan->spans, &scan->room, scan->n, sizeof(*scan->spans)) < 0 ||
            grow(&scan->open, &scan->deepest, scan->depth, sizeof(*scan->open)) < 0)
                return -ENOMEM;
        scan->spans[scan->n] = (struct xml_span){ begin, inside, inside, inside };
        if (!single)
                scan->open[scan->depth++] = scan->n;
        scan->n++;
        return 0;
}

static int take_end(struct scan *scan, size_t begin, size_t end) {
        struct xml_span *span;

        if (scan->depth == 0)
                return -EINVAL;
        span = &scan->spans[scan->open[--scan->depth]];
        span->close = begin;
        span->end = end;
        return 0;
}

static int scan_all(struct scan *scan) {
        const char *at = scan->text;
        int r = 0;

        while (r >= 0 && (at = strchr(at, '<'))) {
                const char *other = skip_other(at), *end = other == at ? tag_end(at) : other;

                if (!end)
                        return -EINVAL;
                if (other == at) {
                        size_t begin = (size_t)(at - scan->text), after = (size_t)(++end - scan->text);

                        r = at[1] == '/' ? take_end(scan, begin, after) : take_start(scan, begin, after);
                }
                at = end;
        }
        return r < 0 ? r : scan->depth > 0 ? -EINVAL : 0;
}

int xml_spans(struct xml_span **ret, size_t *ret_n, const char *text) {
        struct scan scan = { .text = text };
        int r = scan_all(&scan);

        free(scan.open);
        if (r < 0) {
                free(scan.spans);
                return r;
        }
        *ret = scan.spans;
        *ret_n = scan.n;
        return 0;
}

const char *xml_attribute(const char *tag, const char *name, size_t *ret_length) {
        const char *at = tag + 1 + xml_name_length(tag);

        for (at += strspn(at, BLANKS); *at && *at != '>' && *at != '/'; at += strspn(at, BLANKS)) {
                size_t length = strcspn(at, BLANKS "=");
                const char *value = at + length;
                const char *close;

                value += strspn(value, BLANKS "=");
                close = *value ? strchr(value + 1, *value) : NULL;
                if (!close)
                        return NULL;
                if (strlen(name) == length && strncmp(at, name, length) == 0) {
                        *ret_length = (size_t)(close - value) - 1;
                        return value + 1;
                }
                at = close + 1;
        }
        return NULL;
}
