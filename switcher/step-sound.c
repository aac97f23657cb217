/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * STEP_SOUND, target: a function's address. Sound servers (PipeWire with WirePlumber, PulseAudio) keep the
 * control node of every card open that udev tells them of. They are told that the card has gone, by an event
 * of the kernel's that anybody with its sysfs file can have sent, and they close it; the card itself notices
 * nothing. Undone by an event of the kind that makes them see it for the first time; if the driver has made
 * the card anew, there was one already, and another one does no harm.
 *
 * State: card=NAME for each ("card1"), for who reads the journal. No result.
 * Source: Linux, Documentation/ABI/testing/sysfs-uevent; PipeWire, spa/plugins/alsa/alsa-udev.c;
 * systemd, rules.d/78-sound-card.rules.
 */
#include <ctype.h>

#include "switcher/gate.h"
#include "switcher/nodes.h"
#include "switcher/process.h"
#include "switcher/steps.h"
#include "switcher/sysfs.h"
#include "switcher/uevent.h"

#define WAIT_USEC   10000000
#define SETTLE_USEC 10000000

/* "card1", if NODE is its control node; else NULL. */
static char *card_of(const struct inventory_node *node) {
        static const char control[] = "snd/controlC";
        char *card;

        if (strncmp(node->name, control, strlen(control)) != 0 ||
            !isdigit((unsigned char)node->name[strlen(control)]))
                return NULL;
        return asprintf(&card, "card%s", node->name + strlen(control)) < 0 ? NULL : card;
}

/* Calls FN for each card that there is now. */
static int for_each_card(struct step_call *call, int (*fn)(struct step_call *call, const char *card)) {
        _cleanup_(nodes_done) struct nodes nodes;
        int r;

        r = nodes_find(&nodes, call->root, call->step->target);
        if (r < 0)
                return r;
        for (size_t i = 0; r >= 0 && i < nodes.function->n_nodes; i++) {
                _cleanup_free_ char *card = card_of(&nodes.function->nodes[i]);

                if (card)
                        r = fn(call, card);
        }
        return r;
}

static int note(struct step_call *call, const char *card) {
        return words_add(call->ret, "card", card);
}

static int send_event(struct step_call *call, const char *card, const char *action) {
        int r;

        r = sysfs_write(action, call->root, "/sys/class/sound/%s/uevent", card);
        return r < 0 ? step_fail(call, r, "cannot send '%s' for /sys/class/sound/%s: %s", action, card,
                                 strerror(-r))
                     : 0;
}

static int take_away(struct step_call *call, const char *card) {
        return send_event(call, card, "remove");
}

/* Not "add": it is with "change" that udev's rules say of a card that all its nodes are there. */
static int give_back(struct step_call *call, const char *card) {
        return send_event(call, card, "change");
}

static int observe(struct step_call *call) {
        return for_each_card(call, note);
}

/* Whoever else has it open is the gate's business. */
static int apply(struct step_call *call) {
        int r;

        r = for_each_card(call, take_away);
        if (r < 0)
                return r;
        return gate_pass_sound_servers(call, WAIT_USEC);
}

static int undo(struct step_call *call) {
        int r;

        r = for_each_card(call, give_back);
        if (r < 0)
                return r;
        uevent_settle(call->root, now_usec() + SETTLE_USEC); /* else it takes a little longer, that is all */
        return 0;
}

const struct step_type step_sound = { 30000000, 30000000, observe, apply, undo };
