/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "switcher/snapshots.h"

#include <stdarg.h>
#include <time.h>

#include "core/log.h"
#include "switcher/guest.h"
#include "switcher/profile-volumes.h"
#include "switcher/snapshot-list.h"

#define GUEST_WAIT_USEC 5000000

__attribute__((format(printf, 1, 2))) static enum switch_status refuse(const char *format, ...) {
        char text[1200];
        va_list ap;

        va_start(ap, format);
        vsnprintf(text, sizeof(text), format, ap);
        va_end(ap);
        log_error("Nothing was done: %s", text);
        return SWITCH_REFUSED;
}

/* To look is allowed at any time; to change anything, the guest must not have the disks; and to go back, not
 * know from its memory what was on them. */
enum purpose { LOOK, CHANGE, REVERT };

static enum switch_status judge_guest(const struct guest_view *guest, const struct profile *profile,
                                      enum purpose purpose) {
        if (purpose == LOOK)
                return SWITCH_DONE;
        if (!guest->answered)
                return refuse(
                        "libvirt at %s does not say whether %s runs (%s); see 'systemctl status libvirtd'",
                        profile->uri, profile->domain, guest->problem);
        if (guest->active)
                return refuse("the guest %s runs; shut it down first: 'virsh -c %s shutdown %s'",
                              profile->domain, profile->uri, profile->domain);
        if (purpose == REVERT && guest->saved)
                return refuse(
                        "the memory of %s is saved, and would go on with disks that it does not know, and "
                        "ruin them: start it and shut it down, or have it forget that memory with "
                        "'virsh -c %s managedsave-remove %s'",
                        profile->domain, profile->uri, profile->domain);
        return SWITCH_DONE;
}

static enum switch_status look_at_volumes(struct volumes **ret, const struct profile *profile,
                                          const char *xml) {
        int r;

        if (!profile_has_snapshots(profile))
                return refuse("%s has 'snapshot = none': say there of which disks a snapshot is to be taken",
                              profile->path);
        r = profile_volumes(ret, profile, xml, NULL);
        if (r == -ENODATA)
                return refuse("which disks %s has cannot be seen: 'virsh -c %s domblklist %s' has to work",
                              profile->domain, profile->uri, profile->domain);
        return r < 0 ? refuse("the disks of %s cannot be seen: %s", profile->domain, strerror(-r))
                     : SWITCH_DONE;
}

static enum switch_status look(struct volumes **ret, const struct profile *profile, enum purpose purpose) {
        _cleanup_(guest_view_done) struct guest_view guest = { 0 };
        enum switch_status status;
        int r;

        r = guest_look(&guest, profile->uri, profile->domain, GUEST_WAIT_USEC);
        if (r < 0)
                return refuse("libvirt cannot be asked: %s", strerror(-r));
        status = judge_guest(&guest, profile, purpose);
        return status == SWITCH_DONE ? look_at_volumes(ret, profile, guest.xml) : status;
}

/* For everybody, what root has seen. */
static void publish(const struct profile *profile, const struct volumes *volumes) {
        int r;

        r = snapshot_list_forget("", profile->name, volumes);
        for (size_t i = 0; r >= 0 && i < volumes->n; i++)
                r = snapshot_list_update("", profile->name, &volumes->items[i]);
        if (r < 0)
                log_warning("The list of snapshots cannot be written: %s, ignoring", strerror(-r));
}

static void publish_anew(const struct profile *profile) {
        _cleanup_(volumes_freep) struct volumes *volumes = NULL;

        if (look(&volumes, profile, LOOK) == SWITCH_DONE)
                publish(profile, volumes);
}

static void tell_unseen(const struct volumes *volumes) {
        for (size_t i = 0; i < volumes->n; i++)
                if (!volume_can(&volumes->items[i]))
                        log_warning("%s has no snapshots: it is %s%s%s", volumes->items[i].name,
                                    volumes->items[i].kind == VOLUME_ABSENT ? "not there" : "",
                                    volumes->items[i].kind == VOLUME_UNSEEN ? "not to be seen: " : "",
                                    volumes->items[i].kind == VOLUME_ABSENT ? "" : volumes->items[i].problem);
}

enum switch_status snapshots_list(const struct profile *profile) {
        _cleanup_(snapshot_list_freep) struct snapshot_list *list = NULL;
        _cleanup_(volumes_freep) struct volumes *volumes = NULL;
        enum switch_status status = look(&volumes, profile, LOOK);
        int r;

        if (status != SWITCH_DONE)
                return status;
        tell_unseen(volumes);
        publish(profile, volumes);
        r = snapshot_list_read(&list, "", profile->name);
        if (r < 0)
                return refuse("the list of snapshots cannot be read: %s", strerror(-r));
        snapshot_list_print(stdout, list);
        return SWITCH_DONE;
}

