/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "switcher/adopt-file.h"

#include <ctype.h>

#include "switcher/adopt.h"

#define MARK  "# was: "
#define ARROW " -> "

bool adopt_name_is_valid(const char *name) {
        size_t n = strlen(name);

        if (n <= strlen(".conf") || n > 128 || strcmp(name + n - strlen(".conf"), ".conf") != 0 ||
            *name == '.')
                return false;
        for (; *name; name++)
                if (!isalnum((unsigned char)*name) && !strchr("-_.", *name))
                        return false;
        return true;
}

bool adopt_is_target(const char *target, const char *name) {
        static const char run[] = ADOPT_RUN "/";

        return strncmp(target, run, strlen(run)) == 0 && strcmp(target + strlen(run), name) == 0;
}

/* No blank, quote, backslash or specifier: nothing that could mean something else in the line. */
static bool is_plain(const char *path) {
        for (; *path; path++)
                if (!isalnum((unsigned char)*path) && !strchr("/-_.+@:,", *path))
                        return false;
        return true;
}

static void adopted_done(struct adopted *adopted) {
        free(adopted->name);
        free(adopted->was);
}

void adopted_list_done(struct adopted_list *list) {
        for (size_t i = 0; i < list->n; i++)
                adopted_done(&list->items[i]);
        free(list->items);
        *list = (struct adopted_list){ 0 };
}

struct adopted *adopted_list_find(const struct adopted_list *list, const char *name) {
        for (size_t i = 0; i < list->n; i++)
                if (strcmp(list->items[i].name, name) == 0)
                        return &list->items[i];
        return NULL;
}

static int add(struct adopted_list *list, const char *name, const char *was) {
        struct adopted adopted = { strdup(name), strdup(was) };
        struct adopted *grown = reallocarray(list->items, list->n + 1, sizeof(*grown));

        if (grown)
                list->items = grown;
        if (!grown || !adopted.name || !adopted.was) {
                adopted_done(&adopted);
                return -ENOMEM;
        }
        grown[list->n++] = adopted;
        return 0;
}

int adopted_list_set(struct adopted_list *list, const char *name, const char *was) {
        struct adopted *known = adopted_list_find(list, name);

        if (!adopt_name_is_valid(name) || !*was || !is_plain(was))
                return -EINVAL;
        return known ? replace_string(&known->was, was) : add(list, name, was);
}

static int parse_line(struct adopted_list *list, char *line) {
        char *name = line + strlen(MARK), *arrow;
        int r;

        if (strncmp(line, MARK, strlen(MARK)) != 0)
                return 0;
        arrow = strstr(name, ARROW);
        if (!arrow)
                return 0;
        *arrow = '\0';
        r = adopted_list_set(list, name, arrow + strlen(ARROW));
        return r == -EINVAL ? 0 : r;
}

int adopted_list_parse(struct adopted_list *list, const char *text) {
        _cleanup_free_ char *copy = strdup(text);
        char *rest = copy;
        int r = copy ? 0 : -ENOMEM;

        while (r >= 0 && rest)
                r = parse_line(list, strsep(&rest, "\n"));
        return r;
}

char *adopted_file(const struct adopted *adopted) {
        char *file;
        int r;

        if (*adopted->was == '/')
                return strdup(adopted->was);
        r = asprintf(&file, ADOPT_ETC "/%s", adopted->was);
        return r < 0 ? NULL : file;
}

/* "!": at boot only, so that nobody who runs systemd-tmpfiles puts it back while the card is lent. */
static int put(FILE *out, const struct adopted *adopted) {
        _cleanup_free_ char *file = adopted_file(adopted);

        if (!file)
                return -ENOMEM;
        fprintf(out, MARK "%s" ARROW "%s\n", adopted->name, adopted->was);
        fprintf(out, "L+! " ADOPT_RUN "/%s - - - - %s\n", adopted->name, file);
        return 0;
}

char *adopted_list_format(const struct adopted_list *list, const char *profile) {
        char *text = NULL;
        size_t size;
        FILE *out = open_memstream(&text, &size);
        int r = 0;

        if (!out)
                return NULL;
        fprintf(out,
                "# Xorg snippets that are taken away while their card is lent: the links in " ADOPT_ETC "\n"
                "# point to these. Written by 'pillion-switch adopt %s', undone with --undo.\n",
                profile);
        for (size_t i = 0; r >= 0 && i < list->n; i++)
                r = put(out, &list->items[i]);
        if (fclose(out) == 0 && r >= 0)
                return text;
        free(text);
        return NULL;
}
