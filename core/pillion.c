/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * pillion: the command line. Talks to pilliond over the session bus; says what went wrong on stderr, with the
 * next thing to do. Exit status: 0 done, 1 it failed, 2 wrong usage, 3 pilliond is not there.
 */
#include <errno.h>
#include <locale.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>

#include "core/bus.h"
#include "core/client.h"
#include "core/doctor.h"
#include "core/hotkey-commands.h"
#include "core/init-command.h"
#include "core/plan-command.h"
#include "core/status.h"
#include "core/watch-status.h"

enum {
        EXIT_USAGE = 2,
        EXIT_NO_DAEMON = 3,
};

/* libvirt may take its time to start a guest, and a guest to shut down: pilliond has the deadlines. */
#define CALL_TIMEOUT_USEC UINT64_MAX

static sd_bus *bus_close(sd_bus *bus) {
        return sd_bus_flush_close_unref(bus);
}
DEFINE_CLEANUP(sd_bus, bus_close);

/* Says why a call failed; the exit status for it. */
static int explain(sd_bus_error *error, int r) {
        const char *message = error->message ? error->message : strerror(-r);
        bool absent = client_daemon_is_absent(error);

        if (absent)
                fprintf(stderr,
                        "pillion: pilliond is not running (%s); start it with 'systemctl --user start "
                        "pilliond', "
                        "and see 'journalctl --user -u pilliond' if it does not\n",
                        message);
        else
                fprintf(stderr, "pillion: %s\n", message);
        sd_bus_error_free(error);
        return absent ? EXIT_NO_DAEMON : EXIT_FAILURE;
}

static int open_bus(sd_bus **ret) {
        int r;

        r = sd_bus_open_user(ret);
        if (r < 0) {
                fprintf(stderr,
                        "pillion: there is no session bus (%s); run it in the session of the user whose "
                        "pilliond it is\n",
                        strerror(-r));
                return EXIT_NO_DAEMON;
        }
        (void)sd_bus_set_method_call_timeout(*ret, CALL_TIMEOUT_USEC);
        return 0;
}

/* One method call without a result; TYPES and the rest as for sd_bus_call_method(). */
static int call(const char *part, const char *method, const char *types, const char *text, int boolean) {
        _cleanup_(bus_closep) sd_bus *bus = NULL;
        sd_bus_error error = SD_BUS_ERROR_NULL;
        char interface[64];
        int r;

        r = open_bus(&bus);
        if (r > 0)
                return r;
        snprintf(interface, sizeof(interface), BUS_NAME ".%s", part);
        if (strcmp(types, "s") == 0)
                r = sd_bus_call_method(bus, BUS_NAME, BUS_PATH, interface, method, &error, NULL, "s", text);
        else if (strcmp(types, "b") == 0)
                r = sd_bus_call_method(bus, BUS_NAME, BUS_PATH, interface, method, &error, NULL, "b",
                                       boolean);
        else
                r = sd_bus_call_method(bus, BUS_NAME, BUS_PATH, interface, method, &error, NULL, "");
        return r < 0 ? explain(&error, r) : EXIT_SUCCESS;
}

/* Among ARGV, past its first. */
static bool has_flag(int argc, char *argv[], const char *flag) {
        for (int i = 1; i < argc; i++)
                if (strcmp(argv[i], flag) == 0)
                        return true;
        return false;
}

/* Whether ARGV has nothing past its first but FLAGS, NULL-terminated, each at most once. */
static bool only_flags(int argc, char *argv[], const char *const flags[]) {
        int known = 0;

        for (; *flags; flags++)
                known += has_flag(argc, argv, *flags);
        return known == argc - 1;
}

static int print_once(sd_bus *bus, const struct watch_options *options) {
        static const char *const audio_parts[] = { "Audio", NULL };
        sd_bus_error error = SD_BUS_ERROR_NULL;
        struct client_status status;
        int r;

        r = client_read(bus, &status, options->audio ? audio_parts : client_parts, &error);
        if (r < 0)
                return explain(&error, r);
        if (options->json)
                status_print_json(stdout, &status, false);
        else if (options->audio)
                status_print_audio(stdout, &status, status_wants_colour(stdout));
        else
                status_print(stdout, &status, status_wants_colour(stdout));
        client_status_done(&status);
        return EXIT_SUCCESS;
}

