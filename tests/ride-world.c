/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tests/ride-world.h"

#include <stdarg.h>
#include <string.h>

#include "core/bindings.h"
#include "core/check.h"
#include "core/loop.h"
#include "tests/await.h"
#include "tests/libvirtd.h"

static void on_services_change(void *userdata) {
        struct ride_world *world = userdata;

        if (world->ride)
                ride_services_changed(world->ride);
}

static void on_hotkey(unsigned index, bool down, void *userdata) {
}

static void on_key(const char *device, const char *key, bool down, void *userdata) {
}

static const struct services_handlers handlers = { on_services_change, on_hotkey, on_key };

static void on_ride_change(void *userdata) {
        struct ride_world *world = userdata;
        size_t length = strlen(world->route);
        struct ride_status status;

        if (!world->ride)
                return;
        ride_status(world->ride, &status);
        if (status.state == world->last)
                return;
        world->last = status.state;
        snprintf(world->route + length, sizeof(world->route) - length, "%s%s", length ? " " : "",
                 supervisor_state_name(status.state));
}

static void on_mistake(const char *message, void *userdata) {
        test_fail("%s", message);
}

static void on_reload(void *userdata) {
}

/* --- its parts --- */

__attribute__((format(printf, 2, 3))) static void write_file(const char *path, const char *format, ...) {
        FILE *file = fopen(path, "we");
        va_list ap;

        CHECK(file);
        va_start(ap, format);
        vfprintf(file, format, ap);
        va_end(ap);
        fclose(file);
        CHECK_EQ(chmod(path, 0644), 0);
}

static void make_folder(const struct ride_world *world, char *path, size_t size, const char *name) {
        snprintf(path, size, "%s/%s", world->folder, name);
        CHECK_EQ(mkdir(path, 0755), 0);
}

/* What a test that has failed leaves behind would keep whoever waits for our output waiting. */
static pid_t bus;

static void end_bus(void) {
        if (bus > 0)
                libvirtd_end(bus, SIGKILL);
        bus = 0;
}

static void start_bus(const struct ride_world *world) {
        char path[120], address[140], word[160];
        char *argv[] = { "dbus-daemon", "--session", "--nofork", word, NULL };

        snprintf(path, sizeof(path), "%s/bus", world->folder);
        snprintf(address, sizeof(address), "unix:path=%s", path);
        snprintf(word, sizeof(word), "--address=%s", address);
        if (posix_spawnp(&bus, argv[0], NULL, NULL, argv, environ) != 0)
                test_skip("dbus-daemon is not installed");
        CHECK_EQ(atexit(end_bus), 0);
        await_listener(path);
        setenv("DBUS_SYSTEM_BUS_ADDRESS", address, 1);
}

void ride_world_write_profile(const struct ride_world *world, const char *name, const char *text) {
        char path[200];

        snprintf(path, sizeof(path), "%s/%s.conf", world->profiles, name);
        write_file(path, "%s", text);
}

void ride_world_virsh(const struct ride_world *world, const char *words) {
        char command[500];

        snprintf(command, sizeof(command), "virsh --quiet --connect '%s' %s", world->uri, words);
        CHECK_EQ(system(command), 0);
}

static void define(const struct ride_world *world, const char *name, const char *device) {
        char path[200], words[220];

        snprintf(path, sizeof(path), "%s/%s.xml", world->folder, name);
        write_file(
                path,
                "<domain type='test'><name>%s</name><memory unit='MiB'>64</memory><os><type>hvm</type></os>"
                "<devices>%s</devices></domain>",
                name, device);
        snprintf(words, sizeof(words), "define %s >/dev/null", path);
        ride_world_virsh(world, words);
}

void ride_world_start_libvirtd(struct ride_world *world) {
        char path[120];

        world->libvirtd = libvirtd_start();
        snprintf(path, sizeof(path), "%s/libvirt/libvirt-sock", libvirtd_scratch);
        await_listener(path);
        world->libvirt = virConnectOpen(world->uri);
        CHECK(world->libvirt);
        define(world, "plain", "");
        define(world, "win10",
               "<hostdev mode='subsystem' type='pci' managed='no'><source>"
               "<address domain='0' bus='1' slot='0' function='0'/></source></hostdev>");
        define(world, "taker",
               "<hostdev mode='subsystem' type='pci' managed='yes'><source>"
               "<address domain='0' bus='1' slot='0' function='0'/></source></hostdev>");
}

