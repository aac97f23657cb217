/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Calls that hang in the kernel. Taking a device from its driver waits, and nothing ends it, until nobody has
 * the device open any more; meanwhile every other call of libvirt's about devices waits as well, and so would
 * a reboot. Source: Linux's Documentation/filesystems/proc.rst.
 */
#include "core/doctor/system.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "core/doctor/read.h"

static const char *const programs[] = { "libvirtd", "virtqemud", "virtnodedevd", "pillion-switch" };

/* What is waited for where, and by closing what it ends. */
static const struct {
        const char *function, *remedy;
} places[] = {
        { "snd_card_free", "something has its sound card open: fuser -v /dev/snd/*" },
        { "snd_card_disconnect_sync", "something has its sound card open: fuser -v /dev/snd/*" },
        { "i2c_del_adapter", "something has its I2C bus open: fuser -v /dev/i2c-*" },
        { "nv_pci_remove", "something has the GPU open: fuser -v /dev/nvidia*" },
        { "vfio_unregister_group_dev", "QEMU still has it: end the guest" },
};

static bool is_waiting(const char *root, int pid, int tid) {
        char path[64], line[400];
        const char *end;

        snprintf(path, sizeof(path), "/proc/%d/task/%d/stat", pid, tid);
        if (!doctor_read_line(root, path, line, sizeof(line)))
                return false;
        end = strrchr(line, ')'); /* the name may have anything in it */
        return end && end[1] == ' ' && end[2] == 'D';
}

static void read_place(struct doctor_task *task, const char *root) {
        _cleanup_free_ char *stack = NULL;
        char path[64];

        snprintf(path, sizeof(path), "/proc/%d/task/%d/stack", task->pid, task->tid);
        stack = doctor_read(root, path);
        for (size_t i = 0; stack && i < sizeof(places) / sizeof(*places); i++)
                if (strstr(stack, places[i].function)) {
                        snprintf(task->where, sizeof(task->where), "%s", places[i].function);
                        return;
                }
}

static void add_tasks(struct doctor_stuck *stuck, const char *root, int pid, const char *program) {
        _cleanup_(doctor_list_freep) char **tids = NULL;
        char path[64];

        snprintf(path, sizeof(path), "/proc/%d/task", pid);
        tids = doctor_list(root, path, "");
        for (char **tid = tids; tid && *tid && stuck->n < DOCTOR_TASKS; tid++) {
                struct doctor_task task = { .pid = pid, .tid = (int)strtol(*tid, NULL, 10) };

                if (!is_waiting(root, pid, task.tid))
                        continue;
                snprintf(task.program, sizeof(task.program), "%s", program);
                stuck->tasks[stuck->n++] = task;
        }
}

static void find_tasks(struct doctor_stuck *stuck, const char *root) {
        _cleanup_(doctor_list_freep) char **pids = doctor_list(root, "/proc", "");
        char path[64], program[32];

        for (char **pid = pids; pid && *pid; pid++) {
                snprintf(path, sizeof(path), "/proc/%.20s/comm", *pid);
                if (!isdigit((unsigned char)**pid) || !doctor_read_line(root, path, program, sizeof(program)))
                        continue;
                for (size_t i = 0; i < sizeof(programs) / sizeof(*programs); i++)
                        if (strcmp(program, programs[i]) == 0)
                                add_tasks(stuck, root, (int)strtol(*pid, NULL, 10), program);
        }
}

void doctor_look_at_stuck(struct doctor_stuck *ret, const char *root, uint32_t wait_usec) {
        struct doctor_stuck first = { 0 };

        *ret = (struct doctor_stuck){ 0 };
        find_tasks(&first, root);
        if (first.n == 0)
                return;
        usleep(wait_usec); /* a moment of it is nothing unusual */
        for (size_t i = 0; i < first.n; i++) {
                if (!is_waiting(root, first.tasks[i].pid, first.tasks[i].tid))
                        continue;
                read_place(&first.tasks[i], root);
                ret->tasks[ret->n++] = first.tasks[i];
        }
}

/* Which it is cannot be asked for without hanging too; one that vfio-pci has by now it is not. */
static void list_suspects(const struct doctor_host *host, char *text, size_t size) {
        for (size_t i = 0; host->hardware && i < host->hardware->n_hostdevs; i++) {
                const struct inventory_function *lent = host_lent(host, i);

                if (lent && strcmp(lent->driver, "vfio-pci") != 0)
                        doctor_append(text, size, "%s", host_name(lent).text);
        }
        if (!*text)
                snprintf(text, size, "not one of this guest's, it seems");
}

static const char *remedy_of(const struct doctor_task *task) {
        for (size_t i = 0; i < sizeof(places) / sizeof(*places); i++)
                if (strcmp(task->where, places[i].function) == 0)
                        return places[i].remedy;
        return "something has it open: sudo pillion doctor says who";
}

void doctor_judge_stuck(struct doctor *doctor, const struct doctor_host *host,
                        const struct doctor_stuck *stuck) {
        char suspects[400] = "";

        if (stuck->n == 0)
                return doctor_say(doctor, DOCTOR_OK, "no call about a device hangs");
        list_suspects(host, suspects, sizeof(suspects));
        for (size_t i = 0; i < stuck->n; i++) {
                const struct doctor_task *task = &stuck->tasks[i];

                doctor_say(doctor, DOCTOR_PROBLEM,
                           "a thread of %s (%d of %d) hangs in the kernel%s%s\n"
                           "Most likely it takes a device from its driver: %s\n"
                           "And %s. Close that, and it goes on by itself.\n"
                           "Do not restart or kill %s, and do not reboot before: either would hang as well",
                           task->program, task->tid, task->pid, *task->where ? ", in " : "", task->where,
                           suspects, remedy_of(task), task->program);
        }
}
