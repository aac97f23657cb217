/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Against a real libvirtd of our own: unprivileged sockets in a scratch folder, libvirt's test hypervisor
 * behind them, so that RPC, events and the loss of the connection are real and only the guests are not.
 */
#include "switcher/hypervisor.h"

#include "core/loop.h"
#include "tests/libvirtd.h"

struct seen {
        sd_event *loop;
        bool connected;
        char problem[512];
        unsigned connections;
        char name[64];
        enum hypervisor_state state;
        unsigned domains;
        uint64_t serial;
        char error[512];
        bool described;
        unsigned results;
};

static void on_connection(bool connected, const char *problem, void *userdata) {
        struct seen *seen = userdata;

        seen->connected = connected;
        seen->connections++;
        snprintf(seen->problem, sizeof(seen->problem), "%s", problem ? problem : "");
}

static void on_domain(const char *name, enum hypervisor_state state, const char *how,
                      struct domain_info *info, void *userdata) {
        struct seen *seen = userdata;

        CHECK((info != NULL) == (state != DOMAIN_GONE));
        snprintf(seen->name, sizeof(seen->name), "%s", name);
        seen->state = state;
        seen->domains++;
        domain_free(info);
}

static void on_result(uint64_t serial, const char *error, struct domain_info *info, void *userdata) {
        struct seen *seen = userdata;

        seen->serial = serial;
        snprintf(seen->error, sizeof(seen->error), "%s", error ? error : "");
        seen->described = info != NULL;
        seen->results++;
        domain_free(info);
}

/* Turns the loop until CONDITION, a minute at the most. */
#define turn_until(seen, condition)                                                                          \
        do {                                                                                                 \
                unsigned turns_ = 0;                                                                         \
                while (!(condition)) {                                                                       \
                        CHECK(sd_event_run((seen)->loop, 100000) >= 0);                                      \
                        if (++turns_ > 100000)                                                               \
                                test_fail("'%s' did not come about: problem '%s', error '%s'", #condition,   \
                                          (seen)->problem, (seen)->error);                                   \
                }                                                                                            \
        } while (0)

static void request(struct hypervisor *hypervisor, struct seen *seen, enum hypervisor_operation operation,
                    const char *domain) {
        static uint64_t serial;
        unsigned before = seen->results;

        CHECK_EQ(hypervisor_request(hypervisor, operation, domain, ++serial), 0);
        turn_until(seen, seen->results > before);
        CHECK_EQ(seen->serial, serial);
}

/* libvirt's own fixture has one running domain, called test. */
static void test_lifecycle(struct hypervisor *hypervisor, struct seen *seen) {
        turn_until(seen, seen->domains > 0);
        CHECK_STR(seen->name, "test");
        CHECK_EQ(seen->state, DOMAIN_RUNNING);

        request(hypervisor, seen, HYPERVISOR_DESCRIBE, "test");
        CHECK_STR(seen->error, "");
        CHECK(seen->described);

        request(hypervisor, seen, HYPERVISOR_CREATE, "test");
        CHECK(strstr(seen->error, "libvirt: "));

        request(hypervisor, seen, HYPERVISOR_SUSPEND, "test");
        CHECK_STR(seen->error, "");
        turn_until(seen, seen->state == DOMAIN_PAUSED);
        request(hypervisor, seen, HYPERVISOR_RESUME, "test");
        CHECK_STR(seen->error, "");
        turn_until(seen, seen->state == DOMAIN_RUNNING);
        request(hypervisor, seen, HYPERVISOR_RESUME, "test");
        CHECK(strstr(seen->error, "libvirt: "));

        request(hypervisor, seen, HYPERVISOR_SHUTDOWN, "test");
        CHECK_STR(seen->error, "");
        turn_until(seen, seen->state == DOMAIN_GONE);

        request(hypervisor, seen, HYPERVISOR_CREATE, "test");
        CHECK_STR(seen->error, "");
        turn_until(seen, seen->state == DOMAIN_RUNNING);

        request(hypervisor, seen, HYPERVISOR_DESTROY, "test");
        turn_until(seen, seen->state == DOMAIN_GONE);

        request(hypervisor, seen, HYPERVISOR_DESCRIBE, "nobody");
        CHECK(strstr(seen->error, "there is no domain 'nobody'; 'virsh -c "));
}

/* What virsh says of the domain called spice; the last one's is lost. */
static const char *ask_virsh(const char *uri, const char *question) {
        static char text[1 << 15];
        char command[400];
        FILE *pipe;
        size_t n;

        snprintf(command, sizeof(command), "virsh --quiet --connect '%s' %s", uri, question);
        pipe = popen(command, "re");
        CHECK(pipe);
        n = fread(text, 1, sizeof(text) - 1, pipe);
        text[n] = '\0';
        CHECK_EQ(pclose(pipe), 0);
        return text;
}

static void define_passed_through(const char *uri) {
        static const char xml[] =
                "<domain type='test'><name>spice</name><memory unit='MiB'>64</memory>"
                "<memoryBacking><hugepages><page size='1' unit='PiB'/></hugepages></memoryBacking>"
                "<os><type>hvm</type></os><devices><graphics type='vnc' passwd='secret'/>"
                "<video><model type='none'/></video><hostdev mode='subsystem' type='pci' managed='no'>"
                "<source><address domain='0' bus='1' slot='0' function='0'/></source></hostdev>"
                "</devices></domain>";
        char path[100], command[200];
        FILE *file;

        snprintf(path, sizeof(path), "%s/spice.xml", libvirtd_scratch);
        file = fopen(path, "we");
        CHECK(file && fputs(xml, file) >= 0 && fclose(file) == 0);
        snprintf(command, sizeof(command), "define %s", path);
        (void)ask_virsh(uri, command);
}

