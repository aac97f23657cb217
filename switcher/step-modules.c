/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * STEP_MODULES, target: modules in the order in which they are unloaded, separated by ','; told: driver=…,
 * each that goes with them; function=… of all that they drive; end-program=…, as gate.h reads them. To
 * unload a driver is the kernel's own proof that nobody uses it, and never blocks: it is refused instead.
 * Undone by loading what was, in reverse.
 *
 * State: loaded=NAME for each that was; bound=ADDRESS/DRIVER for each function that had one. No result.
 * Source: delete_module(2).
 */
#include "switcher/gate.h"
#include "switcher/modules.h"
#include "switcher/pci-driver.h"
#include "switcher/process.h"
#include "switcher/steps.h"
#include "switcher/uevent.h"

#define GATE_USEC 15000000
#define BUSY_USEC 5000000 /* for a module that nobody seems to use */
#define BIND_USEC 20000000

/* The next name in *REST, which is cut; NULL: that was all. */
static char *next_module(char **rest) {
        char *name;

        do
                name = strsep(rest, ",");
        while (name && !*name);
        for (char *c = name; c && *c; c++)
                if (*c == '-')
                        *c = '_';
        return name;
}

static int note_modules(struct step_call *call) {
        _cleanup_free_ char *names = strdup(call->step->target);
        char *rest = names, *name;
        int r = names ? 0 : -ENOMEM;

        while (r >= 0 && (name = next_module(&rest)))
                if (module_is_loaded(call->root, name))
                        r = words_add(call->ret, "loaded", name);
        return r;
}

static int observe(struct step_call *call) {
        _cleanup_free_ char **functions = words_all(&call->step->told, "function");
        int r = functions ? note_modules(call) : -ENOMEM;

        for (char **function = functions; r >= 0 && *function; function++) {
                _cleanup_free_ char *driver = NULL;

                r = pci_driver(&driver, call->root, *function);
                if (r >= 0 && *driver && strcmp(driver, VFIO_DRIVER) != 0)
                        r = words_addf(call->ret, "bound", "%s/%s", *function, driver);
        }
        return r;
}

static int fail_for_users(struct step_call *call, const char *name) {
        _cleanup_free_ char *users = NULL;
        unsigned references = module_references(&users, call->root, name);

        if (users && *users)
                return step_fail(call, -EBUSY, "the module %s is used by %s: unload that first", name, users);
        return step_fail(call, -EBUSY,
                         "the kernel counts %u users of the module %s, but no process has a device of it "
                         "open: lsof; cat /proc/fb",
                         references, name);
}

/* Who has a device open is named by the gate. Who is not found gets a moment to be done. */
static int unload(struct step_call *call, const char *name) {
        uint64_t deadline = now_usec() + BUSY_USEC;
        _cleanup_close_ int events = uevent_open();
        int r;

        while ((r = module_unload(name)) == -EAGAIN || r == -EBUSY) {
                r = gate_pass_functions(call, GATE_USEC);
                if (r < 0)
                        return r;
                if (!uevent_wait(events, deadline))
                        return fail_for_users(call, name);
        }
        return r < 0 && r != -ENOENT ? step_fail(call, r, "cannot unload %s: %s", name, strerror(-r)) : 0;
}

/* Some may have come since it was planned: unloading would take them along, used or not. */
static int check_others(struct step_call *call) {
        _cleanup_free_ char **functions = words_all(&call->step->told, "function");
        _cleanup_free_ char **drivers = words_all(&call->step->told, "driver");

        if (!functions || !drivers)
                return -ENOMEM;
        for (char **driver = drivers; *driver; driver++)
                if (pci_driver_has_others(call->root, *driver, functions))
                        return step_fail(call, -EBUSY, "%s has functions that are not lent: plan again",
                                         *driver);
        return 0;
}

static int apply(struct step_call *call) {
        _cleanup_free_ char *names = strdup(call->step->target);
        char *rest = names, *name;
        int r;

        if (!names)
                return -ENOMEM;
        r = check_others(call);
        if (r >= 0)
                r = gate_pass_functions(call, GATE_USEC);
        while (r >= 0 && (name = next_module(&rest)))
                if (module_is_loaded(call->root, name))
                        r = unload(call, name);
        return r;
}

/* ADDRESS/DRIVER, as noted, cut in two; NULL: no memory, or not of that form. The caller's. */
static char *split_bound(const char *text, const char **ret_driver) {
        char *address = strdup(text), *slash = address ? strchr(address, '/') : NULL;

        if (!slash) {
                free(address);
                return NULL;
        }
        *slash = '\0';
        *ret_driver = slash + 1;
        return address;
}

/* A driver that is being loaded takes what it knows; one that does not answer is not for it to find. */
static int check_alive(struct step_call *call, const char *bound) {
        const char *driver;
        _cleanup_free_ char *address = split_bound(bound, &driver);

        if (!address)
                return -EINVAL;
        return pci_is_dead(call->root, address) ? pci_fail_to_bind(call, -ENXIO, address, driver) : 0;
}

static int bind_again(struct step_call *call, const char *bound) {
        const char *driver;
        _cleanup_free_ char *address = split_bound(bound, &driver);
        int r;

        if (!address)
                return -EINVAL;
        r = pci_bind(call->root, address, driver, now_usec() + BIND_USEC);
        return r < 0 ? pci_fail_to_bind(call, r, address, driver) : 0;
}

static int for_each_bound(struct step_call *call, int (*fn)(struct step_call *call, const char *bound)) {
        int r = 0;

        for (size_t i = 0; r >= 0 && i < call->state->n; i++)
                if (strcmp(call->state->items[i].key, "bound") == 0)
                        r = fn(call, call->state->items[i].value);
        return r;
}

static int undo(struct step_call *call) {
        int r;

        r = for_each_bound(call, check_alive);
        for (size_t i = call->state->n; r >= 0 && i-- > 0;)
                if (strcmp(call->state->items[i].key, "loaded") == 0)
                        r = module_load(call, call->state->items[i].value);
        return r < 0 ? r : for_each_bound(call, bind_again);
}

const struct step_type step_modules = { 120000000, 90000000, observe, apply, undo };
