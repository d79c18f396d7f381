# shellcheck shell=bash
# A peer falls silent: in.ikev2d asks, gives it up within dpd_interval_secs and
# response_wait_time, says so, and comes back to it as soon as it is there again.

# Seconds. One packet that nobody answers is all that is needed.
readonly DPD=3 PATIENCE=5
# What a machine that is busy may add.
readonly LENIENCE=30

# dead PEER MOMENT SETTING…
dead() {
    local peer=$1 moment=$2 when
    shift 2
    # of each kind and of each peer one
    case $moment-$peer${immediate:+-immediate} in
        frozen-ikev2d | frozen-libreswan) when=always ;;
        powerless-strongswan-immediate | powerless-openiked) when=always ;;
        *) when=full ;;
    esac
    # shellcheck disable=SC2086 # settings they are
    scenario "dead-peers/$moment-$peer${immediate:+-immediate}" dies b.daemon=$peer moment=$moment \
        a.dpd=$DPD a.response_wait_time=$PATIENCE limit=150 when=$when ${usual_suite[$peer]-} "$@"
}
for peer in ikev2d strongswan libreswan openiked; do
    immediate=''
    dead $peer frozen
    dead $peer powerless
    immediate=yes
    dead $peer frozen a.immediate=yes
    dead $peer powerless a.immediate=yes
done
unset immediate
scenario dead-peers/none-is-asked-while-it-sends none_asked a.dpd=1

dies() {
    local before
    opened
    before=$(spis a)
    steady_pings a
    if [ "${setting[moment]}" = frozen ]; then
        # its kernel would go on answering for it
        answer_pings b no
        signal_all b STOP
    else
        lose_power b
    fi
    wait_for $((DPD + PATIENCE + LENIENCE)) holds_none_of a "$before" ||
        fail "a keeps the SAs of a dead peer"
    expect_explained a "no answer to a request within $PATIENCE s"

    # nobody but in.ikev2d asks for new ones
    [ -z "$(of a immediate)" ] || stop_pings
    answer_pings b yes
    if [ "${setting[moment]}" = frozen ]; then
        signal_all b CONT
    else
        start b
    fi
    if [ -n "$(of a immediate)" ]; then
        wait_for $((PATIENCE + LENIENCE)) sad_holds a 2 || fail "a does not bring up its SAs again"
    fi
    # the kernel, once it has asked for an SA, does not ask again for 30 s
    expect_traffic a $((30 + LENIENCE))
}

# none_asked: while b answers pings, a sends no INFORMATIONAL; then it does.
none_asked() {
    opened
    steady_pings a
    expect_more_pings 500
    ! questions_of_a || fail "a has asked a peer that sends"
    answer_pings b no
    wait_for $LENIENCE questions_of_a || fail "a does not ask a silent peer"
    stop_pings
    [ "$(ike_sas)" -eq 1 ] || fail "a new IKE SA was begun"
}

questions_of_a() {
    [ "$(on_wire "ether src $MAC_A and ($(requests_of $INFORMATIONAL))")" -gt 0 ]
}
