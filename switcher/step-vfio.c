/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * STEP_VFIO, target: a function's address. libvirt binds it to vfio-pci, once it has no driver any more: what
 * libvirt would have to unbind it might hang on, and with it all that it does for other guests. Undone by
 * libvirt, too, but never for a function that is back with another driver, because libvirt would unbind that.
 * Where libvirt cannot be asked, we take it back ourselves.
 *
 * What libvirt was asked it may do after we have given up: then it would unbind whatever driver the function
 * has by then, in use or not. So the function is reserved for vfio-pci before libvirt is asked, by which undo
 * knows; it is not undone while libvirt is silent, and transaction.c leaves its driver away until it is.
 *
 * It is only taken back when nobody has its group, or itself, open, since QEMU does as long as its guest
 * lives; and not if it does not answer, because libvirt would let its native driver at it.
 *
 * State: driver=NAME, override=NAME, "" for none; loaded=yes|no, vfio-pci. No result.
 */
#include <limits.h>
#include <sys/stat.h>

#include "switcher/gate.h"
#include "switcher/modules.h"
#include "switcher/nodedev.h"
#include "switcher/pci-driver.h"
#include "switcher/steps.h"

#define VFIO_MODULE  "vfio_pci"
#define LIBVIRT_USEC 30000000
#define GUEST_USEC   20000000

static int observe(struct step_call *call) {
        _cleanup_free_ char *driver = NULL, *override = NULL;
        int r;

        r = pci_driver(&driver, call->root, call->step->target);
        if (r >= 0)
                r = pci_override(&override, call->root, call->step->target);
        if (r >= 0)
                r = words_add(call->ret, "driver", driver);
        if (r >= 0)
                r = words_add(call->ret, "override", override);
        if (r >= 0)
                r = words_add(call->ret, "loaded", module_is_loaded(call->root, VFIO_MODULE) ? "yes" : "no");
        return r;
}

/* "vfio/7", the node of its IOMMU group; false: it has none. */
static bool find_group(const struct step_call *call, char *name, size_t size) {
        char path[PATH_MAX], target[PATH_MAX];
        const char *number;
        ssize_t n;

        snprintf(path, sizeof(path), "%s/sys/bus/pci/devices/%s/iommu_group", call->root, call->step->target);
        n = readlink(path, target, sizeof(target) - 1);
        if (n < 0)
                return false;
        target[n] = '\0';
        number = strrchr(target, '/');
        return snprintf(name, size, "vfio/%s", number ? number + 1 : target) < (int)size;
}

/* 0: there is none. */
static dev_t number_of(const struct step_call *call, const char *name) {
        char path[PATH_MAX];
        struct stat st;

        snprintf(path, sizeof(path), "%s/dev/%s", call->root, name);
        return stat(path, &st) == 0 && S_ISCHR(st.st_mode) ? st.st_rdev : 0;
}

/* The driver can be loaded, built in, or about to be loaded by us. */
static int load_vfio(struct step_call *call) {
        char path[PATH_MAX];

        snprintf(path, sizeof(path), "%s/sys/bus/pci/drivers/" VFIO_DRIVER, call->root);
        return access(path, F_OK) == 0 ? 0 : module_load(call, VFIO_MODULE);
}

static int verify_lent(struct step_call *call) {
        char name[256] = "vfio/GROUP";

        if (!pci_driver_is(call->root, call->step->target, VFIO_DRIVER))
                return step_fail(call, -EIO, "libvirt says that it has done so, but %s is not with vfio-pci",
                                 call->step->target);
        if (!find_group(call, name, sizeof(name)) || number_of(call, name) == 0)
                return step_fail(call, -EIO, "%s is with vfio-pci, but there is no /dev/%s",
                                 call->step->target, name);
        return 0;
}

static int ask_libvirt_for(struct step_call *call, char *problem, size_t size) {
        const char *address = call->step->target, *override = words_get(call->state, "override");
        int r;

        r = pci_set_override(call->root, address, VFIO_DRIVER);
        if (r < 0) {
                snprintf(problem, size, "it cannot be reserved for vfio-pci: %s", strerror(-r));
                return r;
        }
        r = nodedev_detach(address, LIBVIRT_USEC, problem, size);
        if (r == -ENOTCONN || r == -EHOSTDOWN) /* it was not asked */
                (void)pci_set_override(call->root, address, override ?: "");
        return r;
}

