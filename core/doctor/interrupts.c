/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How lent devices interrupt, as seen from here while the guest runs: vfio names each line after what its
 * driver there has asked for. Source: Linux's drivers/vfio/pci/vfio_pci_intrs.c.
 */
#include "core/doctor/host.h"

#include <stdio.h>
#include <string.h>

#include "core/doctor/read.h"

enum kind { KIND_NONE, KIND_LINE, KIND_MESSAGE };

/* "vfio-intx(0000:01:00.0)", "vfio-msi[0](…)", "vfio-msix[3](…)" */
static enum kind find_kind(const char *text, const char *address) {
        enum kind kind = KIND_NONE;
        char word[64];

        snprintf(word, sizeof(word), "vfio-intx(%s)", address);
        if (strstr(text, word))
                kind = KIND_LINE;
        snprintf(word, sizeof(word), "](%s)", address);
        for (const char *at = text; (at = strstr(at, "vfio-msi")); at++) {
                const char *end = strchr(at, ']');

                if (end && strncmp(end, word, strlen(word)) == 0)
                        kind = KIND_MESSAGE;
        }
        return kind;
}

void doctor_judge_interrupts(struct doctor *doctor, const struct doctor_host *host, const char *text) {
        char messages[300] = "", silent[300] = "";

        for (size_t i = 0; host->running && host->hardware && i < host->hardware->n_hostdevs; i++) {
                const char *address = host->hardware->hostdevs[i].address;

                switch (find_kind(text, address)) {
                case KIND_LINE:
                        doctor_say(doctor, DOCTOR_WARNING,
                                   "%s interrupts by a line (INTx) in the guest\n"
                                   "That costs time, and sound may crackle. In Windows let it use "
                                   "messages: MSISupported = 1, as MSI utilities set, and start the guest "
                                   "anew",
                                   host_lent(host, i) ? host_name(host_lent(host, i)).text : address);
                        break;
                case KIND_MESSAGE:
                        doctor_append(messages, sizeof(messages), "%s", address);
                        break;
                case KIND_NONE:
                        doctor_append(silent, sizeof(silent), "%s", address);
                        break;
                }
        }
        if (*messages)
                doctor_say(doctor, DOCTOR_OK, "by messages: %s", messages);
        if (*silent)
                doctor_say(doctor, DOCTOR_OK, "none yet, no driver in the guest has started: %s", silent);
}
