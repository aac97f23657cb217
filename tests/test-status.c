/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What `pillion status` prints of what the bus says: for people, and as JSON. */
#include "core/command/status.h"

#include "tests/test.h"

#define TEXT(part, name, text)                                                                               \
        { part, name, 's', (char *)(text), 0 }
#define NUMBER(name, number)                                                                                 \
        { "audio", name, 'n', NULL, number }
#define STATUS(values)                                                                                       \
        { values, sizeof(values) / sizeof(*(values)) }
#define FLAG(part, name, number)                                                                             \
        { part, name, 'b', NULL, number }

static const char *printed(void (*print)(FILE *, const struct client_status *, bool),
                           const struct client_status *status, bool flag) {
        static char *text;
        size_t size;
        FILE *out;

        free(text);
        text = NULL;
        out = open_memstream(&text, &size);
        CHECK(out);
        print(out, status, flag);
        fclose(out);
        return text;
}

static void test_playing(void) {
        struct client_value values[] = {
                TEXT("audio", "state", "playing"),
                TEXT("audio", "origin", "/dev/shm/scream-ivshmem"),
                TEXT("audio", "format", "48000 Hz, 16 bit, 2 channels"),
                NUMBER("latency-usec", 18249),
                NUMBER("target-usec", 18000),
                { "audio", "rate-ppm", 'i', NULL, (uint64_t)-12 },
                NUMBER("fill-frames", 874),
                NUMBER("underruns", 1),
                NUMBER("overruns", 2),
                NUMBER("quantum", 512),
                NUMBER("graph-rate", 48000),
                NUMBER("datagrams", 3),
        };
        const struct client_status status = STATUS(values);

        CHECK_STR(printed(status_print_audio, &status, false),
                  "audio     playing 48000 Hz, 16 bit, 2 channels from /dev/shm/scream-ivshmem\n"
                  "          18.2 ms behind the guest (target 18 ms), 874 frames waiting, rate -12 ppm\n"
                  "          underruns 1, overruns 2; quantum 512 at 48000 Hz\n");
        CHECK(strstr(printed(status_print_audio, &status, true), "audio     \033[32mplaying\033[m 48000"));
}

static void test_home(void) {
        struct client_value values[] = {
                TEXT("input", "side", "host"),
                TEXT("input", "home-reason", "the guest is paused"),
        };
        const struct client_status status = STATUS(values);

        CHECK(strstr(printed(status_print, &status, false),
                     "\n          back from the guest because the guest is paused\n"));
}

/* What keeps a hotkey from its work is shown with the input, below what keeps that from its own. */
static void test_hotkey_problem(void) {
        struct client_value values[] = {
                TEXT("input", "side", "host"),
                TEXT("input", "problem", "no mouse"),
                TEXT("input", "hotkey-problem", "no Mumble"),
        };
        const struct client_status status = STATUS(values);

        CHECK(strstr(printed(status_print, &status, false),
                     "\n          ! no mouse\n          ! no Mumble\n"));
}

static void test_network(void) {
        struct client_value values[] = {
                TEXT("audio", "state", "waiting"),
                TEXT("audio", "origin", "udp:4010"),
                TEXT("audio", "sink-problem", "no sink"),
                NUMBER("datagrams", 3),
                NUMBER("malformed", 1),
                NUMBER("refused", 2),
        };
        const struct client_status status = STATUS(values);

        CHECK_STR(printed(status_print_audio, &status, false),
                  "audio     waiting at udp:4010\n"
                  "          datagrams 3, malformed 1, refused 2\n"
                  "          ! no sink\n");
}

static const char *loan(const char *phase, const char *step, const char *problem, const char *warning) {
        struct client_value values[] = {
                TEXT("manager", "loan", phase),
                TEXT("manager", "profile", strcmp(phase, "host") == 0 ? "" : "games"),
                TEXT("manager", "step", step),
                TEXT("manager", "loan-problem", problem),
                TEXT("manager", "loan-warning", warning),
                { "manager", "step-number", 'n', NULL, 4 },
                { "manager", "step-count", 'n', NULL, 9 },
        };
        const struct client_status status = STATUS(values);
        static char text[2][400];
        static unsigned i;
        char *line = text[i++ % 2];

        snprintf(line, sizeof(*text), "%s", strstr(printed(status_print, &status, false), "hardware"));
        *strstr(line, "libvirt") = '\0';
        return line;
}

