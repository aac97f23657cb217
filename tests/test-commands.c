/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The table of commands, what is accepted by it, and what is guessed of what is not. */
#include "core/command/commands.h"

#include <ctype.h>

#include "core/command/help.h"
#include "core/command/line.h"
#include "core/command/nearest.h"
#include "tests/test.h"

#define ARGUMENTS(...)                                                                                       \
        (int)(sizeof((char *[]){ __VA_ARGS__ }) / sizeof(char *)), (char *[]) {                              \
                __VA_ARGS__                                                                                  \
        }

static char *said;

static FILE *listen(void) {
        static size_t size;
        FILE *out;

        free(said);
        said = NULL;
        out = open_memstream(&said, &size);
        CHECK(out);
        return out;
}

static const char *refusal(int argc, char *argv[]) {
        const struct command *command = command_find(argv[0]);
        FILE *out = listen();

        CHECK(command);
        CHECK(!command_line_check(command, argc, argv, out));
        fclose(out);
        return said;
}

static bool accepts(int argc, char *argv[]) {
        FILE *out = listen();
        bool good = command_line_check(command_find(argv[0]), argc, argv, out);

        fclose(out);
        CHECK_EQ(good, *said == '\0'); /* a refusal is explained, and nothing else is */
        return good;
}

static unsigned count_words(const struct command *command) {
        unsigned n = 0;

        while (n < COMMAND_WORDS && command->words[n] != WORD_NONE)
                n++;
        return n;
}

/* What the synopsis says must be what is accepted: "A|B [C]" is one that must be there, and one that may. */
static void check_arguments(const struct command *command) {
        const char *text = command->arguments ? command->arguments : "";
        unsigned words = *text != '\0', optional = 0;

        for (const char *c = text; *c; c++) {
                words += *c == ' ';
                optional += *c == '[';
        }
        CHECK_EQ(words, count_words(command));
        CHECK_EQ(words - optional, command->required);
}

static void check_choices(const struct command *command) {
        char joined[200] = "";
        bool choosing = false;

        for (unsigned i = 0; i < COMMAND_WORDS; i++)
                choosing |= command->words[i] == WORD_CHOICE;
        for (const char *const *choice = command->choices; *choice; choice++)
                snprintf(joined + strlen(joined), sizeof(joined) - strlen(joined), "%s%s", *joined ? "|" : "",
                         *choice);
        CHECK_EQ(choosing, *joined != '\0');
        CHECK(!choosing || strncmp(command->arguments, joined, strlen(joined)) == 0);
}

static void check_line(const char *text) {
        CHECK(islower((unsigned char)text[0]));
        CHECK(text[strlen(text) - 1] != '.');
        CHECK(strlen(text) < 60);
}

static void test_table(void) {
        for (const struct command *command = commands; command->name; command++) {
                CHECK(command_find(command->name) == command); /* no name is there twice */
                CHECK(command->run);
                check_line(command->help);
                check_arguments(command);
                check_choices(command);
                for (const struct command_flag *flag = command->flags; flag->name; flag++) {
                        CHECK(strncmp(flag->name, "--", 2) == 0);
                        check_line(flag->help);
                }
        }
        CHECK(!command_find("fly"));
        CHECK(!command_find(""));
}

static void test_usage(void) {
        FILE *out = listen();

        command_print_usage(out);
        fclose(out);
        for (const struct command *command = commands; command->name; command++)
                CHECK(strstr(said, command->help));
        CHECK(strstr(said, "\n  3  pilliond is not running, and could not be started\n"));
        for (char *line = strtok(said, "\n"); line; line = strtok(NULL, "\n"))
                CHECK(strlen(line) <= 100);
}

static void test_help(void) {
        FILE *out = listen();

        command_print_help(out, command_find("input"));
        fclose(out);
        CHECK_STR(said, "pillion input host|guest|toggle\n\n"
                        "Hand keyboard and mouse over.\n"
                        "To the host that always works, as the panic keys do.\n\n"
                        "More is in pillion(1).\n");
}

