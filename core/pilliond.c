/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * pilliond: the composition root. Reads the command line and the configuration, builds every part, joins
 * them, runs the loop, and takes everything down in reverse: the bus first, so that nobody asks a half of a
 * daemon, and the input before anything that could be slow.
 */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sysexits.h>

#include "core/arguments.h"
#include "core/bindings.h"
#include "core/bus.h"
#include "core/check.h"
#include "core/comeback.h"
#include "core/config.h"
#include "core/log.h"
#include "core/loop.h"
#include "core/notify.h"
#include "core/performer.h"
#include "core/ride/ride.h"
#include "core/services.h"
#include "core/session.h"
#include "core/tray/icon.h"
#include "core/watchdog.h"

struct daemon {
        struct arguments arguments;
        struct config *config;
        struct bindings *bindings; /* of the configuration; the performer's, once there is one */
        sd_event *loop;
        struct watchdog *watchdog;
        struct services *services;
        struct ride *ride;
        struct performer *performer;
        struct bus *bus;
        struct notify *notify;
        struct icon *icon;
        struct session *session;
};

struct report {
        char *text;
        size_t size;
};

static void on_mistake(const char *message, void *userdata) {
        struct report *report = userdata;

        log_event(LOG_ERR, (.message = MESSAGE_CONFIGURATION_MISTAKE), "%s", message);
        if (report)
                snprintf(report->text + strlen(report->text), report->size - strlen(report->text), "%s%s",
                         *report->text ? "\n" : "", message);
}

static int load(const struct daemon *daemon, struct config **ret, struct bindings **ret_bindings,
                struct report *report) {
        _cleanup_(config_freep) struct config *config = NULL;
        const struct config_source source = {
                .paths = daemon->arguments.paths,
                .must_exist = daemon->arguments.paths_given,
                .check = check_option,
                .report = on_mistake,
                .userdata = report,
        };
        int r;

        r = config_load(&config, &source);
        if (r < 0)
                return r;
        r = bindings_new(ret_bindings, config, getenv("HOME"), on_mistake, report);
        if (r < 0)
                return r;
        *ret = steal_ptr(config);
        return 0;
}

static void on_performer_change(void *userdata) {
        const struct daemon *daemon = userdata;

        if (daemon->bus)
                bus_changed(daemon->bus);
}

/* Sets to work what the hotkeys do. Those before have all gone up by now. */
static int engage(struct daemon *daemon, struct bindings *bindings) {
        const struct performer_parts parts = {
                .input = services_input(daemon->services),
                .sound = services_sound(daemon->services),
                .ride = daemon->ride,
                .on_change = on_performer_change,
                .userdata = daemon,
        };
        int r;

        bus_set_performer(daemon->bus, NULL);
        r = performer_new(&daemon->performer, daemon->loop, &parts, bindings, steal_ptr(daemon->performer));
        if (r < 0)
                return log_errno(r, "Cannot set up what the hotkeys do: %m");
        bus_set_performer(daemon->bus, daemon->performer);
        return 0;
}

/* A keyboard that is grabbed is one that the host does not have. */
static void watch(struct daemon *daemon) {
        struct services_status services;

        services_status(daemon->services, &services);
        watchdog_watch(daemon->watchdog, services.input.side == INPUT_GUEST);
}

/* Build, validate, swap: whatever is wrong with the new configuration, the old one stays. */
static int reload(struct daemon *daemon, struct report *report) {
        _cleanup_(config_freep) struct config *config = NULL;
        _cleanup_(bindings_freep) struct bindings *bindings = NULL;
        int r;

        r = load(daemon, &config, &bindings, report);
        if (r < 0) {
                log_warning("The configuration has mistakes, keeping the old one");
                return r;
        }
        /* The hotkeys last: nothing may fail between them and what they do. */
        r = ride_configure(daemon->ride, config);
        if (r >= 0)
                r = icon_configure(daemon->icon, config);
        if (r >= 0)
                r = services_configure(daemon->services, config, bindings);
        if (r < 0)
                return log_errno(r, "Cannot use the new configuration: %m");
        watch(daemon); /* the input is home, and to end programs of the old hotkeys takes a second each */
        notify_configure(daemon->notify, config);
        r = engage(daemon, steal_ptr(bindings));
        if (r < 0)
                return r;
        log_set_level(config->log_level);
        config_free(daemon->config);
        daemon->config = steal_ptr(config);
        log_notice("Configuration read again");
        return 0;
}

static int on_bus_reload(char *text, size_t size, void *userdata) {
        struct report report = { text, size };

        return reload(userdata, &report);
}

static void on_sighup(void *userdata) {
        (void)reload(userdata, NULL);
}

/* The way home when no other works: it needs no keyboard, no bus, and nothing of what we believe. */
static void on_sigusr1(void *userdata) {
        struct daemon *daemon = userdata;

        if (daemon->services)
                services_bring_home(daemon->services, "pilliond was sent SIGUSR1");
}

/* Not before all is there, nor when that is being taken down. */
static void look_for_news(struct daemon *daemon) {
        struct services_status services;
        struct ride_status ride;

        if (!daemon->notify || !daemon->ride)
                return;
        services_status(daemon->services, &services);
        ride_status(daemon->ride, &ride);
        notify_look(daemon->notify, &(const struct news_view){
                                            .away = services.input.side == INPUT_GUEST,
                                            .home_reason = services.input.home_reason,
                                            .state = ride.state,
                                            .guest = ride.guest ? ride.guest : "",
                                            .reason = ride.reason,
                                    });
}

