/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Scenario files. Lines of input, a blank line, the expected output, so that a report of what went wrong
 * becomes a test by pasting. '#' begins a comment. Input:
 *
 *         NAME plug [KEY...]          a device appears, KEYs already down
 *         NAME plug-apart [KEY...]    the same, but it does not follow the toggle
 *         NAME assign guest|host      its side then
 *         NAME unplug
 *         NAME press|release|repeat KEY
 *         NAME rel AXIS N [AXIS N]    one frame; ends with "...": and its end is still to come
 *         NAME overflow               what happens from here on is lost,
 *         NAME recover                and here is noticed
 *         NAME busy|idle              somebody else grabs it, or no longer
 *         NAME unread ...             any of these, but we do not read it before the device's next line
 *         wait MS
 *         switch guest|host           by command
 *         guest stopped|running       stopped: it cannot be switched to
 *         path evdev|virtio           how it reads us
 *         kill                        we die, and start anew
 *         hotkey [host|guest] [pass] [lasting] [delay=TIME] [longest=TIME] [down=DEED] [up=DEED] KEYS
 *                                     as the configuration has them; the first is number 0; DEED is
 *                                     to-host, to-guest or panic
 *         patience MS                 a toggle waits for all keys to be up
 *         type CHORD                  into the guest
 *         let-go                      of all hotkeys
 */
#include <ctype.h>

#include <libevdev/libevdev.h>

#include "core/cleanup.h"
#include "core/parse.h"
#include "tests/router-world.h"
#include "tests/test.h"

#define TOGGLE "leftctrl+rightctrl"

/* --- scenarios --- */

static struct node *find_node(struct world *world, const char *name) {
        for (struct node *node = world->nodes; node < world->nodes + NODES_MAX; node++)
                if (node->plugged && strcmp(node->name, name) == 0)
                        return node;
        test_fail("there is no device '%s'", name);
}

static uint16_t parse_key(const char *name) {
        struct chord chord;

        if (chord_parse(&chord, name) < 0)
                test_fail("there is no key '%s'", name);
        return chord.keys[0];
}

static uint16_t parse_axis(const char *name) {
        char full[64] = "REL_";

        for (size_t i = 0; name[i] && i < 50; i++)
                full[4 + i] = (char)toupper((unsigned char)name[i]);
        return (uint16_t)libevdev_event_code_from_name(EV_REL, full);
}

static void plug(struct world *world, const char *name, bool follows) {
        struct keys held = { 0 };

        for (char *key = strtok(NULL, " "); key; key = strtok(NULL, " "))
                keys_set(&held, parse_key(key), true);
        world_plug(world, name, &held, follows);
}

static void move(struct node *node) {
        for (char *axis = strtok(NULL, " "); axis; axis = strtok(NULL, " ")) {
                if (strcmp(axis, "...") == 0)
                        return;
                world_rel(node, parse_axis(axis), atoi(strtok(NULL, " ")));
        }
        world_syn(node);
}

static void node_command(struct node *node, const char *command) {
        bool unread = strcmp(command, "unread") == 0;

        if (unread)
                command = strtok(NULL, " ");
        if (strcmp(command, "unplug") == 0)
                world_unplug(node);
        else if (strcmp(command, "press") == 0)
                world_key(node, parse_key(strtok(NULL, " ")), 1);
        else if (strcmp(command, "release") == 0)
                world_key(node, parse_key(strtok(NULL, " ")), 0);
        else if (strcmp(command, "repeat") == 0)
                world_key(node, parse_key(strtok(NULL, " ")), 2);
        else if (strcmp(command, "rel") == 0)
                move(node);
        else if (strcmp(command, "overflow") == 0)
                world_overflow(node);
        else if (strcmp(command, "recover") == 0)
                world_recover(node);
        else if (strcmp(command, "busy") == 0 || strcmp(command, "idle") == 0)
                node->busy = *command == 'b';
        else if (strcmp(command, "assign") == 0)
                (void)world_assign(node, strcmp(strtok(NULL, " "), "guest") == 0 ? INPUT_GUEST : INPUT_HOST);
        else
                test_fail("there is no command '%s'", command);
        if (node->plugged && !unread)
                world_deliver(node);
}

static enum deed parse_deed(const char *word) {
        static const char *const names[] = { "", "to-host", "to-guest", "panic" };

        for (size_t i = 1; i < sizeof(names) / sizeof(*names); i++)
                if (strcmp(word, names[i]) == 0)
                        return (enum deed)i;
        test_fail("a hotkey cannot do '%s'", word);
}

