/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/*
 * switcher/domain-disks: the disks of a libvirt domain that the guest may write, read from its XML: neither
 * CD-ROMs nor floppies, and none that is <readonly/>. Pure. Source: libvirt's formatdomain, element <disk>.
 */
#include <stddef.h>

#include "core/cleanup.h"

struct domain_disk {
        char *target; /* what the guest is to call it: "vda"; "" */
        char *source; /* a file or device of the host; "": it is none, but on the network or in a pool */
        char *format; /* "raw", "qcow2", …; "" if not said, which is raw to libvirt */
};

struct domain_disks {
        struct domain_disk *items;
        size_t n;
};

/* -EINVAL: not a domain's XML. -ENOMEM. */
int domain_disks_parse(struct domain_disks **ret, const char *xml);
struct domain_disks *domain_disks_free(struct domain_disks *disks);
DEFINE_CLEANUP(struct domain_disks, domain_disks_free);
