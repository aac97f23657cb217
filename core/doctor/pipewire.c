/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Asks PipeWire who is there: connects as a program that plays would, lists what the daemon has, and leaves.
 * Two round trips: what is there, then what the metadata say that were found in the first.
 */
#include "core/doctor/audio.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <pipewire/pipewire.h>

#include <pipewire/extensions/metadata.h> /* does not stand on its own */

struct asking {
        struct doctor_pipewire *ret;
        struct pw_main_loop *loop;
        struct pw_core *core;
        struct pw_registry *registry;
        struct pw_metadata *metadata;
        struct spa_hook core_hook, registry_hook, metadata_hook;
        int pending, rounds;
};

/* Where libpipewire looks (module-protocol-native/local-socket.c). */
static void find_socket(char *path, size_t size) {
        const char *folder = getenv("PIPEWIRE_RUNTIME_DIR"), *remote = getenv("PIPEWIRE_REMOTE");

        if (!remote || !*remote)
                remote = "pipewire-0";
        if (!folder)
                folder = getenv("XDG_RUNTIME_DIR");
        path[0] = '\0';
        if (*remote == '/')
                snprintf(path, size, "%s", remote);
        else if (folder)
                snprintf(path, size, "%s/%s", folder, remote);
}

static int try_to_connect(const char *path) {
        _cleanup_close_ int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
        struct sockaddr_un address = { .sun_family = AF_UNIX };

        if (fd < 0)
                return -errno;
        if (strlen(path) >= sizeof(address.sun_path))
                return -ENAMETOOLONG;
        memcpy(address.sun_path, path, strlen(path) + 1);
        return connect(fd, (const struct sockaddr *)&address, sizeof(address)) < 0 ? -errno : 0;
}

static void on_info(void *userdata, const struct pw_core_info *info) {
        struct asking *asking = userdata;

        snprintf(asking->ret->version, sizeof(asking->ret->version), "%s", info->version);
}

static void on_done(void *userdata, uint32_t id, int seq) {
        struct asking *asking = userdata;

        if (id != PW_ID_CORE || seq != asking->pending)
                return;
        asking->ret->answered = true;
        if (++asking->rounds == 2)
                pw_main_loop_quit(asking->loop);
        else
                asking->pending = pw_core_sync(asking->core, PW_ID_CORE, 0);
}

static void on_error(void *userdata, uint32_t id, int seq, int res, const char *message) {
        struct asking *asking = userdata;

        if (id == PW_ID_CORE)
                pw_main_loop_quit(asking->loop);
}

static const struct pw_core_events core_events = {
        PW_VERSION_CORE_EVENTS,
        .info = on_info,
        .done = on_done,
        .error = on_error,
};

/* The value is {"name":"alsa_output.pci-0000_00_1f.3.analog-stereo"}. */
static int on_property(void *userdata, uint32_t subject, const char *key, const char *type,
                       const char *value) {
        struct asking *asking = userdata;
        const char *name;

        if (subject != 0 || !key || !value || strcmp(key, "default.audio.sink") != 0)
                return 0;
        name = strstr(value, "\"name\"");
        if (name)
                (void)sscanf(name, "\"name\" : \"%127[^\"]", asking->ret->fallback);
        return 0;
}

static const struct pw_metadata_events metadata_events = {
        PW_VERSION_METADATA_EVENTS,
        .property = on_property,
};

static void on_metadata(struct asking *asking, uint32_t id, uint32_t version) {
        asking->ret->manager = true;
        if (asking->metadata)
                return;
        asking->metadata =
                pw_registry_bind(asking->registry, id, PW_TYPE_INTERFACE_Metadata, PW_VERSION_METADATA, 0);
        if (asking->metadata)
                pw_metadata_add_listener(asking->metadata, &asking->metadata_hook, &metadata_events, asking);
}

static bool has(const struct spa_dict *properties, const char *key, const char *value) {
        const char *found = properties ? spa_dict_lookup(properties, key) : NULL;

        return found && strcmp(found, value) == 0;
}

static void on_global(void *userdata, uint32_t id, uint32_t permissions, const char *type, uint32_t version,
                      const struct spa_dict *properties) {
        struct asking *asking = userdata;
        struct doctor_pipewire *ret = asking->ret;
        const char *name = properties ? spa_dict_lookup(properties, PW_KEY_NODE_NAME) : NULL;

        if (strcmp(type, PW_TYPE_INTERFACE_Metadata) == 0 && has(properties, PW_KEY_METADATA_NAME, "default"))
                on_metadata(asking, id, version);
        else if (strcmp(type, PW_TYPE_INTERFACE_Node) == 0 && name && ret->n_sinks < DOCTOR_SINKS &&
                 has(properties, PW_KEY_MEDIA_CLASS, "Audio/Sink"))
                snprintf(ret->sinks[ret->n_sinks++], sizeof(ret->sinks[0]), "%s", name);
}

static const struct pw_registry_events registry_events = {
        PW_VERSION_REGISTRY_EVENTS,
        .global = on_global,
};

static void on_time(void *userdata, uint64_t expirations) {
        struct asking *asking = userdata;

        pw_main_loop_quit(asking->loop);
}

