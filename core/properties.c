/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/properties.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "core/bus-text.h"

int properties_get_manager(sd_bus *b, const char *path, const char *interface, const char *property,
                           sd_bus_message *reply, void *userdata, sd_bus_error *error) {
        const struct bus_model *model = userdata;
        struct services_status services;
        struct ride_status status;

        ride_status(model->ride, &status);
        services_status(model->services, &services);
        if (strcmp(property, "State") == 0)
                return bus_text_append(reply, supervisor_state_name(status.state));
        if (strcmp(property, "Guest") == 0)
                return bus_text_append(reply, status.guest ? status.guest : "");
        if (strcmp(property, "Reason") == 0)
                return bus_text_append(reply, status.reason);
        if (strcmp(property, "Note") == 0)
                return bus_text_append(reply, services.note);
        if (strcmp(property, "LibvirtConnected") == 0)
                return sd_bus_message_append(reply, "b", status.connected);
        if (strcmp(property, "LibvirtProblem") == 0)
                return bus_text_append(reply, status.problem);
        return bus_text_append(reply, PILLION_VERSION);
}

/* As a list of strings; each has a newline after it. */
static int append_lines(sd_bus_message *reply, const char *lines) {
        _cleanup_free_ char *copy = strdup(lines);
        char *rest = copy, *line;
        int r;

        r = copy ? sd_bus_message_open_container(reply, 'a', "s") : -ENOMEM;
        while (r >= 0 && (line = strsep(&rest, "\n")) && rest)
                r = sd_bus_message_append(reply, "s", bus_text(line));
        return r < 0 ? r : sd_bus_message_close_container(reply);
}

int properties_get_loan(sd_bus *b, const char *path, const char *interface, const char *property,
                        sd_bus_message *reply, void *userdata, sd_bus_error *error) {
        const struct bus_model *model = userdata;
        struct ride_status status;
        const struct ride_loan *loan = &status.loan;

        ride_status(model->ride, &status);
        if (strcmp(property, "Profile") == 0)
                return bus_text_append(reply, loan->profile);
        if (strcmp(property, "Loan") == 0)
                return bus_text_append(reply, loan->phase);
        if (strcmp(property, "LoanProblem") == 0)
                return bus_text_append(reply, loan->reason);
        if (strcmp(property, "LoanWarning") == 0)
                return bus_text_append(reply, loan->warning);
        if (strcmp(property, "Step") == 0)
                return bus_text_append(reply, loan->step);
        if (strcmp(property, "StepNumber") == 0)
                return sd_bus_message_append(reply, "u", loan->number);
        if (strcmp(property, "StepCount") == 0)
                return sd_bus_message_append(reply, "u", loan->of);
        if (strcmp(property, "StepsEnded") == 0)
                return append_lines(reply, loan->ended);
        return sd_bus_message_append(reply, "t", loan->since);
}

static int append_device(const struct input_device *device, void *userdata) {
        char text[300];

        snprintf(text, sizeof(text), "%s (%s): %s", device->name, device->path, device->route);
        return bus_text_append(userdata, text);
}

static int append_devices(sd_bus_message *reply, const struct services *services) {
        int r;

        r = sd_bus_message_open_container(reply, 'a', "s");
        if (r < 0)
                return r;
        r = services_each_device(services, append_device, reply);
        return r < 0 ? r : sd_bus_message_close_container(reply);
}

static int append_hotkey_problem(sd_bus_message *reply, const struct performer *performer) {
        char text[700] = "";

        if (performer)
                (void)performer_problem(performer, text, sizeof(text));
        return bus_text_append(reply, text);
}

