/* SPDX-License-Identifier: GPL-2.0-or-later */
/* guest/command-machine: the shared memory's raw bytes, the keyboard's lights, power, and how things are. */
#include <stddef.h>

#include "guest/acpi.h"
#include "guest/clock.h"
#include "guest/command.h"
#include "guest/hotplug.h"
#include "guest/ivshmem.h"
#include "guest/keyboard.h"
#include "guest/memory.h"
#include "guest/say.h"
#include "guest/scream.h"
#include "guest/wake.h"
#include "guest/words.h"

#define PEEK_MAX 512u

static bool ignore_power_button;

bool command_ignores_power_button(void) {
        return ignore_power_button;
}

/* Where LENGTH bytes at the offset that WORD names lie, or NULL when they do not all lie in the BAR. */
static volatile uint8_t *locate(const char *word, uint32_t length) {
        const struct ivshmem *device = ivshmem_current();
        uint32_t offset;
        if (!device || length > device->size || !word_number(word, device->size - length, &offset))
                return NULL;
        return (uint8_t *)device->memory + offset;
}

static const char *peek(unsigned count, char **words) {
        static char hex[2 * PEEK_MAX + 1];
        volatile const uint8_t *at;
        uint32_t length;
        if (!word_number(words[2], PEEK_MAX, &length))
                return "at most 512 bytes at once";
        at = locate(words[1], length);
        if (!at)
                return "outside the shared memory";
        for (uint32_t i = 0; i < length; i++) {
                uint8_t byte = at[i];
                hex[2 * i] = "0123456789abcdef"[byte >> 4];
                hex[2 * i + 1] = "0123456789abcdef"[byte & 15];
        }
        hex[2 * length] = '\0';
        say("ok %s", hex);
        return NULL;
}

static bool all_hex(const char *text) {
        uint8_t digit;
        while (*text)
                if (!word_hex_digit(*text++, &digit))
                        return false;
        return true;
}

static const char *poke(unsigned count, char **words) {
        uint32_t length = strlen(words[2]) / 2;
        volatile uint8_t *at;
        uint8_t high = 0, low = 0;
        if (strlen(words[2]) % 2 || !all_hex(words[2]))
                return "two hexadecimal digits for each byte";
        at = locate(words[1], length);
        if (!at)
                return "outside the shared memory";
        for (uint32_t i = 0; i < length; i++) {
                (void)word_hex_digit(words[2][2 * i], &high);
                (void)word_hex_digit(words[2][2 * i + 1], &low);
                at[i] = (uint8_t)(high << 4 | low);
        }
        say("ok %u", length);
        return NULL;
}

static const char *status(unsigned count, char **words) {
        const struct scream_status *now = scream_status();
        const char *state = !now->open ? "stopped" : now->paused ? "paused" : "playing";
        say("ok %s %u/%u/%u mask 0x%x hz %u index %u of %u chunks %u skew %d mute %s time %u", state,
            now->tone.rate, now->tone.bits, now->tone.channels, now->mask, now->tone.hz, now->index,
            now->max_chunks, now->chunks, now->skew, now->muted ? "on" : "off", clock_milliseconds());
        return NULL;
}

static const char *tick(unsigned count, char **words) {
        uint32_t hz;
        if (!word_number(words[1], 1000, &hz) || (hz > 0 && hz < 20))
                return "20 to 1000 times a second, or 0 for when a chunk is due";
        wake_set_tick(hz);
        say("ok");
        return NULL;
}

static const char *leds(unsigned count, char **words) {
        uint32_t mask;
        if (!word_number(words[1], 7, &mask))
                return "0 to 7: scroll lock 1, num lock 2, caps lock 4";
        keyboard_leds((uint8_t)mask);
        say("ok");
        return NULL;
}

static const char *set_ignore_power_button(unsigned count, char **words) {
        bool ignore;
        if (!word_switch(words[1], &ignore))
                return "on or off";
        ignore_power_button = ignore;
        say("ok");
        return NULL;
}

static const char *rescan(unsigned count, char **words) {
        hotplug_rescan();
        say("ok");
        return NULL;
}

static const char *power(unsigned count, char **words) {
        say("ok");
        if (text_equal(words[0], "reboot"))
                acpi_reboot();
        else
                acpi_power_off();
        return NULL;
}

const struct command machine_commands[] = {
        { "peek", 2, 2, "OFFSET LENGTH", peek },
        { "poke", 2, 2, "OFFSET HEXBYTES", poke },
        { "status", 0, 0, "", status },
        { "tick", 1, 1, "HZ", tick },
        { "leds", 1, 1, "MASK", leds },
        { "ignore-power-button", 1, 1, "on|off", set_ignore_power_button },
        { "rescan", 0, 0, "", rescan },
        { "reboot", 0, 0, "", power },
        { "poweroff", 0, 0, "", power },
        { NULL, 0, 0, NULL, NULL },
};
