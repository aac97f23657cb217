/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The functions that the guest is lent: each for itself, and what else of its kind is in the machine. */
#include "core/doctor/host.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "core/doctor/read.h"

#define CLASS_VGA     0x0300u
#define CLASS_DISPLAY 0x0380u /* without VGA: APUs, second GPUs of notebooks */
#define LARGE_BAR     (512ull << 20)

static unsigned class_of(const struct inventory_function *function) {
        return function->class >> 8;
}

/* The same but for the function. */
static bool in_same_slot(const char *a, const char *b) {
        return strncmp(a, b, strlen("0000:00:00.")) == 0;
}

static bool is_whole_slot_lent(const struct doctor_host *host, const struct inventory_function *lent) {
        for (size_t i = 0; i < host->inventory->n_functions; i++) {
                const struct inventory_function *other = &host->inventory->functions[i];

                if (in_same_slot(other->address, lent->address) && !other->bridge &&
                    !host_lends(host, other->address))
                        return false;
        }
        return true;
}

/* Functions of its slot in groups of their own; those of its group are judged with that. */
static void judge_rest_of_slot(struct doctor *doctor, const struct doctor_host *host,
                               const struct inventory_function *lent) {
        for (size_t i = 0; i < host->inventory->n_functions; i++) {
                const struct inventory_function *other = &host->inventory->functions[i];

                if (in_same_slot(other->address, lent->address) && other->group != lent->group &&
                    !other->bridge && !host_lends(host, other->address))
                        doctor_say(doctor, DOCTOR_WARNING,
                                   "%s is of the same card as %s, and is not lent\n"
                                   "A reset of the one may reach the other, and the guest's driver expects "
                                   "both: virsh edit, and add a <hostdev> for it",
                                   host_name(other).text, lent->address);
        }
}

static void judge_framebuffer(struct doctor *doctor, const struct inventory_function *lent) {
        if (!lent->framebuffer)
                return;
        if (class_of(lent) == CLASS_VGA)
                doctor_say(doctor, DOCTOR_OK,
                           "the firmware's framebuffer lies in %s; vfio-pci takes it away when it is bound",
                           lent->address);
        else
                doctor_say(doctor, DOCTOR_WARNING,
                           "the firmware's framebuffer lies in %s\n"
                           "QEMU may fail with \"BAR: can't reserve\". If so, have the host's own driver "
                           "take the card first, or add initcall_blacklist=sysfb_init to the kernel line",
                           host_name(lent).text);
}

static void judge_class(struct doctor *doctor, const struct inventory_function *lent) {
        if (class_of(lent) == CLASS_DISPLAY)
                doctor_say(doctor, DOCTOR_WARNING,
                           "%s is a display without VGA, as APUs and notebooks' second GPUs are\n"
                           "They often have no reset that works, and no ROM of their own: give the guest "
                           "one (<rom file='…'/>), and expect to boot the host anew after the guest",
                           host_name(lent).text);
}

void doctor_judge_device(struct doctor *doctor, const struct doctor_host *host, size_t n) {
        const struct inventory_function *lent = host_lent(host, n);

        if (!lent)
                return doctor_say(doctor, DOCTOR_PROBLEM,
                                  "%s, which the guest is lent, is not in this machine\n"
                                  "Addresses change when cards are moved or added: lspci -nn shows "
                                  "today's; virsh edit, and correct the <hostdev>",
                                  host->hardware->hostdevs[n].address);
        if (lent->dead)
                return doctor_say(
                        doctor, DOCTOR_PROBLEM,
                        "%s does not answer\n"
                        "It has not come back from the guest or from sleep. Suspend the machine and wake "
                        "it, or switch it off and on: neither a guest nor a driver can use it now",
                        host_name(lent).text);
        doctor_say(doctor, DOCTOR_OK, "%s, %s", host_name(lent).text,
                   *lent->driver ? lent->driver : "no driver");
        judge_class(doctor, lent);
        judge_framebuffer(doctor, lent);
        judge_rest_of_slot(doctor, host, lent);
}

