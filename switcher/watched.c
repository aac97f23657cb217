/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "switcher/watched.h"

#include <limits.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "switcher/hidden.h"
#include "switcher/kernel-text.h"

#define NVIDIA          195 /* the number of its character devices */
#define NVIDIA_CONTROL  255
#define NVIDIA_MODESET  254
#define NVIDIA_UVM_BOTH 2 /* nvidia-uvm and nvidia-uvm-tools */

/* What the parts below share. */
struct gathering {
        struct watched *watched;
        const struct inventory *inventory;
        int root;
        char *const *functions;
};

static bool has(const struct watched *watched, dev_t number, bool block) {
        for (size_t i = 0; i < watched->n; i++)
                if (watched->nodes[i].number == number && watched->nodes[i].block == block)
                        return true;
        return false;
}

static int add(struct watched *watched, dev_t number, bool block, const char *device, const char *name) {
        struct holders_node *grown;

        if (has(watched, number, block))
                return 0;
        grown = reallocarray(watched->nodes, watched->n + 1, sizeof(*grown));
        if (!grown)
                return -ENOMEM;
        watched->nodes = grown;
        grown += watched->n;
        *grown = (struct holders_node){
                .number = number, .name = strdup(name), .device = device, .block = block
        };
        if (!grown->name)
                return -ENOMEM;
        watched->n++;
        return 0;
}

static int add_own(const struct gathering *gathering, const struct inventory_function *function) {
        int r = 0;

        for (size_t i = 0; r >= 0 && i < function->n_nodes; i++)
                r = add(gathering->watched, function->nodes[i].number, function->nodes[i].block,
                        function->address, function->nodes[i].name);
        return r;
}

/* By the number that sysfs has in PATH, "234:0"; nothing if it has none. */
static int add_listed(const struct gathering *gathering, const struct inventory_function *function,
                      const char *path, const char *name) {
        unsigned major, minor;
        char text[32];

        if (kernel_text(gathering->root, path, text, sizeof(text)) < 0 ||
            sscanf(text, "%u:%u", &major, &minor) != 2)
                return 0;
        return add(gathering->watched, makedev(major, minor), false, function->address, name);
}

static int add_vfio(const struct gathering *gathering, const struct inventory_function *function) {
        char path[64], name[32];

        if (function->group < 0)
                return 0;
        snprintf(path, sizeof(path), "sys/class/vfio/%d/dev", function->group);
        snprintf(name, sizeof(name), "vfio/%d", function->group);
        return add_listed(gathering, function, path, name);
}

/* "Device Minor: 0", with more blanks. */
static int add_nvidia(const struct gathering *gathering, const struct inventory_function *function) {
        _cleanup_fclose_ FILE *lines = NULL;
        char path[96], line[256], name[32];
        unsigned minor;

        snprintf(path, sizeof(path), "proc/driver/nvidia/gpus/%s/information", function->address);
        lines = kernel_lines(gathering->root, path);
        while (lines && fgets(line, sizeof(line), lines))
                if (sscanf(line, "Device Minor: %u", &minor) == 1) {
                        snprintf(name, sizeof(name), "nvidia%u", minor);
                        return add(gathering->watched, makedev(NVIDIA, minor), false, function->address,
                                   name);
                }
        return 0;
}

/* Its number is chosen when the module is loaded. */
static int add_nvidia_uvm(const struct gathering *gathering, const struct inventory_function *function) {
        static const char *const names[] = { "nvidia-uvm", "nvidia-uvm-tools" };
        _cleanup_fclose_ FILE *lines = kernel_lines(gathering->root, "proc/devices");
        char line[128], name[64];
        unsigned major, found = 0;
        int r = 0;

        while (lines && !found && fgets(line, sizeof(line), lines))
                if (sscanf(line, "%u %63s", &major, name) == 2 && strcmp(name, names[0]) == 0)
                        found = major;
        for (unsigned i = 0; found && r >= 0 && i < NVIDIA_UVM_BOTH; i++)
                r = add(gathering->watched, makedev(found, i), false, function->address, names[i]);
        return r;
}

static bool is_lent(const struct gathering *gathering, const char *address) {
        for (char *const *function = gathering->functions; *function; function++)
                if (strcmp(*function, address) == 0)
                        return true;
        return false;
}

/* All that the driver of FUNCTION is bound to is lent. */
static bool driver_goes(const struct gathering *gathering, const struct inventory_function *function) {
        for (size_t i = 0; i < gathering->inventory->n_functions; i++) {
                const struct inventory_function *other = &gathering->inventory->functions[i];

                if (strcmp(other->driver, function->driver) == 0 && !is_lent(gathering, other->address))
                        return false;
        }
        return true;
}

static int add_shared(const struct gathering *gathering, const struct inventory_function *function) {
        struct watched *watched = gathering->watched;
        int r;

        if (!driver_goes(gathering, function))
                return 0;
        if (strcmp(function->driver, "amdgpu") == 0)
                return add_listed(gathering, function, "sys/class/kfd/kfd/dev", "kfd");
        if (strcmp(function->driver, "nvidia") != 0)
                return 0;
        r = add(watched, makedev(NVIDIA, NVIDIA_CONTROL), false, function->address, "nvidiactl");
        if (r >= 0)
                r = add(watched, makedev(NVIDIA, NVIDIA_MODESET), false, function->address, "nvidia-modeset");
        return r < 0 ? r : add_nvidia_uvm(gathering, function);
}

static int gather(const struct gathering *gathering) {
        int r = 0;

        for (char *const *address = gathering->functions; r >= 0 && *address; address++) {
                const struct inventory_function *function = inventory_find(gathering->inventory, *address);

                if (!function)
                        continue;
                r = add_own(gathering, function);
                if (r >= 0 && strcmp(function->driver, "nvidia") == 0)
                        r = add_nvidia(gathering, function);
                if (r >= 0)
                        r = add_vfio(gathering, function);
                if (r >= 0)
                        r = add_shared(gathering, function);
        }
        return r;
}

int watched_new(struct watched **ret, const struct inventory *inventory, const char *root,
                char *const *functions) {
        _cleanup_(watched_freep) struct watched *watched = calloc(1, sizeof(*watched));
        _cleanup_close_ int fd = kernel_open_root(root);
        struct gathering gathering = {
                .watched = watched, .inventory = inventory, .root = fd, .functions = functions
        };
        int r = watched ? gather(&gathering) : -ENOMEM;

        if (r < 0)
                return r;
        *ret = steal_ptr(watched);
        return 0;
}

struct stale {
        struct watched *watched;
        const char *root, *address;
};

static int add_stale(const char *name, dev_t number, bool block, void *userdata) {
        const struct stale *stale = userdata;
        char path[PATH_MAX];

        snprintf(path, sizeof(path), "%s/sys/dev/%s/%u:%u", stale->root, block ? "block" : "char",
                 major(number), minor(number));
        return access(path, F_OK) == 0 ? 0 : add(stale->watched, number, block, stale->address, name);
}

int watched_add_stale(struct watched *watched, const char *root, const char *address) {
        struct stale stale = { watched, root, address };

        return hidden_each(root, address, add_stale, &stale);
}

struct watched *watched_free(struct watched *watched) {
        if (!watched)
                return NULL;
        for (size_t i = 0; i < watched->n; i++)
                free((char *)watched->nodes[i].name);
        free(watched->nodes);
        free(watched);
        return NULL;
}
