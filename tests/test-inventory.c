/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A machine of files: two GPUs, one of them behind a bridge, with what hangs on them; and the one we run on.
 */
#include <sys/sysmacros.h>
#include <time.h>

#include "switcher/inventory.h"
#include "tests/sysfs-pci.h"

#define HOST "0000:00:02.0"
#define PORT "0000:00:01.0"
#define GPU  "0000:01:00.0"
#define HDMI "0000:01:00.1"
#define DISK "0000:02:00.0"

static void add_functions(const struct sysfs *sysfs) {
        sysfs_function(sysfs, PORT, NULL, "0x8086\n", "0x1901\n", "0x060400\n");
        sysfs_function(sysfs, HOST, NULL, "0x8086\n", "0x3e92\n", "0x030000\n");
        sysfs_function(sysfs, GPU, PORT, "0x10de\n", "0x2206\n", "0x030000\n");
        sysfs_function(sysfs, HDMI, PORT, "0x10de\n", "0x1aef\n", "0x040300\n");
        sysfs_function(sysfs, DISK, PORT, "0x144d\n", "0xffff\n", "0x010802\n");
        sysfs_driver(sysfs, HOST, "i915", NULL);
        sysfs_driver(sysfs, GPU, "nouveau", "nouveau");
        sysfs_driver(sysfs, HDMI, "snd_hda_intel", "snd_hda_intel");
        sysfs_group(sysfs, PORT, 1);
        sysfs_group(sysfs, GPU, 1);
        sysfs_group(sysfs, HDMI, 1);
        sysfs_attribute(sysfs, HOST, "boot_vga", "1\n");
        sysfs_attribute(sysfs, GPU, "boot_vga", "0\n");
        sysfs_attribute(sysfs, GPU, "reset_method", "flr bus\n");
        sysfs_attribute(sysfs, HDMI, "power_state", "D3hot\n");
}

static void add_nodes(const struct sysfs *sysfs) {
        static const struct sysfs_node gpu[] = {
                { "drm/card1", "226:1", "dri/card1", "drm", false },
                { "drm/renderD129", "226:129", "dri/renderD129", "drm", false },
                { "i2c-3/i2c-dev/i2c-3", "89:3", "i2c-3", "i2c-dev", false },
                { "graphics/fb1", "29:1", "fb1", "graphics", false },
        };
        static const struct sysfs_node hdmi = { "sound/card1/controlC1", "116:9", "snd/controlC1", "sound",
                                                false };
        static const struct sysfs_node port = { "wmi/wmi0", "240:0", "wmi0", "wmi", false };
        static const struct sysfs_node host = { "drm/card0", "226:0", "dri/card0", "drm", false };

        for (size_t i = 0; i < sizeof(gpu) / sizeof(*gpu); i++)
                sysfs_node(sysfs, GPU, &gpu[i]);
        sysfs_node(sysfs, HDMI, &hdmi);
        sysfs_node(sysfs, PORT, &port);
        sysfs_node(sysfs, HOST, &host);
        /* One that is below none. */
        sysfs_file(sysfs, "sys/devices/virtual/mem/null/uevent", "DEVNAME=null\n");
        sysfs_link(sysfs, "sys/dev/char/1:3", "sys/devices/virtual/mem/null");
        sysfs_file(sysfs, sysfs_of(sysfs, GPU, "graphics/fb1/name"), "nouveaudrmfb\n");
        sysfs_link(sysfs, "sys/class/graphics/fb1", sysfs_of(sysfs, GPU, "graphics/fb1"));
        sysfs_file(sysfs, "sys/devices/platform/efi-framebuffer.0/graphics/fb0/name", "EFI VGA\n");
        sysfs_link(sysfs, "sys/class/graphics/fb0", "sys/devices/platform/efi-framebuffer.0/graphics/fb0");
        sysfs_folder(sysfs, "sys/class/graphics/fbcon");
}

