/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Each thing that can be in the way is seen, named, and has a remedy. */
#include "core/argv.h"
#include "tests/plan-world.h"
#include "tests/test.h"

#define WORLD(world)                                                                                         \
        _cleanup_(world_done) struct world world;                                                            \
        world_init(&world)

static void set_list(char ***field, const char *first, const char *second) {
        const char *const list[] = { first, second, NULL };

        argv_free(*field);
        CHECK_EQ(argv_copy(field, (char *const *)list), 0);
}

static void test_nothing_in_the_way(void) {
        WORLD(world);

        world_plan(&world);
        world_check_fine(&world);
        CHECK_STR(world.plan->functions[0], "0000:01:00.0");
        CHECK_STR(world.plan->functions[1], "0000:01:00.1");
        CHECK(!world.plan->functions[2]);
}

static void test_functions(void) {
        static char *nothing[] = { NULL };
        WORLD(world);

        set_list(&world.profile->functions, "0000:05:00.0", "0000:01:00.0");
        world.functions[WORLD_HDMI].driver = "";
        world_plan(&world);
        world_check_refusal(&world, "there is no 0000:05:00.0",
                            "correct 'functions =' in /etc/pillion/win10.conf");
        set_list(&world.profile->functions, "0000:00:01.0", NULL);
        world_plan(&world);
        CHECK_STR(world.plan->refusals[0].blocker,
                  "0000:00:01.0 (Root Port) is a bridge; what is behind it can be lent without it");

        set_list(&world.profile->functions, NULL, NULL);
        world.facts.hostdevs = nothing;
        world_plan(&world);
        world_check_refusal(&world, "there is nothing to lend: neither", "'virsh edit win10'");
        world.facts.hostdevs = NULL;
        world_plan(&world);
        world_check_refusal(&world, "what is to be lent is not known: ", "'functions =' of");
}

static void test_iommu(void) {
        WORLD(world);

        world.inventory.iommu = false;
        for (size_t i = 0; i < N_WORLD; i++)
                world.functions[i].group = -1;
        world_plan(&world);
        world_check_refusal(&world, "the IOMMU is off", "intel_iommu=on");
        world.inventory.iommu = true;
        for (size_t i = 0; i < N_WORLD; i++)
                world.functions[i].group = (int)i;
        world.functions[WORLD_GPU].group = -1;
        world_plan(&world);
        world_check_refusal(&world, "0000:01:00.0 (Guest GPU) is in no IOMMU group", "another slot");
}

static void test_group(void) {
        WORLD(world);

        world.functions[WORLD_DISK].group = 1;
        world_plan(&world);
        world_check_refusal(
                &world, "0000:02:00.0 (nvme, Disk) shares IOMMU group 1 with 0000:01:00.0, and is not lent",
                "lend it, too (the definition of win10 ('virsh edit win10'))");
        world.functions[WORLD_DISK].driver = "";
        world_plan(&world);
        world_check_fine(&world);
        world.functions[WORLD_DISK].driver = "vfio-pci";
        world_plan(&world);
        world_check_fine(&world);
}

static void test_disks(void) {
        WORLD(world);

        set_list(&world.profile->functions, "0000:02:00.0", NULL);
        world.disk_nodes[1].mounted = "/home";
        world_plan(&world);
        world_check_refusal(&world, "0000:02:00.0 (Disk) carries /dev/nvme0n1p2, which is mounted at /home",
                            "'umount /home'");
        world.disk_nodes[1].mounted = "swap";
        world_plan(&world);
        world_check_refusal(&world, "0000:02:00.0 (Disk) carries /dev/nvme0n1p2, which the host swaps to",
                            "'swapoff /dev/nvme0n1p2'");
        world.disk_nodes[1].mounted = "";
        world_plan(&world);
        world_check_fine(&world);
}

static void test_boot_gpu(void) {
        WORLD(world);

        world.functions[WORLD_HOST].boot_vga = false;
        world.functions[WORLD_GPU].boot_vga = true;
        world_plan(&world);
        world_check_fine(&world);
        world.functions[WORLD_HOST].driver = "";
        world_plan(&world);
        world_check_refusal(&world, "0000:01:00.0 (Guest GPU) is the GPU that the machine starts with",
                            "'headless = yes' in /etc/pillion/win10.conf");
        world.functions[WORLD_HOST].driver = "vfio-pci";
        world_plan(&world);
        world_check_refusal(&world, "0000:01:00.0 (Guest GPU) is the GPU", "");
}

