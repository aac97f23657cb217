/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Definitions as they are found, in tests/domains: one of virt-manager's, one that somebody wrote by hand.
 * What is expected of each is a diff beside it.
 */
#include "switcher/domain-edit.h"

#include <sys/stat.h>
#include <unistd.h>

#include "core/command/diff.h"
#include "switcher/domain-spice.h"
#include "tests/test.h"

#define KEYBOARD "/dev/input/by-id/pillion-win11-kbd"
#define MOUSE    "/dev/input/by-id/pillion-win11-mouse"

static const char *folder;

static char *read_file(const char *name) {
        static char text[1 << 16];
        char path[300];
        FILE *file;
        size_t n;

        snprintf(path, sizeof(path), "%s/%s", folder, name);
        file = fopen(path, "re");
        if (!file)
                return strdup("");
        n = fread(text, 1, sizeof(text) - 1, file);
        fclose(file);
        text[n] = '\0';
        return strdup(text);
}

/* SEEN is NAME.xml with the changes of NAME.WHAT.diff. PILLION_TEST_WRITE: it is written down instead. */
static void check_diff(const char *name, const char *what, const char *before, const char *after) {
        _cleanup_free_ char *seen = diff_unified(before, after, "before", "after"), *expected = NULL;
        char file[100], path[400];

        snprintf(file, sizeof(file), "%s.%s.diff", name, what);
        expected = read_file(file);
        if (getenv("PILLION_TEST_WRITE")) {
                FILE *out;

                snprintf(path, sizeof(path), "%s/%s", folder, file);
                out = fopen(path, "we");
                CHECK(out && fputs(seen, out) >= 0 && fclose(out) == 0);
                return;
        }
        CHECK_STR(seen, expected);
}

static void check_edit(const char *name, const char *what, const struct domain_edit *edit) {
        _cleanup_free_ char *before = NULL, *after = NULL, *again = NULL;
        char file[100];

        snprintf(file, sizeof(file), "%s.xml", name);
        before = read_file(file);
        CHECK(*before);
        CHECK_EQ(domain_edit(&after, before, edit), 0);
        check_diff(name, what, before, after);
        CHECK_EQ(domain_edit(&again, after, edit), 0);
        CHECK_STR(again, after);
}

static void check_spice(const char *name, const char *what, bool pages) {
        _cleanup_free_ char *before = NULL, *after = NULL, *again = NULL;
        char file[100];

        snprintf(file, sizeof(file), "%s.xml", name);
        before = read_file(file);
        CHECK_EQ(domain_spice(&after, before, pages), 0);
        check_diff(name, what, before, after);
        CHECK_EQ(domain_spice(&again, after, pages), 0);
        CHECK_STR(again, after);
}

static void test_found(void) {
        static const char *const names[] = { "windows-11", "by-hand" };

        for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
                check_edit(names[i], "prepared",
                           &(struct domain_edit){
                                   .sound = true, .keyboard = KEYBOARD, .mouse = MOUSE, .unmanage = true });
                check_edit(names[i], "hidden", &(struct domain_edit){ .hide_kvm = true });
                check_edit(names[i], "undisplayed", &(struct domain_edit){ .undisplay = true });
                check_spice(names[i], "spice", true);
        }
        check_spice("windows-11", "spice-small", false);
}

/* The one is the other's way back, but for what SPICE had been told. */
static void test_there_and_back(void) {
        _cleanup_free_ char *before = read_file("windows-11.xml"), *bare = NULL, *spice = NULL;

        CHECK_EQ(domain_edit(&bare, before, &(struct domain_edit){ .undisplay = true }), 0);
        CHECK(!strstr(bare, "spice") && strstr(bare, "<model type='none'/>"));
        CHECK_EQ(domain_spice(&spice, bare, true), 0);
        CHECK(strstr(spice, "<graphics type='spice'>") && strstr(spice, "<model type='qxl' primary='yes'/>"));
        CHECK(strstr(spice, "<audio id='1' type='spice'/>") &&
              strstr(spice, "<input type='tablet' bus='usb'/>"));
}

static void check(const char *before, const struct domain_edit *edit, const char *after) {
        _cleanup_free_ char *seen = NULL;

        CHECK_EQ(domain_edit(&seen, before, edit), 0);
        CHECK_STR(seen, after);
}

