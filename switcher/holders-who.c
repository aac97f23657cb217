/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Who a process is: its program, its user, and the units that systemd has put it into. */
#include <pwd.h>

#include "switcher/holders-internal.h"
#include "switcher/kernel-text.h"

void holder_done(struct holder *holder) {
        free(holder->program);
        free(holder->unit);
        free(holder->user_unit);
        free(holder->user);
}

/* A program chooses its name, which goes to terminals and into journals. */
static void make_harmless(char *text) {
        for (; *text; text++)
                if (*text < ' ' || *text > '~')
                        *text = '?';
}

static char *user_name(uid_t uid) {
        struct passwd entry, *found = NULL;
        char buffer[4096], number[16];

        if (getpwuid_r(uid, &entry, buffer, sizeof(buffer), &found) == 0 && found)
                return strdup(found->pw_name);
        snprintf(number, sizeof(number), "%u", uid);
        return strdup(number);
}

static bool ends_with(const char *text, const char *end) {
        size_t length = strlen(text), size = strlen(end);

        return length > size && strcmp(text + length - size, end) == 0;
}

static bool is_unit(const char *part) {
        static const char *const kinds[] = { ".service", ".scope", ".socket", ".mount", ".swap" };

        for (size_t i = 0; i < sizeof(kinds) / sizeof(*kinds); i++)
                if (ends_with(part, kinds[i]))
                        return true;
        return false;
}

/* The first part of *REST that is no slice: the unit; "" if that is none. */
static void next_unit(char **rest, char *unit, size_t size) {
        const char *part;

        *unit = '\0';
        while ((part = strsep(rest, "/"))) {
                part += *part == '_'; /* systemd's way to keep clear of the kernel's own names */
                if (!*part || ends_with(part, ".slice"))
                        continue;
                if (is_unit(part))
                        snprintf(unit, size, "%s", part);
                return;
        }
}

static const char *next_line(const char *line) {
        const char *end = strchr(line, '\n');

        return end ? end + 1 : NULL;
}

/* The path in the hierarchy called NAME, in TEXT's lines "1:name=systemd:/init.scope"; NULL: none. */
static const char *path_in(const char *text, const char *name) {
        for (const char *line = text; line && *line; line = next_line(line)) {
                const char *field = line + strcspn(line, ":\n");
                size_t length = strlen(name);

                if (*field == ':' && strncmp(field + 1, name, length) == 0 && field[1 + length] == ':')
                        return field + 1 + length + 1;
        }
        return NULL;
}

/* systemd's own hierarchy, where there is one beside the others, or the only one there is. */
void holder_units(const char *text, char *unit, char *user_unit, size_t size) {
        const char *own = path_in(text, "name=systemd");
        const char *path = (own && strcspn(own, "\n") > 1 ? own : path_in(text, "")) ?: "";
        _cleanup_free_ char *copy = strndup(path, strcspn(path, "\n"));
        char *rest = copy;

        *user_unit = '\0';
        next_unit(&rest, unit, size);
        if (strncmp(unit, "user@", strlen("user@")) == 0)
                next_unit(&rest, user_unit, size);
}

int holder_identify(struct holder *holder, int directory) {
        char program[64], status[1024], cgroup[4096], unit[256], user_unit[256];
        const char *uid;

        if (kernel_text(directory, "comm", program, sizeof(program)) < 0 ||
            kernel_text(directory, "status", status, sizeof(status)) < 0)
                return -ENOENT;
        make_harmless(program);
        uid = strstr(status, "\nUid:");
        holder->uid = uid ? (uid_t)strtoul(uid + strlen("\nUid:"), NULL, 10) : 0;
        (void)kernel_text(directory, "cgroup", cgroup, sizeof(cgroup));
        holder_units(cgroup, unit, user_unit, sizeof(unit));
        holder->program = strdup(program);
        holder->unit = strdup(unit);
        holder->user_unit = strdup(user_unit);
        holder->user = user_name(holder->uid);
        return holder->program && holder->unit && holder->user_unit && holder->user ? 0 : -ENOMEM;
}
