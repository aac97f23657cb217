/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/*
 * switcher/operation: what is asked of one domain. Each call waits for libvirt. Threads: a worker's.
 */
#include <libvirt/libvirt.h>

#include "switcher/hypervisor.h"

/* -EIO: libvirt cannot say. */
int operation_describe(virDomainPtr domain, struct domain_info **ret);

/* An enum hypervisor_state; negative if libvirt cannot say. */
int operation_state(virDomainPtr domain);

/* 0, or negative with a line in TEXT for the user. RET_INFO only for HYPERVISOR_DESCRIBE. */
int operation_run(enum hypervisor_operation operation, virDomainPtr domain, struct domain_info **ret_info,
                  char *text, size_t size);
/* The same for HYPERVISOR_ATTACH and HYPERVISOR_DETACH, DEVICE as hypervisor_request_device() has it. */
int operation_plug(enum hypervisor_operation operation, virDomainPtr domain, const char *device, char *text,
                   size_t size);
