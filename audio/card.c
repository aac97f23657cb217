/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "audio/card.h"

#include <errno.h>

#include <spa/param/props.h>
#include <spa/param/route.h>
#include <spa/pod/builder.h>
#include <spa/pod/parser.h>

#define ROUTES_MAX 16

struct card {
        struct card_callbacks callbacks;
        uint32_t id;
        struct pw_proxy *proxy;
        struct spa_hook proxy_listener, device_listener;
        bool ready;
        struct card_route routes[ROUTES_MAX], told[ROUTES_MAX];
        unsigned n_routes, n_told;
        uint32_t last; /* index of the last route that was told */
};

static bool parse_route(const struct spa_pod *param, struct card_route *ret) {
        const struct spa_pod *props = NULL;
        const struct spa_pod_prop *mute;

        if (spa_pod_parse_object(param, SPA_TYPE_OBJECT_ParamRoute, NULL, SPA_PARAM_ROUTE_index,
                                 SPA_POD_Int(&ret->index), SPA_PARAM_ROUTE_device, SPA_POD_Int(&ret->device),
                                 SPA_PARAM_ROUTE_props, SPA_POD_OPT_Pod(&props)) < 0)
                return false;
        mute = props && spa_pod_is_object(props) ? spa_pod_find_prop(props, NULL, SPA_PROP_mute) : NULL;
        return mute && spa_pod_get_bool(&mute->value, &ret->muted) >= 0;
}

/*
 * Whenever one has changed all are told again, by rising index, and nobody says which is the last: but it
 * comes before the answer to what we ask during the first.
 */
static void on_param(void *userdata, int seq, uint32_t id, uint32_t index, uint32_t next,
                     const struct spa_pod *param) {
        struct card *card = userdata;
        struct card_route route;

        if (id != SPA_PARAM_Route || !param)
                return;
        if (index <= card->last) {
                card->n_told = 0;
                pw_proxy_sync(card->proxy, 0);
        }
        card->last = index;
        if (card->n_told < ROUTES_MAX && parse_route(param, &route))
                card->told[card->n_told++] = route;
}

static const struct pw_device_events device_events = {
        PW_VERSION_DEVICE_EVENTS,
        .param = on_param,
};

static void on_done(void *userdata, int seq) {
        struct card *card = userdata;

        card->ready = true;
        memcpy(card->routes, card->told, card->n_told * sizeof(*card->told));
        card->n_routes = card->n_told;
        card->callbacks.on_change(card->callbacks.userdata);
}

static const struct pw_proxy_events proxy_events = {
        PW_VERSION_PROXY_EVENTS,
        .done = on_done,
};

int card_new(struct card **ret, struct pw_registry *registry, uint32_t id,
             const struct card_callbacks *callbacks) {
        _cleanup_(card_freep) struct card *card = calloc(1, sizeof(*card));
        uint32_t params[] = { SPA_PARAM_Route };

        if (!card)
                return -ENOMEM;
        card->callbacks = *callbacks;
        card->id = id;
        card->last = UINT32_MAX;
        card->proxy = pw_registry_bind(registry, id, PW_TYPE_INTERFACE_Device, PW_VERSION_DEVICE, 0);
        if (!card->proxy)
                return -errno;
        pw_proxy_add_listener(card->proxy, &card->proxy_listener, &proxy_events, card);
        pw_device_add_listener((struct pw_device *)card->proxy, &card->device_listener, &device_events, card);
        pw_device_subscribe_params((struct pw_device *)card->proxy, params, SPA_N_ELEMENTS(params));
        pw_proxy_sync(card->proxy, 0);
        *ret = steal_ptr(card);
        return 0;
}

struct card *card_free(struct card *card) {
        if (!card)
                return NULL;
        if (card->proxy) {
                spa_hook_remove(&card->device_listener);
                spa_hook_remove(&card->proxy_listener);
                pw_proxy_destroy(card->proxy);
        }
        free(card);
        return NULL;
}

uint32_t card_id(const struct card *card) {
        return card->id;
}

bool card_is_ready(const struct card *card) {
        return card->ready;
}

static struct card_route *find_route(struct card *card, int32_t device) {
        for (unsigned i = 0; i < card->n_routes; i++)
                if (card->routes[i].device == device)
                        return &card->routes[i];
        return NULL;
}

const struct card_route *card_route(struct card *card, int32_t device) {
        return find_route(card, device);
}

void card_mute(struct card *card, int32_t device, bool mute) {
        struct card_route *route = find_route(card, device);
        uint8_t storage[512];
        struct spa_pod_builder builder = SPA_POD_BUILDER_INIT(storage, sizeof(storage));
        struct spa_pod_frame frame;
        struct spa_pod *param;

        if (!route)
                return;
        route->muted = mute;
        spa_pod_builder_push_object(&builder, &frame, SPA_TYPE_OBJECT_ParamRoute, SPA_PARAM_Route);
        spa_pod_builder_add(&builder, SPA_PARAM_ROUTE_index, SPA_POD_Int(route->index),
                            SPA_PARAM_ROUTE_device, SPA_POD_Int(route->device), 0);
        spa_pod_builder_prop(&builder, SPA_PARAM_ROUTE_props, 0);
        spa_pod_builder_add_object(&builder, SPA_TYPE_OBJECT_Props, SPA_PARAM_Route, SPA_PROP_mute,
                                   SPA_POD_Bool(mute));
        spa_pod_builder_add(&builder, SPA_PARAM_ROUTE_save, SPA_POD_Bool(true), 0);
        param = spa_pod_builder_pop(&builder, &frame);
        pw_device_set_param((struct pw_device *)card->proxy, SPA_PARAM_Route, 0, param);
}