static int show(const struct watch_options *options, bool watch) {
        _cleanup_(bus_closep) sd_bus *bus = NULL;
        int r;

        r = open_bus(&bus);
        if (r > 0)
                return r;
        if (!watch)
                return print_once(bus, options);
        r = watch_status(bus, options);
        if (r == 0)
                return EXIT_SUCCESS;
        if (r != -EPIPE)
                fprintf(stderr, "pillion: cannot go on watching: %s\n",
                        r < 0 ? strerror(-r) : "the session bus has gone");
        return EXIT_FAILURE;
}

static int do_status(int argc, char *argv[]) {
        const struct watch_options options = { .json = has_flag(argc, argv, "--json") };

        if (!only_flags(argc, argv, (const char *const[]){ "--watch", "--json", NULL }))
                return EXIT_USAGE;
        return show(&options, has_flag(argc, argv, "--watch"));
}

static int do_audio(int argc, char *argv[]) {
        const struct watch_options options = { .audio = true, .json = has_flag(argc, argv, "--json") };

        if (!only_flags(argc, argv, (const char *const[]){ "--once", "--json", NULL }))
                return EXIT_USAGE;
        return show(&options, !has_flag(argc, argv, "--once"));
}

static int list_groups(struct doctor *doctor) {
        int r = doctor_run_groups(doctor, "");

        if (r == -ENODEV)
                fputs("pillion: There are no IOMMU groups: the IOMMU is off, or there is none; see "
                      "pillion doctor\n",
                      stderr);
        else if (r < 0)
                fprintf(stderr, "pillion: The hardware cannot be looked at: %s\n", strerror(-r));
        return r < 0 ? EXIT_FAILURE : EXIT_SUCCESS;
}

/* 0: it is no terminal. */
static unsigned columns_of(int fd) {
        struct winsize size = { 0 };

        return ioctl(fd, TIOCGWINSZ, &size) < 0 ? 0 : size.ws_col;
}

