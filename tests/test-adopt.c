/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "switcher/adopt-file.h"
#include "switcher/adopt.h"
#include "switcher/links.h"
#include "tests/root.h"

#define CARD   "/etc/X11/xorg.conf.d/10-nvidia.conf"
#define SCREEN "/etc/X11/xorg.conf.d/20-screen.conf"
#define FILE_  "/etc/tmpfiles.d/pillion-xorg-win10.conf"

static char *names[] = { "10-nvidia.conf", "20-screen.conf", NULL };
static struct profile profile = { .name = "win10", .xorg_snippets = names };
static char problem[400], *told;

static int run(bool undo, bool dry_run) {
        size_t size;
        struct adopt_options options = { .undo = undo, .dry_run = dry_run, .root = root_path };
        int r;

        free(told);
        options.out = open_memstream(&told, &size);
        CHECK(options.out);
        r = adopt_run(&profile, &options, problem, sizeof(problem));
        fclose(options.out);
        return r;
}

static void put_links(void) {
        root_link(CARD, "../xorg.conf.avail/10-nvidia.conf");
        root_link(SCREEN, "/etc/X11/xorg.conf.avail/screen");
}

static void check_as_before(void) {
        CHECK_STR(root_get(CARD), "../xorg.conf.avail/10-nvidia.conf");
        CHECK_STR(root_get(SCREEN), "/etc/X11/xorg.conf.avail/screen");
        CHECK(access(root_at(FILE_), F_OK) < 0);
        CHECK_STR(root_get(ADOPT_RUN "/10-nvidia.conf"), "");
        CHECK_STR(root_get(ADOPT_RUN "/20-screen.conf"), "");
}

static void check_adopted(void) {
        CHECK_STR(root_get(CARD), ADOPT_RUN "/10-nvidia.conf");
        CHECK_STR(root_get(SCREEN), ADOPT_RUN "/20-screen.conf");
        CHECK_STR(root_get(ADOPT_RUN "/10-nvidia.conf"), ADOPT_ETC "/../xorg.conf.avail/10-nvidia.conf");
        CHECK_STR(root_get(ADOPT_RUN "/20-screen.conf"), "/etc/X11/xorg.conf.avail/screen");
        CHECK(strstr(root_get(FILE_),
                     "\nL+! /run/pillion/xorg/20-screen.conf - - - - /etc/X11/xorg.conf.avail/screen\n"));
}

static void test_there_and_back(void) {
        put_links();
        CHECK_EQ(run(false, true), 0);
        CHECK(strstr(told, "write ") && strstr(told, "link "));
        check_as_before();

        CHECK_EQ(run(false, false), 0);
        check_adopted();
        CHECK_EQ(run(false, false), 0);
        CHECK(strstr(told, "nothing to do"));
        check_adopted();
        CHECK_EQ(run(true, true), 0);
        check_adopted();

        CHECK_EQ(run(true, false), 0);
        check_as_before();
        CHECK_EQ(run(true, false), 0);
        CHECK(strstr(told, "nothing to undo"));
}

/* What a boot does, and what an administrator who runs it in between does not. */
static void boot(bool really) {
        char command[400];

        snprintf(command, sizeof(command), "systemd-tmpfiles --root=%s --create%s", root_path,
                 really ? " --boot" : "");
        CHECK_EQ(system(command), 0);
}

static void test_boot(void) {
        if (geteuid() != 0 || access("/usr/bin/systemd-tmpfiles", X_OK) < 0) {
                printf("no systemd-tmpfiles for root here: what it makes of the file is not looked at\n");
                return;
        }
        put_links();
        CHECK_EQ(run(false, false), 0);
        CHECK_EQ(link_remove(root_at(ADOPT_RUN "/10-nvidia.conf")), 0); /* it is lent */
        boot(false);
        CHECK_STR(root_get(ADOPT_RUN "/10-nvidia.conf"), "");
        CHECK_EQ(link_remove(root_at(ADOPT_RUN "/20-screen.conf")), 0);
        CHECK_EQ(rmdir(root_at(ADOPT_RUN)), 0);
        boot(true);
        check_adopted();
        CHECK_EQ(run(true, false), 0);
        check_as_before();
}

