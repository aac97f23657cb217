/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the doctor makes of the desktop, and of who else meddles with devices. */
#include "core/doctor/desktop.h"
#include "core/doctor/system.h"

#include <errno.h>

#include "tests/machine.h"

static void test_bus_id(void) {
        char address[PCI_ADDRESS_SIZE] = "";

        CHECK(doctor_parse_bus_id("PCI:1:0:0", address));
        CHECK_STR(address, "0000:01:00.0");
        CHECK(doctor_parse_bus_id("PCI:10@2:31:7", address));
        CHECK_STR(address, "0002:0a:1f.7");
        CHECK(!doctor_parse_bus_id("PCI:256:0:0", address));
        CHECK(!doctor_parse_bus_id("USB:1:0", address));
        CHECK(!doctor_parse_bus_id("", address));
}

static void test_xorg(void) {
        struct doctor_xorg xorg = { .installed = true, .n_snippets = 1 };
        struct doctor_snippet *snippet = &xorg.snippets[0];
        struct machine m;

        machine_init(&m);
        strcpy(snippet->path, "/etc/X11/xorg.conf.d/10-nvidia.conf");
        SAYS(DOCTOR_OK, "AutoAddGPU", doctor_judge_xorg, &m.host, &xorg, "win10");
        snippet->keeps_to_its_own = true;
        SAYS(DOCTOR_OK, "nothing of its configuration", doctor_judge_xorg, &m.host, &xorg, "win10");
        strcpy(snippet->driver, "nvidia");
        SAYS(DOCTOR_WARNING, "sudo pillion-switch adopt win10", doctor_judge_xorg, &m.host, &xorg, "win10");
        CHECK(strstr(findings, "'xorg-snippets = 10-nvidia.conf'"));
        strcpy(snippet->address, "0000:00:02.0"); /* the host's */
        SAYS(DOCTOR_OK, "nothing of its configuration", doctor_judge_xorg, &m.host, &xorg, "win10");
        strcpy(snippet->address, "0000:01:00.0");
        SAYS(DOCTOR_WARNING, "is for a GPU that is lent", doctor_judge_xorg, &m.host, &xorg, "win10");
        snippet->adopted = true;
        SAYS(DOCTOR_OK, "is adopted", doctor_judge_xorg, &m.host, &xorg, "win10");
        snippet->dangling = true;
        SAYS(DOCTOR_WARNING, "although 'win10' does not run", doctor_judge_xorg, &m.host, &xorg, "win10");
        snippet->adopted = false;
        SAYS(DOCTOR_WARNING, "leads to nothing", doctor_judge_xorg, &m.host, &xorg, "win10");
        snippet->dangling = false;
        strcpy(snippet->address, "0000:07:00.0");
        SAYS(DOCTOR_WARNING, "names 0000:07:00.0 by BusID", doctor_judge_xorg, &m.host, &xorg, "win10");
        snippet->address[0] = '\0';
        strcpy(snippet->card, "/dev/dri/card1");
        SAYS(DOCTOR_WARNING, "names /dev/dri/card1", doctor_judge_xorg, &m.host, &xorg, "win10");
        xorg.installed = false;
        SAYS(DOCTOR_OK, "not installed", doctor_judge_xorg, &m.host, &xorg, "win10");
}

static void test_compositor(void) {
        struct doctor_compositor compositor = { 0 };
        struct machine m;

        machine_init(&m);
        SAYS(DOCTOR_OK, "no graphical session", doctor_judge_compositor, &m.host, &compositor);
        strcpy(compositor.type, "x11");
        SAYS(DOCTOR_OK, "type x11", doctor_judge_compositor, &m.host, &compositor);
        strcpy(compositor.type, "wayland");
        SAYS(DOCTOR_WARNING, "KERNELS==\"0000:01:00.0\", TAG+=\"mutter-device-ignore\"",
             doctor_judge_compositor, &m.host, &compositor);
        strcpy(compositor.variable, "WLR_DRM_DEVICES");
        SAYS(DOCTOR_OK, "WLR_DRM_DEVICES keeps it", doctor_judge_compositor, &m.host, &compositor);
        strcpy(compositor.rule, "/etc/udev/rules.d/x.rules");
        SAYS(DOCTOR_OK, "x.rules keeps it", doctor_judge_compositor, &m.host, &compositor);
        compositor.rule[0] = compositor.variable[0] = '\0';
        m.functions[GPU].driver = (char *)"vfio-pci";
        SAYS(DOCTOR_OK, "type wayland", doctor_judge_compositor, &m.host, &compositor);
}

