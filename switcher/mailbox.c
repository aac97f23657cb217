/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "switcher/mailbox.h"

#include <errno.h>
#include <pthread.h>
#include <stdint.h>
#include <sys/eventfd.h>

#include "core/loop.h"

struct envelope {
        struct envelope *next; /* owner: mailbox.first */
        void *letter;
};

struct mailbox {
        pthread_mutex_t lock;
        struct envelope *first, **last;
        int fd;
        sd_event_source *source;
        mailbox_fn on_letter;
        void (*release)(void *letter);
        void *userdata;
};

static struct envelope *take_all(struct mailbox *mailbox) {
        struct envelope *first;

        pthread_mutex_lock(&mailbox->lock);
        first = steal_ptr(mailbox->first);
        mailbox->last = &mailbox->first;
        pthread_mutex_unlock(&mailbox->lock);
        return first;
}

static int on_announced(sd_event_source *source, int fd, uint32_t revents, void *userdata) {
        struct mailbox *mailbox = userdata;
        struct envelope *envelope, *next;
        uint64_t count;

        (void)!read(fd, &count, sizeof(count)); /* only resets it */
        for (envelope = take_all(mailbox); envelope; envelope = next) {
                next = envelope->next;
                mailbox->on_letter(envelope->letter, mailbox->userdata);
                free(envelope);
        }
        return 0;
}

int mailbox_new(struct mailbox **ret, sd_event *loop, mailbox_fn on_letter, void (*release)(void *letter),
                void *userdata) {
        _cleanup_(mailbox_freep) struct mailbox *mailbox = calloc(1, sizeof(*mailbox));
        int r;

        if (!mailbox)
                return -ENOMEM;
        pthread_mutex_init(&mailbox->lock, NULL);
        mailbox->last = &mailbox->first;
        mailbox->on_letter = on_letter;
        mailbox->release = release;
        mailbox->userdata = userdata;
        mailbox->fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
        if (mailbox->fd < 0)
                return -errno;
        r = sd_event_add_io(loop, &mailbox->source, mailbox->fd, EPOLLIN, on_announced, mailbox);
        if (r < 0)
                return r;
        source_declare(mailbox->source, "mailbox", SD_EVENT_PRIORITY_NORMAL, SOURCE_DOMINANT);
        *ret = steal_ptr(mailbox);
        return 0;
}

struct mailbox *mailbox_free(struct mailbox *mailbox) {
        struct envelope *envelope, *next;

        if (!mailbox)
                return NULL;
        mailbox_close(mailbox);
        for (envelope = mailbox->first; envelope; envelope = next) {
                next = envelope->next;
                mailbox->release(envelope->letter);
                free(envelope);
        }
        mailbox->fd = close_fd(mailbox->fd);
        pthread_mutex_destroy(&mailbox->lock);
        free(mailbox);
        return NULL;
}

void mailbox_close(struct mailbox *mailbox) {
        mailbox->source = sd_event_source_disable_unref(mailbox->source);
}

void mailbox_post(struct mailbox *mailbox, void *letter) {
        struct envelope *envelope = malloc(sizeof(*envelope));
        const uint64_t one = 1;

        if (!envelope) {
                mailbox->release(letter);
                return;
        }
        *envelope = (struct envelope){ .letter = letter };
        pthread_mutex_lock(&mailbox->lock);
        *mailbox->last = envelope;
        mailbox->last = &envelope->next;
        pthread_mutex_unlock(&mailbox->lock);
        (void)!write(mailbox->fd, &one, sizeof(one)); /* fails only if announced already */
}
