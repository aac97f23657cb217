/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Machines as chance makes them: whatever is lent, each function is taken from its driver and bound once. */
#include "tests/plan-world.h"
#include "tests/test.h"

/* What chance makes of the world: drivers, who uses whose module, what is lent. */
static void shuffle(struct world *world, char *users[8][9], char **lent) {
        static const char *const drivers[] = {
                "", "vfio-pci", "nvidia", "nvidia_drm", "snd_hda_intel", "nvme"
        };
        size_t n = 0;

        for (size_t i = 0; i < N_WORLD; i++) {
                const char *driver = drivers[rand() % 6];

                world->functions[i].driver = (char *)driver;
                world->functions[i].module =
                        strcmp(driver, "vfio-pci") == 0 || rand() % 5 == 0 ? "" : (char *)driver;
                if (rand() % 2)
                        lent[n++] = world->functions[i].address;
        }
        lent[n] = NULL;
        for (size_t i = 0; i < 8; i++) {
                size_t k = 0;

                for (size_t j = 0; j < i; j++) /* never in a circle */
                        if (rand() % 4 == 0)
                                users[i][k++] = world->modules[j].name;
                users[i][k] = NULL;
                world->modules[i].users = users[i];
        }
}

static bool is_lent(char *const *lent, const char *address) {
        for (; *lent; lent++)
                if (strcmp(*lent, address) == 0)
                        return true;
        return false;
}

/* How many steps of KIND are about ADDRESS, as their target or as one of their functions. */
static int steps_about(const struct world *world, enum step_kind kind, const char *address, bool by_target) {
        int n = 0;

        for (size_t i = 0; i < world->plan->n_steps; i++) {
                const struct step *step = &world->plan->steps[i];

                if (step->kind != kind)
                        continue;
                n += by_target && strcmp(step->target, address) == 0;
                for (size_t j = 0; !by_target && j < step->told.n; j++)
                        n += strcmp(step->told.items[j].key, "function") == 0 &&
                             strcmp(step->told.items[j].value, address) == 0;
        }
        return n;
}

/* Whoever uses a module has gone before it, and no device that stays loses its driver. */
static void check_unloading(const struct world *world, char *const *lent) {
        char gone[600] = ",";

        for (size_t n = 0; world_step(world, STEP_MODULES, n); n++) {
                _cleanup_free_ char *list = strdup(world_step(world, STEP_MODULES, n)->target);
                char *rest = list, *name, part[40];

                while ((name = strsep(&rest, ","))) {
                        const struct inventory_module *module =
                                inventory_find_module(&world->inventory, name);

                        snprintf(part, sizeof(part), ",%s,", name);
                        CHECK(!strstr(gone, part));
                        for (char **user = module->users; *user; user++) {
                                snprintf(part, sizeof(part), ",%s,", *user);
                                CHECK(strstr(gone, part));
                        }
                        for (size_t i = 0; i < N_WORLD; i++)
                                if (strcmp(world->functions[i].module, name) == 0)
                                        CHECK(is_lent(lent, world->functions[i].address));
                        snprintf(gone + strlen(gone), sizeof(gone) - strlen(gone), "%s,", name);
                }
        }
}

static void check_function(const struct world *world, const struct inventory_function *function, bool lent) {
        static const enum step_kind kinds[] = { STEP_CONSOLES, STEP_NODES, STEP_SOUND, STEP_UNBIND,
                                                STEP_VFIO };
        bool vfio = strcmp(function->driver, "vfio-pci") == 0;
        bool driven = *function->driver && !vfio;
        int unbound = steps_about(world, STEP_UNBIND, function->address, true);
        int unloaded = steps_about(world, STEP_MODULES, function->address, false);

        CHECK_EQ(steps_about(world, STEP_VFIO, function->address, true), lent && !vfio);
        CHECK_EQ(unbound + unloaded, lent && driven);
        CHECK_EQ(steps_about(world, STEP_UNBIND, function->address, false), unbound);
        for (size_t i = 0; i < sizeof(kinds) / sizeof(*kinds); i++)
                CHECK(steps_about(world, kinds[i], function->address, true) <= lent);
}

static void test_property(void) {
        size_t unloads = 0, unbinds = 0;

        srand(1);
        for (int round = 0; round < 20000; round++) {
                char *users[8][9], *lent[N_WORLD + 1];
                _cleanup_(world_done) struct world world;

                world_init(&world);
                shuffle(&world, users, lent);
                world.facts.hostdevs = lent;
                world_plan(&world);
                for (size_t i = 1; i < world.plan->n_steps; i++)
                        CHECK(world.plan->steps[i - 1].kind <= world.plan->steps[i].kind);
                for (size_t i = 0; i < N_WORLD; i++)
                        check_function(&world, &world.functions[i],
                                       is_lent(lent, world.functions[i].address));
                check_unloading(&world, lent);
                unloads += world_count(&world, STEP_MODULES);
                unbinds += world_count(&world, STEP_UNBIND);
        }
        CHECK(unloads > 1000 && unbinds > 1000);
}

int main(void) {
        test_property();
        return 0;
}
