/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/command/commands.h"

#include <stdio.h>
#include <string.h>

#include "core/command/domain.h"
#include "core/command/help.h"
#include "core/command/internal.h"
#include "core/command/line.h"
#include "core/command/snapshot.h"

/* clang-format off */
const struct command commands[] = {
        { .name = "start", .run = run_start,
          .arguments = "[GUEST]", .words = { WORD_GUEST },
          .flags = { { "--spice", NULL, "with a screen of its own instead of the host's hardware" } },
          .help = "lend the hardware, and start the guest",
          .more = "Without GUEST it is the one of pillion.conf(5). Each step is shown with its time. Ctrl+C\n"
                  "ends the looking; the start goes on." },
        { .name = "stop", .run = run_stop,
          .flags = { { "--force", NULL, "end it as if its plug were pulled" } },
          .help = "have the guest shut down, and take the hardware back",
          .more = "It is given the time that 'shutdown-timeout =' in pillion.conf(5) says; then you are\n"
                  "asked what to do, on a terminal." },
        { .name = "restart", .run = run_restart,
          .help = "have the guest shut down, and start it again",
          .more = "It keeps the hardware that it has." },
        { .name = "pause", .run = run_pause,
          .help = "have the guest stand still, in memory",
          .more = "Keyboard and mouse go to the host first." },
        { .name = "resume", .run = run_resume,
          .help = "have the guest go on",
          .more = "Keyboard and mouse stay at the host until they are handed over." },
        { .name = "status", .run = run_status,
          .flags = { { "--watch", NULL, "go on showing it until Ctrl+C" },
                     { "--json", NULL, "for programs" } },
          .help = "show what runs, who has the input, and what is missing",
          .more = "A line that begins with a '!' says what to do about what is missing." },
        { .name = "logs", .run = run_logs,
          .arguments = "[GUEST]", .words = { WORD_GUEST },
          .flags = { { "--follow", NULL, "go on with what comes, until Ctrl+C" },
                     { "--boot", NULL, "since the machine was started alone" } },
          .help = "show what pillion and its services have logged",
          .more = "With GUEST, of what was lent, only what was lent to it. What pillion-switch has logged\n"
                  "is for root and the group systemd-journal to read." },
        { .name = "input", .run = run_input,
          .arguments = "host|guest|toggle", .words = { WORD_CHOICE }, .required = 1,
          .choices = { "host", "guest", "toggle" },
          .help = "hand keyboard and mouse over",
          .more = "To the host that always works, as the panic keys do." },
        { .name = "audio", .run = run_audio,
          .flags = { { "--once", NULL, "show it once" }, { "--json", NULL, "for programs" } },
          .help = "show what the sound does, until Ctrl+C" },
        { .name = "hotkeys", .run = run_hotkeys,
          .help = "list the hotkeys, and what they do" },
        { .name = "keys", .run = run_keys,
          .help = "show the names of the keys that are pressed",
          .more = "Until Ctrl+C, or for a minute; mouse buttons, too." },
        { .name = "reload", .run = run_reload,
          .help = "have pilliond read its configuration again",
          .more = "One with a mistake is not taken, and its mistakes are printed." },
        { .name = "plan", .run = run_plan,
          .arguments = "guest|host [PROFILE]", .words = { WORD_CHOICE, WORD_PROFILE }, .required = 1,
          .choices = { "guest", "host" },
          .help = "show how the hardware would be lent, or given back",
          .more = "Nothing is changed. Without PROFILE it is the configured guest's, or the only one." },
        { .name = "doctor", .run = run_doctor,
          .flags = { { "--groups", NULL, "only list the IOMMU's groups, all of them" },
                     { "--json", NULL, "for programs" } },
          .help = "look at all that must be right, and say what to do" },
        { .name = "init", .run = run_init,
          .arguments = "DOMAIN", .words = { WORD_GUEST }, .required = 1,
          .flags = { { "--write", NULL, "put it into /etc/pillion, as root" } },
          .help = "draft a profile: what is lent to a guest, and how" },
        { .name = "domain", .run = domain_command,
          .arguments = "show|prepare|spice GUEST", .words = { WORD_CHOICE, WORD_GUEST }, .required = 2,
          .choices = { "show", "prepare", "spice" },
          .flags = { { "--json", NULL, "show: for programs" },
                     { "--write", NULL, "prepare: change it without asking" },
                     { "--no-sound", NULL, "prepare: no shared memory for the sound" },
                     { "--no-input", NULL, "prepare: no keyboard and mouse" },
                     { "--hide-kvm", NULL, "prepare: the guest does not see that it is one" },
                     { "--gpu-only", NULL, "prepare: take out SPICE and the emulated screen" },
                     { "--undo", NULL, "prepare: put back what was before the last time" },
                     { "--force", NULL, "prepare: --undo, even if it was changed since" },
                     { "--diff", NULL, "spice: only what is different" },
                     { "--passwords", NULL, "spice: with the passwords" } },
          .help = "show a definition, or put in what pillion needs",
          .more = "show says what is missing, and what to do about it. prepare shows the change first, asks\n"
                  "at a terminal, and keeps a backup. spice prints what 'pillion start --spice' starts." },
        { .name = "snapshot", .run = snapshot_command,
          .arguments = "list|revert PROFILE [NAME]", .words = { WORD_CHOICE, WORD_PROFILE, WORD_OTHER },
          .required = 2, .choices = { "list", "revert" },
          .flags = { { "--yes", NULL, "go back without being asked" } },
          .help = "list the snapshots of its disks, or go back to one",
          .more = "Which are taken, 'snapshot =' in pillion-profile(5) says. Without NAME it is the latest.\n"
                  "What was written since is lost; it says which disks, and asks." },
        { .name = "help", .run = run_help,
          .arguments = "[COMMAND]", .words = { WORD_COMMAND },
          .help = "show what a command does, and what it can be told" },
        { .name = NULL },
};
/* clang-format on */

const struct command *command_find(const char *name) {
        for (const struct command *command = commands; command->name; command++)
                if (strcmp(name, command->name) == 0)
                        return command;
        return NULL;
}

int run_help(int argc, char *argv[]) {
        const char *name = command_word(argc, argv, 0);
        const struct command *command;

        if (!name) {
                command_print_usage(stdout);
                return EXIT_DONE;
        }
        command = command_find(name);
        if (!command) {
                command_print_unknown(stderr, name);
                return EXIT_USAGE;
        }
        command_print_help(stdout, command);
        return EXIT_DONE;
}
