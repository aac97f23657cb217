/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/*
 * core/properties: what the parts say of themselves, as D-Bus properties; one getter an interface, as
 * sd_bus_property_get_t, with a struct bus_model for userdata. The last property of each is its fallback.
 */
#include <systemd/sd-bus.h>

#include "core/performer.h"
#include "core/ride/ride.h"
#include "core/services.h"

struct bus_model {
        struct ride *ride;                 /* borrowed */
        struct services *services;         /* borrowed */
        const struct performer *performer; /* borrowed; NULL: there are no hotkeys for the moment */
};

int properties_get_manager(sd_bus *bus, const char *path, const char *interface, const char *property,
                           sd_bus_message *reply, void *userdata, sd_bus_error *error);
/* The loan's part of the same interface. */
int properties_get_loan(sd_bus *bus, const char *path, const char *interface, const char *property,
                        sd_bus_message *reply, void *userdata, sd_bus_error *error);
int properties_get_input(sd_bus *bus, const char *path, const char *interface, const char *property,
                         sd_bus_message *reply, void *userdata, sd_bus_error *error);
int properties_get_audio(sd_bus *bus, const char *path, const char *interface, const char *property,
                         sd_bus_message *reply, void *userdata, sd_bus_error *error);
/* The playback's part of the same interface as the audio's. */
int properties_get_playback(sd_bus *bus, const char *path, const char *interface, const char *property,
                            sd_bus_message *reply, void *userdata, sd_bus_error *error);
