/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * pillion-test-look ADDRESS...: the machine as the switcher sees it, a line each, for the lab to compare with
 * what it knows better: functions, the nodes of the functions ADDRESS and who holds them, the desktop, how
 * long it took.
 */
#include <sys/sysmacros.h>
#include <time.h>

#include "switcher/desktop.h"
#include "switcher/watched.h"
#include "tests/test.h"

static double now(void) {
        struct timespec time;

        clock_gettime(CLOCK_MONOTONIC, &time);
        return (double)time.tv_sec * 1e3 + (double)time.tv_nsec / 1e6;
}

static void print_function(const struct inventory_function *function) {
        printf("function %s driver=%s module=%s group=%d resets=%s power=%s%s%s%s\n", function->address,
               function->driver, function->module, function->group, function->resets, function->power,
               function->boot_vga ? " boot_vga" : "", function->bridge ? " bridge" : "",
               function->dead ? " dead" : "");
        printf("name %s %s\n", function->address, function->name);
        for (size_t i = 0; i < function->n_nodes; i++)
                if (*function->nodes[i].mounted)
                        printf("mounted %s %s %s\n", function->address, function->nodes[i].name,
                               function->nodes[i].mounted);
}

static void print_inventory(const struct inventory *inventory) {
        for (size_t i = 0; i < inventory->n_functions; i++)
                print_function(&inventory->functions[i]);
        for (size_t i = 0; i < inventory->n_framebuffers; i++)
                printf("framebuffer %u %s\n", inventory->framebuffers[i].number,
                       inventory->framebuffers[i].address);
        for (size_t i = 0; i < inventory->n_pools; i++)
                printf("pool %" PRIu64 " total=%" PRIu64 "\n", inventory->pools[i].size,
                       inventory->pools[i].total);
        printf("cpus %s\nmodules %zu\niommu %d\nvfio %d\n", inventory->cpus, inventory->n_modules,
               inventory->iommu, inventory->vfio);
}

static void print_holders(const struct holders *holders) {
        char text[400];

        for (size_t i = 0; i < holders->n; i++) {
                holder_describe(&holders->items[i], text, sizeof(text));
                printf("holder %s [%s]\n", text, holders->items[i].unit);
        }
        printf("unseen %zu\n", holders->unseen);
}

static void print_desktop(const struct desktop *desktop) {
        printf("desktop %s %s\n", desktop->display_manager, desktop->active ? "active" : "inactive");
        for (size_t i = 0; i < desktop->n_sessions; i++)
                printf("session %s %s %s %s %s\n", desktop->sessions[i].id, desktop->sessions[i].type,
                       desktop->sessions[i].seat, desktop->sessions[i].user, desktop->sessions[i].scope);
}

int main(int argc, char *argv[]) {
        _cleanup_(inventory_freep) struct inventory *inventory = NULL;
        _cleanup_(watched_freep) struct watched *watched = NULL;
        _cleanup_(holders_freep) struct holders *holders = NULL;
        _cleanup_(desktop_freep) struct desktop *desktop = NULL;
        _cleanup_(sd_bus_flush_close_unrefp) sd_bus *bus = NULL;
        double start = now(), inventoried, held;

        CHECK_EQ(inventory_look(&inventory, ""), 0);
        CHECK_EQ(watched_new(&watched, inventory, "", argv + 1), 0);
        inventoried = now();
        CHECK_EQ(holders_look(&holders, "/proc", watched->nodes, watched->n), 0);
        held = now();
        CHECK(sd_bus_open_system(&bus) >= 0);
        CHECK_EQ(desktop_look(&desktop, bus), 0);
        print_inventory(inventory);
        for (size_t i = 0; i < watched->n; i++)
                printf("node %s %u:%u %s\n", watched->nodes[i].device, major(watched->nodes[i].number),
                       minor(watched->nodes[i].number), watched->nodes[i].name);
        print_holders(holders);
        print_desktop(desktop);
        printf("took inventory=%.1f holders=%.1f desktop=%.1f ms\n", inventoried - start, held - inventoried,
               now() - held);
        return 0;
}
