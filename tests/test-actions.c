/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/actions.h"

#include <errno.h>

#include "tests/test.h"

static int is_key(const char *text) {
        return strcmp(text, "f13") == 0 || strcmp(text, "%277") == 0 ? 0 : -EINVAL;
}

static int is_chord(const char *text) {
        return strchr(text, '+') ? 0 : -EINVAL;
}

static const struct action_checks checks = { is_key, is_chord };
static char error[800];

static int parse(struct actions **ret, const char *text) {
        error[0] = '\0';
        return actions_parse(ret, text, &checks, error, sizeof(error));
}

static void test_each(void) {
        static const struct {
                const char *text;
                enum action_kind kind;
                bool lasting;
                const char *argument;
                int percent;
        } cases[] = {
                { "toggle", ACT_TOGGLE },
                { "to-host", ACT_TO_HOST },
                { "to-guest", ACT_TO_GUEST },
                { "to-guest:win10", ACT_TO_GUEST, .argument = "win10" },
                { "to-guest:a:b", ACT_TO_GUEST, .argument = "a:b" },
                { "panic", ACT_PANIC },
                { "host-key:f13", ACT_HOST_KEY, true, "f13" },
                { "host-key:%277", ACT_HOST_KEY, true, "%277" },
                { "type:leftctrl+leftalt+delete", ACT_TYPE, false, "leftctrl+leftalt+delete" },
                { "mic:push-to-talk", ACT_MIC_PUSH_TO_TALK, true },
                { "mic:push-to-talk:@DEFAULT_SOURCE@", ACT_MIC_PUSH_TO_TALK, true },
                { "mic:push-to-talk:alsa_input.usb-00.mono", ACT_MIC_PUSH_TO_TALK, true,
                  "alsa_input.usb-00.mono" },
                { "mic:push-to-mute:bluez_input.00:11:22", ACT_MIC_PUSH_TO_MUTE, true,
                  "bluez_input.00:11:22" },
                { "mic:toggle", ACT_MIC_TOGGLE },
                { "mic:mute:it", ACT_MIC_MUTE, .argument = "it" },
                { "mic:unmute", ACT_MIC_UNMUTE },
                { "mumble:push-to-talk", ACT_MUMBLE_PUSH_TO_TALK, true },
                { "mumble:mute", ACT_MUMBLE_MUTE },
                { "mumble:unmute", ACT_MUMBLE_UNMUTE },
                { "mumble:toggle-mute", ACT_MUMBLE_TOGGLE_MUTE },
                { "mumble:deafen", ACT_MUMBLE_DEAFEN },
                { "mumble:undeafen", ACT_MUMBLE_UNDEAFEN },
                { "mumble:toggle-deafen", ACT_MUMBLE_TOGGLE_DEAFEN },
                { "guest:start", ACT_GUEST_START },
                { "guest:start:win10", ACT_GUEST_START, .argument = "win10" },
                { "guest:stop", ACT_GUEST_STOP },
                { "guest:pause", ACT_GUEST_PAUSE },
                { "guest:resume", ACT_GUEST_RESUME },
                { "volume:+5%", ACT_VOLUME_CHANGE, .percent = 5 },
                { "volume:-100%", ACT_VOLUME_CHANGE, .percent = -100 },
                { "volume:mute", ACT_VOLUME_MUTE },
                { " \ttoggle\t ", ACT_TOGGLE },
        };

        for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
                _cleanup_(actions_freep) struct actions *actions = NULL;

                if (parse(&actions, cases[i].text) < 0)
                        test_fail("'%s': %s", cases[i].text, error);
                CHECK_EQ(actions->n, 1);
                CHECK_EQ(actions->list[0].kind, cases[i].kind);
                CHECK_EQ(actions->list[0].lasting, cases[i].lasting);
                CHECK_EQ(actions->list[0].percent, cases[i].percent);
                if (cases[i].argument)
                        CHECK_STR(actions->list[0].argument, cases[i].argument);
                else
                        CHECK(!actions->list[0].argument);
        }
}

static void test_lists(void) {
        _cleanup_(actions_freep) struct actions *actions = NULL;

        CHECK_EQ(parse(&actions, "mic:push-to-talk, mumble:push-to-talk,host-key:f13 , volume:+5%"), 0);
        CHECK_EQ(actions->n, 4);
        CHECK_EQ(actions->list[0].kind, ACT_MIC_PUSH_TO_TALK);
        CHECK_EQ(actions->list[1].kind, ACT_MUMBLE_PUSH_TO_TALK);
        CHECK_STR(actions->list[2].argument, "f13");
        CHECK_EQ(actions->list[3].percent, 5);
        CHECK_STR(action_name(ACT_MIC_PUSH_TO_TALK), "mic:push-to-talk");
        CHECK_STR(action_name(ACT_VOLUME_CHANGE), "volume");
}

static void test_mistakes(void) {
        static const struct {
                const char *text, *says;
        } cases[] = {
                { "", "an action is missing" },
                { "toggle,", "an action is missing" },
                { ",toggle", "an action is missing" },
                { "toggle,,panic", "an action is missing" },
                { "togle",
                  "no action 'togle'; there is toggle, to-host, to-guest[:GUEST], panic, host-key:KEY" },
                { "Toggle", "no action 'Toggle'" },
                { "toggles", "no action 'toggles'" },
                { "toggle, mic:tlak", "no action 'mic:tlak'; there is mic:push-to-talk[:SOURCE], "
                                      "mic:push-to-mute[:SOURCE], mic:toggle[:SOURCE], mic:mute[:SOURCE], "
                                      "mic:unmute[:SOURCE]" },
                { "mic", "there is mic:push-to-talk[:SOURCE]" },
                { "guest:reset", "there is guest:start[:GUEST], guest:stop, guest:pause, guest:resume" },
                { "toggle:now", "nothing may follow 'toggle', but 'now' does" },
                { "guest:stop:win10", "nothing may follow 'guest:stop'" },
                { "to-guest:", "something must follow the ':' of 'to-guest:'" },
                { "mic:mute:", "something must follow" },
                { "host-key", "must name one key, such as host-key:f13" },
                { "host-key:f13+f14", "'host-key:f13+f14' must name one key" },
                { "host-key:nokey", "'host-key:nokey' must name one key" },
                { "type:nokey", "such as type:leftctrl+leftalt+delete" },
                { "volume", "takes a change such as +5% or -5%, or 'mute'" },
                { "volume:", "takes a change" },
                { "volume:5%", "takes a change" },
                { "volume:+5", "takes a change" },
                { "volume:+%", "1 to 100 percent" },
                { "volume:+0%", "1 to 100 percent" },
                { "volume:-101%", "1 to 100 percent" },
                { "volume:+ 5%", "1 to 100 percent" },
                { "volume:mute:now", "nothing may follow 'volume:mute'" },
        };

        for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
                struct actions *actions = NULL;

                CHECK_EQ(parse(&actions, cases[i].text), -EINVAL);
                CHECK(!actions);
                if (!strstr(error, cases[i].says))
                        test_fail("'%s' gives \"%s\", not \"%s\"", cases[i].text, error, cases[i].says);
        }
}

int main(void) {
        test_each();
        test_lists();
        test_mistakes();
        return 0;
}
