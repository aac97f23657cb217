/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the doctor sees of the desktop and of who else meddles: a tree of files made up, and one that is
 * empty. */
#include <errno.h>

#include "core/doctor/desktop.h"
#include "core/doctor/system.h"
#include "tests/machine.h"
#include "tests/sysfs.h"

static void test_xorg(const struct sysfs *sysfs, const struct sysfs *empty) {
        struct doctor_xorg xorg;
        char path[300];

        doctor_look_at_xorg(&xorg, empty->root);
        CHECK(!xorg.installed && xorg.n_snippets == 0);
        sysfs_file(sysfs, "usr/bin/Xorg", "");
        sysfs_file(sysfs, "etc/X11/xorg.conf.d/10-nvidia.conf",
                   "Section \"Device\"\n  Driver \"nvidia\" # x\n\tBusID \"PCI:1:0:0\"\nEndSection\n");
        sysfs_file(sysfs, "etc/X11/xorg.conf.d/20-flags.conf",
                   "option \"AutoAddGPU\" \"False\"\nOption \"kmsdev\" \"/dev/dri/card0\"\nOption \"x\n");
        snprintf(path, sizeof(path), "%s/etc/X11/xorg.conf.d/30-lent.conf", sysfs->root);
        CHECK_EQ(symlink("/run/pillion/xorg/30-lent.conf", path), 0);
        doctor_look_at_xorg(&xorg, sysfs->root);
        CHECK(xorg.installed);
        CHECK_EQ(xorg.n_snippets, 3);
        CHECK_STR(xorg.snippets[0].path, "/etc/X11/xorg.conf.d/10-nvidia.conf");
        CHECK_STR(xorg.snippets[0].driver, "nvidia");
        CHECK_STR(xorg.snippets[0].address, "0000:01:00.0");
        CHECK(!xorg.snippets[0].link && !xorg.snippets[0].dangling);
        CHECK(xorg.snippets[1].keeps_to_its_own);
        CHECK_STR(xorg.snippets[1].card, "/dev/dri/card0");
        CHECK(xorg.snippets[2].adopted && xorg.snippets[2].link && xorg.snippets[2].dangling);
}

static void test_desktop(const struct sysfs *sysfs, const struct sysfs *empty) {
        struct desktop_session session = { .type = (char *)"wayland" };
        const struct desktop desktop = { .sessions = &session, .n_sessions = 1 };
        struct doctor_compositor compositor;
        struct doctor_nvidia nvidia;

        CHECK_EQ(unsetenv("XDG_SESSION_TYPE"), 0);
        CHECK_EQ(unsetenv("WLR_DRM_DEVICES"), 0);
        doctor_look_at_compositor(&compositor, empty->root, NULL);
        CHECK_STR(compositor.type, "");
        CHECK_STR(compositor.rule, "");
        sysfs_file(sysfs, "etc/udev/rules.d/70-a.rules", "KERNEL==\"x\"\n");
        sysfs_file(sysfs, "etc/udev/rules.d/72-gpu.rules", "KERNELS==\"a\", TAG+=\"mutter-device-ignore\"\n");
        CHECK_EQ(setenv("WLR_DRM_DEVICES", "/dev/dri/card0", 1), 0);
        doctor_look_at_compositor(&compositor, sysfs->root, &desktop);
        CHECK_STR(compositor.type, "wayland");
        CHECK_STR(compositor.rule, "/etc/udev/rules.d/72-gpu.rules");
        CHECK_STR(compositor.variable, "WLR_DRM_DEVICES");
        CHECK_EQ(setenv("XDG_SESSION_TYPE", "tty", 1), 0);
        doctor_look_at_compositor(&compositor, empty->root, NULL);
        CHECK_STR(compositor.type, "");
        doctor_look_at_nvidia(&nvidia, empty->root);
        CHECK(nvidia.powerd == 0 && !*nvidia.modeset);
        sysfs_file(sysfs, "sys/module/nvidia_drm/parameters/modeset", "Y\n");
        sysfs_file(sysfs, "proc/77/comm", "nvidia-persiste\n");
        doctor_look_at_nvidia(&nvidia, sysfs->root);
        CHECK_EQ(nvidia.persistenced, 77);
        CHECK_STR(nvidia.modeset, "Y");
}

