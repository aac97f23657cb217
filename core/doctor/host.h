/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/*
 * core/doctor/host: the parts of `pillion doctor` about the host's hardware: the machine and its kernel, and
 * the devices that the guest is lent. doctor_look_*() fill in what is there, doctor_judge_*() are pure. A
 * guest that is lent nothing needs none of it, so then nothing of it is a problem.
 */
#include "core/doctor/doctor.h"
#include "core/doctor/facts.h"
#include "switcher/holders.h"

/* What nearly every check is about. All borrowed. */
struct doctor_host {
        const struct inventory *inventory;      /* NULL: PCI could not be looked at */
        const struct domain_hardware *hardware; /* of the guest; NULL: which it is is not known */
        bool running;                           /* the guest */
};

struct doctor_host doctor_host(const struct doctor_facts *facts);
/* Whether the guest's definition has a PCI device of the host; whether it has this one. */
bool host_lends_any(const struct doctor_host *host);
bool host_lends(const struct doctor_host *host, const char *address);
/* The Nth hostdev, if the machine has it; else NULL. */
const struct inventory_function *host_lent(const struct doctor_host *host, size_t n);
/* WANTED if the guest is lent something, else DOCTOR_OK. */
enum doctor_verdict host_verdict(const struct doctor_host *host, enum doctor_verdict wanted);
/* "0000:01:00.0 (NVIDIA Corporation GA102)" */
struct doctor_name {
        char text[200];
};
struct doctor_name host_name(const struct inventory_function *function);

/* iommu.c */
struct doctor_iommu {
        const char *command_line; /* the kernel's; borrowed */
        bool amd;                 /* the processor */
        bool apic;                /* interrupts are an x86's */
        bool remapped;            /* they go through the IOMMU */
        bool unsafe;              /* vfio is told to do without */
};
void doctor_look_at_iommu(struct doctor_iommu *ret, const char *root, const char *command_line);
void doctor_judge_iommu(struct doctor *doctor, const struct doctor_host *host,
                        const struct doctor_iommu *iommu);
void doctor_judge_remapping(struct doctor *doctor, const struct doctor_host *host,
                            const struct doctor_iommu *iommu);
void doctor_judge_acs(struct doctor *doctor, const struct doctor_host *host,
                      const struct doctor_iommu *iommu);
void doctor_judge_groups(struct doctor *doctor, const struct doctor_host *host);

/* profile.c. OWNER is who must own the file. Mistakes in it are said while looking. */
struct doctor_profile {
        char name[80]; /* "" there can be none of the guest's name */
        bool exists, hidden;
        int error;               /* of reading it, negative errno */
        struct profile *profile; /* the defaults, if it cannot be read; NULL: not even these */
};
void doctor_look_at_profile(struct doctor *doctor, struct doctor_profile *ret, const char *root,
                            const char *guest, uid_t owner);
void doctor_judge_profile(struct doctor *doctor, const struct doctor_host *host,
                          const struct doctor_profile *profile);

/* kvm.c */
struct doctor_kvm {
        bool wanted;                             /* the guest is of type kvm */
        bool able;                               /* the processor says that it can */
        bool amd;                                /* by that word */
        bool exists;                             /* /dev/kvm */
        int error;                               /* of opening it; negative errno */
        char nested[8], ignore_msrs[8], avic[8]; /* "" unknown */
};
void doctor_look_at_kvm(struct doctor_kvm *ret, const char *root);
void doctor_judge_kvm(struct doctor *doctor, const struct doctor_kvm *kvm);
void doctor_judge_kvm_options(struct doctor *doctor, const struct doctor_kvm *kvm);

/* vfio.c: what vfio-pci is told to take at boot. */
#define DOCTOR_CLAIMS 32
struct doctor_claim {
        char where[300];                /* the file, or "the kernel line" */
        uint16_t vendor, device;        /* by ids */
        char address[PCI_ADDRESS_SIZE]; /* by driverctl; "" by ids */
};
struct doctor_claims {
        struct doctor_claim items[DOCTOR_CLAIMS];
        size_t n;
        char softdep[300]; /* the file that has vfio-pci loaded before a GPU's driver; "" none */
};
void doctor_look_at_claims(struct doctor_claims *ret, const char *root, const char *command_line);
void doctor_judge_claims(struct doctor *doctor, const struct doctor_host *host,
                         const struct doctor_claims *claims);
void doctor_judge_vfio(struct doctor *doctor, const struct doctor_host *host, bool node);
/* IDLE: vfio-pci's disable_idle_d3; "" unknown. */
void doctor_judge_power(struct doctor *doctor, const struct doctor_host *host, const char *idle);

/* devices.c: one function each. */
void doctor_judge_device(struct doctor *doctor, const struct doctor_host *host, size_t n);
void doctor_judge_boot_screen(struct doctor *doctor, const struct doctor_host *host);
void doctor_judge_resets(struct doctor *doctor, const struct doctor_host *host);
void doctor_judge_twins(struct doctor *doctor, const struct doctor_host *host);
void doctor_judge_siblings(struct doctor *doctor, const struct doctor_host *host);
/* Bytes of the largest BAR in TEXT, as of sysfs' resource. */
uint64_t doctor_largest_bar(const char *text);
void doctor_judge_bar(struct doctor *doctor, const struct inventory_function *function, uint64_t size);

/* interrupts.c: TEXT is /proc/interrupts. */
void doctor_judge_interrupts(struct doctor *doctor, const struct doctor_host *host, const char *text);

/* holders.c: who has the lent devices open. DESKTOP and PROFILE may be NULL: not known. */
void doctor_judge_holders(struct doctor *doctor, const struct holders *holders, const struct desktop *desktop,
                          const struct profile *profile);
void doctor_check_holders(struct doctor *doctor, struct doctor_facts *facts);

/* groups.c: the IOMMU's groups as a tree: all, or those that have to do with the guest. */
void doctor_print_groups(struct doctor *doctor, const struct doctor_host *host, bool all);
