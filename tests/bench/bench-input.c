/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * pillion-bench-input: what pilliond adds to the way of input, beside the least that any relay would; see
 * print_usage(). Both have their turns in one run, one after the other, so that what else the machine does
 * hits both of them.
 */
#include <getopt.h>
#include <stdbool.h>

#include "tests/bench/report.h"
#include "tests/bench/turn.h"
#include "tests/test.h"

#define MAX_RATES 8

static struct {
        const char *name, *guest, *allocations;
        pid_t pid;
        unsigned rates[MAX_RATES], n_rates, turns, toggle_msec, load;
        double seconds;
        bool wanted[N_RELAYERS], count, check;
} options = {
        .name = "idle",
        .guest = "win10",
        .rates = { 125, 1000, 8000 },
        .n_rates = 3,
        .turns = 3,
        .seconds = 3,
        .wanted = { true, true },
};

static void print_usage(FILE *to) {
        fputs("pillion-bench-input --pid PID [OPTION...]\n"
              "  --pid PID           pilliond's; its guest has to run, and nobody else may read the sinks\n"
              "  --guest NAME        the guest (win10)\n"
              "  --name NAME         what the figures are called (idle)\n"
              "  --rates HZ,...      frames a second (125,1000,8000)\n"
              "  --seconds N         how long a turn takes (3)\n"
              "  --turns N           how many turns each relay has (3)\n"
              "  --only ours|bare\n"
              "  --toggle MSEC       pilliond changes sides that often\n"
              "  --load N            so many processes that keep the machine busy\n"
              "  --count             system calls in place of times\n"
              "  --allocations FILE  and allocations, from where pillion-bench-malloc.so counts them\n"
              "  --check             fails if anything was lost, doubled or out of order; no times\n",
              to);
}

/* What is under way to a side that is just being left goes to neither; more than this is a switch that
 * dawdles. */
#define LOST_A_SWITCH 3

/* Whether pilliond has done its work. */
static bool is_right(const struct tally *tally, const struct stand *stand) {
        size_t switches = stand->to_guest.n + stand->to_host.n;
        bool complete = tally_lost(tally) == 0 && tally->edges == tally->edges_sent && tally->x == 0 &&
                        tally->y == 0 && tally->drops == 0 && tally->source_drops == 0;
        bool swift = switches > 0 && tally_lost(tally) <= LOST_A_SWITCH * switches;

        return tally->sent > 0 && tally->twice == 0 && tally->disorder == 0 && tally->strange == 0 &&
               (options.toggle_msec > 0 ? swift : complete);
}

static void add_counts(struct counts *sum, const struct counts *counts) {
        sum->all += counts->all;
        sum->allocations += counts->allocations;
        for (unsigned i = 0; i < SYSTEM_CALLS; i++)
                sum->calls[i] += counts->calls[i];
}

/* Of all turns at one rate. */
struct sums {
        struct tally tallies[N_RELAYERS];
        struct counts counts[N_RELAYERS];
        struct ratios ratios;
};

static void run_one(struct stand *stand, unsigned rate, enum relayer relayer, struct sums *sums,
                    struct tally *tally) {
        struct counts counts = { 0 };
        struct turn turn = {
                .relayer = relayer,
                .rate = rate,
                .seconds = options.seconds,
                .toggle_msec = relayer == RELAYER_OURS ? options.toggle_msec : 0,
                .load = options.load,
                .counts = options.count ? &counts : NULL,
                .allocations = options.allocations,
        };

        turn_run(stand, &turn, tally);
        add_counts(sums->counts + relayer, &counts);
        tally_merge(sums->tallies + relayer, tally);
}

static void run_pair(struct stand *stand, unsigned rate, struct sums *sums) {
        struct tally tallies[N_RELAYERS] = { 0 };

        for (enum relayer i = 0; i < N_RELAYERS; i++)
                if (options.wanted[i])
                        run_one(stand, rate, i, sums, tallies + i);
        ratios_add(&sums->ratios, tallies + RELAYER_OURS, tallies + RELAYER_BARE);
        for (enum relayer i = 0; i < N_RELAYERS; i++)
                tally_done(tallies + i);
}

