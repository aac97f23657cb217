/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What is not known stands there as a comment, with its default or an example, so that nobody has to look up
 * what there is. No line is longer than the reader takes.
 */
#include "switcher/draft.h"

#include <ctype.h>
#include <inttypes.h>

#include "switcher/cpu-list.h"

#define MIB ((uint64_t)1 << 20)

char *draft_name(const char *domain) {
        char *name = strndup(domain, 64);

        for (char *c = name; c && *c; c++)
                if (!isalnum((unsigned char)*c) && !strchr("-_.", *c))
                        *c = '-';
        return name;
}

static bool is_hostdev(const struct draft_facts *facts, const struct inventory_function *function) {
        for (size_t i = 0; i < facts->hardware->n_hostdevs; i++)
                if (strcmp(facts->hardware->hostdevs[i].address, function->address) == 0)
                        return true;
        return false;
}

/* Of the same card: all but the digit behind the point is the same. */
static bool is_sibling(const struct draft_facts *facts, const struct inventory_function *function) {
        size_t length = strlen(function->address) - 1;

        for (size_t i = 0; i < facts->hardware->n_hostdevs; i++)
                if (strncmp(facts->hardware->hostdevs[i].address, function->address, length) == 0)
                        return !is_hostdev(facts, function) && !function->bridge;
        return false;
}

static bool shares_group(const struct draft_facts *facts, const struct inventory_function *function) {
        if (function->group < 0 || function->bridge || !*function->driver || is_hostdev(facts, function) ||
            is_sibling(facts, function))
                return false;
        for (size_t i = 0; i < facts->inventory->n_functions; i++)
                if (facts->inventory->functions[i].group == function->group &&
                    is_hostdev(facts, &facts->inventory->functions[i]))
                        return true;
        return false;
}

typedef bool (*choice_fn)(const struct draft_facts *facts, const struct inventory_function *function);

/* As comments below TITLE; how many there are. */
static size_t print_functions(FILE *out, const struct draft_facts *facts, const char *title,
                              choice_fn chosen) {
        size_t n = 0;

        for (size_t i = 0; i < facts->inventory->n_functions; i++) {
                const struct inventory_function *function = &facts->inventory->functions[i];

                if (!chosen(facts, function))
                        continue;
                if (n++ == 0)
                        fprintf(out, "# %s\n", title);
                fprintf(out, "#   %s  %.100s, driver: %.32s\n", function->address, function->name,
                        *function->driver ? function->driver : "none");
        }
        return n;
}

static void print_devices(FILE *out, const struct draft_facts *facts) {
        const struct inventory *inventory = facts->inventory;
        size_t named, siblings;

        fputs("\n[devices]\n", out);
        named = print_functions(out, facts, "The definition of the guest names these:", is_hostdev);
        siblings = print_functions(
                out, facts,
                "It does not name these, but they are parts of the same card, and are lent with "
                "it:",
                is_sibling);
        if (print_functions(
                    out, facts,
                    "These share an IOMMU group with them, and keep it from being lent. Name them, too, "
                    "or put the card into another slot:",
                    shares_group) > 0)
                fputs("# 'pillion doctor' shows the groups.\n", out);
        if (named + siblings == 0)
                fputs("# The definition of the guest names no PCI device of this machine.\n", out);
        if (siblings == 0) {
                fputs("functions = auto\n", out);
                return;
        }
        fputs("functions =", out);
        for (size_t i = 0; i < inventory->n_functions; i++)
                if (is_hostdev(facts, &inventory->functions[i]) ||
                    is_sibling(facts, &inventory->functions[i]))
                        fprintf(out, " %s", inventory->functions[i].address);
        fputc('\n', out);
}

struct list {
        const char *key, *what, *found, *none;
        char *const *items;
        const char *example;
};

static void print_list(FILE *out, const struct list *list) {
        bool empty = !list->items[0];

        fprintf(out, "\n# %s %s\n%s%s =", list->what, empty ? list->none : list->found, empty ? "#" : "",
                list->key);
        if (empty)
                fprintf(out, " %s", list->example);
        for (char *const *item = list->items; *item; item++)
                fprintf(out, " %s", *item);
        fputc('\n', out);
}

/* A display is lent, and none that works stays. */
static bool is_only_gpu(const struct draft_facts *facts) {
        bool lent = false;

        for (size_t i = 0; i < facts->inventory->n_functions; i++) {
                const struct inventory_function *function = &facts->inventory->functions[i];

                if (!function_is_display(function))
                        continue;
                if (is_hostdev(facts, function) || is_sibling(facts, function))
                        lent = true;
                else if (*function->driver && strcmp(function->driver, "vfio-pci") != 0)
                        return false;
        }
        return lent;
}

static void print_headless(FILE *out, const struct draft_facts *facts) {
        if (is_only_gpu(facts))
                fputs("\n# The only GPU here that works. It can be lent if the host does without: no screen, "
                      "no desktop, no\n"
                      "# console, until the guest has ended. Have ssh for another way in, then take away the "
                      "two '#':\n"
                      "#headless = yes\n"
                      "#end-sessions = yes\n",
                      out);
        else
                fputs("# yes: the host has no screen while it is lent, and no desktop\n#headless = no\n"
                      "# yes: sessions that outlive the display manager may be ended\n#end-sessions = no\n",
                      out);
}

