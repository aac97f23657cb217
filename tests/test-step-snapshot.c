/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Snapshots by the real qemu-img, of real files; and by an LVM that is a handful of scripts, which know their
 * volumes by the files in a folder. The lab has the real one.
 */
#include "switcher/snapshot-list.h"
#include "tests/trial.h"

#define NAME "pillion-20261127-030106"

static char image[300], problem[600];
static const struct volume_say say = { problem, sizeof(problem) };

/* --- helpers --- */

/* What changes anything is remembered in "said". */
static void put_program(const char *name, const char *script) {
        char text[2000], path[100];

        snprintf(text, sizeof(text),
                 "#!/bin/sh\ncd %s/lvm\n[ ${0##*/} = lvs ] || echo \"%s $*\" >>../said\n%s\n", root_at(""),
                 name, script);
        snprintf(path, sizeof(path), "/bin/%s", name);
        root_put(path, text);
        CHECK_EQ(chmod(root_at(path), 0755), 0);
}

/* Volumes are files, whose text is origin, pool, tags and attributes. */
static void put_lvm(void) {
        root_put("/lvm/win10", "- - - owi-a-----");
        root_put("/lvm/thin", "- pool - Vwi-a-tz--");
        root_put("/lvm/pillion-20200101-000000-win10", "win10 - - swi-a-s---"); /* somebody else's */
        put_program("lvs",
                    "echo WARNING: something is odd >&2\n"
                    "printf '{\"report\":[{\"lv\":['\nfor lv in *; do read -r origin pool tags attr <$lv\n"
                    "printf '%s{\"vg_name\":\"vg0\",\"lv_name\":\"%s\",\"lv_path\":\"/dev/vg0/%s\","
                    "\"origin\":\"%s\",\"pool_lv\":\"%s\",\"lv_tags\":\"%s\",\"lv_attr\":\"%s\","
                    "\"lv_size\":\"1048576\",\"vg_free\":\"4096\",\"lv_time\":\"7\",\"lv_uuid\":\"u-%s\"}' "
                    "\"$comma\" $lv $lv \"${origin#-}\" \"${pool#-}\" \"${tags#-}\" $attr $lv\n"
                    "comma=,\ndone\necho ']}]}'");
        put_program("lvcreate", "test ! -e ../broken || { echo '  no such luck' >&2; exit 5; }\n"
                                "tags=$4\n[ \"$5\" != --addtag ] || tags=$4,$6\n"
                                "while [ $1 != --name ]; do shift; done\n"
                                "read -r _ pool _ <${3#*/}\necho \"${3#*/} $pool $tags swi-a-s---\" >$2");
        put_program("lvremove", "rm ${2#*/}");
        /* As LVM does with what is thin: no other knows any more what it was taken of. */
        put_program("lvconvert", "rm ${3#*/}\ncase $3 in *-thin) sed -i 's/^thin /- /' *-thin ;; esac");
}

/* SCRIPT knows the file as $image, and WORD as $word. */
static void run(const char *script, const char *word) {
        CHECK_EQ(setenv("image", image, 1), 0);
        CHECK_EQ(setenv("word", word, 1), 0);
        if (system(script) != 0)
                test_fail("'%s' fails, with '%s'", script, word);
}

static void make_image(void) {
        snprintf(image, sizeof(image), "%s", root_at("/an image, with a comma.qcow2"));
        (void)unlink(image);
        run("qemu-img create -q -f qcow2 \"$image\" 1M", "");
}

static void put_byte(const char *byte) {
        run("qemu-io -f qcow2 -c \"write -q -P $word 4096 4096\" \"$image\"", byte);
}

static void check_byte(const char *byte) {
        run("test -z \"$(qemu-io -f qcow2 -c \"read -q -P $word 4096 4096\" \"$image\" 2>&1)\"", byte);
}

