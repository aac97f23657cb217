/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the doctor makes of each device that is lent. */
#include "tests/machine.h"

static void test_device(void) {
        struct machine m;

        machine_init(&m);
        SAYS(DOCTOR_OK, "0000:01:00.0 (NVIDIA RTX), nvidia\n", doctor_judge_device, &m.host, 0);
        m.functions[GPU].dead = true;
        SAYS(DOCTOR_PROBLEM, "does not answer", doctor_judge_device, &m.host, 0);
        strcpy(m.hostdevs[1].address, "0000:09:00.0");
        SAYS(DOCTOR_PROBLEM, "0000:09:00.0, which the guest is lent, is not in this machine",
             doctor_judge_device, &m.host, 1);
}

/* What is said beside the line that names the device. */
static void says_too(enum doctor_verdict verdict, const char *words, const struct machine *m) {
        struct doctor doctor = findings_begin();

        doctor_judge_device(&doctor, &m->host, 0);
        findings_end(&doctor);
        if (!strstr(findings, words))
                test_fail("\"%s\" is not in: %s", words, findings);
        CHECK_EQ(doctor.counts[verdict], 1 + (verdict == DOCTOR_OK));
}

static void test_peculiar(void) {
        struct machine m;

        machine_init(&m);
        m.functions[GPU].class = 0x038000;
        says_too(DOCTOR_WARNING, "a display without VGA", &m);
        machine_init(&m);
        m.functions[GPU].framebuffer = true;
        says_too(DOCTOR_OK, "vfio-pci takes it away", &m);
        m.functions[GPU].class = 0x030200;
        says_too(DOCTOR_WARNING, "initcall_blacklist=sysfb_init", &m);
        machine_init(&m);
        m.hardware.n_hostdevs = 1;
        m.functions[GPU_SOUND].group = 16;
        says_too(DOCTOR_WARNING, "0000:01:00.1 (NVIDIA sound) is of the same card as 0000:01:00.0", &m);
}

static void test_boot_screen(void) {
        struct machine m;

        machine_init(&m);
        SAYS(DOCTOR_OK, "is another GPU's, 0000:00:02.0 (Intel UHD)", doctor_judge_boot_screen, &m.host);
        m.functions[GPU].boot_vga = true;
        SAYS(DOCTOR_WARNING, "the GPU that the firmware starts on, not 0000:00:02.0",
             doctor_judge_boot_screen, &m.host);
        CHECK(strstr(findings, "<rom file='…'/>"));
        m.hostdevs[0].rom = (char *)"/x.rom";
        SAYS(DOCTOR_WARNING, "goes dark with it.", doctor_judge_boot_screen, &m.host);
        m.functions[HOST_GPU].class = 0x020000;
        SAYS(DOCTOR_WARNING, "is the only GPU", doctor_judge_boot_screen, &m.host);
        CHECK(strstr(findings, "'headless = yes' in the profile"));
        m.functions[GPU].class = 0x020000;
        SAYS_NOTHING(doctor_judge_boot_screen, &m.host);
}

static void test_resets(void) {
        struct machine m;

        machine_init(&m);
        SAYS(DOCTOR_OK, "0000:01:00.0: flr bus, 0000:01:00.1: bus", doctor_judge_resets, &m.host);
        m.functions[GPU_SOUND].resets = (char *)"";
        SAYS(DOCTOR_OK, "0000:01:00.1: with its card", doctor_judge_resets, &m.host);
        m.hardware.n_hostdevs = 1;
        m.functions[GPU].resets = (char *)"bus";
        SAYS(DOCTOR_WARNING, "of which not all is lent", doctor_judge_resets, &m.host);
        m.functions[GPU].resets = (char *)"";
        SAYS(DOCTOR_WARNING, "no way to reset 0000:01:00.0", doctor_judge_resets, &m.host);
        CHECK(!strstr(findings, "vendor-reset"));
        m.functions[GPU].vendor = 0x1002;
        SAYS(DOCTOR_WARNING, "vendor-reset", doctor_judge_resets, &m.host);
        m.functions[GPU_SOUND].bridge = true;
        m.functions[GPU].resets = (char *)"bus";
        SAYS(DOCTOR_OK, "vendor-reset", doctor_judge_resets, &m.host);
}

static void test_others(void) {
        struct machine m;

        machine_init(&m);
        SAYS_NOTHING(doctor_judge_twins, &m.host);
        SAYS(DOCTOR_OK, "nothing else uses nvidia's", doctor_judge_siblings, &m.host);
        m.functions[HOST_GPU].vendor = 0x10de;
        m.functions[HOST_GPU].device = 0x2206;
        SAYS(DOCTOR_OK, "same model as 0000:00:02.0", doctor_judge_twins, &m.host);
        m.functions[HOST_GPU].driver = m.functions[HOST_GPU].module = (char *)"nvidia";
        SAYS(DOCTOR_WARNING, "hangs for good", doctor_judge_siblings, &m.host);
        m.functions[GPU].driver = m.functions[GPU].module = (char *)"amdgpu";
        m.functions[HOST_GPU].driver = m.functions[HOST_GPU].module = (char *)"amdgpu";
        SAYS(DOCTOR_OK, "so it stays loaded", doctor_judge_siblings, &m.host);
        m.functions[GPU].driver = (char *)"vfio-pci";
        SAYS_NOTHING(doctor_judge_siblings, &m.host);
}

static void test_bar(void) {
        static const char text[] = "0x00000000f6000000 0x00000000f6ffffff 0x0000000000040200\n"
                                   "0x00000000e0000000 0x00000000efffffff 0x000000000014220c\n"
                                   "0x0000000000000000 0x0000000000000000 0x0000000000000000\n";
        struct machine m;

        machine_init(&m);
        CHECK_EQ(doctor_largest_bar(text), 256 << 20);
        CHECK_EQ(doctor_largest_bar(""), 0);
        CHECK_EQ(doctor_largest_bar("x\n\ny"), 0);
        SAYS(DOCTOR_OK, "256 MiB\n", doctor_judge_bar, &m.functions[GPU], 256 << 20);
        SAYS(DOCTOR_OK, "resizable BAR is on", doctor_judge_bar, &m.functions[GPU], (uint64_t)16 << 30);
}

int main(void) {
        test_device();
        test_peculiar();
        test_boot_screen();
        test_resets();
        test_others();
        test_bar();
        free(findings);
        return 0;
}
