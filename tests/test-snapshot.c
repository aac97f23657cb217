/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The names of snapshots, which of them are pillion's own, and which have to go. */
#include "switcher/snapshot.h"

#include <errno.h>

#include "switcher/profile-values.h"
#include "switcher/volume.h"
#include "tests/test.h"

static void test_names(void) {
        static const char *const right[] = { "pillion-20261127-030106", "pillion-a", "pillion-1.2-x" };
        static const char *const wrong[] = { "",
                                             "pillion",
                                             "pillion-",
                                             "pillion--x",
                                             "mine",
                                             "pillion-.x",
                                             "pillion-a..b",
                                             "pillion-a/b",
                                             "pillion-a b",
                                             "pillion-a_tdata",
                                             "pillion-a\n",
                                             "Pillion-a",
                                             "-pillion-a" };
        char long_name[80] = "pillion-";

        for (size_t i = 0; i < sizeof(right) / sizeof(*right); i++)
                CHECK(snapshot_name_is_valid(right[i]));
        for (size_t i = 0; i < sizeof(wrong) / sizeof(*wrong); i++)
                if (snapshot_name_is_valid(wrong[i]))
                        test_fail("'%s' is taken", wrong[i]);
        memset(long_name + 8, 'x', SNAPSHOT_NAME_SIZE - 9);
        CHECK(snapshot_name_is_valid(long_name));
        long_name[SNAPSHOT_NAME_SIZE - 1] = 'x';
        CHECK(!snapshot_name_is_valid(long_name));
}

static void test_dates(void) {
        char name[SNAPSHOT_NAME_SIZE];

        snapshot_name_at(name, 1795748466);
        CHECK_STR(name, "pillion-20261127-030106");
        CHECK(snapshot_name_is_dated(name));
        CHECK(!snapshot_name_is_dated("pillion-20261127-03010"));
        CHECK(!snapshot_name_is_dated("pillion-20261127-0301067"));
        CHECK(!snapshot_name_is_dated("pillion-20261127x030106"));
        CHECK(!snapshot_name_is_dated("pillion-2026112a-030106"));
        CHECK(!snapshot_name_is_dated("pillioN-20261127-030106"));
}

static void test_typed(void) {
        char name[SNAPSHOT_NAME_SIZE] = "as it was";

        CHECK_EQ(snapshot_name_complete(name, "../x"), -EINVAL);
        CHECK_EQ(snapshot_name_complete(name, ""), -EINVAL);
        CHECK_STR(name, "as it was");
        CHECK_EQ(snapshot_name_complete(name, "before"), 0);
        CHECK_STR(name, "pillion-before");
        CHECK_EQ(snapshot_name_complete(name, "pillion-20261127-030106"), 0);
        CHECK_STR(name, "pillion-20261127-030106");
}

static void test_volumes_of_lvm(void) {
        char lv[SNAPSHOT_LV_SIZE], name[SNAPSHOT_NAME_SIZE] = "as it was", origin[SNAPSHOT_LV_SIZE];

        CHECK_EQ(snapshot_lv_of(lv, "pillion-before", "win10"), 0);
        CHECK_STR(lv, "pillion-before-win10");
        CHECK(snapshot_name_of_lv(name, lv, "win10"));
        CHECK_STR(name, "pillion-before");
        CHECK(!snapshot_name_of_lv(name, "pillion-before-win11", "win10"));
        CHECK(!snapshot_name_of_lv(name, "before-win10", "win10"));
        CHECK(!snapshot_name_of_lv(name, "win10", "win10"));
        CHECK(!snapshot_name_of_lv(name, "-win10", "win10"));
        CHECK(!snapshot_name_of_lv(name, "pillion-before_win10", "win10"));
        CHECK_STR(name, "pillion-before");

        memset(origin, 'x', sizeof(origin) - 1);
        origin[sizeof(origin) - 1] = '\0';
        CHECK_EQ(snapshot_lv_of(lv, "pillion-before", origin), -ENAMETOOLONG);
        CHECK_EQ(snapshot_lv_of(lv, "pillion-before", origin + strlen("pillion-before-")), 0);
}

/* KEEP are left of NAMES, and those are the newest dated ones and all that have other names. */
static void test_pruning(void) {
        static const struct snapshot some[] = {
                { .name = "pillion-20260103-000000" }, { .name = "pillion-before" },
                { .name = "pillion-20260101-000000" }, { .name = "pillion-20260104-000000" },
                { .name = "pillion-20260102-235959" }, { .name = "pillion-0" },
        };
        const size_t n = sizeof(some) / sizeof(*some);

        for (uint64_t keep = 1; keep <= 6; keep++)
                for (size_t i = 0; i < n; i++) {
                        static const unsigned newer[] = { 1, 0, 3, 0, 2, 0 };

                        CHECK_EQ(snapshot_is_too_many(some, n, i, keep),
                                 i != 1 && i != 5 && newer[i] >= keep);
                }
        CHECK(snapshot_find(some, n, "pillion-before") == &some[1]);
        CHECK(!snapshot_find(some, n, "pillion-befor"));
}

static void test_sources(void) {
        static const char *const right[] = { "vg0/win10", "vg.0/a+b_c-d", "/dev/vg0/win10",
                                             "/srv/my disk,1.qcow2" };
        static const char *const wrong[] = { "",      "vg0",  "vg0/",   "/",      "-vg/x",   "vg/-x",
                                             "vg/..", "../x", "vg/a/b", "vg/a b", "a.qcow2", "/srv/../x",
                                             "/srv/", "/a$b", "/a\nb",  "vg/a$b", "nbd:x/y" };

        for (size_t i = 0; i < sizeof(right) / sizeof(*right); i++)
                if (!volume_source_is_valid(right[i]))
                        test_fail("'%s' is not taken", right[i]);
        for (size_t i = 0; i < sizeof(wrong) / sizeof(*wrong); i++)
                if (volume_source_is_valid(wrong[i]))
                        test_fail("'%s' is taken", wrong[i]);
}

static void test_sizes(void) {
        static const char *const wrong[] = { "",    "10",   "G",    "0G",  "-1G",
                                             "10%", "10 G", "1.5G", "10g", "1048577T" };
        uint64_t size = 7;

        for (size_t i = 0; i < sizeof(wrong) / sizeof(*wrong); i++)
                if (value_set_size(wrong[i], &size) >= 0)
                        test_fail("'%s' is taken", wrong[i]);
        CHECK_EQ(size, 7);
        CHECK_EQ(value_set_size("512M", &size), 0);
        CHECK_EQ(size, 512 << 20);
        CHECK_EQ(value_set_size("2T", &size), 0);
        CHECK(size == (uint64_t)2 << 40);
        CHECK_EQ(value_set_size("1048576K", &size), 0);
        CHECK_EQ(size, 1 << 30);
}

int main(void) {
        test_names();
        test_dates();
        test_typed();
        test_volumes_of_lvm();
        test_pruning();
        test_sources();
        test_sizes();
        return 0;
}
