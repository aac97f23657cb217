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
        int32_t asked; /* the device whose mute was asked for, and not heard of since; -1: none */
        bool asked_mute;
        struct card_route routes[ROUTES_MAX], told[ROUTES_MAX];
        unsigned n_routes, n_told;
        uint32_t flags; /* of the routes, as they were last announced; they differ when the routes do */
};

/* What is told until the answer are all active routes. */
static void ask(struct card *card) {
        pw_device_enum_params((struct pw_device *)card->proxy, 0, SPA_PARAM_Route, 0, UINT32_MAX, NULL);
        pw_proxy_sync(card->proxy, 0);
}

static void on_info(void *userdata, const struct pw_device_info *info) {
        struct card *card = userdata;

        for (uint32_t i = 0; info->change_mask & PW_DEVICE_CHANGE_MASK_PARAMS && i < info->n_params; i++) {
                if (info->params[i].id != SPA_PARAM_Route || info->params[i].flags == card->flags)
                        continue;
                card->flags = info->params[i].flags;
                ask(card);
        }
}

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

static void on_param(void *userdata, int seq, uint32_t id, uint32_t index, uint32_t next,
                     const struct spa_pod *param) {
        struct card *card = userdata;
        struct card_route route;

        if (id == SPA_PARAM_Route && param && card->n_told < ROUTES_MAX && parse_route(param, &route))
                card->told[card->n_told++] = route;
}

static const struct pw_device_events device_events = {
        PW_VERSION_DEVICE_EVENTS,
        .info = on_info,
        .param = on_param,
};

static void on_done(void *userdata, int seq) {
        struct card *card = userdata;

        card->ready = true;
        memcpy(card->routes, card->told, card->n_told * sizeof(*card->told));
        card->n_routes = card->n_told;
        card->n_told = 0;
        for (unsigned i = 0; i < card->n_routes; i++)
                if (card->routes[i].device == card->asked && card->routes[i].muted == card->asked_mute)
                        card->asked = -1;
        card->callbacks.on_change(card->callbacks.userdata);
}

static const struct pw_proxy_events proxy_events = {
        PW_VERSION_PROXY_EVENTS,
        .done = on_done,
};

int card_new(struct card **ret, struct pw_registry *registry, uint32_t id,
             const struct card_callbacks *callbacks) {
        _cleanup_(card_freep) struct card *card = calloc(1, sizeof(*card));

        if (!card)
                return -ENOMEM;
        card->callbacks = *callbacks;
        card->id = id;
        card->asked = -1;
        card->proxy = pw_registry_bind(registry, id, PW_TYPE_INTERFACE_Device, PW_VERSION_DEVICE, 0);
        if (!card->proxy)
                return -errno;
        pw_proxy_add_listener(card->proxy, &card->proxy_listener, &proxy_events, card);
        pw_device_add_listener((struct pw_device *)card->proxy, &card->device_listener, &device_events, card);
        ask(card);
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
        route->muted = card->asked_mute = mute;
        card->asked = device;
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

bool card_heard(const struct card *card) {
        return card->asked < 0;
}
