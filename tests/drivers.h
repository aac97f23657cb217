/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/*
 * tests/drivers: a function and its drivers in a machine of files, with a kernel that is a process of ours:
 * it does what is written to bind and unbind. The function has an address that libvirt, if there is one, does
 * not know.
 */
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>

#include "switcher/pci-driver.h"
#include "tests/sysfs-pci.h"
#include "tests/trial.h"

#define GPU      "0000:fe:1f.0"
#define DRIVERS  "/sys/bus/pci/drivers"
#define DRIVER   "/sys/devices/pci0000:00/" GPU "/driver"
#define OVERRIDE "/sys/devices/pci0000:00/" GPU "/driver_override"
#define CONFIG   "/sys/devices/pci0000:00/" GPU "/config"
#define LOG      "/modprobe.log"

static struct sysfs sysfs;

static const char *const drivers[] = { "nouveau", "nvidia", VFIO_DRIVER };

static inline bool was_written(const char *driver, const char *file) {
        char path[128];

        snprintf(path, sizeof(path), DRIVERS "/%s/%s", driver, file);
        if (strcmp(root_get(path), GPU) != 0)
                return false;
        root_put(path, "");
        return true;
}

/* As the kernel: unbind only from the driver it has, bind only if it has none and is not reserved. */
static inline void obey(const char *driver) {
        char target[128], override[4096];
        bool has = strstr(root_get(DRIVER), driver);

        snprintf(target, sizeof(target), "../../../bus/pci/drivers/%s", driver);
        snprintf(override, sizeof(override), "%s", root_get(OVERRIDE));
        if (was_written(driver, "unbind") && has)
                CHECK_EQ(unlink(root_at(DRIVER)), 0);
        if (was_written(driver, "bind") && !*root_get(DRIVER) &&
            (strncmp(override, "(null)", 6) == 0 || strncmp(override, driver, strlen(driver)) == 0 ||
             *override == '\n'))
                root_link(DRIVER, target);
}

static inline pid_t start_kernel(void) {
        pid_t pid = fork();

        if (pid != 0)
                return pid;
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        for (;; usleep(1000))
                for (size_t i = 0; i < sizeof(drivers) / sizeof(*drivers); i++)
                        obey(drivers[i]);
}

static inline void put_driver(const char *driver) {
        (void)unlink(root_at(DRIVER));
        if (*driver)
                sysfs_driver(&sysfs, GPU, driver, strcmp(driver, VFIO_DRIVER) == 0 ? NULL : driver);
}

/* GPU with DRIVER, reserved for nobody, alive. */
static inline void put(const char *driver) {
        put_driver(driver);
        root_put(OVERRIDE, "(null)\n");
        root_put(CONFIG, "\xde\x10");
        (void)unlink(root_at(LOG));
}

static const char *driver_now(void) {
        const char *name = strrchr(root_get(DRIVER), '/');

        return name ? name + 1 : "";
}

static inline void set_up(void) {
        char script[600];

        snprintf(sysfs.root, sizeof(sysfs.root), "%s", root_new());
        sysfs_function(&sysfs, GPU, NULL, "0x10de\n", "0x2206\n", "0x030000\n");
        for (size_t i = 0; i < sizeof(drivers) / sizeof(*drivers); i++) {
                put_driver(drivers[i]);
                snprintf(script, sizeof(script), DRIVERS "/%s/bind", drivers[i]);
                root_put(script, "");
                snprintf(script, sizeof(script), DRIVERS "/%s/unbind", drivers[i]);
                root_put(script, "");
        }
        root_put("/proc/1/comm", "init\n");
        /* A modprobe that says what it was asked for, and does it; "broken" it does not know, and it says
         * that it has loaded "refused". */
        snprintf(script, sizeof(script),
                 "#!/bin/sh\necho \"$@\" >>%s" LOG
                 "\n[ \"$2\" != broken ] || { echo no such thing; exit 1; }\n"
                 "[ \"$2\" != refused ] || exit 0\n"
                 "mkdir -p %s/sys/module/$2 && echo 0 >%s/sys/module/$2/refcnt\n",
                 root_path, root_path, root_path);
        root_put("/modprobe", script);
        CHECK_EQ(chmod(root_at("/modprobe"), 0755), 0);
        root_put("/proc/sys/kernel/modprobe", root_at("/modprobe"));
}

static inline void put_module(const char *name) {
        char path[64];

        snprintf(path, sizeof(path), "/sys/module/%s/refcnt", name);
        root_put(path, "0\n");
}

static inline void remove_module(const char *name) {
        char path[64];

        snprintf(path, sizeof(path), "/sys/module/%s/refcnt", name);
        CHECK(unlink(root_at(path)) == 0 || errno == ENOENT);
}
