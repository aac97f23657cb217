/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * There is no event for "nobody has it open". What there is: a node is closed (inotify), a process ends
 * (pidfd). Each makes the next look due; a quarter of a second does, too, for a node of the same number in
 * another /dev than ours, which inotify does not watch.
 */
#include "switcher/gate.h"

#include <sys/inotify.h>

#include "switcher/gate-processes.h"
#include "switcher/hidden.h"
#include "switcher/nodes.h"
#include "switcher/process.h"
#include "switcher/references.h"
#include "switcher/uevent.h"
#include "switcher/watched.h"

#define LOOK_MSEC 250

struct gate {
        struct step_call *call;
        char *const *programs;       /* borrowed, as are the next */
        char *const *functions;      /* NULL-terminated */
        struct inventory *inventory; /* owned, as is the next */
        struct watched *watched;     /* the functions' nodes; NULL: not looked for yet */
        bool sound_only;             /* nobody but sound servers matters */
        uint64_t deadline;
        int watch;
        struct gate_processes processes;
        bool told; /* for whom we wait */
};

static void gate_done(struct gate *gate) {
        gate->watch = close_fd(gate->watch);
        gate_processes_done(&gate->processes);
        watched_free(gate->watched);
        inventory_free(gate->inventory);
}

static bool has(const struct watched *watched, const struct holders_node *node) {
        for (size_t i = 0; i < watched->n; i++)
                if (watched->nodes[i].number == node->number && watched->nodes[i].block == node->block)
                        return true;
        return false;
}

static bool has_all(const struct watched *watched, const struct watched *others) {
        for (size_t i = 0; i < others->n; i++)
                if (!has(watched, &others->nodes[i]))
                        return false;
        return true;
}

/*
 * A module that is loaded meanwhile may make another node. One that has vanished is looked for still, since
 * those who had it open have it.
 */
static int find_nodes(struct gate *gate) {
        _cleanup_(inventory_freep) struct inventory *inventory = NULL;
        _cleanup_(watched_freep) struct watched *watched = NULL;
        int r;

        r = nodes_look(&inventory, gate->call->root);
        if (r >= 0)
                r = watched_new(&watched, inventory, gate->call->root, gate->functions);
        if (r < 0 || (gate->watched && has_all(gate->watched, watched)))
                return r;
        watched_free(gate->watched);
        inventory_free(gate->inventory);
        gate->inventory = steal_ptr(inventory);
        gate->watched = steal_ptr(watched);
        return 0;
}

/* Nodes are watched wherever they are: in their place or, as step-nodes.c has hidden them, out of it. */
static void watch_nodes(struct gate *gate) {
        char path[HIDDEN_PATH_SIZE];

        for (size_t i = 0; gate->watch >= 0 && i < gate->watched->n; i++) {
                const struct holders_node *node = &gate->watched->nodes[i];

                hidden_path(path, gate->call->root, node->device, node->name);
                inotify_add_watch(gate->watch, path, IN_CLOSE);
                snprintf(path, sizeof(path), "%s/dev/%s", gate->call->root, node->name);
                inotify_add_watch(gate->watch, path, IN_CLOSE);
        }
}

static const char *remedy_text(enum holder_remedy remedy) {
        switch (remedy) {
        case REMEDY_DISPLAY_MANAGER:
                return "the display manager has to be stopped";
        case REMEDY_SESSION:
                return "the session that it has it for has to end";
        case REMEDY_UNIT:
                return "its unit has to be stopped";
        case REMEDY_SOUND:
                return "the sound server has not let go; restart it";
        case REMEDY_PROGRAM:
                return "it has not ended, although asked to";
        case REMEDY_GUEST:
                return "the guest has to be shut down first";
        case REMEDY_NONE:
                return "close it, or let the profile end it";
        }
        return "";
}

static struct holder_rules rules_of(const struct gate *gate) {
        static char *const none[] = { NULL };

        return (struct holder_rules){
                .display_manager = "", .graphical_scopes = none, .units = none, .programs = gate->programs
        };
}

/* As many of them as there is room for. */
static int fail_for(struct gate *gate, const struct holders *holders) {
        const struct holder_rules rules = rules_of(gate);
        struct step_call *call = gate->call;
        size_t used = 0;

        for (size_t i = 0; i < holders->n; i++) {
                char text[256], rest[32];
                size_t room = sizeof(call->problem) - used;
                int n;

                holder_describe(&holders->items[i], text, sizeof(text));
                snprintf(rest, sizeof(rest), "; and %zu more", holders->n - i);
                n = snprintf(call->problem + used, room, "%s%s: %s", i > 0 ? "; " : "", text,
                             remedy_text(holder_remedy(&holders->items[i], &rules)));
                if ((size_t)n + (i + 1 < holders->n ? sizeof(rest) : 0) >= room) {
                        snprintf(call->problem + used, room, "%s", i > 0 ? rest : text);
                        break;
                }
                used += (size_t)n;
        }
        return -EBUSY;
}

static int fail_for_references(struct gate *gate, unsigned references, const char *module) {
        return step_fail(gate->call, -EBUSY,
                         "%s is in use (the kernel counts %u), but by no process that could be found: a "
                         "descriptor may be on its way from one to another, or be one of /dev/snd/timer or "
                         "/dev/snd/seq; see lsof /dev/snd/*",
                         module, references);
}

