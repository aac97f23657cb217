/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a guest has written into its shared memory. Nothing of it is trusted: ivshmem/scream reads the header
 * and says which bytes are sound.
 */
#include "core/doctor/audio.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "ivshmem/explain.h"

#define PIECE 65536u

double doctor_peak(const struct pcm_format *format, const uint8_t *bytes, size_t size) {
        unsigned width = format->bits / 8u;
        double peak = 0;

        for (size_t at = 0; at + width <= size; at += width)
                peak = fmax(peak, fabs(pcm_get(bytes + at, format->bits) / 2147483648.0));
        return peak;
}

static bool has_been_written(int fd) {
        static const uint8_t zeros[PIECE];
        static uint8_t bytes[PIECE];
        off_t at = 0;
        ssize_t n;

        while ((n = pread(fd, bytes, sizeof(bytes), at)) > 0) {
                if (memcmp(bytes, zeros, (size_t)n) != 0)
                        return true;
                at += n;
        }
        return false;
}

static double read_peak(int fd, struct scream_cursor *cursor) {
        static uint8_t bytes[PIECE];
        const struct pcm_format *format = &cursor->header.format;
        struct scream_range range;
        double peak = 0;

        while (scream_cursor_next(cursor, PIECE / pcm_frame_size(format), &range)) {
                ssize_t n = pread(fd, bytes, range.size, (off_t)range.offset);

                if (n > 0)
                        peak = fmax(peak, doctor_peak(format, bytes, (size_t)n));
                scream_cursor_take(cursor, range.frames);
        }
        return 20 * log10(peak);
}

static bool look(struct doctor_ring *ring, int fd, struct scream_cursor *cursor, uint64_t now) {
        if (pread(fd, ring->header, sizeof(ring->header), 0) != sizeof(ring->header))
                return false;
        (void)scream_cursor_update(cursor, ring->header, ring->size, now);
        return true;
}

void doctor_look_at_ring(struct doctor_ring *ret, const char *path, uint32_t wait_usec) {
        _cleanup_close_ int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY);
        struct scream_cursor cursor = { 0 };
        struct scream_header header;
        struct stat st;

        *ret = (struct doctor_ring){ .path = path, .verdict = SCREAM_EMPTY, .peak = -INFINITY };
        if (fd < 0 || fstat(fd, &st) < 0 || !S_ISREG(st.st_mode) || st.st_size < SCREAM_HEADER_SIZE)
                return;
        ret->size = (uint64_t)st.st_size;
        if (!look(ret, fd, &cursor, 0))
                return;
        (void)usleep(wait_usec);
        if (!look(ret, fd, &cursor, wait_usec))
                return;
        ret->verdict = cursor.verdict;
        ret->written = has_been_written(fd);
        if (scream_decode(&header, ret->header, ret->size) != SCREAM_VALID)
                return;
        ret->format = header.format;
        ret->moving = scream_cursor_fill(&cursor) > 0;
        if (ret->moving)
                ret->peak = read_peak(fd, &cursor);
}

static void judge_zeros(struct doctor *doctor, const struct doctor_ring *ring) {
        if (!ring->may_run)
                doctor_say(doctor, DOCTOR_OK, "no driver has written to '%s' yet; the guest is not running",
                           ring->path);
        else
                doctor_say(
                        doctor, DOCTOR_WARNING,
                        "no driver has ever written to '%s', it is all zeros; play something in the guest\n"
                        "If it stays so, in this order:\n"
                        "- Scream is not the guest's default output\n"
                        "- the guest lacks the IVSHMEM driver of virtio-win: a 'PCI standard RAM "
                        "controller' in its Device Manager\n"
                        "- UseIVSHMEM is not there, is no DWORD, or is not the size of the <shmem> in MiB; "
                        "it is read at the guest's start\n"
                        "- the driver has taken another device of the same size",
                        ring->path);
}

static void judge_valid(struct doctor *doctor, const struct doctor_ring *ring) {
        const struct pcm_format *format = &ring->format;
        char text[80];

        snprintf(text, sizeof(text), "%u Hz, %u bit, %u channel%s", format->rate, format->bits,
                 format->channels, format->channels == 1 ? "" : "s");
        if (!ring->may_run)
                doctor_say(doctor, DOCTOR_OK, "%s, from when the guest last ran", text);
        else if (!ring->moving)
                doctor_say(doctor, DOCTOR_OK,
                           "the driver works: %s; nothing plays in the guest at the moment", text);
        else if (isinf(ring->peak))
                doctor_say(doctor, DOCTOR_WARNING,
                           "the guest sends %s of digital silence\n"
                           "Is it muted, or does its program play into another device?",
                           text);
        else
                doctor_say(doctor, DOCTOR_OK, "the guest plays %s, peak %.1f dBFS", text, ring->peak);
}

void doctor_judge_ring(struct doctor *doctor, const struct doctor_ring *ring) {
        char text[700];

        if (ring->size == 0)
                return; /* said already */
        switch (ring->verdict) {
        case SCREAM_VALID:
                return judge_valid(doctor, ring);
        case SCREAM_EMPTY:
                if (!ring->written)
                        return judge_zeros(doctor, ring);
                return doctor_say(doctor, DOCTOR_OK,
                                  "the driver works; no program in the guest plays at the moment");
        case SCREAM_ALIEN:
        case SCREAM_BAD_OFFSET:
        case SCREAM_BAD_BITS:
        case SCREAM_BAD_CHANNELS:
        case SCREAM_BAD_CHUNK:
        case SCREAM_BAD_RATE:
        case SCREAM_BAD_RING:
        case SCREAM_BAD_INDEX:
                explain_bad_header(text, sizeof(text), ring->path, ring->header,
                                   scream_verdict_to_string(ring->verdict));
                doctor_say(doctor, DOCTOR_PROBLEM, "%s", text);
        }
}
