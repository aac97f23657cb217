/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/*
 * tests/bench/witness: tells from PipeWire's profiler in which cycles of its graph some node was not woken in
 * time. A thread with real-time priority that is not woken is the machine's fault; one that is awake and does
 * not finish is its own, and goes unmarked.
 *
 * Threads: one of its own; the functions may be called from any one thread. Tests' manners: what fails, fails
 * the test.
 */
#include "core/cleanup.h"
#include "tests/bench/recording.h"

struct witness;

/* The environment says which PipeWire. */
struct witness *witness_new(void);
struct witness *witness_free(struct witness *witness);
DEFINE_CLEANUP(struct witness, witness_free);

/* Marks the cycles of the recording that it has seen go wrong; returns how many. */
unsigned witness_mark(struct witness *witness, struct recording *recording);
