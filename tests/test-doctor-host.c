/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the doctor makes of the host's hardware, with a machine made up. */
#include <errno.h>

#include "tests/machine.h"

static void test_iommu(void) {
        struct doctor_iommu iommu = { .command_line = "quiet\n", .apic = true, .remapped = true };
        struct machine m;

        machine_init(&m);
        SAYS(DOCTOR_OK, "on, 16 groups", doctor_judge_iommu, &m.host, &iommu);
        m.inventory.iommu = false;
        SAYS(DOCTOR_PROBLEM, "intel_iommu=on", doctor_judge_iommu, &m.host, &iommu);
        iommu.amd = true;
        SAYS(DOCTOR_PROBLEM, "AMD-Vi", doctor_judge_iommu, &m.host, &iommu);
        iommu = (struct doctor_iommu){ .command_line = "quiet intel_iommu=on\n" };
        SAYS(DOCTOR_PROBLEM, "Switch VT-d on in the firmware's set-up\n", doctor_judge_iommu, &m.host,
             &iommu);
        iommu.command_line = "amd_iommu=off";
        SAYS(DOCTOR_PROBLEM, "told to leave it off", doctor_judge_iommu, &m.host, &iommu);
        m.hardware.n_hostdevs = 0;
        SAYS(DOCTOR_OK, "needed to lend devices alone", doctor_judge_iommu, &m.host, &iommu);
        m.host.hardware = NULL;
        SAYS(DOCTOR_OK, "off", doctor_judge_iommu, &m.host, &iommu);
}

static void test_remapping(void) {
        struct doctor_iommu iommu = { .command_line = "", .apic = true, .remapped = true };
        struct machine m;

        machine_init(&m);
        SAYS(DOCTOR_OK, "interrupts go through it", doctor_judge_remapping, &m.host, &iommu);
        iommu.remapped = false;
        SAYS(DOCTOR_PROBLEM, "allow_unsafe_interrupts=1", doctor_judge_remapping, &m.host, &iommu);
        iommu.unsafe = true;
        SAYS(DOCTOR_WARNING, "any interrupt of the host", doctor_judge_remapping, &m.host, &iommu);
        m.hardware.n_hostdevs = 0;
        SAYS(DOCTOR_OK, "do not go through it", doctor_judge_remapping, &m.host, &iommu);
        iommu.apic = false;
        SAYS_NOTHING(doctor_judge_remapping, &m.host, &iommu);
        iommu.apic = true;
        m.inventory.iommu = false;
        SAYS_NOTHING(doctor_judge_remapping, &m.host, &iommu);
}

static void test_acs(void) {
        struct doctor_iommu iommu = { .command_line = "a pcie_acs_override=downstream,multifunction b" };
        struct machine m;

        machine_init(&m);
        SAYS(DOCTOR_WARNING, "past the IOMMU", doctor_judge_acs, &m.host, &iommu);
        iommu.command_line = "a no_pcie_acs_override=x b";
        SAYS(DOCTOR_OK, "the hardware's own", doctor_judge_acs, &m.host, &iommu);
}

static void test_groups(void) {
        struct machine m;

        machine_init(&m);
        SAYS(DOCTOR_OK, "all that is in a group", doctor_judge_groups, &m.host);
        m.hardware.n_hostdevs = 1;
        SAYS(DOCTOR_PROBLEM,
             "0000:01:00.1 (NVIDIA sound), driver snd_hda_intel, shares group 14 with 0000:01:00.0",
             doctor_judge_groups, &m.host);
        m.functions[GPU_SOUND].driver = (char *)"vfio-pci";
        SAYS(DOCTOR_OK, "all that is in a group", doctor_judge_groups, &m.host);
        m.functions[GPU_SOUND].driver = (char *)"";
        SAYS(DOCTOR_OK, "all that is in a group", doctor_judge_groups, &m.host);
        machine_init(&m);
        m.functions[BRIDGE].driver = (char *)"lpc_ich";
        SAYS(DOCTOR_OK, "all that is in a group", doctor_judge_groups, &m.host);
        m.functions[NETWORK].group = 14; /* once, although two of the group are lent */
        SAYS(DOCTOR_PROBLEM, "0000:03:00.0 (NIC)", doctor_judge_groups, &m.host);
        m.functions[NETWORK].group = 15;
        m.functions[GPU].group = -1;
        SAYS(DOCTOR_PROBLEM, "has no group", doctor_judge_groups, &m.host);
        m.hardware.n_hostdevs = 0;
        SAYS_NOTHING(doctor_judge_groups, &m.host);
}