/* Of TARGET, now; their names in order, with blanks. */
static void check_snapshots(const char *target, const char *expected) {
        _cleanup_(volumes_freep) struct volumes *volumes = NULL;
        char text[1000] = "";

        CHECK_EQ(volume_look(&volumes, target), 0);
        for (size_t i = 0; i < volumes->items[0].n; i++)
                snprintf(text + strlen(text), sizeof(text) - strlen(text), "%s%s", i > 0 ? " " : "",
                         volumes->items[0].snapshots[i].name);
        CHECK_STR(text, expected);
}

static struct trial snapshot(const char *target) {
        return trial_of(STEP_SNAPSHOT, target,
                        (const char *const[]){ "name", NAME, "size", "1048576", NULL });
}

/* --- tests --- */

/* Twice each; kept when all was lent, and only then. */
static void check_there_and_back(const char *target) {
        struct trial trial = snapshot(target);

        CHECK_EQ(trial_observe(&trial), 0);
        CHECK_EQ(trial_undo(&trial), 0);
        check_snapshots(target, "");
        CHECK_EQ(trial_apply(&trial), 0);
        CHECK_EQ(trial_apply(&trial), 0);
        check_snapshots(target, NAME);
        CHECK(strstr(root_get("/var/lib/pillion/snapshots/win10"), NAME));
        CHECK_EQ(trial_observe(&trial), -EEXIST);
        trial.lent = true;
        CHECK_EQ(trial_undo(&trial), 0);
        check_snapshots(target, NAME);
        trial.lent = false;
        CHECK_EQ(trial_undo(&trial), 0);
        CHECK_EQ(trial_undo(&trial), 0);
        check_snapshots(target, "");
        CHECK(!strstr(root_get("/var/lib/pillion/snapshots/win10"), NAME));
        trial_done(&trial);
}

static void test_lvm_is_asked_rightly(void) {
        const char *said = root_get("/said");

        CHECK(strstr(said, "lvcreate --yes --snapshot --addtag pillion --addtag pillion=u-win10 --name " NAME
                           "-win10 vg0/win10 --size 1048576b\n"));
        CHECK(strstr(said, "lvcreate --yes --snapshot --addtag pillion --addtag pillion=u-thin --name " NAME
                           "-thin vg0/thin\n"));
        CHECK(strstr(said, "lvremove --yes vg0/" NAME "-win10\n"));
        CHECK(access(root_at("/lvm/pillion-20200101-000000-win10"), F_OK) == 0);
}

static void test_failures(void) {
        struct trial lvm = snapshot("vg0/win10"), file = snapshot(root_at("/none.qcow2")),
                     other = snapshot("vg0/none"), raw, wrong;

        root_put("/broken", "");
        CHECK_EQ(trial_observe(&lvm), 0);
        CHECK_EQ(trial_apply(&lvm), -EIO);
        CHECK_STR(lvm.problem, "lvcreate failed (status 5): no such luck");
        CHECK_EQ(trial_undo(&lvm), 0);
        CHECK_EQ(unlink(root_at("/broken")), 0);
        put_program("lvcreate", "true");
        CHECK_EQ(trial_apply(&lvm), -EIO);
        CHECK_STR(lvm.problem, "it was taken, and is not there");
        CHECK_EQ(trial_observe(&file), -ENOENT);
        CHECK_EQ(trial_undo(&file), 0); /* nor is there a snapshot */
        CHECK_EQ(trial_observe(&other), -ENOENT);

        root_put("/raw.img", "no qcow2");
        raw = snapshot(root_at("/raw.img"));
        CHECK_EQ(trial_observe(&raw), -EIO);
        CHECK(strstr(raw.problem, "qemu-img failed"));
        CHECK(!strchr(raw.problem, '\n'));
        wrong = trial_of(STEP_SNAPSHOT, "vg0/win10",
                         (const char *const[]){ "name", "mine", "size", "1", NULL });
        CHECK_EQ(trial_observe(&wrong), -EINVAL);
        CHECK_EQ(unlink(root_at("/bin/lvs")), 0);
        CHECK_EQ(trial_observe(&lvm), -EIO);
        CHECK_STR(lvm.problem, "lvs is not installed: 'apt install lvm2'");
        put_lvm();
        trial_done(&lvm);
        trial_done(&file);
        trial_done(&other);
        trial_done(&raw);
        trial_done(&wrong);
}

