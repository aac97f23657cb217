/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/services.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "core/fdstore.h"
#include "core/log.h"
#include "core/ride/plug.h"

struct services {
        struct fdstore *store;
        struct input *input;
        struct sound *sound;
        char *guest; /* whose sinks these are */
        enum config_path path;
        char plug_problem[300];
        char note[900];
        const struct services_handlers *handlers; /* borrowed; NULL: nobody is to hear */
        void *userdata;
};

static void changed(void *userdata) {
        struct services *services = userdata;

        if (services->handlers)
                services->handlers->on_change(services->userdata);
}

/* Its log line is all there is to say so far. */
static void on_home(const char *why, void *userdata) {
}

static void on_hotkey(unsigned index, bool down, void *userdata) {
        const struct services *services = userdata;

        if (services->handlers)
                services->handlers->on_hotkey(index, down, services->userdata);
}

static void on_key(const char *device, const char *key, bool down, void *userdata) {
        const struct services *services = userdata;

        if (services->handlers)
                services->handlers->on_key(device, key, down, services->userdata);
}

static const struct input_handlers input_handlers = { changed, on_home, on_hotkey, on_key };

static struct input_options input_options_of(const struct config *config, const struct bindings *bindings) {
        return (struct input_options){
                .devices = config->input_devices,
                .host_devices = config->input_host_devices,
                .guest_devices = config->input_guest_devices,
                .toggle = config->input_toggle,
                .wait = config->input_wait,
                .hotkeys = bindings->hotkeys,
                .n_hotkeys = bindings->n,
                .host_keys = &bindings->host_keys,
        };
}

static int new_parts(struct services *services, sd_event *loop, const struct config *config,
                     const struct bindings *bindings) {
        struct input_options input = input_options_of(config, bindings);
        int r;

        services->path = config->input_path;
        r = fdstore_new(&services->store, "sink-");
        if (r < 0)
                return r;
        input.store = services->store;
        r = input_new(&services->input, loop, &input, &input_handlers, services);
        if (r < 0)
                return r;
        return sound_new(&services->sound, loop, config, changed, services);
}

int services_new(struct services **ret, sd_event *loop, const struct config *config,
                 const struct bindings *bindings, const struct services_handlers *handlers, void *userdata) {
        _cleanup_(services_freep) struct services *services = calloc(1, sizeof(*services));
        int r;

        if (!services)
                return -ENOMEM;
        r = new_parts(services, loop, config, bindings);
        if (r < 0)
                return r;
        services->handlers = handlers;
        services->userdata = userdata;
        *ret = steal_ptr(services);
        return 0;
}

struct services *services_free(struct services *services) {
        if (!services)
                return NULL;
        services->input = input_free(services->input); /* first of all: the user gets the keyboard */
        services->sound = sound_free(services->sound);
        services->store = fdstore_free(services->store);
        free(services->guest);
        free(services);
        return NULL;
}

int services_configure(struct services *services, const struct config *config,
                       const struct bindings *bindings) {
        const struct input_options input = input_options_of(config, bindings);
        int r;

        r = sound_configure(services->sound, config);
        if (r < 0)
                return r;
        r = input_configure(services->input, &input);
        if (r < 0)
                return r;
        services->path = config->input_path;
        return 0;
}

struct input *services_input(const struct services *services) {
        return services->input;
}

struct sound *services_sound(const struct services *services) {
        return services->sound;
}

int services_prepare(struct services *services, const char *guest) {
        int r;

        r = replace_string(&services->guest, guest);
        if (r < 0)
                return r;
        return input_set_guest(services->input, guest);
}

