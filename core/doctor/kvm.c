/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * KVM. Whether it may be used is found out by opening it. QEMU opens it as a user of its own, whom libvirt
 * puts in the right group; that the user may is what programs beside libvirt need.
 */
#include "core/doctor/host.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>

#include "core/doctor/read.h"

static void read_parameter(char *text, size_t size, const char *root, const char *first, const char *second) {
        if (!doctor_read_line(root, first, text, size))
                doctor_read_line(root, second, text, size);
}

/* " vmx" and " svm" are words among the flags. */
static bool has_flag(const char *processor, const char *flag) {
        const char *flags = processor ? strstr(processor, "\nflags") : NULL;
        char line[8000] = "", word[16];

        if (flags)
                snprintf(line, sizeof(line), "%.*s ", (int)strcspn(flags + 1, "\n"), flags + 1);
        snprintf(word, sizeof(word), " %s ", flag);
        return strstr(line, word);
}

void doctor_look_at_kvm(struct doctor_kvm *ret, const char *root) {
        _cleanup_free_ char *processor = doctor_read(root, "/proc/cpuinfo");
        char path[300];
        int fd;

        snprintf(path, sizeof(path), "%s/dev/kvm", root);
        fd = open(path, O_RDWR | O_CLOEXEC | O_NONBLOCK);
        *ret = (struct doctor_kvm){
                .amd = processor && strstr(processor, "AuthenticAMD"),
                .able = has_flag(processor, "svm") || has_flag(processor, "vmx"),
                .exists = doctor_exists(root, "/dev/kvm"),
                .error = fd < 0 ? -errno : 0,
        };
        close_fd(fd);
        read_parameter(ret->nested, sizeof(ret->nested), root, "/sys/module/kvm_intel/parameters/nested",
                       "/sys/module/kvm_amd/parameters/nested");
        doctor_read_line(root, "/sys/module/kvm/parameters/ignore_msrs", ret->ignore_msrs,
                         sizeof(ret->ignore_msrs));
        read_parameter(ret->avic, sizeof(ret->avic), root, "/sys/module/kvm_amd/parameters/avic",
                       "/sys/module/kvm_intel/parameters/enable_apicv");
}

static void judge_absence(struct doctor *doctor, const struct doctor_kvm *kvm) {
        if (!kvm->wanted)
                doctor_say(doctor, DOCTOR_OK, "not there, and the guest does not ask for it");
        else if (!kvm->able)
                doctor_say(doctor, DOCTOR_PROBLEM,
                           "there is no /dev/kvm, and the processor does not say that it can virtualise\n"
                           "The guest does not start without. Switch VT-x (Intel) or SVM (AMD) on in the "
                           "firmware's set-up");
        else
                doctor_say(doctor, DOCTOR_PROBLEM,
                           "there is no /dev/kvm, although the processor can\n"
                           "The guest does not start without: sudo modprobe %s; dmesg says why if that "
                           "fails",
                           kvm->amd ? "kvm_amd" : "kvm_intel");
}

void doctor_judge_kvm(struct doctor *doctor, const struct doctor_kvm *kvm) {
        if (!kvm->exists)
                judge_absence(doctor, kvm);
        else if (kvm->error == 0)
                doctor_say(doctor, DOCTOR_OK, "you may use /dev/kvm");
        else if (kvm->error == -EACCES || kvm->error == -EPERM)
                doctor_say(doctor, DOCTOR_OK,
                           "/dev/kvm is there; you may not open it, but QEMU may, by libvirt\n"
                           "For guests beside libvirt's: sudo usermod -aG kvm $USER, then log in again");
        else
                doctor_say(doctor, kvm->wanted ? DOCTOR_PROBLEM : DOCTOR_OK,
                           "/dev/kvm cannot be opened: %s\n"
                           "dmesg may say why; the firmware's set-up may have virtualisation locked",
                           strerror(-kvm->error));
}

/* Nobody has to change them; but who looks for a reason wants to know. */
void doctor_judge_kvm_options(struct doctor *doctor, const struct doctor_kvm *kvm) {
        char text[100] = "";

        if (*kvm->nested)
                doctor_append(text, sizeof(text), "nested=%s", kvm->nested);
        if (*kvm->ignore_msrs)
                doctor_append(text, sizeof(text), "ignore_msrs=%s", kvm->ignore_msrs);
        if (*kvm->avic)
                doctor_append(text, sizeof(text), "%s=%s", kvm->amd ? "avic" : "apicv", kvm->avic);
        if (*text)
                doctor_say(doctor, DOCTOR_OK, "%s", text);
}
