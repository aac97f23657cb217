/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The duplicate that is kept shares its open file with the borrower's descriptor, so EVIOCREVOKE on one ends
 * both, a grab included (drivers/input/evdev.c, evdev_revoke). It also keeps that file, and a grab, alive
 * when the borrower dies: hence the bus is watched for that, and the loan ended at once.
 */
#include "input/devices-loans.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/inotify.h>
#include <sys/ioctl.h>

#include <linux/input.h>
#include <systemd/sd-login.h>

#include "core/log.h"
#include "core/loop.h"
#include "input/devices-screen.h"
#include "input/devices.h"

struct loan {
        struct devices_loans *loans; /* borrowed */
        struct loan *next;           /* owner: loans.first */
        char *borrower, *path;
        uid_t uid; /* the borrower's */
        int fd;
        sd_event_source *gone; /* the device is unplugged */
        sd_bus_track *track;   /* the borrower */
        sd_bus_slot *asked;    /* of polkit, whether it still may */
};

struct devices_loans {
        sd_event *loop;
        sd_bus *bus;
        struct loan *first;
        sd_login_monitor *sessions; /* NULL: there is no logind */
        sd_event_source *changed;
        sd_event_source *lending, *nodes, *cards; /* NULL: the folder is not there */
        void (*on_change)(void *userdata);
        void *userdata;
};

static struct loan *loan_free(struct loan *loan) {
        if (!loan)
                return NULL;
        loan->gone = sd_event_source_disable_unref(loan->gone);
        loan->track = sd_bus_track_unref(loan->track);
        loan->asked = sd_bus_slot_unref(loan->asked);
        if (loan->fd >= 0)
                (void)ioctl(loan->fd, EVIOCREVOKE, NULL);
        loan->fd = close_fd(loan->fd);
        free(loan->borrower);
        free(loan->path);
        free(loan);
        return NULL;
}

DEFINE_CLEANUP(struct loan, loan_free);

/* To the borrower alone, and after the fact: it may ask again. */
static void tell(const struct loan *loan) {
        _cleanup_(sd_bus_message_unrefp) sd_bus_message *signal = NULL;

        if (sd_bus_message_new_signal(loan->loans->bus, &signal, DEVICES_PATH, DEVICES_IFACE, "Revoked") <
                    0 ||
            sd_bus_message_append(signal, "s", loan->path) < 0 ||
            sd_bus_message_set_destination(signal, loan->borrower) < 0)
                return;
        (void)sd_bus_send(loan->loans->bus, signal, NULL);
}

static void end(struct loan *loan, const char *why) {
        struct devices_loans *loans = loan->loans;
        struct loan **link = &loans->first;

        while (*link != loan)
                link = &(*link)->next;
        *link = loan->next;
        log_event(LOG_INFO, (.device = loan->path), "Took '%s' back from %s: %s", loan->path, loan->borrower,
                  why);
        (void)ioctl(loan->fd, EVIOCREVOKE, NULL);
        tell(loan);
        loan_free(loan);
        loans->on_change(loans->userdata);
}

static int on_gone(sd_event_source *source, int fd, uint32_t revents, void *userdata) {
        end(userdata, "it is unplugged");
        return 0;
}

static int on_borrower_left(sd_bus_track *track, void *userdata) {
        end(userdata, "it has left the bus");
        return 1;
}

static int on_answer(sd_bus_message *reply, void *userdata, sd_bus_error *error) {
        struct loan *loan = userdata;

        loan->asked = sd_bus_slot_unref(loan->asked);
        if (devices_polkit_answer(reply) <= 0)
                end(loan, "polkit allows it no more");
        return 1;
}

/* Asked anew even while an answer is due, which may be about the session as it was. */
static void check(struct loan *loan) {
        const struct devices_borrower borrower = { loan->borrower, loan->uid };

        loan->asked = sd_bus_slot_unref(loan->asked);
        if (devices_polkit_ask(loan->loans->bus, &loan->asked, &borrower, loan->path, on_answer, loan) < 0)
                end(loan, "polkit cannot be asked");
}

static void check_all(struct devices_loans *loans) {
        for (struct loan *loan = loans->first, *next; loan; loan = next) {
                next = loan->next;
                check(loan);
        }
}

/* The journal of a loan is put away when all is back. */
static int on_lending(sd_event_source *source, const struct inotify_event *event, void *userdata) {
        check_all(userdata);
        return 0;
}

/* A screen may be there before that: the node comes after what is looked at in /sys. */
static int on_node(sd_event_source *source, const struct inotify_event *event, void *userdata) {
        static const char *const kinds[] = { "dri", "card", "fb" };

        for (size_t i = 0; event->len > 0 && i < sizeof(kinds) / sizeof(*kinds); i++)
                if (strncmp(event->name, kinds[i], strlen(kinds[i])) == 0) {
                        check_all(userdata);
                        break;
                }
        return 0;
}

