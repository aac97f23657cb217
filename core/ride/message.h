/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/* core/ride/message: what a change of the supervisor's state is called in the journal. Pure. */
#include "core/messages.h"
#include "core/ride/supervisor.h"

/* MESSAGE_NONE: nothing that anybody would look for by its name. */
enum message ride_message(enum supervisor_state before, enum supervisor_state now);