static void add_the_rest(const struct sysfs *sysfs) {
        sysfs_file(sysfs, "proc/modules",
                   "nouveau 2531328 12 - Live 0x0000000000000000\n"
                   "snd_hda_intel 61440 2 snd_one,snd_two, Live 0x0000000000000000\n"
                   "stubborn 4096 1 [permanent], Live 0x0000000000000000 (POE)\n");
        sysfs_file(sysfs, "proc/iomem",
                   "00000000-00000000 : PCI Bus 0000:00\n"
                   "  00000000-00000000 : 0000:00:02.0\n"
                   "    00000000-00000000 : i915\n"
                   "  00000000-00000000 : PCI Bus 0000:01\n"
                   "    00000000-00000000 : 0000:01:00.0\n"
                   "      00000000-00000000 : BOOTFB\n"
                   "    00000000-00000000 : 0000:01:00.1\n"
                   "  00000000-00000000 : BOOTFB\n");
        sysfs_file(sysfs, "proc/meminfo", "MemTotal: 100 kB\nMemAvailable:    32768000 kB\n");
        sysfs_file(sysfs, "sys/kernel/mm/hugepages/hugepages-1048576kB/nr_hugepages", "0\n");
        sysfs_file(sysfs, "sys/kernel/mm/hugepages/hugepages-2048kB/nr_hugepages", "512\n");
        sysfs_file(sysfs, "sys/kernel/mm/hugepages/hugepages-2048kB/free_hugepages", "500\n");
        sysfs_file(sysfs, "sys/kernel/mm/hugepages/hugepages-2048kB/resv_hugepages", "7\n");
        sysfs_file(sysfs, "sys/devices/system/cpu/online", "0-7\n");
        sysfs_file(sysfs, "proc/sys/kernel/osrelease", "6.1.0-test\n");
        sysfs_file(sysfs, "lib/modules/6.1.0-test/modules.dep",
                   "kernel/drivers/vfio/pci/mlx5-vfio-pci.ko: kernel/drivers/vfio/vfio.ko\n"
                   "kernel/drivers/vfio/pci/vfio-pci.ko.xz: kernel/drivers/vfio/vfio.ko.xz\n");
}

static struct inventory *look(const struct sysfs *sysfs) {
        struct inventory *inventory = NULL;

        CHECK_EQ(inventory_look(&inventory, sysfs->root), 0);
        return inventory;
}

static void check_functions(const struct inventory *inventory) {
        const struct inventory_function *function;

        CHECK_EQ(inventory->n_functions, 5);
        CHECK_STR(inventory->functions[0].address, PORT);
        CHECK_STR(inventory->functions[4].address, DISK);
        function = inventory_find(inventory, GPU);
        CHECK(function && function_is_display(function) && !function_is_sound(function));
        CHECK_EQ(function->vendor, 0x10de);
        CHECK_EQ(function->device, 0x2206);
        CHECK(strstr(function->name, "NVIDIA Corporation GA102 [GeForce RTX 3080"));
        CHECK_STR(function->driver, "nouveau");
        CHECK_STR(function->module, "nouveau");
        CHECK_EQ(function->group, 1);
        CHECK_STR(function->resets, "flr bus");
        CHECK_STR(function->power, "D0");
        CHECK(!function->boot_vga && !function->bridge && !function->dead && function->framebuffer);
        function = inventory_find(inventory, HOST);
        CHECK(function->boot_vga && !function->framebuffer);
        CHECK_STR(function->module, "");
        CHECK_STR(function->resets, "");
        CHECK_EQ(function->group, -1);
        function = inventory_find(inventory, HDMI);
        CHECK(function_is_sound(function) && !function->framebuffer);
        CHECK_STR(function->power, "D3hot");
        CHECK(inventory_find(inventory, PORT)->bridge);
        CHECK_STR(inventory_find(inventory, DISK)->driver, "");
        CHECK(strstr(inventory_find(inventory, DISK)->name, "Device ffff"));
        CHECK(!inventory_find(inventory, "0000:09:00.0"));
}

static void check_node(const struct inventory_function *function, size_t i, dev_t number, const char *name,
                       const char *subsystem) {
        CHECK(i < function->n_nodes);
        CHECK_EQ(function->nodes[i].number, number);
        CHECK_STR(function->nodes[i].name, name);
        CHECK_STR(function->nodes[i].subsystem, subsystem);
        CHECK(!function->nodes[i].block);
        CHECK_STR(function->nodes[i].mounted, "");
}

