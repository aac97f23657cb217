/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The whole policy: that the input has come home by itself is always told, for whoever types into the guest
 * does not look at the host. What the user has just asked for is told only if wanted.
 */
#include "core/news.h"

#include <stdio.h>
#include <string.h>

#include "switcher/hypervisor.h"

static bool ask_input(const struct news *news, const struct news_view *view, struct news_item *ret) {
        bool unasked = !view->away && *view->home_reason;

        if (view->away == news->away || (!unasked && !news->options.input))
                return false;
        *ret = (struct news_item){ .urgent = false };
        if (view->away)
                snprintf(ret->summary, sizeof(ret->summary), "Keyboard and mouse are at guest %s",
                         view->guest);
        else
                snprintf(ret->summary, sizeof(ret->summary), "Keyboard and mouse are back at the host");
        if (unasked)
                snprintf(ret->body, sizeof(ret->body), "Because %s.", view->home_reason);
        return true;
}

/* Whether a state that follows another one is not what anybody wanted. */
static bool is_failure(enum supervisor_state before, enum supervisor_state now, const char *reason) {
        switch (now) {
        case STATE_STRANDED:
        case STATE_FAILED:
                return before != now;
        case STATE_GUEST:
                return before == STATE_STOPPING || before == STATE_RESTARTING || before == STATE_PAUSING;
        case STATE_PAUSED:
                return before == STATE_RESUMING;
        case STATE_HOST:
        case STATE_RETURNING:
                return (supervisor_has_guest(before) || before == STATE_PAUSING ||
                        before == STATE_RESUMING) &&
                       strcmp(reason, HYPERVISOR_SHUT_DOWN) != 0;
        case STATE_PREFLIGHT:
        case STATE_LENDING:
        case STATE_STARTING:
        case STATE_PAUSING:
        case STATE_RESUMING:
        case STATE_STOPPING:
        case STATE_RESTARTING:
        case STATE_UNDOING:
        case N_STATES:
                break;
        }
        return false;
}

static const char *what_failed(enum supervisor_state before, enum supervisor_state now) {
        if (now == STATE_HOST || now == STATE_RETURNING)
                return "is gone";
        if (now == STATE_STRANDED)
                return "is gone, but not all of its hardware is back";
        if (before == STATE_STOPPING || before == STATE_RESTARTING)
                return "has not shut down";
        if (before == STATE_PAUSING)
                return "could not be paused";
        return before == STATE_RESUMING ? "could not be resumed" : "failed";
}

static bool ask_guest(const struct news *news, const struct news_view *view, struct news_item *ret) {
        if (!news->options.failures || !*view->reason || !is_failure(news->state, view->state, view->reason))
                return false;
        *ret = (struct news_item){ .urgent = true };
        snprintf(ret->summary, sizeof(ret->summary), "Guest %s %s", view->guest,
                 what_failed(news->state, view->state));
        snprintf(ret->body, sizeof(ret->body), "%s", view->reason);
        return true;
}

bool news_ask(const struct news *news, enum news_kind kind, const struct news_view *view,
              struct news_item *ret) {
        switch (kind) {
        case NEWS_INPUT:
                return ask_input(news, view, ret);
        case NEWS_GUEST:
                return ask_guest(news, view, ret);
        case N_NEWS:
                break;
        }
        return false;
}

void news_seen(struct news *news, const struct news_view *view) {
        news->away = view->away;
        news->state = view->state;
}
