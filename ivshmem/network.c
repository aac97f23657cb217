/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The socket at one end, the relay at the other; here is decided what may pass from one to the other.
 *
 *         interface   receiver: else foreign
 *         sender      gate: else foreign
 *         contents    datagram: else malformed
 *
 * Only what has passed all three holds the gate, so that nobody can keep it with rubbish. What is refused is
 * shown as a problem only while the gate is free: a neighbour's datagrams do not matter as long as the
 * guest's are heard, and a problem that comes and goes can do so once a second at most.
 */
#include "ivshmem/network.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>

#include "core/loop.h"
#include "ivshmem/datagram.h"
#include "ivshmem/explain-network.h"
#include "ivshmem/gate.h"
#include "ivshmem/receiver.h"
#include "ivshmem/relay.h"

#define BATCH_MAX    16u /* datagrams, then the loop looks whether there is anything more urgent */
#define RETRY_USEC   3000000u
#define REJOIN_USEC  60000000u
#define REJOIN_SLACK 30000000u /* what has to wake up about then anyway may take us along */

enum refusal {
        REFUSAL_NONE,
        REFUSAL_INTERFACE,
        REFUSAL_SENDER,
        REFUSAL_MALFORMED,
};

/* A datagram on its way in; its bytes are in the buffer. */
struct arrival {
        struct receiver_origin origin;
        uint64_t now;
        enum refusal refusal;
        enum datagram_verdict verdict; /* if malformed */
        struct datagram datagram;      /* if not refused */
};

struct network {
        sd_event *loop;
        struct feed_callbacks callbacks;
        struct relay *relay;
        struct receiver receiver;
        struct receiver_options options; /* port 0: off */
        sd_event_source *io;
        sd_event_source *timer; /* to open the socket, or to join the group again */
        struct gate gate;
        bool listening;

        uint64_t datagrams, malformed, foreign;
        uint64_t dropped_before;  /* by the relay, until network_set() */
        char problem[512];        /* why the socket is closed */
        struct arrival refused;   /* is shown as a problem, if its refusal is one */
        enum network_state state; /* as on_change last told */
        uint8_t buffer[DATAGRAM_SIZE_MAX];
};

static uint64_t now_usec(const struct network *network) {
        uint64_t now = 0;

        (void)sd_event_now(network->loop, CLOCK_MONOTONIC, &now);
        return now;
}

static enum network_state current_state(const struct network *network) {
        if (network->options.port == 0)
                return NETWORK_OFF;
        if (network->receiver.fd < 0)
                return NETWORK_UNUSABLE;
        return relay_format(network->relay) ? NETWORK_PLAYING : NETWORK_SILENT;
}

static void tell(struct network *network) {
        network->state = current_state(network);
        network->callbacks.on_change(network->callbacks.userdata);
}

static void on_start(const struct pcm_format *format, const struct feed *feed, void *userdata) {
        struct network *network = userdata;

        network->callbacks.on_start(format, feed, network->callbacks.userdata);
}

static void on_stop(void *userdata) {
        struct network *network = userdata;

        network->callbacks.on_stop(network->callbacks.userdata);
}

static void on_relay_change(void *userdata) {
        tell(userdata);
}

static void judge(struct network *network, struct arrival *arrival, size_t size) {
        if (!receiver_admits(&network->receiver, arrival->origin.index, arrival->now)) {
                arrival->refusal = REFUSAL_INTERFACE;
                return;
        }
        if (!gate_admits(&network->gate, &arrival->origin.sender, arrival->now)) {
                arrival->refusal = REFUSAL_SENDER;
                return;
        }
        arrival->verdict = datagram_decode(&arrival->datagram, network->buffer, size);
        if (arrival->verdict != DATAGRAM_VALID)
                arrival->refusal = REFUSAL_MALFORMED;
}

