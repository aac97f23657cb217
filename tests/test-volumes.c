/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a domain's XML, lvs and qemu-img say of disks. */
#include <sys/sysmacros.h>

#include "switcher/domain-disks.h"
#include "switcher/lvm.h"
#include "switcher/qcow2.h"
#include "tests/test.h"

static void test_disks(void) {
        static const char xml[] =
                "<domain><devices>"
                "<disk type='file' device='disk'><driver name='qemu' type='qcow2'/><source file='/a.qcow2'/>"
                "<target dev='vda'/></disk>"
                "<disk type='block'><driver type='raw'/><source dev='/dev/vg0/x'/><target dev='vdb'/></disk>"
                "<disk type='file' device='cdrom'><source file='/cd.iso'/><target dev='sda'/></disk>"
                "<disk type='file' device='disk'><source file='/ro.qcow2'/><readonly/></disk>"
                "<disk type='block' device='lun'><source dev='/dev/sdz'/><target dev='sdb'/></disk>"
                "<disk type='network' device='disk'><source name='x'/><target dev='vdd'/></disk>"
                "<disk type='file' device='floppy'><source file='/f.img'/><target dev='fda'/></disk>"
                "</devices></domain>";
        _cleanup_(domain_disks_freep) struct domain_disks *disks = NULL;
        struct domain_disks *none = NULL;

        CHECK_EQ(domain_disks_parse(&disks, xml), 0);
        CHECK_EQ(disks->n, 4);
        CHECK_STR(disks->items[0].source, "/a.qcow2");
        CHECK_STR(disks->items[0].format, "qcow2");
        CHECK_STR(disks->items[1].source, "/dev/vg0/x");
        CHECK_STR(disks->items[1].target, "vdb");
        CHECK_STR(disks->items[2].source, "/dev/sdz");
        CHECK_STR(disks->items[2].format, "");
        CHECK_STR(disks->items[3].source, "");
        CHECK_STR(disks->items[3].target, "vdd");
        CHECK_EQ(domain_disks_parse(&none, "<network/>"), -EINVAL);
        CHECK(!none);
}

#define LV(vg, lv, origin, pool, tags, attr, major)                                                          \
        "{\"vg_name\":\"" vg "\", \"lv_name\":\"" lv "\", \"lv_path\":\"/dev/" vg "/" lv                     \
        "\", \"origin\":\"" origin "\", \"pool_lv\":\"" pool "\", \"lv_tags\":\"" tags                       \
        "\", \"lv_attr\":\"" attr                                                                            \
        "\", \"lv_size\":\"1073741824\", \"vg_free\":\"4194304\", \"lv_time\":\"1795748466\", "              \
        "\"lv_uuid\":\"u-" lv "\", \"lv_kernel_major\":\"" major "\", \"lv_kernel_minor\":\"3\"}"

static void test_lvm(void) {
        /* clang-format off */
        static const char json[] =
                "  {\n \"report\": [ { \"lv\": ["
                LV("vg0", "win10", "", "", "", "owi-aos---", "253") ","
                LV("vg0", "pillion-x-win10", "win10", "", "o,pillion,pillion=u-win10", "swi-I-s---", "-1") ","
                LV("vg1", "thin", "", "pool", "pillion2", "Vwi-a-tz--", "253") ","
                LV("vg1", "pillion-y-thin", "thin", "pool", "pillion", "Vwi---tz-k", "-1")
                "] } ] }\n";
        /* clang-format on */
        _cleanup_(lvm_freep) struct lvm *lvm = NULL;
        struct lvm *none = NULL;
        const struct lvm_volume *volume;

        CHECK_EQ(lvm_parse(&lvm, json), 0);
        CHECK_EQ(lvm->n, 4);
        volume = lvm_find(lvm, "vg0", "win10");
        CHECK(volume && volume == lvm_find_device(lvm, makedev(253, 3)));
        CHECK(volume->open && !volume->tagged && !volume->lost);
        CHECK_EQ(volume->size, 1 << 30);
        CHECK_EQ(volume->vg_free, 4 << 20);
        CHECK_EQ(volume->time, 1795748466);
        CHECK_STR(volume->path, "/dev/vg0/win10");
        volume = lvm_find(lvm, "vg0", "pillion-x-win10");
        CHECK(volume->tagged && volume->lost && !volume->open && volume->device == 0);
        CHECK_STR(volume->origin, "win10");
        CHECK_STR(volume->uuid, "u-pillion-x-win10");
        CHECK_STR(volume->of, "u-win10");
        volume = lvm_find(lvm, "vg1", "thin");
        CHECK(!volume->tagged);
        CHECK_STR(volume->pool, "pool");
        CHECK_STR(volume->of, "");
        CHECK(lvm_find(lvm, "vg1", "pillion-y-thin")->tagged);
        CHECK(!lvm_find(lvm, "vg1", "win10") && !lvm_find_device(lvm, 0) &&
              !lvm_find_device(lvm, makedev(8, 3)));

        CHECK_EQ(lvm_parse(&none, "{}"), -EBADMSG);
        CHECK_EQ(lvm_parse(&none, "WARNING: x"), -EBADMSG);
        CHECK_EQ(lvm_parse(&none, "{\"report\": [{\"lv\": []}]}"), 0);
        CHECK_EQ(none->n, 0);
        lvm_free(none);
}

static void test_qcow2(void) {
        static const char json[] =
                "{\"snapshots\": [{\"name\": \"pillion-a\", \"date-sec\": 1795748466, \"id\": \"1\"}, "
                "{\"name\": \"mine\", \"date-sec\": 1, \"id\": \"2\"}, "
                "{\"name\": \"pillion-b\", \"date-sec\": 5}],"
                "\"virtual-size\": 10485760, \"filename\": \"/x\", \"format\": \"qcow2\"}";
        _cleanup_(qcow2_freep) struct qcow2 *qcow2 = NULL, *none = NULL;

        CHECK_EQ(qcow2_parse(&qcow2, json), 0);
        CHECK_EQ(qcow2->size, 10 << 20);
        CHECK_EQ(qcow2->n, 2);
        CHECK_STR(qcow2->snapshots[0].name, "pillion-a");
        CHECK_EQ(qcow2->snapshots[0].time, 1795748466);
        CHECK_STR(qcow2->snapshots[1].name, "pillion-b");
        CHECK_EQ(qcow2_parse(&none, "{\"format\": \"raw\"}"), -EBADMSG);
        CHECK_EQ(qcow2_parse(&none, "{\"format\": \"qcow2\"}"), 0);
        CHECK_EQ(none->n, 0);
}

int main(void) {
        test_disks();
        test_lvm();
        test_qcow2();
        return 0;
}
