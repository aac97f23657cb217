/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tests/bench/usage.h"

#include <dirent.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

void usage_add(struct usage_group *group, pid_t pid) {
        if (pid > 0 && group->n < USAGE_PROCESSES)
                group->pids[group->n++] = pid;
}

/* Calls FN for the numbers among the entries of a directory. */
static void each_number(const char *path, void (*fn)(long number, void *userdata), void *userdata) {
        DIR *directory = opendir(path);

        if (!directory)
                return;
        for (struct dirent *entry = readdir(directory); entry; entry = readdir(directory))
                if (strtol(entry->d_name, NULL, 10) > 0)
                        fn(strtol(entry->d_name, NULL, 10), userdata);
        closedir(directory);
}

struct session_search {
        struct usage_group *group;
        pid_t session;
};

static void add_if_member(long pid, void *userdata) {
        struct session_search *search = userdata;

        if (getsid((pid_t)pid) == search->session)
                usage_add(search->group, (pid_t)pid);
}

void usage_add_session(struct usage_group *group, pid_t session) {
        each_number("/proc", add_if_member, &(struct session_search){ group, session });
}

/* The number in the first line of FILE that begins with WORD; 0 if there is none. */
static uint64_t read_number(const char *file, const char *word) {
        FILE *stream = fopen(file, "re");
        char line[256];
        uint64_t number = 0;

        if (!stream)
                return 0;
        while (fgets(line, sizeof(line), stream))
                if (strncmp(line, word, strlen(word)) == 0) {
                        number = strtoull(line + strlen(word), NULL, 10);
                        break;
                }
        fclose(stream);
        return number;
}

struct process_sum {
        pid_t pid;
        struct usage usage;
};

static void add_thread(long tid, void *userdata) {
        struct process_sum *sum = userdata;
        char path[64];

        snprintf(path, sizeof(path), "/proc/%d/task/%ld/schedstat", sum->pid, tid);
        sum->usage.cpu += (double)read_number(path, "") * 1e-9;
        snprintf(path, sizeof(path), "/proc/%d/task/%ld/status", sum->pid, tid);
        sum->usage.wakeups += read_number(path, "voluntary_ctxt_switches:");
}

struct usage usage_now(const struct usage_group *group) {
        struct process_sum sum = { 0 };

        for (size_t i = 0; i < group->n; i++) {
                char path[64];

                sum.pid = group->pids[i];
                snprintf(path, sizeof(path), "/proc/%d/task", sum.pid);
                each_number(path, add_thread, &sum);
                snprintf(path, sizeof(path), "/proc/%d/status", sum.pid);
                sum.usage.rss += (long)read_number(path, "VmRSS:");
        }
        return sum.usage;
}

struct usage usage_of_loop(pid_t pid) {
        struct process_sum sum = { .pid = pid };

        add_thread(pid, &sum);
        return sum.usage;
}
