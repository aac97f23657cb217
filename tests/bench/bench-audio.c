/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * pillion-bench-audio: what a receiver of Scream's ring costs and what it makes of the sound, measured from
 * the guest's driver to the sink; see print_usage(). Receivers that are compared run at the same time, each
 * in a session of its own, so that what else the machine does hits all of them.
 */
#include <errno.h>
#include <getopt.h>

#include "tests/bench/bench.h"
#include "tests/bench/slots.h"

#define MAX_SLOTS 256
#define MAX_LIST  16

static struct bench_options options = {
        .seconds = 12,
        .settle = 4,
        .format = { 48000, 16, 2, 3 },
};
static unsigned quanta[MAX_LIST] = { 128, 256, 512, 1024 };
static double skews[MAX_LIST] = { -500, 0, 500 };
static size_t n_quanta = 4, n_skews = 3, parallel = 1, n_slots;
static bool wanted[N_RECEIVERS] = { true, true, true, true };
static const char *scenarios = "monitor,steady,idle,format,restart";
static struct slot slots[MAX_SLOTS];

static void print_usage(FILE *to) {
        fputs("pillion-bench-audio --pilliond FILE --bare FILE [OPTION...]\n"
              "  --seconds N         how long each measurement takes (12)\n"
              "  --settle N          and how long it plays before (4)\n"
              "  --quantum Q,...     frames per cycle of the graph (128,256,512,1024)\n"
              "  --skew PPM,...      how fast the guest's clock is (-500,0,500)\n"
              "  --tick USEC         the guest's timer: 15625 as Windows', 0 exact (0)\n"
              "  --jitter USEC       and up to so much later (0)\n"
              "  --format R/B/C      rate, bits and channels of the sound (48000/16/2)\n"
              "  --only ours|bare|resampled|peer\n"
              "  --peer COMMAND      somebody else's receiver; %s in it is the ring\n"
              "  --peer-with PID     a process that works for it: its cost is the peer's too\n"
              "  --set 'KEY = VALUE' a line for pilliond's [audio]\n"
              "  --scenario LIST     of monitor,steady,idle,format,restart (all)\n"
              "  --parallel N        measurements at the same time (1)\n"
              "  --verbose           every fault, with its time\n",
              to);
}

static struct slot *add_slot(void) {
        CHECK(n_slots < MAX_SLOTS);
        return slots + n_slots++;
}

static void add_steady(unsigned quantum, double skew) {
        struct slot *slot = add_slot();

        for (int receiver = 0; receiver < N_RECEIVERS; receiver++) {
                char name[64];
                struct job *job;

                if (!wanted[receiver] || (receiver == RECEIVER_PEER && !options.peer))
                        continue;
                snprintf(name, sizeof(name), "q%u.skew%+g.%s", quantum, skew,
                         receiver_name((enum receiver)receiver));
                job = slot_add_job(slot, steady_run, name);
                job->quantum = quantum;
                job->skew = skew;
                job->receiver = (enum receiver)receiver;
        }
}

static void add_idle(void) {
        static const char *const variants[] = { "no_file", "guest_off", "stream_closed", "stream_frozen" };
        struct slot *slot = add_slot();

        for (size_t i = 0; i < sizeof(variants) / sizeof(*variants); i++) {
                char name[64];

                snprintf(name, sizeof(name), "idle.%s", variants[i]);
                slot_add_job(slot, idle_run, name)->variant = variants[i];
        }
}

static void add_slots(void) {
        if (strstr(scenarios, "monitor"))
                for (size_t i = 0; i < n_quanta; i++) {
                        char name[64];

                        snprintf(name, sizeof(name), "monitor.q%u", quanta[i]);
                        slot_add_job(add_slot(), monitor_run, name)->quantum = quanta[i];
                }
        if (strstr(scenarios, "steady"))
                for (size_t i = 0; i < n_quanta; i++)
                        for (size_t j = 0; j < n_skews; j++)
                                add_steady(quanta[i], skews[j]);
        if (strstr(scenarios, "idle") && wanted[RECEIVER_OURS])
                add_idle();
        if (strstr(scenarios, "format") && wanted[RECEIVER_OURS])
                slot_add_job(add_slot(), format_change_run, "format_change");
        if (strstr(scenarios, "restart") && wanted[RECEIVER_OURS])
                slot_add_job(add_slot(), restart_run, "pipewire_restart");
}

