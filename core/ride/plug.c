/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/ride/plug.h"

#include <stdio.h>

static bool names_any_evdev(const struct domain_info *info, const struct input_status *input) {
        return domain_names_evdev(info, input->sink_keyboard) || domain_names_evdev(info, input->sink_mouse);
}

enum plug plug_seen(const struct domain_info *info, const struct input_status *input) {
        if (domain_names_evdev(info, input->sink_keyboard) && domain_names_evdev(info, input->sink_mouse))
                return PLUG_EVDEV;
        if (domain_passes(info, input->sink_keyboard) && domain_passes(info, input->sink_mouse))
                return PLUG_VIRTIO;
        return PLUG_NONE;
}

/* QEMU grabs what it is given, so a device goes one way or the other. */
bool plug_next(const struct domain_info *info, const struct input_status *input, enum config_path path,
               char *xml, size_t size) {
        const char *nodes[] = { input->sink_keyboard, input->sink_mouse };

        if (info->spice || path == CONFIG_PATH_EVDEV || !input->sinks_ready || names_any_evdev(info, input))
                return false;
        for (size_t i = 0; i < sizeof(nodes) / sizeof(*nodes); i++)
                if (!domain_passes(info, nodes[i])) {
                        snprintf(xml, size,
                                 "<input type='passthrough' bus='virtio'><source evdev='%s'/></input>",
                                 nodes[i]);
                        return true;
                }
        return false;
}

void plug_advise(const struct domain_info *info, const struct input_status *input, enum config_path path,
                 const char *problem, char *buf, size_t size) {
        bool evdev = names_any_evdev(info, input);

        *buf = '\0';
        if (info->spice)
                return;
        if (evdev && path == CONFIG_PATH_VIRTIO)
                snprintf(buf, size,
                         "its definition names pillion's devices as evdev inputs, so they cannot be plugged "
                         "in as path=virtio says; take them out (virsh edit %s), or set path=auto",
                         info->name);
        else if (plug_seen(info, input) != PLUG_NONE)
                return;
        else if (evdev || path == CONFIG_PATH_EVDEV)
                snprintf(buf, size,
                         "its definition lacks an input device of pillion's, so keyboard and mouse cannot "
                         "reach it; 'pillion domain prepare %s' adds them, for its next start",
                         info->name);
        else if (*problem)
                snprintf(buf, size, "keyboard and mouse cannot be plugged into it: %s", problem);
}
