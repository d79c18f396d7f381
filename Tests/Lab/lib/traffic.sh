# shellcheck shell=bash
# Steady traffic, and what became of it.

# steady_pings END: fifty a second, until end_pings.
steady_pings() {
    step "steady traffic from $1"
    as_daemon "$(place "$1")" ping -n -D -i 0.02 "$(target "$1" 4)" >"$CASE_FOLDER/pings" 2>&1 &
    pings=$!
}

# end_pings: sets `sent` and `received` to how many there were.
end_pings() {
    kill -INT $pings
    wait $pings 2>/dev/null
    read -r sent received < <(awk '/packets transmitted/ { print $1, $4 }' "$CASE_FOLDER/pings")
    step "$sent sent, $received answered"
}

pings_answered() { grep -c 'bytes from' "$CASE_FOLDER/pings"; }

# answered COUNT: at least so many.
answered() { [ "$(pings_answered)" -ge "$1" ]; }

# expect_no_loss: of the steady pings.
expect_no_loss() {
    step "no ping was lost"
    end_pings
    # the last one may be under way still
    [ "${sent:-0}" -ge 30 ] && [ $((sent - received)) -le 1 ] ||
        fail "of ${sent:-no} pings ${received:-none} were answered"
}

# expect_pings_go_on [SECONDS]: from now on so many more are answered as are sent in
# one second.
expect_pings_go_on() {
    wait_for "${1:-20}" answered $(($(pings_answered) + 50)) || fail "the pings have stopped"
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
