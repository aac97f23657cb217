/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/doctor/guest.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "core/bus.h"
#include "core/check.h"
#include "core/linger.h"
#include "input/input.h"

#define LIBVIRT_USEC 10000000u

static void on_mistake(const char *message, void *userdata) {
        struct doctor *doctor = userdata;
        const char *what = strstr(message, ": ");

        if (what)
                doctor_say(doctor, DOCTOR_PROBLEM,
                           "%s\n"
                           "pilliond does not start with it, and goes on with what it had if it runs",
                           message);
        else
                doctor_say(doctor, DOCTOR_PROBLEM, "%s", message);
}

static struct config *load(struct doctor *doctor, char *const *paths) {
        const struct config_source source = {
                .paths = paths,
                .check = check_option,
                .report = on_mistake,
                .userdata = doctor,
        };
        struct config *config = NULL;

        return config_load(&config, &source) < 0 ? NULL : config;
}

static void check_configuration(struct doctor *doctor, struct doctor_facts *facts) {
        _cleanup_(config_paths_freep) char **paths = config_default_paths();
        char *const none[] = { NULL };
        char read[600] = "";

        facts->config = paths ? load(doctor, paths) : NULL;
        if (!facts->config) {
                facts->config = load(doctor, none);
                return;
        }
        for (char **path = paths; *path; path++)
                if (access(*path, F_OK) == 0)
                        snprintf(read + strlen(read), sizeof(read) - strlen(read), "%s%s", *read ? ", " : "",
                                 *path);
        if (*read)
                doctor_say(doctor, DOCTOR_OK, "%s", read);
        else
                doctor_say(doctor, DOCTOR_OK, "the defaults: neither %s nor %s is there", paths[0], paths[1]);
}

static bool names_our_devices(const struct domain_info *info) {
        char keyboard[300];

        snprintf(keyboard, sizeof(keyboard), "/dev/input/by-id/pillion-%s-kbd", info->name);
        return domain_names_evdev(info, keyboard) || domain_passes(info, keyboard);
}

const struct doctor_domain *doctor_choose_guest(const struct doctor_libvirt *libvirt,
                                                const char *configured) {
        const struct doctor_domain *ours = NULL;
        size_t n_ours = 0;

        for (size_t i = 0; i < libvirt->n_domains; i++) {
                const struct doctor_domain *domain = &libvirt->domains[i];

                if (configured && strcmp(domain->info->name, configured) == 0)
                        return domain;
                if (configured || !names_our_devices(domain->info))
                        continue;
                if (domain->running)
                        return domain;
                ours = domain;
                n_ours++;
        }
        if (n_ours == 1)
                return ours;
        return !configured && n_ours == 0 && libvirt->n_domains == 1 ? libvirt->domains : NULL;
}

static void list_domains(const struct doctor_libvirt *libvirt, char *text, size_t size) {
        snprintf(text, size, "%s", libvirt->n_domains > 0 ? "" : "none");
        for (size_t i = 0; i < libvirt->n_domains; i++)
                snprintf(text + strlen(text), size - strlen(text), "%s%s", i > 0 ? ", " : "",
                         libvirt->domains[i].info->name);
}

static void judge_failure(struct doctor *doctor, const struct doctor_libvirt *libvirt, const char *uri) {
        if (libvirt->denied)
                doctor_say(doctor, DOCTOR_PROBLEM,
                           "%s does not let you in: %s\n"
                           "sudo usermod -aG libvirt $USER, then log in again",
                           uri, libvirt->problem);
        else if (*libvirt->problem)
                doctor_say(doctor, DOCTOR_PROBLEM,
                           "%s cannot be reached: %s\n"
                           "systemctl status libvirtd.socket libvirtd",
                           uri, libvirt->problem);
        else
                doctor_say(doctor, DOCTOR_PROBLEM,
                           "%s takes a connection but does not answer within %u s\n"
                           "A call may hang in the kernel, such as one that takes a device from its driver: "
                           "journalctl -b -u libvirtd; dmesg",
                           uri, LIBVIRT_USEC / 1000000);
}