static void test_nvidia(void) {
        struct doctor_nvidia nvidia = { .modeset = "Y", .fbdev = "Y" };
        struct machine m;

        machine_init(&m);
        SAYS(DOCTOR_OK, "modeset=Y, fbdev=Y: consoles", doctor_judge_nvidia, &m.host, &nvidia);
        nvidia = (struct doctor_nvidia){ .persistenced = 7 };
        SAYS(DOCTOR_OK, "nvidia-persistenced: running", doctor_judge_nvidia, &m.host, &nvidia);
        m.functions[GPU].driver = (char *)"nouveau";
        SAYS_NOTHING(doctor_judge_nvidia, &m.host, &nvidia);
}

static void test_linger(void) {
        struct machine m;

        machine_init(&m);
        SAYS(DOCTOR_WARNING, "loginctl enable-linger alice", doctor_judge_linger, &m.host, "alice", false);
        SAYS(DOCTOR_OK, "outlive", doctor_judge_linger, &m.host, "alice", true);
        m.hardware.n_hostdevs = 0;
        SAYS_NOTHING(doctor_judge_linger, &m.host, "alice", false);
}

static void test_rivals(void) {
        struct doctor_rivals rivals = { 0 };
        struct doctor_hooks hooks = { 0 };

        SAYS(DOCTOR_OK, "nothing else", doctor_judge_rivals, &rivals);
        strcpy(rivals.names, "supergfxd");
        SAYS(DOCTOR_WARNING, "supergfxd: enabled or running", doctor_judge_rivals, &rivals);
        rivals = (struct doctor_rivals){ .envycontrol = true };
        SAYS(DOCTOR_WARNING, "envycontrol --reset", doctor_judge_rivals, &rivals);
        SAYS(DOCTOR_OK, "libvirt has none", doctor_judge_hooks, &hooks);
        hooks.n = 1;
        strcpy(hooks.items[0].path, "/etc/libvirt/hooks/qemu");
        SAYS(DOCTOR_OK, "hooks/qemu runs", doctor_judge_hooks, &hooks);
        strcpy(hooks.items[0].word, "unbind");
        SAYS(DOCTOR_WARNING, "has 'unbind' in it", doctor_judge_hooks, &hooks);
        hooks.items[0].ours = true;
        SAYS(DOCTOR_OK, "is pillion's", doctor_judge_hooks, &hooks);
}

static void test_qemu(void) {
        struct doctor_qemu qemu = { 0 };

        SAYS(DOCTOR_OK, "the usual user", doctor_judge_qemu, &qemu);
        strcpy(qemu.user, "alice");
        SAYS(DOCTOR_OK, "runs as alice:the usual group", doctor_judge_qemu, &qemu);
        strcpy(qemu.user, "root");
        SAYS(DOCTOR_WARNING, "QEMU runs as root", doctor_judge_qemu, &qemu);
        qemu.error = -ENOENT;
        SAYS(DOCTOR_OK, "there is no /etc", doctor_judge_qemu, &qemu);
        qemu.error = -EACCES;
        SAYS(DOCTOR_OK, "only root can see", doctor_judge_qemu, &qemu);
}

static void test_suspend(void) {
        struct machine m;

        machine_init(&m);
        SAYS(DOCTOR_OK, "no device is with a guest", doctor_judge_suspend, &m.host, false);
        m.host.running = true;
        SAYS(DOCTOR_WARNING, "--what=sleep", doctor_judge_suspend, &m.host, false);
        SAYS(DOCTOR_OK, "kept awake", doctor_judge_suspend, &m.host, true);
}