/* Whoever shows how it is looks again. */
static void tell(struct daemon *daemon) {
        if (daemon->bus)
                bus_changed(daemon->bus);
        if (daemon->icon)
                icon_changed(daemon->icon);
        look_for_news(daemon);
}

static void on_services_change(void *userdata) {
        struct daemon *daemon = userdata;

        watch(daemon);
        if (daemon->ride)
                ride_services_changed(daemon->ride);
        tell(daemon);
}

static void on_hotkey(unsigned index, bool down, void *userdata) {
        struct daemon *daemon = userdata;

        if (daemon->performer)
                performer_hotkey(daemon->performer, index, down);
}

static void on_key(const char *device, const char *key, bool down, void *userdata) {
        struct daemon *daemon = userdata;

        if (daemon->bus)
                bus_key(daemon->bus, device, key, down);
}

static const struct services_handlers services_handlers = { on_services_change, on_hotkey, on_key };

static void on_ride_change(void *userdata) {
        tell(userdata);
}

static void on_bar(const char *why, void *userdata) {
        struct daemon *daemon = userdata;

        services_bar(daemon->services, why);
        watch(daemon); /* now: the machine may be about to go to sleep */
}

static void on_session_home(const char *why, void *userdata) {
        struct daemon *daemon = userdata;

        services_bring_home(daemon->services, why);
}

static const struct session_handlers session_handlers = { on_bar, on_session_home };

static int build(struct daemon *daemon) {
        int r;

        r = loop_new(&daemon->loop, on_sighup, daemon);
        if (r < 0)
                return log_errno(r, "Cannot make the event loop: %m");
        r = loop_add_signal(daemon->loop, SIGUSR1, "sigusr1", on_sigusr1, daemon);
        if (r < 0)
                return log_errno(r, "Cannot listen to SIGUSR1: %m");
        r = watchdog_new(&daemon->watchdog, daemon->loop);
        if (r < 0)
                return log_errno(r, "Cannot feed systemd's watchdog: %m");
        /* The name before anything else: a second pilliond must not touch a device. */
        r = bus_new(&daemon->bus, daemon->loop, on_bus_reload, daemon);
        if (r == -EEXIST)
                return log_errno(r,
                                 "Another pilliond is running for this user; see 'pillion status', or end it "
                                 "with 'systemctl --user stop pilliond'");
        if (r < 0)
                return log_errno(r, "Cannot reach the session bus: %m. Start pilliond in your session, with "
                                    "'systemctl --user start pilliond'");
        r = notify_new(&daemon->notify, bus_connection(daemon->bus), daemon->config);
        if (r < 0)
                return log_errno(r, "Cannot make the notifications: %m");
        r = services_new(&daemon->services, daemon->loop, daemon->config, daemon->bindings,
                         &services_handlers, daemon);
        if (r < 0)
                return log_errno(r, "Cannot make the input and audio services: %m");
        r = ride_new(&daemon->ride, daemon->loop,
                     &(const struct ride_options){ .config = daemon->config, .services = daemon->services },
                     on_ride_change, daemon);
        if (r < 0)
                return log_errno(r, "Cannot make the libvirt threads: %m");
        r = session_new(&daemon->session, daemon->loop, &session_handlers, daemon);
        if (r < 0)
                return log_errno(r, "Cannot follow the session: %m");
        r = bus_serve(daemon->bus, daemon->ride, daemon->services);
        if (r < 0)
                return log_errno(r, "Cannot serve " BUS_NAME ": %m");
        r = icon_new(&daemon->icon, daemon->loop, daemon->config, daemon->ride, daemon->services);
        if (r < 0)
                return log_errno(r, "Cannot make the icon for the tray: %m");
        return engage(daemon, steal_ptr(daemon->bindings));
}

static void tear_down(struct daemon *daemon) {
        loop_notify_stopping();
        if (daemon->services)
                services_bring_home(daemon->services, NULL);
        daemon->session = session_free(daemon->session);
        daemon->icon = icon_free(daemon->icon);
        daemon->notify = notify_free(daemon->notify);
        daemon->bus = bus_free(daemon->bus);
        daemon->performer = performer_free(daemon->performer);
        /* QEMU does not survive the loss of a device that is plugged into it. */
        if (daemon->ride && !comeback_expected())
                ride_unplug(daemon->ride);
        daemon->ride = ride_free(daemon->ride);
        daemon->services = services_free(daemon->services);
        daemon->watchdog = watchdog_free(daemon->watchdog);
        daemon->loop = loop_free(daemon->loop);
        daemon->config = config_free(daemon->config);
        daemon->bindings = bindings_free(daemon->bindings);
        arguments_done(&daemon->arguments);
}

static int run(struct daemon *daemon) {
        int r;

        /* Who can trace this process can take its descriptors, and with them every keyboard. */
        (void)prctl(PR_SET_DUMPABLE, 0);
        r = build(daemon);
        if (r < 0)
                return EXIT_FAILURE;
        ride_carry_on(daemon->ride);
        loop_notify_ready();
        log_info("pilliond " PILLION_VERSION " is ready");
        r = sd_event_loop(daemon->loop);
        if (r < 0)
                (void)log_errno(r, "The event loop failed: %m");
        return r == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

int main(int argc, char *argv[]) {
        struct daemon daemon = { 0 };
        int r;

        r = arguments_parse(&daemon.arguments, argc, argv);
        if (r == 0 && load(&daemon, &daemon.config, &daemon.bindings, NULL) < 0)
                r = -EX_CONFIG;
        if (r == 0) {
                log_set_level(daemon.config->log_level);
                r = daemon.arguments.check ? 1 : -run(&daemon);
        }
        tear_down(&daemon);
        return r < 0 ? -r : EXIT_SUCCESS;
}
