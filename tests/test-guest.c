/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What libvirt says of a domain: its test driver, and a libvirtd that hangs. */
#include "switcher/guest.h"

#include <dlfcn.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>

#include "switcher/ask.h"
#include "tests/test.h"

#define LONG 60000000

static void test_there(void) {
        struct guest_view view;

        CHECK_EQ(guest_look(&view, "test:///default", "test", LONG), 0);
        CHECK(view.answered && view.exists && view.active);
        CHECK(strstr(view.xml, "<name>test</name>"));
        CHECK_STR(view.problem, "");
        guest_view_done(&view);
}

static void test_not_there(void) {
        struct guest_view view;

        CHECK_EQ(guest_look(&view, "test:///default", "another", LONG), 0);
        CHECK(view.answered && !view.exists && !view.active && !view.xml);
        guest_view_done(&view);
}

/* A file of one's own tells the test driver what there is; <test:runstate> 5 is "shut off". */
static void check_shut_off(const char *more, bool saved) {
        char path[] = "/tmp/test-guest-XXXXXX", uri[64], problem[100];
        _cleanup_close_ int fd = mkstemp(path);
        struct guest_view view;

        CHECK(fd >= 0);
        dprintf(fd,
                "<node xmlns:test='http://libvirt.org/schemas/domain/test/1.0'><domain type='test'>"
                "<name>off</name><memory>8192</memory><os><type>hvm</type></os>"
                "<test:runstate>5</test:runstate>%s</domain></node>",
                more);
        snprintf(uri, sizeof(uri), "test://%s", path);
        CHECK_EQ(guest_look(&view, uri, "off", LONG), 0);
        CHECK(view.answered && view.exists && !view.active);
        CHECK_EQ(view.saved, saved);
        CHECK(strstr(view.xml, "<name>off</name>"));
        guest_view_done(&view);
        CHECK_EQ(guest_shut_down(uri, "off", LONG, problem, sizeof(problem)), 0);
        unlink(path);
}

static void test_shut_off(void) {
        check_shut_off("", false);
        check_shut_off("<test:hasmanagedsave>1</test:hasmanagedsave>", true);
}

static bool saved_is_unknown;

/* libvirt's own, but when it is to fail, which its test driver never does. */
int virDomainHasManagedSaveImage(virDomainPtr domain, unsigned int flags) {
        int (*real)(virDomainPtr, unsigned int) = dlsym(RTLD_NEXT, "virDomainHasManagedSaveImage");

        return saved_is_unknown ? -1 : real(domain, flags);
}

/* Who cannot tell is not to take it for a guest without a memory. */
static void test_saved_is_unknown(void) {
        saved_is_unknown = true;
        check_shut_off("", true);
        saved_is_unknown = false;
}

static void test_shut_down(void) {
        char problem[100] = "";

        CHECK_EQ(guest_shut_down("test:///default", "test", LONG, problem, sizeof(problem)), 0);
        CHECK_STR(problem, "");
        CHECK_EQ(guest_shut_down("test:///default", "another", LONG, problem, sizeof(problem)), -EIO);
        CHECK(*problem);
}

static uint64_t milliseconds(void) {
        struct timespec now;

        clock_gettime(CLOCK_MONOTONIC, &now);
        return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

static void test_silent(void) {
        struct sockaddr_un address = { .sun_family = AF_UNIX };
        _cleanup_close_ int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
        char uri[200], problem[100];
        struct guest_view view;
        uint64_t began;

        snprintf(address.sun_path, sizeof(address.sun_path), "/tmp/test-guest-%d", (int)getpid());
        snprintf(uri, sizeof(uri), "test+unix:///default?socket=%s", address.sun_path);
        CHECK_EQ(guest_look(&view, uri, "test", LONG), 0);
        CHECK(!view.answered && strstr(view.problem, "socket"));
        CHECK_EQ(bind(fd, (const struct sockaddr *)&address, sizeof(address)), 0);
        CHECK_EQ(listen(fd, 8), 0);
        began = milliseconds();
        CHECK_EQ(guest_look(&view, uri, "test", 300000), 0);
        CHECK(!view.answered && !view.exists && !view.active && !view.xml);
        CHECK_STR(view.problem, "libvirt did not answer in time");
        CHECK_EQ(guest_shut_down(uri, "test", 300000, problem, sizeof(problem)), -ETIMEDOUT);
        CHECK(milliseconds() - began < 30000);
        unlink(address.sun_path);
}

static void say_and_hang(int fd, void *question) {
        ask_put(fd, 'A', question);
        ask_put(fd, 'E', "42 no such thing");
        pause();
}

/* What was said before the time was over is not lost. */
static void test_half_an_answer(void) {
        _cleanup_(answer_done) struct answer answer = { 0 };
        const char *record;
        int code = 0;

        CHECK_EQ(ask(&answer, say_and_hang, (void *)"begun", 500000), 0);
        CHECK(!answer.whole);
        CHECK_STR(answer_find(&answer, 'A'), "begun");
        CHECK_STR(answer_error(answer_find(&answer, 'E'), &code), "no such thing");
        CHECK_EQ(code, 42);
        CHECK(!answer_find(&answer, 'Z'));
        record = answer_next(&answer, NULL);
        CHECK_STR(record, "Abegun");
        record = answer_next(&answer, record);
        CHECK_STR(record, "E42 no such thing");
        CHECK(!answer_next(&answer, record));
}

static void say_nothing(int fd, void *question) {
}

static void test_no_answer(void) {
        _cleanup_(answer_done) struct answer answer = { 0 };

        CHECK_EQ(ask(&answer, say_nothing, NULL, LONG), 0);
        CHECK(answer.whole && !answer_next(&answer, NULL));
}

int main(void) {
        test_there();
        test_not_there();
        test_shut_off();
        test_saved_is_unknown();
        test_shut_down();
        test_silent();
        test_half_an_answer();
        test_no_answer();
        return 0;
}
