/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The steps that are files and nothing else: governor, huge pages as far as a tree of plain files goes (one
 * that grants what is asked, or nothing), and snippets of Xorg.
 */
#include "tests/trial.h"

#define POLICY0  "/sys/devices/system/cpu/cpufreq/policy0/scaling_governor"
#define POLICY12 "/sys/devices/system/cpu/cpufreq/policy12/scaling_governor"
#define PAGES    "/sys/kernel/mm/hugepages/hugepages-2048kB"
#define ETC      "/etc/X11/xorg.conf.d/10-nvidia.conf"
#define RUN      "/run/pillion/xorg/10-nvidia.conf"
#define AVAIL    "/etc/X11/xorg.conf.avail/10-nvidia.conf"

static void test_no_governor(void) {
        struct trial trial = trial_of(STEP_GOVERNOR, "performance", NULL);

        CHECK_EQ(trial_observe(&trial), 0);
        CHECK_EQ(trial.state.n, 0);
        CHECK_EQ(trial_apply(&trial), 0);
        CHECK_EQ(trial_undo(&trial), 0);
        trial_done(&trial);
}

static void test_governor(void) {
        struct trial trial = trial_of(STEP_GOVERNOR, "performance", NULL);

        root_put(POLICY0, "schedutil\n");
        root_put(POLICY12, "powersave\n");
        CHECK_EQ(trial_observe(&trial), 0);
        CHECK_EQ(trial.state.n, 2);
        CHECK_EQ(trial_undo(&trial), 0); /* nothing was done */
        CHECK_STR(root_get(POLICY0), "schedutil\n");
        for (int twice = 0; twice < 2; twice++) {
                CHECK_EQ(trial_apply(&trial), 0);
                CHECK_STR(root_get(POLICY0), "performance");
                CHECK_STR(root_get(POLICY12), "performance");
        }
        for (int twice = 0; twice < 2; twice++) {
                CHECK_EQ(trial_undo(&trial), 0);
                CHECK_STR(root_get(POLICY0), "schedutil");
                CHECK_STR(root_get(POLICY12), "powersave");
        }
        CHECK_EQ(unlink(root_at(POLICY12)), 0); /* switched off since */
        CHECK_EQ(trial_undo(&trial), 0);
        trial_done(&trial);
}

/* A file that can be read and not written is one that takes nothing. */
static void test_governor_unknown(void) {
        struct trial trial = trial_of(STEP_GOVERNOR, "warp", NULL);

        root_put("/sys/devices/system/cpu/cpufreq/policy0/scaling_available_governors",
                 "performance powersave \n");
        CHECK_EQ(trial_observe(&trial), 0);
        CHECK_EQ(unlink(root_at(POLICY0)), 0);
        CHECK_EQ(symlink("/proc/self/cmdline", root_at(POLICY0)), 0);
        CHECK(trial_apply(&trial) < 0);
        CHECK(strstr(trial.problem,
                     "policy0 does not take the governor 'warp': it has performance powersave"));
        trial_done(&trial);
}

static struct trial pages_trial(const char *count) {
        return trial_of(STEP_HUGEPAGES, "2048", (const char *const[]){ "count", count, NULL });
}

static void put_pool(const char *total, const char *free_pages, const char *reserved) {
        root_put(PAGES "/nr_hugepages", total);
        root_put(PAGES "/free_hugepages", free_pages);
        root_put(PAGES "/resv_hugepages", reserved);
}

static void test_pages_enough(void) {
        struct trial trial = pages_trial("5");

        put_pool("10\n", "7\n", "2\n");
        CHECK_EQ(trial_observe(&trial), 0);
        CHECK_STR(words_get(&trial.state, "before"), "10");
        CHECK_EQ(trial_apply(&trial), 0);
        CHECK_STR(words_get(&trial.result, "granted"), "0");
        CHECK_EQ(trial_undo(&trial), 0);
        CHECK_STR(root_get(PAGES "/nr_hugepages"), "10\n");
        trial_done(&trial);
}

/* The number of free pages of a plain file does not grow: as if the kernel had given none. */
static void test_pages_missing(void) {
        struct trial trial = pages_trial("6");

        put_pool("10\n", "7\n", "2\n");
        root_put("/proc/sys/vm/compact_memory", "");
        CHECK_EQ(trial_observe(&trial), 0);
        CHECK_EQ(trial_apply(&trial), -ENOMEM);
        CHECK(strstr(trial.problem, "only 5 of 6 huge pages of 2048 kB"));
        CHECK_STR(root_get(PAGES "/nr_hugepages"), "10");

        put_pool("10\n", "7\n", "2\n");
        root_put("/proc/meminfo", "MemTotal:  9999999 kB\nMemFree: 1 kB\nMemAvailable:    2047 kB\n");
        CHECK_EQ(trial_apply(&trial), -ENOMEM);
        CHECK(strstr(trial.problem, "1 more huge pages of 2048 kB are needed, and there are only 1 MiB"));
        CHECK_STR(root_get(PAGES "/nr_hugepages"), "10\n"); /* not even tried */
        root_put("/proc/meminfo", "MemTotal:  9999999 kB\nMemFree: 1 kB\nMemAvailable:    2048 kB\n");
        CHECK_EQ(trial_apply(&trial), -ENOMEM);
        CHECK(strstr(trial.problem, "only 5 of 6"));
        trial_done(&trial);
}

