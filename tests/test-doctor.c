/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the doctor makes of the guest and of its memory, with facts made up. */
#include <errno.h>

#include "tests/findings.h"

#define MIB (1u << 20)

static struct domain_info *parse(const char *devices) {
        struct domain_info *info = NULL;
        char xml[1200];

        snprintf(xml, sizeof(xml), "<domain><name>win10</name><devices>%s</devices></domain>", devices);
        CHECK_EQ(domain_parse(&info, xml), 0);
        return info;
}

#define SHMEM(name, model, size)                                                                             \
        "<shmem name='" name "'><model type='" model "'/><size unit='M'>" size "</size></shmem>"

static void judge_devices(struct doctor *doctor, const char *devices, const char *configured) {
        _cleanup_(domain_freep) struct domain_info *info = parse(devices);

        doctor_judge_shmem(doctor, info, configured);
}

static void test_shmem(void) {
        SAYS(DOCTOR_PROBLEM, "pillion domain prepare win10", judge_devices, "", NULL);
        SAYS(DOCTOR_OK, "2 MiB; in Windows", judge_devices, SHMEM("x", "ivshmem-plain", "2"), NULL);
        SAYS(DOCTOR_OK, "UseIVSHMEM = 2, a DWORD", judge_devices, SHMEM("x", "ivshmem-plain", "2"), NULL);
        SAYS(DOCTOR_PROBLEM, "power of two", judge_devices, SHMEM("x", "ivshmem-plain", "3"), NULL);
        SAYS(DOCTOR_OK, "128 MiB", judge_devices, SHMEM("x", "ivshmem-plain", "128"), NULL);
        SAYS(DOCTOR_PROBLEM, "power of two", judge_devices, SHMEM("x", "ivshmem-plain", "256"), NULL);
        SAYS(DOCTOR_PROBLEM, "power of two", judge_devices,
             "<shmem name='x'><model type='ivshmem-plain'/><size unit='K'>512</size></shmem>", NULL);
        SAYS(DOCTOR_WARNING, "does not say its size", judge_devices,
             "<shmem name='x'><model type='ivshmem-plain'/></shmem>", NULL);
        SAYS(DOCTOR_PROBLEM, "but no sound's", judge_devices, SHMEM("scream", "ivshmem-doorbell", "2"), NULL);
        SAYS(DOCTOR_PROBLEM, "has 2 <shmem>", judge_devices,
             SHMEM("x", "ivshmem-plain", "2") SHMEM("y", "ivshmem-plain", "4"), NULL);
        SAYS(DOCTOR_OK, "'scream'", judge_devices,
             SHMEM("looking-glass", "ivshmem-plain", "64") SHMEM("scream", "ivshmem-plain", "2"), NULL);
        SAYS(DOCTOR_WARNING, "is not the file of any", judge_devices, SHMEM("x", "ivshmem-plain", "2"),
             "/dev/shm/y");
        SAYS(DOCTOR_OK, "'y'", judge_devices,
             SHMEM("x", "ivshmem-plain", "2") SHMEM("y", "ivshmem-plain", "4"), "/dev/shm/y");
}

static void test_twins(void) {
        struct doctor doctor = findings_begin();

        judge_devices(&doctor, SHMEM("lg", "ivshmem-plain", "2") SHMEM("scream", "ivshmem-plain", "2"), NULL);
        findings_end(&doctor);
        CHECK_EQ(doctor.counts[DOCTOR_OK], 1);
        CHECK_EQ(doctor.counts[DOCTOR_WARNING], 1);
        CHECK(strstr(findings, "'lg'> has the same size as <shmem name='scream'"));
}

static void test_libvirt(void) {
        struct doctor_domain domains[] = {
                { parse(""), false },
                { parse("<input type='evdev'><source dev='/dev/input/by-id/pillion-win10-kbd'/></input>"),
                  false },
        };
        struct doctor_libvirt libvirt = { .answered = true };

        SAYS(DOCTOR_PROBLEM, "has no guest\n", doctor_judge_libvirt, &libvirt, "qemu:///system", NULL);
        libvirt.domains = domains;
        libvirt.n_domains = 1;
        CHECK(doctor_choose_guest(&libvirt, NULL) == &domains[0]);
        SAYS(DOCTOR_OK, "the guest is 'win10', which is not running", doctor_judge_libvirt, &libvirt, "u",
             NULL);
        SAYS(DOCTOR_PROBLEM, "has no guest 'win11'", doctor_judge_libvirt, &libvirt, "u", "win11");
        libvirt.n_domains = 2;
        CHECK(doctor_choose_guest(&libvirt, NULL) == &domains[1]);
        CHECK(doctor_choose_guest(&libvirt, "win10") == &domains[0]);
        domain_free(domains[1].info);
        domains[1].info = parse("");
        SAYS(DOCTOR_WARNING, "which of its guests", doctor_judge_libvirt, &libvirt, "u", NULL);
        libvirt.answered = false;
        SAYS(DOCTOR_PROBLEM, "does not answer", doctor_judge_libvirt, &libvirt, "u", NULL);
        strcpy(libvirt.problem, "no socket");
        SAYS(DOCTOR_PROBLEM, "cannot be reached: no socket", doctor_judge_libvirt, &libvirt, "u", NULL);
        libvirt.denied = true;
        SAYS(DOCTOR_PROBLEM, "usermod -aG libvirt", doctor_judge_libvirt, &libvirt, "u", NULL);
        domain_free(domains[0].info);
        domain_free(domains[1].info);
}

