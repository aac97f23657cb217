/* SPDX-License-Identifier: GPL-2.0-or-later */
/* guest/words: nothing is guessed; a word that is not wholly a number is not one. */
#include "guest/memory.h"
#include "guest/words.h"

unsigned words_split(char *line, char *words[WORDS_MAX]) {
        unsigned count = 0;
        while (*line) {
                while (*line == ' ')
                        *line++ = '\0';
                if (!*line)
                        break;
                if (count < WORDS_MAX)
                        words[count] = line;
                count++;
                while (*line && *line != ' ')
                        line++;
        }
        return count;
}

bool word_hex_digit(char digit, uint8_t *ret) {
        if (digit >= '0' && digit <= '9')
                *ret = (uint8_t)(digit - '0');
        else if (digit >= 'a' && digit <= 'f')
                *ret = (uint8_t)(digit - 'a' + 10);
        else if (digit >= 'A' && digit <= 'F')
                *ret = (uint8_t)(digit - 'A' + 10);
        else
                return false;
        return true;
}

bool word_number(const char *word, uint32_t limit, uint32_t *ret) {
        uint32_t base = word[0] == '0' && word[1] == 'x' ? 16 : 10;
        uint64_t value = 0;
        uint8_t digit;
        if (base == 16)
                word += 2;
        if (!*word)
                return false;
        for (; *word; word++) {
                if (!word_hex_digit(*word, &digit) || digit >= base)
                        return false;
                value = value * base + digit;
                if (value > limit)
                        return false;
        }
        *ret = (uint32_t)value;
        return true;
}

bool word_signed(const char *word, uint32_t limit, int *ret) {
        bool negative = *word == '-';
        uint32_t value;
        if (negative || *word == '+')
                word++;
        if (!word_number(word, limit, &value))
                return false;
        *ret = negative ? -(int)value : (int)value;
        return true;
}

bool word_switch(const char *word, bool *ret) {
        *ret = text_equal(word, "on");
        return *ret || text_equal(word, "off");
}
