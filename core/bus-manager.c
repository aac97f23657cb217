/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * org.pillion1.Manager: what the guest is to do. A command is answered when it has come to that, or has not;
 * until then the call waits in a list.
 */
#include <errno.h>
#include <string.h>

#include "core/bus-internal.h"
#include "core/bus-text.h"

static int add_waiter(struct bus *bus, sd_bus_message *call, enum supervisor_event command) {
        struct waiter *waiter = malloc(sizeof(*waiter));

        if (!waiter)
                return -ENOMEM;
        *waiter = (struct waiter){ bus->waiters, sd_bus_message_ref(call), command, false };
        bus->waiters = waiter;
        return 0;
}

void bus_note_state(struct bus *bus) {
        struct ride_status status;

        ride_status(bus->model.ride, &status);
        for (struct waiter *waiter = bus->waiters; waiter; waiter = waiter->next)
                waiter->begun |= status.state == STATE_PREFLIGHT;
}

/* A guest that has to end before it can be what it is to be. */
static bool has_to_end(const struct waiter *waiter) {
        return waiter->command == EVENT_STOP || (waiter->command == EVENT_RESTART && !waiter->begun);
}

static void answer(struct waiter *waiter, const struct ride_status *status) {
        bool runs = has_to_end(waiter) && supervisor_has_guest(status->state);

        if (!runs && supervisor_achieved(waiter->command, status->state))
                (void)sd_bus_reply_method_return(waiter->call, NULL);
        else
                (void)bus_text_reply_error(waiter->call, runs ? BUS_ERROR_STILL_RUNNING : BUS_ERROR_FAILED,
                                           *status->reason ? status->reason : "called off");
        sd_bus_message_unref(waiter->call);
        free(waiter);
}

void bus_answer(struct bus *bus) {
        struct ride_status status;

        ride_status(bus->model.ride, &status);
        if (!supervisor_settled(status.state))
                return;
        while (bus->waiters) {
                struct waiter *waiter = bus->waiters;

                bus->waiters = waiter->next;
                answer(waiter, &status);
        }
}

void bus_dismiss(struct bus *bus) {
        while (bus->waiters) {
                struct waiter *waiter = bus->waiters;

                bus->waiters = waiter->next;
                (void)sd_bus_reply_method_errorf(waiter->call, BUS_ERROR_FAILED, "pilliond is ending");
                sd_bus_message_unref(waiter->call);
                free(waiter);
        }
}

static int command(struct bus *bus, sd_bus_message *call, const struct ride_order *order,
                   sd_bus_error *error) {
        char reason[700];
        int r;

        r = ride_command(bus->model.ride, order, reason, sizeof(reason));
        if (r < 0)
                return sd_bus_error_set(error, BUS_ERROR_REFUSED, bus_text(reason));
        r = add_waiter(bus, call, order->command);
        if (r < 0)
                return r;
        bus_changed(bus); /* it may have ended already */
        return 1;
}

static int start(struct bus *bus, sd_bus_message *call, bool spice, sd_bus_error *error) {
        struct ride_order order = { .command = EVENT_START, .spice = spice };
        const char *guest;
        int r;

        r = sd_bus_message_read(call, "s", &guest);
        if (r < 0)
                return r;
        order.guest = *guest ? guest : NULL;
        return command(bus, call, &order, error);
}

static int method_start(sd_bus_message *call, void *userdata, sd_bus_error *error) {
        return start(userdata, call, false, error);
}

static int method_start_spice(sd_bus_message *call, void *userdata, sd_bus_error *error) {
        return start(userdata, call, true, error);
}

/* A command that needs to be told no more. */
static int simply(struct bus *bus, sd_bus_message *call, enum supervisor_event event, sd_bus_error *error) {
        return command(bus, call, &(const struct ride_order){ .command = event }, error);
}

static int method_stop(sd_bus_message *call, void *userdata, sd_bus_error *error) {
        int force, r;

        r = sd_bus_message_read(call, "b", &force);
        return r < 0 ? r : simply(userdata, call, force ? EVENT_STOP_FORCE : EVENT_STOP, error);
}

static int method_restart(sd_bus_message *call, void *userdata, sd_bus_error *error) {
        return simply(userdata, call, EVENT_RESTART, error);
}

static int method_pause(sd_bus_message *call, void *userdata, sd_bus_error *error) {
        return simply(userdata, call, EVENT_PAUSE, error);
}

static int method_resume(sd_bus_message *call, void *userdata, sd_bus_error *error) {
        return simply(userdata, call, EVENT_RESUME, error);
}

static int method_reload(sd_bus_message *call, void *userdata, sd_bus_error *error) {
        struct bus *bus = userdata;
        char report[1500] = "";
        int r;

        r = bus->on_reload(report, sizeof(report), bus->userdata);
        if (r < 0)
                return sd_bus_error_set(error, BUS_ERROR_CONFIGURATION,
                                        *report ? bus_text(report) : strerror(-r));
        return sd_bus_reply_method_return(call, NULL);
}

/* clang-format off */
const sd_bus_vtable bus_manager_vtable[] = {
        SD_BUS_VTABLE_START(0),
        METHOD("Start", method_start, "s", guest),
        METHOD("StartSpice", method_start_spice, "s", guest),
        METHOD("Stop", method_stop, "b", force),
        SD_BUS_METHOD("Restart", NULL, NULL, method_restart, SD_BUS_VTABLE_UNPRIVILEGED),
        SD_BUS_METHOD("Pause", NULL, NULL, method_pause, SD_BUS_VTABLE_UNPRIVILEGED),
        SD_BUS_METHOD("Resume", NULL, NULL, method_resume, SD_BUS_VTABLE_UNPRIVILEGED),
        SD_BUS_METHOD("Reload", NULL, NULL, method_reload, SD_BUS_VTABLE_UNPRIVILEGED),
        SD_BUS_PROPERTY("Version", "s", properties_get_manager, MODEL, SD_BUS_VTABLE_PROPERTY_CONST),
        CHANGES("State", "s", properties_get_manager),
        CHANGES("Guest", "s", properties_get_manager),
        CHANGES("Reason", "s", properties_get_manager),
        CHANGES("Note", "s", properties_get_manager),
        CHANGES("Profile", "s", properties_get_loan),
        CHANGES("Loan", "s", properties_get_loan),
        CHANGES("LoanProblem", "s", properties_get_loan),
        CHANGES("LoanWarning", "s", properties_get_loan),
        CHANGES("Step", "s", properties_get_loan),
        CHANGES("StepNumber", "u", properties_get_loan),
        CHANGES("StepCount", "u", properties_get_loan),
        CHANGES("StepSince", "t", properties_get_loan),
        CHANGES("StepsEnded", "as", properties_get_loan),
        CHANGES("LibvirtConnected", "b", properties_get_manager),
        CHANGES("LibvirtProblem", "s", properties_get_manager),
        SD_BUS_VTABLE_END,
};
/* clang-format on */
