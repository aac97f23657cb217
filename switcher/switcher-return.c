/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Back, if no guest has the hardware any more: to take a device from a living QEMU hangs in the kernel, and
 * QEMU with it.
 */
#include "core/log.h"
#include "switcher/device-users.h"
#include "switcher/guest.h"
#include "switcher/switcher-internal.h"

#define GUEST_WAIT_USEC (5 * 1000000u)
#define QEMU_WAIT_USEC  (20 * 1000000u) /* libvirt's word comes before QEMU's end */

/* That libvirt is silent is no answer: then it counts who has the device open. */
static enum switch_status look_for_guest(struct switcher *switcher, const struct loan *loan) {
        struct guest_view view = { 0 };
        bool active;
        int r;

        r = guest_look(&view, *loan->uri ? loan->uri : NULL, loan->domain, GUEST_WAIT_USEC);
        active = r >= 0 && view.active;
        if (r < 0 || !view.answered)
                progress_tell(switcher->progress, LOG_WARNING,
                              "libvirt does not say whether '%s' runs (%s); looking who has its devices open",
                              loan->domain, r < 0 ? strerror(-r) : view.problem);
        guest_view_done(&view);
        return active ? switcher_refuse(switcher, "the guest '%s' runs; shut it down first", loan->domain)
                      : SWITCH_DONE;
}

static enum switch_status look_for_users(struct switcher *switcher, const struct loan *loan) {
        char who[500] = "";
        int r;

        r = device_users_await_none(loan, switcher->interrupt, QEMU_WAIT_USEC, who, sizeof(who));
        if (r == -EBUSY || r == -EINTR)
                return switcher_refuse(switcher, "the hardware is in use: %s", who);
        if (r < 0)
                return switcher_refuse(switcher, "who has the hardware open cannot be seen: %s",
                                       strerror(-r));
        return SWITCH_DONE;
}

static enum switch_status check_idle(struct switcher *switcher, const struct loan *loan) {
        enum switch_status status;

        if (switcher_is_of_other_boot(loan) || !device_users_possible(loan))
                return SWITCH_DONE;
        status = look_for_guest(switcher, loan);
        return status == SWITCH_DONE ? look_for_users(switcher, loan) : status;
}

static enum switch_status give_back(struct switcher *switcher) {
        const struct transaction_options options = switcher_options(switcher);

        return transaction_return(&options);
}

enum switch_status switcher_return(struct switcher *switcher, const char *profile) {
        _cleanup_(loan_freep) struct loan *loan = NULL;
        enum switch_status status;
        int r;

        r = journal_read(&loan, JOURNAL_DIRECTORY, NULL);
        if (r == -ENOENT)
                progress_tell(switcher->progress, LOG_INFO, "Nothing is lent");
        if (r < 0)
                return give_back(switcher); /* which knows what to say */
        if (profile && strcmp(profile, loan->profile) != 0)
                return switcher_refuse(switcher, "it is '%s' that is lent, not '%s'", loan->profile, profile);
        if (progress_set_profile(switcher->progress, loan->profile) < 0)
                return switcher_refuse(switcher, "%s", strerror(ENOMEM));
        status = check_idle(switcher, loan);
        return status == SWITCH_DONE ? give_back(switcher) : status;
}

enum switch_status switcher_restore_boot(struct switcher *switcher) {
        _cleanup_(loan_freep) struct loan *loan = NULL;
        int r;

        r = journal_read(&loan, JOURNAL_DIRECTORY, NULL);
        if (r < 0)
                return give_back(switcher);
        if (!switcher_is_of_other_boot(loan)) {
                progress_tell(switcher->progress, LOG_INFO, "The loan of '%s' is of this boot, and stays",
                              loan->profile);
                return SWITCH_DONE;
        }
        if (progress_set_profile(switcher->progress, loan->profile) < 0)
                return switcher_refuse(switcher, "%s", strerror(ENOMEM));
        return give_back(switcher);
}
