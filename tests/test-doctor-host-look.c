/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the doctor sees of the host: a tree of files made up, and one that is empty. */
#include <errno.h>

#include "core/doctor/input.h"
#include "core/doctor/read.h"
#include "core/doctor/start.h"
#include "tests/machine.h"
#include "tests/sysfs.h"

static void test_read(const struct sysfs *sysfs) {
        char text[20] = "x";
        _cleanup_free_ char *all = NULL, *none = NULL;

        sysfs_file(sysfs, "etc/one", "first\nsecond\n");
        all = doctor_read(sysfs->root, "/etc/one");
        CHECK_STR(all, "first\nsecond\n");
        none = doctor_read(sysfs->root, "/etc");
        CHECK(!none);
        CHECK(doctor_read_line(sysfs->root, "/etc/one", text, sizeof(text)));
        CHECK_STR(text, "first");
        CHECK(!doctor_read_line(sysfs->root, "/etc/two", text, sizeof(text)));
        CHECK_STR(text, "");
        CHECK(!doctor_list(sysfs->root, "/nowhere", ""));
        CHECK_STR(doctor_kernel_option("a intel_iommu=on b", "intel_iommu"), "=on b");
        CHECK_STR(doctor_kernel_option("a xquiet quiet", "quiet"), "");
        CHECK(!doctor_kernel_option("nomodeset quietly", "quiet"));
        CHECK(!doctor_kernel_option(NULL, "quiet"));
        text[0] = '\0';
        doctor_append(text, sizeof(text), "%s", "0123456789");
        doctor_append(text, sizeof(text), "%s", "0123456789");
        CHECK_STR(text, "0123456789, 0123456");
        doctor_append(text, sizeof(text), "%s", "x");
        CHECK_EQ(strlen(text), sizeof(text) - 1);
}

static void test_iommu(const struct sysfs *sysfs, const struct sysfs *empty) {
        struct doctor_iommu iommu;

        doctor_look_at_iommu(&iommu, empty->root, NULL);
        CHECK(!iommu.amd && !iommu.apic && !iommu.remapped && !iommu.unsafe);
        sysfs_file(sysfs, "proc/cpuinfo",
                   "processor\t: 0\nvendor_id\t: AuthenticAMD\nflags\t\t: fpu svm_lock svm\n");
        sysfs_file(sysfs, "proc/interrupts", " 0: 9 IR-IO-APIC 2-edge timer\n");
        sysfs_file(sysfs, "sys/module/vfio_iommu_type1/parameters/allow_unsafe_interrupts", "Y\n");
        doctor_look_at_iommu(&iommu, sysfs->root, "");
        CHECK(iommu.amd && iommu.apic && iommu.remapped && iommu.unsafe);
        sysfs_file(sysfs, "proc/interrupts", " 0: 9 IO-APIC 2-edge timer\n 1: 0 DMAR-MSI\n");
        doctor_look_at_iommu(&iommu, sysfs->root, "");
        CHECK(iommu.apic && !iommu.remapped);
}

static void test_kvm(const struct sysfs *sysfs, const struct sysfs *empty) {
        struct doctor_kvm kvm;

        doctor_look_at_kvm(&kvm, empty->root);
        CHECK(!kvm.exists && !kvm.able);
        CHECK_EQ(kvm.error, -ENOENT);
        sysfs_file(sysfs, "dev/kvm", "");
        sysfs_file(sysfs, "sys/module/kvm_amd/parameters/nested", "1\n");
        sysfs_file(sysfs, "sys/module/kvm_amd/parameters/avic", "N\n");
        sysfs_file(sysfs, "sys/module/kvm/parameters/ignore_msrs", "N\n");
        doctor_look_at_kvm(&kvm, sysfs->root);
        CHECK(kvm.exists && kvm.able && kvm.amd && kvm.error == 0);
        CHECK_STR(kvm.nested, "1");
        CHECK_STR(kvm.avic, "N");
}

