/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A region through all that can happen to its file. Real files, a real loop. */
#include "ivshmem/region.h"

#include <errno.h>
#include <sys/wait.h>

#include "tests/ring.h"

struct region_rig {
        sd_event *loop;
        struct region *region;
        unsigned opened, closed, changed;
};

static void region_opened(void *userdata) {
        struct region_rig *rig = userdata;

        CHECK_EQ(rig->opened, rig->closed);
        rig->opened++;
}

static void region_closed(void *userdata) {
        struct region_rig *rig = userdata;
        char byte;

        rig->closed++;
        CHECK_EQ(rig->opened, rig->closed);
        CHECK(region_read(rig->region, &byte, 1, 0) >= 0); /* still safe */
}

static void region_changed(void *userdata) {
        struct region_rig *rig = userdata;

        rig->changed++;
}

static void rig_open(struct region_rig *rig, const char *path) {
        const struct region_callbacks callbacks = { region_opened, region_closed, region_changed, rig };

        *rig = (struct region_rig){ 0 };
        CHECK(sd_event_new(&rig->loop) >= 0);
        CHECK_EQ(region_new(&rig->region, rig->loop, path, SIZE, &callbacks), 0);
}

static void rig_close(struct region_rig *rig) {
        region_free(rig->region);
        CHECK_EQ(rig->opened, rig->closed);
        sd_event_unref(rig->loop);
}

#define UNTIL_STATE(rig, wanted) RUN_UNTIL((rig)->loop, region_state((rig)->region) == (wanted))
#define PROBLEM_SAYS(rig, word)  CHECK(strstr(region_problem((rig)->region), word))

static void test_appears_and_grows(void) {
        const char *path = in_directory("ring");
        struct region_rig rig;

        rig_open(&rig, path);
        CHECK_EQ(region_state(rig.region), REGION_ABSENT);
        PROBLEM_SAYS(&rig, "<shmem name='ring'>");
        make_file(path, 0);
        UNTIL_STATE(&rig, REGION_UNUSABLE);
        PROBLEM_SAYS(&rig, "is empty");
        CHECK_EQ(truncate(path, 4096), 0);
        RUN_UNTIL(rig.loop, strstr(region_problem(rig.region), "4096"));
        CHECK_EQ(rig.opened, 0);
        CHECK_EQ(truncate(path, SIZE), 0);
        UNTIL_STATE(&rig, REGION_READY);
        CHECK_STR(region_problem(rig.region), "");
        CHECK_EQ(region_size(rig.region), SIZE);
        CHECK(rig.changed >= 3);
        unlink(path);
        rig_close(&rig);
}

static void test_truncated_deleted_replaced(void) {
        const char *path = in_directory("ring"), *other = in_directory("other");
        struct region_rig rig;
        uint8_t bytes[64];

        make_file(path, SIZE);
        rig_open(&rig, path);
        CHECK_EQ(region_state(rig.region), REGION_READY);
        CHECK_EQ(region_read(rig.region, bytes, sizeof(bytes), SIZE - 10), 10);
        CHECK_EQ(region_read(rig.region, bytes, sizeof(bytes), SIZE + 10), 0);

        CHECK_EQ(truncate(path, 100), 0);
        CHECK_EQ(region_read(rig.region, bytes, sizeof(bytes), 90),
                 10); /* before the event: short, no SIGBUS */
        UNTIL_STATE(&rig, REGION_UNUSABLE);
        CHECK_EQ(rig.closed, 1);
        CHECK_EQ(truncate(path, 2 * SIZE), 0);
        UNTIL_STATE(&rig, REGION_READY);
        CHECK_EQ(region_size(rig.region), 2 * SIZE);

        CHECK_EQ(truncate(path, SIZE), 0); /* still large enough, but another ring */
        RUN_UNTIL(rig.loop, rig.opened == 3);
        CHECK_EQ(region_size(rig.region), SIZE);

        unlink(path);
        UNTIL_STATE(&rig, REGION_ABSENT);
        make_file(path, SIZE);
        UNTIL_STATE(&rig, REGION_READY);

        make_file(other, 3 * SIZE);
        CHECK_EQ(rename(other, path), 0);
        RUN_UNTIL(rig.loop, rig.opened == 5);
        CHECK_EQ(region_size(rig.region), 3 * SIZE);
        unlink(path);
        rig_close(&rig);
}

/* A file in use that loses its name is still the guest's. */
static void test_held(void) {
        const char *path = in_directory("ring"), *other = in_directory("other");
        struct region_rig rig;
        uint8_t byte;
        int guest;

        make_file(path, SIZE);
        guest = open(path, O_RDWR | O_CLOEXEC);
        rig_open(&rig, path);
        region_hold(rig.region, true);
        CHECK_EQ(pwrite(guest, "m", 1, 77), 1);
        unlink(path);
        RUN_UNTIL(rig.loop, *region_problem(rig.region));
        PROBLEM_SAYS(&rig, "deleted while its guest runs");
        CHECK_EQ(region_state(rig.region), REGION_READY);
        CHECK_EQ(rig.closed, 0);
        region_hold(rig.region, false); /* there is nothing better */
        CHECK_EQ(region_state(rig.region), REGION_READY);
        region_hold(rig.region, true);
        make_file(other, SIZE);
        CHECK_EQ(rename(other, path), 0);
        RUN_UNTIL(rig.loop, strstr(region_problem(rig.region), "replaced"));
        CHECK_EQ(region_read(rig.region, &byte, 1, 77), 1);
        CHECK_EQ(byte, 'm');
        CHECK_EQ(rig.closed, 0);
        region_hold(rig.region, false); /* nothing moves in it: the new one it is */
        CHECK_EQ(rig.closed, 1);
        CHECK_EQ(rig.opened, 2);
        CHECK_STR(region_problem(rig.region), "");
        CHECK_EQ(region_read(rig.region, &byte, 1, 77), 1);
        CHECK_EQ(byte, 0);
        close(guest);

        guest = open(path, O_RDWR | O_CLOEXEC);
        region_hold(rig.region, true);
        unlink(path);
        RUN_UNTIL(rig.loop, *region_problem(rig.region));
        CHECK_EQ(region_state(rig.region), REGION_READY);
        close(guest); /* the last writer: the guest has ended */
        UNTIL_STATE(&rig, REGION_ABSENT);
        CHECK_EQ(rig.closed, 2);

        make_file(path, SIZE);
        UNTIL_STATE(&rig, REGION_READY);
        region_hold(rig.region, true);
        CHECK_EQ(truncate(path, 100), 0); /* that cannot be held on to */
        UNTIL_STATE(&rig, REGION_UNUSABLE);
        CHECK_EQ(rig.closed, 3);
        unlink(path);
        rig_close(&rig);
}

