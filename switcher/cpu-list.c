/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "switcher/cpu-list.h"

#include <stdbool.h>
#include <stdint.h>

#include "core/parse.h"

/* "4" or "4-7". */
static int parse_range(char *text, uint64_t *first, uint64_t *last) {
        char *dash = strchr(text, '-');
        int r;

        if (dash)
                *dash = '\0';
        r = parse_unsigned(text, 0, CPU_SETSIZE - 1, first);
        *last = *first;
        return r < 0 || !dash ? r : parse_unsigned(dash + 1, *first, CPU_SETSIZE - 1, last);
}

int cpu_list_add(cpu_set_t *set, const char *text) {
        _cleanup_free_ char *copy = strdup(text);
        char *rest = copy, *range;
        int r;

        if (!copy)
                return -ENOMEM;
        while ((range = strsep(&rest, ","))) {
                uint64_t first = 0, last;
                bool without;

                range += strspn(range, " ");
                without = *range == '^';
                r = parse_range(range + without, &first, &last);
                if (r < 0)
                        return r;
                for (uint64_t cpu = first; cpu <= last; cpu++)
                        if (without)
                                CPU_CLR(cpu, set);
                        else
                                CPU_SET(cpu, set);
        }
        return 0;
}

char *cpu_list_format(const cpu_set_t *set) {
        char *text = NULL;
        size_t size;
        FILE *out = open_memstream(&text, &size);
        const char *comma = "";

        if (!out)
                return NULL;
        for (int cpu = 0; cpu < CPU_SETSIZE; cpu++) {
                int last = cpu;

                if (!CPU_ISSET(cpu, set))
                        continue;
                while (last + 1 < CPU_SETSIZE && CPU_ISSET(last + 1, set))
                        last++;
                fprintf(out, "%s%d", comma, cpu);
                if (last > cpu)
                        fprintf(out, "-%d", last);
                comma = ",";
                cpu = last;
        }
        return close_memstream(out, &text);
}
