/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Why systemd does not do what it is asked to, in words that help. */
#include <grp.h>
#include <pwd.h>
#include <stdio.h>
#include <string.h>

#include "core/ride/lender-internal.h"

#define GROUP "pillion"

static const char *own_name(void) {
        const struct passwd *me = getpwuid(getuid());

        return me ? me->pw_name : "USER";
}

/* Asks the group's list, not this process, which may be older than its user's membership. */
static bool is_member(const char *user) {
        const struct group *group = getgrnam(GROUP);

        for (char **member = group ? group->gr_mem : NULL; member && *member; member++)
                if (strcmp(*member, user) == 0)
                        return true;
        return false;
}

static void explain_denial(char *buf, size_t size) {
        const char *user = own_name();

        if (is_member(user))
                snprintf(buf, size,
                         "polkit does not allow it, although '%s' is in the group '" GROUP
                         "'; see 'systemctl "
                         "status polkit', and whether /usr/share/polkit-1/rules.d/50-pillion.rules is there",
                         user);
        else
                snprintf(buf, size,
                         "only the group '" GROUP "' may have hardware lent, and '%s' is not in it: 'sudo "
                         "usermod -aG " GROUP " %s' adds you, and counts at once",
                         user, user);
}

static bool is_one_of(const sd_bus_error *error, const char *const *names) {
        for (; *names; names++)
                if (sd_bus_error_has_name(error, *names))
                        return true;
        return false;
}

void lender_explain(const struct lender *lender, const sd_bus_error *error, char *buf, size_t size) {
        static const char *const denials[] = { SD_BUS_ERROR_ACCESS_DENIED,
                                               SD_BUS_ERROR_INTERACTIVE_AUTHORIZATION_REQUIRED,
                                               "org.freedesktop.PolicyKit1.Error.NotAuthorized", NULL };
        static const char *const absences[] = { SD_BUS_ERROR_SERVICE_UNKNOWN, SD_BUS_ERROR_NAME_HAS_NO_OWNER,
                                                "org.freedesktop.DBus.Error.Spawn.ChildExited", NULL };
        static const char *const unknown[] = { SYSTEMD ".NoSuchUnit", SYSTEMD ".LoadFailed", NULL };

        if (is_one_of(error, denials))
                explain_denial(buf, size);
        else if (is_one_of(error, absences))
                snprintf(buf, size, "there is no systemd on the system bus, and without it nothing is lent");
        else if (is_one_of(error, unknown))
                snprintf(buf, size,
                         "systemd does not know pillion-guest@.service; see 'systemctl cat "
                         "pillion-guest@%s', and whether pillion is installed whole",
                         lender->profile);
        else
                snprintf(buf, size, "systemd: %s", error->message ? error->message : error->name);
}
