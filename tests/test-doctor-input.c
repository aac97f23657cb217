/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the doctor makes of keyboard and mouse. */
#include "core/doctor/input.h"

#include "tests/findings.h"

static void test_desk(void) {
        static const char text[] =
                "I: Bus=0011 Vendor=0001\nN: Name=\"AT keyboard\"\nP: Phys=isa0060/serio0/input0\n"
                "H: Handlers=sysrq kbd leds event0 \nB: EV=120013\n\n"
                "N: Name=\"Power Button\"\nP: Phys=PNP0C0C/button/input0\nH: Handlers=kbd event1 \nB: "
                "EV=3\n\n"
                "N: Name=\"Mouse\"\nP: Phys=usb-1/input0\nH: Handlers=mouse0 event2 \nB: EV=17\n\n"
                "N: Name=\"pillion-win10-kbd\"\nP: Phys=pillion/1000/win10/kbd\nH: Handlers=sysrq kbd "
                "event3 \n"
                "B: EV=120013\n\n";
        struct doctor_desk desk = { 0 };

        SAYS(DOCTOR_WARNING, "cannot be seen", doctor_judge_desk, &desk);
        doctor_count_devices(&desk, text);
        CHECK_EQ(desk.keyboards, 1);
        CHECK_EQ(desk.mice, 1);
        SAYS(DOCTOR_OK, "keyboards: 1, mice: 1", doctor_judge_desk, &desk);
        desk.mice = 0;
        SAYS(DOCTOR_WARNING, "no mouse", doctor_judge_desk, &desk);
        doctor_count_devices(&desk, "");
        SAYS(DOCTOR_WARNING, "neither", doctor_judge_desk, &desk);
        doctor_count_devices(&desk, "N: Name=\"x\"");
        CHECK_EQ(desk.keyboards + desk.mice, 0);
}

static void test_access(void) {
        struct doctor_access access = { .uinput = true, .service = true };

        SAYS(DOCTOR_OK, "pillion-devices opens them", doctor_judge_access, &access);
        access.member = true;
        SAYS(DOCTOR_OK, "you may open", doctor_judge_access, &access);
        access.member = access.service = false;
        SAYS(DOCTOR_PROBLEM, "usermod -aG input", doctor_judge_access, &access);
        access.uinput = false;
        SAYS(DOCTOR_PROBLEM, "modprobe uinput", doctor_judge_access, &access);
}

#define SINK(kind)                                                                                           \
        "<input type='evdev'><source dev='/dev/input/by-id/pillion-win10-" kind "' "                         \
        "grabToggle='meta-meta'/></input>"

static void judge(struct doctor *doctor, const char *devices, enum config_path path) {
        _cleanup_(domain_freep) struct domain_info *info = NULL;
        char xml[1200];

        snprintf(xml, sizeof(xml), "<domain><name>win10</name><devices>%s</devices></domain>", devices);
        CHECK_EQ(domain_parse(&info, xml), 0);
        doctor_judge_path(doctor, info, path);
}

static void test_path(void) {
        SAYS(DOCTOR_OK, "are plugged into 'win10'", judge, "", CONFIG_PATH_AUTO);
        SAYS(DOCTOR_OK, "names pillion's keyboard and mouse", judge, SINK("kbd") SINK("mouse"),
             CONFIG_PATH_EVDEV);
        SAYS(DOCTOR_PROBLEM, "pillion domain prepare win10", judge, SINK("kbd"), CONFIG_PATH_AUTO);
        SAYS(DOCTOR_PROBLEM, "does not name both", judge, "", CONFIG_PATH_EVDEV);
        SAYS(DOCTOR_WARNING, "path = auto", judge, SINK("kbd") SINK("mouse"), CONFIG_PATH_VIRTIO);
        SAYS(DOCTOR_OK, "names pillion's", judge,
             "<input type='passthrough' bus='virtio'><source "
             "evdev='/dev/input/by-id/pillion-win10-kbd'/></input>"
             "<input type='passthrough' bus='virtio'><source evdev='/dev/input/by-id/pillion-win10-mouse'/>"
             "</input>",
             CONFIG_PATH_VIRTIO);
}

static void test_evdev(void) {
        struct doctor_evdev evdev = { (char *)"/dev/input/by-id/pillion-win10-kbd", (char *)"meta-meta",
                                      false };
        struct doctor_evdev_facts facts = { .evdev = &evdev, .exists = true, .ours = true };

        SAYS(DOCTOR_OK, "pillion-win10-kbd", doctor_judge_evdev, &facts);
        evdev.toggle = (char *)"";
        SAYS(DOCTOR_WARNING, "its own toggle, ctrl-ctrl", doctor_judge_evdev, &facts);
        facts.exists = false;
        SAYS(DOCTOR_WARNING, "start pilliond", doctor_judge_evdev, &facts);
        evdev.path = (char *)"/dev/input/by-id/pillion-win10-mouse";
        facts.exists = true;
        SAYS(DOCTOR_OK, "mouse", doctor_judge_evdev, &facts);
        facts.ours = false;
        evdev.path = (char *)"/dev/input/by-id/usb-x-event-mouse";
        SAYS(DOCTOR_WARNING, "a device itself", doctor_judge_evdev, &facts);
        evdev.path = (char *)"/dev/input/event3";
        SAYS(DOCTOR_WARNING, "another device after the next boot", doctor_judge_evdev, &facts);
        facts.exists = false;
        SAYS(DOCTOR_PROBLEM, "is not there", doctor_judge_evdev, &facts);
        evdev.path = (char *)"x"; /* shorter than what is looked for at its end */
        facts.exists = facts.ours = true;
        SAYS(DOCTOR_OK, "'x'", doctor_judge_evdev, &facts);
}

int main(void) {
        test_desk();
        test_access();
        test_path();
        test_evdev();
        free(findings);
        return 0;
}
