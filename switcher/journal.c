/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "switcher/journal-internal.h"

#include <fcntl.h>
#include <limits.h>
#include <sys/stat.h>

#include <systemd/sd-id128.h>

#define TEMPORARY JOURNAL_NAME ".new"

int journal_boot(char boot[static LOAN_BOOT_SIZE]) {
        sd_id128_t id;
        int r;

        _Static_assert(SD_ID128_STRING_MAX == LOAN_BOOT_SIZE, "a boot is told by its id");
        r = sd_id128_get_boot(&id);
        if (r < 0)
                return r;
        sd_id128_to_string(id, boot);
        return 0;
}

struct journal *journal_free(struct journal *journal) {
        if (!journal)
                return NULL;
        close_fd(journal->fd);
        loan_free(journal->loan);
        free(journal->directory);
        free(journal);
        return NULL;
}

static int new_journal(struct journal **ret, const char *directory) {
        _cleanup_(journal_freep) struct journal *journal = calloc(1, sizeof(*journal));

        if (!journal)
                return -ENOMEM;
        journal->fd = -1;
        journal->directory = strdup(directory);
        if (!journal->directory)
                return -ENOMEM;
        *ret = steal_ptr(journal);
        return 0;
}

void journal_watch(struct journal *journal, journal_fn fn, void *userdata) {
        journal->watch = fn;
        journal->userdata = userdata;
}

const struct loan *journal_loan(const struct journal *journal) {
        return journal->loan;
}

size_t journal_damage(const struct journal *journal) {
        return journal->damage;
}

static void watch(const struct journal *journal, bool written) {
        if (journal->watch)
                journal->watch(written, journal->userdata);
}

/* At once: a line is written whole, or the disk has failed. */
static int write_line(int fd, const struct record *record) {
        _cleanup_free_ char *line = record_encode(record), *text = NULL;
        ssize_t n;
        int size;

        size = line ? asprintf(&text, "%s\n", line) : -1;
        if (size < 0) {
                text = NULL; /* asprintf leaves it undefined */
                return -ENOMEM;
        }
        n = write(fd, text, (size_t)size);
        if (n != size)
                return n < 0 ? -errno : -ENOSPC;
        return fdatasync(fd) < 0 ? -errno : 0;
}

/* The file appears whole, or not at all. -EEXIST: there is one; not every file system can rename that way. */
static int put(int directory, const struct record *begin) {
        _cleanup_close_ int fd = -1;
        int r;

        (void)unlinkat(directory, TEMPORARY, 0);
        fd = openat(directory, TEMPORARY, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
        if (fd < 0 || fchmod(fd, 0644) < 0)
                return -errno;
        r = write_line(fd, begin);
        if (r < 0)
                return r;
        if (fsync(fd) < 0 || linkat(directory, TEMPORARY, directory, JOURNAL_NAME, 0) < 0)
                return -errno;
        (void)unlinkat(directory, TEMPORARY, 0);
        return fsync(directory) < 0 ? -errno : 0;
}

int journal_create(struct journal **ret, const char *directory, const struct record *begin) {
        _cleanup_(journal_freep) struct journal *journal = NULL;
        _cleanup_close_ int folder = -1;
        int r;

        if (mkdir(directory, 0755) < 0 && errno != EEXIST)
                return -errno;
        folder = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        if (folder < 0)
                return -errno;
        r = put(folder, begin);
        if (r < 0)
                return r;
        r = journal_open(&journal, directory);
        if (r < 0)
                return r;
        *ret = steal_ptr(journal);
        return 0;
}

static int open_file(const char *directory, int flags) {
        char path[PATH_MAX];
        int fd;

        snprintf(path, sizeof(path), "%s/" JOURNAL_NAME, directory);
        fd = open(path, flags | O_CLOEXEC);
        return fd < 0 ? -errno : fd;
}

int journal_open(struct journal **ret, const char *directory) {
        _cleanup_(journal_freep) struct journal *journal = NULL;
        struct journal_text text;
        int r;

        r = new_journal(&journal, directory);
        if (r < 0)
                return r;
        journal->fd = open_file(directory, O_RDWR | O_APPEND);
        if (journal->fd < 0)
                return journal->fd;
        r = journal_load(&text, journal->fd);
        if (r < 0)
                return r;
        journal->loan = text.loan;
        journal->damage = text.damage;
        journal->size = (off_t)text.whole;
        if (ftruncate(journal->fd, journal->size) < 0)
                return -errno;
        *ret = steal_ptr(journal);
        return 0;
}

/* The disk has failed: what it holds is cut back to what is known to be there. */
static void cut_back(struct journal *journal, int error) {
        journal->broken = error;
        if (ftruncate(journal->fd, journal->size) == 0)
                (void)fdatasync(journal->fd);
}

static int put_on_disk(struct journal *journal, const struct record *record) {
        struct stat st;
        int r;

        if (journal->broken < 0)
                return journal->broken;
        r = write_line(journal->fd, record);
        if (r >= 0 && fstat(journal->fd, &st) < 0)
                r = -errno;
        if (r < 0)
                cut_back(journal, r);
        else
                journal->size = st.st_size;
        return r;
}

/* In memory it has come about already. */
static int forget(struct journal *journal, int error) {
        struct journal_text text;

        if (journal_load(&text, journal->fd) >= 0) {
                loan_free(journal->loan);
                journal->loan = text.loan;
        }
        return error;
}

int journal_append(struct journal *journal, const struct record *record) {
        int r;

        watch(journal, false);
        r = loan_fold(journal->loan, record);
        if (r < 0)
                return r;
        r = put_on_disk(journal, record);
        if (r < 0)
                return forget(journal, r);
        watch(journal, true);
        return 0;
}

int journal_note(struct journal *journal, const struct record *record) {
        bool known = journal->broken < 0;
        int r;

        watch(journal, false);
        r = loan_fold(journal->loan, record);
        if (r >= 0)
                r = put_on_disk(journal, record);
        watch(journal, true);
        return r < 0 && known && r == journal->broken ? 0 : r;
}

int journal_finish(struct journal *journal, const char *how) {
        _cleanup_(record_done) struct record record = { 0 };
        int r;

        r = record_make_end(&record, how);
        if (r < 0)
                return r;
        if (journal->loan->phase != LOAN_ENDED)
                (void)journal_note(journal, &record); /* it is the renaming that counts */
        watch(journal, false);
        r = journal_retire(journal->directory);
        watch(journal, true);
        return r;
}

int journal_read(struct loan **ret, const char *directory, size_t *ret_damage) {
        _cleanup_close_ int fd = open_file(directory, O_RDONLY);
        struct journal_text text;
        int r;

        if (fd < 0)
                return fd;
        r = journal_load(&text, fd);
        if (r < 0)
                return r;
        if (ret_damage)
                *ret_damage = text.damage;
        *ret = text.loan;
        return 0;
}
