/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The input that a monitor shows, VCP feature 0x60, by ddcutil. TARGET: the number of its I2C bus, or its
 * serial number; told: lent, the input while lent; native, the one to come back to, 0 for the one it was.
 *
 * A monitor may answer only on the input that it shows: that it has changed cannot be seen from here, and
 * ddcutil's word must do. ddcutil has let go of the bus when it has ended, which is before anything is
 * unbound.
 *
 * State: input, its number.
 */
#include "core/parse.h"
#include "switcher/program.h"
#include "switcher/steps.h"

#define PATIENCE 8000000u /* less than it may take to observe */

/* Runs ddcutil for the monitor with the words that follow; the caller's OUTPUT is one line if it fails. */
static int ddcutil(struct step_call *call, char *verb, char *value, char *output, size_t size) {
        const char *target = call->step->target;
        bool is_bus = strlen(target) <= 3 && target[strspn(target, "0123456789")] == '\0';
        char which[100];
        char *const argv[] = { "ddcutil", which, "--terse", verb, "60", value, NULL };
        int r;

        if (snprintf(which, sizeof(which), "--%s=%s", is_bus ? "bus" : "sn", target) >= (int)sizeof(which))
                return -EINVAL;
        r = program_run(argv, PATIENCE, output, size);
        if (r == -ENOENT)
                return step_fail(call, r, "ddcutil is not installed: the monitor %s keeps its input", target);
        if (r == -ETIMEDOUT)
                return step_fail(call, r, "ddcutil does not come back from the monitor %s", target);
        if (r <= 0)
                return r;
        output[strcspn(output, "\n")] = '\0';
        return step_fail(call, -EIO, "ddcutil has no success with the monitor %s (status %d): %s", target, r,
                         output);
}

/* "VCP 60 SNC x11", or "VCP 60 CNC x00 x12 x00 x11", among what else it says: the last byte counts. */
static int parse_input(char *output) {
        char *line = strstr(output, "VCP 60 "), *last;
        unsigned input;

        if (!line)
                return -EBADMSG;
        line[strcspn(line, "\r\n")] = '\0';
        last = strrchr(line, 'x');
        return last && sscanf(last, "x%2x", &input) == 1 ? (int)input : -EBADMSG;
}

static int observe(struct step_call *call) {
        char output[1000];
        int r;

        r = ddcutil(call, "getvcp", NULL, output, sizeof(output));
        if (r < 0)
                return r;
        r = parse_input(output);
        if (r < 0)
                return step_fail(call, r, "the monitor %s does not tell which input it shows",
                                 call->step->target);
        return words_addf(call->ret, "input", "%d", r);
}

/* 0: unset. */
static int get_number(const struct words *words, const char *key) {
        const char *text = words_get(words, key);
        uint64_t number = 0;

        return text && parse_unsigned(text, 0, 255, &number) < 0 ? -EINVAL : (int)number;
}

static int show(struct step_call *call, int input) {
        char output[1000], value[16];

        if (input <= 0)
                return step_fail(call, -EINVAL,
                                 "which input the monitor %s is to show is no number from 1 to 255",
                                 call->step->target);
        snprintf(value, sizeof(value), "0x%02x", (unsigned)input);
        return ddcutil(call, "setvcp", value, output, sizeof(output));
}

static int apply(struct step_call *call) {
        return show(call, get_number(&call->step->told, "lent"));
}

static int undo(struct step_call *call) {
        int native = get_number(&call->step->told, "native");

        return show(call, native != 0 ? native : get_number(call->state, "input"));
}

const struct step_type step_monitor_input = { 15 * 1000000u, 15 * 1000000u, observe, apply, undo };
