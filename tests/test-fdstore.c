/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The test plays systemd: it listens on a notification socket of its own, and starts itself anew, as a
 * service is started, with the descriptors that it was sent.
 */
#include "core/fdstore.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/wait.h>

#include "tests/notify.h"

#define FIRST_FD 3 /* of those that a service is passed */
#define HIGH_FD  100

/* In the child: what systemd does between fork and exec. The numbers wanted may be those of FDS. */
static void pass(const char *names, const int *fds, int n) {
        char number[16];

        for (int i = 0; i < n; i++)
                CHECK(fcntl(fds[i], F_DUPFD_CLOEXEC, HIGH_FD + i) == HIGH_FD + i);
        for (int i = 0; i < n; i++)
                CHECK_EQ(dup3(HIGH_FD + i, FIRST_FD + i, 0), FIRST_FD + i);
        snprintf(number, sizeof(number), "%d", n);
        setenv("LISTEN_FDS", number, 1);
        setenv("LISTEN_FDNAMES", names, 1);
        snprintf(number, sizeof(number), "%d", getpid());
        setenv("LISTEN_PID", number, 1);
}

/* Runs this program as a service that does ROLE and was passed FDS, called NAMES ("a:b"). */
static void serve(const char *role, const char *names, const int *fds, int n) {
        pid_t pid = fork();
        int status;

        CHECK(pid >= 0);
        if (pid == 0) {
                if (n > 0)
                        pass(names, fds, n);
                execl("/proc/self/exe", "test-fdstore", role, NULL);
                _exit(99);
        }
        CHECK_EQ(waitpid(pid, &status, 0), pid);
        CHECK_EQ(status, 0);
}

static int remember(const char *what) {
        int fd = memfd_create(what, MFD_CLOEXEC);

        CHECK(fd >= 0);
        CHECK_EQ(write(fd, what, strlen(what)), strlen(what));
        return fd;
}

static void check_remembers(int fd, const char *what) {
        char text[32] = "";

        CHECK_EQ(pread(fd, text, sizeof(text) - 1, 0), strlen(what));
        CHECK_STR(text, what);
}

/* --- the services --- */

static int put(void) {
        _cleanup_(fdstore_freep) struct fdstore *store = NULL;

        CHECK_EQ(fdstore_new(&store, "sink-"), 0);
        CHECK(!fdstore_name(store, 0));
        CHECK_EQ(fdstore_take(store, "sink-win10-kbd"), -ENOENT);
        CHECK_EQ(fdstore_put(store, "sink-win10-kbd", remember("keyboard")), 0);
        fdstore_remove(store, "sink-win10-mouse");
        _exit(0); /* as if it were killed: nothing is tidied up */
}

static int take(void) {
        _cleanup_(fdstore_freep) struct fdstore *store = NULL;
        int fd;

        CHECK_EQ(fdstore_new(&store, "sink-"), 0);
        CHECK(!getenv("LISTEN_FDS"));
        CHECK(getenv("NOTIFY_SOCKET"));
        CHECK_STR(fdstore_name(store, 0), "sink-win10-kbd");
        CHECK_STR(fdstore_name(store, 1), "sink-win11-kbd");
        CHECK(!fdstore_name(store, 2));
        CHECK_EQ(fcntl(FIRST_FD + 1, F_GETFD), -1); /* the stranger in the middle */

        fd = fdstore_take(store, "sink-win10-kbd");
        CHECK_EQ(fd, FIRST_FD);
        check_remembers(fd, "keyboard");
        CHECK_EQ(fcntl(fd, F_GETFD), FD_CLOEXEC);
        CHECK_EQ(fdstore_take(store, "sink-win10-kbd"), -ENOENT);
        CHECK_STR(fdstore_name(store, 0), "sink-win10-kbd");
        store = fdstore_free(store);
        check_remembers(fd, "keyboard");
        CHECK_EQ(fcntl(FIRST_FD + 2, F_GETFD), -1);
        return 0;
}

static void test_survival(int systemd) {
        _cleanup_close_ int kept = -1, stranger = remember("stranger"), other = remember("other");
        char text[400];

        serve("put", "", NULL, 0);
        kept = notify_receive(systemd, text, sizeof(text));
        CHECK_STR(text, "FDSTORE=1\nFDNAME=sink-win10-kbd\nFDPOLL=0");
        check_remembers(kept, "keyboard");
        CHECK_EQ(notify_receive(systemd, text, sizeof(text)), -1);
        CHECK_STR(text, "FDSTOREREMOVE=1\nFDNAME=sink-win10-mouse");

        serve("take", "sink-win10-kbd:stored:sink-win11-kbd", (int[]){ kept, stranger, other }, 3);
        CHECK_EQ(notify_receive(systemd, text, sizeof(text)), -1);
        CHECK_STR(text, "FDSTOREREMOVE=1\nFDNAME=stored");
}

static void test_without_systemd(void) {
        _cleanup_(fdstore_freep) struct fdstore *store = NULL;
        _cleanup_close_ int fd = remember("x");

        unsetenv("NOTIFY_SOCKET");
        CHECK_EQ(fdstore_new(&store, "sink-"), 0);
        CHECK(!fdstore_name(store, 0));
        CHECK_EQ(fdstore_put(store, "sink-win10-kbd", fd), 0);
        fdstore_remove(store, "sink-win10-kbd");
}

int main(int argc, char *argv[]) {
        _cleanup_close_ int systemd = -1;
        char path[64];

        if (argc > 1)
                return strcmp(argv[1], "put") == 0 ? put() : take();
        snprintf(path, sizeof(path), "/tmp/pillion-test-fdstore.%d", getpid());
        systemd = notify_listen(path);
        test_survival(systemd);
        CHECK_EQ(unlink(path), 0);
        test_without_systemd();
        return 0;
}
