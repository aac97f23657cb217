/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The disks that a snapshot is taken of: which steps there are, and what is in the way. */
#include "core/argv.h"
#include "switcher/profile-volumes.h"
#include "tests/plan-world.h"
#include "tests/test.h"

#define WORLD(world)                                                                                         \
        _cleanup_(world_done) struct world world;                                                            \
        world_init(&world)
#define NAME "pillion-20261127-030106"
#define GIB  ((uint64_t)1 << 30)

static struct volume items[] = {
        { VOLUME_LVM, (char *)"vg0/win10", (char *)"", (char *)"vg0", false, 100 * GIB, 30 * GIB, NULL, 0 },
        { VOLUME_THIN, (char *)"vg0/thin", (char *)"", (char *)"vg0", false, 100 * GIB, 30 * GIB, NULL, 0 },
        { VOLUME_QCOW2, (char *)"/srv/x.qcow2", (char *)"", (char *)"", false, 100 * GIB, 0, NULL, 0 },
};
static struct volumes volumes = { items, 3 };

static void ask(struct world *world, bool automatic) {
        char *const named[] = { "vg0/win10", "vg0/thin", "/srv/x.qcow2", NULL };

        world->profile->snapshot_auto = automatic;
        if (!automatic) {
                argv_free(world->profile->snapshots);
                CHECK_EQ(argv_copy(&world->profile->snapshots, named), 0);
        }
        world->facts.volumes = &volumes;
        world->facts.snapshot = NAME;
}

static void test_steps(void) {
        WORLD(world);
        char *text;

        world_plan(&world);
        CHECK_EQ(world_count(&world, STEP_SNAPSHOT) + world_count(&world, STEP_PRUNE), 0);
        ask(&world, true);
        world_plan(&world);
        world_check_fine(&world);
        CHECK_EQ(world_count(&world, STEP_SNAPSHOT), 3);
        CHECK_EQ(world.plan->steps[0].kind, STEP_SNAPSHOT);
        CHECK_STR(world.plan->steps[0].target, "vg0/win10");
        CHECK(!world.plan->steps[0].optional);
        text = words_encode(&world.plan->steps[2].told);
        CHECK_STR(text, "name=" NAME " size=10737418240");
        free(text);
        CHECK_EQ(world.plan->steps[world.plan->n_steps - 1].kind, STEP_PRUNE);
        text = words_encode(&world.plan->steps[world.plan->n_steps - 3].told);
        CHECK_STR(text, "keep=3");
        free(text);
        CHECK(world_step(&world, STEP_PRUNE, 2)->optional);
}

/* VOLUME is spoilt: it is KIND, and what is said of that begins with BLOCKER and advises REMEDY. */
static void check_refused(size_t i, enum volume_kind kind, const char *problem, const char *blocker,
                          const char *remedy) {
        struct volume was = items[i];
        WORLD(world);

        ask(&world, false);
        items[i].kind = kind;
        items[i].problem = (char *)problem;
        world_plan(&world);
        world_check_refusal(&world, blocker, remedy);
        items[i] = was;
}

static void test_refusals(void) {
        check_refused(0, VOLUME_ABSENT, "", "vg0/win10, of which a snapshot is to be taken, is not there",
                      "correct 'snapshot =' in /etc/pillion/win10.conf; 'lvs'");
        check_refused(
                2, VOLUME_UNSEEN, "qemu-img is not installed: 'apt install qemu-utils'",
                "/srv/x.qcow2, of which a snapshot is to be taken, cannot be looked at: qemu-img is not",
                "mend that");
        check_refused(2, VOLUME_OTHER, "a file of the format raw",
                      "no snapshot can be taken of /srv/x.qcow2: it is a file of the format raw",
                      "'qemu-img convert -O qcow2'");
}

/* As an ordinary user sees it: without having looked. */
static void test_unseen(void) {
        struct volume was = items[0];
        WORLD(world);

        ask(&world, false);
        items[0].kind = VOLUME_UNSEEN;
        world_plan(&world);
        world_check_fine(&world);
        CHECK_EQ(world_count(&world, STEP_SNAPSHOT), 3);
        items[0] = was;
}

