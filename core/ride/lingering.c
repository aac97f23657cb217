/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The file is made before logind is asked, and taken away after it has answered: if we are killed in between,
 * the next of us asks once more for what may have been done already, which harms nobody.
 */
#include "core/ride/lingering.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include <systemd/sd-bus.h>

#include "core/log.h"

#define LOGIND       "org.freedesktop.login1"
#define MANAGER_PATH "/org/freedesktop/login1"
#define SELF_PATH    MANAGER_PATH "/user/self"
#define REMEDY       "'loginctl enable-linger' has the same effect"

struct lingering {
        sd_bus *bus; /* NULL: there is no system bus */
        char folder[PATH_MAX - 20], mark[PATH_MAX];
        bool wanted;
        bool ours;         /* the mark is there: it is we who have to end it */
        sd_bus_slot *call; /* not answered yet */
};

static void settle(struct lingering *lingering);

static void drop_mark(struct lingering *lingering) {
        if (unlink(lingering->mark) < 0 && errno != ENOENT)
                log_warning("Cannot remove %s: %m", lingering->mark);
        lingering->ours = false;
}

/* Its folder, and that one's folder, if there are none. */
static int make_mark(struct lingering *lingering) {
        _cleanup_close_ int fd = -1;
        char *slash = strrchr(lingering->folder, '/');

        if (slash && slash != lingering->folder) {
                *slash = '\0';
                (void)mkdir(lingering->folder, 0700);
                *slash = '/';
        }
        (void)mkdir(lingering->folder, 0700);
        fd = open(lingering->mark, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
        if (fd < 0)
                return -errno;
        lingering->ours = true;
        return 0;
}

static int on_set(sd_bus_message *answer, void *userdata, sd_bus_error *error) {
        struct lingering *lingering = userdata;
        const sd_bus_error *problem = sd_bus_message_get_error(answer);

        lingering->call = sd_bus_slot_unref(lingering->call);
        if (problem && lingering->wanted)
                log_warning(
                        "logind does not let this user linger: %s; pilliond may end with the session while "
                        "hardware is lent. " REMEDY,
                        problem->message);
        else if (problem)
                log_warning("logind does not end this user's lingering: %s; 'loginctl disable-linger' does",
                            problem->message);
        settle(lingering);
        return 0;
}

static int set(struct lingering *lingering, bool on, sd_bus_message_handler_t handler) {
        return sd_bus_call_method_async(lingering->bus, &lingering->call, LOGIND, MANAGER_PATH,
                                        LOGIND ".Manager", "SetUserLinger", handler, lingering, "ubb",
                                        getuid(), on, false);
}

static int on_ended(sd_bus_message *answer, void *userdata, sd_bus_error *error) {
        struct lingering *lingering = userdata;

        if (!sd_bus_message_is_method_error(answer, NULL)) {
                log_event(LOG_INFO, (.message = MESSAGE_USER_LINGERS_NO_MORE),
                          "The user does not linger any more");
                drop_mark(lingering);
        } else {
                lingering->ours = false; /* the mark stays, for the next of us to try */
        }
        return on_set(answer, userdata, error);
}

/* Somebody who lingers anyway goes on. */
static int on_lingers(sd_bus_message *answer, void *userdata, sd_bus_error *error) {
        struct lingering *lingering = userdata;
        int lingers = true, r;

        lingering->call = sd_bus_slot_unref(lingering->call);
        if (sd_bus_message_is_method_error(answer, NULL) ||
            sd_bus_message_read(answer, "v", "b", &lingers) < 0 || lingers || !lingering->wanted)
                return 0;
        r = make_mark(lingering);
        if (r < 0)
                return log_errno(r, "Cannot make %s: %m; pilliond may end with the session. " REMEDY,
                                 lingering->mark),
                       0;
        if (set(lingering, true, on_set) >= 0)
                log_event(LOG_INFO, (.message = MESSAGE_USER_LINGERS),
                          "The user lingers while hardware is lent");
        return 0;
}

/* One call at a time; its answer comes back here. */
static void settle(struct lingering *lingering) {
        if (!lingering->bus || lingering->call || lingering->wanted == lingering->ours)
                return;
        if (lingering->wanted)
                (void)sd_bus_call_method_async(lingering->bus, &lingering->call, LOGIND, SELF_PATH,
                                               "org.freedesktop.DBus.Properties", "Get", on_lingers,
                                               lingering, "ss", LOGIND ".User", "Linger");
        else
                (void)set(lingering, false, on_ended);
}

void lingering_want(struct lingering *lingering, bool wanted) {
        if (wanted && lingering->wanted)
                return;
        lingering->wanted = wanted;
        settle(lingering);
}

static int name_folder(struct lingering *lingering, const char *folder) {
        const char *state = getenv("XDG_STATE_HOME"), *home = getenv("HOME");
        int n;

        if (folder)
                n = snprintf(lingering->folder, sizeof(lingering->folder), "%s", folder);
        else if (state && *state == '/')
                n = snprintf(lingering->folder, sizeof(lingering->folder), "%s/pillion", state);
        else
                n = snprintf(lingering->folder, sizeof(lingering->folder), "%s/.local/state/pillion",
                             home ? home : "");
        if (n < 0 || (size_t)n >= sizeof(lingering->folder))
                return -ENAMETOOLONG;
        snprintf(lingering->mark, sizeof(lingering->mark), "%s/lingers", lingering->folder);
        return 0;
}

int lingering_new(struct lingering **ret, sd_event *loop, const char *folder) {
        struct lingering *lingering = calloc(1, sizeof(*lingering));
        int r;

        if (!lingering)
                return -ENOMEM;
        r = name_folder(lingering, folder);
        if (r >= 0)
                r = sd_bus_open_system_with_description(&lingering->bus, "pillion-linger");
        if (r >= 0)
                r = sd_bus_attach_event(lingering->bus, loop, SD_EVENT_PRIORITY_NORMAL);
        if (r < 0) {
                log_debug("No system bus: lingering is left as it is");
                lingering->bus = sd_bus_close_unref(lingering->bus);
        }
        lingering->ours = access(lingering->mark, F_OK) == 0;
        *ret = lingering;
        return 0;
}

struct lingering *lingering_free(struct lingering *lingering) {
        if (!lingering)
                return NULL;
        lingering->call = sd_bus_slot_unref(lingering->call);
        lingering->bus = sd_bus_flush_close_unref(lingering->bus);
        free(lingering);
        return NULL;
}
