/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/*
 * input/input: keyboard and mouse that change sides. The rest of pillion sees input only through this header.
 *
 * Host side: the devices are open but not grabbed; nothing of ours stands between the user and the desktop.
 * Guest side: the devices are grabbed and their events written to two uinput devices (the sinks), which the
 * domain names as evdev inputs:
 *         /dev/input/by-id/pillion-<guest>-kbd   /dev/input/by-id/pillion-<guest>-mouse
 *
 * Whatever is missing (no /dev/uinput, no permission, no device) is a problem that input_status() describes
 * and that heals by itself when the missing part appears. Threads: all calls on the loop's thread.
 */
#include <stdbool.h>
#include <stdint.h>

#include <systemd/sd-event.h>

#include "core/cleanup.h"
#include "input/codes.h"

struct fdstore;
struct hotkey;
struct input;
struct keys;

enum input_side {
        INPUT_HOST,
        INPUT_GUEST,
};

struct input_options {
        /* Lists of devices, as input/selector.h has them: those that change sides with the toggle, those that
         * are always the host's but may play hotkeys, those that are the guest's while it reads us. */
        const char *devices, *host_devices, *guest_devices;
        const char *toggle; /* "leftctrl+rightctrl": checked by input_check() (input/check.h) */
        uint64_t wait;      /* microseconds that a toggle waits for all keys to be up; 0: it does not */
        const struct hotkey *hotkeys; /* copied */
        size_t n_hotkeys;
        const struct keys *host_keys; /* what input_host_key() will be asked for; NULL: nothing */
        struct fdstore *store;        /* borrowed, for input_new() alone: where the sinks outlive us */
};

struct input_status {
        enum input_side side;
        unsigned keyboards, mice; /* open now */
        unsigned roster;          /* another number whenever input_each_device() would say something new */
        bool sinks_ready;         /* both sinks exist and udev has made their links */
        bool sinks_failed;        /* they cannot be made now; problem says why */
        char sink_keyboard[160];  /* the by-id path a domain names; empty without a guest */
        char sink_mouse[160];
        char problem[512];     /* one line: what is missing and what to do; empty when all is well */
        char home_reason[160]; /* why it last came home without being asked to; empty once it has left again
                                */
};

/* A device in use. */
struct input_device {
        const char *name, *path; /* valid during the call that gives them */
        const char *route;       /* "follows", "host" or "guest": see struct input_options */
};

struct input_handlers {
        /* Something input_status() reports has changed. Called from the loop, once for all that one turn of
         * it changed, never from within a call below; so it may make any of them except input_free(). */
        void (*on_change)(void *userdata);
        /* The input has come home without having been asked to, because of WHY: one clause, such as "the
         * guest is paused". From within whatever call or event brought it home. */
        void (*on_home)(const char *why, void *userdata);
        /* Hotkey INDEX of the options has gone down or up. */
        void (*on_hotkey)(unsigned index, bool down, void *userdata);
        /* A key, by the name that input_check() knows, while input_watch_keys() wants it; NULL: never. */
        void (*on_key)(const char *device, const char *key, bool down, void *userdata);
};

/* Never fails for what the machine lacks; -ENOMEM and -EINVAL (options) only. Copies OPTIONS. HANDLERS must
 * outlive it. */
int input_new(struct input **ret, sd_event *loop, const struct input_options *options,
              const struct input_handlers *handlers, void *userdata);
/* Gives the input back to the host, with every held key released, then closes everything. */
struct input *input_free(struct input *input);
DEFINE_CLEANUP(struct input, input_free);

/* Takes new options; -EINVAL leaves the old. The input goes to the host first. */
int input_configure(struct input *input, const struct input_options *options);

/*
 * Names the guest whose sinks exist from now on; NULL: nobody's. Those of the guest before are removed once
 * no QEMU has them, because QEMU 7.2 does not survive an evdev node that disappears; for the same reason they
 * are kept in the store, and taken from there. The same name again is no change. A new guest is not running
 * until input_set_guest_running() says so. -EINVAL: an empty name.
 */
int input_set_guest(struct input *input, const char *guest);

/* Whether the guest runs. Until it does nothing can be switched to it; when it stops, the host gets the input
 * because of WHY, which may be NULL while it runs. */
void input_set_guest_running(struct input *input, bool running, const char *why);

/*
 * While WHY is set nothing goes to the guest, and what is there comes home because of it. NULL: it may again,
 * but goes nowhere by itself. Borrowed until the next call.
 */
void input_bar(struct input *input, const char *why);

/* How the guest reads the sinks; PATH_EVDEV at first. What it holds is released by a change. */
void input_set_guest_path(struct input *input, enum guest_path path);

/* Whether no QEMU has the sinks. */
bool input_is_free(const struct input *input);

/* Everything to the host, whatever we believe it has already, and all hotkeys up. on_home is told because of
 * WHY, unless nothing was away; NULL: it was asked for, and nobody needs to be told. */
void input_bring_home(struct input *input, const char *why);

/* Switches now, all devices or none. 0, or: -EHOSTDOWN the guest is not running, -ENOTCONN the sinks are not
 * there, -EPERM input_bar() forbids it, -EPIPE the guest does not read them, -ENODEV no keyboard to come back
 * with, -EBUSY somebody else has grabbed a device. Going to the host never fails. */
int input_switch(struct input *input, enum input_side side);

/* In words, what -ENODEV and the like from these functions mean: "another program has grabbed a device". */
const char *input_explain(const struct input *input, int r);

void input_status(const struct input *input, struct input_status *ret);

/* Until ON_DEVICE returns a negative, which is returned; else 0. */
int input_each_device(const struct input *input, int (*on_device)(const struct input_device *, void *),
                      void *userdata);
