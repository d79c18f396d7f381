# shellcheck shell=bash
# Pings: one, and many without end, of which none may be lost.

# ping_once END FAMILY: one echo request from END's side, answered within 1 s.
ping_once() {
    within "$(place "$1")" ping -q -n -c 1 -W 1 "$(target "$1" "$2")" >/dev/null 2>&1
}

# steady_pings END: until stop_pings or expect_no_loss.
steady_pings() {
    local family
    read -r family _ < <(families)
    step "steady traffic from $1"
    as_daemon "$(place "$1")" ping -n -D -i "${setting[pings]}" \
        -s "${setting[ping_octets]}" "$(target "$1" "$family")" >"$CASE_FOLDER/pings" 2>&1 &
    pings=$!
}

pings_answered() { grep -c 'bytes from' "$CASE_FOLDER/pings"; }
answered() { [ "$(pings_answered)" -ge "$1" ]; }

# expect_more_pings COUNT [SECONDS]: so many more are answered, within so long.
expect_more_pings() {
    wait_for "${2:-40}" answered $(($(pings_answered) + $1)) || fail "the pings are not answered any more"
}

stop_pings() {
    kill -INT "$pings"
    wait "$pings" 2>/dev/null
}

# end_pings: stops them, and sets `sent` and `received` to how many there were.
end_pings() {
    stop_pings
    read -r sent received < <(awk '/packets transmitted/ { print $1, $4 }' "$CASE_FOLDER/pings")
    step "$sent sent, $received answered"
}

# expect_no_loss [ABILITY…]: the answers have no gap. The last ones may be under way still.
# A peer that lacks one of the abilities, or "handover", may have no SA for a moment, or
# send with one that a cannot have yet: what the kernels count then is its own loss.
expect_no_loss() {
    local lost received ability theirs=0
    step "no ping was lost"
    stop_pings
    read -r received lost < <(awk '
        match($0, /icmp_seq=[0-9]+/) {
            n = substr($0, RSTART + 9, RLENGTH - 9) + 0
            if (!seen[n]++) received++
            if (n > last) last = n
        }
        END { print received + 0, last - received }' "$CASE_FOLDER/pings")
    for ability in handover "$@"; do
        able "$(of b daemon)" "$ability" || theirs=$(
            {
                within a grep XfrmInNoStates /proc/net/xfrm_stat
                within b grep -E 'Xfrm(InNoStates|OutNoStates|AcquireError)' /proc/net/xfrm_stat
            } | awk '{ n += $2 } END { print n }'
        )
    done
    step "$received answered, $theirs lost by the peer"
    [ "$received" -ge 30 ] && [ "$lost" -le "$theirs" ] ||
        fail "$received pings were answered, $lost before the last of them were not"
}

# answer_pings END yes|no
answer_pings() {
    within "$1" sh -c "echo $([ "$2" = yes ] && echo 0 || echo 1) \
        >/proc/sys/net/ipv4/icmp_echo_ignore_all"
}

# expect_short_silence SECONDS: of the steady pings; says how many were lost, and how
# long none was answered at the most.
expect_short_silence() {
    local silence
    end_pings
    silence=$(awk '/bytes from/ {
            at = substr($1, 2) + 0
            if (last && at - last > most) most = at - last
            last = at
        }
        END { printf "%.2f", most }' "$CASE_FOLDER/pings")
    show "$((sent - received)) of $sent pings lost, silence for $silence s at the most"
    step "$((sent - received)) of $sent pings lost, silence for $silence s at the most"
    [ "${silence%.*}" -lt "$1" ] || fail "no ping was answered for $silence s"
}
