/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/*
 * switcher/definition: the definition of one domain, read and written anew within a time: asked in a child
 * process, because libvirt's calls may block for ever. Threads: none may run beside, as for any fork().
 */
#include <stdbool.h>
#include <stdint.h>

#include "core/cleanup.h"

struct definition {
        bool active;
        char *shown;  /* as it starts next, without its passwords; */
        char *secret; /* with them */
};

/* 0, or negative with a line in PROBLEM: -ENOENT no such domain; -ETIMEDOUT libvirt does not answer; -EIO it
 * says why; fork()'s. */
int definition_read(struct definition *ret, const char *uri, const char *domain, uint64_t wait_usec,
                    char *problem, size_t size);
void definition_done(struct definition *definition);

/* What is to be written. */
struct definition_change {
        const char *uri, *domain;
        const char *before; /* SECRET, as it was read */
        const char *after;
};

/*
 * Has libvirt validate and take AFTER. RET is what that became there, as SECRET. As definition_read(), and
 * -ESTALE: it is not as BEFORE any more, and nothing was done. After -ETIMEDOUT it may still be done.
 */
int definition_write(char **ret, const struct definition_change *change, uint64_t wait_usec, char *problem,
                     size_t size);
