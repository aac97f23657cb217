/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * STEP_CONSOLES, target: a function's address. Text consoles that are shown by a framebuffer of the function
 * move to another one, or, if there is none, away from framebuffers altogether. Nothing to do is the usual
 * case: all consoles are on the first framebuffer, which is the host's. The drivers' own framebuffers need no
 * step: they go with their driver. One of the firmware's (efifb, simpledrm) is not brought back by anybody.
 *
 * State: console=N/FB, each console and its framebuffer; or vtcon=N, each console driver that had the
 * framebuffers. No result.
 * Source: Linux, Documentation/fb/fbcon.rst, Documentation/console/console.rst.
 */
#include <fcntl.h>
#include <limits.h>
#include <linux/fb.h>
#include <linux/vt.h>
#include <sys/ioctl.h>

#include "switcher/kernel-text.h"
#include "switcher/nodes.h"
#include "switcher/steps.h"
#include "switcher/sysfs.h"

#define NONE UINT_MAX

struct framebuffers {
        const char *target;          /* the function; borrowed */
        struct inventory *inventory; /* owned */
        unsigned other;              /* one that is not the function's, the firmware's if possible; or NONE */
        int fd;                      /* of that; owned */
};

static void framebuffers_done(struct framebuffers *framebuffers) {
        inventory_free(framebuffers->inventory);
        framebuffers->fd = close_fd(framebuffers->fd);
}

static bool is_boot_screen(const char *root, unsigned number) {
        uint64_t value;

        return sysfs_read_unsigned(&value, root, "/sys/class/graphics/fb%u/device/boot_vga", number) >= 0 &&
               value == 1;
}

/* NUMBER if that is the function's, else the first that is; NONE. */
static unsigned own(const struct framebuffers *framebuffers, unsigned number) {
        unsigned first = NONE;

        for (size_t i = 0; i < framebuffers->inventory->n_framebuffers; i++) {
                const struct inventory_framebuffer *framebuffer = &framebuffers->inventory->framebuffers[i];

                if (strcmp(framebuffer->address, framebuffers->target) != 0)
                        continue;
                if (framebuffer->number == number)
                        return number;
                if (first == NONE)
                        first = framebuffer->number;
        }
        return first;
}

static int look(struct framebuffers *ret, const struct step_call *call) {
        char path[PATH_MAX];
        int r;

        *ret = (struct framebuffers){ .target = call->step->target, .other = NONE, .fd = -1 };
        r = nodes_look(&ret->inventory, call->root);
        if (r < 0)
                return r;
        for (size_t i = 0; i < ret->inventory->n_framebuffers; i++) {
                const struct inventory_framebuffer *framebuffer = &ret->inventory->framebuffers[i];

                if (strcmp(framebuffer->address, ret->target) != 0 &&
                    (ret->other == NONE || is_boot_screen(call->root, framebuffer->number)))
                        ret->other = framebuffer->number;
        }
        if (ret->other == NONE || own(ret, NONE) == NONE)
                return 0;
        snprintf(path, sizeof(path), "%s/dev/fb%u", call->root, ret->other);
        ret->fd = open(path, O_RDWR | O_CLOEXEC);
        return ret->fd < 0 ? -errno : 0;
}

/* NONE: on no framebuffer. */
static unsigned framebuffer_of(const struct framebuffers *framebuffers, unsigned console) {
        struct fb_con2fbmap map = { .console = console };

        if (ioctl(framebuffers->fd, FBIOGET_CON2FBMAP, &map) < 0)
                return NONE;
        return map.framebuffer;
}

static int move(struct step_call *call, const struct framebuffers *framebuffers, unsigned console,
                unsigned number) {
        struct fb_con2fbmap map = { .console = console, .framebuffer = number };

        if (framebuffer_of(framebuffers, console) == number)
                return 0;
        if (ioctl(framebuffers->fd, FBIOPUT_CON2FBMAP, &map) < 0)
                return step_fail(call, -errno, "cannot move console %u to fb%u: %s", console, number,
                                 strerror(errno));
        if (framebuffer_of(framebuffers, console) != number)
                return step_fail(call, -EIO, "console %u does not move to fb%u", console, number);
        return 0;
}

