/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which file is a profile's, whether it is to be believed, and what has to be there for what it says. */
#include "switcher/profile.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

#include "core/argv.h"
#include "switcher/profile-internal.h"
#include "switcher/profile-values.h"
#include "switcher/trusted.h"

struct loading {
        struct profile *profile;
        int *seen;
        uid_t owner;
        void (*report)(const char *message, void *userdata);
        void *userdata;
};

bool profile_name_is_valid(const char *name) {
        static const char *const reserved[] = { "pillion", "devices" };
        size_t length = strlen(name);

        for (size_t i = 0; i < sizeof(reserved) / sizeof(*reserved); i++)
                if (strcmp(name, reserved[i]) == 0)
                        return false;
        for (size_t i = 0; i < length; i++)
                if (!isalnum((unsigned char)name[i]) && (i == 0 || !strchr("-_.", name[i])))
                        return false;
        return length > 0 && length <= 64 && name[length - 1] != '.';
}

static int place(struct ini_place *ret, const char *section, int line, void *userdata) {
        struct loading *loading = userdata;

        *ret = (struct ini_place){ loading->profile, loading->seen };
        return 0;
}

/* The program is not opened, only looked at: it need not be for everybody to read. */
static int check_hook(const char *program, uid_t owner, char *why, size_t size) {
        _cleanup_close_ int fd = -1;
        struct stat st;

        if (*program != '/' || strstr(program, "/../")) {
                snprintf(why, size, "'%s' is not an absolute path without '..'", program);
                return -EINVAL;
        }
        fd = trusted_open(program, O_PATH, owner, why, size);
        if (fd < 0 && fd != -EPERM)
                snprintf(why, size, "%s cannot be found: %s", program, strerror(-fd));
        if (fd < 0)
                return fd;
        if (fstat(fd, &st) < 0 || (st.st_mode & S_IXUSR) == 0) {
                snprintf(why, size, "%s is not executable: 'chmod +x %s'", program, program);
                return -EACCES;
        }
        return 0;
}

static int check(const struct ini_option *option, const char *value, char *why, size_t size, void *userdata) {
        struct loading *loading = userdata;
        char ***argv = (char ***)((char *)loading->profile + option->offset);

        if (option->kind != PROFILE_HOOK)
                return 0;
        return check_hook((*argv)[0], loading->owner, why, size);
}

static void report(const char *message, void *userdata) {
        struct loading *loading = userdata;

        loading->report(message, loading->userdata);
}

static FILE *open_stream(int fd) {
        FILE *file = fdopen(fd, "r");

        if (!file)
                close_fd(fd);
        return file;
}

static int read_file(struct loading *loading) {
        const struct ini_reading reading = {
                .table = &profile_table,
                .path = loading->profile->path,
                .place = place,
                .check = check,
                .report = report,
                .userdata = loading,
        };
        _cleanup_fclose_ FILE *file = NULL;
        char why[600], message[700];
        int fd, r;

        fd = trusted_open(loading->profile->path, O_RDONLY, loading->owner, why, sizeof(why));
        if (fd == -EPERM) {
                snprintf(message, sizeof(message), "%s: is refused: %s", loading->profile->path, why);
                report(message, loading);
                return fd;
        }
        if (fd < 0)
                return fd == -ENOENT ? fd : ini_unreadable(&reading, fd);
        file = open_stream(fd);
        if (!file)
                return -ENOMEM;
        r = ini_read(file, &reading);
        return r > 0 ? -EINVAL : r;
}

/* What was not said: nothing, or what goes by the profile's name. */
static int fill(struct profile *profile) {
        char ***lists[] = { &profile->snapshots, &profile->functions, &profile->stop_units,
                            &profile->end_programs, &profile->xorg_snippets };
        char **texts[] = { &profile->host_cpus, &profile->governor, &profile->path };
        int r = 0;

        for (size_t i = 0; r >= 0 && i < sizeof(lists) / sizeof(*lists); i++)
                if (!*lists[i])
                        r = value_set_list("", lists[i], value_is_text);
        for (size_t i = 0; r >= 0 && i < sizeof(texts) / sizeof(*texts); i++)
                if (!*texts[i])
                        r = replace_string(texts[i], "");
        return r < 0 || profile->domain ? r : replace_string(&profile->domain, profile->name);
}

static int make(struct profile **ret, const char *name) {
        _cleanup_(profile_freep) struct profile *profile = calloc(1, sizeof(*profile));
        int r;

        if (!profile_name_is_valid(name))
                return -EINVAL;
        if (!profile)
                return -ENOMEM;
        r = replace_string(&profile->name, name);
        if (r < 0)
                return r;
        r = ini_set_defaults(&profile_table, false, profile);
        if (r < 0)
                return r;
        *ret = steal_ptr(profile);
        return 0;
}

int profile_load(struct profile **ret, const char *directory, const char *name, uid_t owner,
                 void (*report_fn)(const char *message, void *userdata), void *userdata) {
        _cleanup_(profile_freep) struct profile *profile = NULL;
        _cleanup_free_ int *seen = calloc(profile_table.n, sizeof(*seen));
        struct loading loading = { NULL, seen, owner, report_fn, userdata };
        int r;

        r = seen ? make(&profile, name) : -ENOMEM;
        if (r < 0)
                return r;
        if (asprintf(&profile->path, "%s/%s.conf", directory, name) < 0) {
                profile->path = NULL; /* asprintf leaves it undefined */
                return -ENOMEM;
        }
        loading.profile = profile;
        r = read_file(&loading);
        if (r < 0)
                return r;
        r = fill(profile);
        if (r < 0)
                return r;
        *ret = steal_ptr(profile);
        return 0;
}

int profile_default(struct profile **ret, const char *name) {
        _cleanup_(profile_freep) struct profile *profile = NULL;
        int r;

        r = make(&profile, name);
        if (r < 0)
                return r;
        r = fill(profile);
        if (r < 0)
                return r;
        *ret = steal_ptr(profile);
        return 0;
}

struct profile *profile_free(struct profile *profile) {
        if (!profile)
                return NULL;
        free(profile->name);
        free(profile->path);
        free(profile->domain);
        free(profile->uri);
        argv_free(profile->snapshots);
        argv_free(profile->functions);
        argv_free(profile->stop_units);
        argv_free(profile->end_programs);
        argv_free(profile->xorg_snippets);
        value_monitors_free(profile->monitors, profile->n_monitors);
        free(profile->pools);
        free(profile->host_cpus);
        free(profile->governor);
        argv_free(profile->before_lend);
        argv_free(profile->after_lend);
        argv_free(profile->before_return);
        argv_free(profile->after_return);
        free(profile);
        return NULL;
}

void profile_print_manual(FILE *out) {
        ini_print_manual(out, &profile_table);
}