static void test_claims(const struct sysfs *sysfs, const struct sysfs *empty) {
        struct doctor_claims claims;

        doctor_look_at_claims(&claims, empty->root, NULL);
        CHECK_EQ(claims.n, 0);
        doctor_look_at_claims(&claims, empty->root, "vfio-pci.ids=,,x:y vfio_pci.ids");
        CHECK_EQ(claims.n, 0);
        sysfs_file(sysfs, "sys/module/vfio_pci/parameters/ids", "1002:1478\n");
        doctor_look_at_claims(&claims, sysfs->root, "quiet\n");
        CHECK_EQ(claims.n, 1);
        CHECK_EQ(claims.items[0].device, 0x1478);
        sysfs_file(sysfs, "etc/modprobe.d/vfio.conf",
                   "# options vfio-pci ids=1:1\n"
                   "  options vfio-pci disable_vga=1 ids=10de:2206,10de:1aef\n"
                   "softdep nvidia pre: vfio-pci\noptions kvm ids=9:9\n");
        sysfs_file(sysfs, "etc/modprobe.d/x.txt", "options vfio-pci ids=2:2\n");
        sysfs_file(sysfs, "etc/driverctl.d/pci-0000:03:00.0", "vfio-pci\n");
        sysfs_file(sysfs, "etc/driverctl.d/pci-0000:04:00.0", "e1000e\n");
        doctor_look_at_claims(&claims, sysfs->root, "a vfio-pci.ids=8086:15b8 b\n");
        CHECK_EQ(claims.n, 4);
        CHECK_STR(claims.items[0].where, "the kernel line");
        CHECK_EQ(claims.items[0].vendor, 0x8086);
        CHECK_STR(claims.items[2].where, "/etc/modprobe.d/vfio.conf");
        CHECK_EQ(claims.items[2].device, 0x1aef);
        CHECK_STR(claims.items[3].address, "0000:03:00.0");
        CHECK_STR(claims.softdep, "/etc/modprobe.d/vfio.conf");
}

static void test_profile(const struct sysfs *sysfs, const struct sysfs *empty) {
        struct doctor_profile profile;
        struct doctor doctor = findings_begin();
        struct machine m;

        machine_init(&m);
        doctor_look_at_profile(&doctor, &profile, empty->root, "win10", geteuid());
        findings_end(&doctor);
        CHECK(!profile.exists && profile.profile && !*findings);
        SAYS(DOCTOR_OK, "there is no /etc/pillion/win10.conf", doctor_judge_profile, &m.host, &profile);
        profile_free(profile.profile);
        sysfs_file(sysfs, "etc/pillion/win10.conf", "[host]\nend-programs = btop\n");
        doctor = findings_begin();
        doctor_look_at_profile(&doctor, &profile, sysfs->root, "win10", geteuid());
        findings_end(&doctor);
        CHECK_STR(findings, "");
        CHECK_STR(profile.profile->end_programs[0], "btop");
        SAYS(DOCTOR_OK, "/etc/pillion/win10.conf\n", doctor_judge_profile, &m.host, &profile);
        profile.hidden = true;
        SAYS(DOCTOR_OK, "only root can see", doctor_judge_profile, &m.host, &profile);
        profile_free(profile.profile);
        sysfs_file(sysfs, "etc/pillion/win10.conf", "[devices]\nfunctions = 0000:09:00.0\n");
        doctor = findings_begin();
        doctor_look_at_profile(&doctor, &profile, sysfs->root, "win10", geteuid());
        findings_end(&doctor);
        SAYS(DOCTOR_WARNING, "does not have", doctor_judge_profile, &m.host, &profile);
        profile_free(profile.profile);
        sysfs_file(sysfs, "etc/pillion/win10.conf", "[host]\nspeed = 3\n");
        doctor = findings_begin();
        doctor_look_at_profile(&doctor, &profile, sysfs->root, "win10", geteuid());
        findings_end(&doctor);
        CHECK_EQ(doctor.counts[DOCTOR_PROBLEM], 1);
        CHECK(strstr(findings, "win10.conf:2") && profile.profile);
        SAYS_NOTHING(doctor_judge_profile, &m.host, &profile);
        profile_free(profile.profile);
        sysfs_file(sysfs, "etc/pillion/games.conf", "[guest]\ndomain = Windows 10\n");
        doctor_look_at_profile(&doctor, &profile, sysfs->root, "Windows 10", geteuid());
        CHECK_STR(profile.name, "games");
        CHECK(profile.profile);
        profile_free(profile.profile);
        doctor_look_at_profile(&doctor, &profile, sysfs->root, "../win10", geteuid());
        CHECK(!profile.profile);
        SAYS(DOCTOR_WARNING, "none can have the guest's name", doctor_judge_profile, &m.host, &profile);
}

static void test_memory(const struct sysfs *sysfs, const struct sysfs *empty) {
        struct profile_pool pools[] = { { 1 << 30, 1 }, { 2 << 20, 4096 } };
        const struct profile profile = { .pools = pools, .n_pools = 2 };
        struct doctor_memory memory;
        struct machine m;

        machine_init(&m);
        doctor_look_at_memory(&memory, &m.host, empty->root, NULL);
        CHECK_EQ(memory.default_size, 0);
        CHECK_EQ(memory.whole, 0);
        sysfs_file(sysfs, "proc/meminfo", "MemTotal: 1 kB\nHugepagesize:       2048 kB\n");
        sysfs_file(sysfs, "proc/buddyinfo", "Node 0, zone Normal 1 0 0 0 0 0 0 0 0 3 2\n");
        doctor_look_at_memory(&memory, &m.host, sysfs->root, &profile);
        CHECK_EQ(memory.default_size, 2 << 20);
        CHECK_EQ(memory.made, 4096);
        CHECK_EQ(memory.whole, sysconf(_SC_PAGESIZE) == 4096 ? 3 + 2 * 2 : memory.whole);
}

