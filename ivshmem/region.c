/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Every event leads to the same question, "what is at the path now?", answered by opening it afresh: which
 * event it was does not matter and none can be misunderstood. The descriptor in use is exchanged only if the
 * answer is another file, another size or another state, so that a chmod in mid-stream is not heard.
 */
#include "ivshmem/region.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "core/log.h"
#include "ivshmem/explain.h"
#include "ivshmem/watch.h"

struct region {
        struct region_callbacks callbacks;
        char *path;
        size_t min_size;
        struct watch *watch;
        int fd;
        struct stat st; /* of fd, as it was when it was opened */
        bool held;
        bool used; /* has been held, and may still have a writer */
        enum region_state state;
        char problem[512];
};

/* What is at a path: the file itself if it can be opened, else why not. */
struct finding {
        int fd;
        int error; /* negative errno of the open */
        struct stat st;
        enum region_state state;
};

static void finding_done(struct finding *finding) {
        finding->fd = close_fd(finding->fd);
}

static void look(const struct region *region, struct finding *ret) {
        /* Neither a FIFO nor a device may hold us up, and the name is the guest's business, not a link's. */
        int fd = open(region->path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY);

        *ret = (struct finding){ .fd = fd, .error = fd < 0 ? -errno : 0, .state = REGION_UNUSABLE };
        if (fd < 0) {
                if (ret->error == -ENOENT || ret->error == -ENOTDIR)
                        ret->state = REGION_ABSENT;
                return;
        }
        if (fstat(fd, &ret->st) < 0)
                ret->error = -errno;
        else if (S_ISREG(ret->st.st_mode) && ret->st.st_size > 0 &&
                 (size_t)ret->st.st_size >= region->min_size)
                ret->state = REGION_READY;
}

static bool same_file(const struct region *region, const struct finding *finding) {
        return region->fd >= 0 && finding->fd >= 0 && region->state == finding->state &&
               region->st.st_dev == finding->st.st_dev && region->st.st_ino == finding->st.st_ino &&
               region->st.st_size == finding->st.st_size;
}

/* Also for a file too small as yet: its growth is an event of the file, not of its directory. */
static void adopt(struct region *region, struct finding *finding) {
        int r;

        region->fd = steal_fd(finding->fd);
        region->st = finding->st;
        region->state = finding->state;
        if (region->fd < 0)
                return;
        r = watch_follow(region->watch, region->fd);
        if (r < 0)
                log_errno(r, "Cannot watch '%s', changes of its size go unnoticed: %m", region->path);
}

static void let_go(struct region *region) {
        region->held = region->used = false;
        if (region->state == REGION_READY)
                region->callbacks.on_close(region->callbacks.userdata);
        region->state = REGION_ABSENT;
        (void)watch_follow(region->watch, -1);
        region->fd = close_fd(region->fd);
}

static void explain(const struct region *region, const struct finding *finding, char *text, size_t size) {
        text[0] = '\0';
        if (finding->state == REGION_READY)
                return;
        if (finding->fd < 0)
                explain_no_file(text, size, region->path, finding->error, region->min_size);
        else
                explain_wrong_file(text, size, region->path, &finding->st, region->min_size);
}

/* Whether what is open is worth more than what was found at its path. */
static bool stays(const struct region *region, const struct finding *finding) {
        struct stat st;

        if (region->state != REGION_READY || !region->used)
                return false;
        if (fstat(region->fd, &st) < 0 || st.st_size != region->st.st_size)
                return false;
        if (finding->fd >= 0 && finding->st.st_ino == st.st_ino && finding->st.st_dev == st.st_dev)
                return false; /* nothing has happened to it */
        return region->held || finding->state != REGION_READY;
}

static void set_problem(struct region *region, const char *problem, enum region_state before) {
        if (region->state == before && strcmp(problem, region->problem) == 0)
                return;
        snprintf(region->problem, sizeof(region->problem), "%s", problem);
        region->callbacks.on_change(region->callbacks.userdata);
}

/* True if what was found replaces what was open; then it has been looked at before the watch was set. */
static bool refresh_once(struct region *region) {
        _cleanup_(finding_done) struct finding finding;
        enum region_state before = region->state;
        char problem[sizeof(region->problem)];
        bool exchanged;

        look(region, &finding);
        if (stays(region, &finding)) {
                explain_lost_name(problem, sizeof(problem), region->path, finding.state != REGION_ABSENT);
                set_problem(region, problem, before);
                return false;
        }
        explain(region, &finding, problem, sizeof(problem));
        exchanged = !same_file(region, &finding) && (region->fd >= 0 || finding.fd >= 0);
        if (exchanged)
                let_go(region);
        if (exchanged || region->fd < 0)
                adopt(region, &finding);
        if (exchanged && region->state == REGION_READY)
                region->callbacks.on_open(region->callbacks.userdata);
        set_problem(region, problem, before);
        return exchanged;
}

static void refresh(struct region *region) {
        /* What changed between the look and the watch would go unnoticed: look again, but not for ever. */
        for (int i = 0; i < 4 && refresh_once(region); i++)
                continue;
}

static void on_event(bool closed, void *userdata) {
        struct region *region = userdata;

        if (closed)
                region->held = region->used = false;
        refresh(region);
}

void region_hold(struct region *region, bool held) {
        region->held = held;
        if (held)
                region->used = true;
        else
                refresh(region);
}

int region_new(struct region **ret, sd_event *loop, const char *path, size_t min_size,
               const struct region_callbacks *callbacks) {
        _cleanup_(region_freep) struct region *region = calloc(1, sizeof(*region));
        int r;

        if (!region)
                return -ENOMEM;
        *region = (struct region){ .callbacks = *callbacks, .min_size = min_size, .fd = -1 };
        region->path = strdup(path);
        if (!region->path)
                return -ENOMEM;
        r = watch_new(&region->watch, loop, path, on_event, region);
        if (r < 0)
                return r;
        refresh(region);
        *ret = steal_ptr(region);
        return 0;
}

struct region *region_free(struct region *region) {
        if (!region)
                return NULL;
        if (region->watch)
                let_go(region);
        watch_free(region->watch);
        free(region->path);
        free(region);
        return NULL;
}

enum region_state region_state(const struct region *region) {
        return region->state;
}

uint64_t region_size(const struct region *region) {
        return (uint64_t)region->st.st_size;
}

const char *region_problem(const struct region *region) {
        return region->problem;
}

const char *region_path(const struct region *region) {
        return region->path;
}

ssize_t region_read(const struct region *region, void *dst, size_t size, uint64_t offset) {
        size_t done = 0;

        while (done < size) {
                ssize_t n = pread(region->fd, (char *)dst + done, size - done, (off_t)(offset + done));

                if (n < 0 && errno == EINTR)
                        continue;
                if (n < 0)
                        return -errno;
                if (n == 0)
                        break;
                done += (size_t)n;
        }
        return (ssize_t)done;
}
