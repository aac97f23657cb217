/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/*
 * core/doctor/audio: the part of `pillion doctor` about sound. doctor_look_*() fill in what is there,
 * doctor_judge_*() are pure and say what that means.
 */
#include <netinet/in.h>
#include <sys/stat.h>

#include "core/doctor/doctor.h"
#include "core/doctor/facts.h"
#include "ivshmem/scream.h"

/* The <shmem> devices of a domain; PATH: the file in use, NULL: it cannot be told. SIZE of its device, or 0.
 */
void doctor_judge_shmem(struct doctor *doctor, const struct domain_info *domain, const char *configured);
const char *doctor_shmem_path(const struct doctor_facts *facts);
uint64_t doctor_shmem_size(const struct doctor_facts *facts, const char *path);

/* The file that backs the memory. */
struct doctor_file {
        const char *path; /* borrowed */
        uint64_t wanted;  /* bytes, as the domain says; 0: not known */
        bool may_run;     /* the guest, see facts_may_run() */
        int error;        /* of opening it to read, negative errno; 0: it can be read */
        bool exists;
        struct stat st; /* if it exists */
        bool acl;       /* there is more to its access than owner and mode */
        char owner[64], group[64], user[64];
        bool member; /* we are in its group */
};

void doctor_look_at_file(struct doctor_file *ret, const char *path);
void doctor_judge_file(struct doctor *doctor, const struct doctor_file *file);

/* The line of tmpfiles.d that makes a file at boot. */
struct doctor_tmpfiles {
        char file[300]; /* that says it; empty: none */
        char type[8], mode[16], user[64], group[64];
        bool content; /* it writes something into it */
        bool member;  /* we are in the group */
};

void doctor_look_at_tmpfiles(struct doctor_tmpfiles *ret, const char *root, const char *path);
void doctor_judge_tmpfiles(struct doctor *doctor, const struct doctor_tmpfiles *line,
                           const struct doctor_file *file);

/* What confines QEMU. */
struct doctor_confinement {
        bool apparmor, selinux; /* enabled; enforcing */
        bool ruled;             /* AppArmor: a rule for the file is there */
        bool defined;           /* the domain has a <shmem> of it: libvirt makes the rule itself */
        char label[200];        /* SELinux's, of the file; empty: not known */
};

void doctor_look_at_confinement(struct doctor_confinement *ret, const char *root, const char *path,
                                const char *uuid);
void doctor_judge_confinement(struct doctor *doctor, const struct doctor_confinement *confinement,
                              const char *path);
/* Whether a line of an AppArmor profile lets everybody read and write PATH. */
bool doctor_rule_covers(const char *line, const char *path);

/* What a guest has written into it. */
struct doctor_ring {
        const char *path; /* borrowed */
        bool may_run;
        uint64_t size; /* of the file; 0: it cannot be read */
        uint8_t header[SCREAM_HEADER_SIZE];
        enum scream_verdict verdict;
        struct pcm_format format; /* if valid */
        bool written;             /* anything but zeros is in the file */
        bool moving;              /* new sound has come while we looked */
        double peak;              /* of that sound, dBFS; -INFINITY: silence */
};

/* Looks twice, WAIT_USEC apart. */
void doctor_look_at_ring(struct doctor_ring *ret, const char *path, uint32_t wait_usec);
void doctor_judge_ring(struct doctor *doctor, const struct doctor_ring *ring);
/* The loudest of the samples, 0 to 1. */
double doctor_peak(const struct pcm_format *format, const uint8_t *bytes, size_t size);

#define DOCTOR_SINKS 32

struct doctor_pipewire {
        char socket[256];   /* empty: nowhere to look */
        int error;          /* of connecting, negative errno */
        bool answered;      /* the daemon has introduced itself */
        char version[32];   /* its */
        bool manager;       /* a session manager keeps the defaults */
        char fallback[128]; /* the default sink's node.name; empty: not said */
        char sinks[DOCTOR_SINKS][128];
        size_t n_sinks;
};

void doctor_look_at_pipewire(struct doctor_pipewire *ret, uint64_t wait_usec);
void doctor_judge_pipewire(struct doctor *doctor, const struct doctor_pipewire *pipewire);
void doctor_judge_manager(struct doctor *doctor, const struct doctor_pipewire *pipewire);
/* TARGET: the configured sink or NULL. */
void doctor_judge_sink(struct doctor *doctor, const struct doctor_pipewire *pipewire, const char *target);

struct doctor_network {
        uint16_t port;
        int error;                              /* of binding it, negative errno */
        bool ours;                              /* pilliond listens there */
        const char *group, *interface, *sender; /* borrowed; as in struct config */
        bool interface_exists, joined;
        uint64_t datagrams, malformed, refused;
        bool playing;
};

void doctor_look_at_network(struct doctor_network *ret, const struct doctor_facts *facts);
void doctor_judge_network(struct doctor *doctor, const struct doctor_network *network);
/* Whether TEXT, as of /proc/net/igmp, has GROUP joined on INTERFACE, or on any if that is NULL. */
bool doctor_group_joined(const char *text, struct in_addr group, const char *interface);
