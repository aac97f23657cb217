/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The governor of the processors' frequency. TARGET: its name. A machine that has none, as a virtual one, is
 * as it should be.
 *
 * State: policy, one for each: "policy0 schedutil".
 */
#include <glob.h>

#include "switcher/steps.h"
#include "switcher/sysfs.h"

#define POLICIES "/sys/devices/system/cpu/cpufreq"

/* The names of all: "policy0". */
static int list_policies(const struct step_call *call, glob_t *ret) {
        _cleanup_free_ char *pattern = NULL;

        if (asprintf(&pattern, "%s" POLICIES "/policy*", call->root) < 0) {
                pattern = NULL;
                return -ENOMEM;
        }
        return glob(pattern, 0, NULL, ret) == GLOB_NOSPACE ? -ENOMEM : 0;
}

/* The processors of a policy may be off: its files are gone then, or say EBUSY. */
static bool is_off(int r) {
        return r == -ENOENT || r == -EBUSY;
}

static int observe_policy(struct step_call *call, const char *policy) {
        _cleanup_free_ char *governor = NULL;
        int r;

        r = sysfs_read(&governor, call->root, POLICIES "/%s/scaling_governor", policy);
        if (is_off(r))
                return 0;
        return r < 0 ? r : words_addf(call->ret, "policy", "%s %s", policy, governor);
}

static int observe(struct step_call *call) {
        _cleanup_(globfree) glob_t policies = { 0 };
        int r;

        r = list_policies(call, &policies);
        for (size_t i = 0; r >= 0 && i < policies.gl_pathc; i++)
                r = observe_policy(call, strrchr(policies.gl_pathv[i], '/') + 1);
        return r;
}

static int set_governor(struct step_call *call, const char *policy, const char *governor) {
        _cleanup_free_ char *is = NULL, *available = NULL;
        int r;

        r = sysfs_read(&is, call->root, POLICIES "/%s/scaling_governor", policy);
        if (r < 0 || strcmp(is, governor) == 0)
                return r;
        r = sysfs_write(governor, call->root, POLICIES "/%s/scaling_governor", policy);
        if (r >= 0)
                return 0;
        if (sysfs_read(&available, call->root, POLICIES "/%s/scaling_available_governors", policy) < 0)
                return r;
        return step_fail(call, r, "%s does not take the governor '%s': it has %s", policy, governor,
                         available);
}

static int verify(struct step_call *call, const char *policy, const char *governor) {
        _cleanup_free_ char *is = NULL;
        int r;

        r = sysfs_read(&is, call->root, POLICIES "/%s/scaling_governor", policy);
        if (r < 0 || strcmp(is, governor) == 0)
                return r;
        return step_fail(call, -EIO, "%s has the governor '%s', though '%s' was set", policy, is, governor);
}

static int change(struct step_call *call, const char *policy, const char *governor) {
        int r;

        r = set_governor(call, policy, governor);
        return r < 0 ? r : verify(call, policy, governor);
}

/* Those that were seen, and each back to its own if GOVERNOR is NULL. */
static int change_all(struct step_call *call, const char *governor) {
        int r = 0;

        for (size_t i = 0; r >= 0 && i < call->state->n; i++) {
                _cleanup_free_ char *policy = strdup(call->state->items[i].value);
                char *old = policy ? strchr(policy, ' ') : NULL;

                if (!policy)
                        return -ENOMEM;
                if (!old)
                        return -EINVAL;
                *old++ = '\0';
                r = change(call, policy, governor ? governor : old);
                if (is_off(r))
                        r = 0;
        }
        return r;
}

static int apply(struct step_call *call) {
        if (call->state->n == 0)
                step_say(call, "the frequency of these processors has no governor: nothing to do");
        return change_all(call, call->step->target);
}

static int undo(struct step_call *call) {
        return change_all(call, NULL);
}

const struct step_type step_governor = { 10 * 1000000u, 10 * 1000000u, observe, apply, undo };