static void print_desktop(FILE *out, const struct draft_facts *facts) {
        const struct list units = {
                "stop-units",      "Units that may be stopped if they have a device open.",
                "Installed here:", "None that is known for it is installed; the default:",
                facts->units,      "nvidia-persistenced.service nvidia-powerd.service"
        };
        const struct list snippets = { "xorg-snippets",
                                       "Links in /etc/X11/xorg.conf.d that are taken away while it is lent.",
                                       "By BusID or driver these name the GPU:",
                                       "None names the GPU; for example:",
                                       facts->snippets,
                                       "10-nvidia.conf" };

        fputs("\n[host]\n"
              "# auto: the desktop is restarted if something of it has a device open; restart; keep\n"
              "#display-manager = auto\n"
              "# restart or keep: when the hardware comes back\n"
              "#return-display-manager = restart\n",
              out);
        print_headless(out, facts);
        print_list(out, &units);
        fputs("\n# Programs that may be ended if they have a device open.\n#end-programs = nvtop btop\n",
              out);
        print_list(out, &snippets);
        fputs("\n# BUS:LENT or BUS:LENT:NATIVE: 'ddcutil detect' shows buses, 'ddcutil vcpinfo 60 --verbose' "
              "values.\n"
              "#monitor-input = 3:0x11:0x0f\n",
              out);
}

/* The size that the kernel takes by itself: the smallest that there is. 0: there are none. */
static uint64_t smallest_page(const struct inventory *inventory) {
        uint64_t size = 0;

        for (size_t i = 0; i < inventory->n_pools; i++)
                if (size == 0 || inventory->pools[i].size < size)
                        size = inventory->pools[i].size;
        return size;
}

static void print_size(FILE *out, uint64_t bytes) {
        if (bytes % (MIB << 10) == 0)
                fprintf(out, "%" PRIu64 "G", bytes / (MIB << 10));
        else if (bytes % MIB == 0)
                fprintf(out, "%" PRIu64 "M", bytes / MIB);
        else
                fprintf(out, "%" PRIu64 "K", bytes >> 10);
}

static void print_memory(FILE *out, const struct draft_facts *facts) {
        const struct domain_hardware *hardware = facts->hardware;
        uint64_t page =
                hardware->hugepage_size > 0 ? hardware->hugepage_size : smallest_page(facts->inventory);

        if (!hardware->hugepages || page == 0 || hardware->memory == 0) {
                fputs("\n# Huge pages; the guest's definition (memoryBacking) asks for none.\n"
                      "#hugepages = 2M:4096\n",
                      out);
                return;
        }
        fprintf(out,
                "\n# The guest's definition (memoryBacking) has its %" PRIu64
                " MiB in huge pages.\nhugepages = ",
                hardware->memory / MIB);
        print_size(out, page);
        fprintf(out, ":%" PRIu64 "\n", (hardware->memory + page - 1) / page);
}

/* Those that no vCPU is pinned to; "" if none or all are left. NULL: no memory. The caller's. */
static char *unpinned(const struct draft_facts *facts) {
        cpu_set_t online, pinned, left;

        CPU_ZERO(&online);
        CPU_ZERO(&pinned);
        if (cpu_list_add(&online, facts->inventory->cpus) < 0 ||
            cpu_list_add(&pinned, facts->hardware->cpuset) < 0)
                return strdup("");
        CPU_AND(&pinned, &pinned, &online);
        CPU_XOR(&left, &online, &pinned);
        return CPU_EQUAL(&left, &online) ? strdup("") : cpu_list_format(&left);
}

static void print_processors(FILE *out, const struct draft_facts *facts) {
        _cleanup_free_ char *cpus = unpinned(facts);

        if (cpus && *cpus)
                fprintf(out,
                        "\n# The guest's processors are pinned to %.60s; the host keeps the others.\n"
                        "host-cpus = %s\n",
                        facts->hardware->cpuset, cpus);
        else
                fputs("\n# The processors that the host keeps; the guest's pins (cputune) do not say which.\n"
                      "#host-cpus = 0-3\n",
                      out);
        fputs("\n#governor = performance\n", out);
}

void draft_print(FILE *out, const struct draft_facts *facts) {
        fprintf(out,
                "# What pillion lends to the guest %.60s: see pillion-profile(5).\n"
                "# 'pillion plan guest %s' shows what that comes to.\n"
                "\n[guest]\ndomain = %s\n%suri = %s\n"
                "#grace = 60s\n#shutdown-timeout = 90s\n"
                "\n# A snapshot of each disk that can have one, each time before hardware is lent.\n"
                "#snapshot = auto\n",
                facts->domain, facts->name, facts->domain,
                strcmp(facts->uri, "qemu:///system") == 0 ? "#" : "", facts->uri);
        print_devices(out, facts);
        print_desktop(out, facts);
        print_memory(out, facts);
        print_processors(out, facts);
        fputs("\n# Programs of your own, without a shell; they have to be root's alone.\n"
              "[hooks]\n"
              "#before-lend = /usr/local/sbin/before-lend\n"
              "#after-lend = /usr/local/sbin/after-lend\n"
              "#before-return = /usr/local/sbin/before-return\n"
              "#after-return = /usr/local/sbin/after-return\n"
              "#timeout = 30s\n",
              out);
}
