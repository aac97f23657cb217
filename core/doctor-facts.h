/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/*
 * core/doctor-facts: what the checks of `pillion doctor` have found out and later ones build upon.
 */
#include <stdbool.h>

#include "core/client.h"
#include "core/config.h"
#include "switcher/domain.h"

struct doctor_domain {
        struct domain_info *info;
        bool running;
};

/* What libvirt said. */
struct doctor_libvirt {
        bool asked, answered;
        bool denied; /* the user may not */
        char problem[400];
        struct doctor_domain *domains;
        size_t n_domains;
};

struct doctor_facts {
        const char *root;      /* prefix of every path looked at */
        struct config *config; /* the defaults, if the files cannot be used; NULL: no memory */
        struct doctor_libvirt libvirt;
        const struct doctor_domain *guest; /* one of them, the one to be served; NULL: not known */
        struct client_status daemon;       /* pilliond's properties; empty: it does not run */
        bool daemon_runs;
};

static inline void facts_done(struct doctor_facts *facts) {
        for (size_t i = 0; i < facts->libvirt.n_domains; i++)
                domain_free(facts->libvirt.domains[i].info);
        free(facts->libvirt.domains);
        config_free(facts->config);
        client_status_done(&facts->daemon);
}

/* Whether the guest may be running: it is only known not to be if libvirt says so. */
static inline bool facts_may_run(const struct doctor_facts *facts) {
        return !facts->guest || facts->guest->running;
}
