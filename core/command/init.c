/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/command/init.h"

#include <fcntl.h>
#include <sys/stat.h>

#include "core/check.h"
#include "core/cleanup.h"
#include "core/command/commands.h"
#include "core/command/fail.h"
#include "core/doctor/desktop.h"
#include "core/linger.h"
#include "switcher/draft.h"
#include "switcher/guest.h"
#include "switcher/profile.h"

#define GUEST_WAIT_USEC 5000000

/* EXIT_DONE, or how the command is to end, which has been explained. */
static int look_at_guest(struct domain_hardware **ret, const char *uri, const char *domain) {
        _cleanup_(guest_view_done) struct guest_view view = { 0 };
        int r;

        r = guest_look(&view, uri, domain, GUEST_WAIT_USEC);
        if (r < 0)
                return command_fail("libvirt cannot be asked", r);
        if (!view.answered) {
                fprintf(stderr, "pillion: libvirt at %s does not answer: %s\n", uri, view.problem);
                return EXIT_FAILED;
        }
        if (!view.exists)
                return command_fail_no_guest(uri, domain);
        r = domain_hardware_parse(ret, view.xml);
        return r < 0 ? command_fail("the guest's definition cannot be read", r) : EXIT_DONE;
}

static bool is_installed(const char *unit) {
        static const char *const folders[] = { "/etc", "/usr/lib", "/lib" };
        char path[200];

        for (size_t i = 0; i < sizeof(folders) / sizeof(*folders); i++) {
                snprintf(path, sizeof(path), "%s/systemd/system/%s", folders[i], unit);
                if (access(path, F_OK) == 0)
                        return true;
        }
        return false;
}

/* Those that are known to keep a GPU open, and can do without. UNITS has room for all. */
static void find_units(char **units) {
        static char *const known[] = { "nvidia-persistenced.service", "nvidia-powerd.service",
                                       "nvidia-dcgm.service", "ollama.service", "lactd.service" };
        size_t n = 0;

        for (size_t i = 0; i < sizeof(known) / sizeof(*known); i++)
                if (is_installed(known[i]))
                        units[n++] = known[i];
        units[n] = NULL;
}

static bool is_hostdev(const struct domain_hardware *hardware, const struct inventory_function *function) {
        for (size_t i = 0; i < hardware->n_hostdevs; i++)
                if (strcmp(hardware->hostdevs[i].address, function->address) == 0)
                        return true;
        return false;
}

/* By its address; or by its driver, unless the host keeps a GPU that has the same. */
static bool names_lent_gpu(const struct draft_facts *facts, const struct doctor_snippet *snippet) {
        bool lent = false;

        for (size_t i = 0; i < facts->inventory->n_functions; i++) {
                const struct inventory_function *function = &facts->inventory->functions[i];
                bool named = *snippet->address
                                     ? strcmp(snippet->address, function->address) == 0
                                     : *snippet->driver && strcmp(snippet->driver, function->driver) == 0;

                if (!function_is_display(function) || !named)
                        continue;
                if (!is_hostdev(facts->hardware, function))
                        return false;
                lent = true;
        }
        return lent;
}

/* Of xorg.conf.d alone. SNIPPETS, which borrows from XORG, has room for all and one. */
static void find_snippets(char **snippets, struct doctor_xorg *xorg, const struct draft_facts *facts) {
        static const char folder[] = "/etc/X11/xorg.conf.d/";
        size_t n = 0;

        doctor_look_at_xorg(xorg, "");
        for (size_t i = 0; i < xorg->n_snippets; i++)
                if (strncmp(xorg->snippets[i].path, folder, strlen(folder)) == 0 &&
                    names_lent_gpu(facts, &xorg->snippets[i]))
                        snippets[n++] = xorg->snippets[i].path + strlen(folder);
        snippets[n] = NULL;
}

