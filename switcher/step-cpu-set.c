/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The processors that units of the host's may use: AllowedCPUs=, until the next boot. TARGET: the units, as
 * "system.slice,user.slice,init.scope"; told: cpus, "0-3".
 *
 * systemd keeps what it is told in a file below /run, and has it still when the property is empty again. So
 * it is that file which is put back to what it was, mostly nothing, and systemd reads its files again, once
 * for all units: then it switches off what no unit needs any more, and the kernel forgets. Releasing one unit
 * after the other would leave that to the last. The files of others are not touched.
 *
 * State, of each unit: cpus, "user.slice 0-7", with nothing after the blank for all; drop-in, the path of
 * that file, a blank, and what it said, if it was there.
 */
#include <sys/stat.h>

#include "switcher/allowed-cpus.h"
#include "switcher/cpu-list.h"
#include "switcher/links.h"
#include "switcher/steps.h"
#include "switcher/sysfs.h"

typedef int (*unit_fn)(struct step_call *call, struct units *units, const char *unit);

static int for_each(struct step_call *call, struct units *units, unit_fn fn) {
        _cleanup_free_ char *copy = strdup(call->step->target);
        char *rest = copy, *unit;
        int r = copy ? 0 : -ENOMEM;

        while (r >= 0 && (unit = strsep(&rest, ",")))
                r = fn(call, units, unit);
        return r;
}

/* The rest of the value of KEY that begins with UNIT and a blank; NULL: there is none. */
static const char *get_of(const struct words *words, const char *key, const char *unit) {
        size_t n = strlen(unit);

        for (size_t i = 0; i < words->n; i++)
                if (strcmp(words->items[i].key, key) == 0 && strncmp(words->items[i].value, unit, n) == 0 &&
                    words->items[i].value[n] == ' ')
                        return words->items[i].value + n + 1;
        return NULL;
}

static int observe_file(struct step_call *call, const char *unit, unsigned i) {
        _cleanup_free_ char *path = allowed_cpus_file(unit, i), *text = NULL;
        int r;

        if (!path)
                return -ENOMEM;
        r = sysfs_read(&text, "", "%s", path);
        return r == -ENOENT ? 0 : r < 0 ? r : words_addf(call->ret, "drop-in", "%s %s", path, text);
}

static int observe_unit(struct step_call *call, struct units *units, const char *unit) {
        _cleanup_free_ char *cpus = NULL;
        cpu_set_t set;
        int r;

        r = allowed_cpus_get(units, unit, &set);
        if (r < 0)
                return r;
        cpus = cpu_list_format(&set);
        r = cpus ? words_addf(call->ret, "cpus", "%s %s", unit, cpus) : -ENOMEM;
        for (unsigned i = 0; r >= 0 && i < ALLOWED_CPUS_FILES; i++)
                r = observe_file(call, unit, i);
        return r;
}

static int parse_cpus(struct step_call *call, const char *text, cpu_set_t *ret) {
        CPU_ZERO(ret);
        if (text && (!*text || cpu_list_add(ret, text) >= 0))
                return 0;
        return step_fail(call, -EINVAL, "'%s' is no list of processors", text ? text : "");
}

static int apply_unit(struct step_call *call, struct units *units, const char *unit) {
        cpu_set_t wanted;
        int r;

        r = parse_cpus(call, words_get(&call->step->told, "cpus"), &wanted);
        if (r >= 0)
                r = allowed_cpus_set(units, unit, &wanted);
        return r < 0 ? r : allowed_cpus_verify(units, unit, &wanted);
}

static int get_before(struct step_call *call, const char *unit, cpu_set_t *ret) {
        return parse_cpus(call, get_of(call->state, "cpus", unit), ret);
}

static int verify_unit(struct step_call *call, struct units *units, const char *unit) {
        cpu_set_t before;
        int r;

        r = get_before(call, unit, &before);
        return r < 0 ? r : allowed_cpus_verify(units, unit, &before);
}

/* While others need cpuset, the kernel has not forgotten. The file, which is written anew, goes once more. */
static int undo_in_kernel(struct step_call *call, struct units *units, const char *unit) {
        cpu_set_t before;
        int r;

        r = get_before(call, unit, &before);
        if (r < 0 || allowed_cpus_verify(units, unit, &before) >= 0)
                return r;
        return CPU_COUNT(&before) > 0 ? allowed_cpus_set(units, unit, &before)
                                      : allowed_cpus_set_all(units, unit);
}

/* Its folder goes, too, if nothing else is in it. */
static int remove_file(struct units *units, char *path) {
        int r;

        r = link_remove(path);
        if (r < 0)
                return units_fail(units, r, "cannot remove %s: %s", path, strerror(-r));
        *strrchr(path, '/') = '\0';
        return rmdir(path) < 0 && errno != ENOENT && errno != ENOTEMPTY ? -errno : 0;
}

static int undo_file(struct step_call *call, struct units *units, const char *unit, unsigned i) {
        _cleanup_free_ char *path = allowed_cpus_file(unit, i), *whole = NULL;
        const char *text = path ? get_of(call->state, "drop-in", path) : NULL;
        int r;

        if (!path)
                return -ENOMEM;
        if (!text)
                return remove_file(units, path);
        if (asprintf(&whole, "%s\n", text) < 0) {
                whole = NULL;
                return -ENOMEM;
        }
        r = link_put_file(path, whole);
        return r < 0 ? units_fail(units, r, "cannot write %s: %s", path, strerror(-r)) : 0;
}

static int undo_files(struct step_call *call, struct units *units, const char *unit) {
        int r = 0;

        for (unsigned i = 0; r >= 0 && i < ALLOWED_CPUS_FILES; i++)
                r = undo_file(call, units, unit, i);
        return r;
}

/* systemd calls what it has read out of date if a file of it has changed or gone: -ESTALE. */
static int check_date(struct step_call *call, struct units *units, const char *unit) {
        return units_is_out_of_date(units, unit) > 0 ? -ESTALE : 0;
}

static int restore(struct step_call *call, struct units *units) {
        int r;

        r = for_each(call, units, undo_files);
        return r < 0 || for_each(call, units, check_date) != -ESTALE ? r : units_reload(units);
}

static int observe(struct step_call *call) {
        _cleanup_(units_freep) struct units *units = NULL;
        int r;

        r = units_new(&units, call->problem, sizeof(call->problem));
        return r < 0 ? r : for_each(call, units, observe_unit);
}

static int apply(struct step_call *call) {
        _cleanup_(units_freep) struct units *units = NULL;
        int r;

        r = units_new(&units, call->problem, sizeof(call->problem));
        return r < 0 ? r : for_each(call, units, apply_unit);
}

static int undo(struct step_call *call) {
        _cleanup_(units_freep) struct units *units = NULL;
        int r;

        r = units_new(&units, call->problem, sizeof(call->problem));
        if (r >= 0)
                r = restore(call, units);
        if (r < 0 || for_each(call, units, verify_unit) >= 0)
                return r;
        r = for_each(call, units, undo_in_kernel);
        if (r >= 0)
                r = restore(call, units);
        return r < 0 ? r : for_each(call, units, verify_unit);
}

const struct step_type step_cpu_set = { 40 * 1000000u, 60 * 1000000u, observe, apply, undo };