static void refuse(struct network *network, const struct arrival *arrival) {
        if (arrival->refusal == REFUSAL_MALFORMED)
                network->malformed++;
        else
                network->foreign++;
        if (network->refused.refusal != REFUSAL_NONE || gate_held(&network->gate, arrival->now))
                return;
        network->refused = *arrival;
        tell(network);
}

static void pass(struct network *network, const struct arrival *arrival) {
        network->datagrams++;
        gate_pass(&network->gate, &arrival->origin.sender, arrival->now);
        if (network->refused.refusal != REFUSAL_NONE) {
                network->refused.refusal = REFUSAL_NONE;
                tell(network);
        }
        if (network->listening)
                relay_put(network->relay, &arrival->datagram, network->buffer + arrival->datagram.offset,
                          arrival->now);
}

static int on_timer(sd_event_source *timer, uint64_t usec, void *userdata);

static void wait_for(struct network *network, uint64_t usec, uint64_t slack) {
        if (timer_arm(network->loop, &network->timer, "ivshmem-network", usec, on_timer, network) >= 0)
                (void)sd_event_source_set_time_accuracy(network->timer, slack);
}

static void close_socket(struct network *network) {
        network->io = sd_event_source_disable_unref(network->io);
        receiver_close(&network->receiver);
        timer_disarm(network->timer);
}

static void fail(struct network *network, const char *problem) {
        bool news = strcmp(problem, network->problem) != 0 || network->state != NETWORK_UNUSABLE;

        close_socket(network);
        snprintf(network->problem, sizeof(network->problem), "%s", problem);
        relay_stop(network->relay);
        wait_for(network, RETRY_USEC, RETRY_USEC / 3);
        if (news)
                tell(network);
}

static int on_datagrams(sd_event_source *io, int fd, uint32_t revents, void *userdata) {
        struct network *network = userdata;
        char problem[sizeof(network->problem)];
        uint64_t now = now_usec(network);

        for (unsigned i = 0; i < BATCH_MAX; i++) {
                struct arrival arrival = { .now = now };
                ssize_t n = receiver_take(&network->receiver, network->buffer, sizeof(network->buffer),
                                          &arrival.origin);

                if (n == -EAGAIN)
                        break;
                if (n < 0) {
                        explain_no_port(problem, sizeof(problem), network->options.port, (int)n);
                        fail(network, problem);
                        break;
                }
                judge(network, &arrival, (size_t)n);
                if (arrival.refusal == REFUSAL_NONE)
                        pass(network, &arrival);
                else
                        refuse(network, &arrival);
        }
        return 0;
}

/* Behind the keyboard, and no sooner than what keeps that from a guest that does not read. */
static int watch_socket(struct network *network) {
        int r;

        r = sd_event_add_io(network->loop, &network->io, network->receiver.fd, EPOLLIN, on_datagrams,
                            network);
        if (r < 0)
                return r;
        source_declare(network->io, "ivshmem-network", SD_EVENT_PRIORITY_IDLE, SOURCE_AUXILIARY);
        return 0;
}

static void open_socket(struct network *network) {
        char problem[sizeof(network->problem)];
        int r;

        r = receiver_open(&network->receiver, &network->options, problem, sizeof(problem));
        if (r >= 0) {
                r = watch_socket(network);
                if (r < 0)
                        explain_no_port(problem, sizeof(problem), network->options.port, r);
        }
        if (r < 0) {
                fail(network, problem);
                return;
        }
        if (network->options.group.s_addr != 0)
                wait_for(network, REJOIN_USEC, REJOIN_SLACK);
        tell(network);
}

static int on_timer(sd_event_source *timer, uint64_t usec, void *userdata) {
        struct network *network = userdata;
        char problem[sizeof(network->problem)];

        if (network->receiver.fd < 0)
                open_socket(network);
        else if (receiver_rejoin(&network->receiver, problem, sizeof(problem)) < 0)
                fail(network, problem);
        else
                wait_for(network, REJOIN_USEC, REJOIN_SLACK);
        return 0;
}

