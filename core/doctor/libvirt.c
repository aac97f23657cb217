/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Looking at libvirt. Records R and S: the definition of a domain that runs, or is shut off; N: what that
 * domain starts with next, which for one that runs may be something else.
 */
#include "core/doctor/guest.h"

#include "switcher/ask.h"
#include "switcher/virt.h"

/* The child's whole life. */
static void list_domains(int fd, void *uri) {
        virConnectPtr connection;
        virDomainPtr *domains;
        int n;

        ask_quiet_libvirt();
        connection = virConnectOpen(uri);
        n = connection ? virConnectListAllDomains(connection, &domains, 0) : -1;
        if (n < 0)
                return ask_put_error(fd);
        for (int i = 0; i < n; i++) {
                char *xml = virDomainGetXMLDesc(domains[i], 0),
                     *next = virDomainGetXMLDesc(domains[i], VIR_DOMAIN_XML_INACTIVE);

                if (!xml)
                        continue; /* it has just gone */
                ask_put(fd, virDomainIsActive(domains[i]) == 1 ? 'R' : 'S', xml);
                ask_put(fd, 'N', next ? next : xml);
        }
}

static bool add_domain(struct doctor_libvirt *libvirt, const char *xml, bool running) {
        struct doctor_domain *grown =
                realloc(libvirt->domains, (libvirt->n_domains + 1) * sizeof(*libvirt->domains));

        if (!grown)
                return false;
        libvirt->domains = grown;
        grown[libvirt->n_domains] = (struct doctor_domain){ .running = running };
        if (domain_parse(&grown[libvirt->n_domains].info, xml) < 0)
                return false;
        libvirt->n_domains++;
        return true;
}

/* Of the one added last. */
static void add_next(struct doctor_libvirt *libvirt, const char *xml) {
        struct doctor_domain *domain = &libvirt->domains[libvirt->n_domains - 1];

        if (domain_hardware_parse(&domain->hardware, xml) < 0)
                domain->hardware = NULL;
        if (doctor_definition_parse(&domain->definition, xml) < 0)
                domain->definition = NULL;
}

static void set_error(struct doctor_libvirt *libvirt, const char *text) {
        int code;

        snprintf(libvirt->problem, sizeof(libvirt->problem), "%s", answer_error(text, &code));
        libvirt->answered = false;
        libvirt->denied = code == VIR_ERR_AUTH_UNAVAILABLE || code == VIR_ERR_AUTH_FAILED ||
                          code == VIR_ERR_AUTH_CANCELLED || code == VIR_ERR_ACCESS_DENIED;
}

static void take_in(struct doctor_libvirt *libvirt, const struct answer *answer) {
        bool added = false;

        for (const char *record = NULL; (record = answer_next(answer, record));) {
                if (*record == 'E')
                        set_error(libvirt, record + 1);
                else if (*record == 'R' || *record == 'S')
                        added = add_domain(libvirt, record + 1, *record == 'R');
                else if (*record == 'N' && added)
                        add_next(libvirt, record + 1);
        }
}

void doctor_look_at_libvirt(struct doctor_libvirt *ret, const char *uri, uint64_t wait_usec) {
        _cleanup_(answer_done) struct answer answer = { 0 };

        *ret = (struct doctor_libvirt){ .asked = true };
        ret->answered = ask(&answer, list_domains, (void *)uri, wait_usec) >= 0 && answer.whole;
        if (ret->answered)
                take_in(ret, &answer);
}
