/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What keys a device from the store has cannot be asked of its descriptor, and its node may be closed to us;
 * but /sys, which everybody may read, has them as text.
 */
#include "input/hostkeys.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "core/log.h"
#include "input/uinput.h"

#define NAME       "pillion-host-keys"
#define PHYS       "pillion/host/keys" /* 70-pillion.rules leaves it to the desktop */
#define STORE_NAME "sink-host-keys"
#define PRODUCT    3
#define TEXT_MAX   (KEYS_WORDS * (KEYS_WORD_BITS / 4 + 1) + 2)

struct hostkeys {
        struct opener *opener; /* borrowed */
        struct fdstore *store; /* borrowed */
        int fd;                /* -1: no device */
        struct keys codes;
};

bool hostkeys_allows(unsigned code) {
        switch (code) {
        case KEY_RESERVED:
        case KEY_POWER:
        case KEY_POWER2:
        case KEY_SLEEP:
        case KEY_WAKEUP:
        case KEY_SUSPEND:
        case KEY_RESTART:
        case KEY_SYSRQ: /* with Alt it is the kernel's */
                return false;
        default:
                return code < BTN_MISC || (code >= KEY_OK && code < BTN_DPAD_UP);
        }
}

int hostkeys_new(struct hostkeys **ret, struct opener *opener, struct fdstore *store) {
        struct hostkeys *hostkeys = calloc(1, sizeof(*hostkeys));

        if (!hostkeys)
                return -ENOMEM;
        *hostkeys = (struct hostkeys){ .opener = opener, .store = store, .fd = -1 };
        *ret = hostkeys;
        return 0;
}

struct hostkeys *hostkeys_free(struct hostkeys *hostkeys) {
        if (!hostkeys)
                return NULL;
        if (hostkeys->fd >= 0)
                (void)uinput_release(hostkeys->fd, &hostkeys->codes);
        hostkeys->fd = close_fd(hostkeys->fd);
        free(hostkeys);
        return NULL;
}

/* --- the device --- */

/* As drivers/input/input.c prints a bitmap: words in hexadecimal, the highest first, none that is zero
 * before. */
static void print_keys(const struct keys *keys, char text[TEXT_MAX]) {
        size_t n = 0;

        for (size_t i = KEYS_WORDS; i-- > 0;)
                if (n > 0 || keys->words[i] || i == 0)
                        n += (size_t)snprintf(text + n, TEXT_MAX - n, "%s%lx", n > 0 ? " " : "",
                                              keys->words[i]);
        snprintf(text + n, TEXT_MAX - n, "\n");
}

static bool has_just(int fd, const struct keys *codes) {
        _cleanup_fclose_ FILE *file = NULL;
        char sysname[32], path[96], wanted[TEXT_MAX], seen[TEXT_MAX];

        if (uinput_sysname(fd, sysname, sizeof(sysname) - 1) < 0)
                return false;
        snprintf(path, sizeof(path), "/sys/devices/virtual/input/%s/capabilities/key", sysname);
        file = fopen(path, "re");
        print_keys(codes, wanted);
        return file && fgets(seen, sizeof(seen), file) && strcmp(seen, wanted) == 0;
}

static int make(struct hostkeys *hostkeys, const struct keys *codes) {
        _cleanup_close_ int fd = opener_open(hostkeys->opener, UINPUT);
        int r;

        if (fd < 0)
                return fd;
        r = uinput_declare_keys(fd, codes);
        if (r < 0)
                return r;
        r = uinput_create(fd, NAME, PHYS, PRODUCT);
        if (r < 0)
                return r;
        r = fdstore_put(hostkeys->store, STORE_NAME, fd);
        if (r < 0)
                log_event(LOG_WARNING, (.error = r),
                          "Cannot keep '" NAME "' for when pilliond is restarted, continuing without: %m");
        hostkeys->fd = steal_fd(fd);
        hostkeys->codes = *codes;
        return 0;
}

static bool all_allowed(const struct keys *codes) {
        for (unsigned code = 0; code < KEY_CNT; code++)
                if (keys_has(codes, code) && !hostkeys_allows(code))
                        return false;
        return true;
}

int hostkeys_declare(struct hostkeys *hostkeys, const struct keys *codes) {
        if (!all_allowed(codes))
                return -EINVAL;
        if (hostkeys->fd < 0)
                hostkeys->fd = fdstore_take(hostkeys->store, STORE_NAME);
        if (hostkeys->fd >= 0 && has_just(hostkeys->fd, codes)) {
                hostkeys->codes = *codes;
                return uinput_release(hostkeys->fd, codes);
        }
        if (hostkeys->fd >= 0) {
                hostkeys->fd = close_fd(hostkeys->fd);
                fdstore_remove(hostkeys->store, STORE_NAME);
        }
        hostkeys->fd = -1;
        hostkeys->codes = (struct keys){ 0 };
        return keys_empty(codes) ? 0 : make(hostkeys, codes);
}

int hostkeys_set(struct hostkeys *hostkeys, uint16_t code, bool down) {
        struct input_event events[] = {
                { .type = EV_KEY, .code = code, .value = down },
                { .type = EV_SYN, .code = SYN_REPORT },
        };

        if (!keys_has(&hostkeys->codes, code))
                return -ENOENT;
        return write(hostkeys->fd, events, sizeof(events)) < 0 ? -errno : 0;
}