static int note_consoles(struct step_call *call, const struct framebuffers *framebuffers) {
        int r = 0;

        for (unsigned console = 1; r >= 0 && console <= MAX_NR_CONSOLES; console++) {
                unsigned number = framebuffer_of(framebuffers, console);

                if (number != NONE && own(framebuffers, number) == number)
                        r = words_addf(call->ret, "console", "%u/%u", console, number);
        }
        return r;
}

/* A console driver that shows consoles on framebuffers, whosever. */
static int note_driver(struct step_call *call, const char *entry) {
        _cleanup_free_ char *name = NULL, *bound = NULL;

        if (strncmp(entry, "vtcon", 5) != 0 ||
            sysfs_read(&name, call->root, "/sys/class/vtconsole/%s/name", entry) < 0 ||
            sysfs_read(&bound, call->root, "/sys/class/vtconsole/%s/bind", entry) < 0 ||
            !strstr(name, "frame buffer") || strcmp(bound, "1") != 0)
                return 0;
        return words_add(call->ret, "vtcon", entry + 5);
}

static int note_drivers(struct step_call *call) {
        _cleanup_close_ int top = kernel_open_root(call->root);
        _cleanup_(closedirp) DIR *folder = top < 0 ? NULL : kernel_folder(top, "sys/class/vtconsole");
        const char *entry;
        int r = 0;

        while (r >= 0 && folder && (entry = kernel_next(folder)))
                r = note_driver(call, entry);
        return r;
}

static int observe(struct step_call *call) {
        _cleanup_(framebuffers_done) struct framebuffers framebuffers;
        int r;

        r = look(&framebuffers, call);
        if (r < 0 || own(&framebuffers, NONE) == NONE)
                return r;
        return framebuffers.other == NONE ? note_drivers(call) : note_consoles(call, &framebuffers);
}

/* The kernel's goes with the last framebuffer, and binds itself if one comes. */
static int bind_driver(struct step_call *call, const char *vtcon, const char *bind) {
        _cleanup_free_ char *is = NULL;
        int r;

        r = sysfs_read(&is, call->root, "/sys/class/vtconsole/vtcon%s/bind", vtcon);
        if (r == -ENOENT && *bind == '1') {
                step_say(call, "the text consoles stay away, for there is no framebuffer to show them");
                return 0;
        }
        if (r >= 0 && strcmp(is, bind) != 0)
                r = sysfs_write(bind, call->root, "/sys/class/vtconsole/vtcon%s/bind", vtcon);
        return r < 0 ? step_fail(call, r, "cannot write %s to vtcon%s/bind: %s", bind, vtcon, strerror(-r))
                     : 0;
}

static int put(struct step_call *call, const struct framebuffers *framebuffers, const char *noted,
               bool back) {
        unsigned console, number;

        if (sscanf(noted, "%u/%u", &console, &number) != 2)
                return -EINVAL;
        number = back ? own(framebuffers, number) : framebuffers->other;
        if (number == NONE || framebuffers->fd < 0)
                return step_fail(call, -ENODEV,
                                 "console %u cannot move: there is no framebuffer of %s, or none "
                                 "but that",
                                 console, call->step->target);
        return move(call, framebuffers, console, number);
}

static int change(struct step_call *call, bool back) {
        _cleanup_(framebuffers_done) struct framebuffers framebuffers = { .fd = -1 };
        int r = 0;

        if (call->state->n == 0)
                return 0;
        r = look(&framebuffers, call);
        for (size_t i = 0; r >= 0 && i < call->state->n; i++) {
                const struct word *word = &call->state->items[i];

                if (strcmp(word->key, "console") == 0)
                        r = put(call, &framebuffers, word->value, back);
                else if (strcmp(word->key, "vtcon") == 0)
                        r = bind_driver(call, word->value, back ? "1" : "0");
        }
        return r;
}

static int apply(struct step_call *call) {
        return change(call, false);
}

static int undo(struct step_call *call) {
        return change(call, true);
}

const struct step_type step_consoles = { 10000000, 20000000, observe, apply, undo };
