/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/*
 * core/doctor/desktop: the part of `pillion doctor` about what of the desktop has to do with a GPU that comes
 * and goes: Xorg's snippets, the compositor, NVIDIA's driver and daemons, the user's services.
 */
#include "core/doctor/host.h"

#define DOCTOR_SNIPPETS 32

/* The caller's; NULL: systemd does not answer. */
struct desktop *doctor_look_at_desktop(void);

/* A file of xorg.conf.d, or xorg.conf. */
struct doctor_snippet {
        char path[300];
        bool link, dangling;
        bool adopted;                   /* leads through /run, as `pillion-switch adopt` makes it */
        char address[PCI_ADDRESS_SIZE]; /* of its BusID; "" none */
        char driver[32];                /* of its Device; "" none */
        char card[64];                  /* "/dev/dri/card0", if it is named so; "" */
        bool keeps_to_its_own;          /* AutoAddGPU is off */
};
struct doctor_xorg {
        bool installed;
        struct doctor_snippet snippets[DOCTOR_SNIPPETS];
        size_t n_snippets;
};
void doctor_look_at_xorg(struct doctor_xorg *ret, const char *root);
void doctor_judge_xorg(struct doctor *doctor, const struct doctor_host *host, const struct doctor_xorg *xorg,
                       const char *guest);
/* "PCI:1:0:0", "PCI:1@0:0:0", decimal. False: that is not of that form. */
bool doctor_parse_bus_id(const char *text, char *address);

struct doctor_compositor {
        char type[16];     /* "x11", "wayland", …; "" no graphical session */
        char rule[300];    /* a file of udev's rules that keeps a GPU from compositors; "" */
        char variable[32]; /* of the environment that says which GPUs are used; "" */
};
void doctor_look_at_compositor(struct doctor_compositor *ret, const char *root,
                               const struct desktop *desktop);
void doctor_judge_compositor(struct doctor *doctor, const struct doctor_host *host,
                             const struct doctor_compositor *compositor);

struct doctor_nvidia {
        char modeset[8], fbdev[8]; /* nvidia_drm's parameters; "" it is not loaded, or does not know them */
        int persistenced, powerd;  /* pids; 0: do not run */
};
void doctor_look_at_nvidia(struct doctor_nvidia *ret, const char *root);
void doctor_judge_nvidia(struct doctor *doctor, const struct doctor_host *host,
                         const struct doctor_nvidia *nvidia);

/* LINGERS: USER's services outlive the session, which ends with the display manager. */
void doctor_judge_linger(struct doctor *doctor, const struct doctor_host *host, const char *user,
                         bool lingers);
