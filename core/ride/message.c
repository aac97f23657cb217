/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/ride/message.h"

/* Whether there is a guest, running or not, whatever is being done about it. */
static bool exists(enum supervisor_state state) {
        switch (state) {
        case STATE_GUEST:
        case STATE_PAUSED:
        case STATE_PAUSING:
        case STATE_RESUMING:
        case STATE_STOPPING:
        case STATE_RESTARTING:
                return true;
        case STATE_HOST:
        case STATE_PREFLIGHT:
        case STATE_LENDING:
        case STATE_STARTING:
        case STATE_RETURNING:
        case STATE_UNDOING:
        case STATE_STRANDED:
        case STATE_FAILED:
        case N_STATES:
                break;
        }
        return false;
}

/* Pausing and resuming are nothing that anybody would look for. */
enum message ride_message(enum supervisor_state before, enum supervisor_state now) {
        if (now == before)
                return MESSAGE_NONE;
        if (now == STATE_FAILED)
                return MESSAGE_START_FAILED;
        if (now == STATE_STRANDED)
                return MESSAGE_RETURN_FAILED;
        if ((before == STATE_STOPPING || before == STATE_RESTARTING) && now == STATE_GUEST)
                return MESSAGE_GUEST_STAYS;
        if (exists(before) == exists(now))
                return MESSAGE_NONE;
        return exists(now) ? MESSAGE_GUEST_STARTED : MESSAGE_GUEST_GONE;
}
