/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "switcher/pci-driver.h"

#include <fcntl.h>
#include <limits.h>

#include "switcher/inventory.h"
#include "switcher/kernel-text.h"
#include "switcher/sysfs.h"
#include "switcher/uevent.h"

#define DEVICE "/sys/bus/pci/devices/%s"
#define DRIVER "/sys/bus/pci/drivers/%s"

int pci_driver(char **ret, const char *root, const char *address) {
        char path[PATH_MAX], target[PATH_MAX];
        const char *name;
        ssize_t n;

        snprintf(path, sizeof(path), "%s" DEVICE, root, address);
        if (access(path, F_OK) < 0)
                return -ENODEV;
        snprintf(path, sizeof(path), "%s" DEVICE "/driver", root, address);
        n = readlink(path, target, sizeof(target) - 1);
        if (n < 0 && errno != ENOENT)
                return -errno;
        target[n < 0 ? 0 : n] = '\0';
        name = strrchr(target, '/');
        *ret = strdup(name ? name + 1 : target);
        return *ret ? 0 : -ENOMEM;
}

bool pci_driver_is(const char *root, const char *address, const char *driver) {
        _cleanup_free_ char *is = NULL;

        return pci_driver(&is, root, address) >= 0 && strcmp(is, driver) == 0;
}

static bool is_among(const char *address, char *const *functions) {
        for (; *functions; functions++)
                if (strcmp(*functions, address) == 0)
                        return true;
        return false;
}

bool pci_driver_has_others(const char *root, const char *driver, char *const *functions) {
        _cleanup_(closedirp) DIR *folder = NULL;
        char path[PATH_MAX];
        const char *entry;

        snprintf(path, sizeof(path), "%s" DRIVER, root, driver);
        folder = kernel_folder(AT_FDCWD, path);
        while (folder && (entry = kernel_next(folder)))
                if (pci_address_is_valid(entry) && !is_among(entry, functions))
                        return true;
        return false;
}

int pci_override(char **ret, const char *root, const char *address) {
        char *text;
        int r;

        r = sysfs_read(&text, root, DEVICE "/driver_override", address);
        if (r < 0)
                return r == -ENOENT ? -ENODEV : r;
        if (strcmp(text, "(null)") == 0)
                *text = '\0';
        *ret = text;
        return 0;
}

int pci_set_override(const char *root, const char *address, const char *driver) {
        char line[256];

        snprintf(line, sizeof(line), "%s\n", driver); /* an empty line clears it; no line at all is ignored */
        return sysfs_write(line, root, DEVICE "/driver_override", address);
}

int pci_unbind(const char *root, const char *address, const char *driver) {
        int r;

        /* Not devices/ADDRESS/driver/unbind: that is whatever driver it has by the time of the call. */
        r = sysfs_write(address, root, DRIVER "/unbind", driver);
        return r == -ENODEV || r == -ENOENT ? -EBUSY : r;
}

static int await_driver(const char *root, const char *address, const char *driver, uint64_t deadline) {
        _cleanup_close_ int events = uevent_open();

        while (!pci_driver_is(root, address, driver))
                if (!uevent_wait(events, deadline))
                        return -ETIMEDOUT;
        return 0;
}

int pci_bind(const char *root, const char *address, const char *driver, uint64_t deadline) {
        _cleanup_free_ char *is = NULL;
        int r;

        r = pci_driver(&is, root, address);
        if (r < 0)
                return r;
        if (strcmp(is, driver) == 0)
                return 0;
        if (*is)
                return -EBUSY;
        if (pci_is_dead(root, address))
                return -ENXIO;
        /* Of two drivers that know the function, probing may choose the other one. */
        r = sysfs_write(address, root, DRIVER "/bind", driver);
        if (r < 0 && !pci_driver_is(root, address, driver)) /* somebody was faster */
                return r;
        return await_driver(root, address, driver, deadline);
}

int pci_restore_override(const char *root, const char *address, const char *override) {
        _cleanup_free_ char *is = NULL;
        int r;

        r = pci_override(&is, root, address);
        if (r < 0 || strcmp(is, VFIO_DRIVER) != 0 || strcmp(override, VFIO_DRIVER) == 0)
                return r;
        return pci_set_override(root, address, override);
}

int pci_give_back(const char *root, const char *address, const char *driver, const char *override,
                  uint64_t deadline) {
        int r;

        if (pci_is_dead(root, address)) /* the reservation keeps other drivers away from it */
                return -ENXIO;
        r = pci_restore_override(root, address, override);
        return r < 0 ? r : pci_bind(root, address, driver, deadline);
}

bool pci_is_dead(const char *root, const char *address) {
        char path[PATH_MAX];
        _cleanup_close_ int fd = -1;
        uint8_t vendor[2];

        snprintf(path, sizeof(path), "%s" DEVICE "/config", root, address);
        fd = open(path, O_RDONLY | O_CLOEXEC);
        return fd >= 0 && pread(fd, vendor, sizeof(vendor), 0) == sizeof(vendor) && vendor[0] == 0xff &&
               vendor[1] == 0xff;
}

int pci_fail_to_bind(struct step_call *call, int r, const char *address, const char *driver) {
        switch (r) {
        case -ENXIO:
                return step_fail(call, r,
                                 "%s does not answer since the guest had it, and stays away from %s: suspend "
                                 "the machine and wake it up, or reboot",
                                 address, driver);
        case -EBUSY:
                return step_fail(call, r, "%s has another driver than %s, and is left with it", address,
                                 driver);
        case -ETIMEDOUT:
                return step_fail(call, r, "%s has not been taken by %s: see dmesg", address, driver);
        case -ENOENT:
                return step_fail(call, r, "the driver %s of %s is not loaded", driver, address);
        default:
                return step_fail(call, r, "cannot bind %s to %s: %s", address, driver, strerror(-r));
        }
}
