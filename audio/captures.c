/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The registry tells of nodes, cards and the "default" metadata as they come and go; each is bound to hear
 * what it does not tell of them. With the connection all of them end; the name of the default source is kept
 * until another is told, so that PipeWire's restart does not look like a change of device.
 */
#include "audio/captures.h"

#include <errno.h>
#include <stdio.h>

#include <pipewire/extensions/metadata.h>
#include <spa/utils/json.h>
#include <spa/utils/string.h>

#include "audio/capture.h"
#include "audio/card.h"
#include "core/log.h"

#define ITEMS_MAX 64 /* cards, and sources; those beyond are not seen */

struct captures {
        struct connection *connection; /* borrowed */
        struct connection_listener connection_listener;
        struct captures_callbacks callbacks;
        struct pw_registry *registry;
        struct spa_hook registry_listener;
        struct pw_proxy *metadata;
        struct spa_hook metadata_listener;
        uint32_t metadata_id;
        unsigned manager;
        char *default_name;
        struct capture *captures[ITEMS_MAX];
        unsigned n_captures;
        struct card *cards[ITEMS_MAX];
        unsigned n_cards;
};

static void changed(void *userdata) {
        struct captures *captures = userdata;

        captures->callbacks.on_change(captures->callbacks.userdata);
}

/* The session manager writes {"name": "alsa_input.…"}. */
static bool parse_default(const char *value, char *ret, int size) {
        struct spa_json text, object;
        char key[64];

        spa_json_init(&text, value, strlen(value));
        if (spa_json_enter_object(&text, &object) <= 0)
                return false;
        while (spa_json_get_string(&object, key, sizeof(key)) > 0) {
                const char *ignored;

                if (spa_streq(key, "name"))
                        return spa_json_get_string(&object, ret, size) > 0;
                if (spa_json_next(&object, &ignored) <= 0)
                        break;
        }
        return false;
}

static int on_property(void *userdata, uint32_t subject, const char *key, const char *type,
                       const char *value) {
        struct captures *captures = userdata;
        char name[512];

        if (subject != PW_ID_CORE || !spa_streq(key, "default.audio.source") || !value ||
            !parse_default(value, name, sizeof(name)))
                return 0;
        if (captures->default_name && spa_streq(captures->default_name, name))
                return 0;
        if (replace_string(&captures->default_name, name) >= 0)
                changed(captures);
        return 0;
}

static const struct pw_metadata_events metadata_events = {
        PW_VERSION_METADATA_EVENTS,
        .property = on_property,
};

static void drop_metadata(struct captures *captures) {
        if (!captures->metadata)
                return;
        spa_hook_remove(&captures->metadata_listener);
        pw_proxy_destroy(steal_ptr(captures->metadata));
}

static void add_metadata(struct captures *captures, uint32_t id) {
        drop_metadata(captures);
        captures->metadata =
                pw_registry_bind(captures->registry, id, PW_TYPE_INTERFACE_Metadata, PW_VERSION_METADATA, 0);
        if (!captures->metadata)
                return;
        captures->metadata_id = id;
        captures->manager++;
        pw_metadata_add_listener((struct pw_metadata *)captures->metadata, &captures->metadata_listener,
                                 &metadata_events, captures);
        changed(captures);
}

static void add_capture(struct captures *captures, uint32_t id, const char *name) {
        const struct capture_callbacks callbacks = { changed, captures };
        int r;

        if (captures->n_captures == ITEMS_MAX)
                return;
        r = capture_new(&captures->captures[captures->n_captures], captures->registry, id, name, &callbacks);
        if (r < 0)
                log_errno(r, "Cannot watch PipeWire's source '%s', continuing without it: %m", name);
        else
                captures->n_captures++;
}

static void add_card(struct captures *captures, uint32_t id) {
        const struct card_callbacks callbacks = { changed, captures };
        int r;

        if (captures->n_cards == ITEMS_MAX)
                return;
        r = card_new(&captures->cards[captures->n_cards], captures->registry, id, &callbacks);
        if (r < 0)
                log_errno(r, "Cannot watch a sound card in PipeWire, continuing without it: %m");
        else
                captures->n_cards++;
}

static void on_global(void *userdata, uint32_t id, uint32_t permissions, const char *type, uint32_t version,
                      const struct spa_dict *props) {
        const char *class = props ? spa_dict_lookup(props, PW_KEY_MEDIA_CLASS) : NULL;
        const char *name = props ? spa_dict_lookup(props, PW_KEY_NODE_NAME) : NULL;
        struct captures *captures = userdata;

        if (spa_streq(type, PW_TYPE_INTERFACE_Node) && name && class &&
            (spa_streq(class, "Audio/Source") || spa_strstartswith(class, "Audio/Source/") ||
             spa_streq(class, "Audio/Duplex")))
                add_capture(captures, id, name);
        else if (spa_streq(type, PW_TYPE_INTERFACE_Device) && class && spa_streq(class, "Audio/Device"))
                add_card(captures, id);
        else if (spa_streq(type, PW_TYPE_INTERFACE_Metadata) && props &&
                 spa_streq(spa_dict_lookup(props, PW_KEY_METADATA_NAME), "default"))
                add_metadata(captures, id);
}

