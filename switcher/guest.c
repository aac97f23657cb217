/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Records: N, there is no such domain; R and S, it runs or is shut off, with its definition; M, its memory is
 * saved; D, it was asked to shut down, or need not be. A definition that cannot be had is an error: without
 * it nothing is known.
 */
#include "switcher/guest.h"

#include "switcher/ask.h"
#include "switcher/virt.h"

struct question {
        const char *uri, *domain;
};

static void look(int fd, void *userdata) {
        const struct question *question = userdata;
        virDomainPtr domain = ask_domain(fd, question->uri, question->domain);
        int active;
        char *xml;

        if (!domain)
                return;
        active = virDomainIsActive(domain);
        xml = active < 0 ? NULL : virDomainGetXMLDesc(domain, VIR_DOMAIN_XML_INACTIVE);
        if (xml)
                ask_put(fd, active ? 'R' : 'S', xml);
        else
                ask_put_error(fd);
        if (xml && virDomainHasManagedSaveImage(domain, 0) != 0) /* or it cannot be told */
                ask_put(fd, 'M', "");
        free(xml);
        virDomainFree(domain);
}

static void shut_down(int fd, void *userdata) {
        const struct question *question = userdata;
        virDomainPtr domain = ask_domain(fd, question->uri, question->domain);

        if (!domain)
                return;
        if (virDomainIsActive(domain) == 0 || virDomainShutdownFlags(domain, 0) == 0)
                ask_put(fd, 'D', "");
        else
                ask_put_error(fd);
        virDomainFree(domain);
}

static const char *problem_of(const struct answer *answer) {
        const char *error = answer_find(answer, 'E');
        int code;

        if (error)
                return answer_error(error, &code);
        error = answer_find(answer, 'N');
        return error           ? error
               : answer->whole ? "libvirt ended the question"
                               : "libvirt did not answer in time";
}

int guest_look(struct guest_view *ret, const char *uri, const char *domain, uint64_t wait_usec) {
        _cleanup_(answer_done) struct answer answer = { 0 };
        struct guest_view view = { 0 };
        const char *running, *xml;
        int r;

        r = ask(&answer, look, &(struct question){ uri, domain }, wait_usec);
        if (r < 0)
                return r;
        running = answer.whole ? answer_find(&answer, 'R') : NULL;
        xml = running || !answer.whole ? running : answer_find(&answer, 'S');
        view.active = running;
        view.exists = xml;
        view.saved = answer.whole && answer_find(&answer, 'M');
        view.answered = xml || (answer.whole && answer_find(&answer, 'N'));
        if (!view.answered)
                snprintf(view.problem, sizeof(view.problem), "%s", problem_of(&answer));
        if (xml) {
                view.xml = strdup(xml);
                if (!view.xml)
                        return -ENOMEM;
        }
        *ret = view;
        return 0;
}

void guest_view_done(struct guest_view *view) {
        free(view->xml);
        *view = (struct guest_view){ 0 };
}

int guest_shut_down(const char *uri, const char *domain, uint64_t wait_usec, char *problem, size_t size) {
        _cleanup_(answer_done) struct answer answer = { 0 };
        int r;

        r = ask(&answer, shut_down, &(struct question){ uri, domain }, wait_usec);
        if (r < 0) {
                snprintf(problem, size, "%s", strerror(-r));
                return r;
        }
        if (answer.whole && answer_find(&answer, 'D'))
                return 0;
        snprintf(problem, size, "%s", problem_of(&answer));
        return answer.whole ? -EIO : -ETIMEDOUT;
}