static const struct inventory_function *find_other_display(const struct doctor_host *host) {
        for (size_t i = 0; i < host->inventory->n_functions; i++) {
                const struct inventory_function *other = &host->inventory->functions[i];

                if (function_is_display(other) && !host_lends(host, other->address))
                        return other;
        }
        return NULL;
}

static void judge_boot_gpu(struct doctor *doctor, const struct inventory_function *lent,
                           const struct inventory_function *other, bool rom) {
        if (!other)
                doctor_say(doctor, DOCTOR_WARNING,
                           "%s is the only GPU\n"
                           "It is lent only with 'headless = yes' in the profile, and the host has no screen "
                           "then; have another way in, such as ssh%s",
                           host_name(lent).text,
                           rom ? "" : ". The guest may need its ROM too: <rom file='…'/>");
        else
                doctor_say(doctor, DOCTOR_WARNING,
                           "%s is the GPU that the firmware starts on, not %s\n"
                           "The host's console goes dark with it%s. The firmware's set-up may let the "
                           "other be the first; else swap their slots",
                           host_name(lent).text, other->address,
                           rom ? "" : ", and its ROM may be spoilt for the guest: <rom file='…'/>");
}

void doctor_judge_boot_screen(struct doctor *doctor, const struct doctor_host *host) {
        const struct inventory_function *other = find_other_display(host);
        bool display = false;

        for (size_t i = 0; host->hardware && i < host->hardware->n_hostdevs; i++) {
                const struct inventory_function *lent = host_lent(host, i);

                if (!lent || !function_is_display(lent))
                        continue;
                display = true;
                if (lent->boot_vga || !other)
                        return judge_boot_gpu(doctor, lent, other, *host->hardware->hostdevs[i].rom);
        }
        if (display)
                doctor_say(doctor, DOCTOR_OK, "is another GPU's, %s", host_name(other).text);
}

/* Whether it is reset together with another function of its card, which is lent as well. */
static bool is_reset_with_card(const struct doctor_host *host, const struct inventory_function *lent) {
        for (size_t i = 0; i < host->hardware->n_hostdevs; i++) {
                const struct inventory_function *other = host_lent(host, i);

                if (other && other != lent && in_same_slot(other->address, lent->address) &&
                    strstr(other->resets, "bus"))
                        return true;
        }
        return false;
}

/* True if there was nothing to say. */
static bool judge_reset(struct doctor *doctor, const struct doctor_host *host,
                        const struct inventory_function *lent) {
        bool amd = lent->vendor == 0x1002;

        if (!*lent->resets && is_reset_with_card(host, lent))
                return true;
        if (!*lent->resets)
                doctor_say(
                        doctor, DOCTOR_WARNING,
                        "the kernel has no way to reset %s\n"
                        "It works once; after the guest the card may be dead until the machine is switched "
                        "off%s",
                        host_name(lent).text,
                        amd ? ". For Polaris, Vega and Navi 10 to 14 there is a module: vendor-reset" : "");
        else if (strcmp(lent->resets, "bus") == 0 && !is_whole_slot_lent(host, lent))
                doctor_say(doctor, DOCTOR_WARNING,
                           "%s can only be reset with its whole bus, of which not all is lent\n"
                           "So it is not reset: lend every function of the card",
                           host_name(lent).text);
        else if (amd && function_is_display(lent) && strcmp(lent->resets, "bus") == 0)
                doctor_say(doctor, DOCTOR_OK,
                           "%s: bus only; if it does not come back from the guest, see vendor-reset",
                           lent->address);
        else
                return true;
        return false;
}

