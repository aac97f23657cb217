/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tests/bench/load.h"

#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/test.h"

#define WORK (4u << 20) /* bytes */

/* Rounds of arithmetic over more memory than fits into a cache, each written to a file and to the disk. */
_Noreturn static void work(void) {
        static uint64_t words[WORK / sizeof(uint64_t)];
        FILE *file = tmpfile();

        CHECK(file);
        for (uint64_t round = 0;; round++) {
                for (size_t i = 0; i < WORK / sizeof(*words); i++)
                        words[i] = words[i] * 6364136223846793005u + round;
                rewind(file);
                (void)!fwrite(words, sizeof(*words), WORK / sizeof(*words), file);
                fflush(file);
                (void)fsync(fileno(file));
        }
}

void load_start(struct load *load, unsigned n, unsigned seconds) {
        *load = (struct load){ .n = n < LOAD_MAX ? n : LOAD_MAX };
        for (unsigned i = 0; i < load->n; i++) {
                fflush(NULL);
                load->pids[i] = fork();
                CHECK(load->pids[i] >= 0);
                if (load->pids[i] > 0)
                        continue;
                prctl(PR_SET_PDEATHSIG, SIGKILL);
                alarm(seconds);
                work();
        }
}

void load_stop(struct load *load) {
        for (unsigned i = 0; i < load->n; i++) {
                kill(load->pids[i], SIGKILL);
                waitpid(load->pids[i], NULL, 0);
        }
        load->n = 0;
}
