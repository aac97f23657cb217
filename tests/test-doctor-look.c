/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the doctor sees: files of our own, libvirt's test driver, a libvirtd that hangs, a PipeWire of our
 * own. */
#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <pthread.h>
#include <stdatomic.h>
#include <sys/socket.h>
#include <sys/un.h>

#include "tests/findings.h"
#include "tests/ring.h"
#include "tests/session.h"

static void write_file(const char *name, const char *text) {
        char folder[300];
        FILE *file;

        snprintf(folder, sizeof(folder), "%s", in_directory(name));
        for (char *slash = strchr(folder + strlen(directory) + 1, '/'); slash;
             slash = strchr(slash + 1, '/')) {
                *slash = '\0';
                CHECK(mkdir(folder, 0755) == 0 || errno == EEXIST);
                *slash = '/';
        }
        file = fopen(folder, "we");
        CHECK(file);
        fputs(text, file);
        fclose(file);
}

static void test_file(void) {
        struct doctor_file file;

        doctor_look_at_file(&file, in_directory("scream"));
        CHECK_EQ(file.error, -ENOENT);
        CHECK(!file.exists);
        make_file(in_directory("scream"), SIZE);
        doctor_look_at_file(&file, in_directory("scream"));
        CHECK_EQ(file.error, 0);
        CHECK_EQ(file.st.st_size, SIZE);
        CHECK(*file.owner && *file.group && *file.user && !file.acl);
        CHECK_EQ(symlink("scream", in_directory("link")), 0);
        doctor_look_at_file(&file, in_directory("link"));
        CHECK_EQ(file.error, -ELOOP);
}

static void test_tmpfiles(void) {
        struct doctor_tmpfiles line;

        doctor_look_at_tmpfiles(&line, directory, "/dev/shm/scream");
        CHECK_STR(line.file, "");
        write_file("usr/lib/tmpfiles.d/pillion.conf",
                   "# f /dev/shm/scream\nf /dev/shm/scream 0660 root kvm -\n");
        write_file("usr/lib/tmpfiles.d/b.txt", "f /dev/shm/scream 0600\n");
        doctor_look_at_tmpfiles(&line, directory, "/dev/shm/scream");
        CHECK_STR(line.file, "/usr/lib/tmpfiles.d/pillion.conf");
        CHECK_STR(line.type, "f");
        CHECK_STR(line.mode, "0660");
        CHECK_STR(line.user, "root");
        CHECK_STR(line.group, "kvm");
        CHECK(!line.content);
        /* The newest comes first in a folder of tmpfs, and must not in ours. */
        write_file("usr/lib/tmpfiles.d/z.conf", "f /dev/shm/scream 0600\n");
        doctor_look_at_tmpfiles(&line, directory, "/dev/shm/scream");
        CHECK_STR(line.file, "/usr/lib/tmpfiles.d/pillion.conf");
        /* The first name wins among names, the first folder among folders. */
        write_file("usr/lib/tmpfiles.d/a.conf", "f+ \"/dev/shm/scream\" - - - - text\n");
        doctor_look_at_tmpfiles(&line, directory, "/dev/shm/scream");
        CHECK_STR(line.file, "/usr/lib/tmpfiles.d/a.conf");
        CHECK(line.content);
        write_file("etc/tmpfiles.d/a.conf", "");
        doctor_look_at_tmpfiles(&line, directory, "/dev/shm/scream");
        CHECK_STR(line.file, "/usr/lib/tmpfiles.d/pillion.conf");
}

static void test_confinement(void) {
        struct doctor_confinement confinement;

        doctor_look_at_confinement(&confinement, directory, "/dev/shm/scream", "uuid");
        CHECK(!confinement.apparmor && !confinement.selinux && !confinement.ruled);
        write_file("sys/module/apparmor/parameters/enabled", "Y\n");
        write_file("sys/fs/selinux/enforce", "1");
        write_file("etc/apparmor.d/abstractions/libvirt-qemu", "  /{dev,run}/shm r,\n");
        doctor_look_at_confinement(&confinement, directory, "/dev/shm/scream", "uuid");
        CHECK(confinement.apparmor && confinement.selinux && !confinement.ruled);
        write_file("etc/apparmor.d/libvirt/libvirt-uuid.files", "  \"/dev/shm/scream\" rw,\n");
        doctor_look_at_confinement(&confinement, directory, "/dev/shm/scream", "uuid");
        CHECK(confinement.ruled);
        doctor_look_at_confinement(&confinement, directory, "/dev/shm/scream", "other");
        CHECK(!confinement.ruled);
}

