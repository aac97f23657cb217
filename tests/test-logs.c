/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Whether it is noticed that the journal of the system is not ours to read. */
#include "core/command/logs.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/cleanup.h"
#include "tests/test.h"

static char root[] = "/tmp/pillion-test-logs-XXXXXX";

static void make(const char *path, mode_t mode) {
        char full[200];

        snprintf(full, sizeof(full), "%s%s", root, path);
        if (mode & 0100) {
                CHECK_EQ(mkdir(full, mode), 0);
        } else {
                _cleanup_close_ int fd = open(full, O_WRONLY | O_CREAT | O_CLOEXEC, mode);

                CHECK(fd >= 0);
        }
}

static void remove_all(void) {
        char command[100];

        snprintf(command, sizeof(command), "rm -r %s", root);
        CHECK_EQ(system(command), 0);
}

int main(void) {
        CHECK(mkdtemp(root));
        CHECK_EQ(chmod(root, 0755), 0);
        CHECK(!logs_are_hidden(root)); /* there is none */
        make("/var", 0755);
        make("/var/log", 0755);
        make("/var/log/journal", 0755);
        make("/var/log/journal/1", 0755);
        make("/var/log/journal/1/user-1000.journal", 0600);
        CHECK(!logs_are_hidden(root));
        make("/var/log/journal/1/system.journal", 0200);
        CHECK_EQ(logs_are_hidden(root), geteuid() != 0); /* root reads all */
        if (geteuid() == 0) {
                CHECK_EQ(seteuid(65534), 0);
                CHECK(logs_are_hidden(root));
                CHECK_EQ(seteuid(0), 0);
        }
        make("/var/log/journal/2", 0755);
        make("/var/log/journal/2/system.journal", 0644);
        if (geteuid() == 0)
                CHECK_EQ(seteuid(65534), 0);
        CHECK(!logs_are_hidden(root));
        (void)!seteuid(0);
        remove_all();
        return 0;
}
