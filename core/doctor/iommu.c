/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The IOMMU: whether it is on, remaps interrupts, and can tell the devices apart. A group is lent whole: each
 * function of it but bridges has to be with vfio or without a driver.
 * Source: Linux's Documentation/driver-api/vfio.rst; drivers/iommu and drivers/vfio/vfio_iommu_type1.c.
 */
#include "core/doctor/host.h"

#include <stdio.h>
#include <string.h>

#include "core/doctor/read.h"

void doctor_look_at_iommu(struct doctor_iommu *ret, const char *root, const char *command_line) {
        _cleanup_free_ char *interrupts = doctor_read(root, "/proc/interrupts");
        _cleanup_free_ char *processor = doctor_read(root, "/proc/cpuinfo");

        *ret = (struct doctor_iommu){
                .command_line = command_line,
                .amd = processor && strstr(processor, "AuthenticAMD"),
                .apic = interrupts && strstr(interrupts, "IO-APIC"),
                .remapped = interrupts && strstr(interrupts, " IR-"),
                .unsafe = doctor_read_switch(
                        root, "/sys/module/vfio_iommu_type1/parameters/allow_unsafe_interrupts"),
        };
}

static bool is_switched_off(const char *command_line) {
        static const char *const keys[] = { "intel_iommu", "amd_iommu", "iommu" };

        for (size_t i = 0; i < sizeof(keys) / sizeof(*keys); i++) {
                const char *value = doctor_kernel_option(command_line, keys[i]);

                if (value && strncmp(value, "=off", 4) == 0)
                        return true;
        }
        return false;
}

static void judge_off(struct doctor *doctor, const struct doctor_host *host,
                      const struct doctor_iommu *iommu) {
        enum doctor_verdict verdict = host_verdict(host, DOCTOR_PROBLEM);

        if (verdict == DOCTOR_OK)
                doctor_say(doctor, verdict, "off, or there is none; it is needed to lend devices alone");
        else if (is_switched_off(iommu->command_line))
                doctor_say(doctor, verdict,
                           "the kernel is told to leave it off\n"
                           "No device can be lent. Take iommu=off, intel_iommu=off or amd_iommu=off from "
                           "the kernel line, and boot anew");
        else if (iommu->amd || doctor_kernel_option(iommu->command_line, "intel_iommu"))
                doctor_say(doctor, verdict,
                           "off, or there is none\n"
                           "No device can be lent. Switch %s on in the firmware's set-up",
                           iommu->amd ? "AMD-Vi (\"IOMMU\", and SVM)" : "VT-d");
        else
                doctor_say(doctor, verdict,
                           "off, or there is none\n"
                           "No device can be lent. Switch VT-d on in the firmware's set-up, and add "
                           "intel_iommu=on to the kernel line");
}

static int count_groups(const struct inventory *inventory) {
        int most = -1;

        for (size_t i = 0; i < inventory->n_functions; i++)
                if (inventory->functions[i].group > most)
                        most = inventory->functions[i].group;
        return most + 1;
}

void doctor_judge_iommu(struct doctor *doctor, const struct doctor_host *host,
                        const struct doctor_iommu *iommu) {
        if (!host->inventory->iommu)
                judge_off(doctor, host, iommu);
        else
                doctor_say(doctor, DOCTOR_OK, "on, %d groups", count_groups(host->inventory));
}

void doctor_judge_remapping(struct doctor *doctor, const struct doctor_host *host,
                            const struct doctor_iommu *iommu) {
        if (!host->inventory->iommu || !iommu->apic)
                return; /* said already; not an x86 */
        if (iommu->remapped)
                doctor_say(doctor, DOCTOR_OK, "interrupts go through it");
        else if (iommu->unsafe)
                doctor_say(doctor, host_verdict(host, DOCTOR_WARNING),
                           "interrupts do not go through it, and vfio is told to do without "
                           "(allow_unsafe_interrupts)\n"
                           "A guest with a device can raise any interrupt of the host. If the firmware's "
                           "set-up has x2APIC or interrupt remapping, switch it on");
        else
                doctor_say(doctor, host_verdict(host, DOCTOR_PROBLEM),
                           "interrupts do not go through it\n"
                           "vfio refuses devices then. Switch it on in the firmware's set-up (x2APIC), "
                           "take intremap=off from the kernel line;\n"
                           "or, if you trust the guest, 'options vfio_iommu_type1 "
                           "allow_unsafe_interrupts=1' in /etc/modprobe.d/vfio.conf");
}

void doctor_judge_acs(struct doctor *doctor, const struct doctor_host *host,
                      const struct doctor_iommu *iommu) {
        if (!host->inventory->iommu)
                return;
        if (doctor_kernel_option(iommu->command_line, "pcie_acs_override"))
                doctor_say(doctor, host_verdict(host, DOCTOR_WARNING),
                           "the kernel is told to split groups (pcie_acs_override)\n"
                           "The devices of what was one group can reach each other past the IOMMU, so the "
                           "guest can reach the host's.\n"
                           "Another slot may have a group of its own without it");
        else
                doctor_say(doctor, DOCTOR_OK, "the groups are the hardware's own");
}

/* Whether it keeps its group from being lent. */
static bool is_in_the_way(const struct doctor_host *host, const struct inventory_function *other) {
        static const char *const harmless[] = { "", "vfio-pci", "pci-stub", "pcieport" };

        for (size_t i = 0; i < sizeof(harmless) / sizeof(*harmless); i++)
                if (strcmp(other->driver, harmless[i]) == 0)
                        return false;
        return !other->bridge && !host_lends(host, other->address);
}

/* True if there was nothing to say. */
static bool judge_group(struct doctor *doctor, const struct doctor_host *host,
                        const struct inventory_function *lent) {
        bool complete = true;

        for (size_t i = 0; i < host->inventory->n_functions; i++) {
                const struct inventory_function *other = &host->inventory->functions[i];

                if (other->group != lent->group || !is_in_the_way(host, other))
                        continue;
                complete = false;
                doctor_say(doctor, DOCTOR_PROBLEM,
                           "%s, driver %s, shares group %d with %s, and is not lent\n"
                           "A group is lent whole. Lend it too (virsh edit), put one of them into another "
                           "slot;\n"
                           "or split the group with pcie_acs_override, which gives up what separates guest "
                           "and host",
                           host_name(other).text, other->driver, lent->group, lent->address);
        }
        return complete;
}

static bool is_first_of_group(const struct doctor_host *host, size_t n) {
        for (size_t i = 0; i < n; i++)
                if (host_lent(host, i) && host_lent(host, i)->group == host_lent(host, n)->group)
                        return false;
        return true;
}

void doctor_judge_groups(struct doctor *doctor, const struct doctor_host *host) {
        bool complete = true;

        if (!host->inventory->iommu || !host_lends_any(host))
                return;
        for (size_t i = 0; i < host->hardware->n_hostdevs; i++) {
                const struct inventory_function *lent = host_lent(host, i);

                if (!lent)
                        continue;
                if (lent->group < 0) {
                        doctor_say(doctor, DOCTOR_PROBLEM,
                                   "%s has no group\n"
                                   "The IOMMU does not see it: it cannot be lent from this slot",
                                   host_name(lent).text);
                        complete = false;
                } else if (is_first_of_group(host, i)) {
                        complete &= judge_group(doctor, host, lent);
                }
        }
        if (complete)
                doctor_say(doctor, DOCTOR_OK, "all that is in a group with a lent device is lent with it");
}
