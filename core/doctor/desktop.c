/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Compositors, NVIDIA's driver and daemons, and what ends with the session. */
#include "core/doctor/desktop.h"

#include <stdio.h>
#include <string.h>

#include "core/doctor/read.h"
#include "core/linger.h"

#define BUS_USEC 5000000u

static const char *const variables[] = { "KWIN_DRM_DEVICES", "WLR_DRM_DEVICES", "AQ_DRM_DEVICES" };

static sd_bus *bus_close(sd_bus *bus) {
        return sd_bus_flush_close_unref(bus);
}
DEFINE_CLEANUP(sd_bus, bus_close);

struct desktop *doctor_look_at_desktop(void) {
        _cleanup_(bus_closep) sd_bus *bus = NULL;
        struct desktop *desktop = NULL;

        if (sd_bus_open_system(&bus) < 0 || sd_bus_set_method_call_timeout(bus, BUS_USEC) < 0 ||
            desktop_look(&desktop, bus) < 0)
                return NULL;
        return desktop;
}

/* What keeps mutter, or any compositor that goes by seats, from a GPU. */
static bool keeps_out(const char *rules) {
        static const char *const words[] = { "mutter-device-ignore", "TAG-=\"seat\"",
                                             "TAG-=\"master-of-seat\"" };

        for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++)
                if (strstr(rules, words[i]))
                        return true;
        return false;
}

static void find_rule(const char *root, char *found, size_t size) {
        static const char *const folders[] = { "/etc/udev/rules.d", "/run/udev/rules.d" };

        for (size_t i = 0; i < sizeof(folders) / sizeof(*folders) && !*found; i++) {
                _cleanup_(doctor_list_freep) char **names = doctor_list(root, folders[i], ".rules");

                for (char **name = names; name && *name && !*found; name++) {
                        _cleanup_free_ char *text = NULL;
                        char path[300];

                        snprintf(path, sizeof(path), "%s/%.200s", folders[i], *name);
                        text = doctor_read(root, path);
                        if (text && keeps_out(text))
                                snprintf(found, size, "%s", path);
                }
        }
}

void doctor_look_at_compositor(struct doctor_compositor *ret, const char *root,
                               const struct desktop *desktop) {
        const char *type = getenv("XDG_SESSION_TYPE");

        *ret = (struct doctor_compositor){ 0 };
        if (desktop && desktop->n_sessions > 0)
                type = desktop->sessions[0].type;
        if (type && (strcmp(type, "x11") == 0 || strcmp(type, "wayland") == 0 || strcmp(type, "mir") == 0))
                snprintf(ret->type, sizeof(ret->type), "%s", type);
        for (size_t i = 0; i < sizeof(variables) / sizeof(*variables) && !*ret->variable; i++)
                if (getenv(variables[i]))
                        snprintf(ret->variable, sizeof(ret->variable), "%s", variables[i]);
        find_rule(root, ret->rule, sizeof(ret->rule));
}

/* The first lent display that the host has in use itself. */
static const struct inventory_function *find_display(const struct doctor_host *host) {
        for (size_t i = 0; host->hardware && i < host->hardware->n_hostdevs; i++) {
                const struct inventory_function *lent = host_lent(host, i);

                if (lent && function_is_display(lent) && strcmp(lent->driver, "vfio-pci") != 0)
                        return lent;
        }
        return NULL;
}

void doctor_judge_compositor(struct doctor *doctor, const struct doctor_host *host,
                             const struct doctor_compositor *compositor) {
        const struct inventory_function *display = find_display(host);

        if (!*compositor->type)
                doctor_say(doctor, DOCTOR_OK, "no graphical session");
        else if (strcmp(compositor->type, "wayland") != 0 || !display)
                doctor_say(doctor, DOCTOR_OK, "the session is of type %s", compositor->type);
        else if (*compositor->rule || *compositor->variable)
                doctor_say(doctor, DOCTOR_OK, "a Wayland session; %s keeps it to some of the GPUs",
                           *compositor->rule ? compositor->rule : compositor->variable);
        else
                doctor_say(doctor, DOCTOR_WARNING,
                           "a Wayland session, whose compositor opens every GPU, %s too\n"
                           "Lending it then ends the session. To keep it out, in "
                           "/etc/udev/rules.d/72-pillion.rules:\n"
                           "SUBSYSTEM==\"drm\", KERNELS==\"%s\", TAG+=\"mutter-device-ignore\" (GNOME), or "
                           "TAG-=\"seat\", TAG-=\"master-of-seat\";\n"
                           "or in its environment KWIN_DRM_DEVICES, WLR_DRM_DEVICES or AQ_DRM_DEVICES",
                           host_name(display).text, display->address);
}

