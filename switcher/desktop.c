/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "switcher/desktop.h"

#define SYSTEMD "org.freedesktop.systemd1"
#define LOGIND  "org.freedesktop.login1"
#define ALIAS   "display-manager.service"

/* Where a property is. */
struct object {
        sd_bus *bus;
        const char *service, *interface, *path;
};

static int get_text(const struct object *object, const char *name, char **ret) {
        return sd_bus_get_property_string(object->bus, object->service, object->path, object->interface, name,
                                          NULL, ret);
}

static bool is_any_of(const char *text, const char *const *list) {
        for (; *list; list++)
                if (strcmp(text, *list) == 0)
                        return true;
        return false;
}

/* A unit that does not exist can be asked, too. What runs counts even if its file has gone meanwhile. */
static int look_at_unit(struct desktop *desktop, const struct object *unit) {
        static const char *const running[] = { "active", "activating", "reloading", "refreshing", NULL };
        _cleanup_free_ char *load = NULL, *active = NULL, *id = NULL;
        int r = get_text(unit, "LoadState", &load);

        if (r >= 0)
                r = get_text(unit, "ActiveState", &active);
        if (r >= 0)
                r = get_text(unit, "Id", &id);
        if (r < 0)
                return r;
        desktop->active = is_any_of(active, running);
        if (strcmp(load, "loaded") != 0 && !desktop->active)
                return 0;
        return replace_string(&desktop->display_manager, id);
}

static int look_at_display_manager(struct desktop *desktop, sd_bus *bus) {
        _cleanup_(sd_bus_message_unrefp) sd_bus_message *answer = NULL;
        const char *path;
        int r = sd_bus_call_method(bus, SYSTEMD, "/org/freedesktop/systemd1", SYSTEMD ".Manager", "LoadUnit",
                                   NULL, &answer, "s", ALIAS);

        if (r >= 0)
                r = sd_bus_message_read(answer, "o", &path);
        if (r < 0)
                return r;
        return look_at_unit(desktop, &(const struct object){ bus, SYSTEMD, SYSTEMD ".Unit", path });
}

static void session_done(struct desktop_session *session) {
        free(session->id);
        free(session->scope);
        free(session->type);
        free(session->seat);
        free(session->user);
}

/* Takes what is SESSION's. */
static int add_session(struct desktop *desktop, struct desktop_session *session) {
        struct desktop_session *grown =
                reallocarray(desktop->sessions, desktop->n_sessions + 1, sizeof(*desktop->sessions));

        if (!grown)
                return -ENOMEM;
        desktop->sessions = grown;
        grown[desktop->n_sessions++] = *session;
        *session = (struct desktop_session){ 0 };
        return 0;
}

/* Its properties; any that cannot be had: it has ended since it was listed. */
static int look_at_session(struct desktop *desktop, const struct object *object, const char *id, uid_t uid,
                           const char *user, const char *seat) {
        static const char *const graphical[] = { "x11", "wayland", "mir", NULL };
        _cleanup_(session_done) struct desktop_session session = { .uid = uid };
        _cleanup_free_ char *state = NULL;

        if (!*seat || get_text(object, "Type", &session.type) < 0 || get_text(object, "State", &state) < 0 ||
            get_text(object, "Scope", &session.scope) < 0)
                return 0;
        if (!is_any_of(session.type, graphical) || strcmp(state, "closing") == 0)
                return 0;
        session.id = strdup(id);
        session.user = strdup(user);
        session.seat = strdup(seat);
        return session.id && session.user && session.seat ? add_session(desktop, &session) : -ENOMEM;
}

static int look_at_sessions(struct desktop *desktop, sd_bus *bus) {
        _cleanup_(sd_bus_message_unrefp) sd_bus_message *answer = NULL;
        struct object object = { bus, LOGIND, LOGIND ".Session", NULL };
        const char *id, *user, *seat;
        uint32_t uid;
        int r = sd_bus_call_method(bus, LOGIND, "/org/freedesktop/login1", LOGIND ".Manager", "ListSessions",
                                   NULL, &answer, NULL);

        if (r >= 0)
                r = sd_bus_message_enter_container(answer, 'a', "(susso)");
        while (r >= 0) {
                r = sd_bus_message_read(answer, "(susso)", &id, &uid, &user, &seat, &object.path);
                if (r <= 0)
                        return r;
                r = look_at_session(desktop, &object, id, (uid_t)uid, user, seat);
        }
        return r;
}

int desktop_look(struct desktop **ret, sd_bus *bus) {
        _cleanup_(desktop_freep) struct desktop *desktop = calloc(1, sizeof(*desktop));
        int r = desktop ? replace_string(&desktop->display_manager, "") : -ENOMEM;

        if (r >= 0)
                r = look_at_display_manager(desktop, bus);
        if (r >= 0)
                r = look_at_sessions(desktop, bus);
        if (r < 0)
                return r;
        *ret = steal_ptr(desktop);
        return 0;
}

struct desktop *desktop_free(struct desktop *desktop) {
        if (!desktop)
                return NULL;
        for (size_t i = 0; i < desktop->n_sessions; i++)
                session_done(&desktop->sessions[i]);
        free(desktop->sessions);
        free(desktop->display_manager);
        free(desktop);
        return NULL;
}
