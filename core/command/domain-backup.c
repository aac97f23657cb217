/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/command/domain-backup.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdbool.h>
#include <sys/stat.h>
#include <time.h>

#define SUFFIX  ".xml"
#define BECAME  ".became.xml"
#define UNDONE  ".undone"
#define LONGEST (16u << 20)

static int folder_of(char **ret, const char *domain) {
        const char *state = getenv("XDG_STATE_HOME"), *home = getenv("HOME");
        int n;

        if (!*domain || *domain == '.' || strchr(domain, '/'))
                return -EINVAL;
        if (state && *state == '/')
                n = asprintf(ret, "%s/pillion/domains/%s", state, domain);
        else if (home && *home == '/')
                n = asprintf(ret, "%s/.local/state/pillion/domains/%s", home, domain);
        else
                return -ENOENT;
        return n < 0 ? -ENOMEM : 0;
}

/* With all that is above it. */
static int make_folder(const char *path) {
        _cleanup_free_ char *part = strdup(path);

        for (char *slash = part; part && slash; *slash = '/') {
                slash = strchr(slash + 1, '/');
                if (slash)
                        *slash = '\0';
                if (mkdir(part, 0700) < 0 && errno != EEXIST)
                        return -errno;
                if (!slash)
                        return 0;
        }
        return -ENOMEM;
}

static int write_all(int fd, const char *text) {
        for (size_t left = strlen(text); left > 0;) {
                ssize_t n = write(fd, text, left);

                if (n < 0 && errno != EINTR)
                        return -errno;
                text += n > 0 ? n : 0;
                left -= n > 0 ? (size_t)n : 0;
        }
        return fsync(fd) < 0 ? -errno : 0;
}

/* Never takes another's place; a part of one is not left behind. */
static int write_file(const char *path, const char *text) {
        _cleanup_close_ int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
        int r;

        if (fd < 0)
                return -errno;
        r = write_all(fd, text);
        if (r < 0)
                unlink(path);
        return r;
}

static int read_file(char **ret, const char *path) {
        _cleanup_fclose_ FILE *file = fopen(path, "re");
        _cleanup_free_ char *text = NULL;
        struct stat st;
        size_t n;

        if (!file || fstat(fileno(file), &st) < 0)
                return -errno;
        if (st.st_size > LONGEST)
                return -EFBIG;
        text = malloc((size_t)st.st_size + 1);
        if (!text)
                return -ENOMEM;
        n = fread(text, 1, (size_t)st.st_size, file);
        text[n] = '\0';
        *ret = steal_ptr(text);
        return 0;
}

/* In UTC, so that the newest is the last by name. */
static char *name_now(const char *folder) {
        struct timespec now;
        struct tm parts;
        char text[32], *path;

        clock_gettime(CLOCK_REALTIME, &now);
        strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%S", gmtime_r(&now.tv_sec, &parts));
        return asprintf(&path, "%s/%s.%06ldZ" SUFFIX, folder, text, now.tv_nsec / 1000) < 0 ? NULL : path;
}

int domain_backup_keep(char **ret_path, const char *domain, const char *was) {
        _cleanup_free_ char *folder = NULL, *path = NULL;
        int r;

        r = folder_of(&folder, domain);
        if (r < 0)
                return r;
        r = make_folder(folder);
        if (r < 0)
                return r;
        path = name_now(folder);
        if (!path)
                return -ENOMEM;
        r = write_file(path, was);
        if (r >= 0)
                *ret_path = steal_ptr(path);
        return r;
}

/* The path of what lies beside the backup at PATH. */
static char *beside_of(const char *path, const char *suffix) {
        char *beside;
        int stem = (int)(strlen(path) - strlen(SUFFIX));

        return asprintf(&beside, "%.*s%s", stem, path, suffix) < 0 ? NULL : beside;
}

int domain_backup_complete(const char *path, const char *became) {
        _cleanup_free_ char *beside = beside_of(path, BECAME);

        return beside ? write_file(beside, became) : -ENOMEM;
}

int domain_backup_keep_forced(char **ret_path, const char *path, const char *now) {
        _cleanup_free_ char *beside = beside_of(path, UNDONE);
        int r;

        if (!beside)
                return -ENOMEM;
        unlink(beside); /* of a try that failed */
        r = write_file(beside, now);
        if (r >= 0)
                *ret_path = steal_ptr(beside);
        return r;
}

static int fill(struct domain_backup *ret, const char *path) {
        _cleanup_(domain_backup_done) struct domain_backup backup = { .path = strdup(path) };
        _cleanup_free_ char *beside = beside_of(path, BECAME);
        int r;

        if (!backup.path || !beside)
                return -ENOMEM;
        r = read_file(&backup.was, path);
        if (r < 0)
                return r;
        r = read_file(&backup.became, beside);
        if (r < 0 && r != -ENOENT)
                return r;
        *ret = backup;
        backup = (struct domain_backup){ 0 };
        return 0;
}

static bool ends_with(const char *name, const char *suffix) {
        size_t length = strlen(name), tail = strlen(suffix);

        return length > tail && strcmp(name + length - tail, suffix) == 0;
}

static int is_backup(const struct dirent *entry) {
        return ends_with(entry->d_name, SUFFIX) && !ends_with(entry->d_name, BECAME);
}

/* The path of the last by name. */
static int find_newest(char **ret, const char *folder) {
        struct dirent **entries;
        int n = scandir(folder, &entries, is_backup, alphasort), r = 0;

        if (n < 0)
                return -errno;
        if (n == 0)
                r = -ENOENT;
        else if (asprintf(ret, "%s/%s", folder, entries[n - 1]->d_name) < 0)
                r = -ENOMEM;
        for (int i = 0; i < n; i++)
                free(entries[i]);
        free(entries);
        return r;
}

int domain_backup_newest(struct domain_backup *ret, const char *domain) {
        _cleanup_free_ char *folder = NULL, *path = NULL;
        int r;

        r = folder_of(&folder, domain);
        if (r < 0)
                return r;
        r = find_newest(&path, folder);
        return r < 0 ? r : fill(ret, path);
}

void domain_backup_drop(const char *path) {
        _cleanup_free_ char *beside = beside_of(path, BECAME);

        if (beside)
                unlink(beside);
        unlink(path);
}

void domain_backup_done(struct domain_backup *backup) {
        free(backup->path);
        free(backup->was);
        free(backup->became);
        *backup = (struct domain_backup){ 0 };
}
