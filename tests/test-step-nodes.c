/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Device nodes that are hidden and shown again, and cards that are said to have gone, in a machine of files.
 */
#include <sys/sysmacros.h>

#include "switcher/hidden.h"
#include "tests/sysfs-pci.h"
#include "tests/trial.h"

#define GPU  "0000:01:00.0"
#define HDMI "0000:01:00.1"

#define CONTROL "/dev/snd/controlC1"
#define PCM     "/dev/snd/pcmC1D3p"
#define HIDDEN  "/dev/.pillion/" HDMI "/snd/controlC1"
#define UEVENT  "/sys/devices/pci0000:00/" HDMI "/sound/card1/controlC1/uevent"

static struct sysfs sysfs;

static const struct sysfs_node control = { "sound/card1/controlC1", "116:9", "snd/controlC1", "sound",
                                           false };
static const struct sysfs_node pcm = { "sound/card1/pcmC1D3p", "116:10", "snd/pcmC1D3p", "sound", false };
static const struct sysfs_node render = { "drm/renderD129", "226:129", "dri/renderD129", "drm", false };

static void make(const char *path, unsigned major, unsigned minor) {
        root_make_folders(path);
        if (mknod(root_at(path), S_IFCHR | 0640, makedev(major, minor)) < 0) {
                root_free();
                test_skip("no device node can be made here: %m");
        }
}

static ino_t inode(const char *path) {
        struct stat st;

        return lstat(root_at(path), &st) == 0 ? st.st_ino : 0;
}

static mode_t mode(const char *path) {
        struct stat st;

        CHECK_EQ(lstat(root_at(path), &st), 0);
        return st.st_mode & 07777;
}

static void set_up(void) {
        snprintf(sysfs.root, sizeof(sysfs.root), "%s", root_new());
        sysfs_function(&sysfs, GPU, NULL, "0x10de\n", "0x2206\n", "0x030000\n");
        sysfs_function(&sysfs, HDMI, NULL, "0x10de\n", "0x1aef\n", "0x040300\n");
        sysfs_node(&sysfs, HDMI, &control);
        sysfs_node(&sysfs, HDMI, &pcm);
        sysfs_node(&sysfs, GPU, &render);
        make(CONTROL, 116, 9);
        make(PCM, 116, 10);
        make("/dev/dri/renderD129", 226, 129);
        root_put("/dev/snd/seq", "");
}

/* As it was before each test. */
static struct trial begin(void) {
        struct trial trial = trial_of(STEP_NODES, HDMI, NULL);

        sysfs_node(&sysfs, HDMI, &control); /* an event sent to a file replaces what it said */
        sysfs_node(&sysfs, HDMI, &pcm);
        CHECK_EQ(trial_observe(&trial), 0);
        CHECK_EQ(trial.state.n, 2);
        CHECK_STR(trial.state.items[0].value, "snd/controlC1");
        return trial;
}

static void test_there_and_back(void) {
        struct trial trial = begin();
        ino_t was = inode(CONTROL);

        CHECK_EQ(chmod(root_at(CONTROL), 0604), 0);
        for (int twice = 0; twice < 2; twice++) {
                CHECK_EQ(trial_apply(&trial), 0);
                CHECK_EQ(inode(CONTROL), 0);
                CHECK_EQ(inode(PCM), 0);
                CHECK_EQ(inode(HIDDEN), was);
                CHECK_EQ(mode("/dev/.pillion"), 0700);
                CHECK_EQ(mode("/dev/.pillion/" HDMI "/snd"), 0700);
        }
        CHECK(inode("/dev/snd/seq") && inode("/dev/dri/renderD129"));
        for (int twice = 0; twice < 2; twice++) {
                CHECK_EQ(trial_undo(&trial), 0);
                CHECK_EQ(inode(CONTROL), was);
                CHECK_EQ(mode(CONTROL), 0604);
                CHECK(inode(PCM));
                CHECK_EQ(inode("/dev/.pillion"), 0);
        }
        CHECK_STR(root_get(UEVENT), "change");
        trial_done(&trial);
}

static void test_nothing_done(void) {
        struct trial trial = begin();
        ino_t was = inode(CONTROL);

        CHECK_EQ(trial_undo(&trial), 0);
        CHECK_EQ(inode(CONTROL), was);
        CHECK(strncmp(root_get(UEVENT), "MAJOR", 5) == 0);
        trial_done(&trial);
}

