/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The guest's processors: what it is told of them, and on which of the host's they run. */
#include "core/doctor/start.h"

#include <stdio.h>
#include <string.h>

#include "core/doctor/read.h"
#include "switcher/cpu-list.h"

#define MOST_CPUS 1024u

void doctor_look_at_processors(struct doctor_processors *ret, const struct doctor_facts *facts) {
        char path[100], line[200];

        *ret = (struct doctor_processors){
                .hardware = facts->guest->hardware,
                .definition = facts->guest->definition,
                .online = facts->inventory ? facts->inventory->cpus : "",
                .siblings = calloc(MOST_CPUS, sizeof(*ret->siblings)),
        };
        for (size_t cpu = 0; ret->siblings && cpu < MOST_CPUS; cpu++) {
                snprintf(path, sizeof(path), "/sys/devices/system/cpu/cpu%zu/topology/thread_siblings_list",
                         cpu);
                if (!doctor_read_line(facts->root, path, line, sizeof(line)))
                        continue; /* one in between may be off */
                ret->siblings[cpu] = strdup(line);
                ret->n_siblings = cpu + 1;
        }
}

void doctor_processors_done(struct doctor_processors *processors) {
        for (size_t i = 0; i < processors->n_siblings; i++)
                free(processors->siblings[i]);
        free(processors->siblings);
        *processors = (struct doctor_processors){ 0 };
}

/* Windows uses as many sockets as its licence has, which is two at the most, and libvirt gives each virtual
 * CPU a socket of its own if nothing is said. */
void doctor_judge_processors(struct doctor *doctor, const struct doctor_processors *processors) {
        const struct doctor_definition *definition = processors->definition;

        if (definition->kvm && strcmp(processors->hardware->cpu_mode, "host-passthrough") != 0)
                doctor_say(doctor, DOCTOR_WARNING,
                           "<cpu mode='%s'>: the guest does not see the processor as it is\n"
                           "It lacks what the mode does not know of, and anti-cheat and drivers may tell: "
                           "<cpu mode='host-passthrough'>",
                           processors->hardware->cpu_mode);
        if (definition->vcpus > 2 && (!definition->topology || definition->sockets > 2))
                doctor_say(doctor, DOCTOR_WARNING,
                           "the guest has %u processors, each of them a socket\n"
                           "Windows uses two sockets at the most: <topology sockets='1' cores='%u' "
                           "threads='1'/> below <cpu>",
                           definition->topology ? definition->sockets : definition->vcpus, definition->vcpus);
        else
                doctor_say(doctor, DOCTOR_OK, "%u, %s", definition->vcpus,
                           *processors->hardware->cpu_mode ? processors->hardware->cpu_mode
                                                           : "no <cpu mode>");
}

/* Of what is pinned, that which is not there; "" if all is. */
static void find_absent(const struct doctor_processors *processors, char *text, size_t size) {
        cpu_set_t online, pinned, present;
        _cleanup_free_ char *absent = NULL;

        text[0] = '\0';
        CPU_ZERO(&online);
        CPU_ZERO(&pinned);
        if (!*processors->online || cpu_list_add(&online, processors->online) < 0 ||
            cpu_list_add(&pinned, processors->hardware->cpuset) < 0)
                return;
        CPU_AND(&present, &pinned, &online);
        CPU_XOR(&pinned, &pinned, &present);
        absent = cpu_list_format(&pinned);
        snprintf(text, size, "%s", absent ? absent : "");
}

static bool overlap(const char *a, const char *b) {
        cpu_set_t first, second, both;

        CPU_ZERO(&first);
        CPU_ZERO(&second);
        if (!*a || !*b || cpu_list_add(&first, a) < 0 || cpu_list_add(&second, b) < 0)
                return false;
        CPU_AND(&both, &first, &second);
        return CPU_COUNT(&both) > 0;
}

static const struct doctor_pin *find_pin(const struct doctor_definition *definition, unsigned vcpu) {
        for (size_t i = 0; i < definition->n_pins; i++)
                if (definition->pins[i].vcpu == vcpu)
                        return &definition->pins[i];
        return NULL;
}

/* Whether two pins are to one CPU each, and these are threads of one core. */
static bool are_siblings(const struct doctor_processors *processors, const struct doctor_pin *a,
                         const struct doctor_pin *b) {
        char *end;
        unsigned long first = strtoul(a->cpus, &end, 10);

        if (*end || first >= processors->n_siblings || !processors->siblings[first])
                return true; /* not a single one, or unknown: nothing to find fault with */
        return strcmp(a->cpus, b->cpus) != 0 && overlap(processors->siblings[first], b->cpus);
}

/* The guest takes each two of its processors for threads of one core. The first pair that is none. */
static const struct doctor_pin *find_torn_pair(const struct doctor_processors *processors) {
        const struct doctor_definition *definition = processors->definition;

        for (unsigned vcpu = 0; definition->threads == 2 && vcpu + 1 < definition->vcpus; vcpu += 2) {
                const struct doctor_pin *a = find_pin(definition, vcpu), *b = find_pin(definition, vcpu + 1);

                if (a && b && !are_siblings(processors, a, b))
                        return a;
        }
        return NULL;
}

void doctor_judge_pins(struct doctor *doctor, const struct doctor_processors *processors) {
        const struct domain_hardware *hardware = processors->hardware;
        const struct doctor_pin *torn;
        char absent[200];

        if (!*hardware->cpuset)
                return doctor_say(doctor, DOCTOR_OK, "the guest's processors run where there is room");
        find_absent(processors, absent, sizeof(absent));
        torn = find_torn_pair(processors);
        if (*absent)
                doctor_say(doctor, DOCTOR_PROBLEM,
                           "the guest's processors are pinned to %s, of which %s is not there\n"
                           "The guest does not start: correct <cputune>; the host has %s",
                           hardware->cpuset, absent, processors->online);
        else if (torn)
                doctor_say(
                        doctor, DOCTOR_WARNING,
                        "the guest takes its processors %u and %u for threads of one core, but they are "
                        "pinned to different cores\n"
                        "Its scheduler then decides wrongly. Pin each pair to a core of the host: lscpu -e "
                        "shows them; CPU %s belongs with %s",
                        torn->vcpu, torn->vcpu + 1, torn->cpus,
                        processors->siblings[strtoul(torn->cpus, NULL, 10)]);
        else if (overlap(hardware->cpuset, hardware->emulatorpin))
                doctor_say(doctor, DOCTOR_WARNING,
                           "QEMU's own threads are pinned to %s, where the guest's processors run (%s)\n"
                           "They take time from each other: <emulatorpin cpuset='…'/> to others",
                           hardware->emulatorpin, hardware->cpuset);
        else
                doctor_say(doctor, DOCTOR_OK, "pinned to %s%s%s", hardware->cpuset,
                           *hardware->emulatorpin ? ", QEMU's own to " : "", hardware->emulatorpin);
}
