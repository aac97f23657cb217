/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A journal on a file system that knows no renaming without replacing, such as ZFS before 2.2. */
#include "switcher/journal.h"

#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/syscall.h>

#include "tests/test.h"

#define BOOT "0123456789abcdef0123456789abcdef"

static char directory[] = "/tmp/pillion-journal.XXXXXX";

static void forbid_renameat2(void) {
        struct sock_filter code[] = {
                BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
                BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_renameat2, 0, 1),
                BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EINVAL),
                BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
        };
        const struct sock_fprog program = { sizeof(code) / sizeof(*code), code };

        CHECK_EQ(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), 0);
        CHECK_EQ(prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program), 0);
}

static int create(struct journal **ret, const char *profile) {
        const struct record_begin begin = { profile, "guest", "", BOOT, 1, 1 };
        _cleanup_(record_done) struct record record = { 0 };

        CHECK_EQ(record_make_begin(&record, &begin), 0);
        return journal_create(ret, directory, &record);
}

int main(void) {
        _cleanup_(journal_freep) struct journal *first = NULL, *second = NULL;
        _cleanup_(loan_freep) struct loan *loan = NULL;
        char path[80];

        CHECK(mkdtemp(directory));
        forbid_renameat2();
        CHECK_EQ(create(&first, "win10"), 0);
        CHECK_EQ(create(&second, "other"), -EEXIST);
        CHECK_EQ(journal_read(&loan, directory, NULL), 0);
        CHECK_STR(loan->profile, "win10");
        snprintf(path, sizeof(path), "rm -r %s", directory);
        CHECK_EQ(system(path), 0);
        return 0;
}
