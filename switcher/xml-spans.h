/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/*
 * switcher/xml-spans: where in a document's text its elements lie, in the order of their start tags. What
 * they mean is libxml2's to say; this only counts bytes. Pure.
 */
#include <stdbool.h>
#include <stddef.h>

struct xml_span {
        size_t begin, inside; /* of the start tag; where it has ended */
        size_t close, end; /* of the end tag; where that has ended. One tag that is both: both are INSIDE */
};

/* Of a well-formed TEXT; the caller's. -EINVAL: it is none, or has a DOCTYPE; -ENOMEM. */
int xml_spans(struct xml_span **ret, size_t *ret_n, const char *text);

/* Whether SPAN is one tag that is both, as <a/> is. */
bool xml_span_is_single(const struct xml_span *span);
/* The length of the name that the tag at TAG, a '<', has behind it. */
size_t xml_name_length(const char *tag);

/* The value, with neither of its quotes, of attribute NAME in the start tag at TAG; NULL: it has none. */
const char *xml_attribute(const char *tag, const char *name, size_t *ret_length);