static void tell(struct gate *gate, const struct holders *holders) {
        char text[256];

        if (gate->told)
                return;
        holder_describe(&holders->items[0], text, sizeof(text));
        if (holders->n > 1)
                step_say(gate->call, "waiting: %s, and %zu more", text, holders->n - 1);
        else
                step_say(gate->call, "waiting: %s", text);
        gate->told = true;
}

/* Until something has happened, or it is time to look anyway. */
static void wait_for_change(struct gate *gate) {
        char events[4096];

        gate_processes_wait(&gate->processes, gate->watch, LOOK_MSEC);
        while (read(gate->watch, events, sizeof(events)) > 0)
                ;
}

/* -EAGAIN: not yet. */
static int deal_with(struct gate *gate, const struct holders *holders) {
        const struct holder_rules rules = rules_of(gate);
        uint64_t now = now_usec();
        int r;

        tell(gate, holders);
        r = gate_processes_update(&gate->processes, holders, &rules, now);
        if (r < 0)
                return r;
        if (now >= gate->deadline)
                return fail_for(gate, holders);
        if (r == 0)
                wait_for_change(gate);
        return -EAGAIN;
}

/* Nobody was found: whether the kernel says so, too. */
static int ask_kernel(struct gate *gate) {
        _cleanup_free_ char *module = NULL;
        unsigned references = sound_references(&module, gate->call->root, gate->functions);

        if (references == 0)
                return 0;
        if (now_usec() >= gate->deadline)
                return fail_for_references(gate, references, module);
        wait_for_change(gate);
        return -EAGAIN;
}

/* The sound servers go to the front; how many they are. */
static size_t sound_servers_first(const struct gate *gate, struct holders *holders) {
        const struct holder_rules rules = rules_of(gate);
        size_t n = 0;

        for (size_t i = 0; i < holders->n; i++) {
                const struct holder holder = holders->items[i];

                if (holder_remedy(&holder, &rules) != REMEDY_SOUND)
                        continue;
                holders->items[i] = holders->items[n];
                holders->items[n++] = holder;
        }
        return n;
}

/* 0: idle; -EAGAIN: not yet. */
static int look(struct gate *gate) {
        _cleanup_(holders_freep) struct holders *holders = NULL;
        char proc[4096];
        int r;

        snprintf(proc, sizeof(proc), "%s/proc", gate->call->root);
        r = find_nodes(gate);
        if (r < 0)
                return r;
        watch_nodes(gate);
        r = holders_look(&holders, proc, gate->watched->nodes, gate->watched->n);
        if (r < 0)
                return r;
        if (gate->sound_only) {
                const struct holders servers = { holders->items, sound_servers_first(gate, holders), 0 };

                return servers.n > 0 ? deal_with(gate, &servers) : 0;
        }
        if (holders->n > 0)
                return deal_with(gate, holders);
        if (holders->unseen > 0)
                return step_fail(gate->call, -EPERM,
                                 "cannot look into %zu processes: it takes root, outside any container",
                                 holders->unseen);
        return ask_kernel(gate);
}

static int pass(struct gate *gate) {
        int idle = 0;

        gate->watch = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
        while (idle < 2) {
                int r = look(gate);

                if (r < 0 && r != -EAGAIN)
                        return r;
                idle = r < 0 ? 0 : idle + 1;
                /* What udev does about the device, it does now or not at all. */
                if (idle == 1 && !uevent_settle(gate->call->root, gate->deadline))
                        return step_fail(gate->call, -EBUSY, "udev does not come to rest: udevadm monitor");
        }
        return 0;
}

/* Those that the step is told, and its target if that is one; the caller's to free, but not the addresses. */
static char **functions_of(const struct step *step) {
        char **functions = words_all(&step->told, "function"), **grown;
        size_t n = 0;

        while (functions && functions[n])
                if (strcmp(functions[n++], step->target) == 0)
                        return functions;
        if (!functions || !pci_address_is_valid(step->target))
                return functions;
        grown = reallocarray(functions, n + 2, sizeof(*functions));
        if (!grown) {
                free(functions);
                return NULL;
        }
        grown[n] = step->target;
        grown[n + 1] = NULL;
        return grown;
}

static int pass_functions(struct step_call *call, uint64_t wait_usec, bool sound_only) {
        _cleanup_free_ char **functions = functions_of(call->step), **programs = NULL;
        _cleanup_(gate_done) struct gate gate = { .call = call,
                                                  .functions = functions,
                                                  .sound_only = sound_only,
                                                  .deadline = now_usec() + wait_usec,
                                                  .watch = -1 };

        programs = words_all(&call->step->told, "end-program");
        if (!functions || !programs)
                return -ENOMEM;
        gate.programs = programs;
        return pass(&gate);
}

int gate_pass_functions(struct step_call *call, uint64_t wait_usec) {
        return pass_functions(call, wait_usec, false);
}

int gate_pass_sound_servers(struct step_call *call, uint64_t wait_usec) {
        return pass_functions(call, wait_usec, true);
}
