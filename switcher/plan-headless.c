/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A host that does without a screen, as its profile says: what else has to be so, and what there is to know
 * before it goes dark. Nobody can be asked any more then, so whatever would keep it dark is refused.
 */
#include "switcher/plan-internal.h"

static void refuse_keep(struct planner *planner) {
        planner_refuse(planner, "'headless = yes' stops the display manager, and 'display-manager = keep' "
                                "says that it stays");
        planner_advise(planner, "leave out one of the two in %s", planner->profile);
}

static void refuse_for_ever(struct planner *planner) {
        planner_refuse(planner, "with 'grace = 0' nothing comes back by itself, and with 'headless = yes' "
                                "there is no screen to ask for it");
        planner_advise(planner, "leave out 'grace =' in %s, or give it a time such as 60s", planner->profile);
}

static void warn_of_darkness(struct planner *planner) {
        planner_warn(planner, "the host has no screen while this is lent: no desktop, no text console, and "
                              "nobody can log in at it");
        planner_warn(planner,
                     "the way back: shut the guest down, and all comes back by itself; or, over ssh, "
                     "'pillion stop'; or the power button, which shuts down the guest and the host");
        planner_warn(planner, "keyboard and mouse change sides by the toggle keys as ever, though nothing "
                              "shows it");
}

void planner_judge_headless(struct planner *planner) {
        const struct profile *profile = planner->facts->profile;
        const struct inventory_function *other = planner_other_gpu(planner);

        if (!profile->headless)
                return;
        if (profile->display_manager == PROFILE_DESKTOP_KEEP)
                refuse_keep(planner);
        if (profile->grace == 0)
                refuse_for_ever(planner);
        planner->stop_desktop = planner_has_display_manager(planner);
        if (other)
                planner_warn(planner,
                             "there is no desktop while this is lent, though %s (%s) could show one: "
                             "'headless = yes' in %s",
                             other->address, other->name, planner->profile);
        else
                warn_of_darkness(planner);
}
