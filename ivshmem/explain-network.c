/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "ivshmem/explain-network.h"

#include <arpa/inet.h>
#include <errno.h>
#include <net/if.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

struct address {
        char text[INET_ADDRSTRLEN];
};

static struct address address_of(struct in_addr binary) {
        struct address address = { "?" };

        (void)inet_ntop(AF_INET, &binary, address.text, sizeof(address.text));
        return address;
}

void explain_no_interface(char *text, size_t size, const char *interface) {
        snprintf(text, size,
                 "The network interface '%s' does not exist yet: libvirt makes its own with the network, "
                 "'virsh net-start default'. If the name is wrong, correct udp-interface",
                 interface);
}

void explain_no_port(char *text, size_t size, uint16_t port, int error) {
        switch (-error) {
        case EADDRINUSE:
                snprintf(text, size,
                         "UDP port %u is in use by another program, perhaps Scream's own receiver: stop it "
                         "('ss -lunp sport = :%u' names it), or give source and the guest's driver another "
                         "port",
                         port, port);
                break;
        case EACCES:
        case EPERM:
                snprintf(text, size,
                         "UDP port %u may not be opened by user %u: give source and the guest's driver a "
                         "port from 1024 on",
                         port, (unsigned)geteuid());
                break;
        default:
                snprintf(text, size, "UDP port %u cannot be used: %s", port, strerror(-error));
        }
}

void explain_no_group(char *text, size_t size, struct in_addr group, const char *interface, int error) {
        struct address address = address_of(group);

        if (interface[0] == '\0' && error == -ENODEV)
                snprintf(text, size,
                         "The multicast group %s cannot be joined, for no network interface takes multicast: "
                         "bring the guest's up, or set udp-group to none and let the driver send to this "
                         "host's address",
                         address.text);
        else
                snprintf(text, size,
                         "The multicast group %s cannot be joined on %s%s%s: %s. Name another one in "
                         "udp-interface, or set udp-group to none and let the driver send to this host's "
                         "address",
                         address.text, interface[0] ? "'" : "", interface[0] ? interface : "any interface",
                         interface[0] ? "'" : "", strerror(-error));
}

void explain_wrong_sender(char *text, size_t size, struct in_addr sender, struct in_addr only) {
        struct address from = address_of(sender), allowed = address_of(only);

        snprintf(text, size,
                 "What %s sends is refused, for udp-sender says %s: if that is the guest, correct "
                 "udp-sender",
                 from.text, allowed.text);
}

void explain_wrong_interface(char *text, size_t size, struct in_addr sender, unsigned index,
                             const char *interface) {
        struct address from = address_of(sender);
        char name[IF_NAMESIZE];

        snprintf(text, size,
                 "What %s sends is refused, for it comes in through '%s' and not through '%s': if that is "
                 "the guest, correct udp-interface",
                 from.text, if_indextoname(index, name) ? name : "?", interface);
}

void explain_bad_datagram(char *text, size_t size, struct in_addr sender, uint16_t port,
                          const char *verdict) {
        struct address from = address_of(sender);

        snprintf(text, size,
                 "A datagram of %s to UDP port %u is not Scream's: %s. If another program sends there, give "
                 "source and the guest's driver another port",
                 from.text, port, verdict);
}
