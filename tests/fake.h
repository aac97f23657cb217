/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/*
 * tests/fake: a step type whose host is a folder. The step TARGET turns what the file of that name says into
 * "lent", and TARGET.side too, one after the other. Names with a dot in front are no part of the host.
 *
 * Told: observe=HOW, apply=HOW, undo=HOW, once=yes, until=NAME; hang=FOLDER (tests/hang.h). HOW is one of
 *     fail crash mute overrun hang      what it says
 *     program-hangs                     a program that it has started hangs, and it waits for it
 *     die-early die-amid die-late       its caller is killed before, amid, or after the change
 *     interrupt                         its caller gets SIGTERM, amid
 * The file .lent says whether undo() was told that all was lent.
 * With once=yes that happens the first time only; with until=NAME until there is a file .NAME.
 */
#include "switcher/step.h"

extern const struct step_type fake_type;
/* That for every kind. */
extern const struct step_type *const fake_types[N_STEPS];

/* The whole host as text, to be compared. The caller's. */
char *fake_host(const char *root);
void fake_put(const char *root, const char *name, const char *text);
