/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Against a real libvirtd: what is told of a domain while it, libvirtd, or the process that asks comes and
 * goes. */
#include "switcher/guest-watch.h"

#include "core/loop.h"
#include "tests/libvirtd.h"
#include "tests/threads.h"

struct seen {
        sd_event *loop;
        enum guest_news news;
        unsigned n[3];
        char problem[500];
};

static void on_news(enum guest_news news, const char *problem, void *userdata) {
        struct seen *seen = userdata;

        seen->news = news;
        seen->n[news]++;
        snprintf(seen->problem, sizeof(seen->problem), "%s", problem);
}

/* Turns the loop until NEWS has been told once more than BEFORE. */
static void expect(struct seen *seen, enum guest_news news, unsigned before) {
        for (unsigned turns = 0; seen->n[news] <= before; turns++) {
                CHECK(sd_event_run(seen->loop, 100000) >= 0);
                if (turns > 600)
                        test_fail("news %d was not told; the last was %d, '%s'", news, seen->news,
                                  seen->problem);
        }
}

/* Our one child beside libvirtd. */
static pid_t find_child(pid_t libvirtd) {
        char path[64];
        FILE *file;
        pid_t pid;

        snprintf(path, sizeof(path), "/proc/self/task/%d/children", getpid());
        file = fopen(path, "re");
        CHECK(file);
        do
                CHECK_EQ(fscanf(file, "%d", &pid), 1);
        while (pid == libvirtd);
        fclose(file);
        return pid;
}

static void test_follows_the_guest(struct seen *seen, const char *uri) {
        expect(seen, GUEST_RUNS, 0);
        libvirtd_virsh(uri, "suspend");
        libvirtd_virsh(uri, "destroy");
        expect(seen, GUEST_GONE, 0);
        CHECK_STR(seen->problem, "");
        libvirtd_virsh(uri, "start");
        expect(seen, GUEST_RUNS, seen->n[GUEST_RUNS]);
        CHECK_EQ(count_threads(), 1);
}

/* What happens to whom we ask does not happen to the guest. */
static void test_no_word_is_no_news(struct seen *seen, pid_t *libvirtd) {
        unsigned gone = seen->n[GUEST_GONE], runs = seen->n[GUEST_RUNS];

        kill(*libvirtd, SIGSTOP);
        for (int i = 0; i < 20; i++)
                CHECK(sd_event_run(seen->loop, 10000) >= 0);
        libvirtd_end(*libvirtd, SIGKILL);
        expect(seen, GUEST_UNKNOWN, seen->n[GUEST_UNKNOWN]);
        CHECK(*seen->problem);
        *libvirtd = libvirtd_start();
        expect(seen, GUEST_RUNS, runs);
        CHECK_EQ(seen->n[GUEST_GONE], gone);
}

static void test_the_child_is_expendable(struct seen *seen, pid_t libvirtd) {
        unsigned gone = seen->n[GUEST_GONE], runs = seen->n[GUEST_RUNS];

        kill(find_child(libvirtd), SIGKILL);
        expect(seen, GUEST_UNKNOWN, seen->n[GUEST_UNKNOWN]);
        CHECK(strstr(seen->problem, "has died"));
        expect(seen, GUEST_RUNS, runs);
        CHECK_EQ(seen->n[GUEST_GONE], gone);
}

/* A domain that libvirt does not know is gone. */
static void test_unknown_domain(struct seen *seen, const char *uri) {
        struct seen other = { .loop = seen->loop };
        struct guest_watch *watch = NULL;

        CHECK_EQ(guest_watch_new(&watch, seen->loop, uri, "nobody", on_news, &other), 0);
        expect(&other, GUEST_GONE, 0);
        CHECK_EQ(other.n[GUEST_RUNS], 0);
        guest_watch_free(watch);
}

static void on_reload(void *userdata) {
}

int main(void) {
        struct guest_watch *watch = NULL;
        struct seen seen = { 0 };
        char uri[200];
        pid_t libvirtd;

        libvirtd_prepare(uri, sizeof(uri));
        CHECK_EQ(loop_new(&seen.loop, on_reload, NULL), 0);
        CHECK_EQ(guest_watch_new(&watch, seen.loop, uri, "test", on_news, &seen), 0);
        expect(&seen, GUEST_UNKNOWN, 0);
        libvirtd = libvirtd_start();
        test_follows_the_guest(&seen, uri);
        test_no_word_is_no_news(&seen, &libvirtd);
        test_the_child_is_expendable(&seen, libvirtd);
        test_unknown_domain(&seen, uri);
        guest_watch_free(watch);
        loop_free(seen.loop);
        libvirtd_end(libvirtd, SIGKILL);
        libvirtd_clear();
        return 0;
}
