/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Looking at libvirt. A call to a libvirtd that hangs does not return, so a child makes it, and writes what
 * it has learnt to a pipe: records that end with a NUL, of a letter and a text. E: the number of an error and
 * its message; R and S: the definition of a domain that runs, or is shut off.
 */
#include "core/doctor-guest.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>

#include "switcher/virt.h"

static void ignore_error(void *userdata, virErrorPtr error) {
}

static void put(int fd, char letter, const char *text) {
        dprintf(fd, "%c%s%c", letter, text, '\0');
}

static void put_error(int fd) {
        dprintf(fd, "E%d %s%c", virt_error_code(), virt_error(), '\0');
}

/* The child's whole life. */
static void ask(int fd, const char *uri) {
        virConnectPtr connection;
        virDomainPtr *domains;
        int n;

        virSetErrorFunc(NULL, ignore_error);
        connection = virConnectOpen(uri);
        n = connection ? virConnectListAllDomains(connection, &domains, 0) : -1;
        if (n < 0)
                return put_error(fd);
        for (int i = 0; i < n; i++) {
                char *xml = virDomainGetXMLDesc(domains[i], 0);

                if (xml) /* else it has just gone */
                        put(fd, virDomainIsActive(domains[i]) == 1 ? 'R' : 'S', xml);
        }
}

static uint64_t now_usec(void) {
        struct timespec now;

        clock_gettime(CLOCK_MONOTONIC, &now);
        return (uint64_t)now.tv_sec * 1000000 + (uint64_t)now.tv_nsec / 1000;
}

/* All that comes until the writer has closed; false if it has not by DEADLINE. */
static bool read_until(int fd, char **text, size_t *size, uint64_t deadline) {
        FILE *out = open_memstream(text, size);
        bool ended = false;
        char buffer[4096];

        while (out && !ended) {
                uint64_t now = now_usec();
                struct pollfd poll_fd = { .fd = fd, .events = POLLIN };
                ssize_t n;

                if (now >= deadline || poll(&poll_fd, 1, (int)((deadline - now) / 1000) + 1) == 0)
                        break;
                n = read(fd, buffer, sizeof(buffer));
                ended = n == 0 || (n < 0 && errno != EINTR);
                if (n > 0)
                        fwrite(buffer, 1, (size_t)n, out);
        }
        return out && fclose(out) == 0 && ended;
}

static void add_domain(struct doctor_libvirt *libvirt, const char *xml, bool running) {
        struct doctor_domain *grown =
                realloc(libvirt->domains, (libvirt->n_domains + 1) * sizeof(*libvirt->domains));

        if (!grown)
                return;
        libvirt->domains = grown;
        grown[libvirt->n_domains] = (struct doctor_domain){ .running = running };
        if (domain_parse(&grown[libvirt->n_domains].info, xml) >= 0)
                libvirt->n_domains++;
}

static void set_error(struct doctor_libvirt *libvirt, const char *text) {
        char *message;
        long code = strtol(text, &message, 10);

        libvirt->answered = false;
        libvirt->denied = code == VIR_ERR_AUTH_UNAVAILABLE || code == VIR_ERR_AUTH_FAILED ||
                          code == VIR_ERR_AUTH_CANCELLED || code == VIR_ERR_ACCESS_DENIED;
        snprintf(libvirt->problem, sizeof(libvirt->problem), "%s", message + strspn(message, " "));
}

static void take_in(struct doctor_libvirt *libvirt, const char *text, size_t size) {
        for (const char *record = text; record < text + size; record += strlen(record) + 1) {
                if (*record == 'E')
                        set_error(libvirt, record + 1);
                else if (*record == 'R' || *record == 'S')
                        add_domain(libvirt, record + 1, *record == 'R');
        }
}

void doctor_look_at_libvirt(struct doctor_libvirt *ret, const char *uri, uint64_t wait_usec) {
        _cleanup_free_ char *text = NULL;
        size_t size = 0;
        int ends[2], status = 0;
        pid_t child;

        *ret = (struct doctor_libvirt){ .asked = true };
        fflush(NULL); /* what is in the buffers would be written twice */
        if (pipe2(ends, O_CLOEXEC) < 0)
                return;
        child = fork();
        if (child == 0) {
                close(ends[0]);
                ask(ends[1], uri);
                _exit(0);
        }
        close(ends[1]);
        ret->answered = child > 0 && read_until(ends[0], &text, &size, now_usec() + wait_usec);
        close(ends[0]);
        if (child > 0) {
                if (!ret->answered)
                        kill(child, SIGKILL);
                waitpid(child, &status, 0);
        }
        if (ret->answered)
                take_in(ret, text, size);
}