/* What would keep it dark is refused, and the way back told. */
static void test_headless(void) {
        WORLD(world);

        world.functions[WORLD_HOST].driver = "";
        world.functions[WORLD_GPU].boot_vga = true;
        world.profile->headless = true;
        world_plan(&world);
        CHECK_EQ(world.plan->n_refusals, 0);
        world_check_warning(&world, "the host has no screen while this is lent");
        world_check_warning(&world, "the way back: shut the guest down");
        world_check_warning(&world, "lightdm.service is stopped, until all is back: every graphical session");
        world.holders.unseen = 1;
        world_plan(&world);
        world_check_warning(&world, "only root sees");
        for (char **warning = world.plan->warnings; *warning; warning++)
                CHECK(!strstr(*warning, "assumed") && !strstr(*warning, "restarted"));

        world.profile->display_manager = PROFILE_DESKTOP_KEEP;
        world_plan(&world);
        world_check_refusal(&world, "'headless = yes' stops the display manager", "/etc/pillion/win10.conf");
        world.profile->display_manager = PROFILE_DESKTOP_AUTO;
        world.profile->grace = 0;
        world_plan(&world);
        world_check_refusal(&world, "with 'grace = 0' nothing comes back by itself", "such as 60s");

        world.profile->grace = 1;
        world.functions[WORLD_HOST].driver = "i915";
        world_plan(&world);
        CHECK_EQ(world.plan->n_refusals, 0);
        world_check_warning(&world, "no desktop while this is lent, though 0000:00:02.0 (Host GPU) could");
}

static void test_hardware(void) {
        WORLD(world);

        world.functions[WORLD_GPU].dead = true;
        world_plan(&world);
        world_check_refusal(&world, "0000:01:00.0 (Guest GPU) does not answer", "off and on again");
        world.functions[WORLD_GPU].dead = false;
        world.inventory.vfio = false;
        world_plan(&world);
        world_check_refusal(&world, "this kernel has no vfio-pci", "boot a kernel");
        world.inventory.vfio = true;
        world.functions[WORLD_GPU].resets = "";
        world.functions[WORLD_GPU].framebuffer = true;
        world_plan(&world);
        CHECK_EQ(world.plan->n_refusals, 0);
        world_check_warning(&world, "0000:01:00.0 (Guest GPU) has no way to be reset");
        world_check_warning(&world, "the firmware's framebuffer still lies in the memory of 0000:01:00.0");
}

static void test_guest(void) {
        WORLD(world);

        world.facts.guest_runs = true;
        world_plan(&world);
        world_check_refusal(&world, "the guest win10 runs already",
                            "'virsh -c qemu:///system shutdown win10'");
        world.facts.guest_runs = false;
        world_hold(&world, "qemu-system-x86", "machine-qemu\\x2d1\\x2dx.scope", "vfio/1", "0000:01:00.0");
        world_plan(&world);
        world_check_refusal(&world, "qemu-system-x86 (pid 4000", "shut down the guest");
        world.holders.n = 0;
        world.facts.guest_problem = "no such socket";
        world_plan(&world);
        world_check_refusal(&world, "libvirt at qemu:///system does not answer: no such socket", "libvirtd");
        world.facts.guest_problem = NULL;
        world.facts.guest_missing = true;
        world_plan(&world);
        CHECK_EQ(world.plan->n_refusals, 0);
        world_check_warning(&world, "knows no guest win10");
}

static void set_pools(struct world *world, uint64_t size, uint64_t count) {
        free(world->profile->pools);
        world->profile->pools = calloc(1, sizeof(*world->profile->pools));
        world->profile->pools[0] = (struct profile_pool){ size, count };
        world->profile->n_pools = 1;
}

/* 80 pages of 2 MiB can be had, and of 8 GiB all but half a one. */
static void test_memory(void) {
        WORLD(world);

        set_pools(&world, 2 << 20, 80 + 3840);
        world_plan(&world);
        world_check_fine(&world);
        set_pools(&world, 2 << 20, 80 + 3840 + 1);
        world_plan(&world);
        world_check_refusal(
                &world,
                "there is not enough memory for the huge pages: 7682 MiB are missing, and 7680 MiB "
                "can be spared",
                "close programs until there are 2 MiB more, or lower 'hugepages ='");
        set_pools(&world, 16 << 20, 1);
        world_plan(&world);
        world_check_refusal(&world, "the kernel has no huge pages of 16384 kB", "/sys/kernel/mm/hugepages");
        set_pools(&world, 1 << 30, UINT64_MAX);
        world_plan(&world);
        world_check_refusal(&world, "there is not enough memory", "");
        world.inventory.memory_available = 1;
        set_pools(&world, 2 << 20, 80);
        world_plan(&world);
        world_check_fine(&world);
}

static void test_cpus(void) {
        WORLD(world);

        CHECK_EQ(replace_string(&world.profile->host_cpus, "6-8"), 0);
        world_plan(&world);
        world_check_refusal(&world, "'host-cpus = 6-8' names processors that are not there", "there are 0-7");
        CHECK_EQ(replace_string(&world.profile->host_cpus, "0-3,4-7"), 0);
        world_plan(&world);
        world_check_refusal(&world, "'host-cpus = 0-3,4-7' names all processors", "or leave it out");
        CHECK_EQ(replace_string(&world.profile->host_cpus, "0-6"), 0);
        world_plan(&world);
        world_check_fine(&world);
}

