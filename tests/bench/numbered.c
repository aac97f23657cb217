/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * An edge has no number of its own; it has the first that an edge of its kind can have after what came before
 * it.
 */
#include "tests/bench/numbered.h"

size_t numbered_frame(struct input_event *events, uint32_t number, bool edges) {
        const struct input_event end = { .type = EV_SYN, .code = SYN_REPORT };
        int32_t x = (int32_t)(1 + number % NUMBERED_SIDE);
        int32_t y = (int32_t)(1 + number / NUMBERED_SIDE % NUMBERED_SIDE);
        size_t n = 0;

        if (edges && number % NUMBERED_EDGE == NUMBERED_EDGE - 1) {
                bool down = number / NUMBERED_EDGE % 2 == 0;

                events[n++] = (struct input_event){ .type = EV_KEY, .code = BTN_LEFT, .value = down };
        } else {
                events[n++] = (struct input_event){ .type = EV_REL, .code = REL_X, .value = x };
                events[n++] = (struct input_event){ .type = EV_REL, .code = REL_Y, .value = -y };
        }
        events[n++] = end;
        return n;
}

size_t numbered_probe(struct input_event *events) {
        events[0] = (struct input_event){ .type = EV_REL, .code = REL_X, .value = NUMBERED_SIDE + 1 };
        events[1] = (struct input_event){ .type = EV_SYN, .code = SYN_REPORT };
        return 2;
}

static void arrive(struct numbered *numbered, const struct arrival *arrival) {
        numbered->next = arrival->number + 1;
        if (numbered->n < numbered->size)
                numbered->arrivals[numbered->n++] = *arrival;
}

static void hear_motion(struct numbered *numbered, struct arrival *arrival) {
        int32_t x = numbered->frame.x - 1, y = -numbered->frame.y - 1;
        uint32_t number, age;

        if (x < 0 || y < 0 || x >= (int32_t)NUMBERED_SIDE || y >= (int32_t)NUMBERED_SIDE) {
                numbered->strange++;
                return;
        }
        number = (uint32_t)x + (uint32_t)y * NUMBERED_SIDE;
        age = (numbered->latest % NUMBERED_SPAN + NUMBERED_SPAN - number) % NUMBERED_SPAN;
        if (age > numbered->latest || numbered->latest - age < numbered->next) {
                numbered->disorder++;
                return;
        }
        arrival->number = numbered->latest - age;
        arrive(numbered, arrival);
}

static void hear_edge(struct numbered *numbered, struct arrival *arrival) {
        bool down = numbered->frame.edge == 2;
        uint32_t number = numbered->next / NUMBERED_EDGE * NUMBERED_EDGE + NUMBERED_EDGE - 1;

        if (number / NUMBERED_EDGE % 2 != !down)
                number += NUMBERED_EDGE;
        arrival->number = number;
        arrival->edge = true;
        arrive(numbered, arrival);
}

static void hear_end(struct numbered *numbered, const struct input_event *event, int64_t read) {
        struct arrival arrival = {
                .stamp = (int64_t)event->input_event_sec * 1000000000 +
                         (int64_t)event->input_event_usec * 1000,
                .read = read,
        };

        if (numbered->frame.lost)
                return;
        if (numbered->frame.x == (int32_t)NUMBERED_SIDE + 1) {
                numbered->probes++;
                return;
        }
        numbered->x += numbered->frame.x;
        numbered->y += numbered->frame.y;
        if (numbered->frame.edge && numbered->edges && numbered->frame.x == 0 && numbered->frame.y == 0)
                hear_edge(numbered, &arrival);
        else
                hear_motion(numbered, &arrival);
}

void numbered_hear(struct numbered *numbered, const struct input_event *event, int64_t read) {
        if (event->type == EV_SYN && event->code == SYN_DROPPED) {
                numbered->drops++;
                numbered->frame.lost = true;
        } else if (event->type == EV_SYN && event->code == SYN_REPORT) {
                hear_end(numbered, event, read);
                numbered->frame.x = numbered->frame.y = numbered->frame.edge = 0;
                numbered->frame.lost = false;
        } else if (event->type == EV_REL && event->code == REL_X) {
                numbered->frame.x += event->value;
        } else if (event->type == EV_REL && event->code == REL_Y) {
                numbered->frame.y += event->value;
        } else if (event->type == EV_KEY && event->code == BTN_LEFT) {
                numbered->frame.edge = 1 + event->value;
        }
}