static void test_kvm(void) {
        struct doctor_kvm kvm = { .wanted = true, .able = true, .exists = true };

        SAYS(DOCTOR_OK, "you may use", doctor_judge_kvm, &kvm);
        kvm.error = -EACCES;
        SAYS(DOCTOR_OK, "usermod -aG kvm", doctor_judge_kvm, &kvm);
        kvm.error = -ENODEV;
        SAYS(DOCTOR_PROBLEM, "No such device", doctor_judge_kvm, &kvm);
        kvm.exists = false;
        SAYS(DOCTOR_PROBLEM, "modprobe kvm_intel", doctor_judge_kvm, &kvm);
        kvm.able = false;
        SAYS(DOCTOR_PROBLEM, "Switch VT-x", doctor_judge_kvm, &kvm);
        kvm.wanted = false;
        SAYS(DOCTOR_OK, "does not ask for it", doctor_judge_kvm, &kvm);
        SAYS_NOTHING(doctor_judge_kvm_options, &kvm);
        strcpy(kvm.nested, "Y");
        strcpy(kvm.avic, "N");
        SAYS(DOCTOR_OK, "nested=Y, apicv=N", doctor_judge_kvm_options, &kvm);
}

static void test_vfio(void) {
        struct machine m;

        machine_init(&m);
        SAYS(DOCTOR_OK, "there, to be loaded", doctor_judge_vfio, &m.host, false);
        SAYS(DOCTOR_OK, "vfio-pci is there\n", doctor_judge_vfio, &m.host, true);
        m.inventory.vfio = false;
        SAYS(DOCTOR_PROBLEM, "CONFIG_VFIO_PCI", doctor_judge_vfio, &m.host, false);
        m.hardware.n_hostdevs = 0;
        SAYS(DOCTOR_OK, "is not there", doctor_judge_vfio, &m.host, false);
}

static void test_claims(void) {
        struct doctor_claims claims = { 0 };
        struct machine m;

        machine_init(&m);
        SAYS(DOCTOR_OK, "takes nothing by itself\n", doctor_judge_claims, &m.host, &claims);
        strcpy(claims.softdep, "/etc/modprobe.d/x.conf");
        SAYS(DOCTOR_OK, "x.conf has it loaded early", doctor_judge_claims, &m.host, &claims);
        claims.items[claims.n++] = (struct doctor_claim){ "the kernel line", 0x10de, 0x2206, "" };
        SAYS(DOCTOR_WARNING, "the kernel line has vfio-pci take 0000:01:00.0", doctor_judge_claims, &m.host,
             &claims);
        claims.items[0] = (struct doctor_claim){ "/etc/driverctl.d/x", 0, 0, "0000:03:00.0" };
        SAYS(DOCTOR_WARNING, "which this guest is not lent", doctor_judge_claims, &m.host, &claims);
        claims.items[0] = (struct doctor_claim){ "the kernel line", 0x1002, 0x2206, "" };
        SAYS(DOCTOR_OK, "takes nothing", doctor_judge_claims, &m.host, &claims);
}