static void check_nodes(const struct inventory *inventory) {
        const struct inventory_function *gpu = inventory_find(inventory, GPU);

        CHECK_EQ(gpu->n_nodes, 4);
        check_node(gpu, 0, makedev(226, 1), "dri/card1", "drm");
        check_node(gpu, 1, makedev(226, 129), "dri/renderD129", "drm");
        check_node(gpu, 2, makedev(29, 1), "fb1", "graphics");
        check_node(gpu, 3, makedev(89, 3), "i2c-3", "i2c-dev");
        CHECK_EQ(inventory_find(inventory, HDMI)->n_nodes, 1);
        check_node(inventory_find(inventory, HDMI), 0, makedev(116, 9), "snd/controlC1", "sound");
        /* The bridge has its own only. */
        CHECK_EQ(inventory_find(inventory, PORT)->n_nodes, 1);
        CHECK_EQ(inventory_find(inventory, HOST)->n_nodes, 1);
        CHECK_EQ(inventory->n_framebuffers, 2);
        for (size_t i = 0; i < 2; i++) {
                const struct inventory_framebuffer *framebuffer = &inventory->framebuffers[i];

                CHECK_STR(framebuffer->name, framebuffer->number == 1 ? "nouveaudrmfb" : "EFI VGA");
                CHECK_STR(framebuffer->address, framebuffer->number == 1 ? GPU : "");
        }
}

static void check_the_rest(const struct inventory *inventory) {
        const struct inventory_module *module = inventory_find_module(inventory, "snd_hda_intel");

        CHECK_EQ(inventory->n_modules, 3);
        CHECK_EQ(module->references, 2);
        CHECK_STR(module->users[0], "snd_one");
        CHECK_STR(module->users[1], "snd_two");
        CHECK(!module->users[2]);
        CHECK_EQ(inventory_find_module(inventory, "nouveau")->references, 12);
        CHECK(!inventory_find_module(inventory, "nouveau")->users[0]);
        CHECK(!inventory_find_module(inventory, "stubborn")->users[0]);
        CHECK(!inventory_find_module(inventory, "nvidia"));
        CHECK_EQ(inventory->n_pools, 2);
        CHECK_EQ(inventory->pools[0].size, 2 << 20);
        CHECK_EQ(inventory->pools[0].total, 512);
        CHECK_EQ(inventory->pools[0].free, 500);
        CHECK_EQ(inventory->pools[0].reserved, 7);
        CHECK_EQ(inventory->pools[1].size, 1 << 30);
        CHECK_EQ(inventory->memory_available, 32768000LL * 1024);
        CHECK_STR(inventory->cpus, "0-7");
        CHECK(inventory->iommu && inventory->vfio);
}

static void test_machine(void) {
        _cleanup_(inventory_freep) struct inventory *inventory = NULL;
        struct sysfs sysfs;

        sysfs_init(&sysfs);
        add_functions(&sysfs);
        add_nodes(&sysfs);
        add_the_rest(&sysfs);
        inventory = look(&sysfs);
        check_functions(inventory);
        check_nodes(inventory);
        check_the_rest(inventory);
        sysfs_done(&sysfs);
}

/* One function and nothing else: all that is absent is as if there were none of it. */
static void test_bare(void) {
        _cleanup_(inventory_freep) struct inventory *inventory = NULL;
        const struct inventory_function *function;
        struct sysfs sysfs;

        sysfs_init(&sysfs);
        CHECK_EQ(inventory_look(&inventory, sysfs.root), -EIO);
        CHECK_EQ(inventory_look(&inventory, "/nonexistent"), -EIO);
        sysfs_folder(&sysfs, "sys/bus/pci/devices/0000:00:02.0");
        /* Neither a domain that is too long nor a stranger is taken for one. */
        sysfs_folder(&sysfs, "sys/bus/pci/devices/10000:00:02.0");
        sysfs_folder(&sysfs, "sys/bus/pci/devices/0000:00:02.x");
        inventory = look(&sysfs);
        CHECK_EQ(inventory->n_functions, 1);
        function = &inventory->functions[0];
        CHECK_STR(function->driver, "");
        CHECK_STR(function->module, "");
        CHECK_STR(function->resets, "");
        CHECK_STR(function->power, "");
        CHECK(*function->name && !function->boot_vga && function->group == -1 && function->dead);
        CHECK_EQ(function->n_nodes + inventory->n_modules + inventory->n_framebuffers + inventory->n_pools,
                 0);
        CHECK_STR(inventory->cpus, "");
        CHECK(!inventory->iommu && !inventory->vfio && inventory->memory_available == 0);
        sysfs_done(&sysfs);
}

