/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/command/domain.h"

#include "core/check.h"
#include "core/command/diff.h"
#include "core/command/domain-show.h"
#include "core/command/fail.h"
#include "core/command/line.h"
#include "core/command/status.h"
#include "input/sink.h"
#include "switcher/definition.h"
#include "switcher/domain-edit.h"
#include "switcher/domain-spice.h"

/* Which flags each of them knows. */
static const struct verb {
        const char *name;
        const char *flags[8];
} verbs[] = {
        { "show", { "--json" } },
        { "prepare",
          { "--write", "--undo", "--force", "--no-sound", "--no-input", "--hide-kvm", "--gpu-only" } },
        { "spice", { "--diff", "--passwords" } },
};

static bool is_flag_of(const struct verb *verb, const char *flag) {
        for (const char *const *known = verb->flags; *known; known++)
                if (strcmp(*known, flag) == 0)
                        return true;
        return false;
}

/* What is wrong with ARGV has been said if there is no verb. */
static const struct verb *choose(int argc, char *argv[]) {
        const char *name = command_word(argc, argv, 0);
        const struct verb *verb = verbs;

        while (strcmp(verb->name, name) != 0)
                verb++;
        for (int i = 1; i < argc; i++)
                if (argv[i][0] == '-' && !is_flag_of(verb, argv[i])) {
                        fprintf(stderr, "pillion: 'domain %s' knows no '%s'; see 'pillion help domain'\n",
                                name, argv[i]);
                        return NULL;
                }
        return verb;
}

/* Of a --undo nothing but whether is to be said; and only that can be forced. */
static bool go_together(int argc, char *argv[]) {
        static const char *const others[] = { "--no-sound", "--no-input", "--hide-kvm", "--gpu-only" };
        bool undo = command_has_flag(argc, argv, "--undo");

        for (size_t i = 0; undo && i < sizeof(others) / sizeof(*others); i++)
                if (command_has_flag(argc, argv, others[i])) {
                        fprintf(stderr, "pillion: --undo puts back all, so it does not go with %s\n",
                                others[i]);
                        return false;
                }
        if (!undo && command_has_flag(argc, argv, "--force")) {
                fputs("pillion: --force is for --undo; to change the definition without being asked there is "
                      "--write\n",
                      stderr);
                return false;
        }
        return true;
}

bool domain_look(struct definition *ret, const char *uri, const char *name) {
        char problem[500];
        int r = definition_read(ret, uri, name, DOMAIN_WAIT_USEC, problem, sizeof(problem));

        if (r == -ENOENT)
                command_fail_no_guest(uri, name);
        else if (r < 0)
                fprintf(stderr, "pillion: %s\n", problem);
        return r >= 0;
}

static int show(const struct config *config, const char *name, bool json) {
        _cleanup_(definition_done) struct definition definition = { 0 };
        _cleanup_(domain_view_done) struct domain_view view = { 0 };
        int r;

        if (!domain_look(&definition, config->guest_uri, name))
                return EXIT_FAILED;
        r = domain_view_look(&view, definition.shown);
        if (r < 0)
                return command_fail("the guest's definition cannot be read", r);
        view.active = definition.active;
        view.plugged = config->input_path == CONFIG_PATH_VIRTIO;
        (json ? domain_show_print_json : domain_show_print)(stdout, &view);
        return EXIT_DONE;
}

static int spice(const char *uri, const char *name, bool as_diff, bool secrets) {
        _cleanup_(definition_done) struct definition definition = { 0 };
        _cleanup_free_ char *variant = NULL, *diff = NULL;
        const char *before;
        int r;

        if (!domain_look(&definition, uri, name))
                return EXIT_FAILED;
        before = secrets ? definition.secret : definition.shown;
        r = domain_spice(&variant, before, domain_spice_pages(before, ""));
        if (r < 0)
                return command_fail("the guest's definition cannot be made into one with SPICE", r);
        if (!as_diff) {
                fputs(variant, stdout);
                return EXIT_DONE;
        }
        diff = diff_unified(before, variant, name, "with SPICE");
        if (!diff)
                return command_fail("there is no room for the difference", -ENOMEM);
        domain_print_diff(diff);
        return EXIT_DONE;
}

static int prepare(const struct config *config, const char *name, int argc, char *argv[]) {
        bool input = config->input_path != CONFIG_PATH_VIRTIO && !command_has_flag(argc, argv, "--no-input");
        char keyboard[160], mouse[160];
        const struct domain_edit edit = {
                .sound = !command_has_flag(argc, argv, "--no-sound"),
                .keyboard = input ? keyboard : NULL,
                .mouse = input ? mouse : NULL,
                .unmanage = true,
                .hide_kvm = command_has_flag(argc, argv, "--hide-kvm"),
                .undisplay = command_has_flag(argc, argv, "--gpu-only"),
        };
        const struct domain_request request = {
                .uri = config->guest_uri,
                .name = name,
                .edit = &edit,
                .write = command_has_flag(argc, argv, "--write"),
                .force = command_has_flag(argc, argv, "--force"),
        };

        sink_link(keyboard, sizeof(keyboard), SINK_KEYBOARD, name);
        sink_link(mouse, sizeof(mouse), SINK_POINTER, name);
        return command_has_flag(argc, argv, "--undo") ? domain_undo(&request) : domain_prepare(&request);
}

int domain_command(int argc, char *argv[]) {
        _cleanup_(config_freep) struct config *config = NULL;
        const struct verb *verb = choose(argc, argv);
        const char *name = command_word(argc, argv, 1);

        if (!verb || !go_together(argc, argv))
                return EXIT_USAGE;
        config = check_load();
        if (!config)
                return command_fail("the configuration cannot be read", -ENOMEM);
        if (strcmp(verb->name, "show") == 0)
                return show(config, name, command_has_flag(argc, argv, "--json"));
        if (strcmp(verb->name, "spice") == 0)
                return spice(config->guest_uri, name, command_has_flag(argc, argv, "--diff"),
                             command_has_flag(argc, argv, "--passwords"));
        return prepare(config, name, argc, argv);
}
