/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "audio/capture.h"

#include <errno.h>

#include <spa/param/props.h>
#include <spa/pod/builder.h>
#include <spa/pod/parser.h>
#include <spa/utils/string.h>

struct capture {
        struct capture_callbacks callbacks;
        uint32_t id;
        char *name;
        struct pw_proxy *proxy;
        struct spa_hook proxy_listener, node_listener;
        bool ready;
        bool muted;       /* as it was asked to be, or was told since */
        bool told, heard; /* what was told while answers were due, if anything */
        unsigned asked;   /* answers that are due */
        uint32_t card;
        int32_t card_device;
};

static void changed(struct capture *capture) {
        if (capture->ready)
                capture->callbacks.on_change(capture->callbacks.userdata);
}

static void on_info(void *userdata, const struct pw_node_info *info) {
        struct capture *capture = userdata;
        const char *card, *device;
        uint32_t id, number;

        if (!(info->change_mask & PW_NODE_CHANGE_MASK_PROPS) || !info->props)
                return;
        card = spa_dict_lookup(info->props, PW_KEY_DEVICE_ID);
        device = spa_dict_lookup(info->props, "card.profile.device");
        if (!spa_atou32(card, &id, 10) || !spa_atou32(device, &number, 10)) {
                id = SPA_ID_INVALID;
                number = UINT32_MAX;
        }
        if (capture->card == id && capture->card_device == (int32_t)number)
                return;
        capture->card = id;
        capture->card_device = (int32_t)number;
        changed(capture);
}

/* What is told before the last of our requests was dealt with may be older than that. */
static void adopt(struct capture *capture) {
        if (capture->asked > 0 || !capture->heard)
                return;
        capture->heard = false;
        if (capture->muted == capture->told)
                return;
        capture->muted = capture->told;
        changed(capture);
}

static void ask(struct capture *capture) {
        capture->asked++;
        pw_proxy_sync(capture->proxy, 0);
}

/* A node may have several sets of properties; one of them is the mixer's. */
static void on_param(void *userdata, int seq, uint32_t id, uint32_t index, uint32_t next,
                     const struct spa_pod *param) {
        struct capture *capture = userdata;
        const struct spa_pod_prop *mute;
        bool muted;

        if (id != SPA_PARAM_Props || !param || !spa_pod_is_object(param))
                return;
        mute = spa_pod_find_prop(param, NULL, SPA_PROP_mute);
        if (!mute || spa_pod_get_bool(&mute->value, &muted) < 0)
                return;
        capture->told = muted;
        capture->heard = true;
        adopt(capture);
}

static const struct pw_node_events node_events = {
        PW_VERSION_NODE_EVENTS,
        .info = on_info,
        .param = on_param,
};

static void on_done(void *userdata, int seq) {
        struct capture *capture = userdata;

        capture->asked--;
        adopt(capture);
        if (capture->ready)
                return;
        capture->ready = true;
        changed(capture);
}

static const struct pw_proxy_events proxy_events = {
        PW_VERSION_PROXY_EVENTS,
        .done = on_done,
};

int capture_new(struct capture **ret, struct pw_registry *registry, uint32_t id, const char *name,
                const struct capture_callbacks *callbacks) {
        _cleanup_(capture_freep) struct capture *capture = calloc(1, sizeof(*capture));
        uint32_t params[] = { SPA_PARAM_Props };
        int r;

        if (!capture)
                return -ENOMEM;
        capture->callbacks = *callbacks;
        capture->id = id;
        capture->card = SPA_ID_INVALID;
        capture->card_device = -1;
        r = replace_string(&capture->name, name);
        if (r < 0)
                return r;
        capture->proxy = pw_registry_bind(registry, id, PW_TYPE_INTERFACE_Node, PW_VERSION_NODE, 0);
        if (!capture->proxy)
                return -errno;
        pw_proxy_add_listener(capture->proxy, &capture->proxy_listener, &proxy_events, capture);
        pw_node_add_listener((struct pw_node *)capture->proxy, &capture->node_listener, &node_events,
                             capture);
        pw_node_subscribe_params((struct pw_node *)capture->proxy, params, SPA_N_ELEMENTS(params));
        ask(capture);
        *ret = steal_ptr(capture);
        return 0;
}

struct capture *capture_free(struct capture *capture) {
        if (!capture)
                return NULL;
        if (capture->proxy) {
                spa_hook_remove(&capture->node_listener);
                spa_hook_remove(&capture->proxy_listener);
                pw_proxy_destroy(capture->proxy);
        }
        free(capture->name);
        free(capture);
        return NULL;
}

uint32_t capture_id(const struct capture *capture) {
        return capture->id;
}

const char *capture_name(const struct capture *capture) {
        return capture->name;
}

bool capture_is_ready(const struct capture *capture) {
        return capture->ready;
}

uint32_t capture_card(const struct capture *capture) {
        return capture->card;
}

int32_t capture_card_device(const struct capture *capture) {
        return capture->card_device;
}

bool capture_is_muted(const struct capture *capture) {
        return capture->muted;
}

void capture_mute(struct capture *capture, bool mute) {
        uint8_t storage[128];
        struct spa_pod_builder builder = SPA_POD_BUILDER_INIT(storage, sizeof(storage));
        struct spa_pod *param = spa_pod_builder_add_object(&builder, SPA_TYPE_OBJECT_Props, SPA_PARAM_Props,
                                                           SPA_PROP_mute, SPA_POD_Bool(mute));

        capture->muted = mute;
        pw_node_set_param((struct pw_node *)capture->proxy, SPA_PARAM_Props, 0, param);
        ask(capture);
}

bool capture_heard(const struct capture *capture) {
        return capture->asked == 0;
}
