/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "switcher/domain.h"

#include <errno.h>

#include "tests/test.h"

static void test_full(void) {
        static const char xml[] =
                "<domain type='kvm'><name>win10</name><uuid>70696c6c-0001</uuid><devices>"
                "<input type='mouse' bus='ps2'/>"
                "<input type='evdev'><source dev='/dev/input/by-id/pillion-win10-kbd' repeat='on'/></input>"
                "<input type='passthrough' bus='virtio'><source evdev='/dev/input/event9'/>"
                "<alias name='input4'/></input>"
                "<input type='passthrough' bus='virtio'><source evdev='/dev/input/event6'/></input>"
                "<input type='passthrough' bus='virtio'/>"
                "<input type='passthrough' bus='usb'><source evdev='/dev/input/event8'/></input>"
                "<input type='keyboard' bus='virtio'><source evdev='/dev/input/event7'/></input>"
                "<input type='evdev'><source dev=''/></input>"
                "<input type='evdev'><source dev='/dev/input/by-id/pillion-win10-mouse'/></input>"
                "<shmem name='looking-glass'><model type='ivshmem-plain'/><size unit='M'>64</size></shmem>"
                "<shmem name='Scream-ivshmem'><model type='ivshmem-plain'/><size unit='M'>2</size></shmem>"
                "</devices></domain>";
        _cleanup_(domain_freep) struct domain_info *info = NULL;

        CHECK_EQ(domain_parse(&info, xml), 0);
        CHECK_STR(info->name, "win10");
        CHECK_STR(info->shmem_path, "/dev/shm/Scream-ivshmem");
        CHECK_EQ(info->shmem_size, 2 << 20);
        CHECK_STR(info->uuid, "70696c6c-0001");
        CHECK_EQ(info->n_shmems, 2);
        CHECK_STR(info->shmems[0].name, "looking-glass");
        CHECK_STR(info->shmems[0].model, "ivshmem-plain");
        CHECK_EQ(info->shmems[0].size, 64 << 20);
        CHECK(domain_names_evdev(info, "/dev/input/by-id/pillion-win10-kbd"));
        CHECK(domain_names_evdev(info, "/dev/input/by-id/pillion-win10-mouse"));
        CHECK(!domain_names_evdev(info, "/dev/input/event9"));
        CHECK(!info->evdev[2]);
        CHECK(domain_passes(info, "/dev/input/event9"));
        CHECK(!domain_passes(info, "/dev/input/by-id/pillion-win10-kbd"));
        CHECK(domain_passes(info, "/dev/input/event6"));
        CHECK_STR(domain_alias(info, "/dev/input/event9"), "input4");
        CHECK(!domain_alias(info, "/dev/input/event6"));
        CHECK(!domain_alias(info, "/dev/input/event8"));
        CHECK_EQ(info->n_passthroughs, 2);
}

static void test_bare(void) {
        _cleanup_(domain_freep) struct domain_info *info = NULL;

        CHECK_EQ(domain_parse(&info, "<domain><name>a &amp; b</name></domain>"), 0);
        CHECK_STR(info->name, "a & b");
        CHECK_STR(info->uuid, "");
        CHECK(!info->shmem_path);
        CHECK_EQ(info->n_shmems, 0);
        CHECK(!info->evdev[0]);
        CHECK_EQ(info->n_passthroughs, 0);
}

/* A single ivshmem-plain may have any name; two with none called scream are not the sound's. */
static void test_shmem_choice(void) {
        _cleanup_(domain_freep) struct domain_info *one = NULL;
        _cleanup_(domain_freep) struct domain_info *two = NULL;
        _cleanup_(domain_freep) struct domain_info *doorbell = NULL;

        CHECK_EQ(domain_parse(&one,
                              "<domain><name>a</name><devices><shmem name='x'><model type='ivshmem-plain'/>"
                              "<size>4194304</size></shmem></devices></domain>"),
                 0);
        CHECK_STR(one->shmem_path, "/dev/shm/x");
        CHECK_EQ(one->shmem_size, 4 << 20);
        CHECK_EQ(domain_parse(&two,
                              "<domain><name>a</name><devices>"
                              "<shmem name='x'><model type='ivshmem-plain'/></shmem>"
                              "<shmem name='y'><model type='ivshmem-plain'/></shmem></devices></domain>"),
                 0);
        CHECK(!two->shmem_path);
        CHECK_EQ(two->n_shmems, 2);
        CHECK_EQ(two->shmems[1].size, 0);
        CHECK_EQ(domain_parse(&doorbell, "<domain><name>a</name><devices><shmem name='scream'>"
                                         "<model type='ivshmem-doorbell'/></shmem></devices></domain>"),
                 0);
        CHECK(!doorbell->shmem_path);
        CHECK_STR(doorbell->shmems[0].model, "ivshmem-doorbell");
}