static struct doctor_file good_file(void) {
        return (struct doctor_file){
                .path = "/dev/shm/scream: x",
                .wanted = 2 * MIB,
                .may_run = true,
                .exists = true,
                .st = { .st_mode = S_IFREG | 0660, .st_size = 2 * MIB },
                .owner = "root",
                .group = "kvm",
                .user = "alice",
                .member = true,
        };
}

static void test_file(void) {
        struct doctor_file file = good_file();

        SAYS(DOCTOR_OK, "2 MiB, root:kvm, mode 0660: you may read it", doctor_judge_file, &file);
        file.st.st_size = MIB;
        SAYS(DOCTOR_PROBLEM, "QEMU does not start with it\n", doctor_judge_file, &file);
        CHECK(strstr(findings, "truncate -s 0 /dev/shm/scream: x"));
        file.st.st_size = 4 * MIB;
        SAYS(DOCTOR_WARNING, "has 4194304 bytes", doctor_judge_file, &file);
        file.wanted = 0;
        SAYS(DOCTOR_OK, "4 MiB", doctor_judge_file, &file);
        file.st.st_size = 24;
        SAYS(DOCTOR_PROBLEM, "has 24 bytes", doctor_judge_file, &file);
        file.st.st_size = 0;
        SAYS(DOCTOR_WARNING, "although the guest may be running", doctor_judge_file, &file);
        file.may_run = false;
        SAYS(DOCTOR_OK, "QEMU grows it", doctor_judge_file, &file);
        file.st.st_mode = S_IFIFO | 0660;
        SAYS(DOCTOR_PROBLEM, "not a regular file\n", doctor_judge_file, &file);
}

static void test_denied(void) {
        struct doctor_file file = good_file();

        file.error = -EACCES;
        file.member = false;
        SAYS(DOCTOR_PROBLEM, "usermod -aG kvm alice", doctor_judge_file, &file);
        file.member = true;
        SAYS(DOCTOR_PROBLEM, "root:kvm, mode 0660, and alice cannot read it", doctor_judge_file, &file);
        file.st.st_mode = S_IFREG | 0600;
        SAYS(DOCTOR_PROBLEM, "mode 0600, and alice cannot read it", doctor_judge_file, &file);
        CHECK(strstr(findings, "'f /dev/shm/scream: x 0660 root kvm -'"));
        file.error = -ELOOP;
        SAYS(DOCTOR_PROBLEM, "symbolic link", doctor_judge_file, &file);
        file.error = -ENOENT;
        file.exists = false;
        SAYS(DOCTOR_WARNING, "although the guest may be running", doctor_judge_file, &file);
        file.may_run = false;
        SAYS(DOCTOR_OK, "does not exist yet", doctor_judge_file, &file);
        file.path = "/nonexistent/folder/scream";
        SAYS(DOCTOR_PROBLEM, "'/nonexistent/folder/' does not exist", doctor_judge_file, &file);
}

static void test_tmpfiles(void) {
        struct doctor_tmpfiles line = { "/etc/tmpfiles.d/x.conf", "f", "0660", "root", "kvm", false, true },
                               none = { 0 };
        struct doctor_file file = good_file();

        SAYS(DOCTOR_OK, "/etc/tmpfiles.d/x.conf makes it root:kvm, mode 0660", doctor_judge_tmpfiles, &line,
             &file);
        line.member = false;
        SAYS(DOCTOR_WARNING, "root:kvm, mode 0660, which alice cannot read", doctor_judge_tmpfiles, &line,
             &file);
        strcpy(line.user, "alice");
        SAYS(DOCTOR_OK, "alice:kvm", doctor_judge_tmpfiles, &line, &file);
        file.exists = false;
        SAYS(DOCTOR_OK, "systemd-tmpfiles --create", doctor_judge_tmpfiles, &line, &file);
        line.content = true;
        SAYS(DOCTOR_PROBLEM, "other than an empty file", doctor_judge_tmpfiles, &line, &file);
        file = good_file();
        SAYS(DOCTOR_OK, "so QEMU does\n", doctor_judge_tmpfiles, &none, &file);
        file.st.st_mode |= 0004;
        SAYS(DOCTOR_OK, "every user may listen", doctor_judge_tmpfiles, &none, &file);
        file.error = -EACCES;
        SAYS(DOCTOR_WARNING, "no line of tmpfiles.d", doctor_judge_tmpfiles, &none, &file);
}