static bool hotkey_word(struct hotkey *hotkey, enum deed deeds[2], const char *word) {
        if (strcmp(word, "host") == 0)
                hotkey->when = WHEN_HOST;
        else if (strcmp(word, "guest") == 0)
                hotkey->when = WHEN_GUEST;
        else if (strcmp(word, "pass") == 0)
                hotkey->pass = true;
        else if (strcmp(word, "lasting") == 0)
                hotkey->lasting = true;
        else if (strncmp(word, "delay=", 6) == 0)
                CHECK_EQ(parse_span(word + 6, &hotkey->release_delay), 0);
        else if (strncmp(word, "longest=", 8) == 0)
                CHECK_EQ(parse_span(word + 8, &hotkey->longest), 0);
        else if (strncmp(word, "down=", 5) == 0)
                deeds[true] = parse_deed(word + 5);
        else if (strncmp(word, "up=", 3) == 0)
                deeds[false] = parse_deed(word + 3);
        else
                return false;
        return true;
}

static void add_hotkey(struct world *world, const char *word) {
        static struct hotkey table[HOTKEYS_MAX];
        static size_t n;
        struct hotkey hotkey = { .when = WHEN_ANY };

        while (hotkey_word(&hotkey, world->deeds[n], word))
                word = strtok(NULL, " ");
        /* The rest of the line, the words of which strtok has not cut apart yet. */
        for (char *rest = strtok(NULL, ""); rest; rest = NULL)
                rest[-1] = ' ';
        if (hotkey_parse(&hotkey, word) < 0)
                test_fail("'%s' is no hotkey", word);
        table[n++] = hotkey;
        CHECK_EQ(router_set_hotkeys(world->router, table, n), 0);
}

static void set_patience(struct world *world, unsigned msec) {
        struct chord chord;

        CHECK_EQ(chord_parse(&chord, TOGGLE), 0);
        router_set_toggle(world->router, &chord, msec * 1000u);
}

static void type(struct world *world, const char *keys) {
        struct chord chord;

        CHECK_EQ(chord_parse(&chord, keys), 0);
        router_type(world->router, &chord);
}

/* What is about the world as a whole. */
static bool world_command(struct world *world, const char *first, const char *second) {
        if (strcmp(first, "wait") == 0)
                world_wait(world, (uint64_t)atoi(second) * 1000);
        else if (strcmp(first, "switch") == 0)
                (void)world_switch(world, strcmp(second, "guest") == 0 ? INPUT_GUEST : INPUT_HOST);
        else if (strcmp(first, "guest") == 0)
                world->stopped = strcmp(second, "stopped") == 0;
        else if (strcmp(first, "path") == 0)
                world_set_path(world, strcmp(second, "virtio") == 0 ? PATH_VIRTIO : PATH_EVDEV);
        else if (strcmp(first, "hotkey") == 0)
                add_hotkey(world, second);
        else if (strcmp(first, "patience") == 0)
                set_patience(world, (unsigned)atoi(second));
        else if (strcmp(first, "type") == 0)
                type(world, second);
        else if (strcmp(first, "let-go") == 0)
                router_let_go(world->router);
        else
                return false;
        return true;
}

static void run_line(struct world *world, char *line) {
        const char *first = strtok(line, " "), *second = strtok(NULL, " ");

        if (!first || *first == '#')
                return;
        if (world_command(world, first, second))
                ;
        else if (strcmp(first, "kill") == 0)
                world_kill(world);
        else if (strcmp(second, "plug") == 0 || strcmp(second, "plug-apart") == 0)
                plug(world, first, strcmp(second, "plug") == 0);
        else
                node_command(find_node(world, first), second);
        world_check(world);
}

/* The lines up to an empty one or the end, comments left out. */
static char *read_part(FILE *file, struct world *world) {
        _cleanup_free_ char *line = NULL;
        char *text = NULL;
        size_t size = 0, text_size;
        FILE *part = open_memstream(&text, &text_size);

        CHECK(part);
        while (getline(&line, &size, file) > 0 && *line != '\n') {
                if (*line != '#')
                        fputs(line, part);
                line[strcspn(line, "\n")] = 0;
                if (world)
                        run_line(world, line);
        }
        fclose(part);
        return text;
}

static void test_scenario(const char *path) {
        _cleanup_fclose_ FILE *file = fopen(path, "re");
        _cleanup_free_ char *input = NULL, *expected = NULL, *output = NULL;
        size_t size;
        struct world world;

        if (!file)
                test_fail("cannot open %s", path);
        world_init(&world, TOGGLE);
        world.trace = open_memstream(&output, &size);
        CHECK(world.trace);
        input = read_part(file, &world);
        expected = read_part(file, NULL);
        fclose(world.trace);
        world_done(&world);
        if (strcmp(output, expected) != 0)
                test_fail("%s\n--- expected ---\n%s--- got ---\n%s", path, expected, output);
}

int main(int argc, char *argv[]) {
        for (int i = 1; i < argc; i++)
                test_scenario(argv[i]);
        return 0;
}
