/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/*
 * switcher/domain-edit: what a domain's definition needs so that pillion can serve it, put into its text; all
 * the rest stays as it is, byte for byte. What is there already is not put in again, so to do it twice is to
 * do it once. Pure. Source: libvirt's formatdomain.
 */
#include <stdbool.h>

#include "core/cleanup.h"
#include "switcher/domain.h"
#include "switcher/xml-text.h"

#define DOMAIN_SOUND_REGION "scream-ivshmem"
#define DOMAIN_VENDOR_ID    "whatever" /* of hyperv: any that is not its own; up to 12 characters */

struct domain_edit {
        bool sound;                   /* a region for Scream: 2 MiB, ivshmem-plain */
        const char *keyboard, *mouse; /* nodes to be read as evdev inputs; NULL: none */
        bool unmanage;                /* PCI hostdevs: managed='no' */
        bool hide_kvm;                /* from drivers that refuse to run in a guest */
        bool undisplay;               /* no screen but the GPU's: no SPICE, no emulated video, no tablet */
};

/* The caller's. -EINVAL: not a domain's XML, or none that can be edited (see switcher/xml-text.h); -ENOMEM.
 */
int domain_edit(char **ret, const char *xml, const struct domain_edit *edit);

/* XML with no password in it, for all to see. As domain_edit(). */
int domain_edit_redact(char **ret, const char *xml);

/* Whether it has a region for Scream; one for Looking Glass is none. */
bool domain_edit_has_sound(const struct domain_info *info);

/* Adds ELEMENT to the devices, behind the last one that is called NAME. */
int domain_edit_add_device(struct xml_text *text, const char *name, const char *element);
/* Removes all elements that EXPRESSION finds. */
int domain_edit_remove(struct xml_text *text, const char *expression);
