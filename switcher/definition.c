/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Records: N, there is no such domain; R or S, it runs or is shut off, with the definition as all may see it;
 * X, the same with its passwords; C, it is not what it was; D, it has been defined.
 */
#include "switcher/definition.h"

#include "switcher/ask.h"
#include "switcher/virt.h"

#define SECRET (VIR_DOMAIN_XML_INACTIVE | VIR_DOMAIN_XML_SECURE)

static void read_it(int fd, void *question) {
        const struct definition_change *change = question;
        virDomainPtr domain = ask_domain(fd, change->uri, change->domain);
        char *shown, *secret;
        int active;

        if (!domain)
                return;
        active = virDomainIsActive(domain);
        shown = active < 0 ? NULL : virDomainGetXMLDesc(domain, VIR_DOMAIN_XML_INACTIVE);
        secret = shown ? virDomainGetXMLDesc(domain, SECRET) : NULL;
        if (!secret) {
                ask_put_error(fd);
                return;
        }
        ask_put(fd, active ? 'R' : 'S', shown);
        ask_put(fd, 'X', secret);
}

static void write_it(int fd, void *question) {
        const struct definition_change *change = question;
        virDomainPtr domain = ask_domain(fd, change->uri, change->domain);
        char *now;

        if (!domain)
                return;
        now = virDomainGetXMLDesc(domain, SECRET);
        if (now && strcmp(now, change->before) != 0) {
                ask_put(fd, 'C', "");
                return;
        }
        if (now)
                domain = virDomainDefineXMLFlags(virDomainGetConnect(domain), change->after,
                                                 VIR_DOMAIN_DEFINE_VALIDATE);
        now = now && domain ? virDomainGetXMLDesc(domain, SECRET) : NULL;
        if (now)
                ask_put(fd, 'D', now);
        else
                ask_put_error(fd);
}

/* Why there is no good answer. */
static int explain(const struct answer *answer, char *problem, size_t size) {
        const char *error = answer_find(answer, 'E');
        int code;

        if (!answer->whole) {
                snprintf(problem, size, "libvirt does not answer; see 'systemctl status libvirtd'");
                return -ETIMEDOUT;
        }
        if (answer_find(answer, 'N')) {
                snprintf(problem, size, "there is no such guest");
                return -ENOENT;
        }
        if (answer_find(answer, 'C')) {
                snprintf(problem, size, "its definition has just been changed by somebody else; try again");
                return -ESTALE;
        }
        snprintf(problem, size, "libvirt: %s",
                 error ? answer_error(error, &code) : "it has ended the question");
        return -EIO;
}

static int put_question(struct answer *ret, ask_fn fn, const struct definition_change *change,
                        uint64_t wait_usec, char *problem, size_t size) {
        int r = ask(ret, fn, (void *)change, wait_usec);

        if (r < 0)
                snprintf(problem, size, "libvirt cannot be asked: %s", strerror(-r));
        return r;
}

int definition_read(struct definition *ret, const char *uri, const char *domain, uint64_t wait_usec,
                    char *problem, size_t size) {
        _cleanup_(answer_done) struct answer answer = { 0 };
        _cleanup_(definition_done) struct definition definition = { 0 };
        const char *running, *shown, *secret;
        int r;

        r = put_question(&answer, read_it, &(struct definition_change){ uri, domain }, wait_usec, problem,
                         size);
        if (r < 0)
                return r;
        running = answer_find(&answer, 'R');
        shown = running ? running : answer_find(&answer, 'S');
        secret = answer_find(&answer, 'X');
        if (!answer.whole || !shown || !secret)
                return explain(&answer, problem, size);
        definition.active = running;
        if (replace_string(&definition.shown, shown) < 0 || replace_string(&definition.secret, secret) < 0)
                return -ENOMEM;
        *ret = definition;
        definition = (struct definition){ 0 };
        return 0;
}

void definition_done(struct definition *definition) {
        free(definition->shown);
        free(definition->secret);
        *definition = (struct definition){ 0 };
}

int definition_write(char **ret, const struct definition_change *change, uint64_t wait_usec, char *problem,
                     size_t size) {
        _cleanup_(answer_done) struct answer answer = { 0 };
        const char *done;
        int r;

        r = put_question(&answer, write_it, change, wait_usec, problem, size);
        if (r < 0)
                return r;
        done = answer_find(&answer, 'D');
        return answer.whole && done ? replace_string(ret, done) : explain(&answer, problem, size);
}