/* Somebody who has the file open, as a guest has, is not disturbed. */
static void test_in_use(void) {
        struct trial trial = snapshot(image);
        FILE *guest;

        CHECK_EQ(trial_observe(&trial), 0);
        guest = popen("exec qemu-io -f qcow2 \"$image\" >/dev/null", "we");
        CHECK(guest);
        run("for i in $(seq 100); do find /proc/[0-9]*/fd -lname \"$image\" 2>/dev/null | grep -q . && exit; "
            "sleep 0.1; done; exit 1",
            "");
        usleep(200000); /* it is open, and a moment later locked */
        CHECK_EQ(trial_apply(&trial), -EIO);
        CHECK(strstr(trial.problem, "lock") || strstr(trial.problem, "Is another process using the image"));
        pclose(guest);
        check_snapshots(image, "");
        trial_done(&trial);
}

static void take(const char *target, const char *name) {
        _cleanup_(volumes_freep) struct volumes *volumes = NULL;

        CHECK_EQ(volume_look(&volumes, target), 0);
        CHECK_EQ(volume_take(&volumes->items[0], name, 1 << 20, &say), 0);
}

static void check_pruning(const char *target) {
        struct trial trial = trial_of(STEP_PRUNE, target, (const char *const[]){ "keep", "2", NULL }),
                     wrong = trial_of(STEP_PRUNE, target, (const char *const[]){ "keep", "0", NULL });

        take(target, "pillion-20260101-000000");
        take(target, "pillion-20260102-000000");
        take(target, "pillion-20260103-000000");
        take(target, "pillion-before-driver");
        CHECK_EQ(trial_observe(&wrong), 0);
        CHECK_EQ(trial_apply(&wrong), -EINVAL);
        CHECK_EQ(trial_observe(&trial), 0);
        CHECK_EQ(trial_apply(&trial), 0);
        CHECK_EQ(trial_apply(&trial), 0);
        check_snapshots(target, "pillion-20260102-000000 pillion-20260103-000000 pillion-before-driver");
        CHECK_EQ(trial_undo(&trial), 0);
        trial_done(&trial);
        trial_done(&wrong);
}

static void test_pruning(void) {
        run("qemu-img snapshot -c $word \"$image\"", "mine");
        check_pruning(image);
        run("qemu-img snapshot -l \"$image\" | grep -q $word", "mine");
        check_pruning("vg0/win10");
        CHECK(access(root_at("/lvm/pillion-20200101-000000-win10"), F_OK) == 0);
}

static void test_revert(void) {
        _cleanup_(volumes_freep) struct volumes *file = NULL, *lvm = NULL, *again = NULL;

        make_image();
        put_byte("17");
        take(image, "pillion-a");
        put_byte("34");
        CHECK_EQ(volume_look(&file, image), 0);
        CHECK_EQ(volume_revert(&file->items[0], "pillion-b", &say), -ENOENT);
        check_byte("34");
        CHECK_EQ(volume_revert(&file->items[0], "pillion-a", &say), 0);
        check_byte("17");
        check_snapshots(image, "pillion-a");

        CHECK_EQ(volume_look(&lvm, "/dev/vg0/win10"), 0);
        CHECK_STR(lvm->items[0].name, "vg0/win10");
        root_put("/lvm/win10", "- - - owi-ao----");
        CHECK_EQ(volume_look(&again, "vg0/win10"), 0);
        CHECK_EQ(volume_revert(&again->items[0], "pillion-before-driver", &say), -EBUSY);
        CHECK_STR(problem, "vg0/win10 is in use: 'lsof /dev/vg0/win10' shows by whom");
        CHECK_EQ(volume_revert(&lvm->items[0], "pillion-20200101-000000", &say), -ENOENT);
        lvm->items[0].snapshots[0].lost = true;
        CHECK_EQ(volume_revert(&lvm->items[0], lvm->items[0].snapshots[0].name, &say), -ENOSPC);
        CHECK_EQ(volume_revert(&lvm->items[0], "pillion-before-driver", &say), 0);
        CHECK(strstr(root_get("/said"), "lvconvert --yes --merge vg0/pillion-before-driver-win10\n"));
        root_put("/lvm/win10", "- - - owi-a-----");
}

