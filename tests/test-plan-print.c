/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What people read of a plan and of the way back, to the letter. */
#include "switcher/plan-print.h"

#include "core/argv.h"
#include "tests/plan-world.h"
#include "tests/test.h"

static struct words none;

static void check_text(const char *text, const char *expected) {
        size_t same = 0;

        while (text[same] && text[same] == expected[same])
                same++;
        if (strcmp(text, expected) != 0)
                test_fail("from byte %zu on it says:\n%s\ninstead of:\n%s", same, text + same,
                          expected + same);
}

/* A loan in which each of STEPS was done within (N + 1) * 0.4 s, and undone in a tenth of that. */
static void make_loan(struct loan *loan, struct loan_step *steps, const struct plan *plan) {
        *loan = (struct loan){ .phase = LOAN_LENT, .profile = "gaming", .domain = "win10", .steps = steps };
        loan->n_steps = plan->n_steps;
        for (size_t i = 0; i < plan->n_steps; i++)
                steps[i] = (struct loan_step){
                        .number = (unsigned)i + 1,
                        .phase = LOAN_STEP_DONE,
                        .step = plan->steps[i],
                        .state = none,
                        .apply_usec = (i + 1) * 400000,
                        .undo_usec = (i + 1) * 40000,
                };
}

static char *print_plan(const struct world *world, const struct loan *last, char *const *unseen) {
        const struct plan_view view = { world->plan, world->profile, &world->inventory, last, unseen };
        char *text = NULL;
        size_t size;
        FILE *out = open_memstream(&text, &size);

        plan_print(out, &view);
        fclose(out);
        return text;
}

static void test_plan(void) {
        char *const unseen[] = { "who has what", NULL }, *const hook[] = { "/usr/bin/x", NULL };
        _cleanup_(world_done) struct world world;
        _cleanup_free_ char *text = NULL, *again = NULL;
        struct loan_step steps[16];
        struct loan last;

        world_init(&world);
        CHECK_EQ(argv_copy(&world.profile->after_return, hook), 0);
        CHECK_EQ(replace_string(&world.profile->governor, "performance"), 0);
        world.functions[WORLD_GPU].resets = "";
        world_plan(&world);
        make_loan(&last, steps, world.plan);
        last.n_steps = 4;
        text = print_plan(&world, &last, unseen);
        check_text(
                text,
                "For the guest win10, by what its definition says alone:\n"
                "  0000:01:00.0  Guest GPU, now with nvidia\n"
                "  0000:01:00.1  HDMI Sound, now with snd_hda_intel\n"
                "\n"
                "What would be done:\n"
                "    1  (run the hook before lending: no)\n"
                "    2  hide the device nodes of 0000:01:00.0                      800 ms\n"
                "    3  hide the device nodes of 0000:01:00.1                      1.2 s\n"
                "    4  have sound servers let go of 0000:01:00.1                  1.6 s\n"
                "    5  unload nvidia_uvm,nvidia_drm,nvidia_modeset,nvidia\n"
                "    6  unbind 0000:01:00.1\n"
                "    7  hand to vfio-pci 0000:01:00.0\n"
                "    8  hand to vfio-pci 0000:01:00.1\n"
                "    9  set the frequency governor performance, if possible\n"
                "       together, last time                                        3.6 s\n"
                "\n"
                "To be aware of:\n"
                "  - 0000:01:00.0 (Guest GPU) has no way to be reset: after the guest it may not work until "
                "the machine is turned off\n"
                "\n"
                "What could not be seen:\n"
                "  - who has what\n");
        world.facts.guest_runs = true;
        world_plan(&world);
        again = print_plan(&world, NULL, NULL);
        CHECK(strstr(again, "\nIt cannot be done now:\n  ! the guest win10 runs already\n      'virsh -c "
                            "qemu:///system shutdown win10'\n\nWhat would be done if it could:\n"));
        CHECK(!strstr(again, "last time") && !strstr(again, "could not be seen"));
}

static char *print_return(const struct loan *open, const struct loan *last, bool rebooted) {
        char *text = NULL;
        size_t size;
        FILE *out = open_memstream(&text, &size);

        plan_print_return(out, open, last, rebooted);
        fclose(out);
        return text;
}

static void test_return(void) {
        _cleanup_(world_done) struct world world;
        _cleanup_free_ char *text = NULL, *rebooted = NULL;
        struct loan_step steps[16];
        struct loan open;

        CHECK_EQ(setenv("TZ", "UTC", true), 0);
        world_init(&world);
        world.profile->display_manager = PROFILE_DESKTOP_RESTART;
        world.profile->return_desktop = false;
        world_plan(&world);
        make_loan(&open, steps, world.plan);
        open.time = (uint64_t)1700000000 * 1000000;
        steps[1].phase = LOAN_STEP_UNDONE;
        steps[4].stuck = true;
        steps[4].reason = "it waits for ever";
        text = print_return(&open, &open, false);
        check_text(text, "For the guest win10, by the profile gaming, since 2023-11-14 22:13: lent\n"
                         "  ! step 5 is stuck: it waits for ever\n"
                         "\n"
                         "What would be done:\n"
                         "    1  (stop the display manager lightdm.service: no)\n"
                         "    2  take back from vfio-pci 0000:01:00.1                       320 ms\n"
                         "    3  take back from vfio-pci 0000:01:00.0                       280 ms\n"
                         "    4  bind to its driver 0000:01:00.1                            240 ms\n"
                         "    5  load nvidia_uvm,nvidia_drm,nvidia_modeset,nvidia           200 ms\n"
                         "    6  give sound servers 0000:01:00.1                            160 ms\n"
                         "    7  show the device nodes of 0000:01:00.1                      120 ms\n"
                         "    8  start the display manager lightdm.service                  40 ms\n"
                         "       together, last time                                        1.4 s\n");
        rebooted = print_return(&open, NULL, true);
        CHECK(strstr(rebooted, "only this is left"));
        CHECK(strstr(rebooted, "\nWhat would be done:\n       nothing: all is as it was\n"));
}

int main(void) {
        test_plan();
        test_return();
        return 0;
}