void doctor_judge_libvirt(struct doctor *doctor, const struct doctor_libvirt *libvirt, const char *uri,
                          const char *configured) {
        const struct doctor_domain *guest = doctor_choose_guest(libvirt, configured);
        char names[400];

        list_domains(libvirt, names, sizeof(names));
        if (!libvirt->answered)
                judge_failure(doctor, libvirt, uri);
        else if (guest)
                doctor_say(doctor, DOCTOR_OK, "%s answers; the guest is '%s', which is %s", uri,
                           guest->info->name, guest->running ? "running" : "not running");
        else if (configured)
                doctor_say(doctor, DOCTOR_PROBLEM,
                           "%s has no guest '%s'\n"
                           "Correct 'domain =' under [guest] in pillion.conf; it has: %s",
                           uri, configured, names);
        else if (libvirt->n_domains == 0)
                doctor_say(doctor, DOCTOR_PROBLEM,
                           "%s answers, but has no guest\n"
                           "Define one, or see 'uri =' under [guest] in pillion.conf",
                           uri);
        else
                doctor_say(doctor, DOCTOR_WARNING,
                           "%s answers, but which of its guests is it?\n"
                           "Say 'domain = NAME' under [guest] in pillion.conf; it has: %s",
                           uri, names);
}

static void check_libvirt(struct doctor *doctor, struct doctor_facts *facts) {
        if (!facts->config)
                return;
        doctor_look_at_libvirt(&facts->libvirt, facts->config->guest_uri, LIBVIRT_USEC);
        doctor_judge_libvirt(doctor, &facts->libvirt, facts->config->guest_uri, facts->config->guest_domain);
        if (facts->libvirt.answered)
                facts->guest = doctor_choose_guest(&facts->libvirt, facts->config->guest_domain);
}

static sd_bus *bus_close(sd_bus *bus) {
        return sd_bus_flush_close_unref(bus);
}
DEFINE_CLEANUP(sd_bus, bus_close);

/* Does not start it: that would change what is to be looked at. */
static bool look_at_daemon(struct doctor_facts *facts) {
        _cleanup_(bus_closep) sd_bus *bus = NULL;
        sd_bus_error error = SD_BUS_ERROR_NULL;
        int r;

        if (sd_bus_open_user(&bus) < 0)
                return false;
        r = sd_bus_call_method(bus, "org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus",
                               "GetNameOwner", &error, NULL, "s", BUS_NAME);
        sd_bus_error_free(&error);
        if (r < 0)
                return false;
        r = client_read(bus, &facts->daemon, client_parts, &error);
        sd_bus_error_free(&error);
        return r >= 0;
}

static void check_daemon(struct doctor *doctor, struct doctor_facts *facts) {
        bool lingers = linger_is_on(facts->root, linger_user());

        facts->daemon_runs = look_at_daemon(facts);
        if (facts->daemon_runs)
                doctor_say(doctor, DOCTOR_OK, "pilliond is running; it %s",
                           lingers ? "runs without a login too, as you linger"
                                   : "ends with your last login, as you do not linger");
        else
                doctor_say(doctor, DOCTOR_WARNING,
                           "pilliond is not running\n"
                           "systemctl --user enable --now pilliond; if it does not stay: journalctl --user "
                           "-u pilliond");
}

const struct doctor_check doctor_guest_checks[] = {
        { "configuration", check_configuration,
          "Whether the files of pillion.conf(5) can be read, and have no mistake. With one, pilliond "
          "does not start." },
        { "libvirt", check_libvirt,
          "Whether libvirt answers, you may use it, and the guest is known. Be in the group libvirt." },
        { "pilliond", check_daemon, "Whether the service runs: systemctl --user enable --now pilliond." },
        { NULL },
};
