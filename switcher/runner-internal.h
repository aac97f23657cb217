/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/*
 * switcher/runner: what parent and child say to each other, one message a packet: the letter, then its text.
 *
 *     child:  S words   what was observed        P number text   it failed: errno, and why
 *             T text    how far it is            R words         it is done: what is left for undo
 *     parent: G         go
 */
#include "switcher/runner.h"

#define RUNNER_MESSAGE_SIZE (128u * 1024) /* words of many nodes are long; a socket takes more than this */

enum runner_message {
        MESSAGE_STATE = 'S',
        MESSAGE_SAY = 'T',
        MESSAGE_PROBLEM = 'P',
        MESSAGE_RESULT = 'R',
        MESSAGE_GO = 'G',
};

/* The whole life of the child: LINK is its end of the socket, OUTPUT where its stdout and stderr go. */
_Noreturn void runner_child(const struct runner_job *job, pid_t parent, int link, int output);