static int do_doctor(int argc, char *argv[]) {
        struct doctor doctor = { .out = stdout, .json = has_flag(argc, argv, "--json") };

        if (!only_flags(argc, argv, (const char *const[]){ "--groups", "--json", NULL }))
                return EXIT_USAGE;
        doctor.colour = status_wants_colour(stdout);
        doctor.width = columns_of(STDOUT_FILENO);
        if (has_flag(argc, argv, "--groups"))
                return list_groups(&doctor);
        return doctor_run(&doctor, "") == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

static int do_plan(int argc, char *argv[]) {
        bool host = argc == 2 && strcmp(argv[1], "host") == 0;
        bool guest = (argc == 2 || argc == 3) && strcmp(argv[1], "guest") == 0;

        if (!host && !guest)
                return EXIT_USAGE;
        if (host)
                return plan_command_return(stdout) ? EXIT_SUCCESS : EXIT_FAILURE;
        return plan_command_lend(stdout, argc == 3 ? argv[2] : NULL) ? EXIT_SUCCESS : EXIT_FAILURE;
}

static int do_init(int argc, char *argv[]) {
        bool write = argc == 3 && strcmp(argv[2], "--write") == 0;

        if ((argc != 2 && !write) || argv[1][0] == '-')
                return EXIT_USAGE;
        return init_command(stdout, argv[1], write) ? EXIT_SUCCESS : EXIT_FAILURE;
}

static int do_start(int argc, char *argv[]) {
        if (argc > 2 || (argc == 2 && argv[1][0] == '-'))
                return EXIT_USAGE;
        return call("Manager", "Start", "s", argc == 2 ? argv[1] : "", 0);
}

static int do_stop(int argc, char *argv[]) {
        bool force = argc == 2 && strcmp(argv[1], "--force") == 0;

        if (argc > 1 && !force)
                return EXIT_USAGE;
        return call("Manager", "Stop", "b", NULL, force);
}

static int do_pause(int argc, char *argv[]) {
        return argc == 1 ? call("Manager", "Pause", "", NULL, 0) : EXIT_USAGE;
}

static int do_resume(int argc, char *argv[]) {
        return argc == 1 ? call("Manager", "Resume", "", NULL, 0) : EXIT_USAGE;
}

static int do_input(int argc, char *argv[]) {
        if (argc != 2)
                return EXIT_USAGE;
        return call("Input", "Switch", "s", argv[1], 0);
}

/* PRINT prints something that the bus says. */
static int print_with(int (*print)(sd_bus *bus, sd_bus_error *error)) {
        _cleanup_(bus_closep) sd_bus *bus = NULL;
        sd_bus_error error = SD_BUS_ERROR_NULL;
        int r;

        r = open_bus(&bus);
        if (r > 0)
                return r;
        r = print(bus, &error);
        return r < 0 ? explain(&error, r) : EXIT_SUCCESS;
}

static int do_hotkeys(int argc, char *argv[]) {
        return argc == 1 ? print_with(hotkeys_print) : EXIT_USAGE;
}

static int do_keys(int argc, char *argv[]) {
        return argc == 1 ? print_with(keys_print) : EXIT_USAGE;
}

static int do_reload(int argc, char *argv[]) {
        return argc == 1 ? call("Manager", "Reload", "", NULL, 0) : EXIT_USAGE;
}

static const struct command {
        const char *name;
        int (*run)(int argc, char *argv[]);
        const char *arguments;
        const char *help;
} commands[] = {
        { "status", do_status, "[--watch] [--json]",
          "what runs, where the input is, what the sound does, what is missing" },
        { "audio", do_audio, "[--once] [--json]", "what the sound does, live until Ctrl+C" },
        { "doctor", do_doctor, "[--groups] [--json]",
          "look at all that must be right, and say what to do; --groups: only list the IOMMU's" },
        { "plan", do_plan, "guest|host [PROFILE]",
          "what would be done to lend the hardware to a guest, or to give it back" },
        { "init", do_init, "DOMAIN [--write]",
          "draft a profile that says what hardware is lent to a guest, and how" },
        { "start", do_start, "[GUEST]", "start the guest (the configured one) and wait until it runs" },
        { "stop", do_stop, "[--force]", "ask the guest to shut down and wait until it has; --force: end it" },
        { "pause", do_pause, "", "let the guest stand still, keyboard and mouse at the host" },
        { "resume", do_resume, "", "let it go on" },
        { "input", do_input, "host|guest|toggle", "hand keyboard and mouse over" },
        { "hotkeys", do_hotkeys, "", "list the configured hotkeys" },
        { "keys", do_keys, "", "show the names of the keys and buttons that are pressed, for a minute" },
        { "reload", do_reload, "", "read the configuration again" },
};

static void usage(FILE *out) {
        fputs("pillion COMMAND [ARGUMENT…]\n\n", out);
        for (size_t i = 0; i < sizeof(commands) / sizeof(*commands); i++)
                fprintf(out, "  %-7s %-20s %s\n", commands[i].name, commands[i].arguments, commands[i].help);
        fputs("\n  -h, --help     this text\n      --version  the version\n\n"
              "Exit status: 0 done, 1 it failed, 2 wrong usage, 3 pilliond is not running.\n",
              out);
}

static int run(const struct command *command, int argc, char *argv[]) {
        int r = command->run(argc, argv);

        if (r == EXIT_USAGE)
                fprintf(stderr, "Usage: pillion %s%s%s\n", command->name, *command->arguments ? " " : "",
                        command->arguments);
        return r;
}

int main(int argc, char *argv[]) {
        (void)setlocale(LC_CTYPE, ""); /* how wide a character is */
        if (argc >= 2 && (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0)) {
                usage(stdout);
                return EXIT_SUCCESS;
        }
        if (argc >= 2 && strcmp(argv[1], "--version") == 0) {
                puts("pillion " PILLION_VERSION);
                return EXIT_SUCCESS;
        }
        for (size_t i = 0; argc >= 2 && i < sizeof(commands) / sizeof(*commands); i++)
                if (strcmp(argv[1], commands[i].name) == 0)
                        return run(&commands[i], argc - 1, argv + 1);
        if (argc >= 2)
                fprintf(stderr, "pillion: there is no command '%s'\n\n", argv[1]);
        usage(stderr);
        return EXIT_USAGE;
}
