/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the doctor makes of a definition that lends devices: whether the guest can start, and how it runs. */
#include "core/doctor/start.h"

#include <errno.h>

#include "tests/machine.h"

#define GIB ((uint64_t)1 << 30)
#define MIB ((uint64_t)1 << 20)

static void test_definition(void) {
        static const char xml[] =
                "<domain type='kvm'><vcpu>8</vcpu>"
                "<cputune><vcpupin vcpu='0' cpuset='2'/><vcpupin vcpu='1' cpuset='6'/></cputune>"
                "<cpu mode='host-passthrough'><topology sockets='1' cores='4' threads='2'/></cpu><devices>"
                "<input type='evdev'><source dev='/dev/a' grab='all' grabToggle='meta-meta'/></input>"
                "<input type='evdev'><source dev='/dev/b'/></input><input type='tablet'/></devices></domain>";
        _cleanup_(doctor_definition_freep) struct doctor_definition *definition = NULL, *bare = NULL;

        CHECK_EQ(doctor_definition_parse(&definition, xml), 0);
        CHECK(definition->kvm && definition->topology);
        CHECK_EQ(definition->vcpus, 8);
        CHECK_EQ(definition->cores, 4);
        CHECK_EQ(definition->threads, 2);
        CHECK_EQ(definition->n_pins, 2);
        CHECK_STR(definition->pins[1].cpus, "6");
        CHECK_EQ(definition->n_evdevs, 2);
        CHECK_STR(definition->evdevs[0].path, "/dev/a");
        CHECK_STR(definition->evdevs[0].toggle, "meta-meta");
        CHECK(definition->evdevs[0].grabs_all && !definition->evdevs[1].grabs_all);
        CHECK_STR(definition->evdevs[1].toggle, "");
        CHECK_EQ(doctor_definition_parse(&bare, "<domain type='qemu'><vcpu>many</vcpu></domain>"), 0);
        CHECK(!bare->kvm && !bare->topology && bare->vcpus == 0 && bare->n_evdevs == 0);
        CHECK_EQ(doctor_definition_parse(&bare, "<network/>"), -EINVAL);
}

static void test_hugepages(void) {
        struct inventory_pool pools[] = { { 2 * MIB, 4096, 4096, 0 }, { GIB, 0, 0, 0 } };
        const struct inventory inventory = { .pools = pools, .n_pools = 2 };
        struct doctor_memory memory = { .inventory = &inventory,
                                        .hugepages = true,
                                        .wanted = 8 * GIB,
                                        .default_size = 2 * MIB,
                                        .available = 16 * GIB };

        SAYS(DOCTOR_OK, "4096 pages of 2 MiB are free, 4096 are needed", doctor_judge_hugepages, &memory);
        pools[0].reserved = 96;
        memory.whole = 100;
        SAYS(DOCTOR_PROBLEM, "96 pages of 2 MiB are missing, and nothing makes them", doctor_judge_hugepages,
             &memory);
        CHECK(strstr(findings, "'hugepages = 2M:4096'"));
        memory.made = 4096;
        SAYS(DOCTOR_OK, "96 pages of 2 MiB are to be made", doctor_judge_hugepages, &memory);
        memory.whole = 10;
        SAYS(DOCTOR_WARNING, "of which 10 could be at once\n", doctor_judge_hugepages, &memory);
        memory.available = 100 * MIB;
        SAYS(DOCTOR_PROBLEM, "only 100 MiB of memory", doctor_judge_hugepages, &memory);
        memory.running = true;
        SAYS(DOCTOR_OK, "runs with pages of 2 MiB", doctor_judge_hugepages, &memory);
        memory.running = false;
        memory.page_size = GIB;
        memory.available = 16 * GIB;
        memory.made = 8;
        memory.whole = 7;
        SAYS(DOCTOR_WARNING, "mostly does for 1 GiB", doctor_judge_hugepages, &memory);
        memory.made = 0;
        SAYS(DOCTOR_PROBLEM, "hugepagesz=1G hugepages=8", doctor_judge_hugepages, &memory);
        memory.page_size = 4 * MIB;
        SAYS(DOCTOR_PROBLEM, "which this kernel does not have", doctor_judge_hugepages, &memory);
        memory.hugepages = false;
        SAYS(DOCTOR_WARNING, "8192 MiB of huge pages lie idle", doctor_judge_hugepages, &memory);
        pools[0].free = 0;
        SAYS(DOCTOR_OK, "does not ask for any", doctor_judge_hugepages, &memory);
}