/* Ended between one node and the next. */
static void test_half_done(void) {
        struct trial trial = begin();
        ino_t was = inode(PCM);

        CHECK_EQ(trial_apply(&trial), 0);
        CHECK_EQ(rename(root_at("/dev/.pillion/" HDMI "/snd/pcmC1D3p"), root_at(PCM)), 0);
        CHECK_EQ(trial_undo(&trial), 0);
        CHECK(inode(CONTROL));
        CHECK_EQ(inode(PCM), was);
        CHECK_EQ(trial_apply(&trial), 0);
        CHECK_EQ(rename(root_at("/dev/.pillion/" HDMI "/snd/pcmC1D3p"), root_at(PCM)), 0);
        CHECK_EQ(trial_apply(&trial), 0);
        CHECK_EQ(inode(PCM), 0);
        CHECK_EQ(trial_undo(&trial), 0);
        CHECK_EQ(inode("/dev/.pillion"), 0);
        trial_done(&trial);
}

/* The driver came back, and with it nodes. */
static void test_made_anew(void) {
        struct trial trial = begin();
        ino_t anew;

        CHECK_EQ(trial_apply(&trial), 0);
        make(CONTROL, 116, 9);
        make(PCM, 116, 10);
        anew = inode(CONTROL);
        CHECK(trial_undo(&trial) == 0);
        CHECK_EQ(inode(CONTROL), anew);
        CHECK_EQ(inode("/dev/.pillion"), 0);
        trial_done(&trial);
}

/* It came back as another card. */
static void test_renumbered(void) {
        static const struct sysfs_node other = { "sound/card1/controlC1", "116:77", "snd/controlC2", "sound",
                                                 false };
        struct trial trial = begin();

        CHECK_EQ(trial_apply(&trial), 0);
        sysfs_node(&sysfs, HDMI, &other);
        CHECK_EQ(unlink(root_at("/sys/dev/char/116:9")), 0);
        make("/dev/snd/controlC2", 116, 77);
        CHECK_EQ(trial_undo(&trial), 0);
        CHECK_EQ(inode(CONTROL), 0);
        CHECK_EQ(inode("/dev/.pillion"), 0);
        CHECK(inode(PCM));
        CHECK_EQ(unlink(root_at("/sys/dev/char/116:77")), 0);
        CHECK_EQ(unlink(root_at("/dev/snd/controlC2")), 0);
        make(CONTROL, 116, 9);
        trial_done(&trial);
}

static void test_device_gone(void) {
        struct trial trial = begin();

        CHECK_EQ(trial_apply(&trial), 0);
        CHECK_EQ(unlink(root_at("/sys/dev/char/116:9")), 0);
        CHECK_EQ(trial_undo(&trial), 0);
        CHECK_EQ(inode(CONTROL), 0);
        CHECK_EQ(inode("/dev/.pillion"), 0);
        make(CONTROL, 116, 9);
        trial_done(&trial);
}

/* Device and node are lost to each other: that must not be called undone. */
static void test_lost(void) {
        struct trial trial = begin();

        CHECK_EQ(trial_apply(&trial), 0);
        CHECK_EQ(unlink(root_at(HIDDEN)), 0);
        CHECK_EQ(trial_undo(&trial), -EIO);
        CHECK_STR(trial.problem, "/dev/snd/controlC1 of " HDMI " is not there, although the device is");
        make(CONTROL, 116, 9);
        trial_done(&trial);
}

/* What has the name but not the number is another's; what has no name of a node is none. */
static void test_strangers(void) {
        static const struct sysfs_node strange = { "sound/card1/controlC1", "116:9", "../evil", "sound",
                                                   false };
        struct trial trial = begin();
        ino_t evil;

        CHECK_EQ(unlink(root_at(CONTROL)), 0);
        make(CONTROL, 116, 99);
        CHECK_EQ(trial_apply(&trial), 0);
        CHECK(inode(CONTROL));
        CHECK_EQ(trial_undo(&trial), -EIO);
        CHECK_EQ(unlink(root_at(CONTROL)), 0);
        sysfs_node(&sysfs, HDMI, &strange);
        make("/evil", 116, 9);
        evil = inode("/evil");
        (void)trial_apply(&trial);
        CHECK_EQ(inode("/evil"), evil);
        (void)trial_undo(&trial);
        CHECK_EQ(inode("/evil"), evil);
        make(CONTROL, 116, 9);
        trial_done(&trial);
}