static void test_pages_back(void) {
        struct trial trial = pages_trial("100");

        put_pool("10\n", "10\n", "0\n");
        CHECK_EQ(trial_observe(&trial), 0);

        /* interrupted: no result; all back to before */
        put_pool("110\n", "110\n", "0\n");
        CHECK_EQ(trial_apply(&trial), 0);
        CHECK_STR(words_get(&trial.result, "granted"), "100");
        words_done(&trial.result);
        CHECK_EQ(trial_undo(&trial), 0);
        CHECK_STR(root_get(PAGES "/nr_hugepages"), "10");

        /* somebody has added five */
        put_pool("115\n", "115\n", "0\n");
        CHECK_EQ(words_add(&trial.result, "granted", "100"), 0);
        CHECK_EQ(trial_undo(&trial), 0);
        CHECK_STR(root_get(PAGES "/nr_hugepages"), "15");

        /* twice does not take more than once had left */
        put_pool("10\n", "10\n", "0\n");
        CHECK_EQ(trial_undo(&trial), 0);
        CHECK_STR(root_get(PAGES "/nr_hugepages"), "10\n");

        /* thirty are in use or promised */
        put_pool("110\n", "90\n", "10\n");
        CHECK_EQ(trial_undo(&trial), -EBUSY);
        CHECK_STR(root_get(PAGES "/nr_hugepages"), "30");
        CHECK(strstr(trial.problem, "20 huge pages of 2048 kB too many are still in use"));
        trial_done(&trial);
}

static void test_pages_mistakes(void) {
        struct trial none = trial_of(STEP_HUGEPAGES, "1048576", NULL),
                     odd = trial_of(STEP_HUGEPAGES, "../x", NULL);
        struct trial few = pages_trial("many");

        CHECK_EQ(trial_observe(&none), -ENOENT);
        CHECK(strstr(none.problem, "no huge pages of 1048576 kB"));
        CHECK_EQ(trial_observe(&odd), -EINVAL);
        put_pool("0\n", "0\n", "0\n");
        CHECK_EQ(trial_observe(&few), 0);
        CHECK_EQ(trial_apply(&few), -EINVAL);
        trial_done(&none);
        trial_done(&odd);
        trial_done(&few);
}

static struct trial snippet_trial(const char *name, const char *persistent) {
        return trial_of(STEP_XORG_SNIPPET, name,
                        (const char *const[]){ "persistent", persistent, "avail", AVAIL, NULL });
}

static void test_snippet(const char *persistent, const char *path, const char *target) {
        struct trial trial = snippet_trial("10-nvidia.conf", persistent);

        root_link(path, target);
        CHECK_EQ(trial_observe(&trial), 0);
        CHECK_STR(words_get(&trial.state, "link"), target);
        for (int twice = 0; twice < 2; twice++) {
                CHECK_EQ(trial_apply(&trial), 0);
                CHECK_STR(root_get(path), "");
        }
        for (int twice = 0; twice < 2; twice++) {
                CHECK_EQ(trial_undo(&trial), 0);
                CHECK_STR(root_get(path), target);
        }
        CHECK_EQ(trial_apply(&trial), 0);
        root_link("/etc/X11/xorg.conf.d/.10-nvidia.conf.new", "half done"); /* the power went */
        root_link("/run/pillion/xorg/.10-nvidia.conf.new", "half done");
        CHECK_EQ(trial_undo(&trial), 0);
        CHECK_STR(root_get(path), target);
        trial_done(&trial);
}

static void test_snippet_gone(void) {
        struct trial trial = snippet_trial("20-none.conf", "yes");

        CHECK_EQ(trial_observe(&trial), 0);
        CHECK_EQ(trial_apply(&trial), 0);
        CHECK_EQ(trial_undo(&trial), 0);
        CHECK_STR(root_get("/etc/X11/xorg.conf.d/20-none.conf"), "");
        trial_done(&trial);
}

static void test_snippet_is_file(void) {
        struct trial trial = snippet_trial("10-nvidia.conf", "yes");

        CHECK_EQ(trial_observe(&trial), 0);
        CHECK_EQ(trial_apply(&trial), 0);
        root_put(ETC, "Section");
        CHECK_EQ(trial_undo(&trial), -EEXIST);
        CHECK_EQ(trial_apply(&trial), -EEXIST);
        CHECK_EQ(trial_observe(&trial), -EEXIST);
        CHECK(strstr(trial.problem, "is a file, not a link: 'mv "));
        CHECK_STR(root_get(ETC), "Section");
        CHECK_EQ(unlink(root_at(ETC)), 0);
        trial_done(&trial);
}

static void test_snippet_names(void) {
        static const char *const bad[] = { "../10-nvidia.conf", "a/b.conf", ".conf", ".a.conf",
                                           "10-nvidia",         "a b.conf", "" };

        for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
                struct trial trial = snippet_trial(bad[i], "yes");

                CHECK_EQ(trial_observe(&trial), -EINVAL);
                CHECK_EQ(trial_apply(&trial), -EINVAL);
                trial_done(&trial);
        }
}

/* A link in /run says nothing if the one in /etc goes elsewhere. */
static void test_snippet_not_adopted(void) {
        struct trial trial = snippet_trial("10-nvidia.conf", "no");

        root_link(ETC, AVAIL);
        root_link(RUN, AVAIL);
        CHECK_EQ(trial_observe(&trial), -EINVAL);
        CHECK(strstr(trial.problem, "'pillion-switch adopt win10'"));
        trial_done(&trial);
}

int main(void) {
        root_new();
        test_no_governor();
        test_governor();
        test_governor_unknown();
        test_pages_enough();
        test_pages_missing();
        test_pages_back();
        test_pages_mistakes();
        test_snippet("yes", ETC, "../xorg.conf.avail/10-nvidia.conf");
        test_snippet("yes", ETC, AVAIL);
        root_link(ETC, RUN);
        test_snippet("no", RUN, AVAIL);
        test_snippet_gone();
        test_snippet_is_file();
        test_snippet_names();
        test_snippet_not_adopted();
        root_free();
        return 0;
}