/* LVM cannot merge the others any more. They are pillion's own all the same: known, counted and removed. */
static void test_thin_revert(void) {
        _cleanup_(volumes_freep) struct volumes *before = NULL, *after = NULL;

        take("vg0/thin", "pillion-20260101-000000");
        take("vg0/thin", "pillion-a");
        take("vg0/thin", "pillion-b");
        root_put("/lvm/pillion-c-thin", "- pool pillion Vwi---tz-k"); /* of whom, it does not say */
        root_put("/lvm/pillion-d-thin",
                 "- pool pillion,pillion=u-other Vwi---tz-k"); /* of one that is gone */
        CHECK_EQ(volume_look(&before, "vg0/thin"), 0);
        CHECK_EQ(volume_revert(&before->items[0], "pillion-a", &say), 0);
        check_snapshots("vg0/thin", "pillion-20260101-000000 pillion-b");
        CHECK_EQ(volume_look(&after, "vg0/thin"), 0);
        CHECK_EQ(volume_revert(&after->items[0], "pillion-b", &say), -EOPNOTSUPP);
        CHECK_STR(problem,
                  "vg0/thin was made what another snapshot was, and LVM takes it to none of before that any "
                  "more; 'lvrename vg0 thin thin-now', 'lvrename vg0 pillion-b-thin thin' and "
                  "'lvchange -kn -ay vg0/thin' do it by hand; 'lvs -o+tags' then shows the others, "
                  "for you to remove");
        CHECK_EQ(volume_remove(&after->items[0], "pillion-b", &say), 0);
        check_pruning("vg0/thin");
        CHECK_EQ(unlink(root_at("/lvm/pillion-c-thin")), 0);
        CHECK_EQ(unlink(root_at("/lvm/pillion-d-thin")), 0);
}

static void test_looks(void) {
        const struct volume_wish wishes[] = { { "/x.img", "raw", "vda" },
                                              { "", "raw", "vdb" },
                                              { "/a$b.qcow2", "qcow2", "vdc" },
                                              { image, "qcow2", "vdd" },
                                              { "vg0/thin", "", "" } };
        _cleanup_(volumes_freep) struct volumes *volumes = NULL;

        CHECK_EQ(volumes_look(&volumes, wishes, 5), 0);
        CHECK_EQ(volumes->items[0].kind, VOLUME_OTHER);
        CHECK_STR(volumes->items[0].problem, "a file of the format raw");
        CHECK_EQ(volumes->items[1].kind, VOLUME_OTHER);
        CHECK_STR(volumes->items[1].name, "vdb");
        CHECK_EQ(volumes->items[2].kind, VOLUME_OTHER);
        CHECK_EQ(volumes->items[3].kind, VOLUME_QCOW2);
        CHECK_EQ(volumes->items[3].size, 1 << 20);
        CHECK_EQ(volumes->items[4].kind, VOLUME_THIN);
        CHECK_EQ(volumes->items[4].group_free, 4096);
}

int main(void) {
        char path[1000];

        root_new();
        snprintf(path, sizeof(path), "%s:/usr/bin:/bin", root_at("/bin"));
        CHECK_EQ(setenv("PATH", path, 1), 0);
        if (system("qemu-img --version >/dev/null 2>&1") != 0) {
                root_free();
                test_skip("qemu-img is not installed");
        }
        printf("LVM is a fake here\n");
        root_make_folders("/var/lib/pillion/");
        put_lvm();
        make_image();
        check_there_and_back(image);
        check_there_and_back("vg0/win10");
        check_there_and_back("vg0/thin");
        test_lvm_is_asked_rightly();
        test_failures();
        test_in_use();
        test_pruning();
        test_revert();
        test_thin_revert();
        test_looks();
        root_free();
        return 0;
}
