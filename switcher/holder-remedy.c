/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What is done about a holder, by who it is. Pure. */
#include "switcher/holders.h"

static bool is_listed(char *const *list, const char *name) {
        for (; list && *list; list++)
                if (strcmp(*list, name) == 0)
                        return true;
        return false;
}

static bool starts_with(const char *text, const char *start) {
        return strncmp(text, start, strlen(start)) == 0;
}

/* Programs' names are cut at 15 letters. */
static bool is_sound_server(const struct holder *holder) {
        static const char *const programs[] = { "pipewire", "pipewire-pulse", "pipewire-media-",
                                                "wireplumber", "pulseaudio" };

        for (size_t i = 0; i < sizeof(programs) / sizeof(*programs); i++)
                if (strcmp(holder->program, programs[i]) == 0)
                        return true;
        return false;
}

/* They keep devices open for a session, and give them up when it ends. */
static bool is_broker(const struct holder *holder) {
        return holder->pid == 1 || strcmp(holder->program, "systemd-logind") == 0 ||
               strcmp(holder->program, "seatd") == 0;
}

static bool is_guest(const struct holder *holder) {
        return starts_with(holder->program, "qemu-system-") || strcmp(holder->program, "qemu-kvm") == 0 ||
               starts_with(holder->unit, "machine-qemu");
}

static bool is_graphical(const struct holder *holder, const struct holder_rules *rules) {
        char manager[32];

        for (size_t i = 0; i < rules->n_graphical_users; i++) {
                snprintf(manager, sizeof(manager), "user@%u.service", rules->graphical_users[i]);
                if (strcmp(holder->unit, manager) == 0)
                        return true;
        }
        return is_listed(rules->graphical_scopes, holder->unit);
}

enum holder_remedy holder_remedy(const struct holder *holder, const struct holder_rules *rules) {
        if (is_broker(holder))
                return REMEDY_SESSION;
        if (is_guest(holder))
                return REMEDY_GUEST;
        if (is_sound_server(holder) && starts_with(holder->node, "snd/"))
                return REMEDY_SOUND;
        if (*holder->unit && strcmp(holder->unit, rules->display_manager) == 0)
                return REMEDY_DISPLAY_MANAGER;
        if (is_listed(rules->units, holder->unit))
                return REMEDY_UNIT;
        if (is_listed(rules->programs, holder->program))
                return REMEDY_PROGRAM;
        return is_graphical(holder, rules) ? REMEDY_DISPLAY_MANAGER : REMEDY_NONE;
}

void holder_describe(const struct holder *holder, char *text, size_t size) {
        const char *unit = *holder->user_unit ? holder->user_unit : holder->unit;

        snprintf(text, size, "%s (pid %d%s%s, %s) has %s of %s %s", holder->program, (int)holder->pid,
                 *unit ? ", " : "", unit, holder->user, holder->node, holder->device,
                 holder->mapped ? "mapped" : "open");
}