static void test_not_a_file(void) {
        const char *path = in_directory("ring"), *other = in_directory("other");
        struct region_rig rig;

        CHECK_EQ(mkfifo(path, 0600), 0); /* nobody writes: a blocking open would hang here */
        rig_open(&rig, path);
        CHECK_EQ(region_state(rig.region), REGION_UNUSABLE);
        PROBLEM_SAYS(&rig, "not a regular file");
        unlink(path);
        UNTIL_STATE(&rig, REGION_ABSENT);

        make_file(other, SIZE);
        CHECK_EQ(symlink(other, path), 0);
        UNTIL_STATE(&rig, REGION_UNUSABLE);
        PROBLEM_SAYS(&rig, "symbolic link");
        unlink(path);
        UNTIL_STATE(&rig, REGION_ABSENT);
        CHECK_EQ(mkdir(path, 0700), 0);
        UNTIL_STATE(&rig, REGION_UNUSABLE);
        PROBLEM_SAYS(&rig, "not a regular file");
        rmdir(path);
        CHECK_EQ(rename(other, path), 0);
        UNTIL_STATE(&rig, REGION_READY);
        unlink(path);
        rig_close(&rig);
}

static void test_directory_comes_and_goes(void) {
        const char *a = in_directory("a"), *b = in_directory("a/b"), *path = in_directory("a/b/ring");
        struct region_rig rig;

        rig_open(&rig, path);
        CHECK_EQ(region_state(rig.region), REGION_ABSENT);
        PROBLEM_SAYS(&rig, "so neither does");
        for (int i = 0; i < 3; i++) {
                CHECK_EQ(mkdir(a, 0700), 0);
                CHECK_EQ(mkdir(b, 0700), 0);
                make_file(path, SIZE);
                UNTIL_STATE(&rig, REGION_READY);
                unlink(path);
                UNTIL_STATE(&rig, REGION_ABSENT);
                PROBLEM_SAYS(&rig, "<shmem");
                rmdir(b);
                rmdir(a);
                RUN_UNTIL(rig.loop, strstr(region_problem(rig.region), "so neither does"));
        }
        rig_close(&rig);
}

/* root may read anything, so this needs to be somebody else; a child, because there is no way back. */
static void denied_as_nobody(void) {
        const char *path = in_directory("nobody/ring");
        struct region_rig rig;

        CHECK_EQ(setgid(65534), 0);
        CHECK_EQ(setuid(65534), 0);
        make_file(path, SIZE);
        CHECK_EQ(chmod(path, 0200), 0);
        rig_open(&rig, path);
        CHECK_EQ(region_state(rig.region), REGION_UNUSABLE);
        PROBLEM_SAYS(&rig, "mode 0200");
        PROBLEM_SAYS(&rig, "tmpfiles.d");
        CHECK_EQ(chmod(path, 0600), 0);
        UNTIL_STATE(&rig, REGION_READY);
        CHECK_EQ(chmod(path, 0000), 0);
        UNTIL_STATE(&rig, REGION_UNUSABLE);
        CHECK_EQ(rig.closed, 1);
        unlink(path);
        rig_close(&rig);
}

static void test_permission(void) {
        const char *nobody = in_directory("nobody");
        int status;
        pid_t pid;

        if (geteuid() != 0) {
                printf("not root: permissions not tested\n");
                return;
        }
        CHECK_EQ(chmod(directory, 0755), 0);
        CHECK_EQ(mkdir(nobody, 0755), 0);
        CHECK_EQ(chown(nobody, 65534, 65534), 0);
        fflush(NULL);
        pid = fork();
        CHECK(pid >= 0);
        if (pid == 0) {
                denied_as_nobody();
                exit(0);
        }
        CHECK_EQ(waitpid(pid, &status, 0), pid);
        CHECK_EQ(status, 0);
        rmdir(nobody);
}

static void test_bad_paths(void) {
        const struct region_callbacks callbacks = { region_opened, region_closed, region_changed, NULL };
        struct region *region = NULL;
        sd_event *loop = NULL;

        CHECK(sd_event_new(&loop) >= 0);
        CHECK_EQ(region_new(&region, loop, "relative", SIZE, &callbacks), -EINVAL);
        CHECK_EQ(region_new(&region, loop, "", SIZE, &callbacks), -EINVAL);
        CHECK_EQ(region_new(&region, loop, "/dev/shm/", SIZE, &callbacks), -EINVAL);
        CHECK(!region);
        sd_event_unref(loop);
}

int main(void) {
        make_directory();
        test_bad_paths();
        test_appears_and_grows();
        test_truncated_deleted_replaced();
        test_held();
        test_not_a_file();
        test_directory_comes_and_goes();
        test_permission();
        rmdir(directory);
        return 0;
}
