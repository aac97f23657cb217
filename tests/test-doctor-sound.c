/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the doctor makes of the sound on its way from the guest to the speakers, with facts made up. */
#include <arpa/inet.h>
#include <errno.h>
#include <math.h>

#include "tests/findings.h"

#define MIB (1u << 20)

static void test_ring(void) {
        struct doctor_ring ring = { .path = "/dev/shm/x", .verdict = SCREAM_EMPTY, .peak = -INFINITY };

        SAYS_NOTHING(doctor_judge_ring, &ring);
        ring.size = MIB;
        SAYS(DOCTOR_OK, "the guest is not running", doctor_judge_ring, &ring);
        ring.may_run = true;
        SAYS(DOCTOR_WARNING, "virtio-win", doctor_judge_ring, &ring);
        ring.written = true;
        SAYS(DOCTOR_OK, "no program in the guest plays", doctor_judge_ring, &ring);
        ring.verdict = SCREAM_ALIEN;
        SAYS(DOCTOR_PROBLEM, "is not Scream's: it does not begin", doctor_judge_ring, &ring);
        ring.verdict = SCREAM_VALID;
        ring.format = (struct pcm_format){ 48000, 16, 2, 3 };
        SAYS(DOCTOR_OK, "nothing plays in the guest", doctor_judge_ring, &ring);
        ring.moving = true;
        SAYS(DOCTOR_WARNING, "digital silence", doctor_judge_ring, &ring);
        ring.peak = -12.04;
        SAYS(DOCTOR_OK, "the guest plays 48000 Hz, 16 bit, 2 channels, peak -12.0 dBFS", doctor_judge_ring,
             &ring);
        ring.may_run = false;
        SAYS(DOCTOR_OK, "when the guest last ran", doctor_judge_ring, &ring);
}

static void test_peak(void) {
        static const uint8_t minus_one[] = { 0xff, 0xff };
        static const uint8_t bytes[] = { 0x00, 0x80, 0x00, 0x40, 0x00, 0x00 };
        const struct pcm_format formats[] = {
                { 1, 8, 1, 0 }, { 1, 16, 1, 0 }, { 1, 24, 1, 0 }, { 1, 32, 1, 0 }
        };

        CHECK_EQ(doctor_peak(&formats[0], bytes, 1) * 256, 256); /* eight bits are unsigned */
        CHECK_EQ(doctor_peak(&formats[0], bytes + 1, 1) * 256, 0);
        CHECK_EQ(doctor_peak(&formats[1], bytes, 6) * 65536, 65536);
        CHECK_EQ(doctor_peak(&formats[1], minus_one, 2) * 32768, 1);
        CHECK_EQ(doctor_peak(&formats[1], bytes + 2, 4) * 65536, 32768);
        CHECK_EQ(doctor_peak(&formats[2], bytes, 6) * (1 << 24), 2 * 0x8000);
        CHECK_EQ(doctor_peak(&formats[3], bytes + 2, 4) * 65536.0 * 32768, 0x4000);
        CHECK_EQ(doctor_peak(&formats[1], bytes, 0) * 100, 0);
        CHECK_EQ(doctor_peak(&formats[3], bytes, 3) * 100, 0);
}

