/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "switcher/facts.h"

#include <stdarg.h>
#include <time.h>

#include "core/argv.h"
#include "switcher/profile-volumes.h"

#define GUEST_WAIT_USEC 5000000

static sd_bus *bus_close(sd_bus *bus) {
        return sd_bus_flush_close_unref(bus);
}
DEFINE_CLEANUP(sd_bus, bus_close);

__attribute__((format(printf, 2, 3))) static int miss(struct facts *facts, const char *format, ...) {
        size_t n = 0;
        va_list ap;
        int r;

        while (facts->unseen[n])
                n++;
        va_start(ap, format);
        r = vasprintf(&facts->unseen[n], format, ap);
        va_end(ap);
        if (r < 0)
                facts->unseen[n] = NULL; /* vasprintf leaves it undefined */
        return r < 0 ? -ENOMEM : 0;
}

static int list_hostdevs(struct facts *facts) {
        const struct domain_hardware *hardware = facts->hardware;

        facts->hostdevs = calloc(hardware->n_hostdevs + 1, sizeof(*facts->hostdevs));
        if (!facts->hostdevs)
                return -ENOMEM;
        for (size_t i = 0; i < hardware->n_hostdevs; i++) {
                facts->hostdevs[i] = strdup(hardware->hostdevs[i].address);
                if (!facts->hostdevs[i])
                        return -ENOMEM;
        }
        return 0;
}

static int look_at_guest(struct facts *facts, const struct profile *profile) {
        int r;

        r = guest_look(&facts->guest, profile->uri, profile->domain, GUEST_WAIT_USEC);
        if (r < 0)
                return r;
        if (!facts->guest.answered && geteuid() == 0)
                return 0; /* the plan says it */
        if (!facts->guest.answered)
                return miss(facts, "the guest %s: libvirt at %s: %s", profile->domain, profile->uri,
                            facts->guest.problem);
        if (!facts->guest.exists)
                return 0;
        r = domain_hardware_parse(&facts->hardware, facts->guest.xml ?: "");
        if (r == -ENOMEM)
                return r;
        return r < 0 ? miss(facts, "the devices of %s: its definition cannot be read", profile->domain)
                     : list_hostdevs(facts);
}

static int look_at_desktop(struct facts *facts) {
        _cleanup_(bus_closep) sd_bus *bus = NULL;
        int r;

        r = sd_bus_open_system(&bus);
        if (r >= 0)
                r = desktop_look(&facts->desktop, bus);
        if (r == -ENOMEM)
                return r;
        return r < 0 ? miss(facts, "the display manager and the sessions: the system's bus: %s", strerror(-r))
                     : 0;
}

static int look_at_holders(struct facts *facts, const struct profile *profile) {
        char *const *functions = profile->functions[0] ? profile->functions : facts->hostdevs;
        char *const none[] = { NULL };
        int r;

        r = watched_new(&facts->watched, facts->inventory, "", functions ? functions : none);
        if (r < 0)
                return r;
        r = holders_look(&facts->holders, "/proc", facts->watched->nodes, facts->watched->n);
        if (r == -ENOMEM)
                return r;
        return r < 0 ? miss(facts, "who has the devices open: /proc: %s", strerror(-r)) : 0;
}

/* Root, who would lend, is not to do so because nothing could be seen: no disk at all is then refused. */
static int look_at_volumes(struct facts *facts, const struct profile *profile) {
        bool root = geteuid() == 0;
        int r;

        if (!profile_has_snapshots(profile))
                return 0;
        snapshot_name_at(facts->snapshot, (uint64_t)time(NULL));
        r = profile_volumes(&facts->volumes, profile, facts->guest.xml, root ? NULL : "");
        if (r == -ENOMEM)
                return r;
        if (root)
                return r < 0 ? volumes_name(&facts->volumes, NULL, 0, "") : 0;
        return miss(facts,
                    "whether snapshots can be taken: only root can look ('pillion-switch plan lend %s')",
                    profile->name);
}

static void put_together(struct facts *facts, const struct profile *profile) {
        facts->plan = (struct plan_facts){
                .profile = profile,
                .inventory = facts->inventory,
                .holders = facts->holders,
                .desktop = facts->desktop,
                .hostdevs = facts->hostdevs,
                .volumes = facts->volumes,
                .snapshot = facts->snapshot,
                .guest_runs = facts->guest.active,
                .guest_missing = facts->guest.answered && !facts->guest.exists,
                /* Others than root need not be allowed to ask. */
                .guest_problem = !facts->guest.answered && geteuid() == 0 ? facts->guest.problem : NULL,
        };
}

int facts_gather(struct facts **ret, const struct profile *profile) {
        _cleanup_(facts_freep) struct facts *facts = calloc(1, sizeof(*facts));
        int r;

        if (!facts)
                return -ENOMEM;
        facts->unseen = calloc(8, sizeof(*facts->unseen)); /* each look has one thing to say at the most */
        if (!facts->unseen)
                return -ENOMEM;
        r = inventory_look(&facts->inventory, "");
        if (r < 0)
                return r;
        r = look_at_guest(facts, profile);
        if (r < 0)
                return r;
        r = look_at_desktop(facts);
        if (r < 0)
                return r;
        r = look_at_holders(facts, profile);
        if (r < 0)
                return r;
        r = look_at_volumes(facts, profile);
        if (r < 0)
                return r;
        put_together(facts, profile);
        *ret = steal_ptr(facts);
        return 0;
}

struct facts *facts_free(struct facts *facts) {
        if (!facts)
                return NULL;
        holders_free(facts->holders); /* its items name nodes of those watched, and these devices of the
                                         inventory's */
        watched_free(facts->watched);
        inventory_free(facts->inventory);
        desktop_free(facts->desktop);
        guest_view_done(&facts->guest);
        domain_hardware_free(facts->hardware);
        argv_free(facts->hostdevs);
        volumes_free(facts->volumes);
        argv_free(facts->unseen);
        free(facts);
        return NULL;
}
