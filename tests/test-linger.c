/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Who it is about, and whether logind's file says yes. */
#include "core/linger.h"

#include <stdlib.h>
#include <unistd.h>

#include "tests/sysfs.h"
#include "tests/test.h"

static void test_file(struct sysfs *sysfs) {
        CHECK(!linger_is_on(sysfs->root, "alice"));
        sysfs_file(sysfs, "var/lib/systemd/linger/alice", "");
        CHECK(linger_is_on(sysfs->root, "alice"));
        CHECK(!linger_is_on(sysfs->root, "bob"));
        CHECK(!linger_is_on(sysfs->root, NULL));
        CHECK(!linger_is_on(sysfs->root, ""));
        CHECK(!linger_is_on(sysfs->root, "../linger/alice"));
}

/* Root is whoever has called it through sudo, and no more than that. */
static void test_user(void) {
        CHECK_EQ(unsetenv("SUDO_USER"), 0);
        if (geteuid() != 0) {
                CHECK(linger_user());
                return;
        }
        CHECK(!linger_user());
        CHECK_EQ(setenv("SUDO_USER", "nobody", 1), 0);
        CHECK_STR(linger_user(), "nobody");
        CHECK_EQ(setenv("SUDO_USER", "root", 1), 0);
        CHECK(!linger_user());
        CHECK_EQ(setenv("SUDO_USER", "no such user", 1), 0);
        CHECK(!linger_user());
}

int main(void) {
        struct sysfs sysfs;

        sysfs_init(&sysfs);
        test_file(&sysfs);
        sysfs_done(&sysfs);
        test_user();
        return 0;
}
