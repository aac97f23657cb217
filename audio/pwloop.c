/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "audio/pwloop.h"

#include <errno.h>
#include <stdbool.h>
#include <sys/epoll.h>

#include <pipewire/pipewire.h>

#include "core/log.h"
#include "core/loop.h"

/* Dispatches at a time: a talkative PipeWire may not keep the keyboard waiting. The fd stays readable. */
#define BATCH 16

struct pwloop {
        struct pw_loop *pw;
        sd_event_source *source;
        bool entered;
};

static int on_readable(sd_event_source *source, int fd, uint32_t revents, void *userdata) {
        struct pwloop *pwloop = userdata;
        int r = 1;

        for (int i = 0; i < BATCH && r > 0; i++)
                r = pw_loop_iterate(pwloop->pw, 0);
        if (r < 0 && r != -EINTR)
                log_errno(r, "PipeWire's loop failed, ignoring: %m");
        return 0;
}

int pwloop_new(struct pwloop **ret, sd_event *loop) {
        _cleanup_(pwloop_freep) struct pwloop *pwloop = calloc(1, sizeof(*pwloop));
        int r;

        if (!pwloop)
                return -ENOMEM;
        pw_init(NULL, NULL);
        pwloop->pw = pw_loop_new(NULL);
        if (!pwloop->pw)
                return -errno;
        /* Says which thread the loop belongs to. Once is enough: what iterates is always the same one. */
        pw_loop_enter(pwloop->pw);
        pwloop->entered = true;
        r = sd_event_add_io(loop, &pwloop->source, pw_loop_get_fd(pwloop->pw), EPOLLIN, on_readable, pwloop);
        if (r < 0)
                return r;
        source_declare(pwloop->source, "pipewire", SD_EVENT_PRIORITY_NORMAL, SOURCE_AUXILIARY);
        *ret = steal_ptr(pwloop);
        return 0;
}

struct pwloop *pwloop_free(struct pwloop *pwloop) {
        if (!pwloop)
                return NULL;
        pwloop->source = sd_event_source_disable_unref(pwloop->source);
        if (pwloop->entered)
                pw_loop_leave(pwloop->pw);
        if (pwloop->pw)
                pw_loop_destroy(pwloop->pw);
        pw_deinit();
        free(pwloop);
        return NULL;
}

struct pw_loop *pwloop_get(struct pwloop *pwloop) {
        return pwloop->pw;
}
