/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Why this target: at the start of a cycle the frames of the whole cycle must be there, and just before a
 * grain is published nearly a grain is missing. Anything less breaks off now and then, anything more is late.
 *
 * The rate is the guest's as the clock knows it (so that a constant skew needs no error to correct it) plus a
 * part of the error in proportion: gone within some ten seconds, and too slow to be heard as a change of
 * pitch.
 */
#include "audio/pacer.h"

#include <math.h>

#define MARGIN     0.002 /* seconds */
#define TOO_LATE   0.15  /* behind the target: nobody would wait for the rate to make up for it */
#define SPARE      0.004
#define GAIN       0.15 /* of the error, per second; */
#define GAIN_LARGE 0.5  /* what exceeds a small one, as after a start, is gone sooner */
#define SMALL      0.004
#define FALL       0.001 /* of the target, per second: no faster than the rate can follow unheard */
#define CORRECTION 0.005
#define SAME_CYCLE 16u /* frames that a resampler may ask for more or less */

void pacer_init(struct pacer *pacer, const struct pacer_options *options, double rate) {
        *pacer = (struct pacer){ .options = *options, .holding = true, .correction = 1 };
        clock_init(&pacer->clock, options->rate, rate);
}

/* A grain is published at some time since the last look, and not longer ago than one grain takes. */
static double jitter_of(const struct pacer *pacer, const struct feed_view *view) {
        return fmin(pacer->cycle, view->grain) / 2;
}

static void observe(struct pacer *pacer, const struct feed_view *view, double now) {
        double jitter = jitter_of(pacer, view);

        if (view->published == pacer->published) {
                clock_miss(&pacer->clock, now, (double)(view->published + view->grain));
                return;
        }
        /* What was there before the first look may have been there for long, or not: the second will tell. */
        if (pacer->published == 0)
                jitter = 0;
        else if (!pacer->seen_twice)
                pacer->clock.running = false;
        pacer->seen_twice = pacer->published > 0;
        pacer->published = view->published;
        clock_observe(&pacer->clock, now - jitter, (double)view->published, jitter);
        if (pacer->starved)
                clock_heed(&pacer->clock);
}

static void learn_cycle(struct pacer *pacer, uint32_t frames) {
        /* A resampler that was given too little comes back for a few more within the cycle. */
        if (frames <= SAME_CYCLE)
                return;
        if (frames > pacer->cycle || frames + SAME_CYCLE < pacer->cycle)
                pacer->cycle = frames;
}

static double wanted_delay(const struct pacer *pacer, const struct feed_view *view) {
        double target = view->grain + pacer->cycle + clock_reserve(&pacer->clock, jitter_of(pacer, view)) +
                        MARGIN * pacer->options.rate;

        target = fmax(target, (double)view->grain + pacer->options.latency);
        /* A small ring holds less than we would like: then as much as it can, short of being lapped. */
        target = fmin(target, view->capacity);
        return pacer->holding ? target : fmax(target, pacer->target - FALL * pacer->cycle);
}

static double current_delay(const struct pacer *pacer, const struct feed_view *view, double now) {
        double ahead =
                pacer->clock.running ? clock_position(&pacer->clock, now) - (double)view->published : 0;

        /* The guest that does not publish on time may have stopped: what is there is played in the end. */
        return view->unread + fmin(fmax(ahead, 0), 2 * pacer->target);
}

static bool is_far_behind(const struct pacer *pacer, const struct feed_view *view) {
        double excess = pacer->delay - pacer->target;

        return excess > TOO_LATE * pacer->options.rate || (excess > 0 && view->unread >= view->capacity) ||
               (excess > 0 && view->jumped);
}

static double correction(const struct pacer *pacer) {
        double error = pacer->holding ? 0 : (pacer->delay - pacer->target) / pacer->options.rate;
        double large = error - fmin(fmax(error, -SMALL), SMALL);
        double wanted = pacer->clock.rate * (1 + GAIN * error + GAIN_LARGE * large);

        if (!pacer->options.matching)
                return 1;
        return fmin(fmax(wanted, 1 - CORRECTION), 1 + CORRECTION);
}

static void wait_for_target(struct pacer *pacer, const struct feed_view *view, uint32_t frames,
                            struct pacer_turn *turn) {
        double lacking = view->ended ? 0 : pacer->target - pacer->delay;

        if (view->unread == 0 || lacking >= frames) {
                turn->silence = frames;
                return;
        }
        turn->silence = lacking > 0 ? (uint32_t)lacking : 0;
        pacer->underruns += pacer->starved;
        pacer->holding = pacer->starved = false;
}

static void jump_to_target(struct pacer *pacer, const struct feed_view *view, struct pacer_turn *turn) {
        turn->skip = (uint32_t)fmin(pacer->delay - pacer->target, view->unread);
        pacer->delay -= turn->skip;
        pacer->overruns += turn->skip > 0;
}

struct pacer_turn pacer_turn(struct pacer *pacer, const struct feed_view *view, double now, uint32_t frames) {
        struct pacer_turn turn = { 0 };
        uint32_t left;

        learn_cycle(pacer, frames);
        observe(pacer, view, now);
        pacer->target = wanted_delay(pacer, view);
        pacer->delay = current_delay(pacer, view, now);
        if (is_far_behind(pacer, view))
                jump_to_target(pacer, view, &turn);
        if (pacer->holding)
                wait_for_target(pacer, view, frames, &turn);
        pacer->correction = correction(pacer);
        if (pacer->holding)
                return turn;

        left = view->unread - turn.skip;
        turn.take = frames - turn.silence;
        if (turn.take > left) {
                turn.take = left;
                pacer->holding = true;
                pacer->starved = !view->ended;
        } else if (pacer->options.matching && pacer->delay - pacer->target > SPARE * pacer->options.rate) {
                turn.spare = (uint32_t)(pacer->delay - pacer->target);
        }
        return turn;
}
