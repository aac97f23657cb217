/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A piece of Xorg's configuration that must not be there while its card is lent. TARGET: its name; told:
 * persistent, and avail, the file it stands for.
 *
 * persistent=yes: /etc/X11/xorg.conf.d/NAME is a link to the file, and is taken away, durably: it has to be
 * put back even if the power goes meanwhile. persistent=no: it was adopted, is a link to
 * /run/pillion/xorg/NAME, and that is the link that is taken away: the next boot puts it back without our
 * help. Needs no bus, no daemon and nothing but a disk either way.
 *
 * State: link, what the link said; none if there was no link.
 */
#include "switcher/adopt.h"
#include "switcher/links.h"
#include "switcher/steps.h"

struct place {
        char *path; /* of the link that comes and goes */
        const char *name;
        bool persistent;
};

static void place_done(struct place *place) {
        free(place->path);
}

static int find_place(struct step_call *call, struct place *place) {
        place->name = call->step->target;
        place->persistent = words_is(&call->step->told, "persistent", "yes");
        if (!adopt_name_is_valid(place->name))
                return step_fail(call, -EINVAL,
                                 "'%s' is no name of an Xorg snippet: it has to be like 10-nvidia.conf",
                                 place->name);
        if (asprintf(&place->path, "%s%s/%s", call->root, place->persistent ? ADOPT_ETC : ADOPT_RUN,
                     place->name) < 0) {
                place->path = NULL;
                return -ENOMEM;
        }
        return 0;
}

static int fail_no_link(struct step_call *call, const struct place *place) {
        const char *avail = words_get(&call->step->told, "avail");

        return step_fail(
                call, -EEXIST,
                "%s is a file, not a link: 'mv %s %s && ln -s %s %s' makes it one, which can be taken away "
                "and put back",
                place->path, place->path, avail ? avail : "/etc/X11/xorg.conf.avail/",
                avail ? avail : "/etc/X11/xorg.conf.avail/", place->path);
}

/* *RET is NULL if there is none. */
static int look(struct step_call *call, const struct place *place, char **ret) {
        int r;

        r = link_read(ret, place->path);
        if (r == -ENOENT || r == -ENOTDIR) {
                *ret = NULL;
                return 0;
        }
        return r == -EINVAL ? fail_no_link(call, place) : r;
}

/* What would be taken away in /run is of no use if Xorg does not come by there. */
static int check_adopted(struct step_call *call, const struct place *place) {
        _cleanup_free_ char *link = NULL, *is = NULL;
        int r;

        if (asprintf(&link, "%s" ADOPT_ETC "/%s", call->root, place->name) < 0) {
                link = NULL;
                return -ENOMEM;
        }
        r = link_read(&is, link);
        if (r >= 0 && adopt_is_target(is, place->name))
                return 0;
        return step_fail(call, r < 0 ? r : -EINVAL,
                         "%s is no link to " ADOPT_RUN "/%s any more: 'pillion-switch adopt %s' makes it one",
                         link, place->name, call->profile);
}

static int observe(struct step_call *call) {
        _cleanup_(place_done) struct place place = { 0 };
        _cleanup_free_ char *is = NULL;
        int r;

        r = find_place(call, &place);
        if (r < 0)
                return r;
        r = place.persistent ? 0 : check_adopted(call, &place);
        if (r < 0)
                return r;
        r = look(call, &place, &is);
        return r < 0 || !is ? r : words_add(call->ret, "link", is);
}

/* Also when there is no link: it may be gone since a moment ago, and not yet on the disk. */
static int apply(struct step_call *call) {
        _cleanup_(place_done) struct place place = { 0 };
        _cleanup_free_ char *is = NULL;
        int r;

        r = find_place(call, &place);
        if (r < 0)
                return r;
        r = look(call, &place, &is);
        if (r < 0)
                return r;
        r = link_remove(place.path);
        return r < 0 ? step_fail(call, r, "cannot remove %s: %s", place.path, strerror(-r)) : 0;
}

/* Another link that has come meanwhile gives way; a file does not. */
static int undo(struct step_call *call) {
        const char *link = words_get(call->state, "link");
        _cleanup_(place_done) struct place place = { 0 };
        _cleanup_free_ char *is = NULL;
        int r;

        if (!link)
                return 0;
        r = find_place(call, &place);
        if (r < 0)
                return r;
        r = look(call, &place, &is);
        if (r < 0)
                return r;
        r = link_put(place.path, link);
        return r < 0 ? step_fail(call, r, "cannot make %s a link to %s: %s", place.path, link, strerror(-r))
                     : 0;
}

const struct step_type step_xorg_snippet = { 10 * 1000000u, 10 * 1000000u, observe, apply, undo };