static size_t parse_list(const char *text, double *ret) {
        size_t n = 0;
        char *end;

        for (; n < MAX_LIST; text = end + 1) {
                ret[n++] = strtod(text, &end);
                if (end == text || (*end && *end != ','))
                        test_fail("'%s' is no list of numbers", text);
                if (!*end)
                        break;
        }
        return n;
}

static void set_quanta(const char *text) {
        double list[MAX_LIST];

        n_quanta = parse_list(text, list);
        for (size_t i = 0; i < n_quanta; i++)
                quanta[i] = (unsigned)list[i];
}

static void set_format(const char *text) {
        unsigned rate, bits, channels;

        if (sscanf(text, "%u/%u/%u", &rate, &bits, &channels) != 3)
                test_fail("'%s' is no format; 48000/16/2 is one", text);
        options.format = (struct pcm_format){ rate, (uint8_t)bits, (uint8_t)channels, 0 };
}

static void set_only(const char *text) {
        for (int i = 0; i < N_RECEIVERS; i++)
                wanted[i] = strcmp(text, receiver_name((enum receiver)i)) == 0;
}

static void set_option(int option, char *text) {
        switch (option) {
        case 's':
                options.seconds = strtod(text, NULL);
                return;
        case 'e':
                options.settle = strtod(text, NULL);
                return;
        case 'q':
                set_quanta(text);
                return;
        case 'k':
                n_skews = parse_list(text, skews);
                return;
        case 't':
                options.tick = (unsigned)strtoul(text, NULL, 10);
                return;
        case 'j':
                options.jitter = (unsigned)strtoul(text, NULL, 10);
                return;
        case 'f':
                set_format(text);
                return;
        case 'o':
                set_only(text);
                return;
        case 'w':
                usage_add(&options.peer_with, (pid_t)strtol(text, NULL, 10));
                return;
        case 'P':
                parallel = strtoul(text, NULL, 10);
                return;
        }
}

static void parse_options(int argc, char *argv[]) {
        static const struct option long_options[] = {
                { "pilliond", required_argument, NULL, 'd' }, { "bare", required_argument, NULL, 'b' },
                { "seconds", required_argument, NULL, 's' },  { "settle", required_argument, NULL, 'e' },
                { "quantum", required_argument, NULL, 'q' },  { "skew", required_argument, NULL, 'k' },
                { "tick", required_argument, NULL, 't' },     { "jitter", required_argument, NULL, 'j' },
                { "format", required_argument, NULL, 'f' },   { "only", required_argument, NULL, 'o' },
                { "peer", required_argument, NULL, 'p' },     { "peer-with", required_argument, NULL, 'w' },
                { "set", required_argument, NULL, 'x' },      { "scenario", required_argument, NULL, 'c' },
                { "parallel", required_argument, NULL, 'P' }, { "verbose", no_argument, NULL, 'v' },
                { "help", no_argument, NULL, 'h' },           { NULL },
        };
        int option;

        while ((option = getopt_long(argc, argv, "", long_options, NULL)) >= 0) {
                if (option == 'h' || option == '?') {
                        print_usage(option == 'h' ? stdout : stderr);
                        exit(option == 'h' ? 0 : 2);
                }
                if (option == 'd')
                        options.pilliond = optarg;
                else if (option == 'b')
                        options.bare = optarg;
                else if (option == 'p')
                        options.peer = optarg;
                else if (option == 'x')
                        options.extra = optarg;
                else if (option == 'c')
                        scenarios = optarg;
                else if (option == 'v')
                        options.verbose = true;
                else
                        set_option(option, optarg);
        }
        CHECK(options.pilliond && options.bare && parallel > 0 && options.seconds > 0);
}

int main(int argc, char *argv[]) {
        static const char *const programs[] = { "dbus-daemon", "pipewire", "wireplumber", "pw-metadata",
                                                "pw-dump" };

        for (size_t i = 0; i < sizeof(programs) / sizeof(*programs); i++)
                if (!is_installed(programs[i]))
                        test_skip("%s is not installed", programs[i]);
        parse_options(argc, argv);
        add_slots();
        for (size_t i = 0; i < n_slots; i++)
                for (size_t j = 0; j < slots[i].n; j++)
                        slots[i].jobs[j].options = &options;
        return slots_run(slots, n_slots, parallel) ? 0 : 1;
}
