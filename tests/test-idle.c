/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The gate before every unbind: real processes that have a real device open, a terminal of our own that
 * sysfs, a tree of files, says to be a sound card's.
 */
#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/sysmacros.h>
#include <sys/wait.h>

#include "switcher/gate.h"
#include "switcher/process.h"
#include "tests/sysfs-pci.h"
#include "tests/trial.h"

#define HDMI  "0000:01:00.1"
#define OTHER "0000:00:1f.3"
#define SHORT 400000
#define LONG  60000000

static struct sysfs sysfs;
static char *terminal; /* that is opened */

static char *make_terminal(void) {
        int master = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);

        CHECK(master >= 0 && grantpt(master) == 0 && unlockpt(master) == 0);
        return strdup(ptsname(master));
}

static void make_node(struct sysfs_node node, const char *path) {
        char number[32];
        struct stat st;

        CHECK_EQ(stat(path, &st), 0);
        snprintf(number, sizeof(number), "%u:%u", major(st.st_rdev), minor(st.st_rdev));
        node.number = number;
        sysfs_node(&sysfs, HDMI, &node);
}

static void set_up(void) {
        terminal = make_terminal();
        snprintf(sysfs.root, sizeof(sysfs.root), "%s", root_new());
        sysfs_function(&sysfs, HDMI, NULL, "0x10de\n", "0x1aef\n", "0x040300\n");
        sysfs_function(&sysfs, OTHER, NULL, "0x8086\n", "0xa348\n", "0x040300\n");
        sysfs_driver(&sysfs, HDMI, "snd_hda_intel", "snd_hda_intel");
        sysfs_link(&sysfs, "sys/bus/pci/drivers/snd_hda_intel/" HDMI, "sys/devices/pci0000:00/" HDMI);
        root_put("/sys/module/snd_hda_intel/refcnt", "0\n");
        make_node((struct sysfs_node){ "sound/card1/controlC1", NULL, "snd/controlC1", "sound", false },
                  terminal);
        root_link("/proc", "/proc");
        root_link("/dev/snd/controlC1", terminal);
}

struct manners {
        const char *program;
        bool deaf;
        unsigned lets_go_after; /* microseconds; 0: not by itself */
};

static void behave(const struct manners *manners, int ready) {
        int fd = open(terminal, O_RDWR | O_NOCTTY);

        prctl(PR_SET_PDEATHSIG, SIGKILL);
        prctl(PR_SET_NAME, manners->program);
        if (manners->deaf)
                signal(SIGTERM, SIG_IGN);
        CHECK(fd >= 0);
        CHECK_EQ(write(ready, "", 1), 1);
        if (manners->lets_go_after > 0) {
                usleep(manners->lets_go_after);
                close(fd);
        }
        for (;;)
                pause();
}

static pid_t start(struct manners manners) {
        int ready[2];
        char byte;
        pid_t pid;

        CHECK_EQ(pipe2(ready, O_CLOEXEC), 0);
        pid = fork();
        CHECK(pid >= 0);
        if (pid == 0)
                behave(&manners, ready[1]);
        close(ready[1]);
        CHECK_EQ(read(ready[0], &byte, 1), 1);
        close(ready[0]);
        return pid;
}

/* The signal that has ended it; 0: it lives. */
static int ended_by(pid_t pid) {
        int status;

        return waitpid(pid, &status, WNOHANG) == pid && WIFSIGNALED(status) ? WTERMSIG(status) : 0;
}

static void end(pid_t pid) {
        kill(pid, SIGKILL);
        waitpid(pid, NULL, 0);
}

static uint64_t waiting;

static int pass_functions(struct step_call *call) {
        return gate_pass_functions(call, waiting);
}

static int pass_sound_servers(struct step_call *call) {
        return gate_pass_sound_servers(call, waiting);
}

static char problem[600];

/* How long it took is checked, too: WAIT is the most. */
static int pass(uint64_t wait, const char *program, int (*gate)(struct step_call *)) {
        const char *const told[] = { "function", HDMI, program ? "end-program" : NULL, program, NULL };
        struct trial trial = trial_of(STEP_UNBIND, HDMI, told);
        uint64_t began = now_usec();
        int r;

        waiting = wait;
        r = trial_call(&trial, gate, NULL);
        CHECK(now_usec() - began < wait + 20000000);
        memcpy(problem, trial.problem, sizeof(problem));
        trial_done(&trial);
        return r;
}

static void test_idle(void) {
        CHECK_EQ(pass(LONG, NULL, pass_functions), 0);
}

static void test_held(void) {
        pid_t pid = start((struct manners){ "pesky" });
        char text[100];

        CHECK_EQ(pass(SHORT, NULL, pass_functions), -EBUSY);
        snprintf(text, sizeof(text), "pesky (pid %d", (int)pid);
        CHECK(strstr(problem, text) && strstr(problem, "snd/controlC1 of " HDMI));
        CHECK(strstr(problem, "close it, or let the profile end it"));
        CHECK_EQ(pass(SHORT, "peskier", pass_functions), -EBUSY);
        CHECK_EQ(ended_by(pid), 0);
        end(pid);
        CHECK_EQ(pass(LONG, NULL, pass_functions), 0);
}

