/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/*
 * core/command/follow: calls pilliond, and shows what it does until it answers: each step that has ended as a
 * line on stdout, and on a terminal the one that is being done, too. pilliond does it all by itself: whoever
 * ends this, or the terminal that goes down with the desktop, ends the looking and nothing else. Threads:
 * one.
 */
#include <systemd/sd-bus.h>

enum {
        FOLLOW_STILL_RUNNING = -1, /* the guest was told to shut down, and has not: asked again, it may */
};

/*
 * CALL is one of org.pillion1.Manager's, made for BUS, which has no event loop; both are borrowed. How the
 * command is to end, which has been explained on stderr, or the above, which has been said there, too.
 */
int follow(sd_bus *bus, sd_bus_message *call);
