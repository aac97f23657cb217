/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "switcher/domain-hardware.h"

#include <errno.h>

#include "switcher/cpu-list.h"
#include "tests/test.h"

static void test_full(void) {
        static const char xml[] =
                "<domain type='kvm'><name>win10</name><memory unit='GiB'>16</memory>"
                "<memtune><hard_limit>18874368</hard_limit></memtune>"
                "<memoryBacking><hugepages><page size='1' unit='G'/></hugepages></memoryBacking>"
                "<vcpu cpuset='0-1'>4</vcpu>"
                "<cputune><vcpupin vcpu='0' cpuset='4'/><vcpupin vcpu='1' cpuset='5'/>"
                "<vcpupin vcpu='2' cpuset='6-7,10'/><emulatorpin cpuset='2-3'/></cputune>"
                "<features><hyperv><vendor_id state='on' value='whatever'/></hyperv>"
                "<kvm><hidden state='on'/></kvm></features>"
                "<cpu mode='host-passthrough'/><devices>"
                "<hostdev mode='subsystem' type='pci' managed='yes'><driver name='vfio'/><source>"
                "<address domain='0x0000' bus='0x0a' slot='0x1f' function='0x0'/></source>"
                "<rom file='/var/lib/gpu.rom'/>"
                "<address type='pci' domain='0x0000' bus='0x05' slot='0x00' function='0x0'/></hostdev>"
                "<hostdev mode='subsystem' type='pci' managed='no'><source>"
                "<address bus='10' slot='0x1f' function='0x1'/></source></hostdev>"
                "<hostdev mode='subsystem' type='pci'><source>"
                "<address bus='0x1ff' slot='0' function='0'/></source></hostdev>"
                "<hostdev mode='subsystem' type='usb'><source><vendor id='0x46d'/></source></hostdev>"
                "<interface type='hostdev' managed='yes'><source>"
                "<address type='pci' bus='0x03' slot='0x10' function='0x1'/></source></interface>"
                "<graphics type='spice'/><video><model type='qxl'/></video>"
                "<input type='tablet' bus='usb'/><redirdev bus='usb' type='spicevmc'/></devices></domain>";
        _cleanup_(domain_hardware_freep) struct domain_hardware *hardware = NULL;

        CHECK_EQ(domain_hardware_parse(&hardware, xml), 0);
        CHECK_EQ(hardware->n_hostdevs, 3);
        CHECK_STR(hardware->hostdevs[0].address, "0000:0a:1f.0");
        CHECK(hardware->hostdevs[0].managed);
        CHECK_STR(hardware->hostdevs[0].rom, "/var/lib/gpu.rom");
        CHECK_STR(hardware->hostdevs[1].address, "0000:0a:1f.1");
        CHECK(!hardware->hostdevs[1].managed);
        CHECK_STR(hardware->hostdevs[1].rom, "");
        CHECK_STR(hardware->hostdevs[2].address, "0000:03:10.1");
        CHECK_EQ(hardware->memory, 16ULL << 30);
        CHECK_EQ(hardware->hard_limit, 18ULL << 30);
        CHECK(hardware->hugepages);
        CHECK_EQ(hardware->hugepage_size, 1 << 30);
        CHECK(hardware->kvm_hidden);
        CHECK_STR(hardware->vendor_id, "whatever");
        CHECK_STR(hardware->cpu_mode, "host-passthrough");
        CHECK_STR(hardware->cpuset, "4-7,10");
        CHECK_STR(hardware->emulatorpin, "2-3");
        CHECK(hardware->spice && hardware->display && hardware->tablet && hardware->redirdev);
}

static void test_bare(void) {
        _cleanup_(domain_hardware_freep) struct domain_hardware *hardware = NULL;

        CHECK_EQ(domain_hardware_parse(&hardware,
                                       "<domain><name>a</name><memory>1048576</memory>"
                                       "<features><kvm><hidden state='off'/></kvm><hyperv>"
                                       "<vendor_id state='off' value='x'/></hyperv></features>"
                                       "<devices><graphics type='vnc'/><video><model type='none'/></video>"
                                       "<input type='mouse' bus='ps2'/></devices></domain>"),
                 0);
        CHECK_EQ(hardware->n_hostdevs, 0);
        CHECK_EQ(hardware->memory, 1 << 30);
        CHECK_EQ(hardware->hard_limit, 0);
        CHECK(!hardware->hugepages && hardware->hugepage_size == 0);
        CHECK(!hardware->kvm_hidden);
        CHECK_STR(hardware->vendor_id, "");
        CHECK_STR(hardware->cpu_mode, "");
        CHECK_STR(hardware->cpuset, "");
        CHECK_STR(hardware->emulatorpin, "");
        CHECK(!hardware->spice && !hardware->display && !hardware->tablet && !hardware->redirdev);
}

/* Huge pages of the default size; the pins that <vcpu> has for all. */
static void test_defaults(void) {
        _cleanup_(domain_hardware_freep) struct domain_hardware *hardware = NULL;

        CHECK_EQ(domain_hardware_parse(&hardware,
                                       "<domain><memoryBacking><hugepages/></memoryBacking>"
                                       "<vcpu placement='static' cpuset='1-4,^3,6'>4</vcpu></domain>"),
                 0);
        CHECK(hardware->hugepages && hardware->hugepage_size == 0);
        CHECK_STR(hardware->cpuset, "1-2,4,6");
}

static void test_not_a_domain(void) {
        struct domain_hardware *hardware = NULL;

        CHECK_EQ(domain_hardware_parse(&hardware, "<network><name>a</name></network>"), -EINVAL);
        CHECK_EQ(domain_hardware_parse(&hardware, "<domain><name>a</domain>"), -EINVAL);
        CHECK_EQ(domain_hardware_parse(&hardware, ""), -EINVAL);
        CHECK_EQ(domain_hardware_parse(&hardware, "<domain><vcpu cpuset='x'/></domain>"), -EINVAL);
        CHECK(!hardware);
}

static void test_cpu_lists(void) {
        static const char *const wrong[] = { "", "1-", "-1", "3-1", "1,,2", "1024", "a", "0-9999999", "1 2" };
        cpu_set_t set;

        for (size_t i = 0; i < sizeof(wrong) / sizeof(*wrong); i++) {
                CPU_ZERO(&set);
                CHECK(cpu_list_add(&set, wrong[i]) < 0);
        }
        CPU_ZERO(&set);
        CHECK_EQ(cpu_list_add(&set, "1023"), 0);
        CHECK_EQ(cpu_list_add(&set, "0, 5"), 0);
        CHECK_EQ(CPU_COUNT(&set), 3);
}

int main(void) {
        test_full();
        test_bare();
        test_defaults();
        test_not_a_domain();
        test_cpu_lists();
        return 0;
}
