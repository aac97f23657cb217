/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * STEP_UNBIND, target: a function's address; told: driver=NAME that it has; function=…, end-program=…, as
 * gate.h reads them. Unbinds it from that driver, and from no other, once it is proved idle. Undone by having
 * the driver it had take it again; nothing is ever unbound for that.
 *
 * A function that does not answer (its vendor reads as ffff: the reset after the guest has failed) is left as
 * it is: the attempt of a native driver to start it hangs, or takes the bus with it; and to remove and rescan
 * it would take away its sysfs files from under whoever looks at them, for a device that comes back as dead.
 *
 * State: driver=NAME, "" for none; override=NAME, "" for none; module=NAME of the driver, if it is one. No
 * result.
 */
#include "switcher/gate.h"
#include "switcher/modules.h"
#include "switcher/pci-driver.h"
#include "switcher/process.h"
#include "switcher/steps.h"

#define GATE_USEC 15000000
#define BIND_USEC 20000000

static int observe(struct step_call *call) {
        _cleanup_free_ char *driver = NULL, *override = NULL, *module = NULL;
        int r;

        r = pci_driver(&driver, call->root, call->step->target);
        if (r >= 0)
                r = pci_override(&override, call->root, call->step->target);
        if (r < 0)
                return r;
        r = words_add(call->ret, "driver", driver);
        if (r >= 0)
                r = words_add(call->ret, "override", override);
        if (r >= 0 && module_of_driver(&module, call->root, driver) >= 0)
                r = words_add(call->ret, "module", module);
        return r;
}

static int unbind(struct step_call *call, const char *driver) {
        const char *address = call->step->target;
        int r;

        r = pci_unbind(call->root, address, driver);
        if (r == -EBUSY) /* somebody was faster; what it has now is seen below */
                r = 0;
        if (r < 0)
                return step_fail(call, r, "cannot unbind %s from %s: %s", address, driver, strerror(-r));
        if (!pci_driver_is(call->root, address, ""))
                return step_fail(call, -EIO, "%s has a driver still, or again", address);
        return 0;
}

static int apply(struct step_call *call) {
        const char *driver = words_get(&call->step->told, "driver");
        _cleanup_free_ char *is = NULL;
        int r;

        r = pci_driver(&is, call->root, call->step->target);
        if (r < 0 || !*is || strcmp(is, VFIO_DRIVER) == 0)
                return r;
        if (!driver || strcmp(is, driver) != 0)
                return step_fail(call, -EBUSY, "%s has the driver %s, not %s as planned: plan again",
                                 call->step->target, is, driver ? driver : "none");
        r = gate_pass_functions(call, GATE_USEC);
        return r < 0 ? r : unbind(call, driver);
}

static int undo(struct step_call *call) {
        const char *driver = words_get(call->state, "driver"), *override = words_get(call->state, "override");
        const char *module = words_get(call->state, "module");
        int r;

        if (!driver || !*driver || pci_driver_is(call->root, call->step->target, driver))
                return 0;
        if (pci_is_dead(call->root, call->step->target)) /* or what is loaded would take it */
                return pci_fail_to_bind(call, -ENXIO, call->step->target, driver);
        if (module) {
                r = module_load(call, module);
                if (r < 0)
                        return r;
        }
        r = pci_give_back(call->root, call->step->target, driver, override ? override : "",
                          now_usec() + BIND_USEC);
        return r < 0 ? pci_fail_to_bind(call, r, call->step->target, driver) : 0;
}

const struct step_type step_unbind = { 30000000, 60000000, observe, apply, undo };
