/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/*
 * switcher/xml-text: a libvirt document as the text that it is. A change touches the bytes that it is about,
 * and leaves all others as they were: comments, blanks, the order of attributes, and what nobody here knows
 * of. What is put in is laid out as what stands around it. Pure.
 *
 * ELEMENT is an element's text, one tag a line, each level two blanks further in, without a last line break.
 * NODE is one of this text's, from xml_text_first(); any change makes all of them invalid.
 */
#include "core/cleanup.h"
#include "switcher/xml.h"

struct xml_text;

/* -EINVAL: not a document with that root element; one with a DOCTYPE, or that is not in UTF-8. -ENOMEM. */
int xml_text_open(struct xml_text **ret, const char *text, const char *root);
struct xml_text *xml_text_close(struct xml_text *text);
DEFINE_CLEANUP(struct xml_text, xml_text_close);

/* As it is now; borrowed until the next change. */
const char *xml_text_get(const struct xml_text *text);
const struct xml *xml_text_xml(const struct xml_text *text);
/* The first element that EXPRESSION, from the root element, finds, or the last; NULL: none. */
xmlNode *xml_text_first(const struct xml_text *text, const char *expression);
xmlNode *xml_text_last(const struct xml_text *text, const char *expression);

/* Each leaves the text as it was on failure: -ENOMEM; -EINVAL: ELEMENT or VALUE is none. */
int xml_text_add_child(struct xml_text *text, xmlNode *parent,
                       const char *element); /* as its last one; NULL: -EINVAL */
int xml_text_add_before(struct xml_text *text, xmlNode *node, const char *element);
int xml_text_add_after(struct xml_text *text, xmlNode *node, const char *element);
int xml_text_replace(struct xml_text *text, xmlNode *node, const char *element);
int xml_text_remove(struct xml_text *text, xmlNode *node); /* its line too, if it is alone there */
int xml_text_set(struct xml_text *text, xmlNode *node, const char *attribute, const char *value);

/* VALUE as it is written between single quotes; the caller's; NULL: no memory. */
char *xml_text_quote(const char *value);
