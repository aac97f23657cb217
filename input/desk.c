/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "input/desk.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "input/selector.h"

#define ROUTES (ROUTE_GUEST + 1)

struct desk {
        struct selector *lists[ROUTES]; /* NULL for ROUTE_NONE, and all before the first configuration */
        struct discovered **nodes;
        size_t n;
};

static const char *const options[ROUTES] = { "", "devices", "host-devices", "guest-devices" };
static const enum route order[] = { ROUTE_GUEST, ROUTE_HOST, ROUTE_FOLLOW };

#define for_each_route(route)                                                                                \
        for (const enum route *route = order; route < order + sizeof(order) / sizeof(*order); route++)

/* --- which side --- */

static enum selection select_in(const struct desk *desk, enum route route, const struct discovered *node) {
        return desk->lists[route] ? selector_select(desk->lists[route], node) : SELECTION_NONE;
}

/* By the lists alone. */
static struct verdict judge_alone(const struct desk *desk, const struct discovered *node) {
        for_each_route(route) {
                enum selection selection = select_in(desk, *route, node);

                if (selection == SELECTION_KIND || selection == SELECTION_NAMED)
                        return (struct verdict){ *route, selection == SELECTION_NAMED };
        }
        return (struct verdict){ ROUTE_NONE, false };
}

/* Where the receiver goes that NODE is a part of. */
static enum route route_of_receiver(const struct desk *desk, const struct discovered *node) {
        enum route by_mouse = ROUTE_NONE;

        for (size_t i = 0; i < desk->n; i++) {
                const struct discovered *other = desk->nodes[i];
                enum route route;

                if (!(other->keyboard || other->mouse) || !discovered_same_receiver(node, other))
                        continue;
                route = judge_alone(desk, other).route;
                if (route != ROUTE_NONE && other->keyboard)
                        return route;
                if (route != ROUTE_NONE)
                        by_mouse = route;
        }
        return by_mouse;
}

struct verdict desk_judge(const struct desk *desk, const struct discovered *node) {
        struct verdict verdict = judge_alone(desk, node);
        enum route route;

        if (verdict.route != ROUTE_NONE || node->positions || !(node->keys || node->motion))
                return verdict;
        route = route_of_receiver(desk, node);
        if (route != ROUTE_NONE && select_in(desk, route, node) != SELECTION_EXCLUDED)
                verdict.route = route;
        return verdict;
}

/* --- nodes --- */

static struct discovered **find(const struct desk *desk, const char *path) {
        for (size_t i = 0; i < desk->n; i++)
                if (strcmp(desk->nodes[i]->path, path) == 0)
                        return &desk->nodes[i];
        return NULL;
}

int desk_put(struct desk *desk, const struct discovered *node) {
        struct discovered **place = find(desk, node->path), **grown, *copy;
        int r;

        r = discovered_copy(&copy, node);
        if (r < 0)
                return r;
        if (place) {
                discovered_free(*place);
                *place = copy;
                return 0;
        }
        grown = realloc(desk->nodes, (desk->n + 1) * sizeof(struct discovered *));
        if (!grown) {
                discovered_free(copy);
                return -ENOMEM;
        }
        desk->nodes = grown;
        desk->nodes[desk->n++] = copy;
        return 0;
}

struct discovered *desk_take(struct desk *desk, const char *path) {
        struct discovered **place = find(desk, path), *taken;

        if (!place)
                return NULL;
        taken = *place;
        desk->n--;
        memmove(place, place + 1, (size_t)(desk->nodes + desk->n - place) * sizeof(struct discovered *));
        return taken;
}

const struct discovered *desk_next(const struct desk *desk, const struct discovered *node) {
        size_t next = node ? (size_t)(find(desk, node->path) - desk->nodes) + 1 : 0;

        return next < desk->n ? desk->nodes[next] : NULL;
}

/* --- what is missing --- */

static bool has_unmet(const struct desk *desk, char *buf, size_t size) {
        for_each_route(route) {
                const char *term = selector_unmet(desk->lists[*route], desk->nodes, desk->n);

                if (!term)
                        continue;
                snprintf(
                        buf, size,
                        "There is no '%s', which [input] %s= names: plug it in, or correct the configuration",
                        term, options[*route]);
                return true;
        }
        return false;
}

static bool has_all_mice(const struct desk *desk) {
        for_each_route(route) if (selector_has_all_mice(desk->lists[*route])) return true;
        return false;
}

bool desk_lacks(const struct desk *desk, unsigned keyboards, unsigned mice, char *buf, size_t size) {
        if (!desk->lists[ROUTE_FOLLOW] || has_unmet(desk, buf, size))
                return desk->lists[ROUTE_FOLLOW] != NULL;
        if (keyboards == 0)
                snprintf(buf, size, "There is no keyboard%s: plug one in",
                         selector_has_all_keyboards(desk->lists[ROUTE_FOLLOW])
                                 ? ""
                                 : " among those that [input] devices= names");
        else if (mice == 0 && has_all_mice(desk))
                snprintf(buf, size, "There is no mouse: plug one in");
        else
                return false;
        return true;
}

/* --- life --- */

static void free_lists(struct selector *lists[ROUTES]) {
        for (size_t i = 0; i < ROUTES; i++)
                lists[i] = selector_free(lists[i]);
}

int desk_configure(struct desk *desk, const struct desk_lists *lists) {
        const char *texts[ROUTES] = {
                [ROUTE_FOLLOW] = lists->follow,
                [ROUTE_HOST] = lists->host,
                [ROUTE_GUEST] = lists->guest,
        };
        struct selector *fresh[ROUTES] = { 0 };
        char why[200];
        int r;

        for_each_route(route) {
                r = selector_new(&fresh[*route], texts[*route] ? texts[*route] : "", why, sizeof(why));
                if (r < 0) {
                        free_lists(fresh);
                        return r;
                }
        }
        free_lists(desk->lists);
        memcpy(desk->lists, fresh, sizeof(fresh));
        return 0;
}

int desk_new(struct desk **ret) {
        struct desk *desk = calloc(1, sizeof(*desk));

        if (!desk)
                return -ENOMEM;
        *ret = desk;
        return 0;
}

struct desk *desk_free(struct desk *desk) {
        if (!desk)
                return NULL;
        for (size_t i = 0; i < desk->n; i++)
                discovered_free(desk->nodes[i]);
        free(desk->nodes);
        free_lists(desk->lists);
        free(desk);
        return NULL;
}
