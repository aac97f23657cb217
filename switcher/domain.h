/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/*
 * switcher/domain: what pillion needs to know of a libvirt domain, read from its XML. Pure.
 * Source: libvirt's formatdomain, elements <shmem> and <input>.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/cleanup.h"

/* One <shmem>, of whatever model and purpose. */
struct domain_shmem {
        char *name;
        char *model;   /* "" if not said */
        uint64_t size; /* bytes; 0: not said */
};

/* One <input type='passthrough' bus='virtio'>. */
struct domain_passthrough {
        char *path;  /* of the node */
        char *alias; /* what libvirt calls the device, only while the domain runs; else "" */
};

struct domain_info {
        char *name;
        char *uuid;          /* "" if not said */
        char *shmem_path;    /* of the sound's <shmem>: /dev/shm/NAME; NULL: it has none */
        uint64_t shmem_size; /* bytes; 0: not said */
        struct domain_shmem *shmems;
        size_t n_shmems;
        char **evdev; /* paths of <input type='evdev'>, NULL-terminated */
        struct domain_passthrough *passthroughs;
        size_t n_passthroughs;
        bool needs_hardware; /* it has PCI devices of the host's */
        bool takes_hardware; /* and libvirt is to take them all by itself: managed='yes' */
        bool spice;          /* it is what domain_spice() makes, and has still none */
};

/* By this, in its metadata, that is known again; libvirt keeps what has a namespace of its own. */
#define DOMAIN_SPICE_URI  "https://pillion.invalid/domain"
#define DOMAIN_SPICE_MARK "metadata/*[local-name()='spice' and namespace-uri()='" DOMAIN_SPICE_URI "']"

/*
 * Of several ivshmem-plain regions the one with "scream" in its name is the sound's (Looking Glass has one
 * too); a single one needs no such name. -EINVAL: not a domain's XML.
 */
int domain_parse(struct domain_info **ret, const char *xml);
struct domain_info *domain_free(struct domain_info *info);
DEFINE_CLEANUP(struct domain_info, domain_free);

bool domain_names_evdev(const struct domain_info *info, const char *path);
bool domain_passes(const struct domain_info *info, const char *path);
/* The alias of the device that is the node at PATH; NULL: there is none, or it has none. Borrowed. */
const char *domain_alias(const struct domain_info *info, const char *path);
