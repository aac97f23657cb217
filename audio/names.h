/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/* audio/names: a guest's name, which may hold anything, made fit for PipeWire. Pure. SIZE > 0. */
#include <stddef.h>

/* For people: valid UTF-8, no control characters, cut between characters. An empty name becomes "guest". */
void names_display(char *ret, size_t size, const char *guest);

/* For programs, "pillion.win10": letters, digits, '.', '-', '_'. The key that mixers remember volumes by. */
void names_node(char *ret, size_t size, const char *guest);
