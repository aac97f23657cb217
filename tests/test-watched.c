/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <sys/sysmacros.h>

#include "switcher/watched.h"
#include "tests/sysfs-pci.h"

#define GPU   "0000:01:00.0"
#define HDMI  "0000:01:00.1"
#define OTHER "0000:02:00.0"

static void set_up(struct sysfs *sysfs, const char *driver, const char *other) {
        static const struct sysfs_node card = { "drm/card1", "226:1", "dri/card1", "drm", false };
        static const struct sysfs_node control = { "sound/card1/controlC1", "116:9", "snd/controlC1", "sound",
                                                   false };
        static const struct sysfs_node disk = { "usb1/block/sda", "8:0", "sda", "block", true };

        sysfs_init(sysfs);
        sysfs_function(sysfs, GPU, NULL, "0x10de\n", "0x2206\n", "0x030000\n");
        sysfs_function(sysfs, HDMI, NULL, "0x10de\n", "0x1aef\n", "0x040300\n");
        sysfs_function(sysfs, OTHER, NULL, "0x10de\n", "0x2206\n", "0x030000\n");
        sysfs_driver(sysfs, GPU, driver, driver);
        sysfs_driver(sysfs, HDMI, "snd_hda_intel", "snd_hda_intel");
        sysfs_driver(sysfs, OTHER, other, other);
        sysfs_node(sysfs, GPU, &card);
        sysfs_node(sysfs, HDMI, &control);
        sysfs_node(sysfs, HDMI, &disk);
        sysfs_file(sysfs, "proc/driver/nvidia/gpus/" GPU "/information",
                   "Model: \t\t NVIDIA GeForce RTX 3080\nIRQ:   \t\t 131\nDevice Minor: \t 3\n");
        sysfs_file(sysfs, "proc/devices",
                   "Character devices:\n195 nvidia-frontend\n511 nvidia-uvm\n\nBlock devices:\n259 blkext\n");
        sysfs_file(sysfs, "sys/class/kfd/kfd/dev", "234:0\n");
}

static void hide(struct sysfs *sysfs, const char *path, unsigned major, unsigned minor) {
        if (mknod(sysfs_path(sysfs, path), S_IFCHR | 0600, makedev(major, minor)) < 0) {
                int error = errno;

                sysfs_done(sysfs);
                errno = error;
                test_skip("no device node can be made here: %m");
        }
}

/* The names of all of them, in order, each with a blank behind; of STALE also what is hidden. */
static const char *watch_also(const struct sysfs *sysfs, char *const *functions, const char *stale) {
        _cleanup_(inventory_freep) struct inventory *inventory = NULL;
        _cleanup_(watched_freep) struct watched *watched = NULL;
        static char names[512];

        CHECK_EQ(inventory_look(&inventory, sysfs->root), 0);
        CHECK_EQ(watched_new(&watched, inventory, sysfs->root, functions), 0);
        if (stale)
                CHECK_EQ(watched_add_stale(watched, sysfs->root, stale), 0);
        *names = '\0';
        for (size_t i = 0; i < watched->n; i++) {
                const struct holders_node *node = &watched->nodes[i];

                CHECK_EQ(node->block, strcmp(node->name, "sda") == 0);
                snprintf(names + strlen(names), sizeof(names) - strlen(names), "%s=%u:%u@%s ", node->name,
                         major(node->number), minor(node->number), node->device + strlen("0000:"));
        }
        return names;
}

static const char *watch(const struct sysfs *sysfs, char *const *functions) {
        return watch_also(sysfs, functions, NULL);
}

static void test_nvidia(void) {
        char *lent[] = { GPU, HDMI, "0000:0a:00.0", NULL };
        struct sysfs sysfs;

        set_up(&sysfs, "nvidia", "nouveau");
        CHECK_STR(watch(&sysfs, lent),
                  "dri/card1=226:1@01:00.0 nvidia3=195:3@01:00.0 nvidiactl=195:255@01:00.0 "
                  "nvidia-modeset=195:254@01:00.0 nvidia-uvm=511:0@01:00.0 nvidia-uvm-tools=511:1@01:00.0 "
                  "sda=8:0@01:00.1 snd/controlC1=116:9@01:00.1 ");
        sysfs_done(&sysfs);
}