static void watch_folder(struct devices_loans *loans, sd_event_source **source, const char *path,
                         sd_event_inotify_handler_t handler) {
        if (*source || sd_event_add_inotify(loans->loop, source, path,
                                            IN_CREATE | IN_DELETE | IN_MOVE | IN_ONLYDIR, handler, loans) < 0)
                return;
        source_declare(*source, path, SD_EVENT_PRIORITY_NORMAL, SOURCE_AUXILIARY);
}

static void watch_screens(struct devices_loans *loans) {
        watch_folder(loans, &loans->lending, DEVICES_LENDING, on_lending);
        watch_folder(loans, &loans->nodes, "/dev", on_node);
        watch_folder(loans, &loans->cards, "/dev/dri", on_node);
}

static int on_session_change(sd_event_source *source, int fd, uint32_t revents, void *userdata) {
        struct devices_loans *loans = userdata;

        (void)sd_login_monitor_flush(loans->sessions);
        check_all(loans);
        return 0;
}

static int watch_sessions(struct devices_loans *loans) {
        int r;

        r = sd_login_monitor_new("session", &loans->sessions);
        if (r < 0)
                return r;
        r = sd_event_add_io(loans->loop, &loans->changed, sd_login_monitor_get_fd(loans->sessions),
                            (uint32_t)sd_login_monitor_get_events(loans->sessions), on_session_change, loans);
        if (r < 0)
                return r;
        source_declare(loans->changed, "devices-sessions", SD_EVENT_PRIORITY_NORMAL, SOURCE_AUXILIARY);
        return 0;
}

/* No event is asked for: a hang-up is always told. */
static int watch(struct loan *loan) {
        int r;

        r = sd_event_add_io(loan->loans->loop, &loan->gone, loan->fd, 0, on_gone, loan);
        if (r < 0)
                return r;
        source_declare(loan->gone, "devices-gone", SD_EVENT_PRIORITY_NORMAL, SOURCE_AUXILIARY);
        r = sd_bus_track_new(loan->loans->bus, &loan->track, on_borrower_left, loan);
        if (r < 0)
                return r;
        return sd_bus_track_add_name(loan->track, loan->borrower);
}

static void end_earlier(struct devices_loans *loans, const char *borrower, const char *path) {
        for (struct loan *loan = loans->first; loan; loan = loan->next)
                if (strcmp(loan->borrower, borrower) == 0 && strcmp(loan->path, path) == 0) {
                        end(loan, "it was asked for anew");
                        return;
                }
}

int devices_loans_add(struct devices_loans *loans, const struct devices_borrower *borrower, const char *path,
                      int fd) {
        _cleanup_(loan_freep) struct loan *loan = calloc(1, sizeof(*loan));
        int r;

        if (!loan)
                return -ENOMEM;
        *loan = (struct loan){ .loans = loans, .uid = borrower->uid, .fd = fcntl(fd, F_DUPFD_CLOEXEC, 3) };
        if (loan->fd < 0)
                return -errno;
        loan->borrower = strdup(borrower->name);
        loan->path = strdup(path);
        if (!loan->borrower || !loan->path)
                return -ENOMEM;
        r = watch(loan);
        if (r < 0)
                return r;
        watch_screens(loans);
        end_earlier(loans, borrower->name, path);
        loan->next = loans->first;
        loans->first = steal_ptr(loan);
        check(loans->first);
        return 0;
}

bool devices_loans_any(const struct devices_loans *loans) {
        return loans->first != NULL;
}

int devices_loans_new(struct devices_loans **ret, sd_event *loop, sd_bus *bus,
                      void (*on_change)(void *userdata), void *userdata) {
        _cleanup_(devices_loans_freep) struct devices_loans *loans = calloc(1, sizeof(*loans));
        int r;

        if (!loans)
                return -ENOMEM;
        *loans = (struct devices_loans){ .on_change = on_change, .userdata = userdata };
        loans->loop = sd_event_ref(loop);
        loans->bus = sd_bus_ref(bus);
        r = watch_sessions(loans);
        if (r < 0 && r != -ENOENT)
                return r;
        *ret = steal_ptr(loans);
        return 0;
}

struct devices_loans *devices_loans_free(struct devices_loans *loans) {
        if (!loans)
                return NULL;
        while (loans->first)
                end(loans->first, "pillion-devices ends");
        loans->changed = sd_event_source_disable_unref(loans->changed);
        loans->sessions = sd_login_monitor_unref(loans->sessions);
        loans->lending = sd_event_source_disable_unref(loans->lending);
        loans->nodes = sd_event_source_disable_unref(loans->nodes);
        loans->cards = sd_event_source_disable_unref(loans->cards);
        loans->bus = sd_bus_unref(loans->bus);
        loans->loop = sd_event_unref(loans->loop);
        free(loans);
        return NULL;
}
