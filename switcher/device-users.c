/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "switcher/device-users.h"

#include <poll.h>

#include "switcher/holders.h"
#include "switcher/inventory.h"
#include "switcher/process.h"
#include "switcher/watched.h"

/* What is looked at; the functions are borrowed. */
struct view {
        char **functions; /* NULL-terminated */
        size_t n;
        struct inventory *inventory;
        struct watched *watched;
        struct holders *holders;
};

static void view_done(struct view *view) {
        holders_free(view->holders);
        watched_free(view->watched);
        inventory_free(view->inventory);
        free(view->functions);
}

static int add_function(struct view *view, char *address) {
        char **grown;

        if (!pci_address_is_valid(address))
                return 0;
        grown = reallocarray(view->functions, view->n + 2, sizeof(*grown));
        if (!grown)
                return -ENOMEM;
        view->functions = grown;
        grown[view->n++] = address;
        grown[view->n] = NULL;
        return 0;
}

/* Only the nodes of groups: of a function that is lent there are no others, and one that never was has a
 * host. */
static void keep_groups(struct watched *watched) {
        size_t n = 0;

        for (size_t i = 0; i < watched->n; i++)
                if (strncmp(watched->nodes[i].name, "vfio/", 5) == 0) {
                        const struct holders_node kept = watched->nodes[i];

                        watched->nodes[i] = watched->nodes[n];
                        watched->nodes[n++] = kept;
                }
        watched->n = n;
}

static int look(struct view *view, bool groups) {
        int r;

        if (view->n == 0)
                return 0;
        r = inventory_look(&view->inventory, "");
        if (r < 0)
                return r;
        r = watched_new(&view->watched, view->inventory, "", view->functions);
        if (r < 0)
                return r;
        if (groups)
                keep_groups(view->watched);
        for (size_t i = 0; r >= 0 && !groups && i < view->n; i++)
                r = watched_add_stale(view->watched, "", view->functions[i]);
        if (r < 0)
                return r;
        return holders_look(&view->holders, "/proc", view->watched->nodes, view->watched->n);
}

static void describe(const struct holders *holders, char *text, size_t size) {
        int n;

        if (holders->n == 0)
                return;
        holder_describe(&holders->items[0], text, size);
        n = (int)strlen(text);
        if (holders->n > 1)
                snprintf(text + n, size - (size_t)n, ", and %zu more", holders->n - 1);
}

void device_users_of_step(const struct step *step, char *text, size_t size) {
        _cleanup_(view_done) struct view view = { 0 };
        int r = add_function(&view, step->target);

        text[0] = '\0';
        for (size_t i = 0; i < step->told.n && r >= 0; i++)
                if (strcmp(step->told.items[i].key, "function") == 0)
                        r = add_function(&view, step->told.items[i].value);
        if (r >= 0 && view.n > 0 && look(&view, false) >= 0)
                describe(view.holders, text, size);
}

static bool was_handed_over(const struct loan_step *step) {
        return step->step.kind == STEP_VFIO && loan_step_is_open(step);
}

bool device_users_possible(const struct loan *loan) {
        for (size_t i = 0; i < loan->n_steps; i++)
                if (was_handed_over(&loan->steps[i]))
                        return true;
        return false;
}

/* 0: nobody has; the pid of one who has. */
static int find_user(const struct loan *loan, char *text, size_t size) {
        _cleanup_(view_done) struct view view = { 0 };
        int r = 0;

        for (size_t i = 0; i < loan->n_steps && r >= 0; i++)
                if (was_handed_over(&loan->steps[i]))
                        r = add_function(&view, loan->steps[i].step.target);
        if (r >= 0)
                r = look(&view, true);
        if (r < 0 || !view.holders || view.holders->n == 0)
                return r;
        describe(view.holders, text, size);
        return (int)view.holders->items[0].pid;
}

/* Until the process ends, or may have closed what it has. */
static void wait_for(pid_t pid, struct interrupt *interrupt, uint64_t left_usec) {
        struct process process;
        _cleanup_close_ int fd = process_look(&process, pid) < 0 ? -1 : process_open(&process);
        struct pollfd fds[] = { { .fd = fd, .events = POLLIN },
                                { .fd = interrupt_fd(interrupt), .events = POLLIN } };

        (void)poll(fds, 2, left_usec < 1000000 ? (int)(left_usec / 1000) : 1000);
}

int device_users_await_none(const struct loan *loan, struct interrupt *interrupt, uint64_t wait_usec,
                            char *text, size_t size) {
        uint64_t end = now_usec() + wait_usec, now;
        int pid;

        while ((pid = find_user(loan, text, size)) > 0) {
                now = now_usec();
                if (now >= end)
                        return -EBUSY;
                if (interrupt_seen(interrupt))
                        return -EINTR;
                wait_for(pid, interrupt, end - now);
        }
        return pid;
}