int network_new(struct network **ret, sd_event *loop, const struct feed_callbacks *callbacks) {
        _cleanup_(network_freep) struct network *network = calloc(1, sizeof(*network));
        int r;

        if (!network)
                return -ENOMEM;
        network->loop = sd_event_ref(loop);
        network->callbacks = *callbacks;
        network->receiver.fd = -1;
        network->listening = true;
        r = relay_new(&network->relay, loop,
                      &(const struct feed_callbacks){ on_start, on_stop, on_relay_change, network });
        if (r < 0)
                return r;
        *ret = steal_ptr(network);
        return 0;
}

struct network *network_free(struct network *network) {
        if (!network)
                return NULL;
        close_socket(network);
        relay_free(network->relay);
        network->timer = sd_event_source_disable_unref(network->timer);
        sd_event_unref(network->loop);
        free(network);
        return NULL;
}

static int parse_options(const struct network_options *options, struct receiver_options *ret,
                         struct in_addr *ret_sender) {
        if (options->sender && inet_pton(AF_INET, options->sender, ret_sender) != 1)
                return -EINVAL;
        return receiver_parse(ret, options->port, options->group, options->interface);
}

static void forget(struct network *network) {
        close_socket(network);
        network->options = (struct receiver_options){ 0 };
        relay_stop(network->relay);
        network->gate = (struct gate){ 0 };
        network->refused = (struct arrival){ 0 };
        network->problem[0] = '\0';
        network->datagrams = network->malformed = network->foreign = 0;
        network->dropped_before = relay_dropped(network->relay);
}

int network_set(struct network *network, const struct network_options *options) {
        struct receiver_options parsed;
        struct in_addr sender = { 0 };
        int r = options ? parse_options(options, &parsed, &sender) : 0;

        if (!options || r < 0) {
                forget(network);
                if (network->state != NETWORK_OFF)
                        tell(network);
                return r;
        }
        relay_set_idle(network->relay, options->idle_after);
        if (receiver_options_equal(&parsed, &network->options) && sender.s_addr == network->gate.only.s_addr)
                return 0;
        forget(network);
        network->options = parsed;
        network->gate.only = sender;
        open_socket(network);
        return 0;
}

void network_set_listening(struct network *network, bool listening) {
        network->listening = listening;
        if (!listening)
                relay_stop(network->relay);
}

static void describe_problem(const struct network *network, char *text, size_t size) {
        const struct arrival *refused = &network->refused;
        struct in_addr sender = refused->origin.sender.sin_addr;

        text[0] = '\0';
        if (current_state(network) == NETWORK_UNUSABLE) {
                snprintf(text, size, "%s", network->problem);
                return;
        }
        switch (refused->refusal) {
        case REFUSAL_NONE:
                break;
        case REFUSAL_INTERFACE:
                explain_wrong_interface(text, size, sender, refused->origin.index,
                                        network->options.interface);
                break;
        case REFUSAL_SENDER:
                explain_wrong_sender(text, size, sender, network->gate.only);
                break;
        case REFUSAL_MALFORMED:
                explain_bad_datagram(text, size, sender, network->options.port,
                                     datagram_verdict_to_string(refused->verdict));
        }
}

void network_status(const struct network *network, struct network_status *ret) {
        const struct pcm_format *format = relay_format(network->relay);
        const struct sockaddr_in *owner = &network->gate.owner;

        *ret = (struct network_status){
                .state = current_state(network),
                .datagrams = network->datagrams,
                .malformed = network->malformed,
                .foreign = network->foreign,
                .dropped = relay_dropped(network->relay) - network->dropped_before,
        };
        if (format)
                ret->format = *format;
        if (owner->sin_family == AF_INET)
                (void)inet_ntop(AF_INET, &owner->sin_addr, ret->sender, sizeof(ret->sender));
        describe_problem(network, ret->problem, sizeof(ret->problem));
}
