/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Drivers taken from a function and given back, in a machine of files with a kernel that is a process of
 * ours: it does what is written to bind and unbind. The function has an address that libvirt, if there is
 * one, does not know.
 */
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>

#include "switcher/pci-driver.h"
#include "switcher/process.h"
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

static bool was_written(const char *driver, const char *file) {
        char path[128];

        snprintf(path, sizeof(path), DRIVERS "/%s/%s", driver, file);
        if (strcmp(root_get(path), GPU) != 0)
                return false;
        root_put(path, "");
        return true;
}

/* As the kernel: unbind only from the driver it has, bind only if it has none and is not reserved. */
static void obey(const char *driver) {
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

static pid_t start_kernel(void) {
        pid_t pid = fork();

        if (pid != 0)
                return pid;
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        for (;; usleep(1000))
                for (size_t i = 0; i < sizeof(drivers) / sizeof(*drivers); i++)
                        obey(drivers[i]);
}

static void put_driver(const char *driver) {
        (void)unlink(root_at(DRIVER));
        if (*driver)
                sysfs_driver(&sysfs, GPU, driver, strcmp(driver, VFIO_DRIVER) == 0 ? NULL : driver);
}

/* GPU with DRIVER, reserved for nobody, alive. */
static void put(const char *driver) {
        put_driver(driver);
        root_put(OVERRIDE, "(null)\n");
        root_put(CONFIG, "\xde\x10");
        (void)unlink(root_at(LOG));
}

static const char *driver_now(void) {
        const char *name = strrchr(root_get(DRIVER), '/');

        return name ? name + 1 : "";
}

static void set_up(void) {
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

static void test_unbind(void) {
        struct trial trial = trial_of(STEP_UNBIND, GPU, (const char *const[]){ "driver", "nouveau", NULL });

        put("nouveau");
        CHECK_EQ(trial_observe(&trial), 0);
        CHECK(words_is(&trial.state, "driver", "nouveau") && words_is(&trial.state, "override", ""));
        CHECK_EQ(trial_undo(&trial), 0); /* nothing was done */
        CHECK_STR(driver_now(), "nouveau");
        pci_unbind(root_path, GPU, "nouveau");
        for (int i = 0; i < 2000 && *driver_now(); i++)
                usleep(5000);
        CHECK_EQ(trial_apply(&trial), 0); /* it is done already */
        for (int twice = 0; twice < 2; twice++) {
                CHECK_EQ(trial_undo(&trial), 0);
                CHECK_STR(driver_now(), "nouveau");
        }
        trial_done(&trial);
}

/* Never from a driver that nobody has spoken of. */
static void test_unbind_other(void) {
        struct trial trial = trial_of(STEP_UNBIND, GPU, (const char *const[]){ "driver", "nouveau", NULL });

        put("nvidia");
        CHECK_EQ(trial_observe(&trial), 0);
        CHECK_EQ(trial_apply(&trial), -EBUSY);
        CHECK_STR(trial.problem, GPU " has the driver nvidia, not nouveau as planned: plan again");
        put(VFIO_DRIVER);
        CHECK_EQ(trial_apply(&trial), 0); /* that is where it is to go */
        CHECK_STR(driver_now(), VFIO_DRIVER);
        trial_done(&trial);
}

static void test_bind_back(void) {
        struct trial trial = trial_of(STEP_UNBIND, GPU, (const char *const[]){ "driver", "nouveau", NULL });

        put("nouveau");
        CHECK_EQ(trial_observe(&trial), 0);
        put("");
        root_put(OVERRIDE, VFIO_DRIVER "\n"); /* libvirt ended half-way */
        CHECK_EQ(trial_undo(&trial), 0);
        CHECK_STR(driver_now(), "nouveau");
        CHECK_STR(root_get(OVERRIDE), "\n");

        put("nvidia"); /* somebody else's doing: it is neither unbound nor called ours */
        CHECK_EQ(trial_undo(&trial), -EBUSY);
        CHECK_STR(trial.problem, GPU " has another driver than nouveau, and is left with it");
        CHECK_STR(driver_now(), "nvidia");

        put("");
        root_put(OVERRIDE, VFIO_DRIVER "\n");
        root_put(CONFIG, "\xff\xff");
        CHECK_EQ(trial_undo(&trial), -ENXIO);
        CHECK(strstr(trial.problem, "does not answer"));
        CHECK_STR(driver_now(), "");
        CHECK_STR(root_get(OVERRIDE), VFIO_DRIVER "\n");
        trial_done(&trial);
}

/* Only what libvirt does is undone: driverctl's own reservation is put back, not cleared, and a newer one
 * stays. */
static void test_reserved(void) {
        struct trial trial = trial_of(STEP_UNBIND, GPU, (const char *const[]){ "driver", "nouveau", NULL });

        put("nouveau");
        root_put(OVERRIDE, "nouveau\n");
        CHECK_EQ(trial_observe(&trial), 0);
        CHECK(words_is(&trial.state, "override", "nouveau"));
        put("");
        root_put(OVERRIDE, VFIO_DRIVER "\n");
        CHECK_EQ(trial_undo(&trial), 0);
        CHECK_STR(driver_now(), "nouveau");
        CHECK_STR(root_get(OVERRIDE), "nouveau\n");
        put("nouveau");
        CHECK_EQ(trial_observe(&trial), 0);
        put("");
        root_put(OVERRIDE, "nouveau \n");
        CHECK_EQ(trial_undo(&trial), 0);
        CHECK_STR(root_get(OVERRIDE), "nouveau \n");
        trial_done(&trial);
}

static void put_module(const char *name) {
        char path[64];

        snprintf(path, sizeof(path), "/sys/module/%s/refcnt", name);
        root_put(path, "0\n");
}

static void remove_module(const char *name) {
        char path[64];

        snprintf(path, sizeof(path), "/sys/module/%s/refcnt", name);
        CHECK(unlink(root_at(path)) == 0 || errno == ENOENT);
}

static void test_modules(void) {
        struct trial trial = trial_of(STEP_MODULES, "nvidia-drm,nvidia_uvm,nvidia",
                                      (const char *const[]){ "function", GPU, NULL });

        put("nvidia");
        put_module("nvidia");
        put_module("nvidia_drm");
        remove_module("nvidia_uvm");
        CHECK_EQ(trial_observe(&trial), 0);
        CHECK_EQ(trial.state.n, 3);
        CHECK_STR(trial.state.items[0].value, "nvidia_drm");
        CHECK_STR(trial.state.items[1].value, "nvidia");
        CHECK(words_is(&trial.state, "bound", GPU "/nvidia"));
        CHECK_EQ(trial_undo(&trial), 0); /* nothing was done */
        CHECK_STR(root_get(LOG), "");
        remove_module("nvidia");
        remove_module("nvidia_drm");
        put("");
        CHECK_EQ(trial_apply(&trial), 0); /* it is done already */
        for (int twice = 0; twice < 2; twice++) {
                CHECK_EQ(trial_undo(&trial), 0);
                CHECK_STR(root_get(LOG), "-- nvidia\n-- nvidia_drm\n");
                CHECK_STR(driver_now(), "nvidia");
        }
        trial_done(&trial);
}

static void test_modules_fail(void) {
        struct trial trial = trial_of(STEP_MODULES, "broken", (const char *const[]){ "function", GPU, NULL });

        put("nvidia");
        put_module("broken");
        CHECK_EQ(trial_observe(&trial), 0);
        remove_module("broken");
        CHECK_EQ(trial_undo(&trial), -EIO);
        CHECK(strstr(trial.problem, "modprobe broken' ended with 1: no such thing"));
        /* A driver is not let near a function that does not answer. */
        put("");
        root_put(CONFIG, "\xff\xff");
        CHECK_EQ(trial_undo(&trial), -ENXIO);
        CHECK_STR(root_get(LOG), "");
        trial_done(&trial);
}

/* A driver that has got another function since takes that along. */
static void test_modules_others(void) {
        static const char other[] = DRIVERS "/nvidia/0000:fe:1e.0";
        struct trial trial = trial_of(STEP_MODULES, "nvidia",
                                      (const char *const[]){ "driver", "nvidia", "function", GPU, NULL });

        put("nvidia");
        CHECK_EQ(trial_observe(&trial), 0);
        put("");
        remove_module("nvidia");
        root_link(other, "../../../../devices/pci0000:00/0000:fe:1e.0");
        CHECK_EQ(trial_apply(&trial), -EBUSY);
        CHECK(strstr(trial.problem, "nvidia has functions that are not lent"));
        CHECK_EQ(unlink(root_at(other)), 0);
        CHECK_EQ(trial_apply(&trial), 0);
        trial_done(&trial);
}

/* What modprobe says is not all. */
static void test_modules_refused(void) {
        struct trial trial =
                trial_of(STEP_MODULES, "refused", (const char *const[]){ "function", GPU, NULL });

        put("nvidia");
        put_module("refused");
        CHECK_EQ(trial_observe(&trial), 0);
        remove_module("refused");
        CHECK_EQ(trial_undo(&trial), -EIO);
        CHECK(strstr(trial.problem, "modprobe refused' has not loaded it"));
        trial_done(&trial);
}

/* A driver that is loaded goes for what it knows. */
static void test_unbind_dead(void) {
        struct trial trial = trial_of(STEP_UNBIND, GPU, (const char *const[]){ "driver", "nouveau", NULL });

        put("nouveau");
        put_module("nouveau");
        CHECK_EQ(trial_observe(&trial), 0);
        CHECK(words_is(&trial.state, "module", "nouveau"));
        put("");
        remove_module("nouveau");
        root_put(CONFIG, "\xff\xff");
        CHECK_EQ(trial_undo(&trial), -ENXIO);
        CHECK_STR(root_get(LOG), "");
        trial_done(&trial);
}

static struct trial vfio_trial(void) {
        struct trial trial = trial_of(STEP_VFIO, GPU, NULL);

        put("");
        put_module("vfio_pci");
        CHECK_EQ(trial_observe(&trial), 0);
        CHECK(words_is(&trial.state, "driver", "") && words_is(&trial.state, "loaded", "yes"));
        return trial;
}

static void test_vfio_refuses(void) {
        struct trial trial = vfio_trial();

        put("nouveau");
        CHECK_EQ(trial_apply(&trial), -EBUSY);
        CHECK_STR(trial.problem, GPU " is with nouveau still, or again");
        put("");
        CHECK_EQ(trial_apply(&trial), -ENOTCONN);
        CHECK(strstr(trial.problem, "libvirt cannot take " GPU ": "));
        put(VFIO_DRIVER); /* without an IOMMU group */
        CHECK_EQ(trial_apply(&trial), -EIO);
        trial_done(&trial);
}

static void test_vfio_back(void) {
        struct trial trial = vfio_trial();

        CHECK_EQ(trial_undo(&trial), 0); /* nothing was done */
        put("nouveau");
        CHECK_EQ(trial_undo(&trial), 0); /* it is back, and stays */
        CHECK_STR(driver_now(), "nouveau");
        put("");
        root_put(OVERRIDE, VFIO_DRIVER "\n");
        CHECK_EQ(trial_undo(&trial), 0); /* half-way */
        CHECK_STR(root_get(OVERRIDE), "\n");
        CHECK_STR(driver_now(), "");
        put(VFIO_DRIVER);
        root_put(OVERRIDE, VFIO_DRIVER "\n");
        root_put(CONFIG, "\xff\xff");
        CHECK_EQ(trial_undo(&trial), -ENXIO);
        CHECK_STR(driver_now(), VFIO_DRIVER);
        trial_done(&trial);
}

/* What was with vfio-pci before stays there. */
static void test_vfio_always(void) {
        struct trial trial = trial_of(STEP_VFIO, GPU, NULL);

        put(VFIO_DRIVER);
        CHECK_EQ(trial_observe(&trial), 0);
        CHECK_EQ(trial_undo(&trial), 0);
        CHECK_STR(driver_now(), VFIO_DRIVER);
        trial_done(&trial);
}

/* A guest may have the function itself open, rather than its group. */
static void test_vfio_held(void) {
        const struct sysfs_node node = { "vfio-dev/vfio0", "1:7", "vfio/devices/vfio0", "vfio-dev", false };
        struct trial trial = vfio_trial();
        uint64_t began = now_usec();
        pid_t guest;

        put(VFIO_DRIVER);
        root_put(OVERRIDE, VFIO_DRIVER "\n");
        sysfs_node(&sysfs, GPU, &node);
        root_put("/proc/500/comm", "qemu-system-x86\n");
        root_put("/proc/500/status", "Uid:\t0\n");
        root_link("/proc/500/fd/3", "/dev/full");
        guest = fork();
        if (guest == 0) {
                usleep(400000);
                _exit(unlink(root_at("/proc/500/fd/3")));
        }
        while (trial_undo(&trial) == -EIO) /* our kernel takes a moment */
                usleep(1000);
        CHECK(now_usec() - began > 300000);
        CHECK_STR(driver_now(), "");
        waitpid(guest, NULL, 0);
        CHECK_EQ(unlink(root_at("/sys/dev/char/1:7")), 0);
        trial_done(&trial);
}

/* The module goes if it has come with us, but not from under a function that is somebody else's. */
static void test_vfio_module(void) {
        static const char other[] = DRIVERS "/" VFIO_DRIVER "/0000:fe:1e.0";
        struct trial trial = trial_of(STEP_VFIO, GPU, NULL);

        put("");
        remove_module("vfio_pci");
        CHECK_EQ(trial_observe(&trial), 0);
        CHECK(words_is(&trial.state, "loaded", "no"));
        put_module("vfio_pci");
        root_link(other, "../../../../devices/pci0000:00/0000:fe:1e.0");
        CHECK_EQ(trial_undo(&trial), 0);
        CHECK_STR(root_get(LOG), "");
        CHECK_EQ(unlink(root_at(other)), 0);
        CHECK_EQ(trial_undo(&trial), 0);
        CHECK_STR(root_get(LOG), "-rq -- vfio_pci\n");
        trial_done(&trial);
}

static void test_no_function(void) {
        static const enum step_kind kinds[] = { STEP_UNBIND, STEP_VFIO };

        for (size_t i = 0; i < 2; i++) {
                struct trial trial = trial_of(kinds[i], "0000:ff:1f.7", NULL);

                CHECK_EQ(trial_observe(&trial), -ENODEV);
                trial_done(&trial);
        }
}

int main(void) {
        pid_t kernel;

        set_up();
        kernel = start_kernel();
        test_unbind();
        test_unbind_other();
        test_bind_back();
        test_reserved();
        test_modules();
        test_modules_fail();
        test_modules_others();
        test_modules_refused();
        test_unbind_dead();
        test_vfio_refuses();
        test_vfio_back();
        test_vfio_always();
        test_vfio_held();
        test_vfio_module();
        test_no_function();
        kill(kernel, SIGKILL);
        waitpid(kernel, NULL, 0);
        root_free();
        return 0;
}
