/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/doctor/audio.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define LOOK_USEC     500000u  /* 25 chunks: enough to see whether sound comes */
#define PIPEWIRE_USEC 5000000u /* it answers at once, or hangs */

#define MIB      (1u << 20)
#define MOST_MIB 128u /* the driver reads the number of MiB into a byte, and sizes are powers of two */

static bool uses_memory(const struct doctor_facts *facts) {
        return facts->config && facts->config->audio_udp_port == 0 &&
               strcmp(facts->config->audio_shmem, "off") != 0;
}

const char *doctor_shmem_path(const struct doctor_facts *facts) {
        if (!uses_memory(facts))
                return NULL;
        if (strcmp(facts->config->audio_shmem, "auto") != 0)
                return facts->config->audio_shmem;
        return facts->guest ? facts->guest->info->shmem_path : NULL;
}

static const struct domain_shmem *find_device(const struct domain_info *domain, const char *path) {
        const char *name = strrchr(path, '/');

        for (size_t i = 0; name && i < domain->n_shmems; i++)
                if (strncmp(path, "/dev/shm/", 9) == 0 && strcmp(domain->shmems[i].name, path + 9) == 0)
                        return &domain->shmems[i];
        return NULL;
}

uint64_t doctor_shmem_size(const struct doctor_facts *facts, const char *path) {
        const struct domain_shmem *device = facts->guest ? find_device(facts->guest->info, path) : NULL;

        return device ? device->size : 0;
}

static void judge_absence(struct doctor *doctor, const struct domain_info *domain, const char *configured) {
        if (configured)
                doctor_say(doctor, DOCTOR_WARNING,
                           "'shmem = %s' is not the file of any <shmem> of '%s'\n"
                           "Right if QEMU is given it on its command line; else say 'shmem = auto' under "
                           "[audio] in pillion.conf",
                           configured, domain->name);
        else if (domain->n_shmems == 0)
                doctor_say(doctor, DOCTOR_PROBLEM,
                           "'%s' has no shared memory for the guest's sound\n"
                           "pillion domain prepare %s puts one into its definition",
                           domain->name, domain->name);
        else
                doctor_say(
                        doctor, DOCTOR_PROBLEM,
                        "'%s' has %zu <shmem>, but no sound's: of model ivshmem-plain, 'scream' in its name\n"
                        "pillion domain prepare %s adds one",
                        domain->name, domain->n_shmems, domain->name);
}

static void judge_size(struct doctor *doctor, const struct domain_shmem *device) {
        uint64_t size = device->size;

        if (size == 0)
                doctor_say(doctor, DOCTOR_WARNING,
                           "<shmem name='%s'> does not say its size\n"
                           "Say <size unit='M'>2</size>, and in Windows UseIVSHMEM = 2",
                           device->name);
        else if ((size & (size - 1)) != 0 || size < MIB || size > (uint64_t)MOST_MIB * MIB)
                doctor_say(doctor, DOCTOR_PROBLEM,
                           "<shmem name='%s'> has %" PRIu64 " bytes\n"
                           "The driver needs a power of two from 1 to %u MiB: say <size unit='M'>2</size>",
                           device->name, size, MOST_MIB);
        else
                doctor_say(doctor, DOCTOR_OK,
                           "<shmem name='%s'>, %" PRIu64
                           " MiB; in Windows HKLM\\SYSTEM\\CurrentControlSet\\Services\\Scream\\Options "
                           "must have UseIVSHMEM = %" PRIu64 ", a DWORD",
                           device->name, size / MIB, size / MIB);
}

/* The driver takes the first device of its size, and knows it by nothing else. */
static void judge_twins(struct doctor *doctor, const struct domain_info *domain,
                        const struct domain_shmem *device) {
        for (size_t i = 0; i < domain->n_shmems; i++) {
                const struct domain_shmem *other = &domain->shmems[i];

                if (other != device && other->size == device->size && other->size > 0)
                        doctor_say(doctor, DOCTOR_WARNING,
                                   "<shmem name='%s'> has the same size as <shmem name='%s'>\n"
                                   "Scream's driver may take the one for the other, and both write to one: "
                                   "give them different sizes",
                                   other->name, device->name);
        }
}

