/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "switcher/domain-edit.h"

#define REGION                                                                                               \
        "<shmem name='" DOMAIN_SOUND_REGION "'>\n"                                                           \
        "  <model type='ivshmem-plain'/>\n"                                                                  \
        "  <size unit='M'>2</size>\n"                                                                        \
        "</shmem>"

#define MANAGED_HOSTDEV   "devices/hostdev[@mode='subsystem' and @type='pci' and @managed='yes']"
#define MANAGED_INTERFACE "devices/interface[@type='hostdev' and @managed='yes']"

static bool is_for_sound(const char *name) {
        return strcasestr(name, "scream");
}

bool domain_edit_has_sound(const struct domain_info *info) {
        for (size_t i = 0; i < info->n_shmems; i++)
                if (is_for_sound(info->shmems[i].name))
                        return true;
        return info->shmem_path && !strcasestr(info->shmem_path, "looking");
}

int domain_edit_add_device(struct xml_text *text, const char *name, const char *element) {
        xmlNode *devices = xml_text_first(text, "devices"), *last;
        char expression[80];
        int r;

        if (!devices) {
                r = xml_text_add_child(text, xml_text_first(text, "self::*"), "<devices/>");
                if (r < 0)
                        return r;
                devices = xml_text_first(text, "devices");
        }
        snprintf(expression, sizeof(expression), "devices[1]/%s", name);
        last = xml_text_last(text, expression);
        return last ? xml_text_add_after(text, last, element) : xml_text_add_child(text, devices, element);
}

int domain_edit_remove(struct xml_text *text, const char *expression) {
        xmlNode *node;
        int r = 0;

        while (r >= 0 && (node = xml_text_first(text, expression)))
                r = xml_text_remove(text, node);
        return r;
}

/* ATTRIBUTE of every element that EXPRESSION finds becomes VALUE, which EXPRESSION then must find no more. */
static int set_all(struct xml_text *text, const char *expression, const char *attribute, const char *value) {
        xmlNode *node;
        int r = 0;

        while (r >= 0 && (node = xml_text_first(text, expression)))
                r = xml_text_set(text, node, attribute, value);
        return r;
}

/* The <source> of a node that is read as evdev; NULL: there is none. */
static xmlNode *find_source(const struct xml_text *text, const char *path) {
        _cleanup_(xml_found_freep) xmlXPathObject *all =
                xml_find(xml_text_xml(text), "devices/input[@type='evdev']/source");

        for (int i = 0; i < xml_count(all); i++) {
                _cleanup_free_ char *dev =
                        xml_get(xml_text_xml(text), all->nodesetval->nodeTab[i], "string(@dev)");

                if (dev && strcmp(dev, path) == 0)
                        return all->nodesetval->nodeTab[i];
        }
        return NULL;
}

static int set_source(struct xml_text *text, const char *path, const char *attribute, const char *value) {
        xmlNode *source = find_source(text, path);
        _cleanup_free_ char *expression = NULL, *old = NULL;

        if (asprintf(&expression, "string(@%s)", attribute) < 0)
                return -ENOMEM;
        old = xml_get(xml_text_xml(text), source, expression);
        return old && strcmp(old, value) == 0 ? 0 : xml_text_set(text, source, attribute, value);
}

/* QEMU's own toggle is out of reach on a device that has no right Meta key, which ours have not. */
static int add_keyboard(struct xml_text *text, const char *path) {
        _cleanup_free_ char *quoted = xml_text_quote(path), *element = NULL;
        int r;

        if (find_source(text, path)) {
                r = set_source(text, path, "grabToggle", "meta-meta");
                return r < 0 ? r : set_source(text, path, "repeat", "on");
        }
        if (!quoted || asprintf(&element,
                                "<input type='evdev'>\n"
                                "  <source dev='%s' grabToggle='meta-meta' repeat='on'/>\n"
                                "</input>",
                                quoted) < 0)
                return -ENOMEM;
        return domain_edit_add_device(text, "input", element);
}

static int add_mouse(struct xml_text *text, const char *path) {
        _cleanup_free_ char *quoted = xml_text_quote(path), *element = NULL;

        if (find_source(text, path))
                return 0;
        if (!quoted || asprintf(&element, "<input type='evdev'>\n  <source dev='%s'/>\n</input>", quoted) < 0)
                return -ENOMEM;
        return domain_edit_add_device(text, "input", element);
}

/* ELEMENT becomes a child of what PARENT finds, if that has none that CHILD finds. */
static int ensure(struct xml_text *text, const char *parent, const char *child, const char *element) {
        return xml_text_first(text, child) ? 0
                                           : xml_text_add_child(text, xml_text_first(text, parent), element);
}

