/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "input/devices-polkit.h"

#include <errno.h>

#include "core/cleanup.h"
#include "input/devices-screen.h"
#include "input/devices.h"

static const char *whose_screen(uid_t uid) {
        return devices_screen_is_lent("") && devices_screen_was_of("", uid) ? "lent" : "here";
}

/* Source: the interface org.freedesktop.PolicyKit1.Authority. */
int devices_polkit_ask(sd_bus *bus, sd_bus_slot **ret, const struct devices_borrower *borrower,
                       const char *device, sd_bus_message_handler_t on_reply, void *userdata) {
        _cleanup_(sd_bus_message_unrefp) sd_bus_message *call = NULL;
        int r;

        r = sd_bus_message_new_method_call(bus, &call, "org.freedesktop.PolicyKit1",
                                           "/org/freedesktop/PolicyKit1/Authority",
                                           "org.freedesktop.PolicyKit1.Authority", "CheckAuthorization");
        if (r < 0)
                return r;
        r = sd_bus_message_append(call, "(sa{sv})sa{ss}us", "system-bus-name", 1, "name", "s", borrower->name,
                                  DEVICES_ACTION, 2, "device", device, "screen", whose_screen(borrower->uid),
                                  0, "");
        if (r < 0)
                return r;
        return sd_bus_call_async(bus, ret, call, on_reply, userdata, 0);
}

int devices_polkit_answer(sd_bus_message *reply) {
        int authorized, challenge, r;

        if (sd_bus_message_is_method_error(reply, NULL))
                return -EHOSTDOWN;
        r = sd_bus_message_enter_container(reply, 'r', "bba{ss}");
        if (r < 0)
                return r;
        r = sd_bus_message_read(reply, "bb", &authorized, &challenge);
        return r < 0 ? r : authorized;
}
