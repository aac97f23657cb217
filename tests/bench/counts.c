/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A histogram in the kernel costs the thread next to nothing and misses no call; strace would make each call
 * so slow that frames pile up, and a pile is read in one call.
 */
#include "tests/bench/counts.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>

#define EVENT "/sys/kernel/tracing/events/raw_syscalls/sys_enter/"

static int set_trigger(const char *prefix, pid_t tid) {
        FILE *file = fopen(EVENT "trigger", "we");

        if (!file)
                return -errno;
        fprintf(file, "%shist:keys=id:size=512 if common_pid==%d\n", prefix, tid);
        return fclose(file) == 0 ? 0 : -errno;
}

int counts_start(pid_t tid) {
        return set_trigger("", tid);
}

int counts_stop(pid_t tid, struct counts *ret) {
        FILE *file = fopen(EVENT "hist", "re");
        char line[256];

        if (!file)
                return -errno;
        *ret = (struct counts){ 0 };
        while (fgets(line, sizeof(line), file)) {
                unsigned number;
                uint64_t hits;

                if (sscanf(line, "{ id: %u } hitcount: %" SCNu64, &number, &hits) != 2)
                        continue;
                ret->all += hits;
                if (number < SYSTEM_CALLS)
                        ret->calls[number] += hits;
        }
        fclose(file);
        return set_trigger("!", tid);
}

const char *counts_name(unsigned number) {
        switch (number) {
        case SYS_read:
                return "read";
        case SYS_write:
                return "write";
        case SYS_epoll_wait:
                return "epoll_wait";
        case SYS_epoll_pwait2:
                return "epoll_pwait2";
        case SYS_timerfd_settime:
                return "timerfd_settime";
        case SYS_epoll_ctl:
                return "epoll_ctl";
        case SYS_ioctl:
                return "ioctl";
        case SYS_sendmsg:
                return "sendmsg";
        case SYS_futex:
                return "futex";
        case SYS_clock_gettime:
                return "clock_gettime";
        default:
                return NULL;
        }
}

uint64_t counts_allocations(const char *file) {
        FILE *stream = fopen(file, "re");
        uint64_t count = 0;

        if (!stream)
                return 0;
        (void)!fread(&count, sizeof(count), 1, stream);
        fclose(stream);
        return count;
}

uint64_t counts_source_drops(pid_t pid) {
        char command[128];
        uint64_t count = 0;
        FILE *pipe;

        snprintf(command, sizeof(command), "journalctl _PID=%d --output=cat | grep -c 'were lost'", pid);
        pipe = popen(command, "re");
        if (!pipe)
                return 0;
        (void)!fscanf(pipe, "%" SCNu64, &count);
        pclose(pipe);
        return count;
}
