/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How drivers are made to let go. Unloading one cannot hang: the kernel refuses while anybody uses it. But it
 * takes all its devices, so all have to be lent; and with it have to go the modules that use it, whose
 * devices have to be lent, too. Otherwise each function is unbound, proved idle by looking at every process
 * alone.
 */
#include "switcher/plan-internal.h"

#include "core/argv.h"

/* Borrows all names; every module is in it once. */
struct chain {
        const char **names;
        size_t n;
};

static bool chain_has(const struct chain *chain, const char *name) {
        for (size_t i = 0; i < chain->n; i++)
                if (strcmp(chain->names[i], name) == 0)
                        return true;
        return false;
}

/* No function that stays is driven by MODULE. STAYS, unless NULL: such a one. */
static bool all_lent(const struct planner *planner, const char *module,
                     const struct inventory_function **stays) {
        const struct inventory *inventory = planner->facts->inventory;

        for (size_t i = 0; i < inventory->n_functions; i++)
                if (strcmp(inventory->functions[i].module, module) == 0 &&
                    !planner_lends(planner, &inventory->functions[i])) {
                        *stays = &inventory->functions[i];
                        return false;
                }
        return true;
}

/* Whoever uses NAME goes before it. Modules cannot use each other in a circle. */
static bool chain_add(struct chain *chain, const struct planner *planner, const char *name,
                      const struct inventory_function **stays) {
        const struct inventory_module *module = inventory_find_module(planner->facts->inventory, name);

        if (!module || !all_lent(planner, name, stays))
                return false;
        for (char **user = module->users; *user; user++)
                if (!chain_has(chain, *user) && !planner_unloads(planner, *user) &&
                    !chain_add(chain, planner, *user, stays))
                        return false;
        chain->names[chain->n++] = module->name;
        return true;
}

static char **copy(const struct chain *chain) {
        _cleanup_(argv_freep) char **list = calloc(chain->n + 1, sizeof(*list));

        for (size_t i = 0; list && i < chain->n; i++) {
                list[i] = strdup(chain->names[i]);
                if (!list[i])
                        return NULL;
        }
        return steal_ptr(list);
}

static void choose(struct planner *planner, struct planner_driver *driver) {
        _cleanup_free_ const char **names = calloc(planner->facts->inventory->n_modules + 1, sizeof(*names));
        const struct inventory_function *stays = NULL;
        struct chain chain = { names, 0 };

        if (!names) {
                planner->error = -ENOMEM;
                return;
        }
        driver->unload = planner_unloads(planner, driver->module) ||
                         (*driver->module && chain_add(&chain, planner, driver->module, &stays));
        if (driver->unload) {
                driver->modules = copy(&chain);
                if (!driver->modules)
                        planner->error = -ENOMEM;
        } else if (stays && strcmp(driver->name, "nvidia") == 0)
                planner_warn(
                        planner,
                        "nvidia cannot be unloaded, because %s (%s) stays: whether a device is idle is then "
                        "for pillion alone to find out, and the kernel does not confirm it",
                        stays->address, stays->name);
}

static bool known(const struct planner *planner, const char *driver) {
        for (size_t i = 0; i < planner->n_drivers; i++)
                if (strcmp(planner->drivers[i].name, driver) == 0)
                        return true;
        return false;
}

void planner_choose_drivers(struct planner *planner) {
        for (size_t i = 0; i < planner->n_lent; i++) {
                const struct inventory_function *function = planner->lent[i];
                struct planner_driver *driver = &planner->drivers[planner->n_drivers];

                if (!planner_takes(function) || known(planner, function->driver))
                        continue;
                *driver = (struct planner_driver){ .name = function->driver, .module = function->module };
                choose(planner, driver);
                planner->n_drivers++;
        }
}
