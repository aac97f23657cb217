/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A scenario is a line: 'p' and 'r' are edges, '.' ends what runs, and so asks for the next. */
#include "core/edges.h"

#include "tests/test.h"

static void check(const char *happens, const char *comes) {
        struct edges edges = { 0 };
        char out[64] = "";
        bool running = false;

        for (const char *p = happens; *p; p++) {
                enum edge edge;

                if (*p == 'p')
                        edges_press(&edges);
                else if (*p == 'r')
                        edges_release(&edges);
                else
                        running = false;
                if (running)
                        continue;
                edge = edges_next(&edges);
                running = edge != EDGE_NONE;
                if (running)
                        strcat(out, edge == EDGE_PRESS ? "P" : "R");
        }
        if (strcmp(out, comes) != 0)
                test_fail("%s gives %s, not %s", happens, out, comes);
}

static void test_scenarios(void) {
        check("p.r.", "PR");
        check("p.r.p.r.", "PRPR");
        check("pr..", "PR");
        check("prp...", "PRP");
        check("prpr....", "PRPR");
        check("prprprpr......", "PRPR"); /* the last pair alone waits behind what runs */
        check("prprp....", "PRP");
        check("p.rprpr....", "PRPR"); /* while the release runs */
        check("p.rprprp...r..", "PRPR");
        check("r.", "");
        check("pp.", "P");
        check("ppr..", "PR");
        check("prr..p.", "PRP");
        check("prpp....", "PRP");
        check("p..", "P");
}

/* Whatever happens, presses and releases alternate, and when all is done the last edge has come out. */
static void test_random(void) {
        unsigned seed = 1;

        for (int round = 0; round < 20000; round++) {
                struct edges edges = { 0 };
                bool down = false, on = false, running = false;

                for (int i = 0; i < 40; i++) {
                        bool ends = rand_r(&seed) % 3 == 0 || i >= 30;
                        enum edge edge;

                        if (ends) {
                                running = false;
                        } else {
                                down = !down;
                                (down ? edges_press : edges_release)(&edges);
                        }
                        if (running)
                                continue;
                        edge = edges_next(&edges);
                        if (edge == EDGE_NONE)
                                continue;
                        running = true;
                        CHECK_EQ(on, edge == EDGE_RELEASE);
                        on = edge == EDGE_PRESS;
                }
                CHECK_EQ(on, down);
        }
}

int main(void) {
        test_scenarios();
        test_random();
        return 0;
}
