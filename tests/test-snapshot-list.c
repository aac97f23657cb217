/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What everybody may know of snapshots: written, read, and shown. */
#include "switcher/snapshot-list.h"
#include "tests/root.h"

#define FILE_NAME "/var/lib/pillion/snapshots/win10"

static struct snapshot one[] = { { .name = "pillion-a", .time = 100 }, { .name = "pillion-b", .time = 200 } };
static struct snapshot other[] = { { .name = "pillion-b", .time = 201, .lost = true } };
static struct volume file = { VOLUME_QCOW2, (char *)"/srv/a b.qcow2", (char *)"",
                              (char *)"",   .snapshots = one,         .n = 2 };
static struct volume lvm = { VOLUME_LVM,    (char *)"vg0/win10", (char *)"",
                             (char *)"vg0", .snapshots = other,  .n = 1 };

static struct snapshot_list *read_list(void) {
        struct snapshot_list *list = NULL;

        CHECK_EQ(snapshot_list_read(&list, root_path, "win10"), 0);
        return list;
}

/* What PRINT says of the list; until the next call. */
static const char *shown(bool loss, size_t n) {
        _cleanup_(snapshot_list_freep) struct snapshot_list *list = read_list();
        static char *text;
        static size_t size;
        FILE *out;

        free(text);
        text = NULL;
        out = open_memstream(&text, &size);
        CHECK(out);
        if (loss)
                CHECK_EQ(snapshot_list_print_loss(out, list, "pillion-b"), n);
        else
                snapshot_list_print(out, list);
        fclose(out);
        return text;
}

static void test_empty(void) {
        _cleanup_(snapshot_list_freep) struct snapshot_list *list = read_list();

        CHECK_EQ(list->n, 0);
        CHECK(!snapshot_list_latest(list));
        CHECK_STR(shown(false, 0), "");
        CHECK_STR(shown(true, 0), "");
}

static void test_written_and_read(void) {
        _cleanup_(snapshot_list_freep) struct snapshot_list *list = NULL;
        struct volume unseen = { .kind = VOLUME_UNSEEN, .name = lvm.name };
        struct stat st;

        CHECK_EQ(snapshot_list_update(root_path, "win10", &lvm), 0);
        CHECK_EQ(snapshot_list_update(root_path, "win10", &file), 0);
        CHECK_EQ(snapshot_list_update(root_path, "win10", &file), 0); /* in its place */
        CHECK_EQ(snapshot_list_update(root_path, "win10", &unseen), 0);
        CHECK_EQ(stat(root_at(FILE_NAME), &st), 0);
        CHECK_EQ(st.st_mode & 0777, 0644);
        list = read_list();
        CHECK_EQ(list->n, 3);
        CHECK_STR(list->items[0].snapshot.name, "pillion-a");
        CHECK_STR(list->items[0].volume, "/srv/a b.qcow2");
        CHECK_STR(list->items[2].volume, "vg0/win10");
        CHECK_STR(list->items[2].kind, "LVM");
        CHECK(list->items[2].snapshot.lost && !list->items[1].snapshot.lost);
        CHECK_STR(snapshot_list_latest(list), "pillion-b");
}

static void test_shown(void) {
        CHECK_STR(shown(false, 0), "pillion-a  taken 1970-01-01 00:01:40\n"
                                   "    /srv/a b.qcow2 (qcow2)\n"
                                   "pillion-b  taken 1970-01-01 00:03:20\n"
                                   "    /srv/a b.qcow2 (qcow2)\n"
                                   "    vg0/win10 (LVM): it ran full, and is lost\n");
        CHECK_STR(shown(true, 2),
                  "This makes what the guest has on its disks what it was 1970-01-01 00:03:20.\n"
                  "All that was written since is lost, and nothing brings it back:\n"
                  "  /srv/a b.qcow2: the snapshot stays\n"
                  "  vg0/win10: the snapshot is used up by it\n");
}

/* A disk that is not the guest's any more; unless that cannot be told, as one could not be looked at. */
static void test_others(void) {
        struct volume volumes[] = { file, { .kind = VOLUME_UNSEEN, .name = (char *)"/dev/vg0/win10" } };

        CHECK_EQ(snapshot_list_forget(root_path, "win10", &(struct volumes){ volumes, 2 }), 0);
        CHECK(strstr(shown(false, 0), "vg0/win10"));
        volumes[1].kind = VOLUME_ABSENT; /* one that is not active has another name */
        CHECK_EQ(snapshot_list_forget(root_path, "win10", &(struct volumes){ volumes, 2 }), 0);
        CHECK(strstr(shown(false, 0), "vg0/win10"));
        CHECK_EQ(snapshot_list_forget(root_path, "win10", &(struct volumes){ volumes, 1 }), 0);
        CHECK(!strstr(shown(false, 0), "vg0/win10"));
        CHECK(strstr(shown(false, 0), "/srv/a b.qcow2"));
        CHECK_EQ(snapshot_list_forget(root_path, "win10", &(struct volumes){ volumes, 0 }), 0);
        CHECK_STR(shown(false, 0), "");
        CHECK_EQ(snapshot_list_update(root_path, "win10", &file), 0);
        CHECK_EQ(snapshot_list_update(root_path, "win10", &lvm), 0);
}

static void test_gone(void) {
        lvm.n = 0;
        CHECK_EQ(snapshot_list_update(root_path, "win10", &lvm), 0);
        CHECK(!strstr(shown(false, 0), "vg0"));
        file.kind = VOLUME_ABSENT;
        file.n = 0;
        CHECK_EQ(snapshot_list_update(root_path, "win10", &file), 0);
        CHECK_STR(shown(false, 0), "");
}

/* Lines that are none of ours are no reason to show nothing. */
static void test_damaged(void) {
        _cleanup_(snapshot_list_freep) struct snapshot_list *list = NULL;

        root_put(FILE_NAME, "rubbish\nvolume=x kind=LVM name=mine time=1\nvolume=x kind=LVM name=pillion-x\n"
                            "volume=x kind=LVM name=pillion-x time=-1\nvolume=x%0 name=pillion-x\n\n"
                            "volume=x kind=LVM name=pillion-good time=1");
        list = read_list();
        CHECK_EQ(list->n, 1);
        CHECK_STR(list->items[0].snapshot.name, "pillion-good");
}

int main(void) {
        CHECK_EQ(setenv("TZ", "UTC", 1), 0);
        root_new();
        root_make_folders("/var/lib/pillion/");
        test_empty();
        test_written_and_read();
        test_shown();
        test_others();
        test_gone();
        test_damaged();
        root_free();
        return 0;
}
