/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The guest's memory: huge pages, and how much of it may be locked. With a lent device all of it is locked,
 * and QEMU needs some of its own besides. Source: libvirt's formatdomain, Linux's admin-guide/mm/hugetlbpage.
 */
#include "core/doctor/start.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "core/doctor/read.h"

#define MIB   ((uint64_t)1 << 20)
#define GIB   ((uint64_t)1 << 30)
#define SPARE GIB /* what libvirt itself adds to the guest's memory */

/* "Node 0, zone Normal 4 3 …": of each order the blocks that are free, an order's being twice as large. */
uint64_t doctor_whole_pages(const char *buddyinfo, uint64_t size, uint64_t base) {
        static const char zone[] = "zone ";
        uint64_t pages = 0;

        for (const char *line = buddyinfo; line && (line = strstr(line, zone));) {
                uint64_t block = base, blocks;
                int length = 0;

                line += strlen(zone);
                (void)sscanf(line, "%*s%n", &length);
                for (line += length; *line != '\n' && sscanf(line, "%" SCNu64 "%n", &blocks, &length) == 1;
                     line += length, block *= 2)
                        if (block >= size)
                                pages += blocks * (block / size);
        }
        return pages;
}

static const struct inventory_pool *find_pool(const struct inventory *inventory, uint64_t size) {
        for (size_t i = 0; i < inventory->n_pools; i++)
                if (inventory->pools[i].size == size)
                        return &inventory->pools[i];
        return NULL;
}

static void judge_unused(struct doctor *doctor, const struct inventory *inventory) {
        uint64_t idle = 0;

        for (size_t i = 0; i < inventory->n_pools; i++)
                idle += inventory->pools[i].free * inventory->pools[i].size;
        if (idle > 0)
                doctor_say(doctor, DOCTOR_WARNING,
                           "%" PRIu64 " MiB of huge pages lie idle, and the guest does not ask for any\n"
                           "Nothing else can use them: <memoryBacking><hugepages/></memoryBacking> in the "
                           "guest, or take hugepages= from the kernel line and from sysctl.d",
                           idle / MIB);
        else
                doctor_say(doctor, DOCTOR_OK, "the guest does not ask for any; transparent ones mostly do");
}

/* Nobody makes those that are MISSING. */
static void judge_unmade(struct doctor *doctor, uint64_t size, uint64_t missing, uint64_t needed) {
        bool giants = size >= GIB;

        doctor_say(doctor, DOCTOR_PROBLEM,
                   "%" PRIu64 " pages of %" PRIu64 " MiB are missing, and nothing makes them\n"
                   "The guest does not start. 'hugepages = %" PRIu64 "%c:%" PRIu64
                   "' under [host] in the profile;\n"
                   "or for good, 'hugepagesz=%" PRIu64 "%c hugepages=%" PRIu64 "' on the kernel line",
                   missing, size / MIB, giants ? size / GIB : size / MIB, giants ? 'G' : 'M', needed,
                   giants ? size / GIB : size / MIB, giants ? 'G' : 'M', needed);
}

static void judge_missing(struct doctor *doctor, const struct doctor_memory *memory, uint64_t size,
                          uint64_t missing) {
        uint64_t needed = (memory->wanted + size - 1) / size;

        if (memory->available < missing * size)
                doctor_say(doctor, DOCTOR_PROBLEM,
                           "%" PRIu64 " pages of %" PRIu64 " MiB are missing, and only %" PRIu64
                           " MiB of memory can be had\n"
                           "The guest does not start. Give it less memory, or close what uses it",
                           missing, size / MIB, memory->available / MIB);
        else if (memory->made < needed)
                judge_unmade(doctor, size, missing, needed);
        else if (memory->whole >= missing)
                doctor_say(doctor, DOCTOR_OK,
                           "%" PRIu64 " pages of %" PRIu64 " MiB are to be made, as the profile says; "
                           "%" PRIu64 " could be at once",
                           missing, size / MIB, memory->whole);
        else
                doctor_say(doctor, DOCTOR_WARNING,
                           "%" PRIu64 " pages of %" PRIu64 " MiB are to be made, of which %" PRIu64
                           " could be at once\n"
                           "For others memory has to be moved together, which may fail%s",
                           missing, size / MIB, memory->whole,
                           size >= GIB ? ", and mostly does for 1 GiB: 'hugepagesz=1G hugepages=…' on the "
                                         "kernel line, or pages of 2 MiB"
                                       : "");
}

