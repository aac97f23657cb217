/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "switcher/worker.h"

#include <errno.h>
#include <pthread.h>
#include <time.h>

#include "switcher/process.h"

struct job {
        struct job *next; /* owner: worker.first, ordered by due */
        uint64_t due;     /* microseconds, CLOCK_MONOTONIC */
        worker_fn fn;
        void *task;
};

struct worker {
        pthread_mutex_t lock;
        pthread_cond_t changed;
        pthread_t thread;
        struct job *first;
        bool quit;
        bool abandoned; /* the owner is gone: the thread frees all when its task returns */
};

static void destroy(struct worker *worker) {
        while (worker->first) {
                struct job *job = worker->first;

                worker->first = job->next;
                free(job->task);
                free(job);
        }
        pthread_cond_destroy(&worker->changed);
        pthread_mutex_destroy(&worker->lock);
        free(worker);
}

/* Called with the lock held; returns with it held. The next job that is due, or NULL to quit. */
static struct job *wait_for_job(struct worker *worker) {
        for (;;) {
                struct job *job = worker->first;

                if (job && job->due <= now_usec()) {
                        worker->first = job->next;
                        return job;
                }
                if (worker->quit)
                        return NULL;
                if (job) {
                        struct timespec until = { (time_t)(job->due / 1000000),
                                                  (long)(job->due % 1000000) * 1000 };

                        pthread_cond_timedwait(&worker->changed, &worker->lock, &until);
                } else {
                        pthread_cond_wait(&worker->changed, &worker->lock);
                }
        }
}

static void *run(void *userdata) {
        struct worker *worker = userdata;
        struct job *job;
        bool abandoned;

        pthread_mutex_lock(&worker->lock);
        while ((job = wait_for_job(worker))) {
                pthread_mutex_unlock(&worker->lock);
                job->fn(job->task);
                free(job);
                pthread_mutex_lock(&worker->lock);
        }
        abandoned = worker->abandoned;
        pthread_mutex_unlock(&worker->lock);
        if (abandoned)
                destroy(worker);
        return NULL;
}

int worker_new(struct worker **ret, const char *name) {
        _cleanup_free_ struct worker *worker = calloc(1, sizeof(*worker));
        pthread_condattr_t attr;
        int r;

        if (!worker)
                return -ENOMEM;
        pthread_mutex_init(&worker->lock, NULL);
        pthread_condattr_init(&attr);
        pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
        pthread_cond_init(&worker->changed, &attr);
        pthread_condattr_destroy(&attr);
        r = pthread_create(&worker->thread, NULL, run, worker);
        if (r != 0)
                return -r;
        (void)pthread_setname_np(worker->thread, name);
        *ret = steal_ptr(worker);
        return 0;
}

bool worker_end(struct worker *worker) {
        struct timespec until;

        if (!worker)
                return true;
        pthread_mutex_lock(&worker->lock);
        worker->quit = true;
        pthread_cond_signal(&worker->changed);
        pthread_mutex_unlock(&worker->lock);

        clock_gettime(CLOCK_REALTIME, &until);
        until.tv_sec++;
        if (pthread_timedjoin_np(worker->thread, NULL, &until) == 0) {
                destroy(worker);
                return true;
        }
        pthread_detach(worker->thread);
        pthread_mutex_lock(&worker->lock);
        worker->abandoned = true;
        pthread_mutex_unlock(&worker->lock);
        return false;
}

int worker_post(struct worker *worker, worker_fn fn, void *task, uint64_t delay_usec) {
        struct job *job = malloc(sizeof(*job)), **place = &worker->first;

        if (!job)
                return -ENOMEM;
        *job = (struct job){ .due = now_usec() + delay_usec, .fn = fn, .task = task };
        pthread_mutex_lock(&worker->lock);
        while (*place && (*place)->due <= job->due)
                place = &(*place)->next;
        job->next = *place;
        *place = job;
        pthread_cond_signal(&worker->changed);
        pthread_mutex_unlock(&worker->lock);
        return 0;
}
