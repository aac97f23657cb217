/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/bindings.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>

#include "core/argv.h"
#include "core/check.h"
#include "input/chord.h"
#include "input/hostkeys.h"

struct compiling {
        const char *home;
        config_report_fn report;
        void *userdata;
        unsigned mistakes;
};

__attribute__((format(printf, 3, 4))) static void
mistake(struct compiling *compiling, const struct config_hotkey *at, const char *format, ...) {
        char what[400], message[800];
        va_list ap;

        va_start(ap, format);
        vsnprintf(what, sizeof(what), format, ap);
        va_end(ap);
        snprintf(message, sizeof(message), "%s:%d: [hotkey %s] %s", at->path, at->line, at->name, what);
        compiling->report(message, compiling->userdata);
        compiling->mistakes++;
}

static int parse_actions(struct actions **ret, const char *text) {
        static const struct action_checks checks = { check_key, check_chord };
        char why[100]; /* checked already */

        return text ? actions_parse(ret, text, &checks, why, sizeof(why)) : 0;
}

static int split(char ***ret, const char *text, const char *home) {
        size_t error;

        return text ? argv_split(ret, text, home, &error) : 0;
}

static bool lasts(const struct actions *actions) {
        for (size_t i = 0; actions && i < actions->n; i++)
                if (actions->list[i].lasting)
                        return true;
        return false;
}

static int bind(struct compiling *compiling, struct binding *binding, struct hotkey *hotkey,
                const struct config_hotkey *configured) {
        int r;

        if (!configured->keys) {
                mistake(compiling, configured, "has no keys; say which with 'keys ='");
                return 0;
        }
        *hotkey = (struct hotkey){
                .when = (enum hotkey_when)configured->when,
                .pass = configured->pass,
                .release_delay = configured->release_delay,
                .longest = configured->longest,
        };
        r = hotkey_parse(hotkey, configured->keys);
        if (r < 0)
                return r;
        r = parse_actions(&binding->press, configured->press);
        if (r < 0)
                return r;
        r = parse_actions(&binding->release, configured->release);
        if (r < 0)
                return r;
        r = split(&binding->exec, configured->exec, compiling->home);
        if (r < 0)
                return r;
        hotkey->lasting = lasts(binding->press);
        if (!binding->press && !binding->release && !configured->exec && !configured->exec_release)
                mistake(compiling, configured,
                        "does nothing; give it press=, release=, exec= or exec-release=");
        if (lasts(binding->release))
                mistake(compiling, configured,
                        "what lasts as long as the keys are down cannot begin with their release");
        return split(&binding->exec_release, configured->exec_release, compiling->home);
}

static bool has_chord(const struct hotkey *hotkey, const struct chord *chord) {
        for (size_t i = 0; i < hotkey->n_triggers; i++)
                if (chord_equal(&hotkey->triggers[i].chord, chord))
                        return true;
        return false;
}

static void note_host_keys(struct compiling *compiling, struct bindings *bindings,
                           const struct config_hotkey *at, const struct actions *actions) {
        for (size_t i = 0; actions && i < actions->n; i++) {
                struct chord chord;

                if (actions->list[i].kind != ACT_HOST_KEY ||
                    chord_parse(&chord, actions->list[i].argument) < 0)
                        continue;
                keys_set(&bindings->host_keys, chord.keys[0], true);
                if (!hostkeys_allows(chord.keys[0]))
                        mistake(compiling, at,
                                "cannot press '%s' on the host: it is no keyboard's, or turns it off",
                                actions->list[i].argument);
        }
}

