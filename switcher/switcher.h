/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/*
 * switcher/switcher: pillion-switch at work: it alone on this machine, the host kept from going to sleep,
 * signals in hand, and each thing said to whoever looks. What is refused is said, and why.
 */
#include <stdbool.h>

#include "core/cleanup.h"
#include "switcher/profile.h"
#include "switcher/transaction.h"

#define SWITCHER_PROFILES "/etc/pillion"
#define SWITCHER_RUN      "/run/pillion"

struct switcher;

/*
 * COMMAND and PROFILE ("" if none) are for whoever comes second. With BUS false neither logind nor anybody
 * else is asked. SWITCH_REFUSED: another pillion-switch is at work.
 */
enum switch_status switcher_open(struct switcher **ret, const char *command, const char *profile, bool bus);
struct switcher *switcher_free(struct switcher *switcher);
DEFINE_CLEANUP(struct switcher, switcher_free);

struct interrupt *switcher_interrupt(struct switcher *switcher); /* borrowed */

/* Lends what the profile says. If just that is lent already, there is nothing to do, and that is done. */
enum switch_status switcher_lend(struct switcher *switcher, const struct profile *profile);
/*
 * Gives back, or restores, whatever is lent or half lent, unless a guest still has it. PROFILE, unless NULL:
 * refused if it is another's. Without any loan there is nothing to do.
 */
enum switch_status switcher_return(struct switcher *switcher, const char *profile);
/* After a boot: what one that was begun before the boot has left on the disk. A loan of this boot stays. */
enum switch_status switcher_restore_boot(struct switcher *switcher);
/* What one who is dead has left of a loan of PROFILE, to be given back. */
enum switcher_leftover {
        LEFTOVER_NONE, /* it is lent wholly, or not at all */
        LEFTOVER_OF_LENDING,
        LEFTOVER_OF_RETURN, /* also of undoing what could not be lent; whoever wanted it lent knows by now */
};
enum switcher_leftover switcher_look_for_leftover(const char *profile);

/* Reads the profile; says what is wrong with it. SWITCH_DONE, or SWITCH_REFUSED. */
enum switch_status switcher_load_profile(struct profile **ret, const char *name);
/* Prints what lending (or, BACK, returning) would do. */
enum switch_status switcher_print_plan(const struct profile *profile, bool back);