static void test_loan(void) {
        CHECK_STR(loan("host", "", "", ""), "hardware  at the host\n");
        CHECK_STR(loan("host", "", "it was busy", ""), "hardware  at the host\n          ! it was busy\n");
        CHECK_STR(loan("lending", "unbind 0000:01:00.0", "", ""),
                  "hardware  on its way to the guest, by the profile games\n"
                  "          4 of 9: unbind 0000:01:00.0\n");
        CHECK_STR(loan("lent", "", "", ""), "hardware  lent to the guest, by the profile games\n");
        CHECK_STR(loan("lent", "", "", "start b: no"),
                  "hardware  lent to the guest, by the profile games\n          ! start b: no\n");
        CHECK_STR(loan("stuck", "unbind 0000:01:00.0", "it hangs", ""),
                  "hardware  stuck on its way, by the profile games\n"
                  "          4 of 9: unbind 0000:01:00.0\n"
                  "          ! it hangs\n");
        CHECK_STR(loan("gone", "", "", ""), "hardware  gone, by the profile games\n");
}

/* What a daemon of another version lacks or has on top of it breaks nothing. */
static void test_strange(void) {
        struct client_value values[] = {
                TEXT("audio", "state", "playing"),
                TEXT("audio", "mood", "fine"),
                FLAG("video", "on", 1),
        };
        const struct client_status status = STATUS(values), nothing = { 0 };

        CHECK_STR(printed(status_print_audio, &status, false), "audio     playing\n"
                                                               "          0 frames waiting, rate +0 ppm\n");
        CHECK_STR(printed(status_print, &nothing, false),
                  "guest     none\n"
                  "libvirt   not connected\n"
                  "input     at the ; 0 keyboards, 0 mice; the guest's devices not there\n"
                  "audio     \n");
        CHECK_STR(printed(status_print_json, &nothing, true), "{ }\n");
}

static void test_json(void) {
        char one_two[] = "\"1\"\n2\n", none[] = "";
        struct client_value values[] = {
                TEXT("manager", "state", "ho\"st\\\n"),
                FLAG("manager", "libvirt-connected", 1),
                { "input", "devices", 'a', one_two, 0 },
                { "input", "devices", 'a', none, 0 },
                { "audio", "rate-ppm", 'i', NULL, (uint64_t)-12 },
                NUMBER("datagrams", UINT64_MAX),
        };
        const struct client_status status = STATUS(values);

        CHECK_STR(printed(status_print_json, &status, true),
                  "{ \"manager\": { \"state\": \"ho\\\"st\\\\\\u000a\", \"libvirt-connected\": true }, "
                  "\"input\": { \"devices\": [\"\\\"1\\\"\", \"2\"], \"devices\": [] }, "
                  "\"audio\": { \"rate-ppm\": -12, \"datagrams\": 18446744073709551615 } }\n");
        CHECK_STR(printed(status_print_json, &status, false), "{\n"
                                                              "  \"manager\": {\n"
                                                              "    \"state\": \"ho\\\"st\\\\\\u000a\",\n"
                                                              "    \"libvirt-connected\": true\n"
                                                              "  },\n"
                                                              "  \"input\": {\n"
                                                              "    \"devices\": [\"\\\"1\\\"\", \"2\"],\n"
                                                              "    \"devices\": []\n"
                                                              "  },\n"
                                                              "  \"audio\": {\n"
                                                              "    \"rate-ppm\": -12,\n"
                                                              "    \"datagrams\": 18446744073709551615\n"
                                                              "  }\n"
                                                              "}\n");
}

int main(void) {
        test_playing();
        test_home();
        test_hotkey_problem();
        test_network();
        test_loan();
        test_strange();
        test_json();
        return 0;
}
