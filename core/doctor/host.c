/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/doctor/host.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "core/doctor/read.h"

struct doctor_host doctor_host(const struct doctor_facts *facts) {
        return (struct doctor_host){
                .inventory = facts->inventory,
                .hardware = facts->guest ? facts->guest->hardware : NULL,
                .running = facts->guest && facts->guest->running,
        };
}

bool host_lends_any(const struct doctor_host *host) {
        return host->hardware && host->hardware->n_hostdevs > 0;
}

bool host_lends(const struct doctor_host *host, const char *address) {
        for (size_t i = 0; host->hardware && i < host->hardware->n_hostdevs; i++)
                if (strcmp(host->hardware->hostdevs[i].address, address) == 0)
                        return true;
        return false;
}

const struct inventory_function *host_lent(const struct doctor_host *host, size_t n) {
        return host->inventory ? inventory_find(host->inventory, host->hardware->hostdevs[n].address) : NULL;
}

enum doctor_verdict host_verdict(const struct doctor_host *host, enum doctor_verdict wanted) {
        return host_lends_any(host) ? wanted : DOCTOR_OK;
}

struct doctor_name host_name(const struct inventory_function *function) {
        struct doctor_name name;

        snprintf(name.text, sizeof(name.text), "%s (%s)", function->address,
                 *function->name ? function->name : "unknown");
        return name;
}

static void check_kvm(struct doctor *doctor, struct doctor_facts *facts) {
        struct doctor_kvm kvm;

        doctor_look_at_kvm(&kvm, facts->root);
        kvm.wanted = facts->guest && facts->guest->definition && facts->guest->definition->kvm;
        doctor_judge_kvm(doctor, &kvm);
        doctor->check = "KVM's options";
        doctor_judge_kvm_options(doctor, &kvm);
}

static void say_what_is_lent(struct doctor *doctor, const struct doctor_facts *facts) {
        struct doctor_host host = doctor_host(facts);

        if (!facts->guest)
                doctor_say(doctor, DOCTOR_OK, "%zu functions; which are lent depends on the guest",
                           facts->inventory->n_functions);
        else if (!host_lends_any(&host))
                doctor_say(doctor, DOCTOR_OK, "'%s' is lent no device of the host's",
                           facts->guest->info->name);
        else
                doctor_say(doctor, DOCTOR_OK, "'%s' is lent %zu of %zu functions", facts->guest->info->name,
                           host.hardware->n_hostdevs, facts->inventory->n_functions);
}

/* Everything below needs it. */
static void check_pci(struct doctor *doctor, struct doctor_facts *facts) {
        struct doctor_host host = doctor_host(facts);
        int r = inventory_look(&facts->inventory, facts->root);

        if (r >= 0)
                say_what_is_lent(doctor, facts);
        else if (r == -EIO)
                doctor_say(doctor, host_verdict(&host, DOCTOR_PROBLEM),
                           "this machine has none, so there is nothing to lend");
        else
                doctor_say(doctor, DOCTOR_PROBLEM, "cannot be looked at: %s", strerror(-r));
}

static void check_iommu(struct doctor *doctor, struct doctor_facts *facts) {
        struct doctor_host host = doctor_host(facts);
        struct doctor_iommu iommu;

        if (!facts->inventory)
                return;
        doctor_look_at_iommu(&iommu, facts->root, facts->command_line);
        doctor_judge_iommu(doctor, &host, &iommu);
        doctor->check = "remapping";
        doctor_judge_remapping(doctor, &host, &iommu);
        doctor->check = "ACS";
        doctor_judge_acs(doctor, &host, &iommu);
        doctor->check = "groups";
        doctor_judge_groups(doctor, &host);
}

static void check_vfio(struct doctor *doctor, struct doctor_facts *facts) {
        struct doctor_host host = doctor_host(facts);
        struct doctor_claims claims;
        char idle[8];

        if (!facts->inventory)
                return;
        doctor_judge_vfio(doctor, &host, doctor_exists(facts->root, "/dev/vfio/vfio"));
        doctor->check = "taken at boot";
        doctor_look_at_claims(&claims, facts->root, facts->command_line);
        doctor_judge_claims(doctor, &host, &claims);
        doctor->check = "power";
        doctor_read_line(facts->root, "/sys/module/vfio_pci/parameters/disable_idle_d3", idle, sizeof(idle));
        doctor_judge_power(doctor, &host, idle);
}