static void test_stuck(void) {
        struct doctor_stuck stuck = { 0 };
        struct machine m;

        machine_init(&m);
        SAYS(DOCTOR_OK, "no call", doctor_judge_stuck, &m.host, &stuck);
        stuck.tasks[stuck.n++] = (struct doctor_task){ "libvirtd", 812, 830, "" };
        m.functions[GPU].driver = (char *)"vfio-pci";
        SAYS(DOCTOR_PROBLEM, "a thread of libvirtd (830 of 812) hangs in the kernel\n", doctor_judge_stuck,
             &m.host, &stuck);
        CHECK(strstr(findings, "0000:01:00.1 (NVIDIA sound)") && !strstr(findings, "RTX"));
        CHECK(strstr(findings, "Do not restart or kill libvirtd, and do not reboot"));
        strcpy(stuck.tasks[0].where, "snd_card_free");
        SAYS(DOCTOR_PROBLEM, "in snd_card_free\n", doctor_judge_stuck, &m.host, &stuck);
        CHECK(strstr(findings, "/dev/snd/*"));
}

static struct holder holder(const char *program, pid_t pid, const char *unit, const char *node) {
        return (struct holder){ .pid = pid,
                                .program = (char *)program,
                                .unit = (char *)unit,
                                .user_unit = (char *)"",
                                .user = (char *)"alice",
                                .node = node,
                                .device = "0000:01:00.0" };
}

static void test_holders(void) {
        struct desktop_session session = { .scope = (char *)"session-3.scope", .uid = 1000 };
        struct desktop desktop = { .display_manager = (char *)"lightdm.service",
                                   .sessions = &session,
                                   .n_sessions = 1 };
        struct holder items[] = { holder("Xorg", 8, "lightdm.service", "dri/card1"),
                                  holder("Xorg", 8, "lightdm.service", "dri/renderD129"),
                                  holder("ollama", 9, "ollama.service", "dri/renderD129"),
                                  holder("pipewire", 10, "user@1000.service", "snd/controlC1"),
                                  holder("nvidia-persiste", 11, "nvidia-persistenced.service", "nvidia0") };
        _cleanup_(profile_freep) struct profile *profile = NULL;
        struct holders holders = { .items = items, .n = 5 };
        struct doctor doctor = findings_begin();

        CHECK_EQ(profile_default(&profile, "win10"), 0);
        doctor_judge_holders(&doctor, &holders, &desktop, profile);
        findings_end(&doctor);
        CHECK_EQ(doctor.counts[DOCTOR_WARNING], 1);
        CHECK_EQ(doctor.counts[DOCTOR_OK], 4);
        CHECK(strstr(findings, "Xorg (pid 8, lightdm.service, alice) has dri/card1 of 0000:01:00.0 open: the "
                               "display manager is restarted to lend it"));
        CHECK(strstr(findings, "end-programs = ollama, stop-units = "));
        CHECK(strstr(findings, "the unit is stopped") && strstr(findings, "lets go when it is told"));
        CHECK(strstr(findings, "lending them now restarts the display manager"));
        holders.n = 0;
        doctor = findings_begin();
        doctor_judge_holders(&doctor, &holders, &desktop, profile);
        findings_end(&doctor);
        CHECK(strstr(findings, "nobody has them open") && strstr(findings, "does not restart"));
        CHECK_EQ(doctor.counts[DOCTOR_OK], 2);
        holders.unseen = 90;
        SAYS(DOCTOR_OK,
             "only root sees into 90 more "
             "processes",
             doctor_judge_holders, &holders, &desktop, profile);
        holders.unseen = 0;
        doctor = findings_begin();
        doctor_judge_holders(&doctor, &holders, NULL, NULL);
        findings_end(&doctor);
        CHECK(strstr(findings, "cannot be told: systemd does not answer"));
}

int main(void) {
        test_bus_id();
        test_xorg();
        test_compositor();
        test_nvidia();
        test_linger();
        test_rivals();
        test_qemu();
        test_suspend();
        test_stuck();
        test_holders();
        free(findings);
        return 0;
}
