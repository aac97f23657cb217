/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Each call takes a reference of its own to the connection, so one that dies is closed when the last call has
 * noticed. What libvirt tells about a domain goes through the quick worker, whose order is the order in which
 * the loop hears of it: a "stopped" never overtakes the "running" before it.
 */
#include "switcher/hypervisor.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "switcher/libvirt.h"
#include "switcher/mailbox.h"
#include "switcher/operation.h"
#include "switcher/virt.h"
#include "switcher/worker.h"

struct hypervisor {
        char *uri;
        struct hypervisor_callbacks callbacks;
        struct mailbox *mailbox;
        struct worker *slow, *quick;
        struct libvirt *libvirt;
};

enum letter_kind {
        LETTER_CONNECTION,
        LETTER_DOMAIN,
        LETTER_RESULT,
};

struct letter {
        enum letter_kind kind;
        bool connected;
        enum hypervisor_state state;
        uint64_t serial;
        char *name;
        char *text;
        struct domain_info *info;
};

struct task {
        struct hypervisor *hypervisor;
        enum hypervisor_operation operation;
        uint64_t serial;
        const char *gone;   /* how it went, for domain_gone() */
        const char *device; /* its XML or alias, behind the name; NULL: none */
        char name[];
};

static void letter_release(void *userdata) {
        struct letter *letter = userdata;

        free(letter->name);
        free(letter->text);
        domain_free(letter->info);
        free(letter);
}

/* Copies NAME and TEXT, takes INFO. Without memory the letter is lost, as is everything else then. */
static void post(struct hypervisor *hypervisor, struct letter filled, const char *name, const char *text,
                 struct domain_info *info) {
        struct letter *letter = malloc(sizeof(*letter));

        if (!letter) {
                domain_free(info);
                return;
        }
        *letter = filled;
        letter->name = name ? strdup(name) : NULL;
        letter->text = text ? strdup(text) : NULL;
        letter->info = info;
        mailbox_post(hypervisor->mailbox, letter);
}

static void on_letter(void *userdata, void *owner) {
        struct hypervisor *hypervisor = owner;
        const struct hypervisor_callbacks *callbacks = &hypervisor->callbacks;
        struct letter *letter = userdata;

        switch (letter->kind) {
        case LETTER_CONNECTION:
                callbacks->on_connection(letter->connected, letter->text, callbacks->userdata);
                break;
        case LETTER_DOMAIN:
                callbacks->on_domain(letter->name, letter->state, letter->text, steal_ptr(letter->info),
                                     callbacks->userdata);
                break;
        case LETTER_RESULT:
                callbacks->on_result(letter->serial, letter->text, steal_ptr(letter->info),
                                     callbacks->userdata);
                break;
        }
        letter_release(letter);
}

/* The task is one block, since the worker frees it as one. */
static int submit(struct worker *worker, worker_fn fn, const struct task *filled, const char *name) {
        size_t length = strlen(name) + 1, more = filled->device ? strlen(filled->device) + 1 : 0;
        _cleanup_free_ struct task *task = malloc(sizeof(*task) + length + more);
        int r;

        if (!task)
                return -ENOMEM;
        *task = *filled;
        memcpy(task->name, name, length);
        if (more > 0)
                task->device = memcpy(task->name + length, filled->device, more);
        r = worker_post(worker, fn, task, 0);
        if (r < 0)
                return r;
        task = NULL; /* the worker's */
        return 0;
}

static void post_gone(struct hypervisor *hypervisor, const char *name, const char *how) {
        post(hypervisor, (struct letter){ .kind = LETTER_DOMAIN, .state = DOMAIN_GONE }, name, how, NULL);
}

/* A question that fails says nothing about the domain: a lost connection must not look like a lost guest. */
static void observe(struct hypervisor *hypervisor, virDomainPtr domain) {
        int state = operation_state(domain);
        struct domain_info *info = NULL;

        if (state < 0)
                return;
        if (state == DOMAIN_GONE)
                post_gone(hypervisor, virDomainGetName(domain), "not running");
        else if (operation_describe(domain, &info) == 0)
                post(hypervisor,
                     (struct letter){ .kind = LETTER_DOMAIN, .state = (enum hypervisor_state)state },
                     virDomainGetName(domain), NULL, info);
}

/* quick worker: tells the state of one domain. */
static void domain_seen(void *userdata) {
        _cleanup_free_ struct task *task = userdata;
        _cleanup_(virt_connection_freep) virConnectPtr connection = libvirt_get(task->hypervisor->libvirt);
        _cleanup_(virt_domain_freep) virDomainPtr domain = NULL;

        if (!connection)
                return;
        domain = virDomainLookupByName(connection, task->name);
        if (domain)
                observe(task->hypervisor, domain);
        else if (virt_error_code() == VIR_ERR_NO_DOMAIN)
                post_gone(task->hypervisor, task->name, "not running");
}

/* quick worker: tells that a domain is gone, in its turn. */
static void domain_gone(void *userdata) {
        _cleanup_free_ struct task *task = userdata;

        post_gone(task->hypervisor, task->name, task->gone);
}

/* Event thread: only passes on. */
static void on_lifecycle(const char *domain, int event, int detail, void *userdata) {
        struct hypervisor *hypervisor = userdata;
        const struct task task = { .hypervisor = hypervisor, .gone = virt_how_stopped(detail) };

        switch (event) {
        case VIR_DOMAIN_EVENT_STARTED:
        case VIR_DOMAIN_EVENT_RESUMED:
        case VIR_DOMAIN_EVENT_SUSPENDED:
        case VIR_DOMAIN_EVENT_PMSUSPENDED:
                (void)submit(hypervisor->quick, domain_seen, &task, domain);
                break;
        case VIR_DOMAIN_EVENT_STOPPED:
                (void)submit(hypervisor->quick, domain_gone, &task, domain);
                break;
        default:
                break;
        }
}

