/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/doctor/start.h"

#include "core/doctor/read.h"

static void check_hugepages(struct doctor *doctor, struct doctor_facts *facts) {
        struct doctor_host host = doctor_host(facts);
        struct doctor_memory memory;

        if (!host.hardware || !host.inventory)
                return;
        doctor_look_at_memory(&memory, &host, facts->root, facts->profile);
        doctor_judge_hugepages(doctor, &memory);
        doctor->check = "memory lock";
        doctor_judge_memlock(doctor, &host);
}

static void check_processors(struct doctor *doctor, struct doctor_facts *facts) {
        struct doctor_processors processors;

        if (!facts->guest || !facts->guest->hardware || !facts->guest->definition)
                return;
        doctor_look_at_processors(&processors, facts);
        doctor_judge_processors(doctor, &processors);
        doctor->check = "pinning";
        doctor_judge_pins(doctor, &processors);
        doctor_processors_done(&processors);
}

static void check_handover(struct doctor *doctor, struct doctor_facts *facts) {
        struct doctor_host host = doctor_host(facts);

        if (!host_lends_any(&host))
                return;
        doctor_judge_managed(doctor, &host, facts->guest->info->name);
        doctor->check = "ROM";
        for (size_t i = 0; i < host.hardware->n_hostdevs; i++) {
                struct doctor_rom rom;

                if (!*host.hardware->hostdevs[i].rom)
                        continue;
                doctor_look_at_rom(&rom, facts->root, host.hardware->hostdevs[i].rom);
                doctor_judge_rom(doctor, &rom);
        }
        doctor->check = "error 43";
        doctor_judge_error_43(doctor, &host, facts->guest->info->name);
        doctor->check = "leftovers";
        doctor_judge_leftovers(doctor, &host, facts->guest->info->name);
}

const struct doctor_check doctor_start_checks[] = {
        { "huge pages", check_hugepages,
          "Whether the memory that the guest asks for in huge pages can be had, and may be locked. If "
          "not, it does not start." },
        { "processors", check_processors,
          "How the guest's processors lie on the host's. Pinned across cores, or not at all, it "
          "stutters." },
        { "hostdev", check_handover,
          "How the definition has the devices: managed='no', so that nobody tears them from the "
          "desktop; what error 43 needs; a firmware image that QEMU may read; what is left of a virtual"
          " screen." },
        { NULL },
};
