/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Memory, processors, the IOMMU, and framebuffers of the firmware that still lie in a function's memory. */
#include "switcher/inventory-internal.h"
#include "switcher/kernel-text.h"

/* "hugepages-2048kB" */
static int add_pool(struct inventory *inventory, int folder, const char *entry) {
        static const char *const files[] = { "nr_hugepages", "free_hugepages", "resv_hugepages" };
        uint64_t pages[3] = { 0 };
        unsigned long long size;
        struct inventory_pool *grown;

        if (sscanf(entry, "hugepages-%llukB", &size) != 1)
                return 0;
        for (size_t i = 0; i < sizeof(files) / sizeof(*files); i++) {
                char path[300];

                snprintf(path, sizeof(path), "%s/%s", entry, files[i]);
                (void)kernel_number(folder, path, &pages[i]);
        }
        grown = reallocarray(inventory->pools, inventory->n_pools + 1, sizeof(*grown));
        if (!grown)
                return -ENOMEM;
        inventory->pools = grown;
        grown[inventory->n_pools++] = (struct inventory_pool){ size * 1024, pages[0], pages[1], pages[2] };
        return 0;
}

static int by_size(const void *a, const void *b) {
        const struct inventory_pool *left = a, *right = b;

        return (left->size > right->size) - (left->size < right->size);
}

static int look_at_pools(struct inventory *inventory, int root) {
        _cleanup_(closedirp) DIR *folder = kernel_folder(root, "sys/kernel/mm/hugepages");
        const char *entry;
        int r = 0;

        while (r >= 0 && folder && (entry = kernel_next(folder)))
                r = add_pool(inventory, dirfd(folder), entry);
        if (inventory->n_pools > 0)
                qsort(inventory->pools, inventory->n_pools, sizeof(*inventory->pools), by_size);
        return r;
}

static uint64_t available(int root) {
        _cleanup_fclose_ FILE *lines = kernel_lines(root, "proc/meminfo");
        char line[128];
        unsigned long long kilobytes;

        while (lines && fgets(line, sizeof(line), lines))
                if (sscanf(line, "MemAvailable: %llu kB", &kilobytes) == 1)
                        return kilobytes * 1024;
        return 0;
}

int inventory_look_at_memory(struct inventory *inventory, int root) {
        _cleanup_(closedirp) DIR *groups = kernel_folder(root, "sys/kernel/iommu_groups");
        char cpus[256];
        int r = look_at_pools(inventory, root);

        if (r < 0)
                return r;
        inventory->memory_available = available(root);
        inventory->iommu = groups && kernel_next(groups);
        (void)kernel_text(root, "sys/devices/system/cpu/online", cpus, sizeof(cpus));
        inventory->cpus = strdup(cpus);
        return inventory->cpus ? 0 : -ENOMEM;
}

/* By the names under which the kernel and its drivers claim that memory. */
static bool is_of_firmware(const char *name) {
        static const char *const names[] = { "BOOTFB",    "efifb",  "vesafb",  "simplefb",
                                             "simpledrm", "efidrm", "vesadrm", "simple-framebuffer" };

        for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
                if (strncmp(name, names[i], strlen(names[i])) == 0)
                        return true;
        return false;
}

/*
 * What lies within what is told by how far a line is indented:
 *   "  e0000000-efffffff : 0000:00:02.0"
 *   "    e0000000-e02fffff : BOOTFB"
 */
void inventory_look_at_firmware(struct inventory *inventory, int root) {
        _cleanup_fclose_ FILE *lines = kernel_lines(root, "proc/iomem");
        struct inventory_function *within = NULL;
        size_t depth = 0;
        char line[256];

        while (lines && fgets(line, sizeof(line), lines)) {
                const char *name = strstr(line, " : ");
                size_t indent = strspn(line, " ");

                if (!name)
                        continue;
                line[strcspn(line, "\n")] = '\0';
                name += strlen(" : ");
                if (!within || indent <= depth) {
                        within = inventory_on_path(inventory, name);
                        depth = indent;
                } else if (is_of_firmware(name)) {
                        within->framebuffer = true;
                }
        }
}
