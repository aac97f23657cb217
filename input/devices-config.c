/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Read anew for every request: they are rare, and root's word holds from the moment it is written.
 */
#include "input/devices-config.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>

#include <ini.h>

#include "core/cleanup.h"
#include "input/devices-judge.h"
#include "input/selector.h"

#define DEFAULT "all-keyboards all-mice"

struct loading {
        const char *path;
        char *devices;
        char *why;
        size_t size;
};

static int on_option(void *userdata, const char *section, const char *key, const char *value) {
        struct loading *loading = userdata;

        if (!*section && strcmp(key, "devices") == 0)
                return replace_string(&loading->devices, value) >= 0;
        snprintf(loading->why, loading->size, "%s: there is no option '%s%s%s'; the only one is 'devices'",
                 loading->path, section, *section ? "." : "", key);
        return 0;
}

static int read_options(FILE *file, struct loading *loading) {
        int line = ini_parse_file(file, on_option, loading);

        if (line == 0)
                return 0;
        if (!*loading->why)
                snprintf(loading->why, loading->size, "%s:%d: this is not 'devices = …'", loading->path,
                         line);
        return -EINVAL;
}

static int open_trusted(const char *path, FILE **ret, char *why, size_t size) {
        _cleanup_fclose_ FILE *file = fopen(path, "re");
        struct stat st;

        if (!file || fstat(fileno(file), &st) < 0) {
                int r = -errno;

                snprintf(why, size, "%s cannot be read: %s", path, strerror(-r));
                return r;
        }
        if (!devices_trusts(&st)) {
                snprintf(why, size,
                         "%s could have been written by others than root; run 'chown root %s; chmod 644 %s'",
                         path, path, path);
                return -EINVAL;
        }
        *ret = steal_ptr(file);
        return 0;
}

static int make_desk(const char *path, const char *devices, struct desk **ret, char *why, size_t size) {
        const struct desk_lists lists = { .follow = devices };
        _cleanup_(selector_freep) struct selector *selector = NULL;
        _cleanup_(desk_freep) struct desk *desk = NULL;
        char mistake[200] = "";
        int r;

        r = selector_new(&selector, devices, mistake, sizeof(mistake)); /* for what it says */
        if (r >= 0)
                r = desk_new(&desk);
        if (r >= 0)
                r = desk_configure(desk, &lists);
        if (r < 0) {
                snprintf(why, size, "%s: 'devices': %s", path, *mistake ? mistake : strerror(-r));
                return r;
        }
        *ret = steal_ptr(desk);
        return 0;
}

int devices_config_load(const char *path, struct desk **ret, char *why, size_t size) {
        struct loading loading = { .path = path, .why = why, .size = size };
        _cleanup_fclose_ FILE *file = NULL;
        int r;

        *why = '\0';
        r = open_trusted(path, &file, why, size);
        if (r == 0)
                r = read_options(file, &loading);
        if (r == 0 || r == -ENOENT)
                r = make_desk(path, loading.devices ? loading.devices : DEFAULT, ret, why, size);
        free(loading.devices);
        return r;
}