/* The caller's; NULL: no memory. */
static char *draft(const struct draft_facts *facts) {
        char *text = NULL;
        size_t size;
        FILE *out = open_memstream(&text, &size);

        if (!out)
                return NULL;
        draft_print(out, facts);
        return close_memstream(out, &text);
}

/* Never takes another's place; a part of one is not left behind. */
static int write_file(const char *path, const char *text) {
        _cleanup_close_ int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0644);

        if (fd < 0)
                return -errno;
        if (dprintf(fd, "%s", text) < 0 || fchmod(fd, 0644) < 0 || fsync(fd) < 0) {
                int r = -errno;

                unlink(path);
                return r;
        }
        return 0;
}

/* For all to read, whatever the umask is. */
static int make_folder(void) {
        if (mkdir(PROFILE_DIRECTORY, 0755) < 0)
                return errno == EEXIST ? 0 : -errno;
        return chmod(PROFILE_DIRECTORY, 0755) < 0 ? -errno : 0;
}

static int install(const struct draft_facts *facts, const char *text) {
        char path[200];
        int r;

        snprintf(path, sizeof(path), PROFILE_DIRECTORY "/%s.conf", facts->name);
        r = make_folder();
        if (r >= 0)
                r = write_file(path, text);
        if (r == -EEXIST)
                fprintf(stderr,
                        "pillion: %s is there already, and stays as it is; without --write the draft is "
                        "only shown\n",
                        path);
        else if (r == -EACCES || r == -EPERM)
                fprintf(stderr, "pillion: %s can be written by root alone: 'sudo pillion init %s --write'\n",
                        path, facts->domain);
        else if (r < 0)
                fprintf(stderr, "pillion: %s cannot be written: %s\n", path, strerror(-r));
        else
                fprintf(stderr, "pillion: wrote %s; 'pillion plan guest %s' shows what that comes to\n", path,
                        facts->name);
        return r < 0 ? EXIT_FAILED : EXIT_DONE;
}

/* Only who lends a display may have the display manager restarted. */
static void advise_linger(const struct draft_facts *facts) {
        const char *user = linger_user();
        bool display = false;

        for (size_t i = 0; i < facts->inventory->n_functions; i++) {
                const struct inventory_function *function = &facts->inventory->functions[i];

                display |= function_is_display(function) && is_hostdev(facts->hardware, function);
        }
        if (display && user && !linger_is_on("", user))
                fprintf(stderr,
                        "pillion: lending it may restart the display manager, with which the services of %s "
                        "end, and pilliond too; 'loginctl enable-linger %s' has them stay\n",
                        user, user);
}

int init_command(FILE *out, const char *domain, bool write) {
        _cleanup_(config_freep) struct config *config = check_load();
        _cleanup_(domain_hardware_freep) struct domain_hardware *hardware = NULL;
        _cleanup_(inventory_freep) struct inventory *inventory = NULL;
        _cleanup_free_ char *name = draft_name(domain), *text = NULL;
        char *units[8], *snippets[DOCTOR_SNIPPETS + 1];
        struct doctor_xorg xorg;
        struct draft_facts facts = { .name = name, .domain = domain, .units = units };
        int r;

        if (!name || !profile_name_is_valid(name)) {
                fprintf(stderr, "pillion: no profile can be called as '%s' is\n", domain);
                return EXIT_FAILED;
        }
        if (!config || look_at_guest(&hardware, config->guest_uri, domain) != EXIT_DONE)
                return EXIT_FAILED;
        r = inventory_look(&inventory, "");
        if (r < 0)
                return command_fail("the hardware cannot be seen", r);
        find_units(units);
        facts.uri = config->guest_uri;
        facts.hardware = hardware;
        facts.inventory = inventory;
        find_snippets(snippets, &xorg, &facts);
        facts.snippets = snippets;
        text = draft(&facts);
        if (!text)
                return command_fail("nothing can be drafted", -ENOMEM);
        advise_linger(&facts);
        if (write)
                return install(&facts, text);
        fputs(text, out);
        return EXIT_DONE;
}