/* What the configuration space says counts, where it may be read. */
static bool is_dead(const char *config, const char *power, const char *driver) {
        _cleanup_(inventory_freep) struct inventory *inventory = NULL;
        struct sysfs sysfs;

        sysfs_init(&sysfs);
        sysfs_function(&sysfs, GPU, NULL, "0x10de\n", "0x2206\n", "0x030000\n");
        sysfs_driver(&sysfs, GPU, driver, NULL);
        sysfs_attribute(&sysfs, GPU, "power_state", power);
        if (config)
                sysfs_attribute(&sysfs, GPU, "config", config);
        inventory = look(&sysfs);
        sysfs_done(&sysfs);
        return inventory->functions[0].dead;
}

static void test_dead(void) {
        CHECK(is_dead("\xff\xff\xff\xff", "D0\n", "amdgpu"));
        CHECK(!is_dead("\xde\x10\x06\x22", "D0\n", "amdgpu"));
        CHECK(!is_dead("\xff\xff\xff\xff", "D3cold\n", "amdgpu"));
        CHECK(!is_dead("\xff\xff\xff\xff", "D0\n", "vfio-pci"));
        CHECK(!is_dead(NULL, "D0\n", "amdgpu"));
}

static bool has_vfio(const char *path, const char *text) {
        _cleanup_(inventory_freep) struct inventory *inventory = NULL;
        struct sysfs sysfs;

        sysfs_init(&sysfs);
        sysfs_function(&sysfs, GPU, NULL, "0x10de\n", "0x2206\n", "0x030000\n");
        sysfs_file(&sysfs, "proc/sys/kernel/osrelease", "6.1.0-test\n");
        sysfs_file(&sysfs, path, text);
        inventory = look(&sysfs);
        sysfs_done(&sysfs);
        return inventory->vfio;
}

static void test_vfio(void) {
        CHECK(has_vfio("proc/modules", "vfio_pci 16384 0 - Live 0x0\n"));
        CHECK(has_vfio("lib/modules/6.1.0-test/modules.builtin", "kernel/drivers/vfio/pci/vfio-pci.ko\n"));
        CHECK(has_vfio("sys/bus/pci/drivers/vfio-pci/new_id", ""));
        CHECK(!has_vfio("lib/modules/6.1.0-other/modules.dep", "kernel/drivers/vfio/pci/vfio-pci.ko:\n"));
        CHECK(!has_vfio("lib/modules/6.1.0-test/modules.dep", "kernel/drivers/vfio/pci/mlx5-vfio-pci.ko:\n"));
}

static void test_addresses(void) {
        static const char *const wrong[] = {
                "",        "0000:00:00",    "0000:00:00.8", "0000:0g:00.0", "0000:00:00.0 ", "0000:00:0A.0",
                "00:02.0", "../../etc/pwd", "0000-00:00.0"
        };

        CHECK(pci_address_is_valid("0000:00:02.0"));
        CHECK(pci_address_is_valid("ffff:ff:1f.7"));
        for (size_t i = 0; i < sizeof(wrong) / sizeof(*wrong); i++)
                CHECK(!pci_address_is_valid(wrong[i]));
}

/* The machine we run on, if it has PCI. */
static void test_this_machine(void) {
        _cleanup_(inventory_freep) struct inventory *inventory = NULL;
        struct timespec before, after;
        int r;

        clock_gettime(CLOCK_MONOTONIC, &before);
        r = inventory_look(&inventory, "");
        clock_gettime(CLOCK_MONOTONIC, &after);
        if (r == -EIO)
                return;
        CHECK_EQ(r, 0);
        CHECK(inventory->n_functions > 0 && inventory->memory_available > 0 && *inventory->cpus);
        printf("%zu functions in %.1f ms\n", inventory->n_functions,
               (double)(after.tv_sec - before.tv_sec) * 1e3 + (double)(after.tv_nsec - before.tv_nsec) / 1e6);
}

int main(void) {
        test_machine();
        test_bare();
        test_dead();
        test_vfio();
        test_addresses();
        test_this_machine();
        return 0;
}
