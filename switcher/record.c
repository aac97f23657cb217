/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "switcher/record.h"

#include <inttypes.h>

#define CRC_DIGITS 8

static const char *const types[] = {
        [RECORD_BEGIN] = "BEGIN",   [RECORD_INTENT] = "INTENT", [RECORD_DONE] = "DONE",
        [RECORD_FAILED] = "FAILED", [RECORD_STUCK] = "STUCK",   [RECORD_LENT] = "LENT",
        [RECORD_UNDO] = "UNDO",     [RECORD_UNDONE] = "UNDONE", [RECORD_END] = "END",
};
_Static_assert(sizeof(types) / sizeof(*types) == N_RECORDS, "each type has a name");

/* IEEE 802.3's, bit by bit: a journal is a few kilobytes. */
static uint32_t crc32(const char *text, size_t size) {
        uint32_t crc = ~0u;

        for (size_t i = 0; i < size; i++) {
                crc ^= (unsigned char)text[i];
                for (int bit = 0; bit < 8; bit++)
                        crc = crc >> 1 ^ (crc & 1 ? 0xedb88320u : 0);
        }
        return ~crc;
}

void record_done(struct record *record) {
        words_done(&record->words);
}

char *record_encode(const struct record *record) {
        _cleanup_free_ char *words = words_encode(&record->words), *body = NULL;
        char *line;

        if (!words || asprintf(&body, "%s%s%s", types[record->type], *words ? " " : "", words) < 0)
                return NULL;
        if (asprintf(&line, "%08" PRIx32 " %s", crc32(body, strlen(body)), body) < 0)
                return NULL;
        return line;
}

static int type_from_name(const char *name) {
        for (int type = 0; type < N_RECORDS; type++)
                if (strcmp(types[type], name) == 0)
                        return type;
        return -EBADMSG;
}

/* Whether LINE begins with the CRC of its rest. Strict: one text has one form. */
static bool is_whole(const char *line, size_t size) {
        char crc[CRC_DIGITS + 1];
        const size_t head = CRC_DIGITS + 1;

        if (size <= head || line[CRC_DIGITS] != ' ')
                return false;
        snprintf(crc, sizeof(crc), "%08" PRIx32, crc32(line + head, size - head));
        return memcmp(crc, line, CRC_DIGITS) == 0;
}

int record_decode(struct record *ret, const char *line, size_t size) {
        struct record record = { 0 };
        _cleanup_free_ char *body = NULL;
        char *words, *name;
        int type, r;

        if (!is_whole(line, size) || memchr(line, '\0', size))
                return -EBADMSG;
        body = strndup(line + CRC_DIGITS + 1, size - CRC_DIGITS - 1);
        if (!body)
                return -ENOMEM;
        words = body;
        name = strsep(&words, " ");
        type = type_from_name(name);
        if (type < 0)
                return type;
        record.type = (enum record_type)type;
        r = words ? words_decode(&record.words, words) : 0;
        if (r < 0) {
                record_done(&record);
                return r == -ENOMEM ? r : -EBADMSG;
        }
        *ret = record;
        return 0;
}