/* One line on what the definition lacks; the guest is served all the same. */
static void note_lacks(struct services *services, const struct domain_info *info) {
        bool want_sound = sound_needs_shmem(services->sound) && !info->shmem_path && !info->spice;
        char lacks_inputs[400], lacks_sound[400] = "", note[sizeof(services->note)];
        struct input_status input;

        input_status(services->input, &input);
        plug_advise(info, &input, services->path, services->plug_problem, lacks_inputs, sizeof(lacks_inputs));
        if (want_sound)
                snprintf(
                        lacks_sound, sizeof(lacks_sound),
                        "its definition has no shared memory, so it cannot be heard; 'pillion domain prepare "
                        "%s' adds it, for its next start",
                        info->name);
        snprintf(note, sizeof(note), "%s%s%s", lacks_inputs, *lacks_inputs && want_sound ? "; " : "",
                 lacks_sound);
        if (strcmp(note, services->note) == 0)
                return;
        memcpy(services->note, note, sizeof(note));
        if (*note)
                log_event(LOG_WARNING, (.domain = info->name, .message = MESSAGE_GUEST_LACKS),
                          "Guest '%s': %s", info->name, note);
        changed(services);
}

/* Keys for a guest that does not read our devices would be lost. */
static void serve_input(struct services *services, const struct domain_info *info) {
        struct input_status input;
        enum plug plug;

        input_status(services->input, &input);
        plug = plug_seen(info, &input);
        if (plug != PLUG_NONE)
                input_set_guest_path(services->input, plug == PLUG_EVDEV ? PATH_EVDEV : PATH_VIRTIO);
        input_set_guest_running(services->input, plug != PLUG_NONE,
                                info->spice ? "the guest has the keyboard and the mouse of its window"
                                            : "the guest does not read pillion's devices");
}

void services_serve(struct services *services, const struct domain_info *info) {
        int r;

        r = services_prepare(services, info->name);
        if (r < 0)
                log_errno(r, "Cannot make the input devices of '%s': %m", info->name);
        note_lacks(services, info);
        serve_input(services, info);
        r = sound_serve(services->sound, info->name, info->shmem_path);
        if (r < 0)
                log_errno(r, "Cannot follow the sound of '%s': %m", info->name);
}

void services_pause(struct services *services, const char *why) {
        input_set_guest_running(services->input, false, why);
}

void services_unserve(struct services *services, const char *why) {
        services->note[0] = services->plug_problem[0] = '\0';
        input_set_guest_running(services->input, false, why);
        sound_unserve(services->sound);
}

bool services_plug_next(const struct services *services, const struct domain_info *info, char *xml,
                        size_t size) {
        struct input_status input;

        input_status(services->input, &input);
        return plug_next(info, &input, services->path, xml, size);
}

void services_plug_failed(struct services *services, const struct domain_info *info, const char *why) {
        snprintf(services->plug_problem, sizeof(services->plug_problem), "%s", why);
        note_lacks(services, info);
}

bool services_input_is_free(const struct services *services) {
        return input_is_free(services->input);
}

int services_switch(struct services *services, enum input_side side) {
        return input_switch(services->input, side);
}

void services_bar(struct services *services, const char *why) {
        input_bar(services->input, why);
}

void services_bring_home(struct services *services, const char *why) {
        input_bring_home(services->input, why);
}

/* Whether the guest would not start without the devices. */
static bool names_inputs(const struct domain_info *info, const struct input_status *input) {
        return domain_names_evdev(info, input->sink_keyboard) ||
               domain_names_evdev(info, input->sink_mouse) || domain_passes(info, input->sink_keyboard) ||
               domain_passes(info, input->sink_mouse);
}

enum services_sinks services_sinks(const struct services *services, const struct domain_info *info, char *why,
                                   size_t size) {
        struct input_status input;

        input_status(services->input, &input);
        if (input.sinks_ready || !names_inputs(info, &input))
                return SINKS_THERE;
        snprintf(why, size, "the input devices that '%s' names are not there: %s", info->name,
                 input.sinks_failed ? input.problem
                                    : "udev has not made their links; is pillion's udev rule installed?");
        return input.sinks_failed ? SINKS_FAILED : SINKS_AWAITED;
}

void services_status(const struct services *services, struct services_status *ret) {
        input_status(services->input, &ret->input);
        sound_status(services->sound, &ret->sound);
        snprintf(ret->note, sizeof(ret->note), "%s", services->note);
}

int services_each_device(const struct services *services,
                         int (*on_device)(const struct input_device *, void *), void *userdata) {
        return input_each_device(services->input, on_device, userdata);
}
