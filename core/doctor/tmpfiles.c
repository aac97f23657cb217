/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The line of tmpfiles.d that makes the file. Of files with one name in several folders the first folder's
 * counts, and of lines for one path that of the first file by name. Source: tmpfiles.d(5).
 */
#include "core/doctor/audio.h"

#include <dirent.h>
#include <grp.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define MOST_FILES 256u

static const char *const folders[] = { "/etc/tmpfiles.d", "/run/tmpfiles.d", "/usr/local/lib/tmpfiles.d",
                                       "/usr/lib/tmpfiles.d" };

struct list {
        char *names[MOST_FILES];
        size_t n;
};

static void list_done(struct list *list) {
        for (size_t i = 0; i < list->n; i++)
                free(list->names[i]);
}

static int is_configuration(const struct dirent *entry) {
        size_t length = strlen(entry->d_name);

        return length > 5 && strcmp(entry->d_name + length - 5, ".conf") == 0;
}

static void add_folder(struct list *list, const char *root, const char *folder) {
        struct dirent **entries;
        char path[300];
        int n;

        snprintf(path, sizeof(path), "%s%s", root, folder);
        n = scandir(path, &entries, is_configuration, NULL);
        for (int i = 0; i < n; i++) {
                if (list->n < MOST_FILES)
                        list->names[list->n++] = strdup(entries[i]->d_name);
                free(entries[i]);
        }
        if (n >= 0)
                free(entries);
}

static int compare(const void *a, const void *b) {
        const char *left = *(char *const *)a, *right = *(char *const *)b;

        return strcmp(left ? left : "", right ? right : "");
}

static bool read_line(struct doctor_tmpfiles *ret, const char *line, const char *path) {
        struct doctor_tmpfiles found = { 0 };
        char named[300] = "", age[32] = "", content[8] = "";

        if (sscanf(line, " %7s \"%299[^\"]\" %15s %63s %63s %31s %7s", found.type, named, found.mode,
                   found.user, found.group, age, content) < 2 &&
            sscanf(line, " %7s %299s %15s %63s %63s %31s %7s", found.type, named, found.mode, found.user,
                   found.group, age, content) < 2)
                return false;
        if (found.type[0] == '#' || strcmp(named, path) != 0)
                return false;
        found.content = content[0] != '\0' && strcmp(content, "-") != 0;
        *ret = found;
        return true;
}

static bool read_file(struct doctor_tmpfiles *ret, const char *file, const char *path) {
        FILE *in = fopen(file, "re");
        char line[1000];
        bool found = false;

        while (in && !found && fgets(line, sizeof(line), in))
                found = read_line(ret, line, path);
        if (in)
                fclose(in);
        return found;
}

/* NAME in the first folder that has it. */
static bool read_named(struct doctor_tmpfiles *ret, const char *root, const char *name, const char *path) {
        char file[300];

        for (size_t i = 0; i < sizeof(folders) / sizeof(*folders); i++) {
                snprintf(file, sizeof(file), "%s%s/%s", root, folders[i], name);
                if (access(file, F_OK) < 0)
                        continue;
                if (!read_file(ret, file, path))
                        return false;
                snprintf(ret->file, sizeof(ret->file), "%s/%s", folders[i], name);
                return true;
        }
        return false;
}

static bool are_member(const char *name) {
        const struct group *group = getgrnam(name);

        return group && (group->gr_gid == getegid() || group_member(group->gr_gid));
}

void doctor_look_at_tmpfiles(struct doctor_tmpfiles *ret, const char *root, const char *path) {
        _cleanup_(list_done) struct list list = { 0 };

        *ret = (struct doctor_tmpfiles){ 0 };
        for (size_t i = 0; i < sizeof(folders) / sizeof(*folders); i++)
                add_folder(&list, root, folders[i]);
        qsort(list.names, list.n, sizeof(*list.names), compare);
        for (size_t i = 0; i < list.n; i++)
                if (list.names[i] && read_named(ret, root, list.names[i], path)) {
                        ret->member = are_member(ret->group);
                        return;
                }
}

static bool is_set(const char *field) {
        return *field && strcmp(field, "-") != 0;
}

/* Whether what the line makes is readable by the user whom FILE is about. */
static bool lets_us_read(const struct doctor_tmpfiles *line, const struct doctor_file *file) {
        const char *digits = line->mode + strspn(line->mode, "~:");
        unsigned mode = is_set(line->mode) ? (unsigned)strtoul(digits, NULL, 8) : 0644;

        if (is_set(line->user) && strcmp(line->user, file->user) == 0)
                return mode & 0400;
        return (mode & 0004) || (mode & 0040 && line->member);
}

static void judge_no_line(struct doctor *doctor, const struct doctor_file *file) {
        bool open = file->error == 0 && file->st.st_mode & 0004;

        doctor_say(doctor, file->error == 0 || !file->exists ? DOCTOR_OK : DOCTOR_WARNING,
                   "no line of tmpfiles.d makes '%s', so QEMU does%s\n"
                   "To keep it to the group kvm: 'f %s 0660 root kvm -' in /etc/tmpfiles.d/pillion.conf",
                   file->path, open ? ", and every user may listen" : "", file->path);
}

static const char *value(const char *field, const char *fallback) {
        return is_set(field) ? field : fallback;
}

void doctor_judge_tmpfiles(struct doctor *doctor, const struct doctor_tmpfiles *line,
                           const struct doctor_file *file) {
        const char *user = value(line->user, "root"), *group = value(line->group, "root"),
                   *mode = value(line->mode, "0644");

        if (!*line->file)
                judge_no_line(doctor, file);
        else if (line->type[0] != 'f' || line->content)
                doctor_say(
                        doctor, DOCTOR_PROBLEM,
                        "the line for '%s' in %s makes something other than an empty file, with which QEMU "
                        "does not start\n"
                        "Make it 'f %s 0660 root kvm -'",
                        file->path, line->file, file->path);
        else if (!lets_us_read(line, file))
                doctor_say(doctor, DOCTOR_WARNING,
                           "the line for '%s' in %s says %s:%s, mode %s, which %s cannot read\n"
                           "Make it 'f %s 0660 root kvm -', with you in the group kvm",
                           file->path, line->file, user, group, mode, file->user, file->path);
        else if (!file->exists)
                doctor_say(doctor, DOCTOR_OK,
                           "%s makes it at the next boot, or now: sudo systemd-tmpfiles --create",
                           line->file);
        else
                doctor_say(doctor, DOCTOR_OK, "%s makes it %s:%s, mode %s", line->file, user, group, mode);
}
