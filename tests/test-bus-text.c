/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What is no UTF-8 becomes it, whatever comes; what is, stays. sd-bus has the last word. */
#include "core/bus-text.h"

#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "tests/test.h"

static sd_bus_message *message;

static void becomes(const char *before, const char *after) {
        char text[100];

        snprintf(text, sizeof(text), "%s", before);
        CHECK_STR(bus_text(text), after);
        CHECK(sd_bus_message_append(message, "s", text) >= 0);
        CHECK(bus_text_append(message, before) >= 0);
}

static void test_stays(void) {
        static const char *const texts[] = { "", "plain\n\t\x7f", "\u00fc\u20ac\U0001f5a5", "\xc2\x80\u0800",
                                             "\ud7ff\ue000\U0010fffd" };

        for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++)
                becomes(texts[i], texts[i]);
}

static void test_mended(void) {
        becomes("m\xfcsic", "m?sic");
        becomes("\xfc\xe4\xf6", "???");
        becomes("a\x80z", "a?z");         /* goes on, but with nothing */
        becomes("\xc0\xafz", "??z");      /* longer than it has to be */
        becomes("\xe0\x9f\xbfz", "???z"); /* as well */
        becomes("\xed\xa0\x80z", "???z"); /* half of two */
        becomes("\xef\xbf\xbfz", "???z"); /* none */
        becomes("\xf4\x90\x80\x80z", "????z");
        becomes("\xff\xfez", "??z");
}

static void test_cut(void) {
        becomes("ab\xc3", "ab");
        becomes("ab\xe2\x82", "ab");
        becomes("ab\xf0\x9f\x96", "ab");
        becomes("ab\xe2\x82z", "ab??z");
}

/* Any bytes at all: sd-bus takes what comes of them. */
static void test_random(void) {
        char text[40];

        srand(1);
        for (unsigned n = 0; n < 20000; n++) {
                for (size_t i = 0; i < sizeof(text) - 1; i++)
                        text[i] = (char)(rand() % 3 ? 0x80 + rand() % 0x80 : rand());
                text[sizeof(text) - 1] = '\0';
                CHECK(bus_text_append(message, text) >= 0);
        }
}

/* Nobody is at the other end: nothing is sent. */
static sd_bus *connect_nowhere(void) {
        sd_bus *bus = NULL;
        int ends[2];

        CHECK_EQ(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, ends), 0);
        CHECK(sd_bus_new(&bus) >= 0);
        CHECK(sd_bus_set_fd(bus, ends[0], ends[0]) >= 0);
        CHECK(sd_bus_start(bus) >= 0);
        close(ends[1]);
        return bus;
}

int main(void) {
        sd_bus *bus = connect_nowhere();

        CHECK(sd_bus_message_new(bus, &message, SD_BUS_MESSAGE_SIGNAL) >= 0);
        CHECK(sd_bus_message_append(message, "s", "m\xfcsic") < 0); /* or all of this would be for nothing */
        sd_bus_message_unref(message);
        CHECK(sd_bus_message_new(bus, &message, SD_BUS_MESSAGE_SIGNAL) >= 0);
        test_stays();
        test_mended();
        test_cut();
        test_random();
        sd_bus_message_unref(message);
        sd_bus_unref(bus);
        return 0;
}