static void test_automatic(void) {
        struct volume was[3];
        WORLD(world);

        memcpy(was, items, sizeof(was));
        ask(&world, true);
        items[1].kind = VOLUME_OTHER;
        items[1].problem = (char *)"a file of the format raw";
        world_plan(&world);
        CHECK_EQ(world.plan->n_refusals, 0);
        world_check_warning(&world, "no snapshot is taken of vg0/thin: it is a file of the format raw");
        CHECK_EQ(world_count(&world, STEP_SNAPSHOT), 2);
        CHECK_EQ(world_count(&world, STEP_PRUNE), 2);
        items[0].kind = items[2].kind = VOLUME_OTHER;
        world_plan(&world);
        world_check_refusal(&world, "'snapshot = auto', and win10 has no disk", "'snapshot = none'");
        volumes.n = 0;
        world_plan(&world);
        world_check_refusal(&world, "'snapshot = auto', and win10 has no disk", "'snapshot = none'");
        volumes.n = 3;
        memcpy(items, was, sizeof(was));
}

/* A thin one needs none; two of one group need it together; none needs more than its volume has. */
static void test_space(void) {
        struct volume was[3];
        WORLD(world);

        memcpy(was, items, sizeof(was));
        ask(&world, true);
        items[0].group_free = 10 * GIB;
        world_plan(&world);
        world_check_fine(&world);
        items[0].group_free = 10 * GIB - 1;
        world_plan(&world);
        world_check_refusal(&world,
                            "the volume group vg0 has not enough space for the snapshot: 10239 MiB are free, "
                            "and 10240 MiB are needed",
                            "lower 'snapshot-size =' in /etc/pillion/win10.conf");
        items[0].size = 9 * GIB;
        world_plan(&world);
        world_check_fine(&world);
        items[1].kind = VOLUME_LVM;
        items[1].size = 5 * GIB;
        world_plan(&world);
        world_check_refusal(&world, "the volume group vg0 has not enough", "snapshot remove win10");
        items[1].group = (char *)"vg1";
        world_plan(&world);
        world_check_fine(&world);
        memcpy(items, was, sizeof(was));
}

/* Which disks are meant. */
static void test_profile(void) {
        static const char xml[] =
                "<domain><devices>"
                "<disk device='disk'><driver type='qcow2'/><source file='/a'/><target dev='vda'/></disk>"
                "<disk device='disk'><source file='/srv/x.qcow2'/><target dev='vdb'/></disk>"
                "</devices></domain>";
        struct volumes *found = NULL;
        WORLD(world);

        CHECK(!profile_has_snapshots(world.profile));
        ask(&world, false);
        CHECK(profile_has_snapshots(world.profile));
        CHECK_EQ(profile_volumes(&found, world.profile, NULL, "x"), 0);
        CHECK_EQ(found->n, 3);
        CHECK_STR(found->items[2].name, "/srv/x.qcow2");
        CHECK_EQ(found->items[2].kind, VOLUME_UNSEEN);
        CHECK_STR(found->items[2].problem, "x");
        found = volumes_free(found);

        argv_free(world.profile->snapshots);
        world.profile->snapshots = calloc(1, sizeof(char *));
        ask(&world, true);
        CHECK_EQ(profile_volumes(&found, world.profile, NULL, ""), -ENODATA);
        CHECK_EQ(profile_volumes(&found, world.profile, "<x/>", ""), -EINVAL);
        CHECK_EQ(profile_volumes(&found, world.profile, xml, ""), 0);
        CHECK_EQ(found->n, 2);
        CHECK_STR(found->items[0].name, "/a");
        CHECK_STR(found->items[1].name, "/srv/x.qcow2");
        found = volumes_free(found);
}

int main(void) {
        test_steps();
        test_refusals();
        test_unseen();
        test_automatic();
        test_space();
        test_profile();
        return 0;
}