/* More than there is room to name. */
static void test_many(void) {
        pid_t pids[12];

        for (int i = 0; i < 12; i++)
                pids[i] = start((struct manners){ "one-of-many" });
        CHECK_EQ(pass(SHORT, NULL, pass_functions), -EBUSY);
        CHECK(strstr(problem, "; and ") && strstr(problem, " more"));
        CHECK(strlen(problem) < sizeof(problem) - 1);
        for (int i = 0; i < 12; i++)
                end(pids[i]);
}

static void test_lets_go(void) {
        pid_t pid = start((struct manners){ .program = "polite", .lets_go_after = 300000 });
        uint64_t began = now_usec();

        CHECK_EQ(pass(LONG, NULL, pass_functions), 0);
        CHECK(now_usec() - began >= 200000);
        CHECK_EQ(ended_by(pid), 0);
        end(pid);
}

/* While one is waited for, a module makes another node, which somebody opens. */
static void test_new_node(void) {
        char *first = terminal, *second = make_terminal();
        pid_t early = start((struct manners){ .program = "early", .lets_go_after = 900000 }), late, module;

        terminal = second;
        late = start((struct manners){ "late" });
        terminal = first;
        module = fork();
        if (module == 0) {
                usleep(300000);
                make_node((struct sysfs_node){ "i2c-dev/i2c-7", NULL, "i2c-7", "i2c-dev", false }, second);
                _exit(0);
        }
        CHECK_EQ(pass(3000000, NULL, pass_functions), -EBUSY);
        CHECK(strstr(problem, "late (pid ") && strstr(problem, "has i2c-7 of " HDMI));
        waitpid(module, NULL, 0);
        end(early);
        end(late);
        CHECK_EQ(pass(LONG, NULL, pass_functions), 0);
        free(second);
}

/* Has the name, and not the device. */
static pid_t start_bystander(const char *program) {
        pid_t pid = fork();

        if (pid != 0)
                return pid;
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        prctl(PR_SET_NAME, program);
        for (;;)
                pause();
}

static void test_ended(void) {
        pid_t pid = start((struct manners){ "pesky" }), bystander = start_bystander("pesky");

        CHECK_EQ(pass(LONG, "pesky", pass_functions), 0);
        CHECK_EQ(ended_by(pid), SIGTERM);
        CHECK_EQ(ended_by(bystander), 0);
        end(bystander);
}

static void test_ended_by_force(void) {
        pid_t pid = start((struct manners){ .program = "pesky", .deaf = true });

        CHECK_EQ(pass(LONG, "pesky", pass_functions), 0);
        CHECK_EQ(ended_by(pid), SIGKILL);
}

static void test_sound_servers(void) {
        pid_t server = start((struct manners){ .program = "wireplumber", .lets_go_after = 300000 });
        pid_t stubborn, other = start((struct manners){ "pesky" });

        CHECK_EQ(pass(LONG, NULL, pass_sound_servers), 0); /* the other one is not its business */
        end(server);
        stubborn = start((struct manners){ "pipewire" });
        CHECK_EQ(pass(SHORT, NULL, pass_sound_servers), -EBUSY);
        CHECK(strstr(problem, "pipewire (pid ") && !strstr(problem, "pesky"));
        CHECK(strstr(problem, "the sound server has not let go"));
        end(stubborn);
        end(other);
}

/* What no look at processes finds. */
static void test_references(void) {
        root_put("/sys/module/snd_hda_intel/refcnt", "1\n");
        CHECK_EQ(pass(SHORT, NULL, pass_functions), -EBUSY);
        CHECK(strstr(problem, "snd_hda_intel is in use (the kernel counts 1)"));
        /* Might as well be a reference to the other one. */
        sysfs_link(&sysfs, "sys/bus/pci/drivers/snd_hda_intel/" OTHER, "sys/devices/pci0000:00/" OTHER);
        CHECK_EQ(pass(LONG, NULL, pass_functions), 0);
        CHECK_EQ(unlink(root_at("/sys/bus/pci/drivers/snd_hda_intel/" OTHER)), 0);
        /* Not of sound: a console is a reference, too. */
        sysfs_attribute(&sysfs, HDMI, "class", "0x030000\n");
        CHECK_EQ(pass(LONG, NULL, pass_functions), 0);
        sysfs_attribute(&sysfs, HDMI, "class", "0x040300\n");
        root_put("/sys/module/snd_hda_intel/refcnt", "0\n");
}

static void test_udev(void) {
        pid_t udev;

        root_put("/run/udev/queue", "");
        CHECK_EQ(pass(SHORT, NULL, pass_functions), -EBUSY);
        CHECK(strstr(problem, "udev"));
        udev = fork();
        if (udev == 0) {
                usleep(300000);
                _exit(unlink(root_at("/run/udev/queue")));
        }
        CHECK_EQ(pass(LONG, NULL, pass_functions), 0);
        waitpid(udev, NULL, 0);
}

int main(void) {
        set_up();
        if (geteuid() != 0) {
                root_free();
                test_skip("only root sees who has a device open");
        }
        test_idle();
        test_held();
        test_many();
        test_lets_go();
        test_new_node();
        test_ended();
        test_ended_by_force();
        test_sound_servers();
        test_references();
        test_udev();
        root_free();
        return 0;
}
