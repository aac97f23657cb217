/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/*
 * core/doctor/guest: the first part of `pillion doctor`: the configuration, libvirt, which guest it is, and
 * pilliond itself.
 */
#include "core/doctor/doctor.h"
#include "core/doctor/facts.h"

/* Asks libvirt in a process of its own, which is ended if there is no answer within WAIT_USEC. */
void doctor_look_at_libvirt(struct doctor_libvirt *ret, const char *uri, uint64_t wait_usec);

/* Pure: which of the domains is to be served; NULL if that cannot be told. */
const struct doctor_domain *doctor_choose_guest(const struct doctor_libvirt *libvirt, const char *configured);
void doctor_judge_libvirt(struct doctor *doctor, const struct doctor_libvirt *libvirt, const char *uri,
                          const char *configured);
