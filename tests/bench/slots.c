/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tests/bench/slots.h"

#include <math.h>

#define MAX_LINES (1u << 16)

const char *receiver_name(enum receiver receiver) {
        static const char *const names[] = { "ours", "bare", "resampled", "peer" };

        return names[receiver];
}

struct job *slot_add_job(struct slot *slot, void (*run)(const struct job *job), const char *name) {
        struct job *job = slot->jobs + slot->n++;

        CHECK(slot->n <= SLOT_JOBS);
        *job = (struct job){ .run = run };
        snprintf(job->name, sizeof(job->name), "%s", name);
        return job;
}

static void start_slot(struct slot *slot) {
        for (size_t i = 0; i < slot->n; i++) {
                slot->said[i] = tmpfile();
                CHECK(slot->said[i]);
                fflush(NULL);
                slot->pids[i] = fork();
                CHECK(slot->pids[i] >= 0);
                if (slot->pids[i] == 0) {
                        prctl(PR_SET_PDEATHSIG, SIGKILL);
                        dup2(fileno(slot->said[i]), STDOUT_FILENO);
                        slot->jobs[i].run(slot->jobs + i);
                        exit(0);
                }
        }
}

/* True if all of it has ended. */
static bool slot_ended(struct slot *slot, pid_t pid, int status) {
        bool ended = true;

        for (size_t i = 0; i < slot->n; i++) {
                if (slot->pids[i] == pid) {
                        slot->pids[i] = 0;
                        if (status != 0) {
                                fprintf(stderr, "FAILED: %s\n", slot->jobs[i].name);
                                slot->failed = true;
                        }
                }
                ended &= slot->pids[i] == 0;
        }
        return ended;
}

/* The value of line audio.JOB.WHAT; NAN if there is none. */
static double find_value(const char *lines, const struct job *job, const char *what) {
        char start[128];
        const char *at;

        snprintf(start, sizeof(start), "audio.%s.%s ", job->name, what);
        at = strstr(lines, start);
        return at ? strtod(at + strlen(start), NULL) : NAN;
}

static void print_ratios(const struct slot *slot, char *const *lines) {
        static const char *const figures[] = { "cpu", "wakeups", "rss", "latency_p50" };

        for (size_t i = 1; i < slot->n; i++)
                for (size_t k = 0; k < sizeof(figures) / sizeof(*figures); k++) {
                        double ours = find_value(lines[0], slot->jobs, figures[k]);
                        double other = find_value(lines[i], slot->jobs + i, figures[k]);

                        if (slot->jobs[0].run == steady_run && other > 0 && !isnan(ours))
                                printf("ratio audio.%s.%s/%s %.3g\n", slot->jobs[0].name, figures[k],
                                       receiver_name(slot->jobs[i].receiver), ours / other);
                }
}

static void print_slot(struct slot *slot) {
        char *lines[SLOT_JOBS];

        for (size_t i = 0; i < slot->n; i++) {
                lines[i] = calloc(1, MAX_LINES);
                CHECK(lines[i]);
                rewind(slot->said[i]);
                (void)!fread(lines[i], 1, MAX_LINES - 1, slot->said[i]);
                fclose(slot->said[i]);
                fputs(lines[i], stdout);
        }
        print_ratios(slot, lines);
        fflush(stdout);
        for (size_t i = 0; i < slot->n; i++)
                free(lines[i]);
}

bool slots_run(struct slot *slots, size_t n_slots, size_t parallel) {
        size_t next = 0, running = 0;
        bool good = true;

        while (next < n_slots || running > 0) {
                int status;
                pid_t pid;

                while (next < n_slots && running < parallel) {
                        start_slot(slots + next++);
                        running++;
                }
                pid = waitpid(-1, &status, 0);
                CHECK(pid > 0);
                for (size_t i = 0; i < next; i++) {
                        struct slot *slot = slots + i;

                        if (slot->n == 0 || !slot_ended(slot, pid, status))
                                continue;
                        good &= !slot->failed;
                        print_slot(slot);
                        slot->n = 0;
                        running--;
                }
        }
        return good;
}
