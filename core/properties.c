/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/properties.h"

#include <stdio.h>
#include <string.h>

int properties_get_manager(sd_bus *b, const char *path, const char *interface, const char *property,
                           sd_bus_message *reply, void *userdata, sd_bus_error *error) {
        const struct bus_model *model = userdata;
        struct services_status services;
        struct ride_status status;

        ride_status(model->ride, &status);
        services_status(model->services, &services);
        if (strcmp(property, "State") == 0)
                return sd_bus_message_append(reply, "s", supervisor_state_name(status.state));
        if (strcmp(property, "Guest") == 0)
                return sd_bus_message_append(reply, "s", status.guest ? status.guest : "");
        if (strcmp(property, "Reason") == 0)
                return sd_bus_message_append(reply, "s", status.reason);
        if (strcmp(property, "Note") == 0)
                return sd_bus_message_append(reply, "s", services.note);
        if (strcmp(property, "LibvirtConnected") == 0)
                return sd_bus_message_append(reply, "b", status.connected);
        if (strcmp(property, "LibvirtProblem") == 0)
                return sd_bus_message_append(reply, "s", status.problem);
        return sd_bus_message_append(reply, "s", PILLION_VERSION);
}

int properties_get_input(sd_bus *b, const char *path, const char *interface, const char *property,
                         sd_bus_message *reply, void *userdata, sd_bus_error *error) {
        const struct bus_model *model = userdata;
        struct services_status services;
        const struct input_status *status = &services.input;

        services_status(model->services, &services);
        if (strcmp(property, "Side") == 0)
                return sd_bus_message_append(reply, "s", status->side == INPUT_GUEST ? "guest" : "host");
        if (strcmp(property, "Keyboards") == 0)
                return sd_bus_message_append(reply, "u", status->keyboards);
        if (strcmp(property, "Mice") == 0)
                return sd_bus_message_append(reply, "u", status->mice);
        if (strcmp(property, "SinksReady") == 0)
                return sd_bus_message_append(reply, "b", status->sinks_ready);
        if (strcmp(property, "SinkKeyboard") == 0)
                return sd_bus_message_append(reply, "s", status->sink_keyboard);
        if (strcmp(property, "SinkMouse") == 0)
                return sd_bus_message_append(reply, "s", status->sink_mouse);
        return sd_bus_message_append(reply, "s", status->problem);
}

static const char *source_state_name(enum source_state state) {
        switch (state) {
        case SOURCE_OFF:
                return "off";
        case SOURCE_ABSENT:
                return "absent";
        case SOURCE_UNUSABLE:
                return "unusable";
        case SOURCE_WAITING:
                return "waiting";
        case SOURCE_SILENT:
                return "silent";
        case SOURCE_BAD:
                return "bad";
        case SOURCE_PLAYING:
                return "playing";
        }
        return "?";
}

static int append_format(sd_bus_message *reply, const struct source_status *status) {
        char text[80] = "";

        if (status->state == SOURCE_PLAYING)
                snprintf(text, sizeof(text), "%u Hz, %u bit, %u channel%s", status->format.rate,
                         status->format.bits, status->format.channels,
                         status->format.channels == 1 ? "" : "s");
        return sd_bus_message_append(reply, "s", text);
}

int properties_get_audio(sd_bus *b, const char *path, const char *interface, const char *property,
                         sd_bus_message *reply, void *userdata, sd_bus_error *error) {
        const struct bus_model *model = userdata;
        struct services_status status;

        services_status(model->services, &status);
        if (strcmp(property, "State") == 0)
                return sd_bus_message_append(reply, "s", source_state_name(status.source.state));
        if (strcmp(property, "Origin") == 0)
                return sd_bus_message_append(reply, "s", status.shmem_path ? status.shmem_path : "");
        if (strcmp(property, "Format") == 0)
                return append_format(reply, &status.source);
        if (strcmp(property, "Connected") == 0)
                return sd_bus_message_append(reply, "b", status.playback.connected);
        if (strcmp(property, "LatencyUsec") == 0)
                return sd_bus_message_append(reply, "u", status.playback.latency);
        if (strcmp(property, "TargetUsec") == 0)
                return sd_bus_message_append(reply, "u", status.playback.target);
        if (strcmp(property, "RatePpm") == 0)
                return sd_bus_message_append(reply, "i", status.playback.rate_ppm);
        if (strcmp(property, "FillFrames") == 0)
                return sd_bus_message_append(reply, "u", status.playback.fill);
        if (strcmp(property, "Underruns") == 0)
                return sd_bus_message_append(reply, "t", status.playback.underruns);
        if (strcmp(property, "Overruns") == 0)
                return sd_bus_message_append(reply, "t", status.playback.overruns);
        if (strcmp(property, "Quantum") == 0)
                return sd_bus_message_append(reply, "u", status.playback.quantum);
        if (strcmp(property, "GraphRate") == 0)
                return sd_bus_message_append(reply, "u", status.playback.graph_rate);
        if (strcmp(property, "SinkProblem") == 0)
                return sd_bus_message_append(reply, "s", status.playback.problem);
        return sd_bus_message_append(reply, "s", status.source.problem);
}