void ride_world_init(struct ride_world *world) {
        *world = (struct ride_world){ .folder = "/tmp/pillion-ride-XXXXXX" };
        libvirtd_prepare(world->uri, sizeof(world->uri));
        CHECK(mkdtemp(world->folder));
        CHECK_EQ(chmod(world->folder, 0755), 0);
        make_folder(world, world->run, sizeof(world->run), "run");
        make_folder(world, world->profiles, sizeof(world->profiles), "profiles");
        make_folder(world, world->wishes, sizeof(world->wishes), "wishes");
        snprintf(world->lingering, sizeof(world->lingering), "%s/state/pillion", world->folder);
        start_bus(world);
        ride_world_start_libvirtd(world);
        CHECK_EQ(loop_new(&world->loop, on_reload, NULL), 0);
        fake_systemd_init(&world->systemd, world->loop, world->run);
}

void ride_world_done(struct ride_world *world) {
        char command[120];

        ride_world_kill(world);
        fake_systemd_done(&world->systemd);
        world->loop = loop_free(world->loop);
        ride_world_end_libvirtd(world);
        end_bus();
        libvirtd_clear();
        snprintf(command, sizeof(command), "rm -rf %s", world->folder);
        CHECK_EQ(system(command), 0);
}

/* --- pilliond --- */

static void load(struct ride_world *world, const char *line) {
        char path[120];
        char *paths[] = { path, NULL };
        const struct config_source source = {
                .paths = paths, .must_exist = true, .check = check_option, .report = on_mistake
        };

        snprintf(path, sizeof(path), "%s/pillion.conf", world->folder);
        write_file(path, "[guest]\nuri = %s\n%s\n", world->uri, line);
        CHECK_EQ(config_load(&world->config, &source), 0);
        CHECK_EQ(bindings_new(&world->bindings, world->config, NULL, on_mistake, NULL), 0);
}

void ride_world_begin(struct ride_world *world, const char *line) {
        struct ride_options options = {
                .places = { world->run, world->profiles, getuid() },
                .wishes = world->wishes,
                .lingering = world->lingering,
        };

        load(world, line);
        CHECK_EQ(
                services_new(&world->services, world->loop, world->config, world->bindings, &handlers, world),
                0);
        options.config = world->config;
        options.services = world->services;
        *world->route = '\0';
        world->last = STATE_HOST;
        CHECK_EQ(ride_new(&world->ride, world->loop, &options, on_ride_change, world), 0);
        ride_carry_on(world->ride);
}

void ride_world_kill(struct ride_world *world) {
        world->ride = ride_free(world->ride);
        world->services = services_free(world->services);
        world->config = config_free(world->config);
        world->bindings = bindings_free(world->bindings);
}

/* --- what is done with it --- */

const char *ride_world_reason(const struct ride_world *world) {
        struct ride_status status;

        ride_status(world->ride, &status);
        return status.reason;
}

void ride_world_turn(struct ride_world *world, unsigned turns) {
        while (turns-- > 0)
                CHECK(sd_event_run(world->loop, 10000) >= 0);
}

void ride_world_end_libvirtd(struct ride_world *world) {
        struct ride_status status;

        libvirtd_end(world->libvirtd, SIGKILL);
        virConnectClose(world->libvirt);
        if (world->ride)
                ride_world_await(world, (ride_status(world->ride, &status), !status.connected));
}

static enum supervisor_state state_of(const struct ride_world *world) {
        struct ride_status status;

        ride_status(world->ride, &status);
        return status.state;
}

void ride_world_until(struct ride_world *world, enum supervisor_state state) {
        ride_world_await(world, state_of(world) == state);
}

static void order(struct ride_world *world, const struct ride_order *order) {
        char reason[700] = "";
        struct ride_status status;

        ride_world_await(world, (ride_status(world->ride, &status), status.connected));
        *world->route = *world->systemd.said = '\0';
        if (ride_command(world->ride, order, reason, sizeof(reason)) < 0)
                test_fail("refused: %s", reason);
}

void ride_world_order(struct ride_world *world, enum supervisor_event command, const char *guest) {
        order(world, &(const struct ride_order){ .command = command, .guest = guest });
}

void ride_world_start_spice(struct ride_world *world, const char *guest) {
        order(world, &(const struct ride_order){ .command = EVENT_START, .guest = guest, .spice = true });
}

void ride_world_refused(struct ride_world *world, enum supervisor_event command, const char *guest,
                        const char *words) {
        const struct ride_order order = { .command = command, .guest = guest };
        char reason[700] = "";

        CHECK(ride_command(world->ride, &order, reason, sizeof(reason)) < 0);
        if (!strstr(reason, words))
                test_fail("\"%s\" does not say \"%s\"", reason, words);
}

void ride_world_check_reason(const struct ride_world *world, const char *words) {
        const char *reason = ride_world_reason(world);

        if (!strstr(reason, words))
                test_fail("\"%s\" does not say \"%s\"", reason, words);
}

/* What systemd and logind were asked, in any order between the two. */
void ride_world_check_asked(struct ride_world *world, const char *words) {
        CHECK_STR(world->systemd.said, words);
        *world->systemd.said = '\0';
}