static int apply(struct step_call *call) {
        const char *address = call->step->target;
        _cleanup_free_ char *driver = NULL;
        char problem[300];
        int r;

        r = pci_driver(&driver, call->root, address);
        if (r < 0)
                return r;
        if (strcmp(driver, VFIO_DRIVER) == 0)
                return verify_lent(call);
        if (*driver)
                return step_fail(call, -EBUSY, "%s is with %s still, or again", address, driver);
        r = load_vfio(call);
        if (r < 0)
                return r;
        r = ask_libvirt_for(call, problem, sizeof(problem));
        if (r < 0)
                return step_fail(call, r, "libvirt cannot take %s: %s", address, problem);
        return verify_lent(call);
}

/* What libvirt would do, less giving it to another driver: that is another step's. */
static int take_back_ourselves(struct step_call *call, const char *override) {
        const char *address = call->step->target;
        int r;

        r = pci_restore_override(call->root, address, override);
        if (r >= 0 && pci_driver_is(call->root, address, VFIO_DRIVER))
                r = pci_unbind(call->root, address, VFIO_DRIVER);
        return r < 0 ? step_fail(call, r, "cannot take %s from vfio-pci: %s", address, strerror(-r)) : 0;
}

static int take_back(struct step_call *call, const char *override) {
        const char *address = call->step->target;
        char problem[300];
        int r;

        r = nodedev_reattach(address, LIBVIRT_USEC, problem, sizeof(problem));
        if (r == -ENOTCONN) {
                step_say(call, "without libvirt, which says: %s", problem);
                return take_back_ourselves(call, override);
        }
        return r < 0 ? step_fail(call, r, "libvirt does not give back %s: %s", address, problem) : 0;
}

/* libvirt clears every reservation. */
static int verify_returned(struct step_call *call, const char *override) {
        const char *address = call->step->target;
        _cleanup_free_ char *is = NULL;
        int r;

        if (pci_driver_is(call->root, address, VFIO_DRIVER))
                return step_fail(call, -EIO, "%s is with vfio-pci still", address);
        r = pci_override(&is, call->root, address);
        return r < 0 || strcmp(is, override) == 0 ? r : pci_set_override(call->root, address, override);
}

static int give_up_vfio(struct step_call *call, const char *override) {
        int r;

        r = gate_pass_functions(call, GUEST_USEC);
        if (r < 0)
                return r;
        if (pci_is_dead(call->root, call->step->target))
                return pci_fail_to_bind(call, -ENXIO, call->step->target, "any other driver than vfio-pci");
        return take_back(call, override);
}

/* Whether it is still, or half, with vfio-pci. */
static bool is_lent(const struct step_call *call) {
        _cleanup_free_ char *override = NULL;

        if (pci_driver_is(call->root, call->step->target, VFIO_DRIVER))
                return true;
        return pci_driver_is(call->root, call->step->target, "") &&
               pci_override(&override, call->root, call->step->target) >= 0 &&
               strcmp(override, VFIO_DRIVER) == 0;
}

/* The module goes if it has come with us, unless others have functions with it now. */
static int undo(struct step_call *call) {
        static char *const nobody[] = { NULL };
        const char *driver = words_get(call->state, "driver"), *override = words_get(call->state, "override");
        int r = 0;

        if (!driver || !override || strcmp(driver, VFIO_DRIVER) == 0) /* it was with it before */
                return 0;
        if (is_lent(call) && strcmp(override, VFIO_DRIVER) != 0)
                r = give_up_vfio(call, override);
        if (r >= 0)
                r = verify_returned(call, override);
        if (r >= 0 && words_is(call->state, "loaded", "no") &&
            !pci_driver_has_others(call->root, VFIO_DRIVER, nobody))
                module_drop(call, VFIO_MODULE);
        return r;
}

const struct step_type step_vfio = { 60000000, 90000000, observe, apply, undo };
