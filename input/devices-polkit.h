/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/*
 * input/devices-polkit: asks polkit whether somebody on the bus may have a device. Nobody is asked for a
 * password: what is not allowed already is refused.
 */
#include <systemd/sd-bus.h>

/* Who it is for: NAME is a unique name on the bus. */
struct devices_borrower {
        const char *name;
        uid_t uid;
};

/* Rules see DEVICE as action.lookup("device"), and as action.lookup("screen") "lent", if the screen is and
 * was BORROWER's before, as devices-screen.h has it, or "here". ON_REPLY is called later; *RET is how to call
 * it off. */
int devices_polkit_ask(sd_bus *bus, sd_bus_slot **ret, const struct devices_borrower *borrower,
                       const char *device, sd_bus_message_handler_t on_reply, void *userdata);
/* 1: allowed; 0: not; negative: polkit did not say (-EHOSTDOWN: it is not there). */
int devices_polkit_answer(sd_bus_message *reply);
