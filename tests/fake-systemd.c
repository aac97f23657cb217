/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tests/fake-systemd.h"

#include <string.h>

#include "core/cleanup.h"
#include "switcher/progress-state.h"
#include "tests/test.h"

#define SYSTEMD  "org.freedesktop.systemd1"
#define MANAGER  "/org/freedesktop/systemd1"
#define JOB_PATH "/org/freedesktop/systemd1/job/1"
#define LOGIND   "org.freedesktop.login1"

static void say(struct fake_systemd *fake, const char *word) {
        size_t length = strlen(fake->said);

        snprintf(fake->said + length, sizeof(fake->said) - length, "%s%s", length ? " " : "", word);
}

static void unit_name(const struct fake_systemd *fake, char *buf, size_t size) {
        snprintf(buf, size, "pillion-guest@%s.service", fake->profile);
}

void fake_systemd_become(struct fake_systemd *fake, const char *active_state) {
        _cleanup_free_ char *path = NULL;
        char unit[120];

        fake->active_state = active_state;
        unit_name(fake, unit, sizeof(unit));
        CHECK(sd_bus_path_encode(MANAGER "/unit", unit, &path) >= 0);
        CHECK(sd_bus_emit_properties_changed(fake->bus, path, SYSTEMD ".Unit", "ActiveState", NULL) >= 0);
}

void fake_systemd_tell(struct fake_systemd *fake, enum progress_state state, const char *reason) {
        static uint64_t since;
        struct progress_view view = { .state = state, .profile = fake->profile, .since = ++since };

        snprintf(view.reason, sizeof(view.reason), "%s", reason ? reason : "");
        snprintf(view.step, sizeof(view.step), "%s", state == PROGRESS_LENDING ? "unbind 0000:01:00.0" : "");
        CHECK_EQ(progress_state_write(fake->run, &view), 0);
}

/* --- jobs --- */

static bool is_start(const struct fake_systemd *fake) {
        return strcmp(sd_bus_message_get_member(fake->job), "StartUnit") == 0;
}

static void end_well(struct fake_systemd *fake) {
        fake_systemd_tell(fake, is_start(fake) ? PROGRESS_LENT : PROGRESS_HOST, NULL);
        fake_systemd_become(fake, is_start(fake) ? "active" : "inactive");
}

static void end_badly(struct fake_systemd *fake) {
        fake_systemd_tell(fake, fake->left, fake->reason);
        fake_systemd_become(fake, "failed");
}

/* Units first, then the job, as systemd does it. */
static void end_job(struct fake_systemd *fake, const char *result) {
        bool well = strcmp(result, "done") == 0;
        char unit[120];

        if (well && !fake->reason)
                end_well(fake);
        else
                end_badly(fake);
        unit_name(fake, unit, sizeof(unit));
        CHECK(sd_bus_emit_signal(fake->bus, MANAGER, SYSTEMD ".Manager", "JobRemoved", "uoss", fake->jobs,
                                 JOB_PATH, unit, result) >= 0);
        fake->job = sd_bus_message_unref(fake->job);
}

void fake_systemd_go_on(struct fake_systemd *fake) {
        const char *result = fake->result ? fake->result : "done";

        fake->hold = false;
        fake->result = NULL;
        end_job(fake, result);
        fake->reason = NULL;
}

/* In the place of one that is under way, if it is another. */
static void make_job(struct fake_systemd *fake, sd_bus_message *call) {
        bool goes_on = fake->job &&
                       strcmp(sd_bus_message_get_member(fake->job), sd_bus_message_get_member(call)) == 0;

        if (fake->job && !goes_on)
                CHECK(sd_bus_emit_signal(fake->bus, MANAGER, SYSTEMD ".Manager", "JobRemoved", "uoss",
                                         fake->jobs, JOB_PATH, "", "canceled") >= 0);
        sd_bus_message_unref(fake->job);
        fake->job = sd_bus_message_ref(call);
        fake->jobs += !goes_on;
        CHECK(sd_bus_reply_method_return(call, "o", JOB_PATH) >= 0);
        fake_systemd_become(fake, is_start(fake) ? "activating" : "deactivating");
        fake_systemd_tell(fake, is_start(fake) ? PROGRESS_LENDING : PROGRESS_RETURNING, NULL);
        if (!fake->hold)
                fake_systemd_go_on(fake);
}

static int on_unit_call(sd_bus_message *call, void *userdata, sd_bus_error *error) {
        struct fake_systemd *fake = userdata;
        const char *unit, *mode, *member = sd_bus_message_get_member(call);
        bool up = strcmp(fake->active_state, "active") == 0;

        CHECK(sd_bus_message_read(call, "ss", &unit, &mode) > 0);
        CHECK_STR(mode, "replace");
        say(fake, member);
        if (fake->deny)
                return sd_bus_error_set(error, fake->deny, "Denied.");
        CHECK_EQ(sscanf(unit, "pillion-guest@%79[^.].service", fake->profile), 1);
        if (strcmp(member, "ReloadUnit") == 0)
                return sd_bus_reply_method_return(call, "o", JOB_PATH);
        if (strcmp(member, "StartUnit") == 0 && up) {
                CHECK(sd_bus_reply_method_return(call, "o", JOB_PATH) >= 0);
                CHECK(sd_bus_emit_signal(fake->bus, MANAGER, SYSTEMD ".Manager", "JobRemoved", "uoss",
                                         ++fake->jobs, JOB_PATH, unit, "done") >= 0);
                return 1;
        }
        make_job(fake, call);
        return 1;
}

static int on_subscribe(sd_bus_message *call, void *userdata, sd_bus_error *error) {
        return sd_bus_reply_method_return(call, NULL);
}

