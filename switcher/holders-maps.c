/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A mapping keeps a device busy when its descriptor was closed long ago. /proc/PID/maps tells the file system
 * that the node is on, not the device that it is; that is seen through /proc/PID/map_files, which it takes
 * CAP_CHECKPOINT_RESTORE to follow. Programs map the same few hundred libraries, so each file is looked at
 * once: what is known to be no node is remembered, by all that its line says of it.
 */
#include <fcntl.h>

#include "switcher/holders-internal.h"

static uint64_t hash(const char *text, size_t size) {
        uint64_t value = 0xcbf29ce484222325; /* FNV-1a */

        for (size_t i = 0; i < size; i++)
                value = (value ^ (unsigned char)text[i]) * 0x100000001b3;
        return value ?: 1;
}

/* Where VALUE is, or would be. SIZE is a power of two, and never all of it taken. */
static uint64_t *slot_of(uint64_t *slots, size_t size, uint64_t value) {
        size_t at = value & (size - 1);

        while (slots[at] && slots[at] != value)
                at = (at + 1) & (size - 1);
        return &slots[at];
}

static bool is_stranger(const struct strangers *strangers, uint64_t value) {
        return strangers->size > 0 && *slot_of(strangers->slots, strangers->size, value);
}

static int remember(struct strangers *strangers, uint64_t value) {
        if (strangers->n * 2 >= strangers->size) {
                struct strangers grown = { .n = strangers->n,
                                           .size = strangers->size > 0 ? strangers->size * 2 : 1024 };

                grown.slots = calloc(grown.size, sizeof(*grown.slots));
                if (!grown.slots)
                        return -ENOMEM;
                for (size_t i = 0; i < strangers->size; i++)
                        if (strangers->slots[i])
                                *slot_of(grown.slots, grown.size, strangers->slots[i]) = strangers->slots[i];
                free(strangers->slots);
                *strangers = grown;
        }
        *slot_of(strangers->slots, strangers->size, value) = value;
        strangers->n++;
        return 0;
}

void strangers_done(struct strangers *strangers) {
        free(strangers->slots);
        *strangers = (struct strangers){ 0 };
}

/* Past N words and the blank after each; NULL: there are not so many. */
static const char *past_words(const char *text, int n) {
        for (; text && n > 0; n--) {
                text = strchr(text, ' ');
                if (text)
                        text++;
        }
        return text;
}

/* "7f12a000-7f12b000 rw-s 00000000 00:06 345    /dev/nvidia0", without the line break. */
static int scan_line(struct scan *scan, int directory, const char *line, size_t size) {
        const char *file = past_words(line, 3), *inode = past_words(file, 1);
        unsigned long from, to;
        char path[64];
        uint64_t value;
        int r;

        if (!inode || *inode == '0')
                return 0;
        value = hash(file, size - (size_t)(file - line));
        if (is_stranger(&scan->strangers, value) || sscanf(line, "%lx-%lx", &from, &to) != 2)
                return 0;
        snprintf(path, sizeof(path), "map_files/%lx-%lx", from, to);
        r = scan_file(scan, directory, path, true);
        if (r == 0)
                r = remember(&scan->strangers, value);
        /* Other errors: the mapping has gone, or FUSE keeps even root out, and has no nodes. */
        return r == -EPERM ? -EACCES : r == -ENOMEM ? r : 0;
}

/* The lines that are whole; how much they are. */
static int scan_lines(struct scan *scan, int directory, char *text, size_t size) {
        char *line = text, *end;

        while ((end = memchr(line, '\n', size - (size_t)(line - text)))) {
                int r;

                *end = '\0';
                r = scan_line(scan, directory, line, (size_t)(end - line));
                if (r < 0)
                        return r;
                line = end + 1;
        }
        return (int)(line - text);
}

int scan_mappings(struct scan *scan, int directory) {
        _cleanup_close_ int fd = openat(directory, "maps", O_RDONLY | O_CLOEXEC);
        char text[32768]; /* more than the longest path, with each of its bytes as "\\ooo" */
        size_t have = 0;
        ssize_t n;

        if (fd < 0)
                return 0;
        while ((n = read(fd, text + have, sizeof(text) - have)) > 0) {
                int used = scan_lines(scan, directory, text, have + (size_t)n);

                if (used < 0)
                        return used;
                have += (size_t)n - (size_t)used;
                memmove(text, text + used, have);
        }
        return n == 0 || errno == ESRCH ? 0 : -EACCES;
}
