/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which functions are lent, and whether they can be: what the hardware itself has against it. */
#include "switcher/plan-internal.h"

static bool names(char *const *list, const char *text) {
        for (; list && *list; list++)
                if (strcmp(*list, text) == 0)
                        return true;
        return false;
}

/* Those that the profile names, else those of the domain. */
static char *const *wanted(const struct planner *planner) {
        char *const *own = planner->facts->profile->functions;

        return own[0] ? own : planner->facts->hostdevs;
}

static void refuse_nothing(struct planner *planner, bool seen) {
        const char *domain = planner->facts->profile->domain;

        if (seen)
                planner_refuse(
                        planner,
                        "there is nothing to lend: neither the profile nor the definition of %s names a "
                        "PCI function",
                        domain);
        else
                planner_refuse(planner,
                               "what is to be lent is not known: the profile names no function, and the "
                               "definition of %s cannot be seen",
                               domain);
        planner_advise(
                planner,
                "name it in 'functions =' of %s, or give it to the guest as PCI host devices ('virsh edit "
                "%s')",
                planner->profile, domain);
}

void planner_choose_functions(struct planner *planner) {
        const struct inventory *inventory = planner->facts->inventory;
        char *const *list = wanted(planner);

        for (size_t i = 0; i < inventory->n_functions; i++)
                if (names(list, inventory->functions[i].address))
                        planner->lent[planner->n_lent++] = &inventory->functions[i];
        for (char *const *name = list; name && *name; name++)
                if (!inventory_find(inventory, *name)) {
                        planner_refuse(planner, "there is no %s", *name);
                        planner_advise(planner, "'lspci -D' lists all that there are; correct %s",
                                       planner->where);
                }
        if (!list || !*list)
                refuse_nothing(planner, list);
}

/* vfio takes a group only whole, but for bridges and what has no driver of the host's. */
static void judge_group(struct planner *planner, const struct inventory_function *function) {
        const struct inventory *inventory = planner->facts->inventory;

        for (size_t i = 0; i < inventory->n_functions; i++) {
                const struct inventory_function *other = &inventory->functions[i];

                if (other->group != function->group || other->bridge || !planner_takes(other) ||
                    planner_lends(planner, other))
                        continue;
                planner_refuse(planner, "%s (%s, %s) shares IOMMU group %d with %s, and is not lent",
                               other->address, other->driver, other->name, function->group,
                               function->address);
                planner_advise(planner,
                               "lend it, too (%s), unbind its driver, or put the card into another slot",
                               planner->where);
        }
}

static bool first_of_its_group(const struct planner *planner, size_t index) {
        for (size_t i = 0; i < index; i++)
                if (planner->lent[i]->group == planner->lent[index]->group)
                        return false;
        return true;
}

static void judge_disks(struct planner *planner, const struct inventory_function *function) {
        for (size_t i = 0; i < function->n_nodes; i++) {
                const struct inventory_node *node = &function->nodes[i];

                if (!*node->mounted)
                        continue;
                if (strcmp(node->mounted, "swap") == 0) {
                        planner_refuse(planner, "%s (%s) carries /dev/%s, which the host swaps to",
                                       function->address, function->name, node->name);
                        planner_advise(planner, "'swapoff /dev/%s', or do not lend it", node->name);
                } else {
                        planner_refuse(planner, "%s (%s) carries /dev/%s, which is mounted at %s",
                                       function->address, function->name, node->name, node->mounted);
                        planner_advise(planner, "'umount %s', or do not lend it", node->mounted);
                }
        }
}

const struct inventory_function *planner_other_gpu(const struct planner *planner) {
        const struct inventory *inventory = planner->facts->inventory;

        for (size_t i = 0; i < inventory->n_functions; i++) {
                const struct inventory_function *function = &inventory->functions[i];

                if (function_is_display(function) && planner_takes(function) &&
                    !planner_lends(planner, function))
                        return function;
        }
        return NULL;
}

static void refuse_function(struct planner *planner, const struct inventory_function *function,
                            const char *what) {
        planner_refuse(planner, "%s (%s) %s", function->address, function->name, what);
}

static void refuse_only_gpu(struct planner *planner, const struct inventory_function *function) {
        refuse_function(planner, function,
                        "is the GPU that the machine starts with, and the host has no other that works");
        planner_advise(
                planner,
                "add a second GPU, or have the one that is there driven by its own driver ('lspci -k -d "
                "::0300'); or do without: with 'headless = yes' in %s the host has neither screen nor "
                "desktop until all is back",
                planner->profile);
}

static void judge_function(struct planner *planner, const struct inventory_function *function) {
        if (function->bridge) {
                refuse_function(planner, function, "is a bridge; what is behind it can be lent without it");
                planner_advise(planner, "take it out of %s", planner->where);
        }
        if (function->dead) {
                refuse_function(planner, function,
                                "does not answer: it was not reset after it was used last");
                planner_advise(planner,
                               "turn the machine off and on again; to suspend and wake it may do, too");
        }
        if (planner->facts->inventory->iommu && function->group < 0) {
                refuse_function(planner, function, "is in no IOMMU group: no IOMMU stands before its slot");
                planner_advise(planner,
                               "put the card into another slot, or look for an update of the firmware");
        }
        if (function->boot_vga && !planner->facts->profile->headless && !planner_other_gpu(planner))
                refuse_only_gpu(planner, function);
        judge_disks(planner, function);
}

static void warn_of_function(struct planner *planner, const struct inventory_function *function) {
        if (!*function->resets && !function->bridge)
                planner_warn(
                        planner,
                        "%s (%s) has no way to be reset: after the guest it may not work until the machine "
                        "is turned off",
                        function->address, function->name);
        if (function->framebuffer)
                planner_warn(
                        planner,
                        "the firmware's framebuffer still lies in the memory of %s (%s): if vfio-pci does "
                        "not get it, start with video=efifb:off on the kernel's command line",
                        function->address, function->name);
}

static void judge_kernel(struct planner *planner) {
        const struct inventory *inventory = planner->facts->inventory;

        if (!inventory->iommu) {
                planner_refuse(planner, "the IOMMU is off: no device can be given to a guest safely");
                planner_advise(
                        planner,
                        "switch on VT-d (Intel) or AMD-Vi, also called IOMMU, in the firmware's setup; on "
                        "Intel put intel_iommu=on on the kernel's command line, too");
        }
        if (!inventory->vfio) {
                planner_refuse(planner,
                               "this kernel has no vfio-pci, the driver that devices are lent through");
                planner_advise(planner, "boot a kernel that has it, such as the distribution's own");
        }
}

void planner_judge_functions(struct planner *planner) {
        judge_kernel(planner);
        for (size_t i = 0; i < planner->n_lent; i++) {
                judge_function(planner, planner->lent[i]);
                warn_of_function(planner, planner->lent[i]);
                if (planner->lent[i]->group >= 0 && first_of_its_group(planner, i))
                        judge_group(planner, planner->lent[i]);
        }
}