static void test_sound(void) {
        struct trial trial = trial_of(STEP_SOUND, HDMI, NULL);

        sysfs_node(&sysfs, HDMI, &control);
        root_put("/sys/class/sound/card1/uevent", "");
        root_put("/proc/uptime", "1 1\n");
        CHECK_EQ(trial_observe(&trial), 0);
        CHECK_EQ(trial.state.n, 1);
        CHECK(words_is(&trial.state, "card", "card1"));
        for (int twice = 0; twice < 2; twice++) {
                CHECK_EQ(trial_apply(&trial), 0);
                CHECK_STR(root_get("/sys/class/sound/card1/uevent"), "remove");
        }
        for (int twice = 0; twice < 2; twice++) {
                CHECK_EQ(trial_undo(&trial), 0);
                CHECK_STR(root_get("/sys/class/sound/card1/uevent"), "change");
        }
        CHECK_EQ(unlink(root_at("/sys/dev/char/116:9")), 0); /* it has gone */
        CHECK_EQ(unlink(root_at("/sys/class/sound/card1/uevent")), 0);
        CHECK_EQ(trial_undo(&trial), 0);
        trial_done(&trial);
}

static void test_no_sound(void) {
        struct trial trial = trial_of(STEP_SOUND, GPU, NULL);

        CHECK_EQ(trial_observe(&trial), 0);
        CHECK_EQ(trial.state.n, 0);
        CHECK_EQ(trial_apply(&trial), 0);
        CHECK_EQ(trial_undo(&trial), 0);
        trial_done(&trial);
}

/* With no other framebuffer, consoles leave framebuffers altogether. */
static void test_consoles(void) {
        struct trial trial = trial_of(STEP_CONSOLES, GPU, NULL), none = trial_of(STEP_CONSOLES, HDMI, NULL);

        root_put("/sys/devices/pci0000:00/" GPU "/graphics/fb1/name", "nouveaudrmfb\n");
        sysfs_link(&sysfs, "sys/class/graphics/fb1", "sys/devices/pci0000:00/" GPU "/graphics/fb1");
        root_put("/sys/class/vtconsole/vtcon0/name", "(S) dummy device\n");
        root_put("/sys/class/vtconsole/vtcon0/bind", "1\n");
        root_put("/sys/class/vtconsole/vtcon1/name", "(M) frame buffer device\n");
        root_put("/sys/class/vtconsole/vtcon1/bind", "1\n");
        CHECK_EQ(trial_observe(&trial), 0);
        CHECK_EQ(trial.state.n, 1);
        CHECK(words_is(&trial.state, "vtcon", "1"));
        CHECK_EQ(trial_undo(&trial), 0);
        for (int twice = 0; twice < 2; twice++) {
                CHECK_EQ(trial_apply(&trial), 0);
                CHECK_STR(root_get("/sys/class/vtconsole/vtcon1/bind"), "0");
        }
        CHECK_STR(root_get("/sys/class/vtconsole/vtcon0/bind"), "1\n");
        for (int twice = 0; twice < 2; twice++) {
                CHECK_EQ(trial_undo(&trial), 0);
                CHECK_STR(root_get("/sys/class/vtconsole/vtcon1/bind"), "1");
        }
        CHECK_EQ(unlink(root_at("/sys/class/vtconsole/vtcon1/bind")), 0); /* the firmware's was the last */
        CHECK_EQ(trial_undo(&trial), 0);
        trial_done(&trial);
        CHECK_EQ(trial_observe(&none), 0);
        CHECK_EQ(none.state.n, 0);
        CHECK_EQ(trial_apply(&none), 0);
        CHECK_EQ(trial_undo(&none), 0);
        trial_done(&none);
}

/* With one that shows none of ours, there is nothing to do. */
static void test_consoles_elsewhere(void) {
        struct trial trial = trial_of(STEP_CONSOLES, GPU, NULL);

        root_put("/sys/devices/platform/efi-framebuffer.0/graphics/fb0/name", "EFI VGA\n");
        sysfs_link(&sysfs, "sys/class/graphics/fb0", "sys/devices/platform/efi-framebuffer.0/graphics/fb0");
        root_put("/dev/fb0", "");
        CHECK_EQ(trial_observe(&trial), 0);
        CHECK_EQ(trial.state.n, 0);
        CHECK_EQ(trial_apply(&trial), 0);
        CHECK_EQ(trial_undo(&trial), 0);
        trial_done(&trial);
}

int main(void) {
        set_up();
        test_there_and_back();
        test_nothing_done();
        test_half_done();
        test_made_anew();
        test_renumbered();
        test_device_gone();
        test_lost();
        test_strangers();
        test_sound();
        test_no_sound();
        test_consoles();
        test_consoles_elsewhere();
        root_free();
        return 0;
}
