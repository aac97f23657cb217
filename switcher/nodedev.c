/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Records: B, libvirt is there, knows the function, and is asked now; D, it has been done. */
#include "switcher/nodedev.h"

#include "switcher/ask.h"
#include "switcher/virt.h"

struct question {
        const char *address;
        bool detach;
};

/* "pci_0000_01_00_1" */
static void name_of(char *name, size_t size, const char *address) {
        snprintf(name, size, "pci_%s", address);
        for (char *c = name; *c; c++)
                if (*c == ':' || *c == '.')
                        *c = '_';
}

static void move(int fd, void *userdata) {
        const struct question *question = userdata;
        virConnectPtr connection;
        virNodeDevicePtr device;
        char name[64];
        int r;

        ask_quiet_libvirt();
        name_of(name, sizeof(name), question->address);
        connection = virConnectOpen("qemu:///system");
        device = connection ? virNodeDeviceLookupByName(connection, name) : NULL;
        if (!device)
                return ask_put_error(fd);
        ask_put(fd, 'B', "");
        r = question->detach ? virNodeDeviceDetachFlags(device, NULL, 0) : virNodeDeviceReAttach(device);
        if (r < 0)
                ask_put_error(fd);
        else
                ask_put(fd, 'D', "");
}

static int ask_libvirt(struct question question, uint64_t wait_usec, char *problem, size_t size) {
        _cleanup_(answer_done) struct answer answer = { 0 };
        const char *error;
        int code, r;

        r = ask(&answer, move, &question, wait_usec);
        if (r < 0)
                return r;
        if (answer_find(&answer, 'D'))
                return 0;
        error = answer_find(&answer, 'E');
        snprintf(problem, size, "%s", error ? answer_error(error, &code) : "libvirt does not answer");
        if (!answer_find(&answer, 'B'))
                return error ? -ENOTCONN : -EHOSTDOWN;
        return error ? -EIO : -ETIMEDOUT;
}

int nodedev_detach(const char *address, uint64_t wait_usec, char *problem, size_t size) {
        return ask_libvirt((struct question){ address, true }, wait_usec, problem, size);
}

int nodedev_reattach(const char *address, uint64_t wait_usec, char *problem, size_t size) {
        return ask_libvirt((struct question){ address, false }, wait_usec, problem, size);
}
