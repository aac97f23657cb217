/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "switcher/profile-volumes.h"

#include "switcher/domain-disks.h"

bool profile_has_snapshots(const struct profile *profile) {
        return profile->snapshot_auto || *profile->snapshots;
}

static const char *format_of(const struct domain_disks *disks, const char *source) {
        for (size_t i = 0; disks && i < disks->n; i++)
                if (strcmp(disks->items[i].source, source) == 0)
                        return *disks->items[i].format ? disks->items[i].format : "raw";
        return "";
}

/* What the definition says nothing of is believed to be what the profile needs it to be. */
static size_t wish(struct volume_wish *wishes, const struct profile *profile,
                   const struct domain_disks *disks) {
        size_t n = 0;

        for (char **source = profile->snapshots; *source; source++)
                wishes[n++] = (struct volume_wish){ *source, format_of(disks, *source), *source };
        for (size_t i = 0; profile->snapshot_auto && i < disks->n; i++)
                wishes[n++] = (struct volume_wish){ disks->items[i].source,
                                                    *disks->items[i].format ? disks->items[i].format : "raw",
                                                    disks->items[i].target };
        return n;
}

int profile_volumes(struct volumes **ret, const struct profile *profile, const char *xml, const char *why) {
        _cleanup_(domain_disks_freep) struct domain_disks *disks = NULL;
        _cleanup_free_ struct volume_wish *wishes = NULL;
        size_t n = 1;
        int r;

        if (profile->snapshot_auto && !xml)
                return -ENODATA;
        r = xml ? domain_disks_parse(&disks, xml) : 0;
        if (r < 0)
                return r;
        for (char **source = profile->snapshots; *source; source++)
                n++;
        wishes = calloc(n + (disks ? disks->n : 0), sizeof(*wishes));
        if (!wishes)
                return -ENOMEM;
        n = wish(wishes, profile, disks);
        return why ? volumes_name(ret, wishes, n, why) : volumes_look(ret, wishes, n);
}
