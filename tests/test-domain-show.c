/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What is said to be missing, and which command mends it. */
#include "core/command/domain-show.h"

#include "tests/test.h"

#define NVIDIA 0x10de
#define AMD    0x1002

#define HOSTDEV(managed)                                                                                     \
        "<hostdev mode='subsystem' type='pci' managed='" managed "'><source>"                                \
        "<address domain='0' bus='1' slot='0' function='0'/></source></hostdev>"
#define SOUND "<shmem name='scream-ivshmem'><model type='ivshmem-plain'/><size unit='M'>2</size></shmem>"
#define INPUT                                                                                                \
        "<input type='evdev'><source dev='/dev/input/by-id/pillion-win_10-kbd'/></input>"                    \
        "<input type='evdev'><source dev='/dev/input/by-id/pillion-win_10-mouse'/></input>"

static struct inventory_function card = {
        .address = "0000:01:00.0", .class = 0x030000, .name = (char *)"A \"card\"", .driver = (char *)""
};
static struct inventory machine = { .functions = &card, .n_functions = 1 };

/* Of a guest called "win 10" that has DEVICES, on a machine with a card of VENDOR's. */
static void look(struct domain_view *view, uint16_t vendor, const char *features, const char *devices) {
        char xml[2000];

        snprintf(xml, sizeof(xml),
                 "<domain><name>win 10</name><memory unit='GiB'>16</memory><memoryBacking><hugepages>"
                 "<page size='1' unit='GiB'/></hugepages></memoryBacking><features>%s</features>"
                 "<devices>%s</devices></domain>",
                 features, devices);
        CHECK_EQ(domain_view_look(view, xml), 0);
        card.vendor = vendor;
        inventory_free(view->inventory);
        view->inventory = &machine;
}

static void look_away(struct domain_view *view) {
        view->inventory = NULL;
        domain_view_done(view);
}

/* EXPECTED: the first letters of what is found, "!" before what is missing. */
static void check(uint16_t vendor, const char *features, const char *devices, const char *expected) {
        struct domain_finding findings[DOMAIN_FINDINGS];
        struct domain_view view;
        char seen[500] = "";
        size_t n;

        look(&view, vendor, features, devices);
        n = domain_find(&view, findings);
        for (size_t i = 0; i < n; i++)
                sprintf(seen + strlen(seen), "%s%.12s|%s;", findings[i].missing ? "!" : "", findings[i].what,
                        strchr(findings[i].command, '\''));
        CHECK_STR(seen, expected);
        look_away(&view);
}

static void test_findings(void) {
        check(AMD, "", SOUND INPUT HOSTDEV("no"), "");
        check(AMD, "", "", "!it has no sh|'win 10';!it does not |'win 10';");
        check(AMD, "", SOUND INPUT HOSTDEV("yes"), "!managed='yes|'win 10';");
        check(NVIDIA, "", SOUND INPUT HOSTDEV("no"), "should Windo|'win 10' --hide-kvm;");
        check(NVIDIA, "<kvm><hidden state='on'/></kvm>", SOUND INPUT HOSTDEV("no"), "");
        check(NVIDIA, "", SOUND INPUT, "");
        check(AMD, "", SOUND INPUT HOSTDEV("no") "<graphics type='spice'/>",
              "it has a sec|'win 10' --gpu-only;");
        check(AMD, "", SOUND INPUT "<graphics type='spice'/>", "");
        check(AMD, "",
              SOUND INPUT "<input type='evdev'><source dev='/dev/input/by-id/usb-K-event-kbd'/></input>",
              "QEMU takes /|'win 10';");
}

/* Plugged in, the input need not be named. */
static void test_plugged(void) {
        struct domain_finding findings[DOMAIN_FINDINGS];
        struct domain_view view;

        look(&view, AMD, "", SOUND);
        CHECK_EQ(domain_find(&view, findings), 1);
        view.plugged = true;
        CHECK_EQ(domain_find(&view, findings), 0);
        look_away(&view);
}

static char *print(const struct domain_view *view, void (*show)(FILE *, const struct domain_view *)) {
        char *text = NULL;
        size_t size;
        FILE *out = open_memstream(&text, &size);

        CHECK(out);
        show(out, view);
        CHECK_EQ(fclose(out), 0);
        return text;
}

static void test_printed(void) {
        _cleanup_free_ char *text = NULL, *json = NULL;
        struct domain_view view;

        look(&view, AMD, "", SOUND HOSTDEV("yes"));
        text = print(&view, domain_show_print);
        CHECK_STR(text, "win 10, not running\n"
                        "  hardware  0000:01:00.0  managed='yes'  A \"card\"\n"
                        "  memory    16 GiB, in huge pages of 1 GiB\n"
                        "            shared: /dev/shm/scream-ivshmem, 2 MiB, ivshmem-plain\n"
                        "  input     no evdev inputs\n"
                        "  KVM       shown to the guest\n"
                        "  screen    nothing emulated\n"
                        "! it does not name the keyboard and the mouse that pillion makes for it:\n"
                        "    pillion domain prepare 'win 10'\n"
                        "! managed='yes' has libvirt take 0000:01:00.0 from the host by itself, and hang if "
                        "it is in use:\n"
                        "    pillion domain prepare 'win 10'\n");
        json = print(&view, domain_show_print_json);
        CHECK(strstr(json,
                     "{ \"address\": \"0000:01:00.0\", \"name\": \"A \\\"card\\\"\", \"managed\": true }"));
        CHECK(strstr(json, "\"size\": 2097152 }"));
        CHECK(strstr(json, "\"hints\": []\n}\n"));
        look_away(&view);
}

static void test_words(void) {
        static const struct {
                const char *name, *word;
        } cases[] = { { "win10", "win10" },     { "a-b_c.d", "a-b_c.d" }, { "", "''" },
                      { "win 10", "'win 10'" }, { "it's", "'it'\\''s'" }, { "$(x)", "'$(x)'" } };
        char word[50], small[12];

        for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
                domain_word(word, sizeof(word), cases[i].name);
                CHECK_STR(word, cases[i].word);
        }
        domain_word(small, sizeof(small), "a b c d e f g h");
        CHECK_EQ(small[strlen(small) - 1], '\'');
}

int main(void) {
        test_findings();
        test_plugged();
        test_printed();
        test_words();
        return 0;
}
