/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "input/discovered.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

static size_t count(const char *const *links) {
        size_t n = 0;

        while (links && links[n])
                n++;
        return n;
}

/* Shorter than FROM if memory ran out. */
static const char *const *copy_links(const char *const *from) {
        size_t n = count(from);
        char **links = calloc(n + 1, sizeof(*links));

        for (size_t i = 0; links && i < n; i++)
                links[i] = strdup(from[i]);
        return (const char *const *)links;
}

int discovered_copy(struct discovered **ret, const struct discovered *from) {
        _cleanup_(discovered_freep) struct discovered *copy = malloc(sizeof(*copy));

        if (!copy)
                return -ENOMEM;
        *copy = *from;
        copy->path = strdup(from->path);
        copy->name = strdup(from->name);
        copy->phys = strdup(from->phys);
        copy->uniq = strdup(from->uniq);
        copy->links = copy_links(from->links);
        if (!copy->path || !copy->name || !copy->phys || !copy->uniq || !copy->links ||
            count(copy->links) != count(from->links))
                return -ENOMEM;
        *ret = steal_ptr(copy);
        return 0;
}

struct discovered *discovered_free(struct discovered *copy) {
        if (!copy)
                return NULL;
        for (const char *const *link = copy->links; link && *link; link++)
                free((char *)*link);
        free((void *)copy->links);
        free((char *)copy->path);
        free((char *)copy->name);
        free((char *)copy->phys);
        free((char *)copy->uniq);
        free(copy);
        return NULL;
}

/* How much of PHYS is the place that all nodes of a receiver share; 0: it is no place. */
static size_t stem(const char *phys) {
        const char *tail = strrchr(phys, '/');
        const char *digits;

        if (!tail)
                return 0;
        if (strncmp(tail, "/input", 6) != 0 || !isdigit((unsigned char)tail[6]))
                return strlen(phys);
        for (digits = tail + 6; isdigit((unsigned char)*digits);)
                digits++;
        return *digits ? strlen(phys) : (size_t)(tail - phys);
}

bool discovered_same_receiver(const struct discovered *a, const struct discovered *b) {
        size_t n = stem(a->phys);

        if (*a->uniq && strcmp(a->uniq, b->uniq) == 0 && a->vendor == b->vendor && a->product == b->product)
                return true;
        return n > 0 && n == stem(b->phys) && strncmp(a->phys, b->phys, n) == 0;
}
