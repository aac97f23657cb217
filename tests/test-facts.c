/* SPDX-License-Identifier: GPL-2.0-or-later */
/* This very machine, as whoever runs it may see it; and a libvirt that is not there. */
#include "switcher/facts.h"

#include "tests/test.h"

static bool says(char *const *lines, const char *part) {
        for (; *lines; lines++)
                if (strstr(*lines, part))
                        return true;
        return false;
}

int main(void) {
        _cleanup_(profile_freep) struct profile *profile = NULL;
        _cleanup_(facts_freep) struct facts *facts = NULL;
        _cleanup_(plan_freep) struct plan *plan = NULL;
        int r;

        CHECK_EQ(profile_default(&profile, "win10"), 0);
        CHECK_EQ(replace_string(&profile->uri, "qemu+unix:///system?socket=/nonexistent"), 0);
        r = facts_gather(&facts, profile);
        if (r == -EIO)
                test_skip("there is no PCI");
        CHECK_EQ(r, 0);
        CHECK(facts->inventory && facts->plan.inventory == facts->inventory);
        CHECK(!facts->hardware && !facts->plan.hostdevs && !facts->plan.guest_runs);
        CHECK(geteuid() == 0 ||
              says(facts->unseen, "the guest win10: libvirt at qemu+unix:///system?socket=/nonexistent: "));
        CHECK(facts->holders && facts->plan.holders == facts->holders);
        CHECK((facts->desktop != NULL) != says(facts->unseen, "the display manager and the sessions: "));
        CHECK_EQ(!facts->plan.guest_problem, geteuid() != 0);
        CHECK_EQ(plan_make(&plan, &facts->plan), 0);
        CHECK(plan->n_refusals > 0);
        return 0;
}