/* Whatever was done already when the power went: the same end, both ways. */
static void test_interrupted(void) {
        put_links();
        CHECK_EQ(run(false, false), 0);
        CHECK_EQ(link_put(root_at(SCREEN), "/etc/X11/xorg.conf.avail/screen"), 0);
        CHECK_EQ(link_remove(root_at(ADOPT_RUN "/20-screen.conf")), 0);
        CHECK_EQ(run(false, false), 0);
        check_adopted();
        CHECK_EQ(link_put(root_at(SCREEN), "/etc/X11/xorg.conf.avail/screen"), 0);
        CHECK_EQ(link_remove(root_at(ADOPT_RUN "/20-screen.conf")), 0);
        CHECK_EQ(run(true, false), 0);
        check_as_before();
}

static void test_lent(void) {
        CHECK_EQ(run(false, false), 0);
        CHECK_EQ(link_remove(root_at(ADOPT_RUN "/20-screen.conf")), 0);
        CHECK_EQ(run(true, false), -EBUSY);
        CHECK(strstr(problem, "return the card first"));
        CHECK_STR(root_get(CARD), ADOPT_RUN "/10-nvidia.conf");
        CHECK_EQ(link_put(root_at(ADOPT_RUN "/20-screen.conf"), "/etc/X11/xorg.conf.avail/screen"), 0);
        CHECK_EQ(run(true, false), 0);
        check_as_before();

        CHECK_EQ(link_remove(root_at(SCREEN)), 0);
        CHECK_EQ(run(false, false), -ENOENT);
        CHECK(strstr(problem, "20-screen.conf is not there"));
        CHECK_STR(root_get(CARD), "../xorg.conf.avail/10-nvidia.conf");
        put_links();
}

static void test_refused(void) {
        CHECK_EQ(link_remove(root_at(SCREEN)), 0);
        root_put(SCREEN, "Section");
        CHECK_EQ(run(false, false), -EEXIST);
        CHECK(strstr(problem, "is a file"));
        CHECK_EQ(link_remove(root_at(SCREEN)), 0);
        root_link(SCREEN, "/etc/X11/a file %b\n");
        CHECK_EQ(run(false, false), -EINVAL);
        put_links();
        names[1] = "../20-screen.conf";
        CHECK_EQ(run(false, false), -EINVAL);
        names[1] = "20-screen.conf";
        check_as_before();
}

/* What was adopted stays so when the profile no longer names it, or its link would lead nowhere after a boot.
 */
static void test_fewer(void) {
        CHECK_EQ(run(false, false), 0);
        CHECK_EQ(link_put(root_at(CARD), "../xorg.conf.avail/10-nvidia.conf"), 0);
        names[1] = NULL;
        CHECK_EQ(run(false, false), 0);
        names[1] = "20-screen.conf";
        check_adopted();

        CHECK_EQ(link_put(root_at(CARD), "/somebody/else"), 0);
        CHECK_EQ(run(true, false), 0);
        CHECK(strstr(told, "leave 10-nvidia.conf a link to /somebody/else"));
        CHECK_STR(root_get(CARD), "/somebody/else");
        put_links();
        check_as_before();
}

static void test_parse(void) {
        struct adopted_list list = { 0 };

        CHECK_EQ(adopted_list_parse(&list,
                                    "# was: a.conf -> ../a\nL+! x\n# was: ../b.conf -> x\n# was: c.conf\n"
                                    "# was: d.conf -> /d e\n# was: a.conf -> /a"),
                 0);
        CHECK_EQ(list.n, 1);
        CHECK_STR(list.items[0].name, "a.conf");
        CHECK_STR(list.items[0].was, "/a");
        adopted_list_done(&list);
}

int main(void) {
        root_new();
        test_parse();
        test_there_and_back();
        test_boot();
        test_interrupted();
        test_lent();
        test_refused();
        test_fewer();
        root_free();
        free(told);
        return 0;
}
