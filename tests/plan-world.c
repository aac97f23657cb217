/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tests/plan-world.h"

#include "tests/test.h"

static char *none[] = { NULL };
static char *nvidia_users[] = { "nvidia_uvm", "nvidia_modeset", NULL };
static char *modeset_users[] = { "nvidia_drm", NULL };
static char *hostdevs[] = { "0000:01:00.1", "0000:01:00.0", NULL };

static const struct inventory_function functions[N_WORLD] = {
        [WORLD_BRIDGE] = { "0000:00:01.0", .class = 0x060400, .name = "Root Port", .driver = "pcieport",
                           .module = "", .group = 1, .bridge = true, .resets = "", .power = "D0" },
        [WORLD_HOST] = { "0000:00:02.0", .class = 0x030000, .name = "Host GPU", .driver = "i915",
                         .module = "i915", .group = 0, .boot_vga = true, .resets = "flr", .power = "D0" },
        [WORLD_SOUND] = { "0000:00:1f.3", .class = 0x040300, .name = "Host Sound", .driver = "snd_hda_intel",
                          .module = "snd_hda_intel", .group = 9, .resets = "pm", .power = "D0" },
        [WORLD_GPU] = { "0000:01:00.0", .class = 0x030000, .name = "Guest GPU", .driver = "nvidia",
                        .module = "nvidia", .group = 1, .resets = "bus", .power = "D0" },
        [WORLD_HDMI] = { "0000:01:00.1", .class = 0x040300, .name = "HDMI Sound", .driver = "snd_hda_intel",
                         .module = "snd_hda_intel", .group = 1, .resets = "bus", .power = "D0" },
        [WORLD_DISK] = { "0000:02:00.0", .class = 0x010802, .name = "Disk", .driver = "nvme",
                         .module = "nvme", .group = 12, .resets = "flr", .power = "D0" },
};

static const struct inventory_module modules[] = {
        { "nvidia_drm", 2, none },    { "nvidia_modeset", 1, modeset_users },
        { "nvidia_uvm", 0, none },    { "nvidia", 9, nvidia_users },
        { "snd_hda_intel", 1, none }, { "i915", 4, none },
        { "nvme", 1, none },          { "vfio_pci", 0, none },
};

static void init_functions(struct world *world) {
        memcpy(world->functions, functions, sizeof(functions));
        memcpy(world->modules, modules, sizeof(modules));
        world->gpu_nodes[0] = (struct inventory_node){ 1, false, "dri/card1", "drm", "" };
        world->gpu_nodes[1] = (struct inventory_node){ 2, false, "dri/renderD129", "drm", "" };
        world->gpu_nodes[2] = (struct inventory_node){ 3, false, "i2c-3", "i2c-dev", "" };
        world->hdmi_nodes[0] = (struct inventory_node){ 4, false, "snd/controlC1", "sound", "" };
        world->hdmi_nodes[1] = (struct inventory_node){ 5, false, "snd/pcmC1D3p", "sound", "" };
        world->disk_nodes[0] = (struct inventory_node){ 6, true, "nvme0n1", "block", "" };
        world->disk_nodes[1] = (struct inventory_node){ 7, true, "nvme0n1p2", "block", "" };
        world->functions[WORLD_GPU].nodes = world->gpu_nodes;
        world->functions[WORLD_GPU].n_nodes = 3;
        world->functions[WORLD_HDMI].nodes = world->hdmi_nodes;
        world->functions[WORLD_HDMI].n_nodes = 2;
        world->functions[WORLD_DISK].nodes = world->disk_nodes;
        world->functions[WORLD_DISK].n_nodes = 2;
        world->framebuffers[0] = (struct inventory_framebuffer){ 0, "i915drmfb", "0000:00:02.0" };
}

void world_init(struct world *world) {
        *world = (struct world){ 0 };
        init_functions(world);
        world->pools[0] = (struct inventory_pool){ 2 << 20, 100, 90, 10 };
        world->pools[1] = (struct inventory_pool){ 1 << 30, 0, 0, 0 };
        world->inventory = (struct inventory){
                .functions = world->functions,
                .n_functions = N_WORLD,
                .modules = world->modules,
                .n_modules = 8,
                .framebuffers = world->framebuffers,
                .n_framebuffers = 1,
                .pools = world->pools,
                .n_pools = 2,
                .memory_available = (uint64_t)8 << 30,
                .cpus = "0-7",
                .iommu = true,
                .vfio = true,
        };
        world->holders.items = world->holding;
        world->session = (struct desktop_session){ "3", "session-3.scope", "x11", "seat0", 1000, "alice" };
        world->sessions = &world->session;
        world->desktop = (struct desktop){ "lightdm.service", true, world->sessions, 1 };
        CHECK_EQ(profile_default(&world->profile, "win10"), 0);
        world->facts = (struct plan_facts){
                .profile = world->profile,
                .inventory = &world->inventory,
                .holders = &world->holders,
                .desktop = &world->desktop,
                .hostdevs = hostdevs,
        };
}

void world_done(struct world *world) {
        plan_free(world->plan);
        profile_free(world->profile);
}

void world_plan(struct world *world) {
        world->plan = plan_free(world->plan);
        CHECK_EQ(plan_make(&world->plan, &world->facts), 0);
}

struct holder *world_hold(struct world *world, const char *program, const char *unit, const char *node,
                          const char *device) {
        struct holder *holder = &world->holding[world->holders.n];

        *holder = (struct holder){
                .pid = 4000 + (pid_t)world->holders.n++,
                .uid = 1000,
                .program = (char *)program,
                .unit = (char *)unit,
                .user_unit = "",
                .user = "alice",
                .node = node,
                .device = device,
        };
        return holder;
}

const struct step *world_step(const struct world *world, enum step_kind kind, size_t n) {
        for (size_t i = 0; i < world->plan->n_steps; i++)
                if (world->plan->steps[i].kind == kind && n-- == 0)
                        return &world->plan->steps[i];
        return NULL;
}

size_t world_count(const struct world *world, enum step_kind kind) {
        size_t n = 0;

        while (world_step(world, kind, n))
                n++;
        return n;
}

void world_check_refusal(const struct world *world, const char *blocker, const char *remedy) {
        const struct plan *plan = world->plan;

        if (plan->n_refusals != 1 || strncmp(plan->refusals[0].blocker, blocker, strlen(blocker)) != 0)
                test_fail("there are %zu refusals, and the first is \"%s\", not \"%s\"", plan->n_refusals,
                          plan->n_refusals ? plan->refusals[0].blocker : "", blocker);
        if (!strstr(plan->refusals[0].remedy, remedy))
                test_fail("\"%s\" does not say \"%s\"", plan->refusals[0].remedy, remedy);
}

void world_check_warning(const struct world *world, const char *part) {
        char *const *warning = world->plan->warnings;

        while (*warning && !strstr(*warning, part))
                warning++;
        if (!*warning)
                test_fail("nothing warns of \"%s\"", part);
}

void world_check_fine(const struct world *world) {
        if (world->plan->n_refusals > 0)
                test_fail("it is refused: %s", world->plan->refusals[0].blocker);
        if (*world->plan->warnings)
                test_fail("it warns: %s", *world->plan->warnings);
}
