/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The steps, in the order of their kinds. What each is told stands at the head of its type's file. */
#include "switcher/plan-internal.h"

#include <inttypes.h>

static const char *yes_no(bool yes) {
        return yes ? "yes" : "no";
}

static void tell_each(struct planner *planner, struct step *step, const char *key, char *const *list) {
        for (; list && *list; list++)
                planner_tell(planner, step, key, "%s", *list);
}

/* One kind serves both ways: what is run now, and what when it is undone. */
static void add_hook(struct planner *planner, enum step_kind kind, char *const *apply, char *const *undo) {
        struct step *step;

        if (!apply && !undo)
                return;
        step = planner_step(planner, kind, "");
        tell_each(planner, step, "apply-arg", apply);
        tell_each(planner, step, "undo-arg", undo);
        planner_tell(planner, step, "timeout", "%" PRIu64, planner->facts->profile->hook_timeout);
        for (size_t i = 0; i < planner->n_lent; i++)
                planner_tell(planner, step, "device", "%s", planner->lent[i]->address);
}

static void add_monitors(struct planner *planner) {
        const struct profile *profile = planner->facts->profile;

        for (size_t i = 0; i < profile->n_monitors; i++) {
                const struct profile_monitor *monitor = &profile->monitors[i];
                struct step *step = planner_step(planner, STEP_MONITOR_INPUT, monitor->bus);

                step->optional = true;
                planner_tell(planner, step, "lent", "%u", monitor->lent);
                planner_tell(planner, step, "native", "%u", monitor->native);
        }
}

static void add_desktop_stop(struct planner *planner) {
        struct step *step;

        if (!planner->stop_desktop)
                return;
        step = planner_step(planner, STEP_DISPLAY_MANAGER, planner->facts->desktop->display_manager);
        planner_tell(planner, step, "end-sessions", "%s", yes_no(planner->facts->profile->end_sessions));
}

/* The guest can do without the host's screen; and without a GPU there is nothing for a desktop to be on. */
static void add_desktop_start(struct planner *planner) {
        struct step *step;

        if (!planner->stop_desktop || planner->facts->profile->headless)
                return;
        step = planner_step(planner, STEP_DESKTOP, planner->facts->desktop->display_manager);
        step->optional = true;
        planner_tell(planner, step, "return", "%s", yes_no(planner->facts->profile->return_desktop));
        planner_tell(planner, step, "end-sessions", "%s", yes_no(planner->facts->profile->end_sessions));
}

static void add_units(struct planner *planner) {
        for (char **unit = planner->units; *unit; unit++)
                planner_step(planner, STEP_UNIT, *unit);
}

static bool has_framebuffer(const struct planner *planner, const struct inventory_function *function) {
        const struct inventory *inventory = planner->facts->inventory;

        for (size_t i = 0; i < inventory->n_framebuffers; i++)
                if (strcmp(inventory->framebuffers[i].address, function->address) == 0)
                        return true;
        return false;
}

/* A driver that goes takes its consoles away itself, if need be. */
static void add_consoles(struct planner *planner) {
        for (size_t i = 0; i < planner->n_lent; i++)
                if (planner_takes(planner->lent[i]) && has_framebuffer(planner, planner->lent[i]))
                        planner_step(planner, STEP_CONSOLES, planner->lent[i]->address)->optional = true;
}

static void add_nodes(struct planner *planner) {
        for (size_t i = 0; i < planner->n_lent; i++)
                if (planner_takes(planner->lent[i]) && planner->lent[i]->n_nodes > 0)
                        planner_step(planner, STEP_NODES, planner->lent[i]->address);
}

/* Also a USB headset behind a controller that is lent. */
static bool has_sound(const struct inventory_function *function) {
        for (size_t i = 0; i < function->n_nodes; i++)
                if (strcmp(function->nodes[i].subsystem, "sound") == 0)
                        return true;
        return function_is_sound(function);
}

static void add_sound(struct planner *planner) {
        for (size_t i = 0; i < planner->n_lent; i++)
                if (planner_takes(planner->lent[i]) && has_sound(planner->lent[i]))
                        planner_step(planner, STEP_SOUND, planner->lent[i]->address);
}

static char *joined(char *const *list) {
        char *text = NULL;
        size_t size;
        FILE *out = open_memstream(&text, &size);

        if (!out)
                return NULL;
        for (size_t i = 0; list[i]; i++)
                fprintf(out, "%s%s", i > 0 ? "," : "", list[i]);
        return close_memstream(out, &text);
}

