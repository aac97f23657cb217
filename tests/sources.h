/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/* tests/sources: microphones that are not there, in a PipeWire of the test's own, and how they are seen. */
#include "tests/session.h"

#define SOURCE(name, priority)                                                                               \
        "{ factory.name = support.null-audio-sink node.name = " name " media.class = Audio/Source/Virtual\n" \
        "  audio.position = \"FL,FR\" object.linger = true priority.session = " priority " }"

/* 1: muted, 0: not, -1: there is no such source. */
static inline int mute_of(const char *name) {
        char command[512];
        FILE *pipe;
        int muted = -1;

        snprintf(command, sizeof(command),
                 "pw-dump 2>/dev/null | python3 -c 'import json, sys\n"
                 "for o in json.load(sys.stdin):\n"
                 "  i = o.get(\"info\") or {}\n"
                 "  if i.get(\"props\", {}).get(\"node.name\") == \"%s\":\n"
                 "    m = [p[\"mute\"] for p in i[\"params\"][\"Props\"] if \"mute\" in p]\n"
                 "    print(int(m[0]))' 2>/dev/null",
                 name);
        pipe = popen(command, "re");
        CHECK(pipe);
        if (fscanf(pipe, "%d", &muted) != 1)
                muted = -1;
        pclose(pipe);
        return muted;
}

static inline void command(const struct session *session, const char *text) {
        char line[700];

        snprintf(line, sizeof(line), "%s >>%s 2>&1", text, session_path(session, "commands.log"));
        CHECK_EQ(system(line), 0);
}

static inline void set_default(const struct session *session, const char *name) {
        char text[200];

        snprintf(text, sizeof(text),
                 "pw-metadata 0 default.configured.audio.source '{ \"name\": \"%s\" }' Spa:String:JSON",
                 name);
        command(session, text);
}
