/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which profile is for a guest: what the file says counts, not what it is called. */
#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include "switcher/profile.h"
#include "tests/test.h"

static char folder[] = "/tmp/pillion-profile-XXXXXX";

static void write_file(const char *name, const char *text) {
        char path[100];
        FILE *file;

        snprintf(path, sizeof(path), "%s/%s.conf", folder, name);
        file = fopen(path, "we");
        CHECK(file);
        fputs(text, file);
        fclose(file);
        CHECK_EQ(chmod(path, 0644), 0);
}

static void check_found(const char *domain, const char *want) {
        _cleanup_free_ char *name = NULL;

        CHECK_EQ(profile_find(&name, folder, domain, getuid()), 0);
        CHECK_STR(name, want);
}

static void test_found(void) {
        write_file("a-copy", "[guest]\ndomain = win10\n");
        write_file("games", "[guest]\ndomain = Windows 10\n");
        write_file("other", "[guest]\ndomain = win11\n");
        write_file("win10", "");
        check_found("win10", "win10");
        check_found("Windows 10", "games");
        check_found("win11", "other");
}

/* Whoever uses it will say what is wrong with it. */
static void test_mistakes(void) {
        write_file("linux", "[guest]\nnonsense\n");
        check_found("linux", "linux");
}

static void test_none(void) {
        char *name = NULL;

        CHECK_EQ(profile_find(&name, folder, "games", getuid()), -ENOENT);
        CHECK_EQ(profile_find(&name, "/nonexistent", "win10", getuid()), -ENOENT);
        CHECK(!name);
}

int main(void) {
        char command[100];

        CHECK(mkdtemp(folder));
        CHECK_EQ(chmod(folder, 0755), 0);
        test_found();
        test_mistakes();
        test_none();
        snprintf(command, sizeof(command), "rm -rf %s", folder);
        CHECK_EQ(system(command), 0);
        return 0;
}
