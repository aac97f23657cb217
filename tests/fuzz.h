/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/*
 * tests/fuzz: what every fuzzer ends with. With -Dfuzzers=true (clang) libFuzzer supplies the input and the
 * main(); otherwise the main() below runs the files of the folder it is given.
 */
#include <stddef.h>
#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* An invariant, in whatever way the program is run. */
#define MUST(expr)                                                                                           \
        do {                                                                                                 \
                if (!(expr))                                                                                 \
                        __builtin_trap();                                                                    \
        } while (0)

#ifndef PILLION_LIBFUZZER
#include <dirent.h>
#include <stdio.h>

#include "tests/test.h"

static void run_file(const char *path) {
        static uint8_t bytes[1 << 20];
        FILE *file = fopen(path, "re");
        uint8_t *exact;
        size_t n;

        CHECK(file);
        n = fread(bytes, 1, sizeof(bytes), file);
        fclose(file);
        /* So that a sanitizer sees a read past the end. */
        exact = malloc(n > 0 ? n : 1);
        CHECK(exact);
        memcpy(exact, bytes, n);
        LLVMFuzzerTestOneInput(exact, n);
        free(exact);
}

int main(int argc, char *argv[]) {
        struct dirent **entries;
        int files = 0, n;

        CHECK_EQ(argc, 2);
        n = scandir(argv[1], &entries, NULL, alphasort);
        CHECK(n > 0);
        for (int i = 0; i < n; i++) {
                char path[4096];

                snprintf(path, sizeof(path), "%s/%s", argv[1], entries[i]->d_name);
                if (entries[i]->d_name[0] != '.') {
                        run_file(path);
                        files++;
                }
                free(entries[i]);
        }
        free(entries);
        printf("%d files\n", files);
        CHECK(files > 0);
        return 0;
}
#endif
