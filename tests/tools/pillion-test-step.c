/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * pillion-test-step [--root=FOLDER] [--profile=NAME] observe|apply|undo FILE KIND TARGET [KEY=VALUE]...
 *
 * One call of one type of step, in this very process. FILE remembers what the journal would: its first line
 * is the state, which observe writes and the others read; its second the result, which apply writes and undo
 * reads. Prints what was found or left; exits with 1 and the problem on failure.
 *
 *     pillion-test-step observe /run/lab/cron unit cron.service
 *     pillion-test-step apply /run/lab/cron unit cron.service
 */
#include <getopt.h>
#include <stdio.h>

#include "core/log.h"
#include "switcher/steps.h"
#include "tests/test.h"

static int say(const char *text, void *userdata) {
        fprintf(stderr, "... %s\n", text);
        return 0;
}

static void load(const char *path, struct words *state, struct words *result) {
        struct words *const lines[] = { state, result };
        _cleanup_fclose_ FILE *file = fopen(path, "re");
        _cleanup_free_ char *line = NULL;
        size_t size = 0;

        if (!file)
                test_fail("%s: %m: call observe first", path);
        for (int i = 0; i < 2 && getline(&line, &size, file) > 0; i++) {
                line[strcspn(line, "\n")] = '\0';
                CHECK_EQ(words_decode(lines[i], line), 0);
        }
}

static void save(const char *path, const struct words *state, const struct words *result) {
        _cleanup_free_ char *first = words_encode(state), *second = result ? words_encode(result) : NULL;
        _cleanup_fclose_ FILE *file = fopen(path, "we");

        if (!file)
                test_fail("%s: %m", path);
        CHECK(first && (second || !result));
        fprintf(file, result ? "%s\n%s\n" : "%s\n", first, second);
        puts(result ? second : first);
}

static int run(struct step_call *call, const char *verb, const char *path) {
        const struct step_type *type = step_types[call->step->kind];
        struct words state = { 0 }, result = { 0 }, ret = { 0 };
        int r;

        if (!type)
                test_fail("there is no such type yet");
        call->ret = &ret;
        if (strcmp(verb, "observe") == 0) {
                r = type->observe(call);
                if (r >= 0)
                        save(path, &ret, NULL);
                return r;
        }
        load(path, &state, &result);
        call->state = &state;
        call->result = &result;
        if (strcmp(verb, "undo") == 0)
                return type->undo(call);
        CHECK_STR(verb, "apply");
        r = type->apply(call);
        if (r >= 0)
                save(path, &state, &ret);
        return r;
}

static void add_told(struct step *step, char *text) {
        char *value = strchr(text, '=');

        if (!value)
                test_fail("'%s' is no KEY=VALUE", text);
        *value++ = '\0';
        CHECK_EQ(words_add(&step->told, text, value), 0);
}

int main(int argc, char *argv[]) {
        static const struct option options[] = {
                { "root", required_argument, NULL, 'r' },
                { "profile", required_argument, NULL, 'p' },
                {},
        };
        struct step step = { 0 };
        struct step_call call = { .step = &step, .root = "", .profile = "lab", .say = say };
        int r;

        log_set_level(LOG_DEBUG);
        while ((r = getopt_long(argc, argv, "+", options, NULL)) >= 0)
                *(r == 'r' ? &call.root : &call.profile) = optarg;
        if (argc - optind < 4)
                test_fail("observe|apply|undo FILE KIND TARGET [KEY=VALUE]...");
        argv += optind;
        r = step_kind_from_name(argv[2]);
        if (r < 0)
                test_fail("'%s' is no kind of step", argv[2]);
        step = (struct step){ .kind = (enum step_kind)r, .target = argv[3] };
        for (char **told = argv + 4; *told; told++)
                add_told(&step, *told);
        r = run(&call, argv[0], argv[1]);
        if (r >= 0)
                return 0;
        fprintf(stderr, "%s\n", *call.problem ? call.problem : strerror(-r));
        return 1;
}
