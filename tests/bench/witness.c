/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tests/bench/witness.h"

#include <pipewire/impl.h>
#include <pipewire/pipewire.h>
#include <spa/param/profiler.h>
#include <spa/pod/parser.h>
/* Takes the others for granted. */
#include <pipewire/extensions/profiler.h>

#include "tests/test.h"

#define MAX_SEEN (1u << 16)
#define FINISHED 3 /* PW_NODE_ACTIVATION_FINISHED; it is in no public header */

/* A cycle that went wrong, by the graph's clock. */
struct seen {
        int64_t nsec, length;
};

struct witness {
        struct pw_thread_loop *loop;
        struct pw_context *context;
        struct pw_core *core;
        struct pw_registry *registry;
        struct pw_proxy *profiler;
        struct spa_hook registry_listener, profiler_listener;
        /* Under the loop's lock. */
        struct seen seen[MAX_SEEN];
        size_t n_seen;
};

/* False if the node got its turn in time, or is to blame itself. */
static bool was_late(const struct spa_pod *pod, int64_t length) {
        int64_t before, signal, awake, finish;
        const char *name;
        int32_t id, status;

        if (spa_pod_parse_struct(pod, SPA_POD_Int(&id), SPA_POD_String(&name), SPA_POD_Long(&before),
                                 SPA_POD_Long(&signal), SPA_POD_Long(&awake), SPA_POD_Long(&finish),
                                 SPA_POD_Int(&status)) < 0)
                return false;
        if (status != FINISHED)
                return awake < signal;
        return awake - signal > length / 2;
}

static void on_cycle(struct witness *witness, struct spa_pod_object *object) {
        struct seen cycle = { 0 };
        struct spa_pod_prop *prop;
        struct spa_fraction rate;
        bool late = false;
        int32_t flags, id;
        const char *name;
        int64_t position, duration;

        SPA_POD_OBJECT_FOREACH(object, prop) {
                if (prop->key == SPA_PROFILER_clock &&
                    spa_pod_parse_struct(&prop->value, SPA_POD_Int(&flags), SPA_POD_Int(&id),
                                         SPA_POD_String(&name), SPA_POD_Long(&cycle.nsec),
                                         SPA_POD_Fraction(&rate), SPA_POD_Long(&position),
                                         SPA_POD_Long(&duration)) >= 0 &&
                    rate.denom > 0)
                        cycle.length = duration * 1000000000 / rate.denom;
                if (prop->key == SPA_PROFILER_followerBlock)
                        late |= was_late(&prop->value, cycle.length);
        }
        if (late && witness->n_seen < MAX_SEEN)
                witness->seen[witness->n_seen++] = cycle;
}

static void on_profile(void *userdata, const struct spa_pod *pod) {
        struct spa_pod *object;

        SPA_POD_STRUCT_FOREACH(pod, object)
        if (spa_pod_is_object_type(object, SPA_TYPE_OBJECT_Profiler))
                on_cycle(userdata, (struct spa_pod_object *)object);
}

static const struct pw_profiler_events profiler_events = {
        PW_VERSION_PROFILER_EVENTS,
        .profile = on_profile,
};

static void on_global(void *userdata, uint32_t id, uint32_t permissions, const char *type, uint32_t version,
                      const struct spa_dict *properties) {
        struct witness *witness = userdata;

        if (strcmp(type, PW_TYPE_INTERFACE_Profiler) != 0 || witness->profiler)
                return;
        witness->profiler = pw_registry_bind(witness->registry, id, type, PW_VERSION_PROFILER, 0);
        CHECK(witness->profiler);
        pw_proxy_add_object_listener(witness->profiler, &witness->profiler_listener, &profiler_events,
                                     witness);
}

static const struct pw_registry_events registry_events = {
        PW_VERSION_REGISTRY_EVENTS,
        .global = on_global,
};

struct witness *witness_new(void) {
        struct witness *witness = calloc(1, sizeof(*witness));

        CHECK(witness);
        pw_init(NULL, NULL);
        witness->loop = pw_thread_loop_new("witness", NULL);
        CHECK(witness->loop);
        witness->context = pw_context_new(pw_thread_loop_get_loop(witness->loop), NULL, 0);
        CHECK(witness->context);
        CHECK(pw_context_load_module(witness->context, PW_EXTENSION_MODULE_PROFILER, NULL, NULL));
        witness->core = pw_context_connect(witness->context, NULL, 0);
        CHECK(witness->core);
        witness->registry = pw_core_get_registry(witness->core, PW_VERSION_REGISTRY, 0);
        CHECK(witness->registry);
        pw_registry_add_listener(witness->registry, &witness->registry_listener, &registry_events, witness);
        CHECK_EQ(pw_thread_loop_start(witness->loop), 0);
        return witness;
}

struct witness *witness_free(struct witness *witness) {
        if (!witness)
                return NULL;
        pw_thread_loop_stop(witness->loop);
        if (witness->profiler)
                pw_proxy_destroy(witness->profiler);
        pw_proxy_destroy((struct pw_proxy *)witness->registry);
        pw_core_disconnect(witness->core);
        pw_context_destroy(witness->context);
        pw_thread_loop_destroy(witness->loop);
        pw_deinit();
        free(witness);
        return NULL;
}

unsigned witness_mark(struct witness *witness, struct recording *recording) {
        int64_t begin = recording_nsec(recording, 0), end = recording_nsec(recording, recording->frames);
        unsigned n = 0;

        pw_thread_loop_lock(witness->loop);
        for (size_t i = 0; i < witness->n_seen; i++) {
                const struct seen *seen = witness->seen + i;

                if (seen->nsec + seen->length <= begin || seen->nsec >= end)
                        continue;
                recording_mark(recording, recording_frame(recording, seen->nsec),
                               recording_frame(recording, seen->nsec + seen->length));
                n++;
        }
        pw_thread_loop_unlock(witness->loop);
        return n;
}
