/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which side each node of a desk belongs to: the lists' word, and what goes along with its receiver. */
#include "input/desk.h"

#include <errno.h>

#include "tests/test.h"

enum kind {
        KEYBOARD,
        MOUSE,
        KEYS,
        KNOB,
        PAD,
        SWITCH,
};

struct thing {
        const char *name, *phys, *uniq;
        enum kind kind;
};

/* The product is the same for all with the same first letter. */
static struct discovered describe(const struct thing *thing, const char *path) {
        return (struct discovered){
                .path = path,
                .name = thing->name,
                .phys = thing->phys,
                .uniq = thing->uniq,
                .vendor = 0x1209,
                .product = (uint16_t)thing->name[0],
                .keyboard = thing->kind == KEYBOARD,
                .mouse = thing->kind == MOUSE,
                .positions = thing->kind == PAD,
                .keys = thing->kind != KNOB && thing->kind != SWITCH,
                .motion = thing->kind == MOUSE || thing->kind == KNOB,
        };
}

#define THINGS 4

struct scene {
        const char *what, *devices, *host, *guest;
        struct thing things[THINGS];
        const char *expected; /* - none, f follow, h host, g guest; in upper case: named */
};

static void put(struct desk *desk, const struct scene *scene, size_t i) {
        char path[40];
        struct discovered node;

        snprintf(path, sizeof(path), "/dev/input/event%zu", i);
        node = describe(&scene->things[i], path);
        CHECK_EQ(desk_put(desk, &node), 0);
}

static void look(const struct desk *desk, char seen[THINGS + 1]) {
        for (const struct discovered *node = desk_next(desk, NULL); node; node = desk_next(desk, node)) {
                struct verdict verdict = desk_judge(desk, node);
                char *place = &seen[node->path[strlen(node->path) - 1] - '0'];

                CHECK_EQ(*place, 0);
                *place = (verdict.named ? "-FHG" : "-fhg")[verdict.route];
        }
}

static struct desk *set_up(const char *devices, const char *host, const char *guest) {
        struct desk *desk = NULL;

        CHECK_EQ(desk_new(&desk), 0);
        CHECK_EQ(desk_configure(desk, &(struct desk_lists){ devices, host, guest }), 0);
        return desk;
}

/* In the order given, and the other way round: who comes first makes no difference. */
static void play(const struct scene *scene, bool backwards) {
        _cleanup_(desk_freep) struct desk *desk = set_up(scene->devices, scene->host, scene->guest);
        size_t n = strlen(scene->expected);
        char seen[THINGS + 1] = "";

        for (size_t i = 0; i < n; i++)
                put(desk, scene, backwards ? n - 1 - i : i);
        look(desk, seen);
        if (strcmp(seen, scene->expected) != 0)
                test_fail("%s%s: %s, not %s", scene->what, backwards ? ", backwards" : "", seen,
                          scene->expected);
}

#define BOTH    "all-keyboards all-mice"
#define A_USB   "usb-0000:00:14.0-1/input"
#define B_USB   "usb-0000:00:14.0-11/input"
#define ADAPTER "00:1a:7d:da:71:13"

static const struct scene scenes[] = {
        { "nothing is named", "", "", "", { { "K", A_USB "0", "", KEYBOARD } }, "-" },
        { "all kinds",
          BOTH,
          "",
          "",
          { { "K", "", "", KEYBOARD }, { "M", "", "", MOUSE }, { "P", "", "", KEYS } },
          "ff-" },
        { "the guest's before the host's before the rest",
          "all-keyboards name:K*",
          "name:K? name:K??",
          "name:K",
          { { "K", "", "", KEYBOARD }, { "K1", "", "", KEYBOARD }, { "K123", "", "", KEYBOARD } },
          "GHF" },
        { "left out of one list, taken by another",
          BOTH " !name:K",
          "name:K",
          "",
          { { "K", "", "", KEYBOARD } },
          "H" },
        { "media keys, the mouse half and a knob of a keyboard",
          "all-keyboards",
          "",
          "",
          { { "RK", A_USB "0", "", KEYBOARD },
            { "RC", A_USB "1", "", KEYS },
            { "RM", A_USB "1", "", MOUSE },
            { "RW", A_USB "12", "", KNOB } },
          "ffff" },
        { "the place next to it, and one that is longer",
          "all-keyboards",
          "",
          "",
          { { "RK", A_USB "0", "", KEYBOARD },
            { "RC", B_USB "1", "", KEYS },
            { "RD", A_USB "1:2", "", KEYS },
            { "RE", A_USB, "", KEYS } },
          "f---" },
        { "unnumbered, but all the same place",
          BOTH,
          "",
          "",
          { { "RM", A_USB "2:1", "", MOUSE }, { "RC", A_USB "2:1", "", KEYS } },
          "ff" },
        { "no place at all, an adapter's address, a program's name",
          BOTH,
          "",
          "",
          { { "AK", "", "", KEYBOARD },
            { "AC", "", "", KEYS },
            { "BK", ADAPTER, "", KEYBOARD },
            { "BC", ADAPTER, "", KEYS } },
          "f-f-" },
        { "one address of its own",
          BOTH,
          "",
          "",
          { { "BK", ADAPTER, "aa", KEYBOARD }, { "BC", ADAPTER, "aa", KEYS }, { "BD", ADAPTER, "bb", KEYS } },
          "ff-" },
        { "the same serial number on another product",
          BOTH,
          "",
          "",
          { { "AK", A_USB "0", "1", KEYBOARD }, { "BC", B_USB "0", "1", KEYS } },
          "f-" },
        { "what reports positions or nothing stays",
          BOTH,
          "",
          "",
          { { "RK", A_USB "0", "", KEYBOARD },
            { "RP", A_USB "1", "", PAD },
            { "RS", A_USB "1", "", SWITCH } },
          "f--" },
        { "unless it is named",
          BOTH " name:RP",
          "",
          "",
          { { "RK", A_USB "0", "", KEYBOARD }, { "RP", A_USB "1", "", PAD } },
          "fF" },
        { "media keys left out",
          BOTH " !name:RC",
          "",
          "",
          { { "RK", A_USB "0", "", KEYBOARD }, { "RC", A_USB "1", "", KEYS } },
          "f-" },
        { "a keyboard left out leaves its media keys",
          BOTH " !name:RK",
          "",
          "",
          { { "RK", A_USB "0", "", KEYBOARD }, { "RC", A_USB "1", "", KEYS } },
          "--" },
        { "to the guest with the keyboard rather than with the mouse",
          "all-mice",
          "",
          "all-keyboards",
          { { "RM", A_USB "0", "", MOUSE },
            { "RC", A_USB "1", "", KEYS },
            { "RK", A_USB "1", "", KEYBOARD } },
          "fgg" },
        { "to the host; and left out of a list that has no say in it",
          BOTH " !name:RC",
          "name:RK",
          "",
          { { "RK", A_USB "0", "", KEYBOARD }, { "RC", A_USB "1", "", KEYS } },
          "Hh" },
        { "a pedal draws nothing after it",
          BOTH,
          "name:RP",
          "",
          { { "RP", A_USB "0", "", KEYS }, { "RC", A_USB "1", "", KEYS } },
          "H-" },
};

