/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/*
 * switcher/mailbox: letters from other threads to the loop, in order, announced by an eventfd.
 */
#include <systemd/sd-event.h>

#include "core/cleanup.h"

struct mailbox;

/* Opens one letter, in the loop, and frees it. */
typedef void (*mailbox_fn)(void *letter, void *userdata);

/* RELEASE frees letters that nobody opened. */
int mailbox_new(struct mailbox **ret, sd_event *loop, mailbox_fn on_letter, void (*release)(void *letter),
                void *userdata);
struct mailbox *mailbox_free(struct mailbox *mailbox);
DEFINE_CLEANUP(struct mailbox, mailbox_free);

/* From any thread. Owns LETTER from here on; without memory it is released and lost. */
void mailbox_post(struct mailbox *mailbox, void *letter);

/*
 * Nothing is delivered any more; posting stays harmless. For a mailbox that a stuck thread may still post to.
 */
void mailbox_close(struct mailbox *mailbox);