/* Whether the unloading of OWNER's modules takes DRIVER with it. */
static bool goes_with(const struct planner_driver *owner, const struct planner_driver *driver) {
        for (char **name = owner->modules; *name; name++)
                if (strcmp(*name, driver->module) == 0)
                        return true;
        return false;
}

static void tell_functions(struct planner *planner, struct step *step, const struct planner_driver *driver) {
        for (size_t i = 0; i < planner->n_lent; i++)
                if (strcmp(planner->lent[i]->driver, driver->name) == 0)
                        planner_tell(planner, step, "function", "%s", planner->lent[i]->address);
}

/* A driver whose module another's needs gone has no step of its own. */
static void add_modules(struct planner *planner) {
        for (size_t i = 0; i < planner->n_drivers; i++) {
                const struct planner_driver *owner = &planner->drivers[i];
                _cleanup_free_ char *target = NULL;
                struct step *step;

                if (!owner->unload || !owner->modules || !*owner->modules)
                        continue;
                target = joined(owner->modules);
                step = planner_step(planner, STEP_MODULES, target ? target : "");
                if (!target)
                        planner->error = -ENOMEM;
                for (size_t j = 0; j < planner->n_drivers; j++) {
                        if (!goes_with(owner, &planner->drivers[j]))
                                continue;
                        planner_tell(planner, step, "driver", "%s", planner->drivers[j].name);
                        tell_functions(planner, step, &planner->drivers[j]);
                }
                tell_each(planner, step, "end-program", planner->facts->profile->end_programs);
        }
}

static bool is_unloaded(const struct planner *planner, const char *driver) {
        for (size_t i = 0; i < planner->n_drivers; i++)
                if (planner->drivers[i].unload && strcmp(planner->drivers[i].name, driver) == 0)
                        return true;
        return false;
}

static void add_unbinds(struct planner *planner) {
        for (size_t i = 0; i < planner->n_lent; i++) {
                const struct inventory_function *function = planner->lent[i];
                struct step *step;

                if (!planner_takes(function) || is_unloaded(planner, function->driver))
                        continue;
                step = planner_step(planner, STEP_UNBIND, function->address);
                planner_tell(planner, step, "driver", "%s", function->driver);
                planner_tell(planner, step, "function", "%s", function->address);
                tell_each(planner, step, "end-program", planner->facts->profile->end_programs);
        }
}

static void add_vfio(struct planner *planner) {
        for (size_t i = 0; i < planner->n_lent; i++)
                if (strcmp(planner->lent[i]->driver, "vfio-pci") != 0)
                        planner_tell(planner, planner_step(planner, STEP_VFIO, planner->lent[i]->address),
                                     "driver", "%s", planner->lent[i]->driver);
}

static void add_pools(struct planner *planner) {
        const struct profile *profile = planner->facts->profile;

        for (size_t i = 0; i < profile->n_pools; i++) {
                char size[32];

                snprintf(size, sizeof(size), "%" PRIu64, profile->pools[i].size >> 10);
                planner_tell(planner, planner_step(planner, STEP_HUGEPAGES, size), "count", "%" PRIu64,
                             profile->pools[i].count);
        }
}

/* Both only make the guest faster. All units in one step, so that they are released at once. */
static void add_processors(struct planner *planner) {
        const struct profile *profile = planner->facts->profile;
        struct step *step;

        if (*profile->host_cpus) {
                step = planner_step(planner, STEP_CPU_SET, "system.slice,user.slice,init.scope");
                step->optional = true;
                planner_tell(planner, step, "cpus", "%s", profile->host_cpus);
        }
        if (*profile->governor)
                planner_step(planner, STEP_GOVERNOR, profile->governor)->optional = true;
}

void planner_add_steps(struct planner *planner) {
        const struct profile *profile = planner->facts->profile;

        add_hook(planner, STEP_HOOK_OUTER, profile->before_lend, profile->after_return);
        planner_add_snapshots(planner);
        add_monitors(planner);
        add_desktop_stop(planner);
        add_units(planner);
        planner_add_snippets(planner);
        add_consoles(planner);
        add_nodes(planner);
        add_sound(planner);
        add_modules(planner);
        add_unbinds(planner);
        add_vfio(planner);
        add_pools(planner);
        add_desktop_start(planner);
        add_processors(planner);
        add_hook(planner, STEP_HOOK_INNER, profile->after_lend, profile->before_return);
        planner_add_pruning(planner);
}