void doctor_judge_resets(struct doctor *doctor, const struct doctor_host *host) {
        char text[300] = "";

        for (size_t i = 0; host->hardware && i < host->hardware->n_hostdevs; i++) {
                const struct inventory_function *lent = host_lent(host, i);

                if (lent && judge_reset(doctor, host, lent))
                        doctor_append(text, sizeof(text), "%s: %s", lent->address,
                                      *lent->resets ? lent->resets : "with its card");
        }
        if (*text)
                doctor_say(doctor, DOCTOR_OK, "%s", text);
}

void doctor_judge_twins(struct doctor *doctor, const struct doctor_host *host) {
        for (size_t i = 0; host->hardware && i < host->hardware->n_hostdevs; i++) {
                const struct inventory_function *lent = host_lent(host, i);

                for (size_t j = 0; lent && j < host->inventory->n_functions; j++) {
                        const struct inventory_function *other = &host->inventory->functions[j];

                        if (function_is_display(lent) && !host_lends(host, other->address) &&
                            lent->vendor == other->vendor && lent->device == other->device)
                                doctor_say(doctor, DOCTOR_OK,
                                           "%s is of the same model as %s, which stays: pillion goes by "
                                           "addresses, but neither vfio-pci's ids= nor unloading the driver "
                                           "can",
                                           lent->address, other->address);
                }
        }
}

static const struct inventory_function *find_sibling(const struct doctor_host *host,
                                                     const struct inventory_function *lent) {
        for (size_t i = 0; *lent->module && i < host->inventory->n_functions; i++) {
                const struct inventory_function *other = &host->inventory->functions[i];

                if (!host_lends(host, other->address) && strcmp(other->module, lent->module) == 0)
                        return other;
        }
        return NULL;
}

/* NVIDIA's unbind waits for ever for whoever has the card open; see switcher/plan.h. */
void doctor_judge_siblings(struct doctor *doctor, const struct doctor_host *host) {
        for (size_t i = 0; host->hardware && i < host->hardware->n_hostdevs; i++) {
                const struct inventory_function *lent = host_lent(host, i), *other;

                if (!lent || !function_is_display(lent) || strcmp(lent->driver, "vfio-pci") == 0)
                        continue;
                other = find_sibling(host, lent);
                if (!other)
                        doctor_say(doctor, DOCTOR_OK, "nothing else uses %s's",
                                   *lent->driver ? lent->driver : lent->address);
                else if (strcmp(lent->driver, "nvidia") == 0)
                        doctor_say(doctor, DOCTOR_WARNING,
                                   "%s stays with the host, on the same driver, nvidia, as %s\n"
                                   "So the driver cannot be unloaded, and taking the card from it hangs "
                                   "for good if anything has it open: all that uses either card has to be "
                                   "closed first",
                                   host_name(other).text, lent->address);
                else
                        doctor_say(doctor, DOCTOR_OK, "%s's is %s's too, so it stays loaded", lent->address,
                                   other->address);
        }
}

uint64_t doctor_largest_bar(const char *text) {
        uint64_t largest = 0;

        for (const char *line = text; line && *line;) {
                uint64_t start, end, flags;

                if (sscanf(line, "0x%" SCNx64 " 0x%" SCNx64 " 0x%" SCNx64, &start, &end, &flags) == 3 &&
                    end > start && end - start + 1 > largest)
                        largest = end - start + 1;
                line = strchr(line, '\n');
                line = line ? line + 1 : NULL;
        }
        return largest;
}

void doctor_judge_bar(struct doctor *doctor, const struct inventory_function *function, uint64_t size) {
        if (size < LARGE_BAR)
                doctor_say(doctor, DOCTOR_OK, "%s: its window has %" PRIu64 " MiB", function->address,
                           size >> 20);
        else
                doctor_say(doctor, DOCTOR_OK,
                           "%s: its window has %" PRIu64 " MiB, resizable BAR is on\n"
                           "If the guest's screen stays black, or the card does not come back: switch it off "
                           "in the firmware's set-up",
                           function->address, size >> 20);
}
