/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What each way through the supervisor's states is called. */
#include "core/ride/message.h"

#include "tests/test.h"

static void test_coming(void) {
        CHECK_EQ(ride_message(STATE_STARTING, STATE_GUEST), MESSAGE_GUEST_STARTED);
        CHECK_EQ(ride_message(STATE_HOST, STATE_GUEST), MESSAGE_GUEST_STARTED);
        CHECK_EQ(ride_message(STATE_FAILED, STATE_PAUSED), MESSAGE_GUEST_STARTED);
        CHECK_EQ(ride_message(STATE_PREFLIGHT, STATE_FAILED), MESSAGE_START_FAILED);
        CHECK_EQ(ride_message(STATE_STARTING, STATE_FAILED), MESSAGE_START_FAILED);
        CHECK_EQ(ride_message(STATE_LENDING, STATE_FAILED), MESSAGE_START_FAILED);
        CHECK_EQ(ride_message(STATE_UNDOING, STATE_FAILED), MESSAGE_START_FAILED);
        CHECK_EQ(ride_message(STATE_LENDING, STATE_STARTING), MESSAGE_NONE);
        CHECK_EQ(ride_message(STATE_STARTING, STATE_UNDOING), MESSAGE_NONE);
        CHECK_EQ(ride_message(STATE_HOST, STATE_PREFLIGHT), MESSAGE_NONE);
        CHECK_EQ(ride_message(STATE_PREFLIGHT, STATE_STARTING), MESSAGE_NONE);
}

/* A guest that stands still is not gone, and one that goes on has not started. */
static void test_staying(void) {
        static const enum supervisor_state ways[][2] = {
                { STATE_GUEST, STATE_PAUSING },    { STATE_PAUSING, STATE_PAUSED },
                { STATE_PAUSED, STATE_RESUMING },  { STATE_RESUMING, STATE_GUEST },
                { STATE_RESUMING, STATE_PAUSED },  { STATE_PAUSING, STATE_GUEST },
                { STATE_GUEST, STATE_PAUSED },     { STATE_PAUSED, STATE_GUEST },
                { STATE_GUEST, STATE_GUEST },      { STATE_PAUSED, STATE_STOPPING },
                { STATE_PAUSING, STATE_STOPPING },
        };

        for (size_t i = 0; i < sizeof(ways) / sizeof(*ways); i++)
                CHECK_EQ(ride_message(ways[i][0], ways[i][1]), MESSAGE_NONE);
        CHECK_EQ(ride_message(STATE_GUEST, STATE_RESTARTING), MESSAGE_NONE);
        CHECK_EQ(ride_message(STATE_STOPPING, STATE_GUEST), MESSAGE_GUEST_STAYS);
        CHECK_EQ(ride_message(STATE_RESTARTING, STATE_GUEST), MESSAGE_GUEST_STAYS);
}

static void test_going(void) {
        static const enum supervisor_state from[] = { STATE_GUEST,    STATE_PAUSED,   STATE_PAUSING,
                                                      STATE_RESUMING, STATE_STOPPING, STATE_RESTARTING };

        for (size_t i = 0; i < sizeof(from) / sizeof(*from); i++)
                CHECK_EQ(ride_message(from[i], STATE_RETURNING), MESSAGE_GUEST_GONE);
        CHECK_EQ(ride_message(STATE_GUEST, STATE_HOST), MESSAGE_GUEST_GONE);
        CHECK_EQ(ride_message(STATE_RESTARTING, STATE_PREFLIGHT), MESSAGE_GUEST_GONE);
        CHECK_EQ(ride_message(STATE_RETURNING, STATE_HOST), MESSAGE_NONE);
        CHECK_EQ(ride_message(STATE_RETURNING, STATE_STRANDED), MESSAGE_RETURN_FAILED);
        CHECK_EQ(ride_message(STATE_GUEST, STATE_STOPPING), MESSAGE_NONE);
        CHECK_EQ(ride_message(STATE_PREFLIGHT, STATE_HOST), MESSAGE_NONE);
        CHECK_EQ(ride_message(STATE_FAILED, STATE_HOST), MESSAGE_NONE);
        CHECK_EQ(ride_message(STATE_STRANDED, STATE_HOST), MESSAGE_NONE);
        CHECK_EQ(ride_message(STATE_STRANDED, STATE_RETURNING), MESSAGE_NONE);
}

int main(void) {
        test_coming();
        test_staying();
        test_going();
        return 0;
}
