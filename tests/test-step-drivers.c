/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Drivers taken from a function and given back. */
#include "tests/drivers.h"

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
        test_no_function();
        kill(kernel, SIGKILL);
        waitpid(kernel, NULL, 0);
        root_free();
        return 0;
}
