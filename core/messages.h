/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/*
 * core/messages: the happenings that an administrator looks for, or has something done about. In the journal
 * each has its own MESSAGE_ID=, by which 'journalctl MESSAGE_ID=…' finds it whatever its words are, and by
 * which 'journalctl -x' explains it, from contrib/catalog/pillion.catalog; a test holds the two together. An
 * id is never used for something else: 'systemd-id128 new' makes another.
 */

/* What follows "MESSAGE_", the id. */
#define MESSAGES(X)                                                                                          \
        X(GUEST_STARTED, "430656ba548f42f5b2c4f22fa8ffd3d4")                                                 \
        X(GUEST_GONE, "e81e659411fa412aa08cef8be56a45f0")                                                    \
        X(START_FAILED, "31b0bab4bf07412fa83b19776b47350a")                                                  \
        X(GUEST_STAYS, "d80e6ba87cb54d9197e131552007ccc6")                                                   \
        X(GUEST_LACKS, "1b75f2dea1704d06a3b3c6c5ba7ae5db")                                                   \
        X(INPUT_HOME, "e0a8a6601f2d412b8d205887da6c6144")                                                    \
        X(INPUT_STAYS, "feccbc31767041988f47411b4d64e1dd")                                                   \
        X(INPUT_LOST, "a10ad997c7f04d1b8a6ad1ca8ee04db6")                                                    \
        X(DEVICE_UNUSABLE, "62c8a2cc0e204d969fc17f2fb38e266a")                                               \
        X(DEVICE_GONE, "2e81ea51d3fc4b5ab94ee6558a41cbdb")                                                   \
        X(DEVICE_REFUSED, "5a5faec549734c5d850653eccf5cde28")                                                \
        X(HARDWARE_LENT, "bbb0f8543cbe49f4926f037017456f87")                                                 \
        X(HARDWARE_RETURNED, "2fef9c0dcfda40ffb6d10f2ed8b87218")                                             \
        X(SWITCH_REFUSED, "38914fd9178d4379a9d59080cd5b5832")                                                \
        X(LENDING_FAILED, "502b68d63fbe4beb8a802fc11bcab88a")                                                \
        X(STEP_FAILED, "e6dd445bc20f40b7863fbb3cee466bba")                                                   \
        X(STEP_STUCK, "8154dea2e75645d3aaf0000d8b5f9d55")                                                    \
        X(RETURN_FAILED, "1aa6b35e267549388c83ce17c2ff6561")                                                 \
        X(HARDWARE_KEPT, "d95a0d124ef94113a4e081d5a1b028ea")                                                 \
        X(HARDWARE_IDLE, "0782a7be47f843d991b186a116472db2")                                                 \
        X(HOST_WENT_DOWN, "d70f4d102a21474ca39a86f244c7dc73")                                                \
        X(USER_LINGERS, "614102daa98d40b6a0a22a20401951d1")                                                  \
        X(USER_LINGERS_NO_MORE, "ca3b61e88cc640c899be973907759a8a")                                          \
        X(LIBVIRT_LOST, "8aca133955b1445292e15481e6ea13eb")                                                  \
        X(LIBVIRT_BACK, "e6c600a5b38f48d18b197bd998fcbf20")                                                  \
        X(PIPEWIRE_LOST, "76dfa01b818c4a1b8901f5b3f762f4d6")                                                 \
        X(PIPEWIRE_BACK, "d95e920b0cb14c6085b0bcbc4b61f95b")                                                 \
        X(CONFIGURATION_MISTAKE, "03ed70ab640d488bbabd2872de2690dd")                                         \
        X(HOTKEY_FAILED, "9add7b3ad7ed488aa9667269489f3def")

enum message {
        MESSAGE_NONE,
#define MESSAGE_ENTRY(name, id) MESSAGE_##name,
        MESSAGES(MESSAGE_ENTRY)
#undef MESSAGE_ENTRY
                N_MESSAGES,
};
