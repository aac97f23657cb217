/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/ride-message.h"

/* Whether there is a guest, running or not, whatever is being done about it. */
static bool exists(enum supervisor_state state) {
        return supervisor_has_guest(state) || state == STATE_PAUSING || state == STATE_RESUMING ||
               state == STATE_STOPPING;
}

enum message ride_message(enum supervisor_state before, enum supervisor_state now) {
        if (now == before)
                return MESSAGE_NONE;
        if (now == STATE_FAILED)
                return MESSAGE_START_FAILED;
        if (before == STATE_STOPPING && now == STATE_GUEST)
                return MESSAGE_GUEST_STAYS;
        if (exists(before) == exists(now))
                return MESSAGE_NONE;
        return exists(now) ? MESSAGE_GUEST_STARTED : MESSAGE_GUEST_GONE;
}
