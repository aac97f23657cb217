/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/* core/command/fail: what more than one command has to say on stderr when it fails. */
#include <stdbool.h>

/* WHAT went wrong; R is the error. EXIT_FAILED. */
int command_fail(const char *what, int r);

/* URI's libvirt has no such DOMAIN. EXIT_FAILED. */
int command_fail_no_guest(const char *uri, const char *domain);

/* False: no profile can be called NAME, which has been said. */
bool command_check_profile(const char *name);
