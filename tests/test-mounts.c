/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <sys/sysmacros.h>

#include "switcher/inventory.h"
#include "tests/sysfs-pci.h"

#define DISK "0000:02:00.0"

/* Each partition is used in another way; the last is not used. */
static void add_disk(const struct sysfs *sysfs) {
        static const struct sysfs_node disk[] = {
                { "nvme/nvme0/nvme0n1", "259:0", "nvme0n1", "block", true },
                { "nvme/nvme0/nvme0n1/nvme0n1p1", "259:1", "nvme0n1p1", "block", true },
                { "nvme/nvme0/nvme0n1/nvme0n1p2", "259:2", "nvme0n1p2", "block", true },
                { "nvme/nvme0/nvme0n1/nvme0n1p3", "259:3", "nvme0n1p3", "block", true },
                { "nvme/nvme0/nvme0n1/nvme0n1p4", "259:4", "nvme0n1p4", "block", true },
                { "nvme/nvme0/nvme0n1/nvme0n1p5", "259:5", "nvme0n1p5", "block", true },
                { "nvme/nvme0/nvme0n1/nvme0n1p6", "259:6", "nvme0n1p6", "block", true },
                { "nvme/nvme0/nvme0n1/nvme0n1p7", "259:7", "nvme0n1p7", "block", true },
        };

        sysfs_function(sysfs, DISK, NULL, "0x144d\n", "0xa80a\n", "0x010802\n");
        for (size_t i = 0; i < sizeof(disk) / sizeof(*disk); i++)
                sysfs_node(sysfs, DISK, &disk[i]);
        sysfs_file(sysfs, "sys/devices/virtual/block/dm-0/dev", "253:0\n");
        sysfs_file(sysfs, "sys/devices/virtual/block/dm-1/dev", "253:1\n");
        sysfs_file(sysfs, "dev/dm-1", "");
        sysfs_link(sysfs, "dev/mapper/swap", "dev/dm-1");
        sysfs_link(sysfs, "sys/dev/block/253:0", "sys/devices/virtual/block/dm-0");
        sysfs_link(sysfs, sysfs_of(sysfs, DISK, "nvme/nvme0/nvme0n1/nvme0n1p3/holders/dm-0"),
                   "sys/devices/virtual/block/dm-0");
        sysfs_link(sysfs, "sys/devices/virtual/block/dm-0/holders/dm-1", "sys/devices/virtual/block/dm-1");
        sysfs_link(sysfs, sysfs_of(sysfs, DISK, "nvme/nvme0/nvme0n1/nvme0n1p4/holders/md7"),
                   "sys/devices/virtual/block/md7");
        sysfs_link(sysfs, "sys/fs/btrfs/8e7c/devices/nvme0n1p5",
                   sysfs_of(sysfs, DISK, "nvme/nvme0/nvme0n1/nvme0n1p5"));
        sysfs_file(sysfs, "proc/self/mountinfo",
                   "22 1 0:21 / /proc rw - proc proc rw\n"
                   "35 1 259:1 / /my\\040disk rw,noatime shared:1 - ext4 /dev/root rw\n"
                   "36 1 259:1 / /again rw - ext4 /dev/root rw\n"
                   "38 1 259:9 / /srv rw - ext4 /dev/nvme1n1p1 rw\n"
                   "37 1 0:40 /home /home rw shared:2 - btrfs /dev/nvme0n1p2 rw,subvol=/home\n");
        sysfs_file(sysfs, "proc/swaps",
                   "Filename Type Size Used Priority\n/dev/mapper/swap partition 9 0 -2\n");
}

static void check_disk(const struct inventory *inventory) {
        static const char *const uses[] = { "", "/my disk", "/home", "swap", "md7", "btrfs", "", "" };
        const struct inventory_function *disk = inventory_find(inventory, DISK);

        CHECK_EQ(disk->n_nodes, 8);
        for (size_t i = 0; i < 8; i++) {
                CHECK(disk->nodes[i].block);
                CHECK_EQ(disk->nodes[i].number, makedev(259, (unsigned)i));
                CHECK_STR(disk->nodes[i].mounted, uses[i]);
        }
}

/* A disk with two controllers is on both; one that hangs on no function is on none. */
static void add_shared_disk(const struct sysfs *sysfs) {
        static const char subsystem[] = "sys/devices/virtual/nvme-subsystem/nvme-subsys0";
        static const char *const controllers[] = { "0000:03:00.0", "0000:04:00.0" };
        char path[200], target[100];

        sysfs_file(sysfs, "sys/devices/virtual/nvme-subsystem/nvme-subsys0/nvme1n1/nvme1n1p1/dev", "259:9\n");
        snprintf(path, sizeof(path), "%s/nvme1n1/nvme1n1p1", subsystem);
        sysfs_link(sysfs, "sys/dev/block/259:9", path);
        snprintf(path, sizeof(path), "%s/nvme1n1", subsystem);
        sysfs_link(sysfs, "sys/dev/block/259:8", path);
        for (int i = 0; i < 2; i++) {
                sysfs_function(sysfs, controllers[i], NULL, "0x144d\n", "0xa80a\n", "0x010802\n");
                snprintf(path, sizeof(path), "%s/nvme%d", subsystem, i + 1);
                snprintf(target, sizeof(target), "nvme/nvme%d", i + 1);
                sysfs_folder(sysfs, sysfs_of(sysfs, controllers[i], target));
                sysfs_link(sysfs, path, sysfs_of(sysfs, controllers[i], target));
        }
        sysfs_file(sysfs, "sys/devices/virtual/block/loop0/dev", "7:0\n");
        sysfs_link(sysfs, "sys/dev/block/7:0", "sys/devices/virtual/block/loop0");
}

static void check_shared_disk(const struct inventory *inventory) {
        for (size_t i = 1; i < 3; i++) {
                const struct inventory_function *function = &inventory->functions[i];

                CHECK_EQ(function->n_nodes, 2);
                CHECK_STR(function->nodes[0].name, "nvme1n1");
                CHECK_EQ(function->nodes[0].number, makedev(259, 8));
                CHECK_STR(function->nodes[1].name, "nvme1n1p1");
                CHECK_STR(function->nodes[1].mounted, "/srv");
        }
}

/* Anybody may choose a mount point, and so where a path is cut: here within a blank. */
static void test_cut(struct sysfs *sysfs) {
        _cleanup_(inventory_freep) struct inventory *inventory = NULL;
        char where[512], line[700];

        memset(where, 'a', sizeof(where));
        snprintf(where + 509, sizeof(where) - 509, "\\0");
        where[0] = '/';
        snprintf(line, sizeof(line), "35 1 259:1 / %s40b rw - fuse a rw\n", where);
        sysfs_file(sysfs, "proc/self/mountinfo", line);
        CHECK_EQ(inventory_look(&inventory, sysfs->root), 0);
        CHECK_STR(inventory_find(inventory, DISK)->nodes[1].mounted, where);
}

int main(void) {
        _cleanup_(inventory_freep) struct inventory *inventory = NULL;
        struct sysfs sysfs;

        sysfs_init(&sysfs);
        add_disk(&sysfs);
        add_shared_disk(&sysfs);
        CHECK_EQ(inventory_look(&inventory, sysfs.root), 0);
        check_disk(inventory);
        check_shared_disk(inventory);
        test_cut(&sysfs);
        sysfs_done(&sysfs);
        return 0;
}
