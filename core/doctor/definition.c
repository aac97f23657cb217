/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/doctor/definition.h"

#include <errno.h>
#include <string.h>

#include "core/parse.h"
#include "switcher/xml.h"

static unsigned get_number(const struct xml *xml, xmlNode *node, const char *expression) {
        _cleanup_free_ char *text = xml_get(xml, node, expression);
        uint64_t value = 0;

        if (text && parse_unsigned(text, 0, UINT16_MAX, &value) < 0)
                return 0;
        return (unsigned)value;
}

static bool is(const struct xml *xml, xmlNode *node, const char *expression, const char *value) {
        _cleanup_free_ char *text = xml_get(xml, node, expression);

        return text && strcmp(text, value) == 0;
}

static int read_evdevs(struct doctor_definition *definition, const struct xml *xml) {
        _cleanup_(xml_found_freep) xmlXPathObject *all =
                xml_find(xml, "devices/input[@type='evdev'][source/@dev]");
        int r = 0;

        definition->evdevs = calloc((size_t)xml_count(all) + 1, sizeof(*definition->evdevs));
        if (!definition->evdevs)
                return -ENOMEM;
        for (int i = 0; r >= 0 && i < xml_count(all); i++) {
                struct doctor_evdev *evdev = &definition->evdevs[definition->n_evdevs++];
                xmlNode *node = all->nodesetval->nodeTab[i];

                evdev->grabs_all = is(xml, node, "string(source/@grab)", "all");
                r = xml_get_text(xml, node, "string(source/@dev)", &evdev->path);
                if (r >= 0)
                        r = xml_get_text(xml, node, "string(source/@grabToggle)", &evdev->toggle);
        }
        return r;
}

static int read_pins(struct doctor_definition *definition, const struct xml *xml) {
        _cleanup_(xml_found_freep) xmlXPathObject *all = xml_find(xml, "cputune/vcpupin");
        int r = 0;

        definition->pins = calloc((size_t)xml_count(all) + 1, sizeof(*definition->pins));
        if (!definition->pins)
                return -ENOMEM;
        for (int i = 0; r >= 0 && i < xml_count(all); i++) {
                struct doctor_pin *pin = &definition->pins[definition->n_pins++];
                xmlNode *node = all->nodesetval->nodeTab[i];

                pin->vcpu = get_number(xml, node, "string(@vcpu)");
                r = xml_get_text(xml, node, "string(@cpuset)", &pin->cpus);
        }
        return r;
}

int doctor_definition_parse(struct doctor_definition **ret, const char *text) {
        _cleanup_(doctor_definition_freep) struct doctor_definition *definition =
                calloc(1, sizeof(*definition));
        _cleanup_(xml_closep) struct xml *xml = NULL;
        int r;

        if (!definition)
                return -ENOMEM;
        r = xml_open(&xml, text, "domain");
        if (r < 0)
                return r;
        definition->kvm = is(xml, NULL, "string(@type)", "kvm");
        definition->vcpus = get_number(xml, NULL, "string(vcpu)");
        definition->topology = xml_has(xml, "cpu/topology");
        definition->sockets = get_number(xml, NULL, "string(cpu/topology/@sockets)");
        definition->cores = get_number(xml, NULL, "string(cpu/topology/@cores)");
        definition->threads = get_number(xml, NULL, "string(cpu/topology/@threads)");
        r = read_evdevs(definition, xml);
        if (r < 0)
                return r;
        r = read_pins(definition, xml);
        if (r < 0)
                return r;
        *ret = steal_ptr(definition);
        return 0;
}

struct doctor_definition *doctor_definition_free(struct doctor_definition *definition) {
        if (!definition)
                return NULL;
        for (size_t i = 0; i < definition->n_evdevs; i++) {
                free(definition->evdevs[i].path);
                free(definition->evdevs[i].toggle);
        }
        for (size_t i = 0; i < definition->n_pins; i++)
                free(definition->pins[i].cpus);
        free(definition->evdevs);
        free(definition->pins);
        free(definition);
        return NULL;
}
