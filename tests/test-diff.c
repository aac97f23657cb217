/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What diff -u would say; and of thousands of random texts that patch makes the second of the first, and that
 * no shorter way was there.
 */
#include "core/command/diff.h"

#include <sys/stat.h>

#include "core/cleanup.h"
#include "tests/test.h"

#define LINES 40

static char folder[] = "/tmp/test-diff-XXXXXX";

static void check(const char *before, const char *after, const char *expected) {
        _cleanup_free_ char *seen = diff_unified(before, after, "a", "b");

        CHECK_STR(seen, expected);
}

static void test_by_hand(void) {
        check("", "", "");
        check("a\nb\n", "a\nb\n", "");
        check("", "a\n", "--- a\n+++ b\n@@ -0,0 +1 @@\n+a\n");
        check("a\nb\n", "", "--- a\n+++ b\n@@ -1,2 +0,0 @@\n-a\n-b\n");
        check("a", "a\n", "--- a\n+++ b\n@@ -1 +1 @@\n-a\n\\ No newline at end of file\n+a\n");
        check("a\nb", "x\nb", "--- a\n+++ b\n@@ -1,2 +1,2 @@\n-a\n+x\n b\n\\ No newline at end of file\n");
        check("1\n2\n3\n4\n5\n6\n7\n8\n9\n", "1\n2\n3\n4\nx\n6\n7\n8\n9\n",
              "--- a\n+++ b\n@@ -2,7 +2,7 @@\n 2\n 3\n 4\n-5\n+x\n 6\n 7\n 8\n");
}

static const char *in_folder(const char *name) {
        static char path[2][100];
        static unsigned turn;

        snprintf(path[++turn % 2], sizeof(path[0]), "%s/%s", folder, name);
        return path[turn % 2];
}

static void write_file(const char *name, const char *text) {
        FILE *file = fopen(in_folder(name), "we");

        CHECK(file);
        CHECK(fputs(text, file) >= 0);
        CHECK_EQ(fclose(file), 0);
}

static char *read_file(const char *name) {
        static char text[1 << 16];
        FILE *file = fopen(in_folder(name), "re");
        size_t n;

        CHECK(file);
        n = fread(text, 1, sizeof(text) - 1, file);
        fclose(file);
        text[n] = '\0';
        return text;
}

/* Few kinds of lines, so that many are alike. */
static void make_text(char *text, unsigned *seed) {
        unsigned n = (unsigned)rand_r(seed) % LINES;

        *text = '\0';
        for (unsigned i = 0; i < n; i++)
                sprintf(text + strlen(text), "line %c\n", 'a' + rand_r(seed) % 6);
        if (n > 0 && rand_r(seed) % 8 == 0)
                text[strlen(text) - 1] = '\0';
}

/* A few lines of TEXT are left out, others put in, as an edit does. */
static void edit_text(char *to, const char *text, unsigned *seed) {
        *to = '\0';
        for (const char *line = text; *line;) {
                size_t length = strcspn(line, "\n") + 1;

                if (length > strlen(line))
                        length = strlen(line);
                if (rand_r(seed) % 8 != 0)
                        strncat(to, line, length);
                if (rand_r(seed) % 8 == 0 && *to && to[strlen(to) - 1] == '\n')
                        sprintf(to + strlen(to), "new %c\n", 'a' + rand_r(seed) % 3);
                line += length;
        }
}

/* The number of lines that a diff takes out and puts in. */
static unsigned count_changes(const char *diff) {
        unsigned n = 0;

        for (const char *line = diff; line && *line;
             line = strchr(line, '\n') ? strchr(line, '\n') + 1 : NULL)
                n += (*line == '-' || *line == '+') && strncmp(line, "---", 3) != 0 &&
                     strncmp(line, "+++", 3) != 0;
        return n;
}

static unsigned split(const char *text, const char **lines, size_t *lengths) {
        unsigned n = 0;

        while (*text) {
                size_t length = strcspn(text, "\n");

                length += text[length] == '\n';
                lines[n] = text;
                lengths[n++] = length;
                text += length;
        }
        return n;
}

/* By the longest common subsequence, the plain way. */
static unsigned least_changes(const char *before, const char *after) {
        const char *a[2 * LINES], *b[2 * LINES];
        size_t a_length[2 * LINES], b_length[2 * LINES];
        unsigned n = split(before, a, a_length), m = split(after, b, b_length);
        static unsigned common[2 * LINES + 1][2 * LINES + 1];

        for (unsigned i = 1; i <= n; i++)
                for (unsigned j = 1; j <= m; j++) {
                        unsigned left = common[i - 1][j], up = common[i][j - 1];

                        common[i][j] = left > up ? left : up;
                        if (a_length[i - 1] == b_length[j - 1] &&
                            memcmp(a[i - 1], b[j - 1], a_length[i - 1]) == 0)
                                common[i][j] = common[i - 1][j - 1] + 1;
                }
        return n + m - 2 * common[n][m];
}

static void check_patch(const char *before, const char *after) {
        _cleanup_free_ char *seen = diff_unified(before, after, "a", "b");
        char command[200];

        CHECK(seen);
        CHECK_EQ(count_changes(seen), least_changes(before, after));
        CHECK_EQ(*seen == '\0', strcmp(before, after) == 0);
        if (!*seen || *after == '\0')
                return;
        write_file("a", before);
        write_file("diff", seen);
        snprintf(command, sizeof(command), "cd %s && patch -s -F0 a diff", folder);
        if (system(command) != 0)
                test_fail("patch refuses:\n%s\nof:\n%s", seen, before);
        CHECK_STR(read_file("a"), after);
}

static void test_random(unsigned rounds) {
        char before[LINES * 8 + 1], after[2 * LINES * 8 + 1];
        unsigned seed = 1;

        for (unsigned i = 0; i < rounds; i++) {
                make_text(before, &seed);
                if (i % 2 == 0)
                        edit_text(after, before, &seed);
                else
                        make_text(after, &seed);
                check_patch(before, after);
        }
}

/* One place changed at a time: there is one shortest way only, so diff -u finds the same. */
static void test_as_diff(void) {
        char before[400] = "", after[400], command[200];

        for (unsigned i = 0; i < 12; i++)
                sprintf(before + strlen(before), "line %u\n", i);
        write_file("a", before);
        for (unsigned i = 0; i < 12; i++) {
                char *at;

                strcpy(after, before);
                at = after + (i < 10 ? i * 7 : 70 + (i - 10) * 8);
                *at = 'L';
                if (i > 6)
                        after[0] = 'L'; /* and a second one, near and far */
                write_file("b", after);
                snprintf(command, sizeof(command), "cd %s && diff -u --label a --label b a b >c", folder);
                (void)!system(command);
                check(before, after, read_file("c"));
        }
}

int main(void) {
        char command[100];

        test_by_hand();
        CHECK(mkdtemp(folder));
        test_as_diff();
        if (system("command -v patch >/dev/null") == 0)
                test_random(300);
        else
                puts("patch is not installed");
        snprintf(command, sizeof(command), "rm -r %s", folder);
        CHECK_EQ(system(command), 0);
        return 0;
}