void doctor_judge_hugepages(struct doctor *doctor, const struct doctor_memory *memory) {
        uint64_t size = memory->page_size > 0 ? memory->page_size : memory->default_size;
        const struct inventory_pool *pool = find_pool(memory->inventory, size);
        uint64_t needed = size > 0 ? (memory->wanted + size - 1) / size : 0, idle;

        if (!memory->hugepages)
                return judge_unused(doctor, memory->inventory);
        if (!pool)
                return doctor_say(doctor, DOCTOR_PROBLEM,
                                  "the guest asks for pages of %" PRIu64
                                  " MiB, which this kernel does not have\n"
                                  "It does not start: correct <page size='…'/> below <hugepages>",
                                  size / MIB);
        if (memory->running)
                return doctor_say(doctor, DOCTOR_OK, "the guest runs with pages of %" PRIu64 " MiB",
                                  size / MIB);
        idle = pool->free > pool->reserved ? pool->free - pool->reserved : 0;
        if (idle < needed)
                return judge_missing(doctor, memory, size, needed - idle);
        doctor_say(doctor, DOCTOR_OK, "%" PRIu64 " pages of %" PRIu64 " MiB are free, %" PRIu64 " are needed",
                   idle, size / MIB, needed);
}

void doctor_judge_memlock(struct doctor *doctor, const struct doctor_host *host) {
        uint64_t needed = host->hardware->memory + SPARE, limit = host->hardware->hard_limit;

        if (limit == 0)
                doctor_say(doctor, DOCTOR_OK, "the guest has no hard_limit");
        else if (limit < needed)
                doctor_say(doctor, host_verdict(host, DOCTOR_PROBLEM),
                           "<hard_limit> is %" PRIu64 " MiB; with lent devices %" PRIu64 " MiB are locked\n"
                           "QEMU cannot map the guest's memory for the device, or is killed: virsh edit, "
                           "and raise it, or drop it",
                           limit / MIB, needed / MIB);
        else
                doctor_say(doctor, DOCTOR_OK, "<hard_limit> is %" PRIu64 " MiB, %" PRIu64 " MiB are needed",
                           limit / MIB, needed / MIB);
}

/* How many pages of SIZE the profile wants. */
static uint64_t find_made(const struct profile *profile, uint64_t size) {
        for (size_t i = 0; profile && i < profile->n_pools; i++)
                if (profile->pools[i].size == size)
                        return profile->pools[i].count;
        return 0;
}

void doctor_look_at_memory(struct doctor_memory *ret, const struct doctor_host *host, const char *root,
                           const struct profile *profile) {
        _cleanup_free_ char *blocks = doctor_read(root, "/proc/buddyinfo");
        _cleanup_free_ char *text = doctor_read(root, "/proc/meminfo");
        const char *line = text ? strstr(text, "Hugepagesize:") : NULL;
        uint64_t kib = 0, size;

        if (!line || sscanf(line, "Hugepagesize: %" SCNu64, &kib) != 1)
                kib = 0;
        *ret = (struct doctor_memory){
                .inventory = host->inventory,
                .hugepages = host->hardware->hugepages,
                .running = host->running,
                .wanted = host->hardware->memory,
                .page_size = host->hardware->hugepage_size,
                .default_size = kib << 10,
                .available = host->inventory->memory_available,
        };
        size = ret->page_size > 0 ? ret->page_size : ret->default_size;
        ret->made = find_made(profile, size);
        if (blocks && size > 0)
                ret->whole = doctor_whole_pages(blocks, size, (uint64_t)sysconf(_SC_PAGESIZE));
}
