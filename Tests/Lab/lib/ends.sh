# shellcheck shell=bash
# The two ends, whatever daemon they run, and what is expected of them.

declare -A process=() # END: process id of its daemon

start() {
    local end
    for end; do
        step "start $(of "$end" daemon) on $end"
        "$(of "$end" daemon)_start" "$end"
    done
}

# stop END [SIGNAL]: ends its daemon, politely unless told otherwise. What is killed
# cannot end its own children.
stop() {
    local pid=${process[$1]} signal=${2:-TERM} children=''
    step "stop $(of "$1" daemon) on $1 with $signal"
    [ "$signal" != KILL ] || children=$(pgrep -d ' ' -P "$pid")
    kill "-$signal" "$pid" || fail "$(of "$1" daemon) on $1 was not running"
    # shellcheck disable=SC2086 # words they are
    [ -z "$children" ] || kill -KILL $children 2>/dev/null
    wait_for 15 gone "$pid" || fail "$(of "$1" daemon) on $1 does not end on SIG$signal"
    wait "$pid" 2>/dev/null
    unset "process[$1]"
}
gone() { ! kill -0 "$1" || grep -q '^State:.Z' "/proc/$1/status"; }

log_of() { "$(of "$1" daemon)_log" "$1"; }

# covered ADDRESS: the addresses that an end may have which has this one at first.
covered() { echo "${setting[covers]:-$1}"; }

# identity END: what it calls itself. expected_identity END: what it wants the
# other to be called.
identity() {
    local id
    id=$(of "$1" id)
    echo "${id:-$(address "$1")}"
}
expected_identity() {
    local id
    id=$(of "$1" peer_id)
    echo "${id:-$(identity "$(other "$1")")}"
}

# authenticates SUITE: does its cipher do so by itself? A hash beside it in the
# suite of an IKE SA is the PRF's only.
authenticates() { [[ $1 = *gcm* || $1 = *ccm* || $1 = *poly1305* ]]; }

# written_key KEY: as the daemons' files write it, but for OpenIKED's.
written_key() { [[ $1 = 0x* ]] && echo "$1" || echo "\"$1\""; }

# initiate END: the command, or the traffic, that starts the negotiation.
initiate() {
    local family
    step "$1 initiates"
    if by_command "$1"; then
        "$(of "$1" daemon)_initiate" "$1"
    else
        for family in $(families); do ping_once "$1" "$family"; done
    fi
    return 0
}

# by_command END: does it wait for one? OpenIKED always does: it makes no policies
# that could ask for an SA.
by_command() {
    case $(of "$1" daemon) in
        ikev2d) return 1 ;;
        openiked) return 0 ;;
        *) [ "$(of "$1" trigger)" != acquire ] ;;
    esac
}

# expect_traffic END [SECONDS]: pings from END are answered, for each flow, and
# all of it went through ESP.
expect_traffic() {
    local end=$1 limit=${2:-20} family
    step "traffic from $end"
    for family in $(families); do
        wait_for "$limit" ping_once "$end" "$family" ||
            fail "no answer to pings from $end (IPv$family) within $limit s"
    done
    for end in a b; do
        ! sad_is_empty $end || fail "there is no SA on $end: the pings went in the clear"
        carried $end || fail "not every SA of $end carried something: $(sad $end | tr '\n' ';')"
    done
    expect_nothing_in_clear
}

# expect_no_sa: soon neither kernel holds an SA.
expect_no_sa() {
    local end
    step "no SA is left"
    for end in a b; do
        wait_for 10 sad_is_empty $end || fail "$end still holds SAs: $(sad $end | tr '\n' ';')"
    done
}

# expect_notify NAME: a peer was told so in an encrypted message. The log of the
# end that got it says so; strongSwan shortens the names.
expect_notify() {
    local short=$1 end
    case $1 in
        AUTHENTICATION_FAILED) short='N\(AUTH_FAILED\)' ;;
        NO_PROPOSAL_CHOSEN) short='N\(NO_PROP\)' ;;
        TS_UNACCEPTABLE) short='N\(TS_UNACCEPT\)' ;;
    esac
    for end in b a; do
        wait_for 10 grep -qE "$1|$short" "$(log_of $end)" && return
    done
    fail "$1 is in neither log"
}

# signal_all END SIGNAL: to its daemon and what that has started.
signal_all() {
    local pid=${process[$1]}
    step "$(of "$1" daemon) on $1 gets $2"
    pkill "-$2" -P "$pid"
    kill "-$2" "$pid" || fail "$(of "$1" daemon) on $1 was not running"
}

# lose_power END: its daemon and its kernel's SAs are gone, at once.
lose_power() {
    stop "$1" KILL
    ip -n "$1" xfrm state flush
}
