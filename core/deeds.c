/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One table: what begins when a hotkey goes down, and what ends when it goes up. */
#include <errno.h>

#include "core/log.h"
#include "core/performer-internal.h"
#include "input/play.h"

static int do_toggle(struct performer *performer, const struct action *action) {
        input_toggle(performer->parts.input);
        return 0;
}

static int do_to_host(struct performer *performer, const struct action *action) {
        return input_switch(performer->parts.input, INPUT_HOST);
}

static int do_to_guest(struct performer *performer, const struct action *action) {
        struct ride_status status;
        int r;

        ride_status(performer->parts.ride, &status);
        if (action->argument && (!status.guest || strcmp(action->argument, status.guest) != 0)) {
                log_warning("The input cannot go to guest '%s', which is not the one that runs",
                            action->argument);
                return 1;
        }
        r = input_switch(performer->parts.input, INPUT_GUEST);
        if (r < 0)
                log_event(LOG_NOTICE, (.error = r, .message = MESSAGE_INPUT_STAYS),
                          "Input stays with the host: %s", input_explain(performer->parts.input, r));
        return r < 0;
}

static int do_panic(struct performer *performer, const struct action *action) {
        input_bring_home(performer->parts.input, "the hotkey for it was pressed");
        return 0;
}

static int do_type(struct performer *performer, const struct action *action) {
        int r;

        r = input_type(performer->parts.input, action->argument);
        if (r < 0)
                log_event(LOG_NOTICE, (.error = r), "'%s' is not typed: %s", action->argument,
                          input_explain(performer->parts.input, r));
        return r < 0;
}

static int host_key_down(struct performer *performer, const struct action *action) {
        int r;

        r = input_host_key(performer->parts.input, action->argument, true);
        if (r == -ENOENT)
                log_notice("'%s' is not pressed on the host: its keyboard is missing; see 'pillion status'",
                           action->argument);
        return r == -ENOENT ? 1 : r;
}

static int host_key_up(struct performer *performer, const struct action *action) {
        int r;

        r = input_host_key(performer->parts.input, action->argument, false);
        return r == -ENOENT ? 0 : r; /* nor was it pressed */
}

static struct microphone_control *find_control(const struct performer *performer,
                                               const struct action *action) {
        for (size_t i = 0; i < performer->n_controls; i++)
                if (performer->controls[i].action == action)
                        return performer->controls[i].microphone;
        return NULL; /* not reached: each action that lasts has got one */
}

static int microphone_down(struct performer *performer, const struct action *action) {
        microphone_control_press(find_control(performer, action), true);
        return 0;
}

static int microphone_up(struct performer *performer, const struct action *action) {
        microphone_control_press(find_control(performer, action), false);
        return 0;
}

static int set_microphone(struct performer *performer, const struct action *action) {
        static const enum microphone_change changes[] = {
                [ACT_MIC_TOGGLE] = MICROPHONE_TOGGLE,
                [ACT_MIC_MUTE] = MICROPHONE_MUTE,
                [ACT_MIC_UNMUTE] = MICROPHONE_UNMUTE,
        };

        microphones_set(performer->microphones, action->argument, changes[action->kind]);
        return 0;
}

static int talk(struct performer *performer, const struct action *action) {
        mumble_talk(performer->mumble, true);
        return 0;
}

static int fall_silent(struct performer *performer, const struct action *action) {
        mumble_talk(performer->mumble, false);
        return 0;
}

static int ask_mumble(struct performer *performer, const struct action *action) {
        static const enum mumble_request requests[] = {
                [ACT_MUMBLE_MUTE] = MUMBLE_MUTE,
                [ACT_MUMBLE_UNMUTE] = MUMBLE_UNMUTE,
                [ACT_MUMBLE_TOGGLE_MUTE] = MUMBLE_TOGGLE_MUTE,
                [ACT_MUMBLE_DEAFEN] = MUMBLE_DEAFEN,
                [ACT_MUMBLE_UNDEAFEN] = MUMBLE_UNDEAFEN,
                [ACT_MUMBLE_TOGGLE_DEAFEN] = MUMBLE_TOGGLE_DEAFEN,
        };

        mumble_request(performer->mumble, requests[action->kind]);
        return 0;
}

static int command_guest(struct performer *performer, const struct action *action) {
        static const enum supervisor_event events[] = {
                [ACT_GUEST_START] = EVENT_START,
                [ACT_GUEST_STOP] = EVENT_STOP,
                [ACT_GUEST_PAUSE] = EVENT_PAUSE,
                [ACT_GUEST_RESUME] = EVENT_RESUME,
        };
        const struct ride_order order = { events[action->kind], action->argument, false };
        char reason[700];
        int r;

        r = ride_command(performer->parts.ride, &order, reason, sizeof(reason));
        if (r < 0)
                log_notice("'%s' was refused: %s", action_name(action->kind), reason);
        return r < 0;
}

/* Of a guest that is silent there is no volume. */
static int explain_silence(int r, const struct action *action) {
        if (r != -ENOENT && r != -EAGAIN)
                return r;
        log_notice("'%s' has no effect: the guest makes no sound; see 'pillion audio --once'",
                   action_name(action->kind));
        return 1;
}

static int change_volume(struct performer *performer, const struct action *action) {
        return explain_silence(sound_change_volume(performer->parts.sound, action->percent), action);
}

static int toggle_volume(struct performer *performer, const struct action *action) {
        return explain_silence(sound_toggle_mute(performer->parts.sound), action);
}

const struct deed deeds[] = {
        [ACT_TOGGLE] = { do_toggle },
        [ACT_TO_HOST] = { do_to_host },
        [ACT_TO_GUEST] = { do_to_guest },
        [ACT_PANIC] = { do_panic },
        [ACT_HOST_KEY] = { host_key_down, host_key_up },
        [ACT_TYPE] = { do_type },
        [ACT_MIC_PUSH_TO_TALK] = { microphone_down, microphone_up, NEEDS_CONTROL },
        [ACT_MIC_PUSH_TO_MUTE] = { microphone_down, microphone_up, NEEDS_CONTROL },
        [ACT_MIC_TOGGLE] = { set_microphone, NULL, NEEDS_MICROPHONES },
        [ACT_MIC_MUTE] = { set_microphone, NULL, NEEDS_MICROPHONES },
        [ACT_MIC_UNMUTE] = { set_microphone, NULL, NEEDS_MICROPHONES },
        [ACT_MUMBLE_PUSH_TO_TALK] = { talk, fall_silent, NEEDS_TALKING },
        [ACT_MUMBLE_MUTE] = { ask_mumble, NULL, NEEDS_MUMBLE },
        [ACT_MUMBLE_UNMUTE] = { ask_mumble, NULL, NEEDS_MUMBLE },
        [ACT_MUMBLE_TOGGLE_MUTE] = { ask_mumble, NULL, NEEDS_MUMBLE },
        [ACT_MUMBLE_DEAFEN] = { ask_mumble, NULL, NEEDS_MUMBLE },
        [ACT_MUMBLE_UNDEAFEN] = { ask_mumble, NULL, NEEDS_MUMBLE },
        [ACT_MUMBLE_TOGGLE_DEAFEN] = { ask_mumble, NULL, NEEDS_MUMBLE },
        [ACT_GUEST_START] = { command_guest },
        [ACT_GUEST_STOP] = { command_guest },
        [ACT_GUEST_PAUSE] = { command_guest },
        [ACT_GUEST_RESUME] = { command_guest },
        [ACT_VOLUME_CHANGE] = { change_volume },
        [ACT_VOLUME_MUTE] = { toggle_volume },
};
