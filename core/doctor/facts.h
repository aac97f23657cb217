/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/*
 * core/doctor/facts: what the checks of `pillion doctor` have found out and later ones build upon.
 */
#include <stdbool.h>

#include "core/command/client.h"
#include "core/config.h"
#include "core/doctor/definition.h"
#include "switcher/desktop.h"
#include "switcher/domain-hardware.h"
#include "switcher/domain.h"
#include "switcher/inventory.h"
#include "switcher/profile.h"

struct doctor_domain {
        struct domain_info *info; /* as it runs, if it does */
        bool running;
        /* As it starts next; NULL: that could not be read. */
        struct domain_hardware *hardware;
        struct doctor_definition *definition;
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
        char *command_line;          /* the kernel's; NULL: it cannot be read */
        struct inventory *inventory; /* NULL: there is no PCI */
        struct desktop *desktop;     /* NULL: systemd does not answer */
        struct profile *profile;     /* of the guest, or the defaults; NULL: it is not known which guest */
};

static inline void libvirt_done(struct doctor_libvirt *libvirt) {
        for (size_t i = 0; i < libvirt->n_domains; i++) {
                domain_free(libvirt->domains[i].info);
                domain_hardware_free(libvirt->domains[i].hardware);
                doctor_definition_free(libvirt->domains[i].definition);
        }
        free(libvirt->domains);
}

static inline void facts_done(struct doctor_facts *facts) {
        libvirt_done(&facts->libvirt);
        inventory_free(facts->inventory);
        desktop_free(facts->desktop);
        profile_free(facts->profile);
        free(facts->command_line);
        config_free(facts->config);
        client_status_done(&facts->daemon);
}

/* Whether the guest may be running: it is only known not to be if libvirt says so. */
static inline bool facts_may_run(const struct doctor_facts *facts) {
        return !facts->guest || facts->guest->running;
}
