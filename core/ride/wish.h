/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/*
 * core/ride/wish: what the user has asked for and has not got yet, put down where the next pilliond finds it
 * if this one is killed: that a guest is to be started. All else is to be seen in the world. A file in the
 * folder that systemd makes for the service ($RUNTIME_DIRECTORY) and keeps until it is stopped for good; run
 * by hand, nothing is put down.
 */
#include <stdbool.h>

struct wish {
        char guest[256]; /* "": none */
        bool again;      /* it is to be shut down first */
        bool spice;
};

/* FOLDER NULL: $RUNTIME_DIRECTORY. None of it can fail in a way that matters. */
void wish_keep(const char *folder, const struct wish *wish);
void wish_drop(const char *folder);
/* Whether there is one. */
bool wish_read(const char *folder, struct wish *ret);
