/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which steps there are, in which order, and what each is told. */
#include <sys/stat.h>

#include "core/argv.h"
#include "tests/plan-world.h"
#include "tests/test.h"

#define WORLD(world)                                                                                         \
        _cleanup_(world_done) struct world world;                                                            \
        world_init(&world)

static char *told(const struct step *step) {
        static char *text;

        CHECK(step);
        free(text);
        text = words_encode(&step->told);
        return text;
}

static void check_kinds(const struct world *world, const char *expected) {
        char text[600] = "";

        for (size_t i = 0; i < world->plan->n_steps; i++)
                snprintf(text + strlen(text), sizeof(text) - strlen(text), "%s%s %s", i > 0 ? ", " : "",
                         step_kind_name(world->plan->steps[i].kind), world->plan->steps[i].target);
        CHECK_STR(text, expected);
}

static void test_two_gpus(void) {
        WORLD(world);

        world_plan(&world);
        check_kinds(&world, "nodes 0000:01:00.0, nodes 0000:01:00.1, sound 0000:01:00.1, "
                            "modules nvidia_uvm,nvidia_drm,nvidia_modeset,nvidia, unbind 0000:01:00.1, "
                            "vfio 0000:01:00.0, vfio 0000:01:00.1");
        CHECK_STR(told(world_step(&world, STEP_MODULES, 0)), "driver=nvidia function=0000:01:00.0");
        CHECK_STR(told(world_step(&world, STEP_UNBIND, 0)), "driver=snd_hda_intel function=0000:01:00.1");
        CHECK_STR(told(world_step(&world, STEP_VFIO, 1)), "driver=snd_hda_intel");
        CHECK_STR(told(world_step(&world, STEP_NODES, 0)), "");
}

/* The host has no other sound: its driver can go, too. */
static void test_each_driver_once(void) {
        WORLD(world);

        world.functions[WORLD_SOUND].driver = world.functions[WORLD_SOUND].module = "";
        world_plan(&world);
        CHECK_EQ(world_count(&world, STEP_MODULES), 2);
        CHECK_STR(world_step(&world, STEP_MODULES, 1)->target, "snd_hda_intel");
        CHECK_EQ(world_count(&world, STEP_UNBIND), 0);
}

/* snd_hda_intel uses nvidia, as far as the kernel says, and goes with it; the other way round it has gone. */
static void test_shared_chain(void) {
        static char *by_sound[] = { "snd_hda_intel", NULL }, *by_nvidia[] = { "nvidia", NULL };
        WORLD(world);

        world.functions[WORLD_SOUND].driver = world.functions[WORLD_SOUND].module = "";
        world.modules[3].users = by_sound;
        world_plan(&world);
        CHECK_EQ(world_count(&world, STEP_MODULES), 1);
        CHECK_STR(world_step(&world, STEP_MODULES, 0)->target, "snd_hda_intel,nvidia");
        CHECK_STR(told(world_step(&world, STEP_MODULES, 0)),
                  "driver=nvidia function=0000:01:00.0 driver=snd_hda_intel function=0000:01:00.1");
        CHECK_EQ(world_count(&world, STEP_UNBIND), 0);

        world.modules[3].users = world.modules[0].users;
        world.modules[4].users = by_nvidia;
        world_plan(&world);
        CHECK_EQ(world_count(&world, STEP_MODULES), 2);
        CHECK_STR(world_step(&world, STEP_MODULES, 0)->target, "nvidia");
        CHECK_STR(world_step(&world, STEP_MODULES, 1)->target, "snd_hda_intel");

        /* A user whose device stays keeps them all. */
        world.functions[WORLD_HDMI].driver = world.functions[WORLD_HDMI].module = "nvme";
        world.modules[3].users = (char *[]){ "nvme", NULL };
        world_plan(&world);
        CHECK_EQ(world_count(&world, STEP_MODULES), 0);
        CHECK_EQ(world_count(&world, STEP_UNBIND), 2);
}

static void test_without_driver(void) {
        WORLD(world);

        world.functions[WORLD_GPU].driver = world.functions[WORLD_GPU].module = "";
        world.functions[WORLD_GPU].n_nodes = 0;
        world.functions[WORLD_HDMI].driver = "vfio-pci";
        world.functions[WORLD_HDMI].module = "vfio_pci";
        world.functions[WORLD_HDMI].n_nodes = 0;
        world_plan(&world);
        check_kinds(&world, "vfio 0000:01:00.0");
        CHECK_STR(told(world_step(&world, STEP_VFIO, 0)), "driver=");
        world.functions[WORLD_GPU].driver = "built_in";
        world_plan(&world);
        check_kinds(&world, "unbind 0000:01:00.0, vfio 0000:01:00.0");
}