/* It runs without the hardware and with a screen; its definition is what it was before, meanwhile and after.
 */
static void test_spice(struct hypervisor *hypervisor, struct seen *seen, const char *uri) {
        static const char inactive[] = "dumpxml --inactive --security-info spice";
        _cleanup_free_ char *before = NULL;
        const char *live;

        define_passed_through(uri);
        before = strdup(ask_virsh(uri, inactive));
        CHECK(strstr(before, "<hostdev") && strstr(before, "secret") && strstr(before, "<hugepages"));
        request(hypervisor, seen, HYPERVISOR_CREATE_SPICE, "spice");
        CHECK_STR(seen->error, "");
        turn_until(seen, seen->state == DOMAIN_RUNNING && strcmp(seen->name, "spice") == 0);
        live = ask_virsh(uri, "dumpxml --security-info spice");
        CHECK(!strstr(live, "<hostdev") && !strstr(live, "<hugepages") && strstr(live, "secret"));
        CHECK(strstr(live, "<graphics type='spice'") && strstr(live, "type='spicevmc'"));
        CHECK(strstr(live, "type='virtio'"));
        CHECK_STR(ask_virsh(uri, inactive), before);
        request(hypervisor, seen, HYPERVISOR_CREATE_SPICE, "spice");
        CHECK(strstr(seen->error, "libvirt: "));
        request(hypervisor, seen, HYPERVISOR_DESTROY, "spice");
        turn_until(seen, seen->state == DOMAIN_GONE);
        CHECK_STR(ask_virsh(uri, inactive), before);
        request(hypervisor, seen, HYPERVISOR_CREATE_SPICE, "nobody");
        CHECK(strstr(seen->error, "there is no domain 'nobody'"));
}

/* The test hypervisor cannot plug anything; what is asked, of whom, and by whom it is answered, is the same.
 */
static void test_device(struct hypervisor *hypervisor, struct seen *seen) {
        unsigned before = seen->results;

        CHECK_EQ(hypervisor_request_device(hypervisor, HYPERVISOR_ATTACH, "test",
                                           "<input type='passthrough'/>", 70),
                 0);
        turn_until(seen, seen->results == before + 1);
        CHECK_EQ(seen->serial, 70);
        CHECK_EQ(hypervisor_request_device(hypervisor, HYPERVISOR_DETACH, "nobody", "input0", 71), 0);
        turn_until(seen, seen->results == before + 2);
        CHECK_EQ(seen->serial, 71);
        CHECK(strstr(seen->error, "there is no domain 'nobody'"));
}

static void test_connection_lost_and_made_again(struct hypervisor *hypervisor, struct seen *seen,
                                                pid_t *libvirtd) {
        libvirtd_end(*libvirtd, SIGKILL);
        turn_until(seen, !seen->connected);
        CHECK(strstr(seen->problem, "systemctl status libvirtd"));
        request(hypervisor, seen, HYPERVISOR_DESCRIBE, "test");
        CHECK(strstr(seen->error, "not connected to libvirt"));

        seen->domains = 0;
        *libvirtd = libvirtd_start();
        turn_until(seen, seen->connected);
        turn_until(seen, seen->domains > 0);
        CHECK_EQ(seen->state, DOMAIN_RUNNING);
}

/* A stopped libvirtd swallows a call; the loop turns on, and the end does not wait for it. */
static void test_stuck(struct hypervisor *hypervisor, struct seen *seen, pid_t libvirtd) {
        unsigned before = seen->results;

        kill(libvirtd, SIGSTOP);
        CHECK_EQ(hypervisor_request(hypervisor, HYPERVISOR_DESCRIBE, "test", 99), 0);
        CHECK_EQ(hypervisor_request(hypervisor, HYPERVISOR_CREATE, "test", 100), 0);
        for (int i = 0; i < 20; i++)
                CHECK(sd_event_run(seen->loop, 10000) >= 0);
        CHECK_EQ(seen->results, before);
}

static void on_reload(void *userdata) {
}

int main(void) {
        /* Static, since what a stuck call may yet use is left behind on purpose, and is no leak. */
        static struct hypervisor *hypervisor;
        struct seen seen = { 0 };
        const struct hypervisor_callbacks callbacks = { on_connection, on_domain, on_result, &seen };
        char uri[200];
        pid_t libvirtd;

        libvirtd_prepare(uri, sizeof(uri));
        CHECK_EQ(loop_new(&seen.loop, on_reload, NULL), 0);
        /* It is not there yet: that is a problem to tell, not an end. */
        CHECK_EQ(hypervisor_new(&hypervisor, seen.loop, uri, &callbacks), 0);
        turn_until(&seen, seen.connections > 0);
        CHECK(!seen.connected);
        CHECK(strstr(seen.problem, "cannot connect to test+unix"));

        libvirtd = libvirtd_start();
        turn_until(&seen, seen.connected);
        test_lifecycle(hypervisor, &seen);
        test_spice(hypervisor, &seen, uri);
        test_device(hypervisor, &seen);
        test_connection_lost_and_made_again(hypervisor, &seen, &libvirtd);
        test_stuck(hypervisor, &seen, libvirtd);
        hypervisor_free(hypervisor);
        loop_free(seen.loop);
        libvirtd_end(libvirtd, SIGKILL);
        libvirtd_clear();
        return 0;
}
