/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/*
 * switcher/ask: a question to somebody who may never answer, as libvirtd: a child process asks, writes what
 * it has learnt to a pipe, and is ended when the time is over. Threads: none may run beside, as for any
 * fork().
 *
 * An answer is a row of records, each a letter and a text. The letter 'E' is an error of libvirt's.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <libvirt/libvirt.h>

#include "core/cleanup.h"

struct answer {
        bool whole; /* the child has come to its end in time; otherwise TEXT is what it had written so far */
        char *text;
        size_t size;
};

/* ASK is the child's whole life. FD is where ask_put() writes to. */
typedef void (*ask_fn)(int fd, void *question);

/* What pipe2() and fork() return; then RET is as after answer_done(). */
int ask(struct answer *ret, ask_fn fn, void *question, uint64_t wait_usec);
void answer_done(struct answer *answer);

/* For the child. */
void ask_put(int fd, char letter, const char *text);
void ask_put_error(int fd);   /* libvirt's last one */
void ask_quiet_libvirt(void); /* its errors are not for stderr */
/* URI's DOMAIN, quietly. URI NULL: qemu:///system. NULL: it has put an 'N', there is none, or an 'E'. */
virDomainPtr ask_domain(int fd, const char *uri, const char *domain);

/* The record after RECORD, NULL: the first. Its letter is at [0], its text from [1]; NULL: there is none. */
const char *answer_next(const struct answer *answer, const char *record);
/* The text of the first record of that letter; NULL: there is none. */
const char *answer_find(const struct answer *answer, char letter);
/* The message of an 'E', and libvirt's number for it; TEXT is as answer_find() gave it. */
const char *answer_error(const char *text, int *ret_code);
