/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Real files: what is taken, what is said of what is not, and whose files are refused. */
#include "switcher/profile.h"

#include <errno.h>
#include <sys/stat.h>

#include "core/argv.h"
#include "tests/test.h"

static char folder[] = "/tmp/pillion-profile-XXXXXX";
static char reported[8192];

static void on_report(const char *message, void *userdata) {
        snprintf(reported + strlen(reported), sizeof(reported) - strlen(reported), "%s\n", message);
}

/* The path of NAME in the folder; good until the fourth call from now. */
static const char *path_of(const char *name) {
        static char paths[4][200];
        static unsigned turn;
        char *path = paths[turn++ % 4];

        snprintf(path, sizeof(paths[0]), "%s/%s", folder, name);
        return path;
}

static void write_file(const char *name, const char *text, mode_t mode) {
        FILE *file;

        unlink(path_of(name));
        file = fopen(path_of(name), "we");
        CHECK(file);
        fputs(text, file);
        fclose(file);
        CHECK_EQ(chmod(path_of(name), mode), 0);
}

static int load_as(struct profile **ret, uid_t owner) {
        reported[0] = '\0';
        return profile_load(ret, folder, "win10", owner, on_report, NULL);
}

static int load(struct profile **ret) {
        return load_as(ret, getuid());
}

static void test_full(void) {
        _cleanup_(profile_freep) struct profile *profile = NULL;
        char text[2000];

        write_file("hook", "#!/bin/sh\n", 0755);
        snprintf(text, sizeof(text),
                 "[guest]\ndomain = Windows 10\nuri = qemu:///session\ngrace = 5min\n"
                 "snapshot = vg0/win10 /srv/data.qcow2\nsnapshot-keep = 5\nsnapshot-size = 512M\n"
                 "[devices]\nfunctions = 0000:01:00.0  0000:01:00.1\n"
                 "[host]\ndisplay-manager = keep\nreturn-display-manager = keep\nend-sessions = yes\n"
                 "headless = yes\nstop-units = ollama.service user@1000.service\nend-programs = nvtop btop\n"
                 "xorg-snippets = 10-nvidia.conf\nmonitor-input = 3:0x11:0x0f ABC123:15\n"
                 "hugepages = 2M:1024 1G:8\nhost-cpus = 0-3,8\ngovernor = performance\n"
                 "[hooks]\nbefore-lend = %s 'two words' $HOME\ntimeout = 1min\n",
                 path_of("hook"));
        write_file("win10.conf", text, 0644);
        CHECK_EQ(load(&profile), 0);
        CHECK_STR(reported, "");
        CHECK_STR(profile->name, "win10");
        CHECK_STR(profile->path, path_of("win10.conf"));
        CHECK_STR(profile->domain, "Windows 10");
        CHECK_STR(profile->uri, "qemu:///session");
        CHECK_EQ(profile->grace, 300000000);
        CHECK_EQ(profile->shutdown_timeout, 90000000);
        CHECK(!profile->snapshot_auto && !profile->snapshots[2]);
        CHECK_STR(profile->snapshots[0], "vg0/win10");
        CHECK_STR(profile->snapshots[1], "/srv/data.qcow2");
        CHECK_EQ(profile->snapshot_keep, 5);
        CHECK_EQ(profile->snapshot_size, 512 << 20);
        CHECK_STR(profile->functions[1], "0000:01:00.1");
        CHECK(!profile->functions[2]);
        CHECK_EQ(profile->display_manager, PROFILE_DESKTOP_KEEP);
        CHECK(!profile->return_desktop && profile->end_sessions && profile->headless);
        CHECK_STR(profile->stop_units[1], "user@1000.service");
        CHECK_STR(profile->end_programs[0], "nvtop");
        CHECK_STR(profile->xorg_snippets[0], "10-nvidia.conf");
        CHECK_EQ(profile->n_monitors, 2);
        CHECK_STR(profile->monitors[0].bus, "3");
        CHECK_EQ(profile->monitors[0].lent, 0x11);
        CHECK_EQ(profile->monitors[0].native, 0x0f);
        CHECK_STR(profile->monitors[1].bus, "ABC123");
        CHECK_EQ(profile->monitors[1].lent, 15);
        CHECK_EQ(profile->monitors[1].native, 0);
        CHECK_EQ(profile->n_pools, 2);
        CHECK_EQ(profile->pools[0].size, 2 << 20);
        CHECK_EQ(profile->pools[0].count, 1024);
        CHECK_EQ(profile->pools[1].size, 1 << 30);
        CHECK_STR(profile->host_cpus, "0-3,8");
        CHECK_STR(profile->governor, "performance");
        CHECK_STR(profile->before_lend[1], "two words");
        CHECK_STR(profile->before_lend[2], "$HOME");
        CHECK(!profile->before_lend[3] && !profile->after_lend);
        CHECK_EQ(profile->hook_timeout, 60000000);
}