static void test_system(const struct sysfs *sysfs, const struct sysfs *empty) {
        struct doctor_rivals rivals;
        struct doctor_hooks hooks;
        struct doctor_qemu qemu;

        doctor_look_at_rivals(&rivals, empty->root);
        CHECK(!*rivals.names && !rivals.envycontrol);
        sysfs_file(sysfs, "etc/systemd/system/multi-user.target.wants/supergfxd.service", "");
        sysfs_file(sysfs, "proc/78/comm", "optimus-manager\n");
        sysfs_file(sysfs, "var/cache/envycontrol/cache.json", "{}");
        doctor_look_at_rivals(&rivals, sysfs->root);
        CHECK_STR(rivals.names, "supergfxd, optimus-manager");
        CHECK(rivals.envycontrol);
        doctor_look_at_hooks(&hooks, empty->root);
        CHECK_EQ(hooks.n, 0);
        sysfs_file(sysfs, "etc/libvirt/hooks/qemu", "#!/bin/sh\nvirsh nodedev-detach x\n");
        sysfs_file(sysfs, "etc/libvirt/hooks/qemu.d/log", "#!/bin/sh\nlogger x\n");
        doctor_look_at_hooks(&hooks, sysfs->root);
        CHECK_EQ(hooks.n, 2);
        CHECK_STR(hooks.items[0].word, "nodedev-");
        CHECK_STR(hooks.items[1].word, "");
        CHECK(!hooks.items[0].ours && !hooks.items[1].ours);
        sysfs_file(sysfs, "etc/libvirt/hooks/qemu.d/pillion", "unit=pillion-guest@$p.service\nsystemctl x\n");
        doctor_look_at_hooks(&hooks, sysfs->root);
        CHECK_EQ(hooks.n, 3);
        CHECK(hooks.items[2].ours);
        doctor_look_at_qemu(&qemu, empty->root);
        CHECK_EQ(qemu.error, -ENOENT);
        sysfs_file(sysfs, "etc/libvirt/qemu.conf", "#user = \"root\"\nuser = \"alice\"\n  group=\"kvm\"\n");
        doctor_look_at_qemu(&qemu, sysfs->root);
        CHECK_EQ(qemu.error, 0);
        CHECK_STR(qemu.user, "alice");
        CHECK_STR(qemu.group, "kvm");
}

static void test_sleep(const struct sysfs *sysfs, const struct sysfs *empty) {
        CHECK(!doctor_sleep_is_blocked(empty->root));
        sysfs_file(sysfs, "run/systemd/inhibit/1", "WHAT=sleep\nWHO=NetworkManager\nMODE=delay\n");
        sysfs_file(sysfs, "run/systemd/inhibit/2", "WHAT=idle\nWHO=sleep\nMODE=block\n");
        CHECK(!doctor_sleep_is_blocked(sysfs->root));
        sysfs_file(sysfs, "run/systemd/inhibit/3", "WHAT=shutdown:sleep\nWHO=pillion\nMODE=block\n");
        CHECK(doctor_sleep_is_blocked(sysfs->root));
}

static void test_stuck(const struct sysfs *sysfs, const struct sysfs *empty) {
        struct doctor_stuck stuck;

        doctor_look_at_stuck(&stuck, empty->root, 0);
        CHECK_EQ(stuck.n, 0);
        sysfs_file(sysfs, "proc/80/comm", "libvirtd\n");
        sysfs_file(sysfs, "proc/80/task/80/stat", "80 (libvirtd) S 1 80\n");
        sysfs_file(sysfs, "proc/80/task/81/stat", "81 (rpc) D (w) D 1 80\n");
        sysfs_file(sysfs, "proc/80/task/81/stack", "[<0>] wait\n[<0>] snd_card_free+0x5\n");
        sysfs_file(sysfs, "proc/90/comm", "dd\n");
        sysfs_file(sysfs, "proc/90/task/90/stat", "90 (dd) D 1 80\n");
        doctor_look_at_stuck(&stuck, sysfs->root, 1000);
        CHECK_EQ(stuck.n, 1);
        CHECK_EQ(stuck.tasks[0].tid, 81);
        CHECK_STR(stuck.tasks[0].program, "libvirtd");
        CHECK_STR(stuck.tasks[0].where, "snd_card_free");
        sysfs_file(sysfs, "proc/80/task/81/stat", "81 (x) D x) R 1 80\n");
        doctor_look_at_stuck(&stuck, sysfs->root, 0);
        CHECK_EQ(stuck.n, 0);
}

int main(void) {
        struct sysfs sysfs, empty;

        sysfs_init(&sysfs);
        sysfs_init(&empty);
        test_xorg(&sysfs, &empty);
        test_desktop(&sysfs, &empty);
        test_system(&sysfs, &empty);
        test_sleep(&sysfs, &empty);
        test_stuck(&sysfs, &empty);
        sysfs_done(&sysfs);
        sysfs_done(&empty);
        free(findings);
        return 0;
}
