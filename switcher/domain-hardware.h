/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/*
 * switcher/domain-hardware: what a libvirt domain's XML says of the host's hardware. Pure.
 * Source: libvirt's formatdomain.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/cleanup.h"
#include "switcher/inventory.h"

/* Where a definition names PCI devices of the host's, as XPath has it. */
#define DOMAIN_HOSTDEVS                                                                                      \
        "devices/hostdev[@mode='subsystem' and @type='pci'][source/address] | "                              \
        "devices/interface[@type='hostdev'][source/address[@type='pci']]"

struct domain_hostdev {
        char address[PCI_ADDRESS_SIZE];
        bool managed;
        char *rom; /* a file; "" */
};

struct domain_hardware {
        struct domain_hostdev *hostdevs; /* PCI only */
        size_t n_hostdevs;
        uint64_t memory;     /* bytes */
        uint64_t hard_limit; /* of memtune, bytes; 0: none */
        bool hugepages;
        uint64_t hugepage_size; /* bytes; 0: the default size */
        bool kvm_hidden;
        char *vendor_id;   /* of hyperv; "" */
        char *cpu_mode;    /* "host-passthrough"; "" */
        char *cpuset;      /* all vCPUs' pins together, as listed: "4-7"; "" if unpinned */
        char *emulatorpin; /* "" */
        bool spice, display, tablet,
                redirdev; /* leftovers that a guest with a GPU of its own has no use for */
};

/* -EINVAL: not a domain's XML. */
int domain_hardware_parse(struct domain_hardware **ret, const char *xml);
struct domain_hardware *domain_hardware_free(struct domain_hardware *hardware);
DEFINE_CLEANUP(struct domain_hardware, domain_hardware_free);
