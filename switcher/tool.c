/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "switcher/tool.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdbool.h>
#include <sys/prctl.h>

#include <linux/capability.h>
#include <systemd/sd-daemon.h>

#include "core/cleanup.h"
#include "switcher/program.h"

#define OUTER_SLACK_USEC (10 * 1000000u) /* for systemd to begin and to end it */

__attribute__((format(printf, 3, 4))) static int fail(const struct tool *tool, int r, const char *format,
                                                      ...) {
        va_list ap;

        va_start(ap, format);
        vsnprintf(tool->problem, tool->size, format, ap);
        va_end(ap);
        return r;
}

/* Without this privilege, which nothing gives back, neither LVM nor anybody else makes volumes. */
static bool is_confined(void) {
        return sd_booted() > 0 && prctl(PR_CAPBSET_READ, CAP_SYS_ADMIN) == 0;
}

/* The last line that has anything: what came of it all. TEXT is cut. */
static const char *last_line(char *text) {
        size_t length = strlen(text);
        char *line;

        while (length > 0 && isspace((unsigned char)text[length - 1]))
                text[--length] = '\0';
        line = strrchr(text, '\n');
        line = line ? line + 1 : text;
        return line + strspn(line, " \t");
}

static int judge(const struct tool *tool, const char *name, int status, char *errors) {
        const char *why = last_line(errors);

        if (status == -ENOENT)
                return fail(tool, status, "%s is not installed: 'apt install %s'", name, tool->package);
        if (status == -ETIMEDOUT)
                return fail(tool, status, "%s did not come to its end within %" PRIu64 " s", name,
                            tool->usec / 1000000);
        if (status < 0)
                return fail(tool, status, "%s cannot be run: %s", name, strerror(-status));
        return status == 0 ? 0 : fail(tool, -EIO, "%s failed (status %d): %s", name, status, why);
}

/* Whatever becomes of us, the unit ends when its time is over. */
static int run_outside(const struct tool *tool, char *const argv[], char *output, size_t size, char *errors,
                       size_t errors_size) {
        char limit[64];
        char *const prefix[] = { "systemd-run",         "--quiet", "--collect", "--pipe", "--wait",
                                 "--service-type=exec", limit,     "--",        NULL };
        const size_t n_prefix = sizeof(prefix) / sizeof(*prefix) - 1;
        _cleanup_free_ char **all = NULL;
        size_t n = 0;

        while (argv[n])
                n++;
        all = calloc(n_prefix + n + 1, sizeof(*all));
        if (!all)
                return -ENOMEM;
        snprintf(limit, sizeof(limit), "--property=RuntimeMaxSec=%" PRIu64, tool->usec / 1000000);
        memcpy(all, prefix, n_prefix * sizeof(*all));
        memcpy(all + n_prefix, argv, n * sizeof(*all));
        return program_run_apart(all, tool->usec + OUTER_SLACK_USEC, output, size, errors, errors_size);
}

int tool_run(const struct tool *tool, char *const argv[], char *output, size_t size) {
        char errors[4096];
        int r;

        if (is_confined())
                r = run_outside(tool, argv, output, size, errors, sizeof(errors));
        else
                r = program_run_apart(argv, tool->usec, output, size, errors, sizeof(errors));
        r = judge(tool, argv[0], r, errors);
        if (r == 0 && strlen(output) + 1 >= size)
                return fail(tool, -EMSGSIZE, "%s has more to say than is believed", argv[0]);
        return r;
}
