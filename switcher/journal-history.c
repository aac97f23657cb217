/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Journals of loans that are over, by number: the highest is the latest. */
#include "switcher/journal-internal.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>

#define HISTORY "history"
#define SUFFIX  ".journal"

/* The number of a file of the history; 0: it is none. */
static unsigned long number_of(const char *name) {
        unsigned long number = 0;
        int n = 0;

        return sscanf(name, "%10lu" SUFFIX "%n", &number, &n) == 1 && n > 0 && name[n] == '\0' ? number : 0;
}

static int by_number(const struct dirent **a, const struct dirent **b) {
        unsigned long left = number_of((*a)->d_name), right = number_of((*b)->d_name);

        return (left > right) - (left < right);
}

static int is_history(const struct dirent *entry) {
        return number_of(entry->d_name) > 0;
}

struct listing {
        struct dirent **entries; /* the oldest first */
        int n;
};

static void listing_done(struct listing *listing) {
        for (int i = 0; i < listing->n; i++)
                free(listing->entries[i]);
        free(listing->entries);
}

/* -ENOENT: there is no history yet. */
static int list(struct listing *ret, int directory) {
        int n = scandirat(directory, HISTORY, &ret->entries, is_history, by_number);

        if (n < 0)
                return -errno;
        ret->n = n;
        return 0;
}

static unsigned long latest(const struct listing *listing) {
        return listing->n > 0 ? number_of(listing->entries[listing->n - 1]->d_name) : 0;
}

static void prune(int directory) {
        _cleanup_(listing_done) struct listing listing = { 0 };
        char name[PATH_MAX];

        if (list(&listing, directory) < 0)
                return;
        for (int i = 0; i < listing.n - JOURNAL_KEPT; i++) {
                snprintf(name, sizeof(name), HISTORY "/%s", listing.entries[i]->d_name);
                (void)unlinkat(directory, name, 0);
        }
}

static int sync_folder(int directory, const char *name) {
        _cleanup_close_ int fd = openat(directory, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

        return fd < 0 || fsync(fd) < 0 ? -errno : 0;
}

int journal_retire(const char *directory) {
        _cleanup_close_ int fd = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        _cleanup_(listing_done) struct listing listing = { 0 };
        char name[64];
        int r;

        if (fd < 0 || (mkdirat(fd, HISTORY, 0755) < 0 && errno != EEXIST))
                return -errno;
        r = list(&listing, fd);
        if (r < 0)
                return r;
        snprintf(name, sizeof(name), HISTORY "/%06lu" SUFFIX, latest(&listing) + 1);
        if (renameat(fd, JOURNAL_NAME, fd, name) < 0)
                return -errno;
        r = sync_folder(fd, HISTORY);
        if (r >= 0)
                r = sync_folder(fd, ".");
        prune(fd);
        return r;
}

int journal_read_last(struct loan **ret, const char *directory) {
        _cleanup_close_ int fd = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC), file = -1;
        _cleanup_(listing_done) struct listing listing = { 0 };
        struct journal_text text;
        char name[PATH_MAX];
        int r;

        if (fd < 0)
                return -errno;
        r = list(&listing, fd);
        if (r < 0)
                return r;
        if (listing.n == 0)
                return -ENOENT;
        snprintf(name, sizeof(name), HISTORY "/%s", listing.entries[listing.n - 1]->d_name);
        file = openat(fd, name, O_RDONLY | O_CLOEXEC);
        if (file < 0)
                return -errno;
        r = journal_load(&text, file);
        if (r < 0)
                return r;
        *ret = text.loan;
        return 0;
}
