/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/*
 * switcher/domain-spice: the same guest without the host's hardware, on a screen of SPICE's: for maintenance,
 * or to look after it from afar. Made of the one definition when it is wanted, so there is no second one to
 * keep in step. Pure.
 *
 * All PCI devices of the host's are left out, and evdev inputs, so that it starts whatever they are used for;
 * the slots they had stay empty, or Windows would have to find its disks anew. A screen, its channel and a
 * tablet come in, where it has none, and a mark, by which domain_parse() knows it. Source: libvirt's
 * formatdomain.
 */
#include <stdbool.h>
#include <stdint.h>

#include "core/cleanup.h"

/* Without PAGES its memory is not of huge pages. The caller's. -EINVAL, -ENOMEM: as domain_edit(). */
int domain_spice(char **ret, const char *xml, bool pages);

/* Whether the huge pages that it wants are free now, below ROOT ("" but in tests); also if it wants none. */
bool domain_spice_pages(const char *xml, const char *root);