static void check_profile(struct doctor *doctor, struct doctor_facts *facts) {
        struct doctor_host host = doctor_host(facts);
        struct doctor_profile profile;

        if (!facts->guest || !host_lends_any(&host))
                return;
        doctor_look_at_profile(doctor, &profile, facts->root, facts->guest->info->name, 0);
        doctor_judge_profile(doctor, &host, &profile);
        facts->profile = profile.profile;
}

static void check_devices(struct doctor *doctor, struct doctor_facts *facts) {
        struct doctor_host host = doctor_host(facts);

        if (!facts->inventory || !host_lends_any(&host))
                return;
        for (size_t i = 0; i < host.hardware->n_hostdevs; i++)
                doctor_judge_device(doctor, &host, i);
        doctor->check = "boot screen";
        doctor_judge_boot_screen(doctor, &host);
        doctor->check = "reset";
        doctor_judge_resets(doctor, &host);
        doctor->check = "twins";
        doctor_judge_twins(doctor, &host);
        doctor->check = "its driver";
        doctor_judge_siblings(doctor, &host);
}

static void check_bars(struct doctor *doctor, struct doctor_facts *facts) {
        struct doctor_host host = doctor_host(facts);

        for (size_t i = 0; facts->inventory && host_lends_any(&host) && i < host.hardware->n_hostdevs; i++) {
                const struct inventory_function *lent = host_lent(&host, i);
                _cleanup_free_ char *text = NULL;
                char path[64];

                if (!lent || !function_is_display(lent))
                        continue;
                snprintf(path, sizeof(path), "/sys/bus/pci/devices/%s/resource", lent->address);
                text = doctor_read(facts->root, path);
                if (text)
                        doctor_judge_bar(doctor, lent, doctor_largest_bar(text));
        }
}

static void check_interrupts(struct doctor *doctor, struct doctor_facts *facts) {
        _cleanup_free_ char *text = doctor_read(facts->root, "/proc/interrupts");
        struct doctor_host host = doctor_host(facts);

        if (facts->inventory && text)
                doctor_judge_interrupts(doctor, &host, text);
}

const struct doctor_check doctor_machine_checks[] = {
        { "KVM", check_kvm,
          "Whether the processor's virtualisation is switched on in the firmware, its module is loaded,"
          " and you may use it. Without, a guest is too slow for anything." },
        { "PCI", check_pci, "Whether the machine's devices can be seen." },
        { "IOMMU", check_iommu,
          "Whether it is on and remaps interrupts, and whether all that shares a group with a lent "
          "device is lent, too. It is switched on in the firmware (VT-d, AMD-Vi), on Intel with "
          "intel_iommu=on, too; what shares a group goes to another slot, or along." },
        { "vfio", check_vfio,
          "Whether the kernel has vfio-pci, and what it takes by itself at boot (ids=, driverctl, "
          "softdep): such a card is never the host's." },
        { NULL },
};

const struct doctor_check doctor_device_checks[] = {
        { "profile", check_profile,
          "Whether what root allows to be lent can be read, and nobody else can have written it." },
        { "device", check_devices,
          "Each lent device: whether it is there and answers, whether the firmware draws on it, how it "
          "can be reset, and whether the host has another of its driver. One that cannot be reset works"
          " once between two boots." },
        { "ReBAR", check_bars,
          "The size of the card's window: with some cards a large one leaves a black screen, until it "
          "is switched off in the firmware." },
        { "interrupts", check_interrupts,
          "While the guest runs: whether a device interrupts by messages or by a line. Sound that "
          "crackles often is the latter; Windows has it changed in its registry." },
        { "holders", doctor_check_holders,
          "Who has a lent device open now, its sound and I2C buses too, and what lending would do about"
          " it. Only root sees all." },
        { NULL },
};
