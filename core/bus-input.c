/* SPDX-License-Identifier: GPL-2.0-or-later */
/* org.pillion1.Input: who has the input, and what the hotkeys are. */
#include <string.h>

#include "core/bindings.h"
#include "core/bus-internal.h"
#include "core/bus-text.h"
#include "core/performer.h"

static int parse_side(const struct bus *bus, const char *name, enum input_side *ret) {
        struct services_status status;

        services_status(bus->model.services, &status);
        if (strcmp(name, "host") == 0)
                *ret = INPUT_HOST;
        else if (strcmp(name, "guest") == 0)
                *ret = INPUT_GUEST;
        else if (strcmp(name, "toggle") == 0)
                *ret = status.input.side == INPUT_HOST ? INPUT_GUEST : INPUT_HOST;
        else
                return -EINVAL;
        return 0;
}

static int method_switch(sd_bus_message *call, void *userdata, sd_bus_error *error) {
        struct bus *bus = userdata;
        enum input_side side;
        const char *name;
        int r;

        r = sd_bus_message_read(call, "s", &name);
        if (r < 0)
                return r;
        if (parse_side(bus, name, &side) < 0)
                return sd_bus_error_setf(error, SD_BUS_ERROR_INVALID_ARGS,
                                         "'%s' is no side; say host, guest or toggle", name);
        if (side == INPUT_HOST) /* a way out like the panic keys */
                services_bring_home(bus->model.services, NULL);
        r = services_switch(bus->model.services, side);
        if (r < 0)
                return sd_bus_error_setf(error, BUS_ERROR_REFUSED, "%s; see 'pillion status'",
                                         input_explain(services_input(bus->model.services), r));
        return sd_bus_reply_method_return(call, NULL);
}

static const char *when_name(enum hotkey_when when) {
        return when == WHEN_ANY ? "any" : when == WHEN_HOST ? "host" : "guest";
}

static int append_hotkey(sd_bus_message *reply, const struct bindings *bindings, size_t i) {
        char does[1000];
        int r;

        bindings_describe(does, sizeof(does), &bindings->list[i]);
        r = sd_bus_message_open_container(reply, 'r', "ssss");
        if (r >= 0)
                r = bus_text_append(reply, bindings->list[i].name);
        if (r >= 0)
                r = sd_bus_message_append(reply, "ss", bindings->list[i].keys,
                                          when_name(bindings->hotkeys[i].when));
        if (r >= 0)
                r = bus_text_append(reply, does);
        return r < 0 ? r : sd_bus_message_close_container(reply);
}

static int append_hotkeys(sd_bus_message *reply, const struct bindings *bindings) {
        int r;

        r = sd_bus_message_open_container(reply, 'a', "(ssss)");
        for (size_t i = 0; r >= 0 && bindings && i < bindings->n; i++)
                r = append_hotkey(reply, bindings, i);
        return r < 0 ? r : sd_bus_message_close_container(reply);
}

static int method_list_hotkeys(sd_bus_message *call, void *userdata, sd_bus_error *error) {
        struct bus *bus = userdata;
        _cleanup_(sd_bus_message_unrefp) sd_bus_message *reply = NULL;
        int r;

        r = sd_bus_message_new_method_return(call, &reply);
        if (r < 0)
                return r;
        r = append_hotkeys(reply, bus->model.performer ? performer_bindings(bus->model.performer) : NULL);
        if (r < 0)
                return r;
        return sd_bus_send(bus->bus, reply, NULL);
}

static int method_watch_keys(sd_bus_message *call, void *userdata, sd_bus_error *error) {
        struct bus *bus = userdata;
        int r;

        r = keywatch_add(bus->keywatch, call);
        return r < 0 ? r : sd_bus_reply_method_return(call, NULL);
}

/* clang-format off */
const sd_bus_vtable bus_input_vtable[] = {
        SD_BUS_VTABLE_START(0),
        METHOD("Switch", method_switch, "s", side),
        SD_BUS_METHOD_WITH_ARGS("ListHotkeys", SD_BUS_NO_ARGS, SD_BUS_RESULT("a(ssss)", hotkeys),
                                method_list_hotkeys, SD_BUS_VTABLE_UNPRIVILEGED),
        SD_BUS_METHOD("WatchKeys", NULL, NULL, method_watch_keys, SD_BUS_VTABLE_UNPRIVILEGED),
        SD_BUS_SIGNAL_WITH_ARGS("Key", SD_BUS_ARGS("s", device, "s", key, "b", down), 0),
        CHANGES("Side", "s", properties_get_input),
        CHANGES("Keyboards", "u", properties_get_input),
        CHANGES("Mice", "u", properties_get_input),
        CHANGES("Devices", "as", properties_get_input),
        CHANGES("SinksReady", "b", properties_get_input),
        CHANGES("SinkKeyboard", "s", properties_get_input),
        CHANGES("SinkMouse", "s", properties_get_input),
        CHANGES("HomeReason", "s", properties_get_input),
        CHANGES("Problem", "s", properties_get_input),
        CHANGES("HotkeyProblem", "s", properties_get_input),
        SD_BUS_VTABLE_END,
};
/* clang-format on */