static void test_whole_pages(void) {
        static const char text[] = "Node 0, zone      DMA      1      1      0\n"
                                   "Node 0, zone   Normal    100     50      3      2\n";

        CHECK_EQ(doctor_whole_pages(text, 16384, 4096), 3 + 2 * 2);
        CHECK_EQ(doctor_whole_pages(text, 4096, 4096), 1 + 2 + 100 + 100 + 12 + 16);
        CHECK_EQ(doctor_whole_pages(text, 65536, 4096), 0);
        CHECK_EQ(doctor_whole_pages("", 4096, 4096), 0);
        CHECK_EQ(doctor_whole_pages("Node 0, zone", 4096, 4096), 0);
        CHECK_EQ(doctor_whole_pages("Node 0, zone Normal 3", 4096, 4096), 3);
}

static void test_memlock(void) {
        struct machine m;

        machine_init(&m);
        SAYS(DOCTOR_OK, "no hard_limit", doctor_judge_memlock, &m.host);
        m.hardware.hard_limit = 9 * GIB;
        SAYS(DOCTOR_OK, "9216 MiB, 9216 MiB are needed", doctor_judge_memlock, &m.host);
        m.hardware.hard_limit = 9 * GIB - 1;
        SAYS(DOCTOR_PROBLEM, "raise it, or drop it", doctor_judge_memlock, &m.host);
        m.hardware.n_hostdevs = 0;
        SAYS(DOCTOR_OK, "<hard_limit>", doctor_judge_memlock, &m.host);
}

static void test_processors(void) {
        struct machine m;
        struct doctor_definition definition = { .kvm = true, .vcpus = 4, .topology = true, .sockets = 1 };
        struct doctor_processors processors = { .hardware = &m.hardware, .definition = &definition };

        machine_init(&m);
        SAYS(DOCTOR_OK, "4, host-passthrough", doctor_judge_processors, &processors);
        definition.topology = false;
        SAYS(DOCTOR_WARNING, "<topology sockets='1' cores='4'", doctor_judge_processors, &processors);
        definition.vcpus = 2;
        SAYS(DOCTOR_OK, "2,", doctor_judge_processors, &processors);
        definition.vcpus = 4;
        definition.topology = true;
        definition.sockets = 4;
        SAYS(DOCTOR_WARNING, "has 4 processors, each of them a socket", doctor_judge_processors, &processors);
        definition = (struct doctor_definition){ .vcpus = 1 };
        m.hardware.cpu_mode = (char *)"";
        SAYS(DOCTOR_OK, "no <cpu mode>", doctor_judge_processors, &processors);
        definition.kvm = true;
        m.hardware.cpu_mode = (char *)"custom";
        {
                struct doctor doctor = findings_begin();

                doctor_judge_processors(&doctor, &processors);
                findings_end(&doctor);
                CHECK_EQ(doctor.counts[DOCTOR_WARNING], 1);
                CHECK(strstr(findings, "<cpu mode='custom'>"));
        }
}

