/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "switcher/allowed-cpus.h"

#include "switcher/cpu-list.h"
#include "switcher/sysfs.h"

#define SYSTEMD "org.freedesktop.systemd1"
#define CGROUP  "/sys/fs/cgroup"

/* The interface that has what is special to its type. */
static const char *interface_of(const char *unit) {
        const char *dot = strrchr(unit, '.');

        return dot && strcmp(dot, ".slice") == 0   ? "Slice"
               : dot && strcmp(dot, ".scope") == 0 ? "Scope"
                                                   : "Service";
}

/* systemd's way to write a set: a bit each, the lowest first. */
static void set_from_bits(cpu_set_t *set, const uint8_t *bits, size_t n) {
        CPU_ZERO(set);
        for (size_t cpu = 0; cpu < n * 8 && cpu < CPU_SETSIZE; cpu++)
                if (bits[cpu / 8] & 1u << cpu % 8)
                        CPU_SET(cpu, set);
}

static size_t set_to_bits(const cpu_set_t *set, uint8_t bits[CPU_SETSIZE / 8]) {
        size_t n = 0;

        memset(bits, 0, CPU_SETSIZE / 8);
        for (size_t cpu = 0; cpu < CPU_SETSIZE; cpu++)
                if (CPU_ISSET(cpu, set)) {
                        bits[cpu / 8] |= (uint8_t)(1u << cpu % 8);
                        n = cpu / 8 + 1;
                }
        return n;
}

int allowed_cpus_get(struct units *units, const char *unit, cpu_set_t *ret) {
        _cleanup_(sd_bus_error_free) sd_bus_error error = SD_BUS_ERROR_NULL;
        _cleanup_(sd_bus_message_unrefp) sd_bus_message *answer = NULL;
        _cleanup_free_ char *path = NULL;
        char interface[64];
        const void *bits;
        size_t n;
        int r;

        snprintf(interface, sizeof(interface), SYSTEMD ".%s", interface_of(unit));
        r = sd_bus_path_encode("/org/freedesktop/systemd1/unit", unit, &path);
        if (r < 0)
                return r;
        r = sd_bus_get_property(units_bus(units), SYSTEMD, path, interface, "AllowedCPUs", &error, &answer,
                                "ay");
        if (r < 0)
                return units_fail(units, r, "systemd does not tell the processors of %s: %s", unit,
                                  error.message);
        r = sd_bus_message_read_array(answer, 'y', &bits, &n);
        if (r < 0)
                return r;
        set_from_bits(ret, bits, n);
        return 0;
}

static int compose(struct units *units, const char *unit, const cpu_set_t *set, sd_bus_message **ret) {
        _cleanup_(sd_bus_message_unrefp) sd_bus_message *message = NULL;
        uint8_t bits[CPU_SETSIZE / 8];
        size_t n = set_to_bits(set, bits);
        int r;

        r = sd_bus_message_new_method_call(units_bus(units), &message, SYSTEMD, "/org/freedesktop/systemd1",
                                           SYSTEMD ".Manager", "SetUnitProperties");
        if (r >= 0)
                r = sd_bus_message_append(message, "sb", unit, 1);
        if (r >= 0)
                r = sd_bus_message_open_container(message, 'a', "(sv)");
        if (r >= 0)
                r = sd_bus_message_open_container(message, 'r', "sv");
        if (r >= 0)
                r = sd_bus_message_append(message, "s", "AllowedCPUs");
        if (r >= 0)
                r = sd_bus_message_open_container(message, 'v', "ay");
        if (r >= 0)
                r = sd_bus_message_append_array(message, 'y', bits, n);
        for (int i = 0; r >= 0 && i < 3; i++)
                r = sd_bus_message_close_container(message);
        if (r < 0)
                return r;
        *ret = steal_ptr(message);
        return 0;
}

int allowed_cpus_set(struct units *units, const char *unit, const cpu_set_t *set) {
        _cleanup_(sd_bus_message_unrefp) sd_bus_message *message = NULL;
        _cleanup_(sd_bus_error_free) sd_bus_error error = SD_BUS_ERROR_NULL;
        int r;

        r = compose(units, unit, set, &message);
        if (r < 0)
                return r;
        r = sd_bus_call(units_bus(units), message, 0, &error, NULL);
        return r < 0 ? units_fail(units, r, "systemd does not confine %s: %s", unit, error.message) : 0;
}

/* What the kernel says of the group: its set, or what comes of it. "" if it does not know such a thing. */
static int read_cpuset(const char *group, const char *file, char **ret) {
        int r;

        r = sysfs_read(ret, "", CGROUP "%s/%s", group, file);
        if (r != -ENOENT)
                return r;
        *ret = strdup("");
        return *ret ? 0 : -ENOMEM;
}

/* What there is for the group to have. */
static int read_parent(const char *group, char **ret) {
        _cleanup_free_ char *parent = strdup(group);
        char *slash = parent ? strrchr(parent, '/') : NULL;

        if (!slash)
                return parent ? -EINVAL : -ENOMEM;
        *slash = '\0';
        return read_cpuset(parent, "cpuset.cpus.effective", ret);
}

static int read_group(struct units *units, const char *unit, char **ret) {
        return units_get(units, unit, interface_of(unit), "ControlGroup", ret);
}

/* 1: the kernel has the set HAS, as text. */
static int kernel_has(const char *group, const char *has) {
        _cleanup_free_ char *is = NULL, *effective = NULL, *parent = NULL;
        int r;

        r = read_cpuset(group, "cpuset.cpus", &is);
        if (r < 0 || strcmp(is, has) == 0)
                return r < 0 ? r : 1;
        if (*has)
                return 0;
        r = read_cpuset(group, "cpuset.cpus.effective", &effective);
        if (r >= 0)
                r = read_parent(group, &parent);
        return r < 0 ? r : strcmp(effective, parent) == 0;
}

int allowed_cpus_verify(struct units *units, const char *unit, const cpu_set_t *wanted) {
        _cleanup_free_ char *group = NULL, *has = cpu_list_format(wanted);
        cpu_set_t is;
        int r;

        if (!has)
                return -ENOMEM;
        r = allowed_cpus_get(units, unit, &is);
        if (r < 0)
                return r;
        if (!CPU_EQUAL(&is, wanted))
                return units_fail(units, -EIO, "%s did not take the processors '%s'", unit, has);
        r = read_group(units, unit, &group);
        if (r < 0 || !*group)
                return r; /* no processes */
        r = kernel_has(group, has);
        if (r != 0)
                return r < 0 ? r : 0;
        return units_fail(units, -EOPNOTSUPP,
                          "%s does not keep to the processors '%s', though systemd was told: this needs the "
                          "unified cgroup hierarchy, with cpuset",
                          unit, has);
}

int allowed_cpus_set_all(struct units *units, const char *unit) {
        _cleanup_free_ char *group = NULL, *parent = NULL;
        cpu_set_t all;
        int r;

        CPU_ZERO(&all);
        r = read_group(units, unit, &group);
        if (r < 0)
                return r;
        r = read_parent(group, &parent);
        if (r >= 0)
                r = cpu_list_add(&all, parent);
        return r < 0 ? r : allowed_cpus_set(units, unit, &all);
}

char *allowed_cpus_file(const char *unit, unsigned i) {
        static const char *const folders[ALLOWED_CPUS_FILES] = { "/run/systemd/system.control",
                                                                 "/run/systemd/transient" };
        char *path;

        return asprintf(&path, "%s/%s.d/50-AllowedCPUs.conf", folders[i], unit) < 0 ? NULL : path;
}
