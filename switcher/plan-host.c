/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What else of the host has something against it: the guest, memory, processors, Xorg's snippets. */
#include "switcher/plan-internal.h"

#include <inttypes.h>
#include <limits.h>
#include <sys/stat.h>

#include "switcher/adopt.h"
#include "switcher/cpu-list.h"

/* What the host has to have left when the guest has got its huge pages. */
#define RESERVE ((uint64_t)512 << 20)
#define MIB     ((uint64_t)1 << 20)

/* libvirt is what binds the devices, too. */
static void judge_guest(struct planner *planner) {
        const struct profile *profile = planner->facts->profile;

        if (planner->facts->guest_problem) {
                planner_refuse(planner, "libvirt at %s does not answer: %s", profile->uri,
                               planner->facts->guest_problem);
                planner_advise(planner, "'virsh -c %s list' has to work; start libvirtd, or see its journal",
                               profile->uri);
        }
        if (planner->facts->guest_missing)
                planner_warn(
                        planner,
                        "libvirt at %s knows no guest %s: see 'virsh -c %s list --all', and correct 'domain "
                        "=' in %s",
                        profile->uri, profile->domain, profile->uri, planner->profile);
        if (planner->facts->guest_runs) {
                planner_refuse(planner, "the guest %s runs already", profile->domain);
                planner_advise(planner, "'virsh -c %s shutdown %s'", profile->uri, profile->domain);
        }
}

static const struct inventory_pool *find_pool(const struct planner *planner, uint64_t size) {
        const struct inventory *inventory = planner->facts->inventory;

        for (size_t i = 0; i < inventory->n_pools; i++)
                if (inventory->pools[i].size == size)
                        return &inventory->pools[i];
        return NULL;
}

/* Bytes that are missing; refuses a size that the kernel does not have. */
static uint64_t judge_pool(struct planner *planner, const struct profile_pool *wanted) {
        const struct inventory_pool *pool = find_pool(planner, wanted->size);
        uint64_t available, missing;

        if (!pool) {
                planner_refuse(planner, "the kernel has no huge pages of %" PRIu64 " kB", wanted->size >> 10);
                planner_advise(
                        planner,
                        "correct 'hugepages =' in %s; 'ls /sys/kernel/mm/hugepages' lists the sizes that "
                        "there are",
                        planner->profile);
                return 0;
        }
        available = pool->free > pool->reserved ? pool->free - pool->reserved : 0;
        missing = wanted->count > available ? wanted->count - available : 0;
        return __builtin_mul_overflow(missing, wanted->size, &missing) ? UINT64_MAX / 2 : missing;
}

static void judge_memory(struct planner *planner) {
        const struct profile *profile = planner->facts->profile;
        uint64_t available = planner->facts->inventory->memory_available, missing = 0, spare;

        for (size_t i = 0; i < profile->n_pools; i++) {
                uint64_t of_pool = judge_pool(planner, &profile->pools[i]);

                if (__builtin_add_overflow(missing, of_pool, &missing))
                        missing = UINT64_MAX;
        }
        spare = available > RESERVE ? available - RESERVE : 0;
        if (missing <= spare)
                return;
        planner_refuse(planner,
                       "there is not enough memory for the huge pages: %" PRIu64
                       " MiB are missing, and %" PRIu64 " MiB can be spared",
                       missing / MIB, spare / MIB);
        planner_advise(planner,
                       "close programs until there are %" PRIu64 " MiB more, or lower 'hugepages =' in %s",
                       (missing - spare + MIB - 1) / MIB, planner->profile);
}

/* Both are of the right form: the inventory's is the kernel's, and the profile's was checked. */
static void judge_cpus(struct planner *planner) {
        const char *wanted = planner->facts->profile->host_cpus;
        const char *online = planner->facts->inventory->cpus;
        cpu_set_t host, all, both;

        CPU_ZERO(&host);
        CPU_ZERO(&all);
        if (!*wanted || cpu_list_add(&host, wanted) < 0 || cpu_list_add(&all, online) < 0)
                return;
        CPU_AND(&both, &host, &all);
        if (CPU_EQUAL(&both, &host) && !CPU_EQUAL(&host, &all))
                return;
        if (CPU_EQUAL(&host, &all))
                planner_refuse(planner,
                               "'host-cpus = %s' names all processors: none would be the guest's alone",
                               wanted);
        else
                planner_refuse(planner, "'host-cpus = %s' names processors that are not there", wanted);
        planner_advise(planner, "correct it in %s, or leave it out; there are %s", planner->profile, online);
}

void planner_judge_host(struct planner *planner) {
        judge_guest(planner);
        judge_memory(planner);
        judge_cpus(planner);
}

struct snippet {
        const char *name;
        char link[PATH_MAX]; /* in xorg.conf.d */
        char file[PATH_MAX]; /* in xorg.conf.avail */
        char said[PATH_MAX]; /* where the link leads */
        bool adopted;
};

static void refuse_snippet(struct planner *planner, const struct snippet *snippet, const char *what) {
        planner_refuse(planner, "%s %s", snippet->link, what);
        planner_advise(planner,
                       "its file belongs in xorg.conf.avail, and in xorg.conf.d a link to it: 'ln -s "
                       "../xorg.conf.avail/%s %s'; or correct 'xorg-snippets =' in %s",
                       snippet->name, snippet->link, planner->profile);
}

/* An adopted one leads to a link in /run, which tmpfiles makes anew at each boot; see switcher/adopt.h. */
static void read_link(struct snippet *snippet) {
        ssize_t n = readlink(snippet->link, snippet->said, sizeof(snippet->said) - 1);

        snippet->said[n > 0 ? n : 0] = '\0';
        snippet->adopted = adopt_is_target(snippet->said, snippet->name);
}

static bool judge_snippet(struct planner *planner, struct snippet *snippet) {
        struct stat st;

        if (lstat(snippet->link, &st) < 0)
                return refuse_snippet(planner, snippet, "is not there"), false;
        if (!S_ISLNK(st.st_mode))
                return refuse_snippet(planner, snippet, "is no link, and would be lost"), false;
        read_link(snippet);
        if (!snippet->adopted && !realpath(snippet->link, snippet->file))
                return refuse_snippet(planner, snippet, "is a link that leads nowhere"), false;
        if (stat(snippet->file, &st) < 0 || !S_ISREG(st.st_mode))
                return refuse_snippet(planner, snippet, "is a link to what is no file"), false;
        return true;
}

void planner_add_snippets(struct planner *planner) {
        const char *folder = planner->facts->snippets ?: "/etc/X11";

        for (char **name = planner->facts->profile->xorg_snippets; *name; name++) {
                struct snippet snippet = { .name = *name };
                struct step *step;

                snprintf(snippet.link, sizeof(snippet.link), "%s/xorg.conf.d/%s", folder, *name);
                snprintf(snippet.file, sizeof(snippet.file), "%s/xorg.conf.avail/%s", folder, *name);
                if (!judge_snippet(planner, &snippet))
                        continue;
                step = planner_step(planner, STEP_XORG_SNIPPET, *name);
                planner_tell(planner, step, "persistent", snippet.adopted ? "no" : "yes");
                planner_tell(planner, step, "avail", "%s", snippet.file);
        }
}