static void test_power(void) {
        struct machine m;

        machine_init(&m);
        SAYS(DOCTOR_OK, "go to sleep", doctor_judge_power, &m.host, "N");
        SAYS(DOCTOR_OK, "stay awake", doctor_judge_power, &m.host, "Y");
        m.functions[GPU].power = (char *)"D3cold";
        SAYS(DOCTOR_OK, "go to sleep", doctor_judge_power, &m.host, "");
        m.functions[GPU].driver = (char *)"vfio-pci";
        SAYS(DOCTOR_WARNING, "disable_idle_d3=1", doctor_judge_power, &m.host, "N");
        m.hardware.n_hostdevs = 0;
        SAYS_NOTHING(doctor_judge_power, &m.host, "N");
}

static void test_interrupts(void) {
        static const char text[] = " 40: 1 IR-PCI-MSI vfio-msi[0](0000:01:00.0)\n"
                                   " 41: 0 IR-PCI-MSIX vfio-msix[12](0000:01:00.1)\n";
        struct machine m;

        machine_init(&m);
        SAYS_NOTHING(doctor_judge_interrupts, &m.host, text);
        m.host.running = true;
        SAYS(DOCTOR_OK, "by messages: 0000:01:00.0, 0000:01:00.1\n", doctor_judge_interrupts, &m.host, text);
        SAYS(DOCTOR_OK, "none yet, no driver in the guest has started: 0000:01:00.0, 0000:01:00.1",
             doctor_judge_interrupts, &m.host, "vfio-msi[0](0000:02:00.0) vfio-msi[");
        m.hardware.n_hostdevs = 1;
        SAYS(DOCTOR_WARNING, "MSISupported = 1", doctor_judge_interrupts, &m.host,
             " 16: 9 IR-IO-APIC vfio-intx(0000:01:00.0)\n");
        CHECK(strstr(findings, "NVIDIA RTX"));
}

/* The tree of all groups, as text or in JSON. */
static void print_groups(const struct machine *m, bool json, bool all) {
        struct doctor doctor = findings_begin();

        doctor.json = json;
        doctor_print_groups(&doctor, &m->host, all);
        findings_end(&doctor);
}

static void test_tree(void) {
        struct machine m;

        machine_init(&m);
        print_groups(&m, false, false);
        CHECK_STR(findings, "IOMMU groups\n"
                            "  14\n"
                            "  ├─ 0000:01:00.0  NVIDIA RTX (nvidia, lent)\n"
                            "  ├─ 0000:01:00.1  NVIDIA sound (snd_hda_intel, lent)\n"
                            "  └─ 0000:00:01.0  Bridge (pcieport, a bridge, need not be lent)\n"
                            "  (all of them: pillion doctor --groups)\n");
        print_groups(&m, false, true);
        CHECK(strstr(findings, "  1\n  └─ 0000:00:02.0  Intel UHD (i915, boot screen, no reset)\n  "
                               "14\n"));
        CHECK(strstr(findings, "  15\n  └─ 0000:03:00.0  NIC (e1000e)\n"));
        m.hardware.n_hostdevs = 0; /* then those of GPUs, which may be lent some day */
        print_groups(&m, false, false);
        CHECK(strstr(findings, "  1\n") && strstr(findings, "  14\n") && !strstr(findings, "  15\n"));
        m.functions[NETWORK].name = (char *)"a \"b\"";
        print_groups(&m, true, false);
        CHECK(strstr(findings, "\"group\": 15") && strstr(findings, "\"name\": \"a \\\"b\\\"\""));
        m.host.inventory = NULL;
        print_groups(&m, true, true);
        CHECK_STR(findings, "  \"groups\": [\n  ]");
        print_groups(&m, false, true);
        CHECK_STR(findings, "");
}

int main(void) {
        test_iommu();
        test_remapping();
        test_acs();
        test_groups();
        test_kvm();
        test_vfio();
        test_claims();
        test_power();
        test_interrupts();
        test_tree();
        free(findings);
        return 0;
}