static void check_defaults(const struct profile *profile) {
        CHECK_STR(profile->domain, "win10");
        CHECK_STR(profile->uri, "qemu:///system");
        CHECK(!profile->functions[0] && !profile->end_programs[0] && !profile->xorg_snippets[0]);
        CHECK_STR(profile->stop_units[0], "nvidia-persistenced.service");
        CHECK_EQ(profile->display_manager, PROFILE_DESKTOP_AUTO);
        CHECK(profile->return_desktop && !profile->end_sessions && !profile->headless);
        CHECK_EQ(profile->n_monitors + profile->n_pools, 0);
        CHECK_STR(profile->host_cpus, "");
        CHECK_STR(profile->governor, "");
        CHECK_EQ(profile->hook_timeout, 30000000);
        CHECK_EQ(profile->grace, 60000000);
        CHECK(!profile->snapshot_auto && !profile->snapshots[0]);
        CHECK_EQ(profile->snapshot_keep, 3);
        CHECK(profile->snapshot_size == (uint64_t)10 << 30);
}

static void test_defaults(void) {
        _cleanup_(profile_freep) struct profile *none = NULL;
        _cleanup_(profile_freep) struct profile *empty = NULL;

        CHECK_EQ(profile_default(&none, "win10"), 0);
        check_defaults(none);
        CHECK_STR(none->path, "");
        write_file("win10.conf", "[devices]\nfunctions = auto\n", 0600);
        CHECK_EQ(load(&empty), 0);
        check_defaults(empty);
}

static void test_snapshots(void) {
        _cleanup_(profile_freep) struct profile *profile = NULL;

        write_file("win10.conf", "[guest]\nsnapshot = auto\n", 0600);
        CHECK_EQ(load(&profile), 0);
        CHECK(profile->snapshot_auto && !profile->snapshots[0]);
}

static void test_names(void) {
        static const char *const wrong[] = { "",   "pillion", "devices", "../x", "a/b", ".x", "-x",
                                             "a ", "a\nb",    "x.",      "é",    "a;b", "$x" };
        char longest[66] = { 0 };
        _cleanup_(profile_freep) struct profile *profile = NULL;

        for (size_t i = 0; i < sizeof(wrong) / sizeof(*wrong); i++) {
                CHECK(!profile_name_is_valid(wrong[i]));
                CHECK_EQ(profile_default(&profile, wrong[i]), -EINVAL);
        }
        CHECK(profile_name_is_valid("win10"));
        CHECK(profile_name_is_valid("A.b_c-9"));
        memset(longest, 'x', 64);
        CHECK(profile_name_is_valid(longest));
        longest[64] = 'x';
        CHECK(!profile_name_is_valid(longest));
}

/* What is said of TEXT, which has one mistake, begins with SAID behind the file's name. */
static void check_mistake(const char *text, const char *said) {
        _cleanup_(profile_freep) struct profile *profile = NULL;
        char expected[1200];

        write_file("win10.conf", text, 0644);
        CHECK_EQ(load(&profile), -EINVAL);
        CHECK(!profile);
        snprintf(expected, sizeof(expected), "%s:%s", path_of("win10.conf"), said);
        if (strncmp(reported, expected, strlen(expected)) != 0)
                test_fail("said:  %s, not %s", reported, expected);
        CHECK(strchr(reported, '\n') == reported + strlen(reported) - 1);
}

