/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What is drafted says what was found, and is a profile: it is read as such. */
#include "switcher/draft.h"

#include <sys/stat.h>

#include "switcher/profile.h"
#include "tests/plan-world.h"
#include "tests/test.h"

static char folder[] = "/tmp/pillion-draft-XXXXXX";
static char *none[] = { NULL };

static void on_report(const char *message, void *userdata) {
        test_fail("it is not a profile: %s", message);
}

/* Drafts, and reads what was drafted. *RET_TEXT is the caller's. */
static struct profile *draft(const struct draft_facts *facts, char **ret_text) {
        struct profile *profile = NULL;
        char path[100];
        size_t size;
        FILE *out = open_memstream(ret_text, &size), *file;

        draft_print(out, facts);
        fclose(out);
        snprintf(path, sizeof(path), "%s/win10.conf", folder);
        file = fopen(path, "we");
        CHECK(file);
        fputs(*ret_text, file);
        fclose(file);
        CHECK_EQ(chmod(path, 0644), 0);
        CHECK_EQ(profile_load(&profile, folder, "win10", getuid(), on_report, NULL), 0);
        unlink(path);
        return profile;
}

static void test_full(void) {
        char *snippets[] = { "10-nvidia.conf", NULL }, *units[] = { "nvidia-persistenced.service", NULL };
        struct domain_hostdev hostdevs[] = { { "0000:01:00.0" } };
        struct domain_hardware hardware = {
                .hostdevs = hostdevs,
                .n_hostdevs = 1,
                .memory = ((uint64_t)16 << 30) + 1,
                .hugepages = true,
                .cpuset = "4-7",
        };
        _cleanup_(world_done) struct world world;
        _cleanup_(profile_freep) struct profile *profile = NULL;
        _cleanup_free_ char *text = NULL;
        struct draft_facts facts = { "win10",  "win10", "qemu:///session", &hardware, &world.inventory,
                                     snippets, units };

        world_init(&world);
        world.functions[WORLD_DISK].group = 1;
        profile = draft(&facts, &text);
        CHECK(strstr(text,
                     "# The definition of the guest names these:\n"
                     "#   0000:01:00.0  Guest GPU, driver: nvidia\n"
                     "# It does not name these, but they are parts of the same card, and are lent with it:\n"
                     "#   0000:01:00.1  HDMI Sound, driver: snd_hda_intel\n"
                     "# These share an IOMMU group with them, and keep it from being lent."));
        CHECK(strstr(text, "#   0000:02:00.0  Disk, driver: nvme\n"));
        CHECK(strstr(text, "has its 16384 MiB in huge pages.\n"));
        CHECK_STR(profile->uri, "qemu:///session");
        CHECK_STR(profile->functions[0], "0000:01:00.0");
        CHECK_STR(profile->functions[1], "0000:01:00.1");
        CHECK(!profile->functions[2]);
        CHECK_STR(profile->stop_units[0], "nvidia-persistenced.service");
        CHECK(!profile->stop_units[1]);
        CHECK_STR(profile->xorg_snippets[0], "10-nvidia.conf");
        CHECK_EQ(profile->n_pools, 1);
        CHECK_EQ(profile->pools[0].size, 2 << 20);
        CHECK_EQ(profile->pools[0].count, 8193);
        CHECK_STR(profile->host_cpus, "0-3");
}

/* Nothing is known: then it says no more than the defaults do. */
static void test_bare(void) {
        struct domain_hardware hardware = { .cpuset = "" };
        _cleanup_(world_done) struct world world;
        _cleanup_(profile_freep) struct profile *profile = NULL;
        _cleanup_free_ char *text = NULL;
        struct draft_facts facts = { "win10", "Windows 10", "qemu:///system", &hardware, &world.inventory,
                                     none,    none };

        world_init(&world);
        profile = draft(&facts, &text);
        CHECK(strstr(text, "names no PCI device of this machine"));
        CHECK_STR(profile->domain, "Windows 10");
        CHECK(!profile->functions[0] && !profile->xorg_snippets[0]);
        CHECK_STR(profile->stop_units[1], "nvidia-powerd.service");
        CHECK_EQ(profile->n_pools, 0);
        CHECK_STR(profile->host_cpus, "");
}

/* The only GPU is not lent unasked; and with another there is nothing to propose. */
static void test_only_gpu(void) {
        struct domain_hostdev hostdevs[] = { { "0000:01:00.0" } };
        struct domain_hardware hardware = { .hostdevs = hostdevs, .n_hostdevs = 1, .cpuset = "" };
        _cleanup_(world_done) struct world world;
        _cleanup_(profile_freep) struct profile *profile = NULL, *again = NULL;
        _cleanup_free_ char *text = NULL, *two = NULL;
        struct draft_facts facts = { "win10", "win10", "qemu:///system", &hardware, &world.inventory,
                                     none,    none };

        world_init(&world);
        world.functions[WORLD_HOST].driver = "vfio-pci";
        profile = draft(&facts, &text);
        CHECK(strstr(text, "# The only GPU here that works."));
        CHECK(strstr(text, "\n#headless = yes\n#end-sessions = yes\n"));
        CHECK(!profile->headless && !profile->end_sessions);
        world.functions[WORLD_HOST].driver = "i915";
        again = draft(&facts, &two);
        CHECK(strstr(two, "\n#headless = no\n") && !strstr(two, "only GPU"));
}

/* All functions are named; pages of the definition's own size; all processors are the guest's. */
static void test_named(void) {
        struct domain_hostdev hostdevs[] = { { "0000:01:00.1" }, { "0000:01:00.0" } };
        struct domain_hardware hardware = { .hostdevs = hostdevs,
                                            .n_hostdevs = 2,
                                            .memory = (uint64_t)8 << 30,
                                            .hugepages = true,
                                            .hugepage_size = 1 << 30,
                                            .cpuset = "0-7" };
        char long_name[400] = "";
        _cleanup_(world_done) struct world world;
        _cleanup_(profile_freep) struct profile *profile = NULL;
        _cleanup_free_ char *text = NULL;
        struct draft_facts facts = { "win10", "win10", "qemu:///system", &hardware, &world.inventory,
                                     none,    none };

        world_init(&world);
        memset(long_name, 'x', sizeof(long_name) - 1);
        world.functions[WORLD_GPU].name = long_name;
        profile = draft(&facts, &text);
        CHECK(!profile->functions[0]);
        CHECK(!strstr(text, "parts of the same card"));
        CHECK_EQ(profile->pools[0].size, 1 << 30);
        CHECK_EQ(profile->pools[0].count, 8);
        CHECK_STR(profile->host_cpus, "");
}

static void test_names(void) {
        _cleanup_free_ char *name = draft_name("Windows 10/é");

        CHECK_STR(name, "Windows-10---");
}

int main(void) {
        CHECK(mkdtemp(folder));
        CHECK_EQ(chmod(folder, 0755), 0);
        test_full();
        test_bare();
        test_only_gpu();
        test_named();
        test_names();
        CHECK_EQ(rmdir(folder), 0);
        return 0;
}
