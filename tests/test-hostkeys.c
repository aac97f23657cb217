/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The device itself wants a kernel with uinput, such as the lab's, where this program is run too. */
#include "input/hostkeys.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/ioctl.h>
#include <sys/wait.h>

#include "input/uinput.h"
#include "tests/notify.h"

#define FIRST_FD 3

static struct opener *opener;

static struct keys set_of(const uint16_t *codes, size_t n) {
        struct keys keys = { 0 };

        for (size_t i = 0; i < n; i++)
                keys_set(&keys, codes[i], true);
        return keys;
}
#define SET(...)                                                                                             \
        set_of((const uint16_t[]){ __VA_ARGS__ },                                                            \
               sizeof((const uint16_t[]){ __VA_ARGS__ }) / sizeof(uint16_t))

static void test_allowed(void) {
        CHECK(hostkeys_allows(KEY_F13));
        CHECK(hostkeys_allows(KEY_LEFTCTRL));
        CHECK(hostkeys_allows(KEY_MICMUTE));
        CHECK(!hostkeys_allows(0));
        CHECK(!hostkeys_allows(KEY_POWER));
        CHECK(!hostkeys_allows(KEY_SLEEP));
        CHECK(!hostkeys_allows(KEY_SYSRQ));
        CHECK(!hostkeys_allows(BTN_LEFT));
        CHECK(!hostkeys_allows(BTN_SIDE));
        CHECK(!hostkeys_allows(KEY_CNT));
}

/* What the desktop sees of the device FD is. */
static bool is_down(int fd, unsigned code) {
        char sysname[32], node[64];
        struct keys held = { 0 };
        _cleanup_close_ int reader = -1;

        CHECK_EQ(uinput_sysname(fd, sysname, sizeof(sysname)), 0);
        CHECK_EQ(uinput_node(sysname, node, sizeof(node)), 0);
        reader = open(node, O_RDONLY | O_CLOEXEC);
        CHECK(reader >= 0);
        CHECK(ioctl(reader, EVIOCGKEY(sizeof(held)), &held) >= 0);
        return keys_has(&held, code);
}

/* What was kept for the first process, as systemd passes it to the next. */
static struct fdstore *pass(int kept) {
        struct fdstore *store = NULL;
        char pid[16];

        CHECK_EQ(dup3(kept, FIRST_FD, O_CLOEXEC), FIRST_FD);
        snprintf(pid, sizeof(pid), "%d", getpid());
        setenv("LISTEN_PID", pid, 1);
        setenv("LISTEN_FDS", "1", 1);
        setenv("LISTEN_FDNAMES", "sink-host-keys", 1);
        CHECK_EQ(fdstore_new(&store, "sink-"), 0);
        return store;
}

static void check_message(int systemd, const char *expected, int *ret_fd) {
        char text[400];
        int fd = notify_receive(systemd, text, sizeof(text));

        CHECK_STR(text, expected);
        if (ret_fd)
                *ret_fd = fd;
}

/* A key that is down when a process ends is up in the next one, and the device is the same. */
static void test_next_process(int systemd, int kept) {
        _cleanup_(fdstore_freep) struct fdstore *store = pass(kept);
        _cleanup_(hostkeys_freep) struct hostkeys *hostkeys = NULL;
        const struct keys same = SET(KEY_F13, KEY_F14), other = SET(KEY_F13), none = { 0 };

        CHECK_EQ(hostkeys_new(&hostkeys, opener, store), 0);
        CHECK(is_down(kept, KEY_F14));
        CHECK_EQ(hostkeys_declare(hostkeys, &same), 0);
        check_message(systemd, "", NULL);
        CHECK(!is_down(kept, KEY_F14));
        CHECK_EQ(hostkeys_set(hostkeys, KEY_F14, true), 0);
        CHECK(is_down(kept, KEY_F14));

        CHECK_EQ(hostkeys_declare(hostkeys, &other), 0);
        check_message(systemd, "FDSTOREREMOVE=1\nFDNAME=sink-host-keys", NULL);
        check_message(systemd, "FDSTORE=1\nFDNAME=sink-host-keys\nFDPOLL=0", NULL);
        CHECK_EQ(hostkeys_set(hostkeys, KEY_F14, true), -ENOENT);

        CHECK_EQ(hostkeys_declare(hostkeys, &none), 0);
        check_message(systemd, "FDSTOREREMOVE=1\nFDNAME=sink-host-keys", NULL);
        CHECK_EQ(hostkeys_set(hostkeys, KEY_F13, true), -ENOENT);
}

/* A process that ends without a word while a key is down. */
static void test_killed(int kept) {
        const struct keys codes = SET(KEY_F13, KEY_F14);
        struct hostkeys *hostkeys;
        pid_t pid = fork();
        int status;

        CHECK(pid >= 0);
        if (pid == 0) {
                CHECK_EQ(hostkeys_new(&hostkeys, opener, pass(kept)), 0);
                CHECK_EQ(hostkeys_declare(hostkeys, &codes), 0);
                CHECK_EQ(hostkeys_set(hostkeys, KEY_F14, true), 0);
                _exit(0);
        }
        CHECK_EQ(waitpid(pid, &status, 0), pid);
        CHECK_EQ(status, 0);
}

static void test_device(int systemd) {
        _cleanup_(fdstore_freep) struct fdstore *store = NULL;
        _cleanup_(hostkeys_freep) struct hostkeys *hostkeys = NULL;
        const struct keys codes = SET(KEY_F13, KEY_F14), power = SET(KEY_F13, KEY_POWER);
        int kept;

        CHECK_EQ(fdstore_new(&store, "sink-"), 0);
        CHECK_EQ(hostkeys_new(&hostkeys, opener, store), 0);
        CHECK_EQ(hostkeys_set(hostkeys, KEY_F13, true), -ENOENT);
        CHECK_EQ(hostkeys_declare(hostkeys, &power), -EINVAL);
        CHECK_EQ(hostkeys_declare(hostkeys, &codes), 0);
        check_message(systemd, "FDSTORE=1\nFDNAME=sink-host-keys\nFDPOLL=0", &kept);
        CHECK(kept >= 0);

        CHECK_EQ(hostkeys_set(hostkeys, KEY_F13, true), 0);
        CHECK_EQ(hostkeys_set(hostkeys, KEY_A, true), -ENOENT);
        CHECK(is_down(kept, KEY_F13));
        hostkeys = hostkeys_free(hostkeys);
        CHECK(!is_down(kept, KEY_F13));

        test_killed(kept);
        test_next_process(systemd, kept);
        close(kept);
}

static void on_openable(void *userdata) {
}

int main(void) {
        sd_event *loop = NULL;
        char path[64];
        int systemd, room;

        test_allowed();
        if (access(UINPUT, R_OK | W_OK) < 0)
                test_skip(UINPUT " cannot be used here");
        snprintf(path, sizeof(path), "/tmp/pillion-test-hostkeys.%d", getpid());
        room = open("/dev/null", O_RDONLY | O_CLOEXEC);
        CHECK_EQ(room, FIRST_FD); /* kept free for what is passed */
        systemd = notify_listen(path);
        CHECK_EQ(sd_event_new(&loop), 0);
        CHECK_EQ(opener_new(&opener, loop, on_openable, NULL), 0);
        test_device(systemd);
        opener_free(opener);
        sd_event_unref(loop);
        CHECK_EQ(unlink(path), 0);
        close(systemd);
        return 0;
}