static void test_pipewire(void) {
        struct doctor_pipewire pipewire = { .error = -ENOENT };

        SAYS(DOCTOR_PROBLEM, "XDG_RUNTIME_DIR", doctor_judge_pipewire, &pipewire);
        strcpy(pipewire.socket, "/run/user/1000/pipewire-0");
        SAYS(DOCTOR_PROBLEM, "enable --now pipewire.socket", doctor_judge_pipewire, &pipewire);
        pipewire.error = 0;
        SAYS(DOCTOR_PROBLEM, "does not answer", doctor_judge_pipewire, &pipewire);
        pipewire.answered = true;
        SAYS(DOCTOR_OK, "answers at", doctor_judge_pipewire, &pipewire);
        SAYS(DOCTOR_PROBLEM, "wireplumber", doctor_judge_manager, &pipewire);
        pipewire.manager = true;
        SAYS(DOCTOR_OK, "one is there", doctor_judge_manager, &pipewire);
        SAYS(DOCTOR_PROBLEM, "no sink", doctor_judge_sink, &pipewire, NULL);
        strcpy(pipewire.sinks[pipewire.n_sinks++], "auto_null");
        SAYS(DOCTOR_WARNING, "only a dummy", doctor_judge_sink, &pipewire, NULL);
        strcpy(pipewire.sinks[pipewire.n_sinks++], "speakers");
        SAYS(DOCTOR_OK, "auto_null, speakers", doctor_judge_sink, &pipewire, NULL);
        strcpy(pipewire.fallback, "speakers");
        SAYS(DOCTOR_OK, "speakers\n", doctor_judge_sink, &pipewire, NULL);
        SAYS(DOCTOR_OK, "speakers, as configured", doctor_judge_sink, &pipewire, "speakers");
        SAYS(DOCTOR_WARNING, "there are: auto_null, speakers", doctor_judge_sink, &pipewire, "hdmi");
}

static void test_network(void) {
        struct doctor_network network = {
                .port = 4010, .group = "239.255.77.77", .interface = "virbr0", .interface_exists = true
        };
        struct doctor doctor;

        SAYS(DOCTOR_OK, "port 4010 is free", doctor_judge_network, &network);
        network.error = -EADDRINUSE;
        SAYS(DOCTOR_PROBLEM, "another program has UDP port 4010", doctor_judge_network, &network);
        network.ours = network.joined = true;
        network.datagrams = 7;
        doctor = findings_begin();
        doctor_judge_network(&doctor, &network);
        findings_end(&doctor);
        CHECK_EQ(doctor.counts[DOCTOR_OK], 2);
        CHECK(strstr(findings, "pilliond listens") && strstr(findings, "7 datagrams"));
        network.joined = network.interface_exists = false;
        network.interface = NULL;
        network.datagrams = 0;
        doctor = findings_begin();
        doctor_judge_network(&doctor, &network);
        findings_end(&doctor);
        CHECK_EQ(doctor.counts[DOCTOR_WARNING], 3);
        CHECK(strstr(findings, "is not joined\n") && strstr(findings, "whoever reaches") &&
              strstr(findings, "firewall"));
        network = (struct doctor_network){
                .port = 1, .group = "none", .interface = "virbr9", .sender = "10.0.0.1"
        };
        doctor = findings_begin();
        doctor_judge_network(&doctor, &network);
        findings_end(&doctor);
        CHECK_EQ(doctor.counts[DOCTOR_PROBLEM], 1);
        CHECK(strstr(findings, "no network interface 'virbr9'"));
}

static void test_groups(void) {
        static const char text[] = "Idx\tDevice    : Count Querier\tGroup    Users Timer\tReporter\n"
                                   "1\tlo        :     1      V3\n"
                                   "\t\t\t\t010000E0     1 0:00000000\t\t0\n"
                                   "3\tvirbr0    :     2      V3\n"
                                   "\t\t\t\t4D4DFFEF     1 0:00000000\t\t0\n";
        struct in_addr group;

        CHECK_EQ(inet_pton(AF_INET, "239.255.77.77", &group), 1);
        CHECK(doctor_group_joined(text, group, NULL));
        CHECK(doctor_group_joined(text, group, "virbr0"));
        CHECK(!doctor_group_joined(text, group, "lo"));
        CHECK_EQ(inet_pton(AF_INET, "239.255.77.78", &group), 1);
        CHECK(!doctor_group_joined(text, group, NULL));
        CHECK(!doctor_group_joined("", group, NULL));
}

int main(void) {
        test_ring();
        test_peak();
        test_pipewire();
        test_network();
        test_groups();
        free(findings);
        return 0;
}
