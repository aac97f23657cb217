/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/*
 * core/config: pillion.conf. One table of options says name, form, default and help; the parser, --help and
 * the manual page all come from it. A load either yields a whole new configuration or reports every mistake
 * with file and line and yields nothing, so a reload that fails keeps what was.
 */
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "core/cleanup.h"

/* On which side the input has to be for a hotkey to count; bits. */
enum config_when {
        CONFIG_WHEN_HOST = 1 << 0,
        CONFIG_WHEN_GUEST = 1 << 1,
};

/* How a guest is given our two input devices; see core/ride/plug.h. */
enum config_path {
        CONFIG_PATH_AUTO,   /* as evdev inputs if its definition names them, else plugged in */
        CONFIG_PATH_EVDEV,  /* never plugged in */
        CONFIG_PATH_VIRTIO, /* plugged in */
};

/* One [hotkey NAME]. */
struct config_hotkey {
        char *name;
        char *path; /* where it was first spoken of */
        int line;
        char *keys;
        unsigned when; /* CONFIG_WHEN_* */
        bool pass;
        char *press, *release;           /* actions (core/actions.h); NULL: none */
        char *exec, *exec_release;       /* command lines (core/argv.h); NULL: none */
        uint64_t release_delay, longest; /* microseconds; 0: none */
        int *seen;                       /* while loading: the line each option was given at */
};

struct config {
        char *guest_domain;              /* NULL: whichever guest names pillion's devices */
        char *guest_uri;                 /* libvirt's */
        uint64_t guest_shutdown_timeout; /* microseconds */
        bool guest_keep_hardware;
        char *input_devices; /* lists of devices; NULL: none */
        char *input_host_devices;
        char *input_guest_devices;
        char *input_toggle; /* a chord */
        enum config_path input_path;
        uint64_t audio_udp_port;   /* 0: shared memory instead */
        char *audio_shmem;         /* "auto", "off" or a path */
        char *audio_udp_group;     /* "none" or an IPv4 multicast address */
        char *audio_udp_interface; /* NULL: any */
        char *audio_udp_sender;    /* an IPv4 address; NULL: whoever comes first */
        char *audio_target;        /* NULL: the user's default sink */
        uint64_t audio_latency;    /* microseconds; 0: auto */
        int audio_volume;          /* percent; -1: as it was */
        char *audio_role;          /* "none" or a media.role */
        uint64_t audio_idle_after; /* microseconds; 0: never */
        bool audio_rate_matching;
        uint64_t input_wait; /* microseconds that a toggle waits for all keys to be up; 0: it does not */
        struct config_hotkey *hotkeys;
        size_t n_hotkeys;
        bool notify_input, notify_failures;
        bool tray_show;
        int log_level; /* syslog's */
};

/* What only the part that an option is for can judge: core does not know the names of keys, nor of devices.
 */
enum config_kind {
        CONFIG_PLAIN, /* nothing */
        CONFIG_CHORD,
        CONFIG_DEVICES,
        CONFIG_HOTKEY,  /* keys as input/hotkey.h has them */
        CONFIG_ACTIONS, /* core/actions.h */
        CONFIG_COMMAND, /* core/argv.h */
};

/* One mistake a call, as "file:line: what, and what would be right". */
typedef void (*config_report_fn)(const char *message, void *userdata);

struct config_source {
        char *const *paths; /* NULL-terminated, read in order, later ones override */
        bool must_exist;    /* else one that is not there is passed over */
        /* 0 if TEXT is right; else WHY, which is empty at first, may say what is wrong with it. */
        int (*check)(enum config_kind kind, const char *text, char *why, size_t size);
        config_report_fn report;
        void *userdata;
};

/*
 * Returns -EINVAL after reporting every mistake, or -errno of a file that could not be read (reported too).
 * The result is the caller's.
 */
int config_load(struct config **ret, const struct config_source *source);
struct config *config_free(struct config *config);
DEFINE_CLEANUP(struct config, config_free);

/* The default places: /etc/pillion/pillion.conf, then the user's. Freed with config_paths_free(). */
char **config_default_paths(void);
char **config_paths_free(char **paths);
DEFINE_CLEANUP(char *, config_paths_free);

/* The table as text for --help, or as roff for pillion.conf(5). */
void config_print_help(FILE *out);
void config_print_manual(FILE *out);
