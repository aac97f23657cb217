/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The profile: what root has said of lending to this guest. Without one, what the definition has is lent. */
#include "core/doctor/host.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "core/argv.h"

static void on_mistake(const char *message, void *userdata) {
        doctor_say(userdata, DOCTOR_PROBLEM,
                   "%s\n"
                   "pillion-switch lends nothing by this profile until that is right",
                   message);
}

static void ignore(const char *message, void *userdata) {
}

/* The profile that is for GUEST need not be called as it is. "" if none can be. */
static void find_name(struct doctor_profile *ret, const char *directory, const char *guest, uid_t owner) {
        _cleanup_(argv_freep) char **names = NULL;

        if (profile_name_is_valid(guest))
                snprintf(ret->name, sizeof(ret->name), "%s", guest);
        if (profile_list(&names, directory) < 0)
                return;
        for (char **name = names; *name; name++)
                if (strcmp(*name, guest) == 0)
                        return;
        for (char **name = names; *name; name++) {
                _cleanup_(profile_freep) struct profile *profile = NULL;

                if (profile_load(&profile, directory, *name, owner, ignore, NULL) >= 0 &&
                    strcmp(profile->domain, guest) == 0)
                        snprintf(ret->name, sizeof(ret->name), "%s", *name);
        }
}

void doctor_look_at_profile(struct doctor *doctor, struct doctor_profile *ret, const char *root,
                            const char *guest, uid_t owner) {
        char directory[300], path[400];

        *ret = (struct doctor_profile){ 0 };
        snprintf(directory, sizeof(directory), "%s" PROFILE_DIRECTORY, root);
        find_name(ret, directory, guest, owner);
        if (!*ret->name)
                return;
        snprintf(path, sizeof(path), "%s/%s.conf", directory, ret->name);
        ret->exists = access(path, F_OK) == 0;
        ret->hidden = ret->exists && access(path, R_OK) < 0;
        if (ret->exists && !ret->hidden)
                ret->error = profile_load(&ret->profile, directory, ret->name, owner, on_mistake, doctor);
        if (!ret->profile && profile_default(&ret->profile, ret->name) < 0)
                ret->profile = NULL;
}

static bool has_own_functions(const struct doctor_host *host, const struct profile *profile) {
        for (char **function = profile->functions; function && *function; function++)
                if (!host_lends(host, *function))
                        return true;
        return false;
}

void doctor_judge_profile(struct doctor *doctor, const struct doctor_host *host,
                          const struct doctor_profile *profile) {
        if (!*profile->name)
                doctor_say(doctor, host_verdict(host, DOCTOR_WARNING),
                           "none can have the guest's name\n"
                           "Name one with letters, digits, '-', '_' and '.', and say 'domain =' in it");
        else if (profile->hidden)
                doctor_say(doctor, DOCTOR_OK, "only root can see /etc/pillion/%s.conf", profile->name);
        else if (!profile->exists)
                doctor_say(doctor, DOCTOR_OK, "there is no /etc/pillion/%s.conf, so the defaults are taken",
                           profile->name);
        else if (profile->error < 0)
                return; /* said already */
        else if (profile->profile && has_own_functions(host, profile->profile))
                doctor_say(doctor, DOCTOR_WARNING,
                           "/etc/pillion/%s.conf lends devices that the guest's definition does not have\n"
                           "They leave the host for nothing: correct 'functions =', or add a <hostdev>",
                           profile->name);
        else
                doctor_say(doctor, DOCTOR_OK, "/etc/pillion/%s.conf", profile->name);
}