static atomic_bool played_enough;

static void *play(void *userdata) {
        while (!atomic_load(&played_enough)) {
                driver_publish(userdata);
                usleep(5000);
        }
        return NULL;
}

static void test_ring(void) {
        struct driver driver;
        struct doctor_ring ring;
        pthread_t player;

        doctor_look_at_ring(&ring, in_directory("no-ring"), 0);
        CHECK_EQ(ring.size, 0);
        driver_power_on(&driver, in_directory("ring"));
        doctor_look_at_ring(&ring, in_directory("ring"), 0);
        CHECK_EQ(ring.verdict, SCREAM_EMPTY);
        CHECK_EQ(ring.size, SIZE);
        CHECK(!ring.written);
        driver_open_pin(&driver, 48000, 2);
        driver_publish(&driver);
        doctor_look_at_ring(&ring, in_directory("ring"), 0);
        CHECK_EQ(ring.verdict, SCREAM_VALID);
        CHECK_EQ(ring.format.rate, 48000);
        CHECK(ring.written && !ring.moving);
        CHECK_EQ(pthread_create(&player, NULL, play, &driver), 0);
        doctor_look_at_ring(&ring, in_directory("ring"), 500000);
        CHECK(ring.moving);
        CHECK(isfinite(ring.peak) && ring.peak < 0);
        atomic_store(&played_enough, true);
        pthread_join(player, NULL);
        memset(driver.map, 0, 24);
        doctor_look_at_ring(&ring, in_directory("ring"), 0);
        CHECK_EQ(ring.verdict, SCREAM_EMPTY);
        CHECK(ring.written);
        driver_power_off(&driver);
}

static void test_libvirt(void) {
        struct sockaddr_un address = { .sun_family = AF_UNIX };
        int fd = socket(AF_UNIX, SOCK_STREAM, 0);
        struct doctor_libvirt libvirt;
        char uri[200];

        doctor_look_at_libvirt(&libvirt, "test:///default", 60000000);
        CHECK(libvirt.answered);
        CHECK_EQ(libvirt.n_domains, 1);
        CHECK_STR(libvirt.domains[0].info->name, "test");
        CHECK(libvirt.domains[0].running);
        CHECK_EQ(libvirt.domains[0].hardware->memory, (uint64_t)8 << 30);
        CHECK_EQ(libvirt.domains[0].definition->vcpus, 2);
        libvirt_done(&libvirt);

        snprintf(address.sun_path, sizeof(address.sun_path), "%s", in_directory("socket"));
        snprintf(uri, sizeof(uri), "test+unix:///default?socket=%s", address.sun_path);
        doctor_look_at_libvirt(&libvirt, uri, 60000000);
        CHECK(!libvirt.answered && strstr(libvirt.problem, "socket"));
        /* Takes the connection and says nothing. */
        CHECK_EQ(bind(fd, (const struct sockaddr *)&address, sizeof(address)), 0);
        CHECK_EQ(listen(fd, 8), 0);
        doctor_look_at_libvirt(&libvirt, uri, 300000);
        CHECK(!libvirt.answered);
        CHECK_STR(libvirt.problem, "");
        close(fd);
}

static void test_pipewire(void) {
        struct doctor_pipewire pipewire;
        struct session session;

        session_init(&session, null_sink);
        doctor_look_at_pipewire(&pipewire, 1000000);
        CHECK(pipewire.error < 0);
        session_start(&session);
        /* The session manager takes its time. */
        for (int i = 0; i < 600 && !*pipewire.fallback; i++, usleep(50000))
                doctor_look_at_pipewire(&pipewire, 60000000);
        CHECK_EQ(pipewire.error, 0);
        CHECK(pipewire.answered && pipewire.manager && *pipewire.version);
        CHECK_EQ(pipewire.n_sinks, 1);
        CHECK_STR(pipewire.sinks[0], "test-sink");
        CHECK_STR(pipewire.fallback, "test-sink");
        session_kill_pipewire(&session);
        session_done(&session);
}

int main(void) {
        char command[128];

        make_directory();
        test_file();
        test_tmpfiles();
        test_confinement();
        test_ring();
        test_libvirt();
        snprintf(command, sizeof(command), "rm -rf '%s'", directory);
        CHECK_EQ(system(command), 0);
        if (!is_installed("pipewire") || !is_installed("wireplumber") || !is_installed("dbus-daemon"))
                test_skip("PipeWire, WirePlumber or dbus-daemon is not installed");
        test_pipewire();
        return 0;
}