static void on_global_remove(void *userdata, uint32_t id) {
        struct captures *captures = userdata;

        if (captures->metadata && captures->metadata_id == id)
                drop_metadata(captures);
        for (unsigned i = 0; i < captures->n_cards; i++)
                if (card_id(captures->cards[i]) == id) {
                        card_free(captures->cards[i]);
                        captures->cards[i--] = captures->cards[--captures->n_cards];
                        changed(captures);
                }
        for (unsigned i = 0; i < captures->n_captures; i++)
                if (capture_id(captures->captures[i]) == id) {
                        capture_free(captures->captures[i]);
                        captures->captures[i--] = captures->captures[--captures->n_captures];
                        changed(captures);
                }
}

static const struct pw_registry_events registry_events = {
        PW_VERSION_REGISTRY_EVENTS,
        .global = on_global,
        .global_remove = on_global_remove,
};

static void bind_registry(struct captures *captures) {
        captures->registry =
                pw_core_get_registry(connection_core(captures->connection), PW_VERSION_REGISTRY, 0);
        if (captures->registry)
                pw_registry_add_listener(captures->registry, &captures->registry_listener, &registry_events,
                                         captures);
}

static void on_up(void *userdata) {
        bind_registry(userdata);
        changed(userdata);
}

static void drop_all(struct captures *captures) {
        drop_metadata(captures);
        while (captures->n_captures > 0)
                capture_free(captures->captures[--captures->n_captures]);
        while (captures->n_cards > 0)
                card_free(captures->cards[--captures->n_cards]);
        if (!captures->registry)
                return;
        spa_hook_remove(&captures->registry_listener);
        pw_proxy_destroy((struct pw_proxy *)steal_ptr(captures->registry));
}

static void on_down(void *userdata) {
        drop_all(userdata);
        changed(userdata);
}

int captures_new(struct captures **ret, struct connection *connection,
                 const struct captures_callbacks *callbacks) {
        _cleanup_(captures_freep) struct captures *captures = calloc(1, sizeof(*captures));

        if (!captures)
                return -ENOMEM;
        captures->connection = connection;
        captures->callbacks = *callbacks;
        captures->connection_listener = (struct connection_listener){ on_up, on_down, captures };
        connection_listen(connection, &captures->connection_listener);
        if (connection_is_up(connection))
                bind_registry(captures);
        *ret = steal_ptr(captures);
        return 0;
}

struct captures *captures_free(struct captures *captures) {
        if (!captures)
                return NULL;
        if (captures->connection)
                connection_unlisten(captures->connection, &captures->connection_listener);
        drop_all(captures);
        free(captures->default_name);
        free(captures);
        return NULL;
}

static struct card *find_card(const struct captures *captures, uint32_t id) {
        for (unsigned i = 0; i < captures->n_cards; i++)
                if (card_id(captures->cards[i]) == id)
                        return captures->cards[i];
        return NULL;
}

bool captures_get(const struct captures *captures, unsigned index, struct captures_entry *ret) {
        for (unsigned i = 0; i < captures->n_captures; i++) {
                const struct capture *capture = captures->captures[i];
                struct card *card = find_card(captures, capture_card(capture));
                const struct card_route *route = card ? card_route(card, capture_card_device(capture)) : NULL;

                if (!capture_is_ready(capture) || (card && !card_is_ready(card)) || index-- > 0)
                        continue;
                *ret = (struct captures_entry){
                        .name = capture_name(capture),
                        .id = capture_id(capture),
                        .route = route ? route->index : -1,
                        .muted = route ? route->muted : capture_is_muted(capture),
                };
                return true;
        }
        return false;
}

bool captures_find(const struct captures *captures, const char *name, struct captures_entry *ret) {
        for (unsigned i = 0; name && captures_get(captures, i, ret); i++)
                if (spa_streq(ret->name, name))
                        return true;
        return false;
}

void captures_list(const struct captures *captures, char *text, size_t size) {
        struct captures_entry entry;
        size_t done = 0;

        snprintf(text, size, "there is none at all");
        for (unsigned i = 0; done < size && captures_get(captures, i, &entry); i++)
                done += (size_t)snprintf(text + done, size - done, "%s'%s'", i > 0 ? ", " : "there is ",
                                         entry.name);
}

const char *captures_default(const struct captures *captures) {
        return captures->default_name;
}

unsigned captures_manager(const struct captures *captures) {
        return captures->manager;
}

void captures_mute(struct captures *captures, uint32_t id, bool mute) {
        for (unsigned i = 0; i < captures->n_captures; i++) {
                struct capture *capture = captures->captures[i];
                struct card *card = find_card(captures, capture_card(capture));
                const struct card_route *route = card ? card_route(card, capture_card_device(capture)) : NULL;

                if (capture_id(capture) != id)
                        continue;
                if (route)
                        card_mute(card, route->device, mute);
                else
                        capture_mute(capture, mute);
        }
}

bool captures_heard(const struct captures *captures) {
        for (unsigned i = 0; i < captures->n_captures; i++)
                if (!capture_heard(captures->captures[i]))
                        return false;
        for (unsigned i = 0; i < captures->n_cards; i++)
                if (!card_heard(captures->cards[i]))
                        return false;
        return true;
}
