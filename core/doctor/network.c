/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Scream over the network: whether the port can be had, and whether what is sent to it can arrive. */
#include "core/doctor/audio.h"

#include <arpa/inet.h>
#include <errno.h>
#include <inttypes.h>
#include <net/if.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static int try_to_bind(uint16_t port) {
        _cleanup_close_ int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
        const struct sockaddr_in any = { .sin_family = AF_INET, .sin_port = htons(port) };

        if (fd < 0 || bind(fd, (const struct sockaddr *)&any, sizeof(any)) < 0)
                return -errno;
        return 0;
}

/*
 * "3 virbr0 : 2 V3" and below it, indented by tabs, "4D4DFFEF 1 0:00000000 0": the group as
 * the machine has it in memory.
 */
bool doctor_group_joined(const char *text, struct in_addr group, const char *interface) {
        char device[32] = "", wanted[16];

        snprintf(wanted, sizeof(wanted), "%08X", group.s_addr);
        while (*text) {
                size_t length = strcspn(text, "\n");
                char word[32] = "";

                if (*text != '\t' && *text != ' ')
                        (void)sscanf(text, "%*d %31s", device);
                else if (sscanf(text, " %31s", word) == 1 && strcmp(word, wanted) == 0 &&
                         (!interface || strcmp(device, interface) == 0))
                        return true;
                text += length + (text[length] == '\n');
        }
        return false;
}

static bool look_at_group(const char *group, const char *interface) {
        FILE *in = fopen("/proc/net/igmp", "re");
        struct in_addr address;
        char text[16384];
        size_t n = in ? fread(text, 1, sizeof(text) - 1, in) : 0;

        if (in)
                fclose(in);
        text[n] = '\0';
        return inet_pton(AF_INET, group, &address) == 1 && doctor_group_joined(text, address, interface);
}

void doctor_look_at_network(struct doctor_network *ret, const struct doctor_facts *facts) {
        const struct config *config = facts->config;
        char origin[32];

        snprintf(origin, sizeof(origin), "udp:%u", (unsigned)config->audio_udp_port);
        *ret = (struct doctor_network){
                .port = (uint16_t)config->audio_udp_port,
                .error = try_to_bind((uint16_t)config->audio_udp_port),
                .ours = strcmp(client_text(&facts->daemon, "audio", "origin"), origin) == 0,
                .group = config->audio_udp_group,
                .interface = config->audio_udp_interface,
                .sender = config->audio_udp_sender,
                .datagrams = client_number(&facts->daemon, "audio", "datagrams"),
                .malformed = client_number(&facts->daemon, "audio", "malformed"),
                .refused = client_number(&facts->daemon, "audio", "refused"),
                .playing = strcmp(client_text(&facts->daemon, "audio", "state"), "playing") == 0,
        };
        ret->interface_exists = ret->interface && if_nametoindex(ret->interface) > 0;
        ret->joined = look_at_group(ret->group, ret->interface);
}

static void judge_port(struct doctor *doctor, const struct doctor_network *network) {
        if (network->error == -EADDRINUSE && network->ours)
                doctor_say(doctor, DOCTOR_OK, "pilliond listens on UDP port %u", network->port);
        else if (network->error == -EADDRINUSE)
                doctor_say(doctor, DOCTOR_PROBLEM,
                           "another program has UDP port %u\n"
                           "ss -lunp 'sport = :%u' says which; end it, such as a Scream receiver, or take "
                           "another port in pillion.conf and in Windows",
                           network->port, network->port);
        else if (network->error < 0)
                doctor_say(doctor, DOCTOR_PROBLEM, "UDP port %u cannot be had: %s", network->port,
                           strerror(-network->error));
        else
                doctor_say(doctor, DOCTOR_OK,
                           "UDP port %u is free; pilliond takes it when there is a guest to be heard",
                           network->port);
}

static void judge_way(struct doctor *doctor, const struct doctor_network *network) {
        if (network->interface && !network->interface_exists)
                doctor_say(doctor, DOCTOR_PROBLEM,
                           "there is no network interface '%s'\n"
                           "ip link lists them; libvirt makes its own when the network is started: virsh "
                           "net-start default",
                           network->interface);
        else if (network->ours && strcmp(network->group, "none") != 0 && !network->joined)
                doctor_say(doctor, DOCTOR_WARNING,
                           "the group %s is not joined%s%s\n"
                           "Name the guest's interface: 'udp-interface = virbr0' under [audio] in "
                           "pillion.conf",
                           network->group, network->interface ? " on " : "",
                           network->interface ? network->interface : "");
        if (!network->interface && !network->sender)
                doctor_say(doctor, DOCTOR_WARNING,
                           "whoever reaches the port can make sound here\n"
                           "Say 'udp-interface =' or 'udp-sender =' under [audio] in pillion.conf");
}

static void judge_arrivals(struct doctor *doctor, const struct doctor_network *network) {
        if (network->datagrams == 0)
                doctor_say(doctor, DOCTOR_WARNING,
                           "nothing has arrived yet; play something in the guest\n"
                           "If it stays so: a firewall must let UDP port %u in, and the guest's own must "
                           "let it out",
                           network->port);
        else
                doctor_say(doctor, DOCTOR_OK,
                           "%" PRIu64 " datagrams, %" PRIu64 " malformed, %" PRIu64 " from others%s",
                           network->datagrams, network->malformed, network->refused,
                           network->playing ? "; it is playing" : "");
}

void doctor_judge_network(struct doctor *doctor, const struct doctor_network *network) {
        judge_port(doctor, network);
        judge_way(doctor, network);
        if (network->ours)
                judge_arrivals(doctor, network);
}