/* The first N of them, that this very call has taken. */
static void take_back(const char *name, size_t n, const struct profile *profile) {
        _cleanup_(volumes_freep) struct volumes *volumes = NULL;
        char problem[600];
        const struct volume_say say = { problem, sizeof(problem) };

        if (look(&volumes, profile, LOOK) != SWITCH_DONE)
                return;
        for (size_t i = 0; i < n && i < volumes->n; i++)
                if (snapshot_find(volumes->items[i].snapshots, volumes->items[i].n, name) &&
                    volume_remove(&volumes->items[i], name, &say) < 0)
                        log_error("The snapshot %s of %s is left over: %s", name, volumes->items[i].name,
                                  problem);
}

/* Whether each can have one, and has none of that name. */
static enum switch_status judge_taking(const struct volumes *volumes, const struct profile *profile,
                                       const char *name) {
        size_t n = 0;

        for (size_t i = 0; i < volumes->n; i++) {
                const struct volume *volume = &volumes->items[i];

                if (!volume_can(volume) && (volume->kind != VOLUME_OTHER || !profile->snapshot_auto))
                        return refuse("no snapshot can be taken of %s: %s", volume->name,
                                      *volume->problem ? volume->problem : "it is not there");
                if (snapshot_find(volume->snapshots, volume->n, name))
                        return refuse("%s has a snapshot %s already", volume->name, name);
                n += volume_can(volume);
        }
        return n > 0 ? SWITCH_DONE
                     : refuse("%s has no disk that a snapshot can be taken of", profile->domain);
}

enum switch_status snapshots_take(const struct profile *profile, const char *given) {
        _cleanup_(volumes_freep) struct volumes *volumes = NULL;
        enum switch_status status = look(&volumes, profile, CHANGE);
        char name[SNAPSHOT_NAME_SIZE], problem[600];
        const struct volume_say say = { problem, sizeof(problem) };

        if (*given)
                snprintf(name, sizeof(name), "%s", given);
        else
                snapshot_name_at(name, (uint64_t)time(NULL));
        if (status == SWITCH_DONE)
                status = judge_taking(volumes, profile, name);
        if (status != SWITCH_DONE)
                return status;
        tell_unseen(volumes);
        for (size_t i = 0; status == SWITCH_DONE && i < volumes->n; i++) {
                if (!volume_can(&volumes->items[i]) ||
                    volume_take(&volumes->items[i], name, profile->snapshot_size, &say) >= 0)
                        continue;
                log_error("No snapshot was taken: %s: %s", volumes->items[i].name, problem);
                take_back(name, i, profile);
                status = SWITCH_FAILED;
        }
        publish_anew(profile);
        if (status == SWITCH_DONE)
                printf("%s is taken\n", name);
        return status;
}

/* Whether any has it, and none that has it is in a state that forbids to REVERT it. */
static enum switch_status judge_having(const struct volumes *volumes, const struct profile *profile,
                                       const char *name, bool revert) {
        char problem[600];
        const struct volume_say say = { problem, sizeof(problem) };
        size_t n = 0;

        for (size_t i = 0; i < volumes->n; i++) {
                const struct volume *volume = &volumes->items[i];
                int r;

                if (!snapshot_find(volume->snapshots, volume->n, name))
                        continue;
                n++;
                r = revert ? volume_judge_revert(volume, name, &say) : 0;
                if (r == -ENOSPC)
                        return refuse("%s; 'snapshot-size =' in %s gives the next more room", problem,
                                      profile->path);
                if (r < 0)
                        return refuse("%s", problem);
        }
        return n > 0 ? SWITCH_DONE
                     : refuse("there is no snapshot %s; 'pillion-switch snapshot list %s' shows those that "
                              "there are",
                              name, profile->name);
}

/* Each disk that has it, as far as it goes. */
static enum switch_status change(const struct profile *profile, const char *name, bool revert) {
        _cleanup_(volumes_freep) struct volumes *volumes = NULL;
        enum switch_status status = look(&volumes, profile, revert ? REVERT : CHANGE);
        char problem[600];
        const struct volume_say say = { problem, sizeof(problem) };

        if (status == SWITCH_DONE)
                status = judge_having(volumes, profile, name, revert);
        if (status != SWITCH_DONE)
                return status;
        for (size_t i = 0; i < volumes->n; i++) {
                const struct volume *volume = &volumes->items[i];
                int r;

                if (!snapshot_find(volume->snapshots, volume->n, name))
                        continue;
                r = revert ? volume_revert(volume, name, &say) : volume_remove(volume, name, &say);
                if (r >= 0) {
                        printf(revert ? "%s is what it was in %s\n" : "%s is without %s\n", volume->name,
                               name);
                        continue;
                }
                log_error("%s stays as it is: %s", volume->name, problem);
                status = SWITCH_FAILED;
        }
        publish_anew(profile);
        return status;
}

enum switch_status snapshots_revert(const struct profile *profile, const char *name) {
        return change(profile, name, true);
}

enum switch_status snapshots_remove(const struct profile *profile, const char *name) {
        return change(profile, name, false);
}
