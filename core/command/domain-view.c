/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/command/domain-show.h"
#include "input/sink.h"

int domain_view_look(struct domain_view *ret, const char *xml) {
        _cleanup_(domain_view_done) struct domain_view view = { 0 };
        int r;

        r = domain_parse(&view.info, xml);
        if (r < 0)
                return r;
        r = domain_hardware_parse(&view.hardware, xml);
        if (r < 0)
                return r;
        (void)inventory_look(&view.inventory, "");
        sink_link(view.keyboard, sizeof(view.keyboard), SINK_KEYBOARD, view.info->name);
        sink_link(view.mouse, sizeof(view.mouse), SINK_POINTER, view.info->name);
        *ret = view;
        view = (struct domain_view){ 0 };
        return 0;
}

void domain_view_done(struct domain_view *view) {
        inventory_free(view->inventory);
        domain_hardware_free(view->hardware);
        domain_free(view->info);
        *view = (struct domain_view){ 0 };
}
