/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * An inotify watch needs a directory that exists, so `anchor` is the deepest ancestor of the path that does,
 * and `next` is the name below it to wait for. Whenever the anchor itself goes, or `next` comes while it is
 * not yet the last name, the watch moves. A directory may appear between the failure to watch it and the
 * watch on its parent: hence the second look after each move.
 *
 * A file that may not be read cannot be watched either, but its directory reports chmod and chown on it.
 */
#include "ivshmem/watch.h"

#include <errno.h>
#include <stdint.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/stat.h>

#include "core/loop.h"

#define ANCHOR_EVENTS                                                                                        \
        (IN_CREATE | IN_MOVED_TO | IN_MOVED_FROM | IN_DELETE | IN_ATTRIB | IN_DELETE_SELF | IN_MOVE_SELF |   \
         IN_ONLYDIR)
#define FILE_EVENTS (IN_MODIFY | IN_ATTRIB | IN_DELETE_SELF | IN_MOVE_SELF | IN_CLOSE_WRITE)
#define MOVES_MAX   16 /* who makes and removes directories faster than that gets no more attention */

struct watch {
        sd_event *loop;
        char *path;
        size_t anchor_len; /* of the anchor's path, a prefix of `path`; 1 for "/" */
        sd_event_source *anchor;
        sd_event_source *file;
        watch_fn on_event;
        void *userdata;
};

/* The name below the anchor that leads to the path. */
static const char *next_name(const struct watch *watch, size_t *ret_len) {
        const char *name = watch->path + watch->anchor_len;

        name += strspn(name, "/");
        *ret_len = strcspn(name, "/");
        return name;
}

static bool concerns(const struct watch *watch, const struct inotify_event *event) {
        size_t len;
        const char *name = next_name(watch, &len);

        if (event->mask & (IN_DELETE_SELF | IN_MOVE_SELF | IN_UNMOUNT | IN_IGNORED | IN_Q_OVERFLOW))
                return true;
        return event->len > 0 && strlen(event->name) == len && memcmp(event->name, name, len) == 0;
}

static int move_anchor(struct watch *watch);

static int on_anchor(sd_event_source *source, const struct inotify_event *event, void *userdata) {
        struct watch *watch = userdata;

        if (!concerns(watch, event))
                return 0;
        /* Moving is cheap and these events are rare: no need to know whether this one asks for it. */
        (void)move_anchor(watch);
        watch->on_event(false, watch->userdata);
        return 0;
}

static int on_file(sd_event_source *source, const struct inotify_event *event, void *userdata) {
        struct watch *watch = userdata;

        watch->on_event(event->mask & IN_CLOSE_WRITE, watch->userdata);
        return 0;
}

/* Watches the first LEN bytes of the path. */
static int set_anchor(struct watch *watch, size_t len) {
        _cleanup_free_ char *directory = strndup(watch->path, len);
        sd_event_source *source = NULL;
        int r;

        if (!directory)
                return -ENOMEM;
        r = sd_event_add_inotify(watch->loop, &source, directory, ANCHOR_EVENTS, on_anchor, watch);
        if (r < 0)
                return r;
        source_declare(source, "ivshmem-directory", SD_EVENT_PRIORITY_NORMAL, SOURCE_AUXILIARY);
        watch->anchor = sd_event_source_disable_unref(watch->anchor);
        watch->anchor = source;
        watch->anchor_len = len;
        return 0;
}

static size_t parent_len(const char *path, size_t len) {
        while (len > 1 && path[len - 1] != '/')
                len--;
        while (len > 1 && path[len - 1] == '/')
                len--;
        return len;
}

static int set_deepest_anchor(struct watch *watch) {
        size_t len = strlen(watch->path);
        int r;

        do {
                len = parent_len(watch->path, len);
                r = set_anchor(watch, len);
        } while (r < 0 && len > 1);
        return r;
}

/* Whether a directory deeper than the anchor exists after all. */
static bool anchor_is_late(const struct watch *watch) {
        _cleanup_free_ char *deeper = NULL;
        struct stat st;
        size_t len;
        const char *name = next_name(watch, &len);

        if (name[len] == '\0')
                return false;
        deeper = strndup(watch->path, (size_t)(name - watch->path) + len);
        return deeper && stat(deeper, &st) == 0 && S_ISDIR(st.st_mode);
}

static int move_anchor(struct watch *watch) {
        int r = 0;

        for (int i = 0; i < MOVES_MAX; i++) {
                r = set_deepest_anchor(watch);
                if (r < 0 || !anchor_is_late(watch))
                        break;
        }
        return r;
}

int watch_new(struct watch **ret, sd_event *loop, const char *path, watch_fn on_event, void *userdata) {
        _cleanup_(watch_freep) struct watch *watch = NULL;
        int r;

        if (path[0] != '/' || path[strlen(path) - 1] == '/')
                return -EINVAL;
        watch = calloc(1, sizeof(*watch));
        if (!watch)
                return -ENOMEM;
        *watch = (struct watch){ .loop = sd_event_ref(loop), .on_event = on_event, .userdata = userdata };
        watch->path = strdup(path);
        if (!watch->path)
                return -ENOMEM;
        r = move_anchor(watch);
        if (r < 0)
                return r;
        *ret = steal_ptr(watch);
        return 0;
}

struct watch *watch_free(struct watch *watch) {
        if (!watch)
                return NULL;
        watch->file = sd_event_source_disable_unref(watch->file);
        watch->anchor = sd_event_source_disable_unref(watch->anchor);
        sd_event_unref(watch->loop);
        free(watch->path);
        free(watch);
        return NULL;
}

int watch_follow(struct watch *watch, int fd) {
        int r;

        watch->file = sd_event_source_disable_unref(watch->file);
        if (fd < 0)
                return 0;
        r = sd_event_add_inotify_fd(watch->loop, &watch->file, fd, FILE_EVENTS, on_file, watch);
        if (r < 0)
                return r;
        source_declare(watch->file, "ivshmem-file", SD_EVENT_PRIORITY_NORMAL, SOURCE_AUXILIARY);
        return 0;
}