static const sd_bus_vtable manager_vtable[] = {
        SD_BUS_VTABLE_START(0),
        SD_BUS_METHOD("Subscribe", "", "", on_subscribe, SD_BUS_VTABLE_UNPRIVILEGED),
        SD_BUS_METHOD("StartUnit", "ss", "o", on_unit_call, SD_BUS_VTABLE_UNPRIVILEGED),
        SD_BUS_METHOD("StopUnit", "ss", "o", on_unit_call, SD_BUS_VTABLE_UNPRIVILEGED),
        SD_BUS_METHOD("ReloadUnit", "ss", "o", on_unit_call, SD_BUS_VTABLE_UNPRIVILEGED),
        SD_BUS_VTABLE_END,
};

/* --- units --- */

static int get_active_state(sd_bus *bus, const char *path, const char *interface, const char *property,
                            sd_bus_message *reply, void *userdata, sd_bus_error *error) {
        const struct fake_systemd *fake = userdata;
        _cleanup_free_ char *unit = NULL;
        char own[120];

        unit_name(fake, own, sizeof(own));
        CHECK(sd_bus_path_decode(path, MANAGER "/unit", &unit) > 0);
        return sd_bus_message_append(reply, "s", strcmp(unit, own) == 0 ? fake->active_state : "inactive");
}

static int get_exit_status(sd_bus *bus, const char *path, const char *interface, const char *property,
                           sd_bus_message *reply, void *userdata, sd_bus_error *error) {
        return sd_bus_message_append(reply, "i", ((const struct fake_systemd *)userdata)->exit_status);
}

static int find_unit(sd_bus *bus, const char *path, const char *interface, void *userdata, void **ret,
                     sd_bus_error *error) {
        *ret = userdata;
        return 1;
}

static const sd_bus_vtable unit_vtable[] = {
        SD_BUS_VTABLE_START(0),
        SD_BUS_PROPERTY("ActiveState", "s", get_active_state, 0, SD_BUS_VTABLE_PROPERTY_EMITS_CHANGE),
        SD_BUS_VTABLE_END,
};

static const sd_bus_vtable service_vtable[] = {
        SD_BUS_VTABLE_START(0),
        SD_BUS_PROPERTY("ExecMainStatus", "i", get_exit_status, 0, 0),
        SD_BUS_VTABLE_END,
};

/* --- logind --- */

static int on_set_linger(sd_bus_message *call, void *userdata, sd_bus_error *error) {
        struct fake_systemd *fake = userdata;
        int on, interactive;
        uint32_t uid;

        CHECK(sd_bus_message_read(call, "ubb", &uid, &on, &interactive) > 0);
        CHECK_EQ(uid, getuid());
        CHECK(!interactive);
        say(fake, on ? "linger" : "linger-no-more");
        fake->lingers = on;
        return sd_bus_reply_method_return(call, NULL);
}

static int get_linger(sd_bus *bus, const char *path, const char *interface, const char *property,
                      sd_bus_message *reply, void *userdata, sd_bus_error *error) {
        return sd_bus_message_append(reply, "b", ((const struct fake_systemd *)userdata)->lingers);
}

static const sd_bus_vtable login_vtable[] = {
        SD_BUS_VTABLE_START(0),
        SD_BUS_METHOD("SetUserLinger", "ubb", "", on_set_linger, SD_BUS_VTABLE_UNPRIVILEGED),
        SD_BUS_VTABLE_END,
};

static const sd_bus_vtable user_vtable[] = {
        SD_BUS_VTABLE_START(0),
        SD_BUS_PROPERTY("Linger", "b", get_linger, 0, 0),
        SD_BUS_VTABLE_END,
};

/* --- its life --- */

void fake_systemd_init(struct fake_systemd *fake, sd_event *loop, const char *run) {
        *fake = (struct fake_systemd){ .run = run, .active_state = "inactive" };
        CHECK(sd_bus_open_system(&fake->bus) >= 0);
        CHECK(sd_bus_add_object_vtable(fake->bus, NULL, MANAGER, SYSTEMD ".Manager", manager_vtable, fake) >=
              0);
        CHECK(sd_bus_add_fallback_vtable(fake->bus, NULL, MANAGER "/unit", SYSTEMD ".Unit", unit_vtable,
                                         find_unit, fake) >= 0);
        CHECK(sd_bus_add_fallback_vtable(fake->bus, NULL, MANAGER "/unit", SYSTEMD ".Service", service_vtable,
                                         find_unit, fake) >= 0);
        CHECK(sd_bus_add_object_vtable(fake->bus, NULL, "/org/freedesktop/login1", LOGIND ".Manager",
                                       login_vtable, fake) >= 0);
        CHECK(sd_bus_add_object_vtable(fake->bus, NULL, "/org/freedesktop/login1/user/self", LOGIND ".User",
                                       user_vtable, fake) >= 0);
        CHECK(sd_bus_request_name(fake->bus, SYSTEMD, 0) >= 0);
        CHECK(sd_bus_request_name(fake->bus, LOGIND, 0) >= 0);
        CHECK(sd_bus_attach_event(fake->bus, loop, SD_EVENT_PRIORITY_NORMAL) >= 0);
}

void fake_systemd_done(struct fake_systemd *fake) {
        fake->job = sd_bus_message_unref(fake->job);
        fake->bus = sd_bus_flush_close_unref(fake->bus);
}

void fake_systemd_start(struct fake_systemd *fake, const char *profile) {
        snprintf(fake->profile, sizeof(fake->profile), "%s", profile);
        fake_systemd_tell(fake, PROGRESS_LENT, NULL);
        fake_systemd_become(fake, "active");
}

void fake_systemd_stop(struct fake_systemd *fake) {
        fake_systemd_become(fake, "deactivating");
        fake_systemd_tell(fake, PROGRESS_RETURNING, NULL);
}
