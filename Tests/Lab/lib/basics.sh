# shellcheck shell=bash
# What every other helper uses: waiting, failing, running inside an end.

# step TEXT: says in the log what is being done.
step() { printf '%(%H:%M:%S)T %s\n' -1 "$*"; }

# show TEXT: says it to whoever watches.
show() { printf 'lab: show %s\n' "$*" >&3; }

# fail REASON: ends the scenario. Not in a subshell: only that would end.
fail() {
    printf '%s\n' "$*" >"$CASE_FOLDER/reason"
    step "FAIL: $*"
    exit 1
}

# wait_for SECONDS COMMAND…: until COMMAND succeeds; false when time is over.
wait_for() {
    local until=$((SECONDS + $1))
    shift
    until "$@" >/dev/null 2>&1; do
        [ "$SECONDS" -lt "$until" ] || return 1
        sleep 0.1
    done
}

# within PLACE COMMAND…: runs it in the network of an end or of a LAN's host.
within() { nsenter --net="/run/netns/$1" "${@:2}"; }

# as_daemon END COMMAND…: becomes it, to be started with &. What a shell starts so
# ignores SIGINT, which a daemon may inherit.
as_daemon() { exec nsenter --net="/run/netns/$1" env --default-signal=INT "${@:2}" 3>&-; }

# other END: prints the end that it is not.
other() { [ "$1" = a ] && echo b || echo a; }

# finish: runs on exit, whatever happened. Leaves what explains a failure.
finish() {
    local status=$? end
    [ "$status" -eq 0 ] || for end in a b; do
        [ -e "/run/netns/$end" ] || continue
        {
            echo "# SAs and policies at the end"
            within $end ip -s xfrm state
            within $end ip xfrm policy
            echo "# packets dropped, and why"
            within $end grep -v '\<0$' /proc/net/xfrm_stat
        } >"$CASE_FOLDER/$end.kernel" 2>&1
    done
    capture_stop
    exit "$status"
}

# epilogue: what must be so at the end of every scenario that passed.
epilogue() {
    local end
    for end in a b; do
        [ "$(of $end daemon)" = ikev2d ] || continue
        ikev2d_kept_secrets $end
        ikev2d_did_not_crash $end
    done
}