static void test_strangers(void) {
        WORLD(world);
        struct holder *holder;

        world_hold(&world, "ollama", "ollama.service", "dri/renderD129", "0000:01:00.0");
        world_plan(&world);
        world_check_refusal(&world, "ollama (pid 4000, ollama.service, alice) has dri/renderD129 of",
                            "'stop-units = ollama.service' in /etc/pillion/win10.conf");
        set_list(&world.profile->stop_units, "ollama.service", NULL);
        world_plan(&world);
        world_check_fine(&world);

        holder = world_hold(&world, "nvtop", "user@1001.service", "dri/card1", "0000:01:00.0");
        world_plan(&world);
        world_check_refusal(&world, "nvtop (pid 4001", "'end-programs = nvtop'");
        *world_hold(&world, "nvtop", "user@1001.service", "i2c-3", "0000:01:00.0") = *holder;
        world_plan(&world);
        world_check_refusal(&world, "nvtop (pid 4001", "close it");
        set_list(&world.profile->end_programs, "nvtop", NULL);
        world_plan(&world);
        world_check_fine(&world);
        world_hold(&world, "nvtop2", "", "dri/card0", "0000:00:02.0");
        world_plan(&world);
        world_check_fine(&world);
}

/* The kernel cannot confirm then that nobody uses it. */
static void test_nvidia_stays(void) {
        WORLD(world);

        world.functions[WORLD_DISK].driver = world.functions[WORLD_DISK].module = "nvidia";
        world_plan(&world);
        CHECK_EQ(world.plan->n_refusals, 0);
        world_check_warning(&world, "nvidia cannot be unloaded, because 0000:02:00.0 (Disk) stays");
        CHECK(world_step(&world, STEP_UNBIND, 0));
}

static void test_desktop(void) {
        WORLD(world);

        world_hold(&world, "Xorg", "lightdm.service", "dri/card1", "0000:01:00.0");
        world_plan(&world);
        CHECK_EQ(world.plan->n_refusals, 0);
        world_check_warning(&world, "lightdm.service is restarted: every graphical session ends");
        CHECK_EQ(world_count(&world, STEP_DISPLAY_MANAGER), 1);

        world.profile->display_manager = PROFILE_DESKTOP_KEEP;
        world_plan(&world);
        world_check_refusal(&world, "Xorg (pid 4000", "'display-manager = auto' in /etc/pillion/win10.conf");
        CHECK_EQ(world_count(&world, STEP_DISPLAY_MANAGER), 0);
        world.profile->display_manager = PROFILE_DESKTOP_AUTO;
        world.desktop.active = false;
        world_plan(&world);
        CHECK_STR(world.plan->refusals[0].remedy,
                  "log out; no display manager has started this session, so that none could start it again");
}

static void test_sessions(void) {
        WORLD(world);

        world_hold(&world, "systemd-logind", "systemd-logind.service", "dri/card1", "0000:01:00.0");
        world_plan(&world);
        CHECK_EQ(world.plan->n_refusals, 0);
        CHECK_EQ(world_count(&world, STEP_DISPLAY_MANAGER), 1);
        world_check_warning(&world, "'end-sessions = yes' in /etc/pillion/win10.conf allows to end it");
        world.profile->end_sessions = true;
        world_plan(&world);
        CHECK(world.plan->warnings[0] && !world.plan->warnings[1]);
        world.desktop.active = false;
        world_plan(&world);
        world_check_refusal(&world, "systemd-logind (pid 4000", "log out");
}

/* As an ordinary user: what cannot be seen is assumed, and said. */
static void test_unseen(void) {
        WORLD(world);

        world.holders.unseen = 200;
        world_plan(&world);
        CHECK_EQ(world.plan->n_refusals, 0);
        world_check_warning(&world, "200 processes of others cannot be looked into");
        world_check_warning(&world, "the display manager is assumed to be one of them");
        CHECK_EQ(world_count(&world, STEP_DISPLAY_MANAGER), 1);
        world.facts.holders = NULL;
        world.facts.desktop = NULL;
        world_plan(&world);
        world_check_warning(&world, "who has a device open cannot be seen");
        CHECK_EQ(world_count(&world, STEP_DISPLAY_MANAGER), 0);

        world.facts.desktop = &world.desktop;
        world.functions[WORLD_GPU].driver = world.functions[WORLD_HDMI].driver = "vfio-pci";
        world_plan(&world);
        world_check_fine(&world);
}

int main(void) {
        test_nothing_in_the_way();
        test_functions();
        test_iommu();
        test_group();
        test_disks();
        test_boot_gpu();
        test_headless();
        test_hardware();
        test_guest();
        test_memory();
        test_cpus();
        test_strangers();
        test_nvidia_stays();
        test_desktop();
        test_sessions();
        test_unseen();
        return 0;
}
