/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "switcher/hidden.h"

#include <fcntl.h>
#include <ftw.h>
#include <sys/stat.h>

#include "switcher/kernel-text.h"

void hidden_path(char path[HIDDEN_PATH_SIZE], const char *root, const char *address, const char *name) {
        snprintf(path, HIDDEN_PATH_SIZE, "%s" HIDDEN_FOLDER "/%s/%s", root, address, name);
}

static void shown_path(char path[HIDDEN_PATH_SIZE], const char *root, const char *name) {
        snprintf(path, HIDDEN_PATH_SIZE, "%s/dev/%s", root, name);
}

static bool is_node(const char *path, const struct inventory_node *node) {
        struct stat st;

        return lstat(path, &st) == 0 && st.st_rdev == node->number &&
               (node->block ? S_ISBLK(st.st_mode) : S_ISCHR(st.st_mode));
}

bool hidden_is_shown(const struct inventory_node *node, const char *root) {
        char path[HIDDEN_PATH_SIZE];

        shown_path(path, root, node->name);
        return is_node(path, node);
}

/* The folders on the way to PATH from its byte FROM on, which are made with MODE. */
static int make_folders(char *path, size_t from, mode_t mode) {
        for (char *slash = path + from; (slash = strchr(slash, '/')); *slash++ = '/') {
                *slash = '\0';
                if (mkdir(path, mode) < 0 && errno != EEXIST) {
                        int error = errno;

                        *slash = '/';
                        return -error;
                }
        }
        return 0;
}

/* A name comes from the kernel; if it ever led out of /dev, it would not be a node's. */
static bool name_is_safe(const char *name) {
        return *name && *name != '/' && !strstr(name, "..");
}

static int hide(const struct inventory_node *node, const char *root, const char *address) {
        char from[HIDDEN_PATH_SIZE], to[HIDDEN_PATH_SIZE];
        int r;

        shown_path(from, root, node->name);
        if (!name_is_safe(node->name) || !is_node(from, node)) /* it is hidden, or was never made */
                return 0;
        hidden_path(to, root, address, node->name);
        r = make_folders(to, strlen(root) + strlen("/dev/"), 0700);
        if (r < 0)
                return r;
        return rename(from, to) < 0 ? -errno : 0;
}

int hidden_hide(const struct inventory_function *function, const char *root) {
        int result = 0;

        for (size_t i = 0; i < function->n_nodes; i++) {
                int r = hide(&function->nodes[i], root, function->address);

                if (r < 0)
                        result = r;
        }
        return result;
}

/* 1: it is back in its place. 0: it had been made anew there already. */
static int show(const struct inventory_node *node, const char *root, const char *hidden) {
        char to[HIDDEN_PATH_SIZE];
        int r;

        shown_path(to, root, node->name);
        r = make_folders(to, strlen(root) + strlen("/dev/"), 0755);
        if (r < 0)
                return r;
        if (renameat2(AT_FDCWD, hidden, AT_FDCWD, to, RENAME_NOREPLACE) == 0)
                return 1;
        return errno == EEXIST ? 0 : -errno;
}

static int show_all(const struct inventory_function *function, const char *root,
                    void (*on_shown)(const struct inventory_node *node, void *userdata), void *userdata) {
        char hidden[HIDDEN_PATH_SIZE];
        int result = 0;

        for (size_t i = 0; i < function->n_nodes; i++) {
                const struct inventory_node *node = &function->nodes[i];
                int r;

                hidden_path(hidden, root, function->address, node->name);
                if (!name_is_safe(node->name) || !is_node(hidden, node))
                        continue;
                r = show(node, root, hidden);
                if (r < 0)
                        result = r;
                else if (r > 0)
                        on_shown(node, userdata);
        }
        return result;
}

struct hidden_walk {
        int (*each)(const char *name, dev_t number, bool block, void *userdata);
        void *userdata;
        size_t prefix; /* of a path, before the node's name */
};

static int walk(const struct hidden_walk *to, const char *path) {
        _cleanup_(closedirp) DIR *folder = opendir(path);
        const char *entry;
        int r = 0;

        while (r >= 0 && folder && (entry = kernel_next(folder))) {
                char inner[HIDDEN_PATH_SIZE];
                struct stat st;

                if (snprintf(inner, sizeof(inner), "%s/%s", path, entry) >= HIDDEN_PATH_SIZE ||
                    lstat(inner, &st) < 0)
                        continue;
                if (S_ISDIR(st.st_mode))
                        r = walk(to, inner);
                else if (S_ISCHR(st.st_mode) || S_ISBLK(st.st_mode))
                        r = to->each(inner + to->prefix, st.st_rdev, S_ISBLK(st.st_mode), to->userdata);
        }
        return r;
}

int hidden_each(const char *root, const char *address,
                int (*each)(const char *name, dev_t number, bool block, void *userdata), void *userdata) {
        struct hidden_walk to = { each, userdata, 0 };
        char path[HIDDEN_PATH_SIZE];

        to.prefix = (size_t)snprintf(path, sizeof(path), "%s" HIDDEN_FOLDER "/%s", root, address) + 1;
        return walk(&to, path);
}

static int remove_entry(const char *path, const struct stat *st, int type, struct FTW *ftw) {
        if ((type == FTW_DP ? rmdir(path) : unlink(path)) < 0 && errno != ENOENT)
                return -errno;
        return 0;
}

/* What is left is stale. */
static int remove_rest(const char *root, const char *address) {
        char path[HIDDEN_PATH_SIZE];
        int r;

        snprintf(path, sizeof(path), "%s" HIDDEN_FOLDER "/%s", root, address);
        r = nftw(path, remove_entry, 8, FTW_DEPTH | FTW_PHYS | FTW_MOUNT);
        if (r == -1)
                r = errno == ENOENT ? 0 : -errno;
        snprintf(path, sizeof(path), "%s" HIDDEN_FOLDER, root);
        (void)rmdir(path); /* unless another function has something there */
        return r;
}

int hidden_show(const struct inventory_function *function, const char *root,
                void (*on_shown)(const struct inventory_node *node, void *userdata), void *userdata) {
        int r = show_all(function, root, on_shown, userdata);

        return r < 0 ? r : remove_rest(root, function->address); /* what could not be moved is kept */
}