void doctor_judge_shmem(struct doctor *doctor, const struct domain_info *domain, const char *configured) {
        const char *path = configured ? configured : domain->shmem_path;
        const struct domain_shmem *device = path ? find_device(domain, path) : NULL;

        if (!device)
                return judge_absence(doctor, domain, configured);
        if (strcmp(device->model, "ivshmem-plain") != 0)
                doctor_say(doctor, DOCTOR_PROBLEM,
                           "<shmem name='%s'> is of model '%s'\n"
                           "Scream's driver needs <model type='ivshmem-plain'/>",
                           device->name, device->model);
        judge_size(doctor, device);
        judge_twins(doctor, domain, device);
}

static void check_shmem(struct doctor *doctor, struct doctor_facts *facts) {
        const char *option = facts->config ? facts->config->audio_shmem : "off";

        if (facts->config && facts->config->audio_udp_port > 0)
                return;
        if (!uses_memory(facts))
                doctor_say(doctor, DOCTOR_OK, "'shmem = off': the guest's sound is not played");
        else if (facts->guest)
                doctor_judge_shmem(doctor, facts->guest->info, strcmp(option, "auto") == 0 ? NULL : option);
}

static void check_file(struct doctor *doctor, struct doctor_facts *facts) {
        const char *path = doctor_shmem_path(facts);
        struct doctor_tmpfiles line;
        struct doctor_file file;

        if (!path)
                return;
        doctor_look_at_file(&file, path);
        file.wanted = doctor_shmem_size(facts, path);
        file.may_run = facts_may_run(facts);
        doctor_judge_file(doctor, &file);
        doctor->check = "file at boot";
        doctor_look_at_tmpfiles(&line, facts->root, path);
        doctor_judge_tmpfiles(doctor, &line, &file);
}

static void check_confinement(struct doctor *doctor, struct doctor_facts *facts) {
        const char *path = doctor_shmem_path(facts);
        struct doctor_confinement confinement;

        if (!path)
                return;
        doctor_look_at_confinement(&confinement, facts->root, path,
                                   facts->guest ? facts->guest->info->uuid : "");
        confinement.defined = facts->guest && find_device(facts->guest->info, path);
        doctor_judge_confinement(doctor, &confinement, path);
}

static void check_ring(struct doctor *doctor, struct doctor_facts *facts) {
        const char *path = doctor_shmem_path(facts);
        struct doctor_ring ring;

        if (!path)
                return;
        doctor_look_at_ring(&ring, path, LOOK_USEC);
        ring.may_run = facts_may_run(facts);
        doctor_judge_ring(doctor, &ring);
}

static void check_network(struct doctor *doctor, struct doctor_facts *facts) {
        struct doctor_network network;

        if (!facts->config || facts->config->audio_udp_port == 0)
                return;
        doctor_look_at_network(&network, facts);
        doctor_judge_network(doctor, &network);
}

static void check_pipewire(struct doctor *doctor, struct doctor_facts *facts) {
        struct doctor_pipewire pipewire;

        doctor_look_at_pipewire(&pipewire, PIPEWIRE_USEC);
        doctor_judge_pipewire(doctor, &pipewire);
        if (!pipewire.answered)
                return;
        doctor->check = "session manager";
        doctor_judge_manager(doctor, &pipewire);
        doctor->check = "speakers";
        doctor_judge_sink(doctor, &pipewire, facts->config ? facts->config->audio_target : NULL);
}

const struct doctor_check doctor_audio_checks[] = {
        { "shared memory", check_shmem,
          "Whether the guest's definition has a <shmem> for the sound, of a size that Scream's driver "
          "can use. Without one, or with another size than in Windows, the guest is silent." },
        { "its file", check_file,
          "Whether the file of that memory is there, has its size, and may be read by you and nobody "
          "else. It is made at boot, by a line of tmpfiles.d, for the group kvm: be in it." },
        { "confinement", check_confinement,
          "Whether AppArmor or SELinux keeps QEMU from that file. If it does, the guest does not start,"
          " or starts without sound." },
        { "driver", check_ring,
          "What the guest's driver has written there: nothing yet, something else than Scream's, "
          "silence, or sound and how loud." },
        { "network", check_network,
          "With sound over the network: whether its port is free, the multicast group joined, and "
          "datagrams arrive. A firewall is the usual reason that none do." },
        { "PipeWire", check_pipewire,
          "Whether PipeWire and its session manager run, and there is a sink to play to." },
        { NULL },
};
