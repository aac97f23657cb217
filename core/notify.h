/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/*
 * core/notify: desktop notifications, by org.freedesktop.Notifications on the session bus. What is worth one
 * is for core/news to say. Nothing here waits; where nobody shows notifications, there are none.
 *
 * Threads: the loop's. Source: Desktop Notifications Specification 1.2.
 */
#include <systemd/sd-bus.h>

#include "core/cleanup.h"
#include "core/config.h"
#include "core/news.h"

struct notify;

/* BUS is the session's, borrowed; it must outlive it. -ENOMEM only. */
int notify_new(struct notify **ret, sd_bus *bus, const struct config *config);
struct notify *notify_free(struct notify *notify);
DEFINE_CLEANUP(struct notify, notify_free);

void notify_configure(struct notify *notify, const struct config *config);

/* Shows what is new in VIEW, if anything is. */
void notify_look(struct notify *notify, const struct news_view *view);

/* TEXT with what a body's markup is made of replaced: a reason may hold a line of XML. */
void notify_escape(char *buf, size_t size, const char *text);
