/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A notification is replaced by its number, which the answer to the last one brings. What is to be shown
 * before that answer is here waits for it, the newest alone.
 */
#include "core/notify.h"

#include <errno.h>
#include <stdint.h>

#include "core/bus-text.h"

#define ANSWER_USEC 10000000u /* it may have to be started */

enum urgency {
        URGENCY_NORMAL = 1,
        URGENCY_CRITICAL = 2,
};

/* The notification of one kind. */
struct note {
        struct notify *notify; /* borrowed */
        uint32_t id;           /* 0: none yet */
        sd_bus_slot *call;     /* until it is answered */
        bool waiting;
        struct news_item item; /* what waits */
};

struct notify {
        sd_bus *bus; /* borrowed */
        struct news news;
        struct note notes[N_NEWS];
};

void notify_escape(char *buf, size_t size, const char *text) {
        size_t n = 0;

        for (; *text; text++) {
                const char plain[] = { *text, '\0' };
                const char *piece = *text == '&'   ? "&amp;"
                                    : *text == '<' ? "&lt;"
                                    : *text == '>' ? "&gt;"
                                                   : plain;

                if (n + strlen(piece) >= size)
                        break;
                strcpy(buf + n, piece);
                n += strlen(piece);
        }
        buf[n] = '\0';
}

static void show(struct note *note);

/* An error is an answer too: nobody shows notifications, or not now. */
static int on_answer(sd_bus_message *answer, void *userdata, sd_bus_error *error) {
        struct note *note = userdata;

        note->call = sd_bus_slot_unref(note->call);
        if (sd_bus_message_is_method_error(answer, NULL) || sd_bus_message_read(answer, "u", &note->id) < 0)
                note->id = 0;
        if (note->waiting)
                show(note);
        return 0;
}

static int append_call(sd_bus_message *call, const struct note *note, const char *body) {
        const uint8_t urgency = note->item.urgent ? URGENCY_CRITICAL : URGENCY_NORMAL;

        return sd_bus_message_append(call, "susssasa{sv}i", "pillion", note->id, "input-keyboard",
                                     note->item.summary, body, 0, 2, "urgency", "y", urgency, "desktop-entry",
                                     "s", "pillion", -1);
}

static int send_call(struct note *note) {
        _cleanup_(sd_bus_message_unrefp) sd_bus_message *call = NULL;
        char body[2 * sizeof(note->item.body)];
        int r;

        bus_text(note->item.summary);
        notify_escape(body, sizeof(body), bus_text(note->item.body));
        r = sd_bus_message_new_method_call(note->notify->bus, &call, "org.freedesktop.Notifications",
                                           "/org/freedesktop/Notifications", "org.freedesktop.Notifications",
                                           "Notify");
        if (r < 0)
                return r;
        r = append_call(call, note, body);
        if (r < 0)
                return r;
        return sd_bus_call_async(note->notify->bus, &note->call, call, on_answer, note, ANSWER_USEC);
}

static void show(struct note *note) {
        note->waiting = note->call != NULL;
        if (!note->waiting)
                (void)send_call(note); /* what it says is in the log and the status as well */
}

void notify_look(struct notify *notify, const struct news_view *view) {
        struct news_item item;

        for (enum news_kind kind = NEWS_INPUT; kind < N_NEWS; kind++) {
                if (!news_ask(&notify->news, kind, view, &item))
                        continue;
                notify->notes[kind].item = item;
                show(&notify->notes[kind]);
        }
        news_seen(&notify->news, view);
}

void notify_configure(struct notify *notify, const struct config *config) {
        notify->news.options = (struct news_options){
                .input = config->notify_input,
                .failures = config->notify_failures,
        };
}

int notify_new(struct notify **ret, sd_bus *bus, const struct config *config) {
        struct notify *notify = calloc(1, sizeof(*notify));

        if (!notify)
                return -ENOMEM;
        notify->bus = bus;
        for (enum news_kind kind = NEWS_INPUT; kind < N_NEWS; kind++)
                notify->notes[kind].notify = notify;
        notify_configure(notify, config);
        *ret = notify;
        return 0;
}

struct notify *notify_free(struct notify *notify) {
        if (!notify)
                return NULL;
        for (enum news_kind kind = NEWS_INPUT; kind < N_NEWS; kind++)
                notify->notes[kind].call = sd_bus_slot_unref(notify->notes[kind].call);
        free(notify);
        return NULL;
}
