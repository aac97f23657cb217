/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/*
 * tests/machine: a machine made up: the host's GPU, and an NVIDIA card of two functions that its guest is
 * lent, behind a bridge in their group, and a network card. All is as it should be.
 */
#include "core/doctor/host.h"

#include "tests/findings.h"

enum { GPU, GPU_SOUND, HOST_GPU, BRIDGE, NETWORK, N_FUNCTIONS };

struct machine {
        struct inventory inventory;
        struct inventory_function functions[N_FUNCTIONS];
        struct domain_hardware hardware;
        struct domain_hostdev hostdevs[2];
        struct doctor_host host;
};

#define FUNCTION(at, what, by, number)                                                                       \
        .address = at, .name = (char *)what, .driver = (char *)by, .module = (char *)by, .group = number,    \
        .power = (char *)"D0"

static inline void machine_init(struct machine *machine) {
        *machine = (struct machine){
                .functions = { [GPU] = { FUNCTION("0000:01:00.0", "NVIDIA RTX", "nvidia", 14),
                                         .vendor = 0x10de, .device = 0x2206, .class = 0x030000,
                                         .resets = (char *)"flr bus" },
                               [GPU_SOUND] = { FUNCTION("0000:01:00.1", "NVIDIA sound", "snd_hda_intel", 14),
                                               .vendor = 0x10de, .device = 0x1aef, .class = 0x040300,
                                               .resets = (char *)"bus" },
                               [HOST_GPU] = { FUNCTION("0000:00:02.0", "Intel UHD", "i915", 1),
                                              .vendor = 0x8086, .device = 0x3e92, .class = 0x030000,
                                              .boot_vga = true, .resets = (char *)"" },
                               [BRIDGE] = { FUNCTION("0000:00:01.0", "Bridge", "pcieport", 14),
                                            .class = 0x060400, .bridge = true, .resets = (char *)"" },
                               [NETWORK] = { FUNCTION("0000:03:00.0", "NIC", "e1000e", 15), .vendor = 0x8086,
                                             .device = 0x15b8, .class = 0x020000, .resets = (char *)"flr" } },
                .hostdevs = { { "0000:01:00.0", false, (char *)"" }, { "0000:01:00.1", false, (char *)"" } },
                .inventory = { .n_functions = N_FUNCTIONS,
                               .iommu = true,
                               .vfio = true,
                               .cpus = (char *)"0-7" },
                .hardware = { .n_hostdevs = 2,
                              .memory = (uint64_t)8 << 30,
                              .vendor_id = (char *)"",
                              .cpu_mode = (char *)"host-passthrough",
                              .cpuset = (char *)"",
                              .emulatorpin = (char *)"" },
        };
        machine->inventory.functions = machine->functions;
        machine->hardware.hostdevs = machine->hostdevs;
        machine->host = (struct doctor_host){ &machine->inventory, &machine->hardware, false };
}