static void ask(struct asking *asking, uint64_t wait_usec) {
        struct timespec wait = { .tv_sec = (time_t)(wait_usec / 1000000),
                                 .tv_nsec = (long)(wait_usec % 1000000 * 1000) };
        struct pw_loop *loop = pw_main_loop_get_loop(asking->loop);
        struct spa_source *timer = pw_loop_add_timer(loop, on_time, asking);

        if (!timer)
                return;
        pw_loop_update_timer(loop, timer, &wait, NULL, false);
        pw_core_add_listener(asking->core, &asking->core_hook, &core_events, asking);
        asking->registry = pw_core_get_registry(asking->core, PW_VERSION_REGISTRY, 0);
        if (asking->registry) {
                pw_registry_add_listener(asking->registry, &asking->registry_hook, &registry_events, asking);
                asking->pending = pw_core_sync(asking->core, PW_ID_CORE, 0);
                pw_main_loop_run(asking->loop);
        }
        pw_loop_destroy_source(loop, timer);
        if (asking->metadata)
                pw_proxy_destroy((struct pw_proxy *)asking->metadata);
        if (asking->registry)
                pw_proxy_destroy((struct pw_proxy *)asking->registry);
}

void doctor_look_at_pipewire(struct doctor_pipewire *ret, uint64_t wait_usec) {
        struct asking asking = { .ret = ret };
        struct pw_context *context = NULL;

        *ret = (struct doctor_pipewire){ 0 };
        find_socket(ret->socket, sizeof(ret->socket));
        ret->error = *ret->socket ? try_to_connect(ret->socket) : -ENOENT;
        if (ret->error < 0)
                return;
        pw_init(NULL, NULL);
        asking.loop = pw_main_loop_new(NULL);
        if (asking.loop)
                context = pw_context_new(pw_main_loop_get_loop(asking.loop), NULL, 0);
        if (context)
                asking.core = pw_context_connect(context, NULL, 0);
        if (asking.core) {
                ask(&asking, wait_usec);
                pw_core_disconnect(asking.core);
        }
        if (context)
                pw_context_destroy(context);
        if (asking.loop)
                pw_main_loop_destroy(asking.loop);
        pw_deinit();
}

void doctor_judge_pipewire(struct doctor *doctor, const struct doctor_pipewire *pipewire) {
        if (!*pipewire->socket)
                doctor_say(doctor, DOCTOR_PROBLEM,
                           "PipeWire cannot be found, as XDG_RUNTIME_DIR is not set\n"
                           "Run this in your own session, not by sudo or su");
        else if (pipewire->error < 0)
                doctor_say(doctor, DOCTOR_PROBLEM,
                           "PipeWire does not listen at '%s': %s\n"
                           "systemctl --user enable --now pipewire.socket",
                           pipewire->socket, strerror(-pipewire->error));
        else if (!pipewire->answered)
                doctor_say(doctor, DOCTOR_PROBLEM,
                           "PipeWire at '%s' takes a connection but does not answer\n"
                           "systemctl --user restart pipewire",
                           pipewire->socket);
        else
                doctor_say(doctor, DOCTOR_OK, "PipeWire %s answers at '%s'", pipewire->version,
                           pipewire->socket);
}

void doctor_judge_manager(struct doctor *doctor, const struct doctor_pipewire *pipewire) {
        if (pipewire->manager)
                doctor_say(doctor, DOCTOR_OK, "one is there");
        else
                doctor_say(doctor, DOCTOR_PROBLEM,
                           "there is none, so nothing connects a stream to the speakers\n"
                           "systemctl --user enable --now wireplumber");
}

static bool has_sink(const struct doctor_pipewire *pipewire, const char *name) {
        for (size_t i = 0; i < pipewire->n_sinks; i++)
                if (strcmp(pipewire->sinks[i], name) == 0)
                        return true;
        return false;
}

static void list_sinks(const struct doctor_pipewire *pipewire, char *text, size_t size) {
        snprintf(text, size, "%s", pipewire->n_sinks > 0 ? "" : "none");
        for (size_t i = 0; i < pipewire->n_sinks; i++)
                snprintf(text + strlen(text), size - strlen(text), "%s%s", i > 0 ? ", " : "",
                         pipewire->sinks[i]);
}

void doctor_judge_sink(struct doctor *doctor, const struct doctor_pipewire *pipewire, const char *target) {
        char sinks[1000];

        list_sinks(pipewire, sinks, sizeof(sinks));
        if (target && !has_sink(pipewire, target))
                doctor_say(doctor, DOCTOR_WARNING,
                           "the sink of 'target = %s' is not there\n"
                           "It may be unplugged; there are: %s",
                           target, sinks);
        else if (target)
                doctor_say(doctor, DOCTOR_OK, "%s, as configured", target);
        else if (pipewire->n_sinks == 0)
                doctor_say(doctor, DOCTOR_PROBLEM,
                           "there is no sink to play into\n"
                           "wpctl status lists devices; has the sound card been given to the guest?");
        else if (pipewire->n_sinks == 1 && has_sink(pipewire, "auto_null"))
                doctor_say(doctor, DOCTOR_WARNING,
                           "there is only a dummy, which is heard by nobody\n"
                           "wpctl status lists devices; has the sound card been given to the guest?");
        else
                doctor_say(doctor, DOCTOR_OK, "%s", *pipewire->fallback ? pipewire->fallback : sinks);
}
