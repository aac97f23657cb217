/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "switcher/domain-spice.h"

#include <errno.h>
#include <inttypes.h>

#include "switcher/domain-edit.h"
#include "switcher/domain-hardware.h"
#include "switcher/sysfs.h"

/* Its window is given out by libvirt alone, to those whom libvirt lets in: no port that others find. */
#define GRAPHICS                                                                                             \
        "<graphics type='spice'>\n"                                                                          \
        "  <listen type='none'/>\n"                                                                          \
        "</graphics>"
#define CHANNEL                                                                                              \
        "<channel type='spicevmc'>\n"                                                                        \
        "  <target type='virtio' name='com.redhat.spice.0'/>\n"                                              \
        "</channel>"
#define MARK "<pillion:spice xmlns:pillion='" DOMAIN_SPICE_URI "'/>"

static int remove_host(struct xml_text *text) {
        static const char *const gone[] = { "devices/hostdev[@mode='subsystem' and @type='pci']",
                                            "devices/interface[@type='hostdev']",
                                            "devices/input[@type='evdev']",
                                            "devices/input[@type='passthrough']" };
        int r = 0;

        for (size_t i = 0; r >= 0 && i < sizeof(gone) / sizeof(*gone); i++)
                r = domain_edit_remove(text, gone[i]);
        return r;
}

/* Windows has drivers for either, if they were installed; that for QXL has been around for longer. */
static const char *video_of(const struct xml_text *text) {
        return xml_text_first(text, "features/hyperv")
                       ? "<video>\n  <model type='qxl' primary='yes'/>\n</video>"
                       : "<video>\n  <model type='virtio' primary='yes'/>\n</video>";
}

static int add_video(struct xml_text *text) {
        xmlNode *none = xml_text_first(text, "devices/video[model/@type='none']");

        if (none)
                return xml_text_replace(text, none, video_of(text));
        if (xml_text_first(text, "devices/video"))
                return 0;
        return domain_edit_add_device(text, "video", video_of(text));
}

/* A guest that was given no USB has a virtio tablet, as it could not start with the other. */
static int add_tablet(struct xml_text *text) {
        if (xml_text_first(text, "devices/input[@type='tablet']"))
                return 0;
        return domain_edit_add_device(
                text, "input",
                xml_text_first(text, "devices/controller[@type='usb' and @model='none']")
                        ? "<input type='tablet' bus='virtio'/>"
                        : "<input type='tablet' bus='usb'/>");
}

static int add_audio(struct xml_text *text) {
        xmlNode *none = xml_text_first(text, "devices/audio[@type='none']");

        if (none)
                return xml_text_set(text, none, "type", "spice");
        if (xml_text_first(text, "devices/audio"))
                return 0;
        return domain_edit_add_device(text, "audio", "<audio id='1' type='spice'/>");
}

static int add_screen(struct xml_text *text) {
        int r = 0;

        if (!xml_text_first(text, "devices/channel[@type='spicevmc']"))
                r = domain_edit_add_device(text, "channel", CHANNEL);
        if (r >= 0)
                r = add_tablet(text);
        if (r >= 0 && !xml_text_first(text, "devices/graphics[@type='spice']"))
                r = domain_edit_add_device(text, "graphics", GRAPHICS);
        if (r >= 0)
                r = add_audio(text);
        return r < 0 ? r : add_video(text);
}

static int add_mark(struct xml_text *text) {
        xmlNode *metadata = xml_text_first(text, "metadata"), *name = xml_text_first(text, "name");
        int r;

        if (xml_text_first(text, DOMAIN_SPICE_MARK))
                return 0;
        if (!metadata && !name)
                return -EINVAL;
        r = metadata ? xml_text_add_child(text, metadata, MARK)
                     : xml_text_add_after(text, name, "<metadata>\n  " MARK "\n</metadata>");
        if (r < 0)
                return r;
        /* If <domain> has a namespace of its own, so has <metadata>, and the mark would not be found. */
        return xml_text_first(text, DOMAIN_SPICE_MARK) ? 0 : -EINVAL;
}

int domain_spice(char **ret, const char *xml, bool pages) {
        _cleanup_(xml_text_closep) struct xml_text *text = NULL;
        int r;

        r = xml_text_open(&text, xml, "domain");
        if (r < 0)
                return r;
        r = remove_host(text);
        if (r >= 0 && !pages)
                r = domain_edit_remove(text, "memoryBacking/hugepages");
        if (r >= 0)
                r = add_screen(text);
        if (r >= 0)
                r = add_mark(text);
        return r < 0 ? r : replace_string(ret, xml_text_get(text));
}

/* In KiB; 0: it is not known. */
static uint64_t default_size(const char *root) {
        _cleanup_free_ char *text = NULL;
        const char *found;
        uint64_t size;

        if (sysfs_read(&text, root, "/proc/meminfo") < 0)
                return 0;
        found = strstr(text, "Hugepagesize:");
        return found && sscanf(found, "Hugepagesize: %" SCNu64, &size) == 1 ? size : 0;
}

bool domain_spice_pages(const char *xml, const char *root) {
        _cleanup_(domain_hardware_freep) struct domain_hardware *hardware = NULL;
        uint64_t size, n;

        if (domain_hardware_parse(&hardware, xml) < 0 || !hardware->hugepages)
                return true;
        size = hardware->hugepage_size > 0 ? hardware->hugepage_size / 1024 : default_size(root);
        if (size == 0 ||
            sysfs_read_unsigned(&n, root, "/sys/kernel/mm/hugepages/hugepages-%" PRIu64 "kB/free_hugepages",
                                size) < 0)
                return false;
        return n >= hardware->memory / 1024 / size;
}
