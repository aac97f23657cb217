#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Installs what is needed, builds, and runs the tests.
#
#   sh tests/run.sh          everything, the lab too
#   sh tests/run.sh quick    without the lab: a few minutes
#
# Closes with "N passed, N failed, N skipped" and is 0 only if nothing failed. A test that was skipped has said why.
set -u
cd "$(dirname "$0")/.." || exit 1

what=${1:-all}
case $what in
all) deps='lab' ;;
quick) deps='test' ;;
*)
    echo "run.sh: '$what' is none of: quick, all" >&2
    exit 2
    ;;
esac

passed=0 failed=0 skipped=0
red=build/red # what has failed, a line each: said again at the end, where it is seen
# Fair: on a busy machine one thread of a test may otherwise keep the others waiting for good.
valgrind='--fair-sched=try --error-exitcode=99 --leak-check=full --errors-for-leak-kinds=definite --trace-children=no'
bad='"result": "(FAIL|TIMEOUT|ERROR|INTERRUPT|UNEXPECTEDPASS)"'
began=$(date +%s)

say() {
    printf '\n== %s (%d s)\n' "$*" $(($(date +%s) - began))
}

# A phase is a test too: one that cannot even be carried out counts as failed.
phase_failed() {
    echo "FAILED: $*" | tee -a "$red"
    failed=$((failed + 1))
}

# Builds in build/NAME with the options given. The folder is kept, so a second run only builds what changed.
build() {
    name=$1
    shift
    [ -f "build/$name/build.ninja" ] || meson setup "build/$name" -Dwerror=true "$@" >"build/$name.log" 2>&1 || {
        cat "build/$name.log"
        return 1
    }
    ninja -C "build/$name" >"build/$name.log" 2>&1 || {
        grep -v '^\[' "build/$name.log" | tail -50
        return 1
    }
}

# Runs meson's tests of build/NAME and adds up what their log says.
# Always 0: what failed is in the count.
run_tests() {
    name=$1
    shift
    log=build/$name/meson-logs/run.json
    rm -f "$log" "build/$name"/meson-logs/run-*.json
    meson test -C "build/$name" --no-rebuild --logbase run --print-errorlogs "$@" | grep -v '^$' |
        grep -vE '^(ninja|Ok:|Fail:|Skipped:|Expected|Unexpected|Timeout:|Full log)'
    # With a wrapper meson names its log after that too.
    mv "build/$name"/meson-logs/run-*.json "$log" 2>/dev/null
    [ -s "$log" ] || {
        phase_failed "the tests of build/$name left no log"
        return
    }
    passed=$((passed + $(grep -cE '"result": "(OK|EXPECTEDFAIL)"' "$log")))
    skipped=$((skipped + $(grep -c '"result": "SKIP"' "$log")))
    failed=$((failed + $(grep -cE "$bad" "$log")))
    grep -E "$bad" "$log" | sed "s|.*\"name\": \"\([^\"]*\)\".*|FAILED: \1 (build/$name $*)|" >>"$red"
    return 0
}

verdict() {
    say "done"
    cat "$red"
    echo "$passed passed, $failed failed, $skipped skipped"
    [ "$failed" = 0 ]
    exit
}

mkdir -p build
: >"$red"
say "what is needed"
sh contrib/deps.sh "$deps" || {
    phase_failed "contrib/deps.sh $deps"
    verdict
}

say "gcc, with warnings as errors: unit, process, property, program, sound, style and guest tests"
if build gcc; then run_tests gcc --no-suite package; else phase_failed "the build with gcc"; fi

say "the Debian package, and what lintian says of it"
[ -f build/gcc/build.ninja ] && run_tests gcc --suite package

say "the unit tests under valgrind"
[ -f build/gcc/build.ninja ] &&
    run_tests gcc --suite unit --timeout-multiplier 20 \
        --wrapper "valgrind -q $valgrind"

say "clang, with warnings as errors, AddressSanitizer and UndefinedBehaviorSanitizer: the unit and property tests"
if CC=clang build clang -Db_sanitize=address,undefined -Db_lundef=false -Dfuzzers=true; then
    run_tests clang --suite unit --suite process --suite property --suite program --timeout-multiplier 5
else
    phase_failed "the build with clang"
fi

say "clang, ThreadSanitizer: the tests whose threads are all ours"
if CC=clang build threads -Db_sanitize=thread -Db_lundef=false; then
    run_tests threads --suite threads --timeout-multiplier 5
else
    phase_failed "the build with ThreadSanitizer"
fi

say "the fuzzers, 20 s each"
[ -f build/clang/build.ninja ] && run_tests clang --suite fuzz

if [ "$what" = all ]; then
    say "the lab"
    rm -f build/lab.log
    if sh tests/lab/stage; then sh tests/lab/run | tee build/lab.log; else phase_failed "the lab's stage"; fi
    grep '^FAIL ' build/lab.log >>"$red"
    counts=$(grep -E '^[0-9]+ passed, [0-9]+ failed, [0-9]+ skipped$' build/lab.log | tail -1)
    if [ -n "$counts" ]; then
        # shellcheck disable=SC2086 # six words, on purpose
        set -- $counts
        passed=$((passed + $1)) failed=$((failed + $3)) skipped=$((skipped + $5))
    else
        phase_failed "the lab gave no counts"
    fi

    say "the power is cut in the middle of a switch"
    sh tests/lab/powercut --cuts 10 | tee build/powercut.log
    grep '^FAIL ' build/powercut.log >>"$red"
    counts=$(grep -E '^[0-9]+ cuts, [0-9]+ failed$' build/powercut.log | tail -1)
    if [ -n "$counts" ]; then
        # shellcheck disable=SC2086 # four words, on purpose
        set -- $counts
        passed=$((passed + $1 - $3)) failed=$((failed + $3))
    else
        phase_failed "the power cut"
    fi
fi
verdict
