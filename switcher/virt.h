/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/*
 * switcher/virt: cleanup handlers for libvirt's objects, and its last error in this thread as text and
 * number.
 */
#include <libvirt/libvirt.h>
#include <libvirt/virterror.h>

#include "core/cleanup.h"
#include "switcher/hypervisor.h"

static inline virDomainPtr virt_domain_free(virDomainPtr domain) {
        if (domain)
                virDomainFree(domain);
        return NULL;
}
DEFINE_CLEANUP(virDomain, virt_domain_free);

/* Gives up one reference; the last one closes, which waits for libvirtd. */
static inline virConnectPtr virt_connection_free(virConnectPtr connection) {
        if (connection)
                virConnectClose(connection);
        return NULL;
}
DEFINE_CLEANUP(virConnect, virt_connection_free);

static inline const char *virt_error(void) {
        const virError *error = virGetLastError();

        return error && error->message ? error->message : "libvirt gave no reason";
}

static inline int virt_error_code(void) {
        const virError *error = virGetLastError();

        return error ? error->code : 0;
}

/* The detail of a STOPPED event, in words. */
static inline const char *virt_how_stopped(int detail) {
        switch (detail) {
        case VIR_DOMAIN_EVENT_STOPPED_SHUTDOWN:
                return HYPERVISOR_SHUT_DOWN;
        case VIR_DOMAIN_EVENT_STOPPED_DESTROYED:
                return "ended by force";
        case VIR_DOMAIN_EVENT_STOPPED_CRASHED:
                return "crashed";
        case VIR_DOMAIN_EVENT_STOPPED_FAILED:
                return "QEMU ended unexpectedly";
        default:
                return "stopped";
        }
}
