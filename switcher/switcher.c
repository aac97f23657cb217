/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "switcher/switcher-internal.h"

#include <stdarg.h>

#include "core/log.h"
#include "switcher/device-users.h"
#include "switcher/inhibitor.h"
#include "switcher/progress-state.h"
#include "switcher/steps.h"

struct switcher *switcher_free(struct switcher *switcher) {
        if (!switcher)
                return NULL;
        close_fd(switcher->inhibitor);
        lock_free(switcher->lock);
        progress_free(switcher->progress);
        interrupt_free(switcher->interrupt);
        free(switcher);
        return NULL;
}

struct interrupt *switcher_interrupt(struct switcher *switcher) {
        return switcher->interrupt;
}

enum switch_status switcher_refuse(struct switcher *switcher, const char *format, ...) {
        char text[1500];
        va_list ap;

        va_start(ap, format);
        vsnprintf(text, sizeof(text), format, ap);
        va_end(ap);
        progress_report(switcher->progress, LOG_ERR, MESSAGE_SWITCH_REFUSED, "Nothing was done: %s", text);
        return SWITCH_REFUSED;
}

/* Who is at work, and what has become of that, if it does not go well. */
static enum switch_status refuse_busy(struct switcher *switcher, const struct lock_holder *holder) {
        char who[200], reason[1000];
        const char *colon;

        lock_describe(holder, who, sizeof(who));
        progress_state_reason(SWITCHER_RUN, reason, sizeof(reason));
        colon = *reason ? ": " : "";
        if (strcmp(holder->command, "guard") == 0)
                return switcher_refuse(
                        switcher, "%s has the loan in hand; 'systemctl stop pillion-guest@%s' ends it%s%s",
                        who, holder->profile, colon, reason);
        return switcher_refuse(switcher, "%s is at work%s%s", who, colon, reason);
}

static enum switch_status take_lock(struct switcher *switcher, const char *command, const char *profile) {
        struct lock_holder holder;
        int r;

        r = lock_take(&switcher->lock, SWITCHER_RUN, command, profile, &holder);
        if (r >= 0)
                return SWITCH_DONE;
        if (r != -EBUSY)
                return switcher_refuse(switcher, "the lock in " SWITCHER_RUN " cannot be taken: %s",
                                       strerror(-r));
        return refuse_busy(switcher, &holder);
}

static void inhibit_sleep(struct switcher *switcher) {
        switcher->inhibitor = inhibitor_take("A virtual machine has some of the hardware");
        if (switcher->inhibitor < 0)
                progress_tell(switcher->progress, LOG_WARNING,
                              "The host cannot be kept from going to sleep (%s), going on without",
                              strerror(-switcher->inhibitor));
}

enum switch_status switcher_open(struct switcher **ret, const char *command, const char *profile, bool bus) {
        _cleanup_(switcher_freep) struct switcher *switcher = calloc(1, sizeof(*switcher));
        const struct progress_options told = { SWITCHER_RUN, profile, stdout };
        enum switch_status status;
        int r;

        if (!switcher)
                return SWITCH_REFUSED;
        switcher->inhibitor = -1;
        r = interrupt_new(&switcher->interrupt);
        if (r >= 0)
                r = progress_new(&switcher->progress, &told);
        if (r < 0) {
                log_errno(r, "Nothing was done: %m");
                return SWITCH_REFUSED;
        }
        status = take_lock(switcher, command, profile);
        if (status != SWITCH_DONE)
                return status;
        if (bus)
                inhibit_sleep(switcher);
        *ret = steal_ptr(switcher);
        return SWITCH_DONE;
}

struct transaction_options switcher_options(struct switcher *switcher) {
        return (struct transaction_options){
                .root = "",
                .directory = JOURNAL_DIRECTORY,
                .types = step_types,
                .interrupt = switcher->interrupt,
                .progress = switcher->progress,
                .describe_holders = device_users_of_step,
        };
}

bool switcher_is_of_other_boot(const struct loan *loan) {
        char boot[LOAN_BOOT_SIZE];

        return journal_boot(boot) >= 0 && strcmp(boot, loan->boot) != 0;
}

enum switcher_leftover switcher_look_for_leftover(const char *profile) {
        _cleanup_(loan_freep) struct loan *loan = NULL;

        if (journal_read(&loan, JOURNAL_DIRECTORY, NULL) < 0 || strcmp(loan->profile, profile) != 0)
                return LEFTOVER_NONE;
        if (switcher_is_of_other_boot(loan) || loan_is_lending(loan))
                return LEFTOVER_OF_LENDING;
        return loan->phase == LOAN_LENT ? LEFTOVER_NONE : LEFTOVER_OF_RETURN;
}

static void on_mistake(const char *message, void *userdata) {
        log_error("%s", message);
}

enum switch_status switcher_load_profile(struct profile **ret, const char *name) {
        int r = profile_load(ret, SWITCHER_PROFILES, name, 0, on_mistake, NULL);

        if (r >= 0)
                return SWITCH_DONE;
        if (r == -ENOENT)
                log_error("There is no " SWITCHER_PROFILES "/%s.conf; 'pillion init DOMAIN' writes one",
                          name);
        else
                log_errno(r, "The profile '%s' cannot be used: %m", name);
        return SWITCH_REFUSED;
}