static void test_accepted(void) {
        char *argv[] = { "plan", "guest", "--x=1", "win10", "--y" };

        CHECK(accepts(ARGUMENTS("status")));
        CHECK(accepts(ARGUMENTS("status", "--json", "--watch")));
        CHECK(accepts(ARGUMENTS("start")));
        CHECK(accepts(ARGUMENTS("init", "--write", "win10")));
        CHECK(accepts(ARGUMENTS("plan", "guest", "win10")));
        CHECK_STR(command_word(5, argv, 0), "guest");
        CHECK_STR(command_word(5, argv, 1), "win10");
        CHECK(!command_word(5, argv, 2));
        CHECK_STR(command_value(5, argv, "--x"), "1");
        CHECK_STR(command_value(5, argv, "--y"), "");
        CHECK(!command_value(5, argv, "--z"));
        CHECK(command_has_flag(5, argv, "--y"));
}

static void test_refused(void) {
        CHECK_STR(refusal(ARGUMENTS("input", "gest")),
                  "pillion: 'input' cannot be told 'gest'; did you mean 'guest'?\n"
                  "Usage: pillion input host|guest|toggle\n"
                  "See 'pillion help input'.\n");
        CHECK(strstr(refusal(ARGUMENTS("input")), "'input' needs to be told more\n"));
        CHECK(strstr(refusal(ARGUMENTS("input", "host", "guest")), "'input' takes no 'guest'\n"));
        CHECK(strstr(refusal(ARGUMENTS("pause", "win10")), "'pause' takes no 'win10'\n"));
        CHECK(strstr(refusal(ARGUMENTS("start", "")), "an empty name"));
        CHECK(strstr(refusal(ARGUMENTS("start", "m\xfcsic")), "'start' takes no name that is not UTF-8\n"));
        CHECK(strstr(refusal(ARGUMENTS("status", "--jsno")),
                     "'status' has no option '--jsno'; did you mean '--json'?\n"));
        CHECK(strstr(refusal(ARGUMENTS("status", "--json=1")), "'--json' takes no value\n"));
        CHECK(strstr(refusal(ARGUMENTS("status", "--json", "--json")), "'--json' is there twice\n"));
        CHECK(strstr(refusal(ARGUMENTS("status", "-j")), "'status' has no option '-j'\n"));
}

static void test_value(void) {
        const struct command command = {
                .name = "paint",
                .flags = { { "--colour", "NAME", "which" } },
        };
        FILE *out = listen();

        CHECK(command_line_check(&command, ARGUMENTS("paint", "--colour=red"), out));
        CHECK(!command_line_check(&command, ARGUMENTS("paint", "--colour"), out));
        fclose(out);
        CHECK_STR(said, "pillion: '--colour' needs a value: --colour=NAME\n"
                        "Usage: pillion paint [--colour=NAME]\n"
                        "See 'pillion help paint'.\n");
}

static const char *guess(const char *word) {
        FILE *out = listen();
        char *mark;

        command_print_unknown(out, word);
        fclose(out);
        mark = strstr(said, "did you mean 'pillion ");
        if (!mark)
                return "";
        mark += strlen("did you mean 'pillion ");
        mark[strcspn(mark, "'")] = '\0';
        return mark;
}

static void test_nearest(void) {
        CHECK_EQ(nearest_distance("", ""), 0);
        CHECK_EQ(nearest_distance("", "abc"), 3);
        CHECK_EQ(nearest_distance("kitten", "sitting"), 3);
        CHECK_EQ(nearest_distance("strat", "start"), 1);
        CHECK_EQ(nearest_distance("ca", "abc"), 3); /* what was swapped stays as it is */
        CHECK_STR(guess("strat"), "start");
        CHECK_STR(guess("statsu"), "status");
        CHECK_STR(guess("docter"), "doctor");
        CHECK_STR(guess("hot"), "hotkeys");
        CHECK_STR(guess("fly"), "");
        CHECK_STR(guess(""), "");
        CHECK_STR(guess("0123456789012345678901234567890123456789"), "");
}

int main(void) {
        test_table();
        test_usage();
        test_help();
        test_accepted();
        test_refused();
        test_value();
        test_nearest();
        free(said);
        return 0;
}