static void test_processors(const struct sysfs *sysfs, const struct sysfs *empty) {
        struct doctor_definition definition = { 0 };
        struct machine m;
        struct doctor_domain guest = { .hardware = &m.hardware, .definition = &definition };
        struct doctor_facts facts = { .root = empty->root, .guest = &guest };
        struct doctor_processors processors;

        machine_init(&m);
        doctor_look_at_processors(&processors, &facts);
        CHECK_EQ(processors.n_siblings, 0);
        CHECK_STR(processors.online, "");
        doctor_processors_done(&processors);
        sysfs_file(sysfs, "sys/devices/system/cpu/cpu0/topology/thread_siblings_list", "0,4\n");
        sysfs_file(sysfs, "sys/devices/system/cpu/cpu4/topology/thread_siblings_list", "0,4\n");
        facts.root = sysfs->root;
        facts.inventory = &m.inventory;
        doctor_look_at_processors(&processors, &facts);
        CHECK_EQ(processors.n_siblings, 5);
        CHECK_STR(processors.siblings[4], "0,4");
        CHECK(!processors.siblings[1]);
        CHECK_STR(processors.online, "0-7");
        doctor_processors_done(&processors);
}

static void test_rom(const struct sysfs *sysfs) {
        struct doctor_rom rom;
        char path[300];

        doctor_look_at_rom(&rom, sysfs->root, "/usr/x.rom");
        CHECK_EQ(rom.error, -ENOENT);
        sysfs_file(sysfs, "usr/roms/x.rom", "");
        doctor_look_at_rom(&rom, sysfs->root, "/usr/roms/x.rom");
        CHECK(rom.error == 0 && rom.all);
        snprintf(path, sizeof(path), "%s/usr/roms", sysfs->root);
        CHECK_EQ(chmod(path, 0700), 0);
        doctor_look_at_rom(&rom, sysfs->root, "/usr/roms/x.rom");
        CHECK(!rom.all);
        CHECK_EQ(chmod(path, 0755), 0);
}

static void test_input(const struct sysfs *sysfs, const struct sysfs *empty) {
        struct doctor_access access;
        struct doctor_desk desk;

        doctor_look_at_desk(&desk, empty->root);
        CHECK(!desk.seen);
        sysfs_file(sysfs, "proc/bus/input/devices", "");
        doctor_look_at_desk(&desk, sysfs->root);
        CHECK(desk.seen && desk.keyboards == 0);
        sysfs_file(sysfs, "proc/bus/input/devices",
                   "N: Name=\"a\"\nH: Handlers=kbd event0\nB: EV=120013\n\n");
        doctor_look_at_desk(&desk, sysfs->root);
        CHECK_EQ(desk.keyboards, 1);
        doctor_look_at_access(&access, empty->root);
        CHECK(!access.uinput && !access.service);
        sysfs_file(sysfs, "usr/share/dbus-1/system-services/org.pillion.Devices1.service", "");
        sysfs_file(sysfs, "dev/uinput", "");
        doctor_look_at_access(&access, sysfs->root);
        CHECK(access.uinput && access.service);
}

/* All of it, on a machine that has nothing: no PCI, no libvirt's folders, no X. */
static void test_nothing(const struct sysfs *empty) {
        struct doctor doctor = findings_begin();

        doctor.headed = NULL;
        CHECK(doctor_run(&doctor, empty->root) > 0);
        findings_end(&doctor);
        CHECK(strstr(findings, "this machine has none, so there is nothing to lend"));
        CHECK(strstr(findings, "there is no /dev/uinput"));
        CHECK(!strstr(findings, "IOMMU groups") && !strstr(findings, "\ndevices\n"));
        doctor = findings_begin();
        doctor.json = true;
        CHECK(doctor_run(&doctor, empty->root) > 0);
        findings_end(&doctor);
        CHECK(strstr(findings, "\n  ],\n  \"groups\": [\n  ],\n  \"warnings\": "));
        doctor = findings_begin();
        CHECK_EQ(doctor_run_groups(&doctor, empty->root), -EIO);
        findings_end(&doctor);
}

int main(void) {
        struct sysfs sysfs, empty;

        sysfs_init(&sysfs);
        sysfs_init(&empty);
        test_read(&sysfs);
        test_iommu(&sysfs, &empty);
        test_kvm(&sysfs, &empty);
        test_claims(&sysfs, &empty);
        test_profile(&sysfs, &empty);
        test_memory(&sysfs, &empty);
        test_processors(&sysfs, &empty);
        test_rom(&sysfs);
        test_input(&sysfs, &empty);
        test_nothing(&empty);
        sysfs_done(&sysfs);
        sysfs_done(&empty);
        free(findings);
        return 0;
}
