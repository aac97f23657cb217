/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * STEP_NODES, target: a function's address. Hides its device nodes, so that from the proof that nobody has
 * one open to the end of the loan nobody opens one. Undone by bringing back those that the kernel has not
 * made anew; udev is then told of them, because who may use a device may have changed while it was out of
 * sight.
 *
 * State: node=NAME for each that is in its place. What is hidden is known by where it lies. No result.
 */
#include <sys/sysmacros.h>

#include "switcher/hidden.h"
#include "switcher/nodes.h"
#include "switcher/process.h"
#include "switcher/steps.h"
#include "switcher/sysfs.h"
#include "switcher/uevent.h"

#define SETTLE_USEC 10000000

static int observe(struct step_call *call) {
        _cleanup_(nodes_done) struct nodes nodes;
        int r;

        r = nodes_find(&nodes, call->root, call->step->target);
        if (r < 0)
                return r;
        for (size_t i = 0; r >= 0 && i < nodes.function->n_nodes; i++)
                if (hidden_is_shown(&nodes.function->nodes[i], call->root))
                        r = words_add(call->ret, "node", nodes.function->nodes[i].name);
        return r;
}

static bool was_seen(const struct step_call *call, const char *name) {
        for (size_t i = 0; i < call->state->n; i++)
                if (strcmp(call->state->items[i].value, name) == 0)
                        return true;
        return false;
}

static int verify_hidden(struct step_call *call, const struct inventory_function *function) {
        for (size_t i = 0; i < function->n_nodes; i++)
                if (hidden_is_shown(&function->nodes[i], call->root))
                        return step_fail(call, -EIO, "/dev/%s of %s is there again: what makes it anew?",
                                         function->nodes[i].name, function->address);
        return 0;
}

/* A device may come back as another one: card1 was, card2 is. What is no more a device's is not missed. */
static int verify_shown(struct step_call *call, const struct inventory_function *function) {
        for (size_t i = 0; i < function->n_nodes; i++)
                if (was_seen(call, function->nodes[i].name) &&
                    !hidden_is_shown(&function->nodes[i], call->root))
                        return step_fail(call, -EIO, "/dev/%s of %s is not there, although the device is",
                                         function->nodes[i].name, function->address);
        return 0;
}

static int apply(struct step_call *call) {
        _cleanup_(nodes_done) struct nodes nodes;
        int r;

        r = nodes_find(&nodes, call->root, call->step->target);
        if (r < 0)
                return r;
        r = hidden_hide(nodes.function, call->root);
        if (r < 0)
                return step_fail(call, r, "cannot move the nodes of %s to " HIDDEN_FOLDER ": %s",
                                 call->step->target, strerror(-r));
        return verify_hidden(call, nodes.function);
}

/* Makes udev apply its rules to it again. */
static void tell_udev(const struct inventory_node *node, void *userdata) {
        const struct step_call *call = userdata;

        (void)sysfs_write("change", call->root, "/sys/dev/%s/%u:%u/uevent", node->block ? "block" : "char",
                          major(node->number), minor(node->number));
}

static int undo(struct step_call *call) {
        _cleanup_(nodes_done) struct nodes nodes;
        int r;

        r = nodes_find(&nodes, call->root, call->step->target);
        if (r < 0)
                return r;
        r = hidden_show(nodes.function, call->root, tell_udev, call);
        if (r < 0)
                return step_fail(call, r, "cannot move the nodes of %s back from " HIDDEN_FOLDER ": %s",
                                 call->step->target, strerror(-r));
        uevent_settle(call->root, now_usec() + SETTLE_USEC); /* else it takes a little longer, that is all */
        return verify_shown(call, nodes.function);
}

const struct step_type step_nodes = { 10000000, 20000000, observe, apply, undo };