static void report_all(const struct report *report, struct stand *stand, struct sums *sums) {
        bool times = !options.count && !options.check;

        for (enum relayer i = 0; i < N_RELAYERS; i++) {
                if (!options.wanted[i])
                        continue;
                report_counts(report, i, sums->tallies + i);
                if (options.count)
                        report_calls(report, i, sums->counts + i, sums->tallies + i);
                if (times)
                        report_times(report, i, sums->tallies + i);
        }
        if (times && options.toggle_msec > 0) {
                report_switches(report, "to_guest", &stand->to_guest);
                report_switches(report, "to_host", &stand->to_host);
        }
        if (times)
                report_ratios(report, &sums->ratios);
        fflush(stdout);
}

/* All turns at one rate; false: pilliond was wrong. */
static bool run_rate(struct stand *stand, unsigned rate) {
        struct report report = { options.name, rate };
        struct sums sums = { 0 };
        bool right;

        for (unsigned turn = 0; turn < options.turns; turn++)
                run_pair(stand, rate, &sums);
        report_all(&report, stand, &sums);
        right = !options.wanted[RELAYER_OURS] || is_right(sums.tallies + RELAYER_OURS, stand);
        for (enum relayer i = 0; i < N_RELAYERS; i++)
                tally_done(sums.tallies + i);
        latencies_done(&stand->to_guest);
        latencies_done(&stand->to_host);
        return right;
}

static void set_rates(const char *text) {
        char *end;

        for (options.n_rates = 0; options.n_rates < MAX_RATES; text = end + 1) {
                unsigned long rate = strtoul(text, &end, 10);

                if (end == text || (*end && *end != ',') || rate == 0 || rate > 100000)
                        test_fail("'%s' is no list of rates", text);
                options.rates[options.n_rates++] = (unsigned)rate;
                if (!*end)
                        return;
        }
}

static void set_only(const char *text) {
        CHECK(strcmp(text, "ours") == 0 || strcmp(text, "bare") == 0);
        options.wanted[RELAYER_OURS] = strcmp(text, "ours") == 0;
        options.wanted[RELAYER_BARE] = !options.wanted[RELAYER_OURS];
}

static void set_option(int option, const char *text) {
        switch (option) {
        case 'p':
                options.pid = (pid_t)strtol(text, NULL, 10);
                return;
        case 'g':
                options.guest = text;
                return;
        case 'n':
                options.name = text;
                return;
        case 'r':
                set_rates(text);
                return;
        case 's':
                options.seconds = strtod(text, NULL);
                return;
        case 't':
                options.turns = (unsigned)strtoul(text, NULL, 10);
                return;
        case 'o':
                set_only(text);
                return;
        case 'x':
                options.toggle_msec = (unsigned)strtoul(text, NULL, 10);
                return;
        case 'l':
                options.load = (unsigned)strtoul(text, NULL, 10);
                return;
        case 'a':
                options.allocations = text;
                return;
        case 'c':
                options.count = true;
                return;
        case 'k':
                options.check = true;
                return;
        }
}

static void parse_options(int argc, char *argv[]) {
        static const struct option long_options[] = {
                { "pid", required_argument, NULL, 'p' },     { "guest", required_argument, NULL, 'g' },
                { "name", required_argument, NULL, 'n' },    { "rates", required_argument, NULL, 'r' },
                { "seconds", required_argument, NULL, 's' }, { "turns", required_argument, NULL, 't' },
                { "only", required_argument, NULL, 'o' },    { "toggle", required_argument, NULL, 'x' },
                { "load", required_argument, NULL, 'l' },    { "allocations", required_argument, NULL, 'a' },
                { "count", no_argument, NULL, 'c' },         { "check", no_argument, NULL, 'k' },
                { "help", no_argument, NULL, 'h' },          { NULL },
        };
        int option;

        while ((option = getopt_long(argc, argv, "", long_options, NULL)) >= 0) {
                if (option == 'h' || option == '?') {
                        print_usage(option == 'h' ? stdout : stderr);
                        exit(option == 'h' ? 0 : 2);
                }
                set_option(option, optarg);
        }
        if (options.pid <= 0 || options.seconds <= 0 || options.turns == 0) {
                print_usage(stderr);
                exit(2);
        }
}

int main(int argc, char *argv[]) {
        struct stand stand;
        bool right = true;

        parse_options(argc, argv);
        stand_open(&stand, options.pid, options.guest);
        for (unsigned i = 0; i < options.n_rates; i++)
                right &= run_rate(&stand, options.rates[i]);
        if (options.check && !right)
                test_fail("not every frame has arrived once and in order");
        return 0;
}
