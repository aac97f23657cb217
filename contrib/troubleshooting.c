/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Prints the page about troubleshooting, as Markdown, from the doctor's table of checks and the journal's
 * catalogue, whose file it is given; a program of the build, never installed.
 */
#include <string.h>

#include "core/doctor/doctor.h"

static const char introduction[] =
        "# Troubleshooting\n"
        "\n"
        "Made from what pillion itself says; nothing is here that it would not tell you. These commands "
        "show what of it is the case:\n"
        "\n"
        "    pillion status\n"
        "    pillion doctor\n"
        "    pillion logs\n"
        "    journalctl --user -x -u pilliond\n"
        "    journalctl -x -u 'pillion-guest@*'\n"
        "\n"
        "The keyboard does not react? LeftCtrl+LeftAlt+LeftShift+Backspace brings it home. There is no "
        "picture? Everything works from another console (Ctrl+Alt+F3) and over ssh; `systemctl stop "
        "'pillion-guest@*'` and `pillion-switch restore` give back what is lent.\n";

/* What the journal puts in, for one who reads about no message in particular. */
static const struct {
        const char *field, *word;
} fields[] = {
        { "@PILLION_DOMAIN@", "GUEST" },
        { "@PILLION_DEVICE@", "DEVICE" },
        { "@PILLION_STEP@", "STEP" },
};

/* How long the command is that TEXT, behind a quote, begins with; 0: it is none. */
static size_t command_length(const char *text) {
        static const char *const programs[] = { "pillion", "systemctl", "journalctl", "virsh" };

        for (size_t i = 0; i < sizeof(programs) / sizeof(*programs); i++)
                if (strncmp(text, programs[i], strlen(programs[i])) == 0)
                        return strcspn(text, "'");
        return 0;
}

static size_t print_field(const char *text) {
        for (size_t i = 0; i < sizeof(fields) / sizeof(*fields); i++)
                if (strncmp(text, fields[i].field, strlen(fields[i].field)) == 0) {
                        fputs(fields[i].word, stdout);
                        return strlen(fields[i].field);
                }
        return 0;
}

/* Prints N bytes of TEXT. CODE: between backticks, where nothing has a meaning of its own. */
static void print_marked(const char *text, size_t n, bool code) {
        for (size_t i = 0; i < n;) {
                size_t length = print_field(text + i), command = 0;

                if (length == 0 && !code && text[i] == '\'')
                        command = command_length(text + i + 1);
                if (command > 0) {
                        putchar('`');
                        print_marked(text + i + 1, command, true);
                        putchar('`');
                        length = command + 2;
                } else if (length == 0) {
                        fputs(text[i] == '<' && !code ? "&lt;" : (char[]){ text[i], '\0' }, stdout);
                        length = 1;
                }
                i += length;
        }
}

static void print_text(const char *text) {
        print_marked(text, strlen(text), false);
}

static void print_paragraph(const char *line) {
        print_text(line);
        putchar('\n');
}

static void print_checks(void) {
        fputs("\n## What the doctor looks at\n\n"
              "Each check says what it has seen and, unless that is as it should be, what to do about it. "
              "This is why it looks.\n",
              stdout);
        for (size_t i = 0; i < DOCTOR_PARTS; i++) {
                printf("\n### %s\n\n", doctor_parts[i].name);
                for (const struct doctor_check *check = doctor_parts[i].checks; check->name; check++) {
                        printf("- **%s**: ", check->name);
                        print_text(check->about);
                        putchar('\n');
                }
        }
}

/* Where we are in the catalogue. */
struct entry {
        bool headers;
        unsigned manuals; /* named so far */
};

/* Of an entry's headers the one it is found by, what it is called, and where there is more. */
static void print_header(struct entry *entry, const char *line) {
        static const char id[] = "-- ", subject[] = "Subject: ", manual[] = "Documentation: man:";

        if (strncmp(line, id, strlen(id)) == 0) {
                printf("\n<a id=\"%s\"></a>\n", line + strlen(id));
        } else if (strncmp(line, subject, strlen(subject)) == 0) {
                fputs("\n### ", stdout);
                print_paragraph(line + strlen(subject));
        } else if (strncmp(line, manual, strlen(manual)) == 0) {
                printf("%s%s", entry->manuals++ > 0 ? ", " : "\nSee ", line + strlen(manual));
        }
}

static void print_line(struct entry *entry, const char *line) {
        if (strncmp(line, "-- ", 3) == 0)
                *entry = (struct entry){ .headers = true };
        if (entry->headers && *line) {
                print_header(entry, line);
        } else if (entry->headers) {
                entry->headers = false;
                puts(".\n");
        } else if (*line != '#') {
                print_paragraph(line);
        }
}

static int print_messages(const char *path) {
        struct entry entry = { 0 };
        FILE *file = fopen(path, "re");
        char line[500];

        if (!file)
                return 1;
        puts("\n## What the journal says\n\n"
             "`journalctl -x` shows these words below the message itself.");
        while (fgets(line, sizeof(line), file)) {
                line[strcspn(line, "\n")] = '\0';
                print_line(&entry, line);
        }
        return fclose(file) != 0;
}

int main(int argc, char *argv[]) {
        if (argc != 2)
                return 2;
        fputs(introduction, stdout);
        print_checks();
        return print_messages(argv[1]) || fflush(stdout) != 0;
}
