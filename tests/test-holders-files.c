/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Who holds what in a /proc of files, for what this machine does not have. */
#include "switcher/holders-internal.h"
#include "tests/sysfs.h"

/* 1:7 and 1:5; makedev() is no constant. */
static const struct holders_node full = { .number = 0x107, .name = "full", .device = "a" };
static const struct holders_node zero = { .number = 0x105, .name = "zero", .device = "b" };

/* Makes the process PID of a /proc of files. */
static void fake(const struct sysfs *sysfs, int pid, const char *program, const char *cgroup) {
        char path[64];

        snprintf(path, sizeof(path), "%d/comm", pid);
        sysfs_file(sysfs, path, program);
        snprintf(path, sizeof(path), "%d/status", pid);
        sysfs_file(sysfs, path, "Name:\tx\nPid:\t1\nUid:\t4242424\t0\t0\t0\n");
        snprintf(path, sizeof(path), "%d/cgroup", pid);
        sysfs_file(sysfs, path, cgroup);
        snprintf(path, sizeof(path), "%d/fd", pid);
        sysfs_folder(sysfs, path);
}

static void fake_link(const struct sysfs *sysfs, const char *path, const char *target) {
        CHECK_EQ(symlink(target, sysfs_path(sysfs, path)), 0);
}

static void test_files(void) {
        const struct holders_node nodes[] = { full, zero };
        _cleanup_(holders_freep) struct holders *holders = NULL;
        struct sysfs sysfs;
        char text[200];

        sysfs_init(&sysfs);
        fake(&sysfs, 812, "Xorg\n", "0::/system.slice/lightdm.service\n");
        fake_link(&sysfs, "812/fd/4", "/dev/zero");
        fake_link(&sysfs, "812/fd/9", "/dev/full");
        fake_link(&sysfs, "812/fd/10", "/nonexistent");
        /* The lowest addresses are written with zeros in front in the one, and without in the other. */
        fake(&sysfs, 77, "old\n", "0::/\n");
        sysfs_file(&sysfs, "77/maps",
                   "00400000-00401000 r--p 00000000 00:06 8                          /lib/x\n"
                   "00401000-00402000 rw-s 00000000 00:06 9                          /dev/full (deleted)\n"
                   "7ffe0000-7ffe1000 rw-p 00000000 00:00 0                          [stack]\n");
        fake_link(&sysfs, "77/map_files/400000-401000", "/dev/null");
        fake_link(&sysfs, "77/map_files/401000-402000", "/dev/full");
        /* It ends while we look. */
        sysfs_folder(&sysfs, "900/fd");
        fake_link(&sysfs, "900/fd/1", "/dev/full");
        sysfs_folder(&sysfs, "notaprocess/fd");
        fake_link(&sysfs, "notaprocess/fd/1", "/dev/full");
        CHECK_EQ(holders_look(&holders, sysfs.root, nodes, 2), 0);
        CHECK_EQ(holders->n, 3);
        CHECK_EQ(holders->unseen, 0);
        holder_describe(&holders->items[0], text, sizeof(text));
        CHECK_STR(text, "old (pid 77, 4242424) has full of a mapped");
        holder_describe(&holders->items[1], text, sizeof(text));
        CHECK_STR(text, "Xorg (pid 812, lightdm.service, 4242424) has full of a open");
        CHECK_STR(holders->items[2].node, "zero");
        sysfs_done(&sysfs);
        CHECK_EQ(holders_look(&holders, "/nonexistent", nodes, 2), -ENOENT);
}

static void check_units(const char *text, const char *unit, const char *user_unit) {
        char is[256], user_is[256];

        holder_units(text, is, user_is, sizeof(is));
        CHECK_STR(is, unit);
        CHECK_STR(user_is, user_unit);
}

static void test_units(void) {
        check_units("0::/init.scope", "init.scope", "");
        check_units("0::/system.slice/lightdm.service", "lightdm.service", "");
        check_units("0::/system.slice/system-getty.slice/getty@tty1.service", "getty@tty1.service", "");
        check_units("0::/user.slice/user-1000.slice/session-3.scope", "session-3.scope", "");
        check_units("0::/user.slice/user-1000.slice/user@1000.service/session.slice/pipewire.service",
                    "user@1000.service", "pipewire.service");
        check_units("0::/user.slice/user-1000.slice/user@1000.service/app.slice/app-a.slice/app-a-9.scope/x",
                    "user@1000.service", "app-a-9.scope");
        check_units("0::/user.slice/user-1000.slice/user@1000.service/init.scope", "user@1000.service",
                    "init.scope");
        check_units("0::/machine.slice/machine-qemu\\x2d1.scope/libvirt/emulator", "machine-qemu\\x2d1.scope",
                    "");
        check_units("0::/system.slice/_cpu.service", "cpu.service", "");
        check_units("0::/lxc.payload.x/system.slice/cron.service", "", "");
        check_units("0::/", "", "");
        check_units("", "", "");
        /* Hybrid: systemd's own beside the unified one, or only the latter is used. */
        check_units("9:name=systemd:/system.slice/a.service\n8:pids:/x.service\n0::/", "a.service", "");
        check_units("9:name=systemd:/\n8:pids:/x.service\n0::/system.slice/b.service", "b.service", "");
        /* A path that looks like another hierarchy. */
        check_units("0::/user.slice/user-1.slice/user@1.service/:name=systemd:/system.slice/a.service",
                    "user@1.service", "");
}

int main(void) {
        test_files();
        test_units();
        return 0;
}