static int ensure_features(struct xml_text *text) {
        static const char element[] = "<features/>";
        xmlNode *devices = xml_text_first(text, "devices");

        if (xml_text_first(text, "features"))
                return 0;
        return devices ? xml_text_add_before(text, devices, element)
                       : xml_text_add_child(text, xml_text_first(text, "self::*"), element);
}

/* QEMU shows a vendor of hyperv's only if it shows hyperv at all; and all of the host's, if it passes that
 * on. */
static int hide_vendor(struct xml_text *text) {
        int r;

        if (!xml_text_first(text, "features/hyperv[not(@mode='passthrough')]"))
                return 0;
        r = ensure(text, "features/hyperv[not(@mode='passthrough')]", "features/hyperv/vendor_id",
                   "<vendor_id state='on' value='" DOMAIN_VENDOR_ID "'/>");
        if (r >= 0)
                r = set_all(text, "features/hyperv/vendor_id[not(@value) or @value='']", "value",
                            DOMAIN_VENDOR_ID);
        return r < 0 ? r : set_all(text, "features/hyperv/vendor_id[not(@state='on')]", "state", "on");
}

static int hide_kvm(struct xml_text *text) {
        int r;

        r = ensure_features(text);
        if (r >= 0)
                r = xml_text_first(text, "features/kvm")
                            ? ensure(text, "features/kvm", "features/kvm/hidden", "<hidden state='on'/>")
                            : xml_text_add_child(text, xml_text_first(text, "features"),
                                                 "<kvm>\n  <hidden state='on'/>\n</kvm>");
        if (r >= 0)
                r = set_all(text, "features/kvm/hidden[not(@state='on')]", "state", "on");
        return r < 0 ? r : hide_vendor(text);
}

/* What needs SPICE goes with it: QEMU does not start otherwise. A sound card plays into nothing then. */
static int undisplay(struct xml_text *text) {
        static const char *const gone[] = {
                "devices/graphics[@type='spice']",    "devices/channel[@type='spicevmc']",
                "devices/redirdev[@type='spicevmc']", "devices/smartcard[@type='spicevmc']",
                "devices/input[@type='tablet']",      "devices/video[position() > 1]"
        };
        xmlNode *video;
        int r = 0;

        for (size_t i = 0; r >= 0 && i < sizeof(gone) / sizeof(*gone); i++)
                r = domain_edit_remove(text, gone[i]);
        if (r >= 0)
                r = set_all(text, "devices/audio[@type='spice']", "type", "none");
        while (r >= 0 && (video = xml_text_first(text, "devices/video[not(model/@type='none')]")))
                r = xml_text_replace(text, video, "<video>\n  <model type='none'/>\n</video>");
        return r;
}

static int apply(struct xml_text *text, const struct domain_edit *edit, bool has_sound) {
        int r = 0;

        if (edit->undisplay)
                r = undisplay(text);
        if (r >= 0 && edit->hide_kvm)
                r = hide_kvm(text);
        if (r >= 0 && edit->unmanage)
                r = set_all(text, MANAGED_HOSTDEV, "managed", "no");
        if (r >= 0 && edit->unmanage)
                r = set_all(text, MANAGED_INTERFACE, "managed", "no");
        if (r >= 0 && edit->keyboard)
                r = add_keyboard(text, edit->keyboard);
        if (r >= 0 && edit->mouse)
                r = add_mouse(text, edit->mouse);
        if (r >= 0 && edit->sound && !has_sound)
                r = domain_edit_add_device(text, "shmem", REGION);
        return r;
}

int domain_edit(char **ret, const char *xml, const struct domain_edit *edit) {
        _cleanup_(xml_text_closep) struct xml_text *text = NULL;
        _cleanup_(domain_freep) struct domain_info *info = NULL;
        int r;

        r = domain_parse(&info, xml);
        if (r < 0)
                return r;
        r = xml_text_open(&text, xml, "domain");
        if (r < 0)
                return r;
        r = apply(text, edit, domain_edit_has_sound(info));
        return r < 0 ? r : replace_string(ret, xml_text_get(text));
}

int domain_edit_redact(char **ret, const char *xml) {
        _cleanup_(xml_text_closep) struct xml_text *text = NULL;
        int r;

        r = xml_text_open(&text, xml, "domain");
        if (r >= 0)
                r = set_all(text, "devices/graphics[@passwd and @passwd != '***']", "passwd", "***");
        return r < 0 ? r : replace_string(ret, xml_text_get(text));
}
