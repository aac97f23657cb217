/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A pipe leads to each device, so it is told many things before it has done the first. */
#include "tests/tools/hands.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <libevdev/libevdev.h>

#include "core/cleanup.h"

#define NOTES 400
#define TOOL  "/usr/lib/pillion-tests/pillion-test-input"

static char notes[NOTES][96];
static unsigned noted;

void note(const char *format, ...) {
        char *text = notes[noted++ % NOTES];
        struct timespec now;
        va_list args;
        int n;

        clock_gettime(CLOCK_MONOTONIC, &now);
        n = snprintf(text, sizeof(notes[0]), "%ld.%06ld ", (long)now.tv_sec, now.tv_nsec / 1000);
        va_start(args, format);
        vsnprintf(text + n, sizeof(notes[0]) - (size_t)n, format, args);
        va_end(args);
}

void wrong(const char *format, ...) {
        va_list args;

        for (unsigned i = noted > NOTES ? noted - NOTES : 0; i < noted; i++)
                printf("%s\n", notes[i % NOTES]);
        va_start(args, format);
        vprintf(format, args);
        va_end(args);
        printf("\n");
        exit(1);
}

const char *key_name(uint16_t code) {
        const char *name = libevdev_event_code_get_name(EV_KEY, code);

        return name ? name : "?";
}

/* --- hands --- */

void hand_plug(struct hand *hand) {
        int in[2], out[2];

        if (pipe2(in, O_CLOEXEC) < 0 || pipe2(out, O_CLOEXEC) < 0)
                wrong("pipe: %m");
        hand->pid = fork();
        if (hand->pid == 0) {
                dup2(in[0], STDIN_FILENO);
                dup2(out[1], STDOUT_FILENO);
                execl(TOOL, TOOL, "device", hand->kind, hand->name, NULL);
                _exit(127);
        }
        close(in[0]);
        close(out[1]);
        hand->in = fdopen(in[1], "w");
        hand->out = fdopen(out[0], "r");
        if (!fgets(hand->node, sizeof(hand->node), hand->out))
                wrong("%s was not made", hand->name);
        hand->node[strcspn(hand->node, "\n")] = 0;
        hand->down = (struct keys){ 0 };
        hand->told = hand->obeyed = 0;
        note("%s is %s", hand->name, hand->node);
}

void hand_unplug(struct hand *hand) {
        hand_wait(hand);
        note("%s is unplugged", hand->name);
        fclose(hand->in);
        fclose(hand->out);
        (void)waitpid(hand->pid, NULL, 0);
}

void hand_tell(struct hand *hand, const char *format, ...) {
        char text[64];
        va_list args;

        va_start(args, format);
        vsnprintf(text, sizeof(text), format, args);
        va_end(args);
        note("%s: %s", hand->name, text);
        fprintf(hand->in, "%s\n", text);
        fflush(hand->in);
        hand->told++;
}

void hand_key(struct hand *hand, uint16_t code, bool down) {
        keys_set(&hand->down, code, down);
        hand_tell(hand, "%s %s", down ? "press" : "release", key_name(code));
}

void hand_let_go(struct hand *hand) {
        for (uint16_t code = 0; code < KEY_CNT; code++)
                if (keys_has(&hand->down, code))
                        hand_key(hand, code, false);
}

void hand_wait(struct hand *hand) {
        char line[64];

        for (; hand->obeyed < hand->told; hand->obeyed++)
                if (!fgets(line, sizeof(line), hand->out) || strcmp(line, "ok\n") != 0)
                        wrong("%s does not obey", hand->name);
}

/* --- views --- */

bool view_open(struct view *view, const char *path, bool grabs) {
        view->fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
        if (view->fd >= 0 && grabs && ioctl(view->fd, EVIOCGRAB, (void *)1) < 0)
                view->fd = close_fd(view->fd);
        if (view->fd < 0)
                return false;
        view->down = (struct keys){ 0 };
        note("%s is read", view->name);
        return true;
}

void view_close(struct view *view) {
        view->fd = close_fd(view->fd);
        view->down = (struct keys){ 0 }; /* the kernel has released them */
}

struct keys view_state(const struct view *view) {
        struct keys state = { 0 };

        if (view->fd >= 0)
                (void)ioctl(view->fd, EVIOCGKEY(sizeof(state)), &state);
        return state;
}

static void see_key(struct view *view, uint16_t code, int32_t value) {
        bool was_down = keys_has(&view->down, code);

        if (value == 2)
                return;
        note("        %s saw %s %s", view->name, value ? "press" : "release", key_name(code));
        if (value && was_down && !view->vague)
                wrong("%s saw %s pressed that was down", view->name, key_name(code));
        if (!value && !was_down && !view->bare_releases && !view->vague)
                wrong("%s saw %s released that was not down", view->name, key_name(code));
        keys_set(&view->down, code, value);
        view->pressed[code] += value == 1;
        view->released[code] += value == 0 && was_down;
}

/* Once events were dropped, the key events that came with the news are older than the state. */
static void see(struct view *view, const struct input_event *event, unsigned dropped) {
        if (event->type == EV_KEY && view->dropped == dropped)
                see_key(view, event->code, event->value);
        else if (event->type == EV_REL && event->code < REL_CNT)
                view->sums[event->code] += event->value;
        else if (event->type == EV_SYN && event->code == SYN_DROPPED) {
                note("        %s could not keep up", view->name);
                view->dropped++;
                view->vague = true;
        }
}

void view_read(struct view *view) {
        struct input_event events[64];
        ssize_t n = 0;

        while (view->fd >= 0 && (n = read(view->fd, events, sizeof(events))) > 0) {
                unsigned dropped = view->dropped;

                for (size_t i = 0; i < (size_t)n / sizeof(*events); i++)
                        see(view, &events[i], dropped);
        }
        if (view->fd >= 0 && n < 0 && errno == ENODEV) {
                note("        %s is gone", view->name);
                view_close(view);
        }
}

/* --- judging --- */

bool hand_is_mark(uint16_t code) {
        return code == KEY_F22 || code == KEY_F23 || code == BTN_TASK;
}

void view_compare(const struct view *view, const struct view *before, const struct due *due) {
        for (uint16_t code = 0; code < KEY_CNT; code++) {
                unsigned pressed = view->pressed[code] - before->pressed[code];
                unsigned released = view->released[code] - before->released[code];

                if (!hand_is_mark(code) && (pressed != due->pressed[code] || released != due->released[code]))
                        wrong("%s saw %s pressed %u times, not %u, and released %u, not %u", view->name,
                              key_name(code), pressed, due->pressed[code], released, due->released[code]);
        }
        for (uint16_t code = REL_X; code < REL_CNT && view->dropped == before->dropped; code++)
                if (code <= REL_Y || code == REL_WHEEL)
                        if (view->sums[code] - before->sums[code] != due->sums[code])
                                wrong("%s was moved by %d on axis %u, not %d", view->name,
                                      view->sums[code] - before->sums[code], code, due->sums[code]);
}

void view_check_empty(struct view *view) {
        struct keys state = view_state(view);

        if (view->vague)
                view->down = (struct keys){ 0 };
        view->vague = false;
        keys_add(&state, &view->down);
        for (uint16_t code = 0; code < KEY_CNT; code++)
                if (keys_has(&state, code))
                        wrong("%s: %s is stuck", view->name, key_name(code));
}