static void test_hardware(void) {
        _cleanup_(domain_freep) struct domain_info *none = NULL;
        _cleanup_(domain_freep) struct domain_info *usb = NULL;
        _cleanup_(domain_freep) struct domain_info *gpu = NULL;
        _cleanup_(domain_freep) struct domain_info *managed = NULL;
        _cleanup_(domain_freep) struct domain_info *mixed = NULL;

        CHECK_EQ(domain_parse(&none, "<domain><name>a</name></domain>"), 0);
        CHECK(!none->needs_hardware);
        CHECK_EQ(domain_parse(&usb, "<domain><name>a</name><devices><hostdev mode='subsystem' type='usb'>"
                                    "<source><address bus='1'/></source></hostdev></devices></domain>"),
                 0);
        CHECK(!usb->needs_hardware);
        CHECK_EQ(domain_parse(&gpu, "<domain><name>a</name><devices><hostdev mode='subsystem' type='pci'>"
                                    "<source><address bus='1'/></source></hostdev></devices></domain>"),
                 0);
        CHECK(gpu->needs_hardware);
        CHECK(!gpu->takes_hardware);
        CHECK_EQ(domain_parse(&managed, "<domain><name>a</name><devices>"
                                        "<hostdev mode='subsystem' type='pci' managed='yes'>"
                                        "<source><address bus='1'/></source></hostdev></devices></domain>"),
                 0);
        CHECK(managed->takes_hardware);
        CHECK_EQ(domain_parse(&mixed,
                              "<domain><name>a</name><devices>"
                              "<hostdev mode='subsystem' type='pci' managed='yes'>"
                              "<source><address bus='1'/></source></hostdev>"
                              "<interface type='hostdev'><source><address type='pci' bus='2'/></source>"
                              "</interface></devices></domain>"),
                 0);
        CHECK(mixed->needs_hardware && !mixed->takes_hardware);
}

#define SPICE                                                                                                \
        "<domain><name>a</name><metadata><p:spice xmlns:p='%s'/></metadata><devices>%s</devices></domain>"

static bool is_spice(const char *namespace, const char *device) {
        _cleanup_(domain_freep) struct domain_info *info = NULL;
        char xml[400];

        snprintf(xml, sizeof(xml), SPICE, namespace, device);
        CHECK_EQ(domain_parse(&info, xml), 0);
        return info->spice;
}

/* A definition that was made of what domain_spice() had made, and has its hardware again, is as any other. */
static void test_spice(void) {
        CHECK(is_spice(DOMAIN_SPICE_URI, ""));
        CHECK(!is_spice("urn:another", ""));
        CHECK(!is_spice(DOMAIN_SPICE_URI, "<hostdev mode='subsystem' type='pci'>"
                                          "<source><address bus='1'/></source></hostdev>"));
}

static void test_not_a_domain(void) {
        struct domain_info *info = NULL;

        CHECK_EQ(domain_parse(&info, ""), -EINVAL);
        CHECK_EQ(domain_parse(&info, "<domain><name>x</name>"), -EINVAL);
        CHECK_EQ(domain_parse(&info, "<network><name>x</name></network>"), -EINVAL);
        CHECK_EQ(domain_parse(&info, "<domain/>"), -EINVAL);
        CHECK(!info);
}

int main(void) {
        test_full();
        test_bare();
        test_shmem_choice();
        test_hardware();
        test_spice();
        test_not_a_domain();
        return 0;
}
