/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A function that is given to vfio-pci and taken back, without libvirt. */
#include "switcher/process.h"
#include "tests/drivers.h"

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

int main(void) {
        pid_t kernel;

        set_up();
        kernel = start_kernel();
        test_vfio_refuses();
        test_vfio_back();
        test_vfio_always();
        test_vfio_held();
        test_vfio_module();
        kill(kernel, SIGKILL);
        waitpid(kernel, NULL, 0);
        root_free();
        return 0;
}