static void observe_all(struct hypervisor *hypervisor, virConnectPtr connection) {
        virDomainPtr *domains = NULL;
        int n = virConnectListAllDomains(connection, &domains, VIR_CONNECT_LIST_DOMAINS_ACTIVE);

        for (int i = 0; i < n; i++) {
                const struct task task = { .hypervisor = hypervisor };

                (void)submit(hypervisor->quick, domain_seen, &task, virDomainGetName(domains[i]));
                virDomainFree(domains[i]);
        }
        free(domains);
}

static void on_state(virConnectPtr connection, const char *problem, void *userdata) {
        struct hypervisor *hypervisor = userdata;

        post(hypervisor, (struct letter){ .kind = LETTER_CONNECTION, .connected = connection != NULL }, NULL,
             problem, NULL);
        if (connection)
                observe_all(hypervisor, connection);
}

static void run(const struct task *task, virDomainPtr domain, struct domain_info **ret_info, char *text,
                size_t size) {
        if (task->device)
                (void)operation_plug(task->operation, domain, task->device, text, size);
        else
                (void)operation_run(task->operation, domain, ret_info, text, size);
}

/* Either worker: one request, with its answer. */
static void call_task(void *userdata) {
        _cleanup_free_ struct task *task = userdata;
        struct hypervisor *hypervisor = task->hypervisor;
        _cleanup_(virt_connection_freep) virConnectPtr connection = libvirt_get(hypervisor->libvirt);
        _cleanup_(virt_domain_freep) virDomainPtr domain = NULL;
        struct domain_info *info = NULL;
        char text[500] = "";

        if (connection)
                domain = virDomainLookupByName(connection, task->name);
        if (!connection)
                snprintf(text, sizeof(text),
                         "not connected to libvirt at %s; see 'systemctl status libvirtd'", hypervisor->uri);
        else if (!domain && virt_error_code() == VIR_ERR_NO_DOMAIN)
                snprintf(text, sizeof(text),
                         "there is no domain '%s'; 'virsh -c %s list --all' shows those there are",
                         task->name, hypervisor->uri);
        else if (!domain)
                snprintf(text, sizeof(text), "libvirt: %s", virt_error());
        else
                run(task, domain, &info, text, sizeof(text));
        post(hypervisor, (struct letter){ .kind = LETTER_RESULT, .serial = task->serial }, NULL,
             *text ? text : NULL, info);
}

static bool is_slow(enum hypervisor_operation operation) {
        return operation == HYPERVISOR_CREATE || operation == HYPERVISOR_CREATE_SPICE ||
               operation == HYPERVISOR_ATTACH;
}

int hypervisor_request_device(struct hypervisor *hypervisor, enum hypervisor_operation operation,
                              const char *domain, const char *device, uint64_t serial) {
        const struct task task = {
                .hypervisor = hypervisor,
                .operation = operation,
                .serial = serial,
                .device = device,
        };

        if (operation == HYPERVISOR_OBSERVE)
                return submit(hypervisor->quick, domain_seen, &task, domain);
        return submit(is_slow(operation) ? hypervisor->slow : hypervisor->quick, call_task, &task, domain);
}

int hypervisor_request(struct hypervisor *hypervisor, enum hypervisor_operation operation, const char *domain,
                       uint64_t serial) {
        return hypervisor_request_device(hypervisor, operation, domain, NULL, serial);
}

int hypervisor_new(struct hypervisor **ret, sd_event *loop, const char *uri,
                   const struct hypervisor_callbacks *callbacks) {
        _cleanup_(hypervisor_freep) struct hypervisor *hypervisor = calloc(1, sizeof(*hypervisor));
        int r;

        if (!hypervisor)
                return -ENOMEM;
        hypervisor->callbacks = *callbacks;
        hypervisor->uri = strdup(uri);
        if (!hypervisor->uri)
                return -ENOMEM;
        r = mailbox_new(&hypervisor->mailbox, loop, on_letter, letter_release, hypervisor);
        if (r < 0)
                return r;
        r = worker_new(&hypervisor->slow, "libvirt-slow");
        if (r < 0)
                return r;
        r = worker_new(&hypervisor->quick, "libvirt-quick");
        if (r < 0)
                return r;
        r = libvirt_new(&hypervisor->libvirt, uri, hypervisor->slow,
                        &(const struct libvirt_callbacks){ on_state, on_lifecycle, hypervisor });
        if (r < 0)
                return r;
        *ret = steal_ptr(hypervisor);
        return 0;
}

/* quick worker, last of all. */
static void close_task(void *userdata) {
        _cleanup_free_ struct task *task = userdata;

        libvirt_close(task->hypervisor->libvirt);
}

struct hypervisor *hypervisor_free(struct hypervisor *hypervisor) {
        const struct task task = { .hypervisor = hypervisor };
        bool idle;

        if (!hypervisor)
                return NULL;
        if (hypervisor->mailbox)
                mailbox_close(hypervisor->mailbox);
        if (hypervisor->libvirt) {
                libvirt_quit(hypervisor->libvirt);
                (void)submit(hypervisor->quick, close_task, &task, "");
        }
        idle = worker_end(hypervisor->slow);
        idle = worker_end(hypervisor->quick) && idle;
        if (!idle)
                return NULL; /* a call hangs and may yet use all of this; the process is ending anyway */
        hypervisor->libvirt = libvirt_free(hypervisor->libvirt);
        hypervisor->mailbox = mailbox_free(hypervisor->mailbox);
        free(hypervisor->uri);
        free(hypervisor);
        return NULL;
}
