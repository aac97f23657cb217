/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "audio/hold.h"

#define CORRECTIONS 8

int hold_new(struct hold **ret, const char *name, bool before) {
        _cleanup_(hold_freep) struct hold *hold = calloc(1, sizeof(*hold));
        int r;

        if (!hold)
                return -ENOMEM;
        spa_list_init(&hold->link);
        r = replace_string(&hold->name, name);
        if (r < 0)
                return r;
        hold->before = before;
        *ret = steal_ptr(hold);
        return 0;
}

struct hold *hold_free(struct hold *hold) {
        if (!hold)
                return NULL;
        spa_list_remove(&hold->link);
        free(hold->name);
        free(hold);
        return NULL;
}

enum hold_verdict hold_govern(struct hold *hold, const struct hold_switch *now, bool mute) {
        bool same = hold->governed && hold->there && hold->id == now->id && hold->route == now->route;
        bool changed = hold->said != mute;

        hold->governed = hold->there = true;
        hold->id = now->id;
        hold->route = now->route;
        hold->said = mute;
        if (!same) {
                hold->settling = true;
                hold->corrections = CORRECTIONS;
                return HOLD_SETTLE;
        }
        if (changed)
                return HOLD_SAY;
        if (!hold->settling || now->muted == mute || hold->corrections == 0)
                return HOLD_KEEP;
        hold->corrections--;
        return HOLD_SAY;
}

bool hold_let_go(struct hold *hold) {
        bool news = hold->governed || !hold->there;

        hold->governed = false;
        hold->there = true;
        return news;
}