/* Each pair once. */
static void find_conflicts(struct compiling *compiling, const struct bindings *bindings,
                           const struct config *config) {
        struct chord toggle = { 0 };

        (void)chord_parse(&toggle, config->input_toggle);
        for (size_t i = 0; i < bindings->n; i++) {
                const struct config_hotkey *at = &config->hotkeys[i];

                if (has_chord(&bindings->hotkeys[i], &toggle))
                        mistake(compiling, at, "has the keys of the toggle, %s; they would switch the input",
                                config->input_toggle);
                if (has_chord(&bindings->hotkeys[i], &chord_panic))
                        mistake(compiling, at, "has the panic keys, which mean nothing else");
                for (size_t j = 0; j < i; j++)
                        if (hotkey_conflicts(&bindings->hotkeys[i], &bindings->hotkeys[j]))
                                mistake(compiling, at, "has keys of [hotkey %s] in line %d, too",
                                        config->hotkeys[j].name, config->hotkeys[j].line);
        }
}

int bindings_new(struct bindings **ret, const struct config *config, const char *home,
                 config_report_fn report, void *userdata) {
        struct compiling compiling = { .home = home, .report = report, .userdata = userdata };
        _cleanup_(bindings_freep) struct bindings *bindings = calloc(1, sizeof(*bindings));
        int r;

        if (!bindings)
                return -ENOMEM;
        bindings->n = config->n_hotkeys;
        bindings->list = calloc(bindings->n + 1, sizeof(*bindings->list));
        bindings->hotkeys = calloc(bindings->n + 1, sizeof(*bindings->hotkeys));
        if (!bindings->list || !bindings->hotkeys)
                return -ENOMEM;
        for (size_t i = 0; i < bindings->n; i++) {
                struct binding *binding = &bindings->list[i];

                if (replace_string(&binding->name, config->hotkeys[i].name) < 0 ||
                    replace_string(&binding->keys, config->hotkeys[i].keys) < 0)
                        return -ENOMEM;
                r = bind(&compiling, binding, &bindings->hotkeys[i], &config->hotkeys[i]);
                if (r < 0)
                        return r;
                note_host_keys(&compiling, bindings, &config->hotkeys[i], binding->press);
        }
        find_conflicts(&compiling, bindings, config);
        if (compiling.mistakes > 0)
                return -EINVAL;
        *ret = steal_ptr(bindings);
        return 0;
}

struct bindings *bindings_free(struct bindings *bindings) {
        if (!bindings)
                return NULL;
        for (size_t i = 0; bindings->list && i < bindings->n; i++) {
                struct binding *binding = &bindings->list[i];

                free(binding->name);
                free(binding->keys);
                actions_free(binding->press);
                actions_free(binding->release);
                argv_free(binding->exec);
                argv_free(binding->exec_release);
        }
        free(bindings->list);
        free(bindings->hotkeys);
        free(bindings);
        return NULL;
}

/* --- in words --- */

struct text {
        char *buf;
        size_t size;
};

__attribute__((format(printf, 2, 3))) static void add(struct text *text, const char *format, ...) {
        size_t length = strlen(text->buf);
        va_list ap;

        va_start(ap, format);
        vsnprintf(text->buf + length, text->size - length, format, ap);
        va_end(ap);
}

static void add_action(struct text *text, const struct action *action) {
        if (action->kind == ACT_VOLUME_CHANGE)
                add(text, "%s:%+d%%", action_name(action->kind), action->percent);
        else
                add(text, "%s%s%s", action_name(action->kind), action->argument ? ":" : "",
                    action->argument ? action->argument : "");
}

static void add_edge(struct text *text, const char *edge, const struct actions *actions, char *const *exec) {
        const char *before = *text->buf ? "; " : "";

        if (!actions && !exec)
                return;
        add(text, "%s%s", before, edge);
        for (size_t i = 0; actions && i < actions->n; i++) {
                add(text, "%s", i > 0 ? ", " : "");
                add_action(text, &actions->list[i]);
        }
        if (exec)
                add(text, "%srun %s", actions ? ", " : "", exec[0]);
}

void bindings_describe(char *buf, size_t size, const struct binding *binding) {
        struct text text = { buf, size };

        *buf = '\0';
        add_edge(&text, "", binding->press, binding->exec);
        add_edge(&text, "on release ", binding->release, binding->exec_release);
}
