/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "switcher/operation.h"

#include <errno.h>
#include <stdio.h>

#include "switcher/domain-spice.h"
#include "switcher/virt.h"

int operation_describe(virDomainPtr domain, struct domain_info **ret) {
        char *xml = virDomainGetXMLDesc(domain, 0);
        int r;

        if (!xml)
                return -EIO;
        r = domain_parse(ret, xml);
        free(xml);
        return r;
}

int operation_state(virDomainPtr domain) {
        int state;

        if (virDomainGetState(domain, &state, NULL, 0) < 0)
                return virt_error_code() == VIR_ERR_NO_DOMAIN ? DOMAIN_GONE : -EIO;
        switch (state) {
        case VIR_DOMAIN_SHUTOFF:
        case VIR_DOMAIN_CRASHED:
                return DOMAIN_GONE;
        case VIR_DOMAIN_PAUSED:
        case VIR_DOMAIN_PMSUSPENDED:
                return DOMAIN_PAUSED;
        default: /* VIR_DOMAIN_SHUTDOWN too: on its way, but still there */
                return DOMAIN_RUNNING;
        }
}

static int resume(virDomainPtr domain) {
        int state;

        if (virDomainGetState(domain, &state, NULL, 0) < 0)
                return -EIO;
        return state == VIR_DOMAIN_PMSUSPENDED ? virDomainPMWakeup(domain, 0) : virDomainResume(domain);
}

/*
 * What runs is made of the definition as it is now, which stays what it was: libvirt forgets the other when
 * the guest ends. With its secrets, so that no password is lost on the way.
 */
static int create_spice(virDomainPtr domain, char *text, size_t size) {
        _cleanup_(virt_domain_freep) virDomainPtr created = NULL;
        _cleanup_free_ char *spice = NULL;
        _cleanup_free_ char *xml =
                virDomainGetXMLDesc(domain, VIR_DOMAIN_XML_INACTIVE | VIR_DOMAIN_XML_SECURE);
        int r = xml ? domain_spice(&spice, xml, domain_spice_pages(xml, "")) : -EIO;

        if (xml && r < 0) {
                snprintf(text, size, "its definition cannot be made into one with SPICE: %s", strerror(-r));
                return r;
        }
        if (xml)
                created = virDomainCreateXML(virDomainGetConnect(domain), spice, VIR_DOMAIN_START_VALIDATE);
        if (created)
                return 0;
        snprintf(text, size, "libvirt: %s", virt_error());
        return -EIO;
}

int operation_run(enum hypervisor_operation operation, virDomainPtr domain, struct domain_info **ret_info,
                  char *text, size_t size) {
        int r = 0;

        switch (operation) {
        case HYPERVISOR_DESCRIBE:
                r = operation_describe(domain, ret_info);
                break;
        case HYPERVISOR_CREATE:
                r = virDomainCreate(domain);
                break;
        case HYPERVISOR_CREATE_SPICE:
                return create_spice(domain, text, size);
        case HYPERVISOR_SHUTDOWN:
                r = virDomainShutdown(domain);
                break;
        case HYPERVISOR_DESTROY:
                r = virDomainDestroy(domain);
                break;
        case HYPERVISOR_SUSPEND:
                r = virDomainSuspend(domain);
                break;
        case HYPERVISOR_RESUME:
                r = resume(domain);
                break;
        case HYPERVISOR_ATTACH:
        case HYPERVISOR_DETACH:
                return -EINVAL;
        case HYPERVISOR_OBSERVE:
                break; /* has a task of its own */
        }
        if (r < 0)
                snprintf(text, size, "libvirt: %s", virt_error());
        return r;
}

/* libvirt has one code for nearly everything that can be wrong with a device, so its words have to do. */
static void explain_attach(char *text, size_t size) {
        const char *error = virt_error();

        if (strstr(error, "No more available PCI slots") || strstr(error, "not support hotplug"))
                snprintf(text, size,
                         "it has no free slot to plug a device into; add <controller type='pci' "
                         "model='pcie-root-port'/> to its devices, twice, and start it anew");
        else
                snprintf(text, size, "libvirt: %s; what plugging in takes is under PATHS in pillion.conf(5)",
                         error);
}

int operation_plug(enum hypervisor_operation operation, virDomainPtr domain, const char *device, char *text,
                   size_t size) {
        if (operation == HYPERVISOR_ATTACH) {
                if (virDomainAttachDeviceFlags(domain, device, VIR_DOMAIN_AFFECT_LIVE) == 0)
                        return 0;
                explain_attach(text, size);
                return -EIO;
        }
        /* By its alias, and so without waiting for the guest: two are let go of at the same time. */
        if (virDomainDetachDeviceAlias(domain, device, VIR_DOMAIN_AFFECT_LIVE) == 0)
                return 0;
        snprintf(text, size, "libvirt: %s", virt_error());
        return -EIO;
}
