/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "switcher/domain-hardware.h"

#include <errno.h>

#include "switcher/cpu-list.h"
#include "switcher/xml.h"

/* libvirt writes them in hexadecimal with 0x, but takes what C takes. 0 if it is not said. */
static unsigned attribute(const struct xml *xml, xmlNode *node, const char *expression) {
        _cleanup_free_ char *text = xml_get(xml, node, expression);
        unsigned value = 0;

        if (text && sscanf(text, "%i", (int *)&value) != 1)
                return UINT32_MAX;
        return value;
}

/* 0: NODE has no address that a PCI function can have; 1: it has. */
static int read_address(char *address, const struct xml *xml, xmlNode *node) {
        unsigned domain = attribute(xml, node, "source/address/@domain");
        unsigned bus = attribute(xml, node, "source/address/@bus");
        unsigned slot = attribute(xml, node, "source/address/@slot");
        unsigned function = attribute(xml, node, "source/address/@function");

        if (domain > 0xffff || bus > 0xff || slot > 0x1f || function > 7)
                return 0;
        snprintf(address, PCI_ADDRESS_SIZE, "%04x:%02x:%02x.%x", domain, bus, slot, function);
        return 1;
}

static int read_hostdevs(struct domain_hardware *hardware, const struct xml *xml) {
        _cleanup_(xml_found_freep) xmlXPathObject *all = xml_find(xml, DOMAIN_HOSTDEVS);

        hardware->hostdevs = calloc((size_t)xml_count(all) + 1, sizeof(*hardware->hostdevs));
        if (!hardware->hostdevs)
                return -ENOMEM;
        for (int i = 0; i < xml_count(all); i++) {
                struct domain_hostdev *hostdev = &hardware->hostdevs[hardware->n_hostdevs];
                xmlNode *node = all->nodesetval->nodeTab[i];
                _cleanup_free_ char *managed = xml_get(xml, node, "string(@managed)");
                int r;

                if (!read_address(hostdev->address, xml, node))
                        continue;
                hostdev->managed = managed && strcmp(managed, "yes") == 0;
                r = xml_get_text(xml, node, "string(rom/@file)", &hostdev->rom);
                if (r < 0)
                        return r;
                hardware->n_hostdevs++;
        }
        return 0;
}

/* Those of each vCPU; without such, those that <vcpu> names for all. */
static int read_pins(struct domain_hardware *hardware, const struct xml *xml) {
        _cleanup_(xml_found_freep) xmlXPathObject *pins = xml_find(xml, "cputune/vcpupin");
        _cleanup_free_ char *common = xml_get(xml, NULL, "string(vcpu/@cpuset)");
        cpu_set_t set;

        CPU_ZERO(&set);
        for (int i = 0; i < xml_count(pins); i++) {
                _cleanup_free_ char *pin = xml_get(xml, pins->nodesetval->nodeTab[i], "string(@cpuset)");

                if (pin && cpu_list_add(&set, pin) < 0)
                        return -EINVAL;
        }
        if (CPU_COUNT(&set) == 0 && common && cpu_list_add(&set, common) < 0)
                return -EINVAL;
        hardware->cpuset = cpu_list_format(&set);
        return hardware->cpuset ? 0 : -ENOMEM;
}

static int read_texts(struct domain_hardware *hardware, const struct xml *xml) {
        const struct {
                char **field;
                const char *expression;
        } texts[] = {
                { &hardware->vendor_id, "string(features/hyperv/vendor_id[@state='on']/@value)" },
                { &hardware->cpu_mode, "string(cpu/@mode)" },
                { &hardware->emulatorpin, "string(cputune/emulatorpin/@cpuset)" },
        };
        int r = 0;

        for (size_t i = 0; r >= 0 && i < sizeof(texts) / sizeof(*texts); i++)
                r = xml_get_text(xml, NULL, texts[i].expression, texts[i].field);
        return r;
}

static void read_memory(struct domain_hardware *hardware, const struct xml *xml) {
        hardware->memory = xml_get_size(xml, NULL, "string(memory)", "string(memory/@unit)", "KiB");
        hardware->hard_limit = xml_get_size(xml, NULL, "string(memtune/hard_limit)",
                                            "string(memtune/hard_limit/@unit)", "KiB");
        hardware->hugepages = xml_has(xml, "memoryBacking/hugepages");
        hardware->hugepage_size = xml_get_size(xml, NULL, "string(memoryBacking/hugepages/page/@size)",
                                               "string(memoryBacking/hugepages/page/@unit)", "KiB");
}

int domain_hardware_parse(struct domain_hardware **ret, const char *text) {
        _cleanup_(domain_hardware_freep) struct domain_hardware *hardware = calloc(1, sizeof(*hardware));
        _cleanup_(xml_closep) struct xml *xml = NULL;
        int r;

        if (!hardware)
                return -ENOMEM;
        r = xml_open(&xml, text, "domain");
        if (r < 0)
                return r;
        r = read_hostdevs(hardware, xml);
        if (r < 0)
                return r;
        r = read_pins(hardware, xml);
        if (r < 0)
                return r;
        r = read_texts(hardware, xml);
        if (r < 0)
                return r;
        read_memory(hardware, xml);
        hardware->kvm_hidden = xml_has(xml, "features/kvm/hidden[@state='on']");
        hardware->spice = xml_has(xml, "devices/graphics[@type='spice']");
        hardware->display = xml_has(xml, "devices/video/model[@type != 'none']");
        hardware->tablet = xml_has(xml, "devices/input[@type='tablet']");
        hardware->redirdev = xml_has(xml, "devices/redirdev");
        *ret = steal_ptr(hardware);
        return 0;
}

struct domain_hardware *domain_hardware_free(struct domain_hardware *hardware) {
        if (!hardware)
                return NULL;
        for (size_t i = 0; i < hardware->n_hostdevs; i++)
                free(hardware->hostdevs[i].rom);
        free(hardware->hostdevs);
        free(hardware->vendor_id);
        free(hardware->cpu_mode);
        free(hardware->cpuset);
        free(hardware->emulatorpin);
        free(hardware);
        return NULL;
}