int properties_get_input(sd_bus *b, const char *path, const char *interface, const char *property,
                         sd_bus_message *reply, void *userdata, sd_bus_error *error) {
        const struct bus_model *model = userdata;
        struct services_status services;
        const struct input_status *status = &services.input;

        services_status(model->services, &services);
        if (strcmp(property, "Side") == 0)
                return bus_text_append(reply, status->side == INPUT_GUEST ? "guest" : "host");
        if (strcmp(property, "Keyboards") == 0)
                return sd_bus_message_append(reply, "u", status->keyboards);
        if (strcmp(property, "Mice") == 0)
                return sd_bus_message_append(reply, "u", status->mice);
        if (strcmp(property, "Devices") == 0)
                return append_devices(reply, model->services);
        if (strcmp(property, "SinksReady") == 0)
                return sd_bus_message_append(reply, "b", status->sinks_ready);
        if (strcmp(property, "SinkKeyboard") == 0)
                return bus_text_append(reply, status->sink_keyboard);
        if (strcmp(property, "HotkeyProblem") == 0)
                return append_hotkey_problem(reply, model->performer);
        if (strcmp(property, "SinkMouse") == 0)
                return bus_text_append(reply, status->sink_mouse);
        if (strcmp(property, "HomeReason") == 0)
                return bus_text_append(reply, status->home_reason);
        return bus_text_append(reply, status->problem);
}

static int append_format(sd_bus_message *reply, const struct sound_status *status) {
        char text[80] = "";

        if (status->format.rate > 0)
                snprintf(text, sizeof(text), "%u Hz, %u bit, %u channel%s", status->format.rate,
                         status->format.bits, status->format.channels,
                         status->format.channels == 1 ? "" : "s");
        return bus_text_append(reply, text);
}

int properties_get_audio(sd_bus *b, const char *path, const char *interface, const char *property,
                         sd_bus_message *reply, void *userdata, sd_bus_error *error) {
        const struct bus_model *model = userdata;
        struct services_status services;
        const struct sound_status *sound = &services.sound;

        services_status(model->services, &services);
        if (strcmp(property, "State") == 0)
                return bus_text_append(reply, sound->state);
        if (strcmp(property, "Origin") == 0)
                return bus_text_append(reply, sound->origin);
        if (strcmp(property, "Format") == 0)
                return append_format(reply, sound);
        if (strcmp(property, "Problem") == 0)
                return bus_text_append(reply, sound->problem);
        if (strcmp(property, "Datagrams") == 0)
                return sd_bus_message_append(reply, "t", sound->network.datagrams);
        if (strcmp(property, "Malformed") == 0)
                return sd_bus_message_append(reply, "t", sound->network.malformed);
        return sd_bus_message_append(reply, "t", sound->network.foreign);
}

int properties_get_playback(sd_bus *b, const char *path, const char *interface, const char *property,
                            sd_bus_message *reply, void *userdata, sd_bus_error *error) {
        const struct bus_model *model = userdata;
        struct services_status services;
        const struct playback_status *playback = &services.sound.playback;

        services_status(model->services, &services);
        if (strcmp(property, "Connected") == 0)
                return sd_bus_message_append(reply, "b", playback->connected);
        if (strcmp(property, "SinkProblem") == 0)
                return bus_text_append(reply, playback->problem);
        if (strcmp(property, "LatencyUsec") == 0)
                return sd_bus_message_append(reply, "u", playback->latency);
        if (strcmp(property, "TargetUsec") == 0)
                return sd_bus_message_append(reply, "u", playback->target);
        if (strcmp(property, "RatePpm") == 0)
                return sd_bus_message_append(reply, "i", playback->rate_ppm);
        if (strcmp(property, "FillFrames") == 0)
                return sd_bus_message_append(reply, "u", playback->fill);
        if (strcmp(property, "Underruns") == 0)
                return sd_bus_message_append(reply, "t", playback->underruns);
        if (strcmp(property, "Overruns") == 0)
                return sd_bus_message_append(reply, "t", playback->overruns);
        if (strcmp(property, "Quantum") == 0)
                return sd_bus_message_append(reply, "u", playback->quantum);
        return sd_bus_message_append(reply, "u", playback->graph_rate);
}