/* The host keeps one of that driver: what they share is in use, and may be. */
static void test_one_of_two(void) {
        char *lent[] = { GPU, NULL };
        struct sysfs sysfs;

        set_up(&sysfs, "nvidia", "nvidia");
        CHECK_STR(watch(&sysfs, lent), "dri/card1=226:1@01:00.0 nvidia3=195:3@01:00.0 ");
        sysfs_done(&sysfs);
        set_up(&sysfs, "amdgpu", "amdgpu");
        CHECK_STR(watch(&sysfs, lent), "dri/card1=226:1@01:00.0 ");
        sysfs_done(&sysfs);
}

static void test_amd(void) {
        char *lent[] = { GPU, NULL }, *both[] = { GPU, OTHER, NULL };
        struct sysfs sysfs;

        set_up(&sysfs, "amdgpu", "nouveau");
        CHECK_STR(watch(&sysfs, lent), "dri/card1=226:1@01:00.0 kfd=234:0@01:00.0 ");
        sysfs_done(&sysfs);
        set_up(&sysfs, "amdgpu", "amdgpu");
        CHECK_STR(watch(&sysfs, both), "dri/card1=226:1@01:00.0 kfd=234:0@01:00.0 ");
        sysfs_done(&sysfs);
}

/* One node for a group, however many functions are in it. */
static void test_vfio(void) {
        char *lent[] = { HDMI, OTHER, NULL };
        struct sysfs sysfs;

        set_up(&sysfs, "nouveau", "vfio-pci");
        sysfs_driver(&sysfs, HDMI, "vfio-pci", NULL);
        sysfs_group(&sysfs, HDMI, 14);
        sysfs_group(&sysfs, OTHER, 14);
        sysfs_file(&sysfs, "sys/class/vfio/14/dev", "243:0\n");
        CHECK_STR(watch(&sysfs, lent), "sda=8:0@01:00.1 snd/controlC1=116:9@01:00.1 vfio/14=243:0@01:00.1 ");
        sysfs_done(&sysfs);
}

/* A driver that hangs has taken its device out of sysfs; what was hidden before still tells the number. */
static void test_stale(void) {
        char *lent[] = { HDMI, NULL };
        struct sysfs sysfs;

        set_up(&sysfs, "nouveau", "nouveau");
        CHECK_STR(watch_also(&sysfs, lent, HDMI), "sda=8:0@01:00.1 snd/controlC1=116:9@01:00.1 ");
        hide(&sysfs, "dev/.pillion/" HDMI "/snd/controlC2", 116, 40);
        hide(&sysfs, "dev/.pillion/" HDMI "/i2c-3", 89, 3);
        hide(&sysfs, "dev/.pillion/" HDMI "/snd/controlC1", 116, 9); /* it is there yet */
        hide(&sysfs, "dev/.pillion/" HDMI "/dri/card7", 226, 1);     /* another card's by now */
        hide(&sysfs, "dev/.pillion/" OTHER "/dri/card8", 226, 8);
        CHECK(strstr(watch_also(&sysfs, lent, HDMI), " snd/controlC2=116:40@01:00.1 "));
        CHECK(strstr(watch_also(&sysfs, lent, HDMI), " i2c-3=89:3@01:00.1 "));
        CHECK(!strstr(watch_also(&sysfs, lent, HDMI), "dri/"));
        CHECK_EQ(strlen(watch_also(&sysfs, lent, HDMI)),
                 strlen("sda=8:0@01:00.1 snd/controlC1=116:9@01:00.1 snd/controlC2=116:40@01:00.1 "
                        "i2c-3=89:3@01:00.1 "));
        sysfs_done(&sysfs);
}

int main(void) {
        test_nvidia();
        test_one_of_two();
        test_amd();
        test_vfio();
        test_stale(); /* last: it may skip */
        return 0;
}