/* As little room as there is: all on one line, nothing there, one tag. */
static void test_odd_layouts(void) {
        const struct domain_edit sound = { .sound = true }, hide = { .hide_kvm = true },
                                 mouse = { .mouse = "/m" }, unmanage = { .unmanage = true },
                                 all = { .hide_kvm = true, .sound = true, .mouse = "/m" };

        check("<domain><name>a</name><devices><disk/></devices></domain>", &sound,
              "<domain><name>a</name><devices><disk/><shmem name='scream-ivshmem'>"
              "<model type='ivshmem-plain'/><size unit='M'>2</size></shmem></devices></domain>");
        check("<domain>\n  <name>a</name>\n</domain>\n", &mouse,
              "<domain>\n  <name>a</name>\n  <devices>\n    <input type='evdev'>\n      <source dev='/m'/>\n"
              "    </input>\n  </devices>\n</domain>\n");
        check("<domain><name>a</name></domain>", &all,
              "<domain><name>a</name><features><kvm><hidden state='on'/></kvm></features><devices>"
              "<input type='evdev'><source dev='/m'/></input><shmem name='scream-ivshmem'>"
              "<model type='ivshmem-plain'/><size unit='M'>2</size></shmem></devices></domain>");
        check("<domain>\n <name>a</name>\n <devices>\n </devices>\n</domain>", &mouse,
              "<domain>\n <name>a</name>\n <devices>\n   <input type='evdev'>\n     <source dev='/m'/>\n"
              "   </input>\n </devices>\n</domain>");
        check("<domain>\n\t<name>a</name>\n\t<devices>\n\t\t<input type='x'/> <!-- x -->\n\t\t<y/>\n"
              "\t</devices>\n</domain>",
              &mouse,
              "<domain>\n\t<name>a</name>\n\t<devices>\n\t\t<input type='x'/> <!-- x -->\n\t\t<input "
              "type='evdev'>\n\t\t  <source dev='/m'/>\n\t\t</input>\n\t\t<y/>\n\t</devices>\n</domain>");
        check("<domain><name>a</name><features>\n <kvm><hidden state='off'/></kvm>\n"
              " <hyperv><vendor_id state='off'/></hyperv></features></domain>",
              &hide,
              "<domain><name>a</name><features>\n <kvm><hidden state='on'/></kvm>\n"
              " <hyperv><vendor_id state='on' value='whatever'/></hyperv></features></domain>");
        check("<domain><name>a</name><features><hyperv mode='passthrough'/><kvm/></features></domain>", &hide,
              "<domain><name>a</name><features><hyperv mode='passthrough'/><kvm><hidden state='on'/></kvm>"
              "</features></domain>");
        check("<domain><name>a</name><devices><interface type='hostdev' managed='&#121;es'/>"
              "</devices></domain>",
              &unmanage,
              "<domain><name>a</name><devices><interface type='hostdev' managed='no'/>"
              "</devices></domain>");
        check("<domain><name>a</name><devices><input type='evdev'><source dev='/m'/></input>"
              "</devices></domain>",
              &(struct domain_edit){ .keyboard = "/m" },
              "<domain><name>a</name><devices><input type='evdev'><source dev='/m' grabToggle='meta-meta' "
              "repeat='on'/></input></devices></domain>");
        check("<domain><name>a</name><devices/></domain>", &(struct domain_edit){ .mouse = "/a'b&c" },
              "<domain><name>a</name><devices><input type='evdev'><source dev='/a&apos;b&amp;c'/></input>"
              "</devices></domain>");
}

static bool has_sound(const char *devices) {
        _cleanup_(domain_freep) struct domain_info *info = NULL;
        char xml[500];

        snprintf(xml, sizeof(xml), "<domain><name>a</name><devices>%s</devices></domain>", devices);
        CHECK_EQ(domain_parse(&info, xml), 0);
        return domain_edit_has_sound(info);
}

static void test_sound(void) {
        CHECK(!has_sound(""));
        CHECK(has_sound("<shmem name='any'><model type='ivshmem-plain'/></shmem>"));
        CHECK(!has_sound("<shmem name='looking-glass'><model type='ivshmem-plain'/></shmem>"));
        CHECK(has_sound("<shmem name='looking-glass'><model type='ivshmem-plain'/></shmem>"
                        "<shmem name='scream'><model type='ivshmem-plain'/></shmem>"));
        CHECK(has_sound("<shmem name='scream-ivshmem'><model type='ivshmem-doorbell'/></shmem>"));
}

static void test_not_to_be_edited(void) {
        static const char *const wrong[] = {
                "",
                "<domain>",
                "<network><name>a</name></network>",
                "<domain><devices/></domain>",
                "<!DOCTYPE domain [<!ENTITY a '<devices/>'>]><domain><name>a</name>&a;</domain>",
                "<?xml version='1.0' encoding='ISO-8859-1'?><domain><name>a</name></domain>",
                "<domain xmlns='urn:x'><name xmlns=''>a</name></domain>",
        };

        for (size_t i = 0; i < sizeof(wrong) / sizeof(*wrong); i++) {
                char *seen = NULL;

                CHECK_EQ(domain_edit(&seen, wrong[i], &(struct domain_edit){ .sound = true }), -EINVAL);
                CHECK(!seen);
        }
}

/* 16 GiB in pages of 1 GiB, of which there are 16, then 15. */
static void test_pages(void) {
        _cleanup_free_ char *xml = read_file("windows-11.xml");
        char root[] = "/tmp/test-domain-edit-XXXXXX", command[300];

        CHECK(mkdtemp(root));
        CHECK(domain_spice_pages("<domain><name>a</name></domain>", root));
        CHECK(!domain_spice_pages(xml, root));
        snprintf(command, sizeof(command),
                 "cd %s && mkdir -p sys/kernel/mm/hugepages/hugepages-1048576kB && "
                 "echo 16 >sys/kernel/mm/hugepages/hugepages-1048576kB/free_hugepages",
                 root);
        CHECK_EQ(system(command), 0);
        CHECK(domain_spice_pages(xml, root));
        snprintf(command, sizeof(command),
                 "cd %s && echo 15 >sys/kernel/mm/hugepages/hugepages-1048576kB/free_hugepages", root);
        CHECK_EQ(system(command), 0);
        CHECK(!domain_spice_pages(xml, root));
        snprintf(command, sizeof(command), "rm -r %s", root);
        CHECK_EQ(system(command), 0);
}

int main(int argc, char *argv[]) {
        CHECK_EQ(argc, 2);
        folder = argv[1];
        test_found();
        test_there_and_back();
        test_odd_layouts();
        test_sound();
        test_not_to_be_edited();
        test_pages();
        return 0;
}
