/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/edges.h"

void edges_press(struct edges *edges) {
        if (edges->owed && !edges->due)
                return;
        if (edges->again && !edges->again_released)
                return;
        edges->again = true;
        edges->again_released = false;
}

void edges_release(struct edges *edges) {
        if (edges->again)
                edges->again_released = true;
        else if (edges->owed)
                edges->due = true;
}

enum edge edges_next(struct edges *edges) {
        if (edges->owed && !edges->due)
                return EDGE_NONE;
        if (edges->owed) {
                edges->owed = edges->due = false;
                return EDGE_RELEASE;
        }
        if (!edges->again)
                return EDGE_NONE;
        edges->owed = true;
        edges->due = edges->again_released;
        edges->again = edges->again_released = false;
        return EDGE_PRESS;
}