static void fill_profile(struct profile *profile) {
        char *const programs[] = { "nvtop", "btop", NULL }, *const hook[] = { "/usr/bin/x", "a b", NULL };

        CHECK_EQ(argv_copy(&profile->before_lend, hook), 0);
        CHECK_EQ(argv_copy(&profile->before_return, hook), 0);
        argv_free(profile->end_programs);
        CHECK_EQ(argv_copy(&profile->end_programs, programs), 0);
        profile->monitors = calloc(1, sizeof(*profile->monitors));
        profile->monitors[0] = (struct profile_monitor){ strdup("3"), 0x11, 0 };
        profile->n_monitors = 1;
        profile->pools = calloc(1, sizeof(*profile->pools));
        profile->pools[0] = (struct profile_pool){ 2 << 20, 512 };
        profile->n_pools = 1;
        CHECK_EQ(replace_string(&profile->host_cpus, "0-1"), 0);
        CHECK_EQ(replace_string(&profile->governor, "performance"), 0);
        profile->end_sessions = true;
        profile->return_desktop = false;
}

static void test_everything(void) {
        WORLD(world);

        fill_profile(world.profile);
        world.framebuffers[1] = (struct inventory_framebuffer){ 1, "nvidiadrmfb", "0000:01:00.0" };
        world.inventory.n_framebuffers = 2;
        world_hold(&world, "nvidia-persiste", "nvidia-persistenced.service", "dri/card1", "0000:01:00.0");
        world_hold(&world, "nvidia-persiste", "nvidia-persistenced.service", "dri/card1", "0000:01:00.0");
        world_hold(&world, "Xorg", "lightdm.service", "dri/card1", "0000:01:00.0");
        world_plan(&world);
        CHECK_EQ(world.plan->n_refusals, 0);
        check_kinds(&world, "hook-outer , monitor-input 3, display-manager lightdm.service, "
                            "unit nvidia-persistenced.service, consoles 0000:01:00.0, nodes 0000:01:00.0, "
                            "nodes 0000:01:00.1, sound 0000:01:00.1, "
                            "modules nvidia_uvm,nvidia_drm,nvidia_modeset,nvidia, unbind 0000:01:00.1, "
                            "vfio 0000:01:00.0, vfio 0000:01:00.1, hugepages 2048, desktop lightdm.service, "
                            "cpu-set system.slice,user.slice,init.scope, governor performance, "
                            "hook-inner ");
        CHECK_STR(told(world_step(&world, STEP_HOOK_OUTER, 0)),
                  "apply-arg=/usr/bin/x apply-arg=a%20b timeout=30000000 "
                  "device=0000:01:00.0 device=0000:01:00.1");
        CHECK_STR(told(world_step(&world, STEP_HOOK_INNER, 0)),
                  "undo-arg=/usr/bin/x undo-arg=a%20b timeout=30000000 "
                  "device=0000:01:00.0 device=0000:01:00.1");
        CHECK_STR(told(world_step(&world, STEP_MONITOR_INPUT, 0)), "lent=17 native=0");
        CHECK_STR(told(world_step(&world, STEP_DISPLAY_MANAGER, 0)), "end-sessions=yes");
        CHECK_STR(told(world_step(&world, STEP_DESKTOP, 0)), "return=no end-sessions=yes");
        CHECK_STR(told(world_step(&world, STEP_MODULES, 0)),
                  "driver=nvidia function=0000:01:00.0 end-program=nvtop end-program=btop");
        CHECK_STR(told(world_step(&world, STEP_HUGEPAGES, 0)), "count=512");
        CHECK_STR(told(world_step(&world, STEP_CPU_SET, 0)), "cpus=0-1");
        CHECK(world_step(&world, STEP_GOVERNOR, 0)->optional);
        CHECK(world_step(&world, STEP_CONSOLES, 0)->optional);
        CHECK(world_step(&world, STEP_DESKTOP, 0)->optional);
        CHECK(!world_step(&world, STEP_UNBIND, 0)->optional);
        CHECK(!world_step(&world, STEP_DISPLAY_MANAGER, 0)->optional);
}

static void test_restart_anyway(void) {
        WORLD(world);

        world.profile->display_manager = PROFILE_DESKTOP_RESTART;
        world_plan(&world);
        CHECK_STR(told(world_step(&world, STEP_DISPLAY_MANAGER, 0)), "end-sessions=no");
        CHECK_STR(told(world_step(&world, STEP_DESKTOP, 0)), "return=yes end-sessions=no");
        world.desktop.active = false;
        world_plan(&world);
        CHECK_EQ(world_count(&world, STEP_DISPLAY_MANAGER) + world_count(&world, STEP_DESKTOP), 0);
}

