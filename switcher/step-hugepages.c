/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Huge pages of one size, as many as are to be free. TARGET: the size in kB; told: count.
 *
 * Only what is missing is asked for, and given back: others may use the pool too. Which node of memory a page
 * comes from is left to the kernel, which takes from all in turn.
 *
 * State: before, the pages there were. Result: granted, how many of them are ours.
 */
#include <inttypes.h>

#include "core/parse.h"
#include "switcher/steps.h"
#include "switcher/sysfs.h"

#define POOLS "/sys/kernel/mm/hugepages"

struct pool {
        uint64_t total, available; /* available: neither used nor promised to anybody */
};

static int read_pool(const struct step_call *call, struct pool *pool) {
        const char *size = call->step->target;
        uint64_t free_pages, reserved;
        int r;

        r = sysfs_read_unsigned(&pool->total, call->root, POOLS "/hugepages-%skB/nr_hugepages", size);
        if (r < 0)
                return r;
        r = sysfs_read_unsigned(&free_pages, call->root, POOLS "/hugepages-%skB/free_hugepages", size);
        if (r < 0)
                return r;
        r = sysfs_read_unsigned(&reserved, call->root, POOLS "/hugepages-%skB/resv_hugepages", size);
        if (r < 0)
                return r;
        pool->available = free_pages > reserved ? free_pages - reserved : 0;
        return 0;
}

/* Asks for a pool of TOTAL, and looks what came of it. */
static int resize(const struct step_call *call, uint64_t total, struct pool *pool) {
        char text[32];
        int r;

        snprintf(text, sizeof(text), "%" PRIu64, total);
        r = sysfs_write(text, call->root, POOLS "/hugepages-%skB/nr_hugepages", call->step->target);
        return r < 0 ? r : read_pool(call, pool);
}

static int told_count(struct step_call *call, uint64_t *ret) {
        const char *count = words_get(&call->step->told, "count");

        return count ? parse_unsigned(count, 1, UINT32_MAX, ret) : -EINVAL;
}

static int get_before(const struct step_call *call, uint64_t *ret) {
        const char *before = words_get(call->state, "before");

        return before ? parse_unsigned(before, 0, UINT64_MAX, ret) : -EINVAL;
}

static int observe(struct step_call *call) {
        struct pool pool;
        uint64_t size;
        int r;

        if (parse_unsigned(call->step->target, 1, UINT32_MAX, &size) < 0)
                return step_fail(call, -EINVAL, "'%s' is no size of a page in kB", call->step->target);
        r = read_pool(call, &pool);
        if (r == -ENOENT)
                return step_fail(call, r,
                                 "this kernel has no huge pages of %s kB: 'ls " POOLS "' shows those it has",
                                 call->step->target);
        return r < 0 ? r : words_addf(call->ret, "before", "%" PRIu64, pool.total);
}

/* Memory may be in pieces that are too small: they are moved together if it comes to it, which takes a while.
 */
static int reserve(struct step_call *call, uint64_t total, struct pool *pool) {
        int r;

        r = resize(call, total, pool);
        if (r < 0 || pool->total >= total)
                return r;
        step_say(call, "moving memory together for huge pages");
        (void)sysfs_write("1", call->root, "/proc/sys/vm/compact_memory"); /* not in every kernel */
        return resize(call, total, pool);
}

/* In kB; 0: it does not tell. */
static uint64_t available_memory(const struct step_call *call) {
        _cleanup_free_ char *text = NULL;
        unsigned long long available;
        const char *line;

        if (sysfs_read(&text, call->root, "/proc/meminfo") < 0)
                return 0;
        line = strstr(text, "\nMemAvailable:");
        return line && sscanf(line, "\nMemAvailable: %llu", &available) == 1 ? available : 0;
}

/* Trying it would drive all else out of memory first, which is much like a hang. */
static int check_memory(struct step_call *call, uint64_t pages) {
        uint64_t available = available_memory(call), size, needed;

        if (parse_unsigned(call->step->target, 1, UINT32_MAX, &size) < 0)
                return -EINVAL;
        needed = size * pages; /* both are below 2^32 */
        if (available == 0 || needed <= available)
                return 0;
        return step_fail(call, -ENOMEM,
                         "%" PRIu64 " more huge pages of %s kB are needed, and there are only %" PRIu64
                         " MiB of memory: end programs that use much",
                         pages, call->step->target, available / 1024);
}

/* Down to TOTAL, but to no less than what is in use: the kernel would only call the rest surplus. */
static int shrink(const struct step_call *call, uint64_t total, struct pool *pool) {
        uint64_t used;
        int r;

        r = read_pool(call, pool);
        if (r < 0)
                return r;
        used = pool->total - pool->available;
        return pool->total <= total ? 0 : resize(call, total > used ? total : used, pool);
}

static int apply(struct step_call *call) {
        uint64_t count, before;
        struct pool pool, now;
        int r;

        r = told_count(call, &count);
        if (r < 0)
                return step_fail(call, r, "how many huge pages are needed is no number");
        r = get_before(call, &before);
        if (r < 0)
                return r;
        r = read_pool(call, &pool);
        if (r < 0)
                return r;
        now = pool;
        if (pool.available < count) {
                r = check_memory(call, count - pool.available);
                if (r >= 0)
                        r = reserve(call, pool.total + count - pool.available, &now);
        }
        if (r < 0)
                return r;
        if (now.available < count) {
                (void)shrink(call, before < pool.total ? before : pool.total, &pool);
                return step_fail(call, -ENOMEM,
                                 "only %" PRIu64 " of %" PRIu64
                                 " huge pages of %s kB could be had: end programs that "
                                 "use much memory, or reserve them on the kernel's command line",
                                 now.available, count, call->step->target);
        }
        return words_addf(call->ret, "granted", "%" PRIu64, now.total > before ? now.total - before : 0);
}

/*
 * What there is to be when ours are given back: the others' pages, too, that have come since. Never less than
 * before, as it would be if this were done twice.
 */
static int get_goal(const struct step_call *call, uint64_t total, uint64_t *ret) {
        const char *text = words_get(call->result, "granted");
        uint64_t before, granted;
        int r;

        r = get_before(call, &before);
        if (r < 0)
                return r;
        r = text ? parse_unsigned(text, 0, UINT64_MAX, &granted) : 0;
        if (r < 0)
                return r;
        *ret = text && total > before + granted ? total - granted : before;
        return 0;
}

static int undo(struct step_call *call) {
        struct pool pool;
        uint64_t goal;
        int r;

        r = read_pool(call, &pool);
        if (r < 0)
                return r;
        r = get_goal(call, pool.total, &goal);
        if (r < 0)
                return r;
        r = shrink(call, goal, &pool);
        if (r < 0)
                return r;
        if (pool.total > goal)
                return step_fail(call, -EBUSY,
                                 "%" PRIu64 " huge pages of %s kB too many are still in use: 'grep -l huge "
                                 "/proc/*/numa_maps' shows by whom",
                                 pool.total - goal, call->step->target);
        return 0;
}

const struct step_type step_hugepages = { 60 * 1000000u, 20 * 1000000u, observe, apply, undo };