void doctor_look_at_nvidia(struct doctor_nvidia *ret, const char *root) {
        *ret = (struct doctor_nvidia){
                .persistenced = doctor_find_process(root, "nvidia-persiste"), /* the kernel keeps 15 */
                .powerd = doctor_find_process(root, "nvidia-powerd"),
        };
        doctor_read_line(root, "/sys/module/nvidia_drm/parameters/modeset", ret->modeset,
                         sizeof(ret->modeset));
        doctor_read_line(root, "/sys/module/nvidia_drm/parameters/fbdev", ret->fbdev, sizeof(ret->fbdev));
}

void doctor_judge_nvidia(struct doctor *doctor, const struct doctor_host *host,
                         const struct doctor_nvidia *nvidia) {
        const struct inventory_function *display = find_display(host);
        char text[200] = "";

        if (!display || strcmp(display->driver, "nvidia") != 0)
                return;
        if (nvidia->persistenced > 0)
                doctor_append(text, sizeof(text), "nvidia-persistenced");
        if (nvidia->powerd > 0)
                doctor_append(text, sizeof(text), "nvidia-powerd");
        if (*text)
                doctor_say(
                        doctor, DOCTOR_OK,
                        "%s: running, and holding the card; stopped while it is lent, unless the profile's "
                        "stop-units= leaves it out",
                        text);
        text[0] = '\0';
        if (*nvidia->modeset)
                doctor_append(text, sizeof(text), "modeset=%s", nvidia->modeset);
        if (*nvidia->fbdev)
                doctor_append(text, sizeof(text), "fbdev=%s", nvidia->fbdev);
        if (*text)
                doctor_say(doctor, DOCTOR_OK, "nvidia-drm has %s%s", text,
                           nvidia->fbdev[0] == 'Y' ? ": consoles are on the card, and are taken off" : "");
}

void doctor_judge_linger(struct doctor *doctor, const struct doctor_host *host, const char *user,
                         bool lingers) {
        if (!find_display(host))
                return;
        if (lingers)
                doctor_say(doctor, DOCTOR_OK, "the services of %s outlive the session", user);
        else
                doctor_say(doctor, DOCTOR_WARNING,
                           "the services of %s, and pilliond with them, end with the last session\n"
                           "If lending the GPU restarts the display manager, the guest's sound and input "
                           "end too: loginctl enable-linger %s",
                           user, user);
}

static void check_xorg(struct doctor *doctor, struct doctor_facts *facts) {
        struct doctor_host host = doctor_host(facts);
        struct doctor_xorg xorg;

        doctor_look_at_xorg(&xorg, facts->root);
        doctor_judge_xorg(doctor, &host, &xorg, facts->guest ? facts->guest->info->name : "GUEST");
}

static void check_compositor(struct doctor *doctor, struct doctor_facts *facts) {
        struct doctor_host host = doctor_host(facts);
        struct doctor_compositor compositor;

        doctor_look_at_compositor(&compositor, facts->root, facts->desktop);
        doctor_judge_compositor(doctor, &host, &compositor);
}

static void check_nvidia(struct doctor *doctor, struct doctor_facts *facts) {
        struct doctor_host host = doctor_host(facts);
        struct doctor_nvidia nvidia;

        doctor_look_at_nvidia(&nvidia, facts->root);
        doctor_judge_nvidia(doctor, &host, &nvidia);
}

static void check_linger(struct doctor *doctor, struct doctor_facts *facts) {
        const char *user = linger_user();
        struct doctor_host host = doctor_host(facts);

        if (user)
                doctor_judge_linger(doctor, &host, user, linger_is_on(facts->root, user));
}

const struct doctor_check doctor_desktop_checks[] = {
        { "Xorg", check_xorg,
          "Files of Xorg's that name the card that is lent: with one, Xorg does not come up while the "
          "card is away. They belong into the profile's xorg-snippets=, and are adopted." },
        { "compositor", check_compositor,
          "Whether a Wayland compositor has the card open. Then to lend the card ends the session, "
          "unless the compositor is kept off it." },
        { "NVIDIA", check_nvidia,
          "NVIDIA's daemons, which hold the card open, and its consoles. Both are taken care of while "
          "the card is lent." },
        { "linger", check_linger,
          "Whether your services outlive your session. When the display manager is restarted, those of "
          "one who does not linger end, and with them the guest's sound and keyboard: loginctl "
          "enable-linger." },
        { NULL },
};