static void test_confinement(void) {
        struct doctor_confinement confinement = { 0 };
        const char *path = "/dev/shm/scream";

        SAYS(DOCTOR_OK, "neither", doctor_judge_confinement, &confinement, path);
        confinement.apparmor = true;
        SAYS(DOCTOR_WARNING, "/etc/apparmor.d/local/abstractions/libvirt-qemu: /{dev,run}/shm/scream rw,",
             doctor_judge_confinement, &confinement, path);
        SAYS(DOCTOR_WARNING, ": /srv/scream rw,", doctor_judge_confinement, &confinement, "/srv/scream");
        confinement.defined = true;
        SAYS(DOCTOR_OK, "libvirt makes the rule", doctor_judge_confinement, &confinement, path);
        confinement.ruled = true;
        SAYS(DOCTOR_OK, "has a rule", doctor_judge_confinement, &confinement, path);
        confinement = (struct doctor_confinement){ .selinux = true };
        SAYS(DOCTOR_OK, "enforcing", doctor_judge_confinement, &confinement, path);
        strcpy(confinement.label, "system_u:object_r:svirt_tmpfs_t:s0");
        SAYS(DOCTOR_OK, "the file is system_u", doctor_judge_confinement, &confinement, path);
        strcpy(confinement.label, "system_u:object_r:tmpfs_t:s0");
        SAYS(DOCTOR_WARNING, "svirt_tmpfs_t /dev/shm/scream", doctor_judge_confinement, &confinement, path);
}

static void test_rules(void) {
        static const char *const covering[] = {
                "  /{dev,run}/shm/scream-ivshmem rw,\n",
                "/dev/shm/scream-ivshmem rwk,",
                "/dev/shm/* rw,",
                "  \"/dev/shm/scream-ivshmem\" rw,",
                "/{run,dev}/** wr,",
                "/dev/shm/scream-ivshme? rw,",
                "/dev/shm/{a,scream*} rw,",
        };
        static const char *const others[] = {
                "",
                "# /dev/shm/scream-ivshmem rw,",
                "deny /dev/shm/scream-ivshmem rw,",
                "owner /dev/shm/scream-ivshmem rw,",
                "/dev/shm/scream-ivshmem r,",
                "/dev/* rw,",
                "/dev/shm/scream-ivshmem2 rw,",
                "/dev/shm/scream rw,",
                "/{dev,run/shm/scream-ivshmem rw,",
                "/{dev,run}/shm r,",
        };

        for (size_t i = 0; i < sizeof(covering) / sizeof(*covering); i++)
                if (!doctor_rule_covers(covering[i], "/dev/shm/scream-ivshmem"))
                        test_fail("'%s' does not cover it", covering[i]);
        for (size_t i = 0; i < sizeof(others) / sizeof(*others); i++)
                if (doctor_rule_covers(others[i], "/dev/shm/scream-ivshmem"))
                        test_fail("'%s' covers it", others[i]);
}

/* On a terminal long lines go on below where they begin. */
static void test_width(void) {
        struct doctor doctor = findings_begin();

        doctor.width = 60;
        doctor_say(&doctor, DOCTOR_OK, "%s",
                   "a word and another word, and a third, and more\n"
                   "a-word-that-is-longer-than-what-there-is-room-for but goes on");
        findings_end(&doctor);
        CHECK_STR(findings,
                  "  ok       c               a word and another word, and a\n"
                  "                           third, and more\n"
                  "                           a-word-that-is-longer-than-what-there-is-room-for but "
                  "goes on\n");
}

/* For the page about troubleshooting: a check that nobody can look up is a riddle. */
static void test_about(void) {
        size_t n = 0;

        for (size_t i = 0; i < DOCTOR_PARTS; i++)
                for (const struct doctor_check *check = doctor_parts[i].checks; check->name; check++, n++) {
                        CHECK(check->about && strlen(check->about) > 20);
                        CHECK_EQ(check->about[strlen(check->about) - 1], '.');
                }
        CHECK(n >= 30);
}

int main(void) {
        test_about();
        test_width();
        test_shmem();
        test_twins();
        test_libvirt();
        test_file();
        test_denied();
        test_tmpfiles();
        test_confinement();
        test_rules();
        free(findings);
        return 0;
}
