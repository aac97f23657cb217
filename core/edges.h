/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/*
 * core/edges: the presses and releases of one hotkey that wait for what they start, as programs may be slower
 * than fingers. Pure.
 *
 * What comes out begins with a press and alternates. A press that came out is always followed by its release,
 * once there was one. Of all the pairs behind it only the last waits; those before it are forgotten.
 */
#include <stdbool.h>

struct edges {               /* all false: nothing waits */
        bool owed;           /* a press came out, its release has not */
        bool due;            /* that release has happened */
        bool again;          /* a press waits behind */
        bool again_released; /* and its release behind that */
};

enum edge {
        EDGE_NONE,
        EDGE_PRESS,
        EDGE_RELEASE,
};

/* A second press or release in a row is none. */
void edges_press(struct edges *edges);
void edges_release(struct edges *edges);

/* What is to be started now that nothing runs. */
enum edge edges_next(struct edges *edges);
