/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/*
 * switcher/units: asks systemd to start and stop units, and waits until that is done. For steps, which have a
 * process of their own: everything here blocks, up to the time it is given. Source:
 * org.freedesktop.systemd1(5).
 *
 * Each call that fails returns -errno and says why, in one line, in the text that units_new() was given.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <systemd/sd-bus.h>

#include "core/cleanup.h"

#define UNITS_JOB_USEC (95 * 1000000u) /* systemd's own patience with a unit is 90 s, if it says no other */

struct units;

/* PROBLEM is borrowed until the end. */
int units_new(struct units **ret, char *problem, size_t size);
struct units *units_free(struct units *units);
DEFINE_CLEANUP(struct units, units_free);

sd_bus *units_bus(struct units *units); /* the system bus; borrowed */
/* Puts down a problem that the caller has met; returns R. */
__attribute__((format(printf, 3, 4))) int units_fail(struct units *units, int r, const char *format, ...);

/* 1: runs, or is about to; 0: does not, or there is none of that name. */
int units_is_up(struct units *units, const char *unit);
/* Its name if UNIT is an alias. The caller's. */
int units_name(struct units *units, const char *unit, char **ret);
/* PROPERTY of what is special to its type, in INTERFACE: "Service". */
int units_get(struct units *units, const char *unit, const char *interface, const char *property, char **ret);

/* 1: files of it have changed since systemd read them. */
int units_is_out_of_date(struct units *units, const char *unit);
/* Has systemd read all files again. */
int units_reload(struct units *units);

/*
 * Does nothing if the unit is up already. -EIO: it did not start, or started and failed at once; it has to be
 * there for a moment if systemd calls a unit started as soon as it has a process. Forgets first that it has
 * failed, or was started too often. A machine that goes down starts nothing: that is no failure.
 */
int units_start(struct units *units, const char *unit, uint64_t usec);
/* Does nothing if the unit is not up. -ETIMEDOUT; -EIO: it is still there. */
int units_stop(struct units *units, const char *unit, uint64_t usec);

/*
 * Waits for a job that METHOD has begun and whose path is in its ANSWER. The result, "done", "failed",
 * "timeout", … is good until the next call. -ETIMEDOUT.
 */
int units_await(struct units *units, sd_bus_message *answer, uint64_t usec, const char **ret);
/* Waits for whatever signal somebody has asked this bus for. 0: none came within USEC. */
int units_doze(struct units *units, uint64_t usec);