static void test_pins(void) {
        struct machine m;
        struct doctor_pin pins[] = {
                { 2, (char *)"2" }, { 3, (char *)"6" }, { 0, (char *)"1" }, { 1, (char *)"5" }
        };
        struct doctor_definition definition = { .vcpus = 4, .threads = 2, .pins = pins, .n_pins = 4 };
        char *siblings[] = { (char *)"0,4", (char *)"1,5", (char *)"2,6", (char *)"3,7" };
        struct doctor_processors processors = { &m.hardware, &definition, "0-7", siblings, 4 };

        machine_init(&m);
        SAYS(DOCTOR_OK, "where there is room", doctor_judge_pins, &processors);
        m.hardware.cpuset = (char *)"2,6";
        SAYS(DOCTOR_OK, "pinned to 2,6\n", doctor_judge_pins, &processors);
        m.hardware.emulatorpin = (char *)"0-1";
        SAYS(DOCTOR_OK, "QEMU's own to 0-1", doctor_judge_pins, &processors);
        m.hardware.emulatorpin = (char *)"0-2";
        SAYS(DOCTOR_WARNING, "take time from each other", doctor_judge_pins, &processors);
        pins[1].cpus = (char *)"3";
        SAYS(DOCTOR_WARNING, "CPU 2 belongs with 2,6", doctor_judge_pins, &processors);
        pins[1].cpus = (char *)"2";
        SAYS(DOCTOR_WARNING, "pinned to different cores", doctor_judge_pins, &processors);
        pins[0].cpus = (char *)"2-3"; /* to several: nothing to say */
        SAYS(DOCTOR_WARNING, "take time", doctor_judge_pins, &processors);
        m.hardware.cpuset = (char *)"6-9";
        SAYS(DOCTOR_PROBLEM, "of which 8-9 is not there", doctor_judge_pins, &processors);
        processors.online = "";
        SAYS(DOCTOR_OK, "pinned to 6-9", doctor_judge_pins, &processors);
}

static void test_handover(void) {
        struct doctor_rom rom = { .path = "/x.rom", .all = true };
        struct machine m;

        machine_init(&m);
        SAYS(DOCTOR_OK, "managed='no'", doctor_judge_managed, &m.host, "win10");
        m.hostdevs[1].managed = true;
        SAYS(DOCTOR_WARNING, "managed='yes': 0000:01:00.1\n", doctor_judge_managed, &m.host, "win10");
        CHECK(strstr(findings, "pillion domain prepare win10"));
        SAYS(DOCTOR_OK, "can be read", doctor_judge_rom, &rom);
        rom.all = false;
        SAYS(DOCTOR_WARNING, "chmod a+r", doctor_judge_rom, &rom);
        rom.error = -ENOENT;
        SAYS(DOCTOR_PROBLEM, "does not start", doctor_judge_rom, &rom);
        rom.error = -EACCES;
        SAYS(DOCTOR_OK, "only root can see", doctor_judge_rom, &rom);
}

static void test_error_43(void) {
        struct machine m;

        machine_init(&m);
        SAYS(DOCTOR_OK, "R465", doctor_judge_error_43, &m.host, "win10");
        m.hardware.kvm_hidden = true;
        SAYS(DOCTOR_OK, "R465", doctor_judge_error_43, &m.host, "win10");
        m.hardware.vendor_id = (char *)"whatever";
        SAYS(DOCTOR_OK, "does not say that it is one", doctor_judge_error_43, &m.host, "win10");
        m.hardware.kvm_hidden = false;
        m.functions[GPU].vendor = 0x1002;
        SAYS_NOTHING(doctor_judge_error_43, &m.host, "win10");
        m.functions[GPU].device = 0x744c;
        SAYS(DOCTOR_OK, "AMD's driver", doctor_judge_error_43, &m.host, "win10");
}

static void test_leftovers(void) {
        struct machine m;

        machine_init(&m);
        SAYS(DOCTOR_OK, "nothing of a virtual screen", doctor_judge_leftovers, &m.host, "win10");
        m.hardware.spice = m.hardware.tablet = true;
        SAYS(DOCTOR_OK, "<graphics type='spice'>, <input type='tablet'>\n", doctor_judge_leftovers, &m.host,
             "win10");
        m.hardware.n_hostdevs = 0;
        SAYS_NOTHING(doctor_judge_leftovers, &m.host, "win10");
}

int main(void) {
        test_definition();
        test_hugepages();
        test_whole_pages();
        test_memlock();
        test_processors();
        test_pins();
        test_handover();
        test_error_43();
        test_leftovers();
        free(findings);
        return 0;
}
