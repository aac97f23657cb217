/* SPDX-License-Identifier: GPL-2.0-or-later */
/* How the definition hands the devices over, and what else of it does not go with a GPU of its own. */
#include "core/doctor/start.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "core/doctor/read.h"

#define VENDOR_NVIDIA 0x10deu
#define VENDOR_AMD    0x1002u

/* QEMU reads it as a user of its own, whom libvirt does not give the file to. */
void doctor_look_at_rom(struct doctor_rom *ret, const char *root, const char *path) {
        char name[600];
        struct stat st;

        snprintf(name, sizeof(name), "%s%s", root, path);
        *ret = (struct doctor_rom){ .path = path };
        if (stat(name, &st) < 0) {
                ret->error = -errno;
                return;
        }
        ret->all = st.st_mode & S_IROTH;
        for (char *slash = strrchr(name, '/'); ret->all && slash > name + strlen(root);
             slash = strrchr(name, '/')) {
                *slash = '\0';
                ret->all = stat(name, &st) == 0 && st.st_mode & S_IXOTH;
        }
}

void doctor_judge_rom(struct doctor *doctor, const struct doctor_rom *rom) {
        if (rom->error == -EACCES)
                doctor_say(doctor, DOCTOR_OK, "only root can see whether '%s' is there", rom->path);
        else if (rom->error < 0)
                doctor_say(doctor, DOCTOR_PROBLEM,
                           "<rom file='%s'> cannot be found: %s\n"
                           "The guest does not start: correct it by virsh edit, or take it out",
                           rom->path, strerror(-rom->error));
        else if (!rom->all)
                doctor_say(doctor, DOCTOR_WARNING,
                           "'%s', the ROM, is not everybody's to read, nor QEMU's unless it is owned so\n"
                           "If the guest does not start: sudo chmod a+r it, in a folder such as "
                           "/usr/share/vgabios",
                           rom->path);
        else
                doctor_say(doctor, DOCTOR_OK, "'%s' can be read", rom->path);
}

void doctor_judge_managed(struct doctor *doctor, const struct doctor_host *host, const char *guest) {
        char text[300] = "";

        for (size_t i = 0; i < host->hardware->n_hostdevs; i++)
                if (host->hardware->hostdevs[i].managed)
                        doctor_append(text, sizeof(text), "%s", host->hardware->hostdevs[i].address);
        if (*text)
                doctor_say(doctor, DOCTOR_WARNING,
                           "managed='yes': %s\n"
                           "Whoever starts the guest without pillion has libvirt take the device from its "
                           "driver, which hangs libvirt if it is in use.\n"
                           "pillion domain prepare %s makes it managed='no', which refuses instead",
                           text, guest);
        else
                doctor_say(doctor, DOCTOR_OK, "managed='no': libvirt takes none from the host by itself");
}

static bool is_gpu_of(const struct inventory_function *function, unsigned vendor) {
        return function && function_is_display(function) && function->vendor == vendor;
}

/* Navi 3x and 4x: RX 7000 and 9000. */
static bool is_recent_amd(const struct inventory_function *function) {
        return is_gpu_of(function, VENDOR_AMD) &&
               ((function->device >= 0x7440 && function->device < 0x7500) ||
                (function->device >= 0x7550 && function->device < 0x7600));
}

void doctor_judge_error_43(struct doctor *doctor, const struct doctor_host *host, const char *guest) {
        bool hidden = host->hardware->kvm_hidden && *host->hardware->vendor_id;
        const char *why = NULL;

        for (size_t i = 0; i < host->hardware->n_hostdevs; i++) {
                const struct inventory_function *lent = host_lent(host, i);

                if (is_gpu_of(lent, VENDOR_NVIDIA))
                        why = "NVIDIA's drivers before R465, of spring 2021, refuse to start in a guest";
                else if (is_recent_amd(lent))
                        why = "some have seen AMD's driver refuse to start in a guest with this GPU";
        }
        if (!why)
                return;
        if (hidden)
                doctor_say(doctor, DOCTOR_OK, "the guest does not say that it is one");
        else
                doctor_say(doctor, DOCTOR_OK,
                           "%s\n"
                           "Should Windows say \"code 43\": pillion domain prepare %s --hide-kvm",
                           why, guest);
}

void doctor_judge_leftovers(struct doctor *doctor, const struct doctor_host *host, const char *guest) {
        const struct domain_hardware *hardware = host->hardware;
        char text[200] = "";
        bool gpu = false;

        for (size_t i = 0; i < hardware->n_hostdevs; i++) {
                const struct inventory_function *lent = host_lent(host, i);

                gpu |= lent && function_is_display(lent);
        }
        if (hardware->spice)
                doctor_append(text, sizeof(text), "<graphics type='spice'>");
        if (hardware->display)
                doctor_append(text, sizeof(text), "<video>");
        if (hardware->tablet)
                doctor_append(text, sizeof(text), "<input type='tablet'>");
        if (hardware->redirdev)
                doctor_append(text, sizeof(text), "<redirdev>");
        if (gpu && *text)
                doctor_say(doctor, DOCTOR_OK,
                           "%s\n"
                           "A guest with a GPU of its own needs none of these. A second display takes "
                           "windows and the pointer to where nobody sees them: pillion domain prepare "
                           "%s --gpu-only takes them out",
                           text, guest);
        else if (gpu)
                doctor_say(doctor, DOCTOR_OK, "nothing of a virtual screen");
}
