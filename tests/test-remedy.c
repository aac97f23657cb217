/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "switcher/holders.h"
#include "tests/test.h"

static const struct holder_rules rules = {
        .display_manager = "lightdm.service",
        .graphical_scopes = (char *[]){ "session-3.scope", "session-c1.scope", NULL },
        .graphical_users = (const uid_t[]){ 1000, 1001 },
        .n_graphical_users = 2,
        .units = (char *[]){ "nvidia-persistenced.service", NULL },
        .programs = (char *[]){ "nvtop", NULL },
};

static enum holder_remedy remedy(int pid, const char *program, const char *unit, const char *node) {
        const struct holder holder = { .pid = pid,
                                       .program = (char *)program,
                                       .unit = (char *)unit,
                                       .user_unit = "",
                                       .user = "x",
                                       .node = node,
                                       .device = "0000:01:00.0" };

        return holder_remedy(&holder, &rules);
}

static void test_rules(void) {
        static const struct {
                enum holder_remedy is;
                int pid;
                const char *program, *unit, *node;
        } cases[] = {
                { REMEDY_SESSION, 1, "systemd", "init.scope", "dri/card1" },
                { REMEDY_SESSION, 500, "systemd-logind", "systemd-logind.service", "dri/card1" },
                { REMEDY_SESSION, 500, "seatd", "seatd.service", "dri/card1" },
                { REMEDY_GUEST, 500, "qemu-system-x86", "machine-qemu\\x2d1.scope", "vfio/7" },
                { REMEDY_GUEST, 500, "qemu-kvm", "", "vfio/7" },
                { REMEDY_GUEST, 500, "CPU 0/KVM", "machine-qemu\\x2d1.scope", "vfio/7" },
                { REMEDY_SOUND, 500, "pipewire", "user@1000.service", "snd/controlC1" },
                { REMEDY_SOUND, 500, "wireplumber", "user@1000.service", "snd/controlC1" },
                { REMEDY_SOUND, 500, "pipewire-media-", "user@2000.service", "snd/controlC1" },
                { REMEDY_SOUND, 500, "pulseaudio", "session-3.scope", "snd/pcmC1D3p" },
                /* Told that a sound card has gone, it keeps what is none. */
                { REMEDY_DISPLAY_MANAGER, 500, "pipewire", "user@1000.service", "dri/renderD129" },
                { REMEDY_NONE, 500, "pipewire", "user@2000.service", "video0" },
                { REMEDY_DISPLAY_MANAGER, 812, "Xorg", "lightdm.service", "dri/card1" },
                { REMEDY_DISPLAY_MANAGER, 812, "nvtop", "lightdm.service", "dri/card1" },
                { REMEDY_DISPLAY_MANAGER, 812, "firefox", "session-3.scope", "dri/renderD129" },
                { REMEDY_DISPLAY_MANAGER, 812, "kwin_wayland", "user@1001.service", "dri/card1" },
                { REMEDY_UNIT, 500, "nvidia-persiste", "nvidia-persistenced.service", "nvidia0" },
                { REMEDY_PROGRAM, 500, "nvtop", "session-4.scope", "dri/card1" },
                { REMEDY_PROGRAM, 500, "nvtop", "session-3.scope", "dri/card1" },
                { REMEDY_NONE, 500, "sleep", "session-4.scope", "i2c-3" },
                { REMEDY_NONE, 500, "sleep", "user@100.service", "i2c-3" },
                { REMEDY_NONE, 500, "sleep", "", "i2c-3" },
        };

        for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++)
                if (remedy(cases[i].pid, cases[i].program, cases[i].unit, cases[i].node) != cases[i].is)
                        test_fail("case %zu, %s in %s", i, cases[i].program, cases[i].unit);
}

/* Without rules nothing is allowed; and a process in no unit is not in a display manager that is none. */
static void test_nothing_allowed(void) {
        static const struct holder_rules none = { .display_manager = "" };
        const struct holder holder = {
                .pid = 7, .program = "Xorg", .unit = "", .user_unit = "", .user = "x", .node = "dri/card1"
        };

        CHECK_EQ(holder_remedy(&holder, &none), REMEDY_NONE);
}

static void test_description(void) {
        struct holder holder = { .pid = 7,
                                 .program = "pipewire",
                                 .unit = "user@1000.service",
                                 .user_unit = "pipewire.service",
                                 .user = "ann",
                                 .node = "snd/controlC1",
                                 .device = "0000:01:00.1" };
        char text[200];

        holder_describe(&holder, text, sizeof(text));
        CHECK_STR(text, "pipewire (pid 7, pipewire.service, ann) has snd/controlC1 of 0000:01:00.1 open");
        holder.user_unit = holder.unit = "";
        holder.mapped = true;
        holder_describe(&holder, text, sizeof(text));
        CHECK_STR(text, "pipewire (pid 7, ann) has snd/controlC1 of 0000:01:00.1 mapped");
}

int main(void) {
        test_rules();
        test_nothing_allowed();
        test_description();
        return 0;
}