static void test_mistakes(void) {
        check_mistake("[devices]\nfunctions = 01:00.0\n",
                      "2: 'functions' cannot be '01:00.0'; it takes 'auto', or PCI addresses such as "
                      "'0000:01:00.0 0000:01:00.1'\n");
        check_mistake("[devices]\nfunctions = 0000:01:00.0 ../0000:01:00.1\n", "2: 'functions' cannot be");
        check_mistake("[devices]\nfunctions = 0000:01:00.0 0000:01:00.0\n", "2: 'functions' cannot be");
        check_mistake("[host]\nxorg-snippets = ../10-nvidia.conf\n", "2: 'xorg-snippets' cannot be");
        check_mistake("[host]\nxorg-snippets = .10-nvidia.conf\n", "2: 'xorg-snippets' cannot be");
        check_mistake("[host]\nxorg-snippets = 10-nvidia\n", "2: 'xorg-snippets' cannot be");
        check_mistake("[host]\nstop-units = ollama\n", "2: 'stop-units' cannot be");
        check_mistake("[host]\nstop-units = -x.service\n", "2: 'stop-units' cannot be");
        check_mistake("[host]\nstop-units = a/b.service\n", "2: 'stop-units' cannot be");
        check_mistake("[host]\nstop-units = reboot.target\n", "2: 'stop-units' cannot be");
        check_mistake("[host]\nend-programs = /usr/bin/x\n", "2: 'end-programs' cannot be");
        check_mistake("[host]\nend-programs = sixteen-letters-x\n", "2: 'end-programs' cannot be");
        check_mistake("[host]\nmonitor-input = 3\n", "2: 'monitor-input' cannot be");
        check_mistake("[host]\nmonitor-input = 3:0x100\n", "2: 'monitor-input' cannot be");
        check_mistake("[host]\nmonitor-input = 3:1:2:3\n", "2: 'monitor-input' cannot be");
        check_mistake("[host]\nmonitor-input = --x:1\n", "2: 'monitor-input' cannot be");
        check_mistake("[host]\nmonitor-input = 3:0x11 4:0\n", "2: 'monitor-input' cannot be");
        check_mistake("[host]\nhugepages = 2M\n", "2: 'hugepages' cannot be");
        check_mistake("[host]\nhugepages = 3M:1\n", "2: 'hugepages' cannot be");
        check_mistake("[host]\nhugepages = 2M:0\n", "2: 'hugepages' cannot be");
        check_mistake("[host]\nhugepages = 2M:1 2M:2\n", "2: 'hugepages' cannot be");
        check_mistake("[host]\nhugepages = 2M:1 2048K:2\n", "2: 'hugepages' cannot be");
        check_mistake("[host]\nhost-cpus = 0-3,^2\n", "2: 'host-cpus' cannot be");
        check_mistake("[host]\ngovernor = ../x\n", "2: 'governor' cannot be");
        check_mistake("[host]\ndisplay-manager = maybe\n",
                      "2: 'display-manager' cannot be 'maybe'; it takes auto, restart or keep\n");
        check_mistake("[guest]\ndomain = -x\n", "2: 'domain' cannot be");
        check_mistake("[guest]\ndomain = a\tb\n", "2: 'domain' cannot be");
        check_mistake("[guest]\ndomain = a\x1b\n", "2: there is a control character");
        check_mistake("[guest]\nsnapshot = auto vg0/win10\n", "2: 'snapshot' cannot be");
        check_mistake("[guest]\nsnapshot = /srv/../etc/shadow\n", "2: 'snapshot' cannot be");
        check_mistake("[guest]\nsnapshot-keep = 0\n", "2: 'snapshot-keep' cannot be");
        check_mistake("[host]\nfunctions = auto\n",
                      "2: 'functions' does not belong in [host]; put it under [devices]\n");
        check_mistake("[hooks]\ntimeout = 11min\n",
                      "2: 'timeout' cannot be '11min'; it takes a time up to 10min");
        check_mistake("[hooks]\ntimeout = 0\n", "2: 'timeout' cannot be");
        check_mistake("[hooks]\nbefore-lend = 'x\n", "2: 'before-lend' cannot be");
        check_mistake("[hooks]\nbefore-lend = /usr/bin/true ; rm x\n", "2: what follows a blank and ';'");
}

/* The program is NAME below BASE. */
static void check_hook(const char *base, const char *name, const char *said) {
        char text[400];

        snprintf(text, sizeof(text), "[hooks]\nafter-return = %s%s\n", base, name);
        check_mistake(text, "2: 'after-return': ");
        if (!strstr(reported, said))
                test_fail("%s does not say \"%s\"", reported, said);
}

static void test_hooks(void) {
        write_file("hook", "#!/bin/sh\n", 0644);
        check_hook(folder, "/hook", "is not executable: 'chmod +x ");
        write_file("hook", "#!/bin/sh\n", 0775);
        check_hook(folder, "/hook", "may be written by others than root: 'chmod go-w ");
        write_file("hook", "#!/bin/sh\n", 0755);
        check_hook(folder, "/x/../hook", "is not an absolute path without '..'");
        check_hook("", "hook", "is not an absolute path without '..'");
        check_hook(folder, "/none", "cannot be found: No such file or directory");
        check_hook(folder, "/", "cannot be found: Is a directory");
        check_hook("/", "usr", "is no regular file");
        unlink(path_of("link"));
        CHECK_EQ(symlink(path_of("hook"), path_of("link")), 0);
        check_hook(folder, "/link", "/link is a symbolic link; put there what it leads to");
}