static void test_routes(void) {
        for (size_t i = 0; i < sizeof(scenes) / sizeof(*scenes); i++) {
                play(&scenes[i], false);
                play(&scenes[i], true);
        }
}

static void test_changes(void) {
        _cleanup_(desk_freep) struct desk *desk = set_up(BOTH, "", "");
        static const struct scene scene = { .things = { { "RK", A_USB "0", "", KEYS },
                                                        { "RC", A_USB "1", "", KEYS } } };
        static const struct thing keyboard = { "RK", A_USB "0", "", KEYBOARD };
        _cleanup_(discovered_freep) struct discovered *taken = NULL;
        struct discovered grown = describe(&keyboard, "/dev/input/event0");
        char before[THINGS + 1] = "", then[THINGS + 1] = "", after[THINGS + 1] = "";

        put(desk, &scene, 0);
        put(desk, &scene, 1);
        look(desk, before);
        CHECK_STR(before, "--");
        CHECK_EQ(desk_put(desk, &grown), 0); /* udev has had second thoughts */
        look(desk, then);
        CHECK_STR(then, "ff");
        CHECK_EQ(desk_configure(desk, &(struct desk_lists){ "name:'", "", "" }), -EINVAL);
        CHECK_EQ(desk_configure(desk, &(struct desk_lists){ "", "", "all-keyboards" }), 0);
        look(desk, after);
        CHECK_STR(after, "gg");
        taken = desk_take(desk, "/dev/input/event0");
        CHECK_STR(taken->name, "RK");
        CHECK(!desk_take(desk, "/dev/input/event0"));
        CHECK(desk_next(desk, NULL));
        CHECK_EQ(desk_judge(desk, desk_next(desk, NULL)).route, ROUTE_NONE);
        CHECK(!desk_next(desk, desk_next(desk, NULL)));
}

static void check_lack(const struct desk *desk, unsigned keyboards, unsigned mice, const char *expected) {
        char text[300] = "";

        CHECK_EQ(desk_lacks(desk, keyboards, mice, text, sizeof(text)), *expected != '\0');
        CHECK_STR(text, expected);
}

static void test_lacks(void) {
        _cleanup_(desk_freep) struct desk *desk = NULL;
        static const struct scene scene = { .things = { { "M", "", "", MOUSE } } };

        CHECK_EQ(desk_new(&desk), 0);
        check_lack(desk, 0, 0, "");
        CHECK_EQ(desk_configure(desk, &(struct desk_lists){ BOTH, "", "" }), 0);
        check_lack(desk, 0, 0, "There is no keyboard: plug one in");
        check_lack(desk, 1, 0, "There is no mouse: plug one in");
        check_lack(desk, 1, 1, "");
        CHECK_EQ(desk_configure(desk, &(struct desk_lists){ "all-keyboards", "name:Pedal !name:X", "" }), 0);
        check_lack(desk, 1, 0,
                   "There is no 'name:Pedal', which [input] host-devices= names: plug it in, or correct the "
                   "configuration");
        CHECK_EQ(desk_configure(desk, &(struct desk_lists){ "name:M", "", "" }), 0);
        put(desk, &scene, 0);
        check_lack(desk, 0, 1, "There is no keyboard among those that [input] devices= names: plug one in");
        check_lack(desk, 1, 0, "");
}

int main(void) {
        test_routes();
        test_changes();
        test_lacks();
        return 0;
}