/* The display manager goes, whoever holds the GPU, and does not come before all is back. */
static void test_headless(void) {
        WORLD(world);

        world.functions[WORLD_HOST].driver = world.functions[WORLD_HOST].module = "";
        world.functions[WORLD_GPU].boot_vga = true;
        world.framebuffers[0] = (struct inventory_framebuffer){ 0, "nvidiadrmfb", "0000:01:00.0" };
        world.profile->headless = world.profile->end_sessions = true;
        world_plan(&world);
        CHECK_EQ(world.plan->n_refusals, 0);
        check_kinds(&world, "display-manager lightdm.service, consoles 0000:01:00.0, nodes 0000:01:00.0, "
                            "nodes 0000:01:00.1, sound 0000:01:00.1, "
                            "modules nvidia_uvm,nvidia_drm,nvidia_modeset,nvidia, unbind 0000:01:00.1, "
                            "vfio 0000:01:00.0, vfio 0000:01:00.1");
        CHECK_STR(told(world_step(&world, STEP_DISPLAY_MANAGER, 0)), "end-sessions=yes");
        world.desktop.active = false;
        world_plan(&world);
        CHECK_EQ(world.plan->n_refusals, 0);
        CHECK_EQ(world_count(&world, STEP_DISPLAY_MANAGER), 0);
}

static char *below(char *text, size_t size, const char *folder, const char *name) {
        snprintf(text, size, "%s/%s", folder, name);
        return text;
}

static void make_file(const char *path) {
        FILE *file = fopen(path, "we");

        CHECK(file);
        fclose(file);
}

static void test_snippets(void) {
        char folder[] = "/tmp/pillion-snippets-XXXXXX", expected[300], link[200], file[200];
        char *const names[] = { "10-nvidia.conf", NULL };
        WORLD(world);

        CHECK(mkdtemp(folder));
        CHECK_EQ(mkdir(below(link, sizeof(link), folder, "xorg.conf.d"), 0755), 0);
        CHECK_EQ(mkdir(below(link, sizeof(link), folder, "xorg.conf.avail"), 0755), 0);
        below(link, sizeof(link), folder, "xorg.conf.d/10-nvidia.conf");
        below(file, sizeof(file), folder, "xorg.conf.avail/10-nvidia.conf");
        world.facts.snippets = folder;
        argv_free(world.profile->xorg_snippets);
        CHECK_EQ(argv_copy(&world.profile->xorg_snippets, names), 0);

        world_plan(&world);
        snprintf(expected, sizeof(expected), "%s is not there", link);
        world_check_refusal(&world, expected, "'ln -s ../xorg.conf.avail/10-nvidia.conf ");
        CHECK_EQ(symlink("../xorg.conf.avail/10-nvidia.conf", link), 0);
        world_plan(&world);
        snprintf(expected, sizeof(expected), "%s is a link that leads nowhere", link);
        world_check_refusal(&world, expected, "correct 'xorg-snippets ='");
        make_file(file);
        world_plan(&world);
        world_check_fine(&world);
        CHECK_EQ(world.plan->steps[0].kind, STEP_XORG_SNIPPET);
        snprintf(expected, sizeof(expected), "persistent=yes avail=%s", file);
        CHECK_STR(told(&world.plan->steps[0]), expected);

        unlink(link);
        CHECK_EQ(symlink("/run/pillion/xorg/10-nvidia.conf", link), 0);
        world_plan(&world);
        world_check_fine(&world);
        snprintf(expected, sizeof(expected), "persistent=no avail=%s", file);
        CHECK_STR(told(&world.plan->steps[0]), expected);
        unlink(file);
        world_plan(&world);
        snprintf(expected, sizeof(expected), "%s is a link to what is no file", link);
        world_check_refusal(&world, expected, "");
        unlink(link);
        make_file(link);
        world_plan(&world);
        snprintf(expected, sizeof(expected), "%s is no link", link);
        world_check_refusal(&world, expected, "");
        unlink(link);
        rmdir(below(link, sizeof(link), folder, "xorg.conf.d"));
        rmdir(below(link, sizeof(link), folder, "xorg.conf.avail"));
        CHECK_EQ(rmdir(folder), 0);
}

int main(void) {
        test_two_gpus();
        test_each_driver_once();
        test_shared_chain();
        test_without_driver();
        test_everything();
        test_restart_anyway();
        test_headless();
        test_snippets();
        return 0;
}