static void check_refused(const char *said) {
        _cleanup_(profile_freep) struct profile *profile = NULL;

        CHECK_EQ(load(&profile), -EPERM);
        CHECK(!profile);
        if (!strstr(reported, said))
                test_fail("%s does not say \"%s\"", reported, said);
}

static void test_whose(void) {
        _cleanup_(profile_freep) struct profile *profile = NULL;

        write_file("win10.conf", "", 0664);
        check_refused("win10.conf: is refused: ");
        check_refused("win10.conf may be written by others than root: 'chmod go-w ");
        write_file("win10.conf", "", 01646);
        check_refused("may be written by others");
        write_file("win10.conf", "", 0644);
        CHECK_EQ(chmod(folder, 0775), 0);
        check_refused("may be written by others");
        CHECK_EQ(chmod(folder, 0755), 0);
        CHECK_EQ(load(&profile), 0);

        CHECK_EQ(rename(path_of("win10.conf"), path_of("other.conf")), 0);
        CHECK_EQ(symlink("other.conf", path_of("win10.conf")), 0);
        check_refused("win10.conf is a symbolic link");
        unlink(path_of("win10.conf"));
        CHECK_EQ(mkdir(path_of("win10.conf"), 0755), 0);
        check_refused("win10.conf is no regular file");
        rmdir(path_of("win10.conf"));
        CHECK_EQ(mkfifo(path_of("win10.conf"), 0644), 0);
        check_refused("win10.conf is no regular file");
        unlink(path_of("win10.conf"));
}

/* Neither the file nor a folder above it may be somebody's who is neither root nor trusted. */
static void test_strangers(void) {
        _cleanup_(profile_freep) struct profile *profile = NULL;

        write_file("win10.conf", "", 0644);
        if (getuid() == 0) {
                CHECK_EQ(chown(path_of("win10.conf"), 4711, 0), 0);
                check_refused("win10.conf belongs to user 4711, and has to be root's: 'chown root:root ");
                CHECK_EQ(chown(path_of("win10.conf"), 0, 0), 0);
                CHECK_EQ(chown(folder, 4711, 0), 0);
                check_refused(" belongs to user 4711");
                CHECK_EQ(load_as(&profile, 4711), 0);
                CHECK_EQ(chown(folder, 0, 0), 0);
        } else {
                CHECK_EQ(load_as(&profile, 0), -EPERM);
                CHECK(strstr(reported, "belongs to user"));
        }
}

/* Whatever else lies there. */
static void test_list(void) {
        static const char *const others[] = { "pillion.conf", "devices.conf", ".conf", "a b.conf",
                                              "b.conf~" };
        _cleanup_(argv_freep) char **names = NULL;
        _cleanup_(argv_freep) char **nothing = NULL;

        for (size_t i = 0; i < sizeof(others) / sizeof(*others); i++)
                write_file(others[i], "", 0644);
        write_file("win10.conf", "", 0644);
        write_file("linux.conf", "", 0644);
        unlink(path_of("other.conf"));
        CHECK_EQ(profile_list(&names, folder), 0);
        CHECK_STR(names[0], "linux");
        CHECK_STR(names[1], "win10");
        CHECK(!names[2]);
        for (size_t i = 0; i < sizeof(others) / sizeof(*others); i++)
                unlink(path_of(others[i]));
        unlink(path_of("linux.conf"));
        CHECK_EQ(profile_list(&nothing, "/nonexistent"), 0);
        CHECK(!nothing[0]);
}

static void test_absent(void) {
        struct profile *profile = NULL;

        unlink(path_of("win10.conf"));
        CHECK_EQ(load(&profile), -ENOENT);
        CHECK_STR(reported, "");
        reported[0] = '\0';
        CHECK_EQ(profile_load(&profile, "/nonexistent", "win10", 0, on_report, NULL), -ENOENT);
        CHECK_EQ(profile_load(&profile, folder, "../x", 0, on_report, NULL), -EINVAL);
        CHECK(!profile);
}

int main(void) {
        CHECK(mkdtemp(folder));
        CHECK_EQ(chmod(folder, 0755), 0);
        test_full();
        test_defaults();
        test_snapshots();
        test_names();
        test_mistakes();
        test_hooks();
        test_whose();
        test_strangers();
        test_list();
        test_absent();
        unlink(path_of("hook"));
        unlink(path_of("link"));
        unlink(path_of("other.conf"));
        CHECK_EQ(rmdir(folder), 0);
        return 0;
}
