/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/*
 * core/services: what pillion does for a running guest, put together: its sound from ivshmem to the sink, its
 * input through the grabs. The folders know nothing of each other; they are joined here, by callbacks.
 * Threads: the loop's.
 */
#include <systemd/sd-event.h>

#include "core/bindings.h"
#include "core/cleanup.h"
#include "core/config.h"
#include "core/sound.h"
#include "input/input.h"
#include "switcher/domain.h"

struct services;

/* None is called before services_new() has returned. */
struct services_handlers {
        void (*on_change)(void *userdata); /* what services_status() reports has changed */
        /* As input's. */
        void (*on_hotkey)(unsigned index, bool down, void *userdata);
        void (*on_key)(const char *device, const char *key, bool down, void *userdata);
};

struct services_status {
        struct input_status input;
        struct sound_status sound;
        char note[900]; /* what the guest's definition lacks, with what to add; empty when nothing */
};

/* HANDLERS must outlive them. The hotkeys of BINDINGS are copied. */
int services_new(struct services **ret, sd_event *loop, const struct config *config,
                 const struct bindings *bindings, const struct services_handlers *handlers, void *userdata);
struct services *services_free(struct services *services);
DEFINE_CLEANUP(struct services, services_free);

/* All hotkeys go up before the new ones count. If it fails the old ones do. */
int services_configure(struct services *services, const struct config *config,
                       const struct bindings *bindings);

/* Borrowed. */
struct input *services_input(const struct services *services);
struct sound *services_sound(const struct services *services);

/* Makes what a guest of this name can name in its definition (the input sinks). Stays until the next name. */
int services_prepare(struct services *services, const char *guest);

/* The guest described by INFO runs: follow its sound, allow switching to it. */
void services_serve(struct services *services, const struct domain_info *info);

/* It is there but does not run, or is about to end: nobody would read what is typed. The input comes home
 * because of WHY and stays until the guest is served again. Its sound is followed on. */
void services_pause(struct services *services, const char *why);

/* It does not run any more, because of WHY. The input is the host's when this returns. */
void services_unserve(struct services *services, const char *why);

/* The device that the guest of INFO, which runs, is to be given next, as plug_next() has it. */
bool services_plug_next(const struct services *services, const struct domain_info *info, char *xml,
                        size_t size);
/* It could not be given, WHY. Forgotten when the guest is gone, or when WHY is "". */
void services_plug_failed(struct services *services, const struct domain_info *info, const char *why);

/* As input_is_free() has it. */
bool services_input_is_free(const struct services *services);

/* 0, or a negative errno as input_switch() gives it. */
int services_switch(struct services *services, enum input_side side);

/* As input_bar(). */
void services_bar(struct services *services, const char *why);

/* The input to the host, whatever is believed, and all hotkeys up; WHY as input_bring_home() has it. */
void services_bring_home(struct services *services, const char *why);

enum services_sinks {
        SINKS_THERE,   /* or not wanted by the guest's definition */
        SINKS_AWAITED, /* made, and udev has yet to name them */
        SINKS_FAILED,  /* they cannot be made */
};

/* How the input devices that the guest of INFO names are; WHY is set unless they are there. */
enum services_sinks services_sinks(const struct services *services, const struct domain_info *info, char *why,
                                   size_t size);

/* As input_each_device() has it. */
int services_each_device(const struct services *services,
                         int (*on_device)(const struct input_device *, void *), void *userdata);

void services_status(const struct services *services, struct services_status *ret);
