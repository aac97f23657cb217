/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/tray/icon.h"

#include <errno.h>

#include "core/log.h"
#include "core/tray/tray.h"

struct icon {
        sd_event *loop;            /* borrowed */
        struct ride *ride;         /* borrowed */
        struct services *services; /* borrowed */
        char *guest;               /* of the configuration; NULL: none */
        struct tray *tray;         /* NULL: not wanted, or not to be had */
};

/* Of the ride the last guest is known, too; Start would start that one again. */
static const char *guest_of(const struct icon *icon, const struct ride_status *ride) {
        if (ride->guest)
                return ride->guest;
        return icon->guest ? icon->guest : "";
}

static void look(struct tray_facts *ret, void *userdata) {
        const struct icon *icon = userdata;
        struct services_status services;
        struct ride_status ride;

        services_status(icon->services, &services);
        ride_status(icon->ride, &ride);
        *ret = (struct tray_facts){
                .state = ride.state,
                .loan = ride.loan,
                .guest = guest_of(icon, &ride),
                .away = services.input.side == INPUT_GUEST,
                .reason = ride.reason,
                .problem = ride.connected ? "" : ride.problem,
        };
}

static void toggle(struct services *services) {
        struct services_status status;
        int r;

        services_status(services, &status);
        if (status.input.side == INPUT_GUEST) {
                services_bring_home(services, NULL); /* a way out like the panic keys */
                return;
        }
        r = services_switch(services, INPUT_GUEST);
        if (r < 0)
                log_event(LOG_NOTICE, (.error = r, .message = MESSAGE_INPUT_STAYS),
                          "Input stays with the host: %s", input_explain(services_input(services), r));
}

static void command(struct icon *icon, enum supervisor_event event) {
        struct ride_order order = { .command = event };
        struct ride_status status;
        char reason[700];

        ride_status(icon->ride, &status);
        if (event == EVENT_START)
                order.guest = guest_of(icon, &status);
        if (ride_command(icon->ride, &order, reason, sizeof(reason)) < 0)
                log_notice("What was chosen in the tray was refused: %s", reason);
}

static void on_choice(enum tray_entry_id id, void *userdata) {
        struct icon *icon = userdata;

        if (id == ENTRY_TOGGLE)
                toggle(icon->services);
        else
                command(icon, tray_event(id));
}

static const struct tray_handlers handlers = { look, on_choice };

static void show(struct icon *icon) {
        int r;

        r = tray_new(&icon->tray, icon->loop, &handlers, icon);
        if (r < 0)
                log_event(LOG_WARNING, (.error = r),
                          "Cannot offer an icon to the desktop's tray: %m, "
                          "continuing without");
}

int icon_configure(struct icon *icon, const struct config *config) {
        int r;

        r = replace_string(&icon->guest, config->guest_domain);
        if (r < 0)
                return r;
        if (!config->tray_show)
                icon->tray = tray_free(icon->tray);
        else if (!icon->tray)
                show(icon);
        icon_changed(icon);
        return 0;
}

int icon_new(struct icon **ret, sd_event *loop, const struct config *config, struct ride *ride,
             struct services *services) {
        _cleanup_(icon_freep) struct icon *icon = calloc(1, sizeof(*icon));
        int r;

        if (!icon)
                return -ENOMEM;
        *icon = (struct icon){ .loop = loop, .ride = ride, .services = services };
        r = icon_configure(icon, config);
        if (r < 0)
                return r;
        *ret = steal_ptr(icon);
        return 0;
}

struct icon *icon_free(struct icon *icon) {
        if (!icon)
                return NULL;
        tray_free(icon->tray);
        free(icon->guest);
        free(icon);
        return NULL;
}

void icon_changed(struct icon *icon) {
        if (icon->tray)
                tray_changed(icon->tray);
}
