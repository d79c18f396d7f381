# shellcheck shell=bash
# Either end is killed (SIGKILL) at some moment and started again; pings are
# answered again within response_wait_time.

# Seconds. More than the 30 for which the kernel, once it has asked for an SA,
# does not ask again (sysctl net.core.xfrm_acq_expires).
readonly WAIT=40
# An initiator whose responder was killed gives up after WAIT; then comes a
# handshake, on a machine that may be slow.
readonly RECOVERY=$((WAIT + 10))

# restart VICTIM STARTS PEER MOMENT [SETTING…]
restart() {
    local whom
    case $1$3 in
        a*) whom=us ;;
        *) whom=$3 ;;
    esac
    [ "$3" = ikev2d ] || [ "$1" = b ] || whom+=-of-$3
    # shellcheck disable=SC2086 # settings they are
    scenario "restarts/$whom-$([ "$2" = a ] && echo we-start || echo they-start)-$4" survives \
        victim="$1" starts="$2" b.daemon="$3" moment="$4" trigger=acquire \
        response_wait_time=$WAIT limit=150 ${usual_suite[$3]-} "${@:5}"
}

for moment in established rebooted; do
    restart a a ikev2d $moment
    restart b a ikev2d $moment
    restart a a strongswan $moment
    restart a b strongswan $moment
    restart b a strongswan $moment
    restart a a libreswan $moment when=full
    restart a b libreswan $moment when=full
    restart b a libreswan $moment
    # OpenIKED begins nothing by itself: dead-peers/ has it come back
    restart a a openiked $moment when=full
done
for moment in half-open half-authenticated; do
    restart a a ikev2d $moment
    restart b a ikev2d $moment
    restart a b strongswan $moment
    restart b a strongswan $moment
    for peer in libreswan openiked; do
        restart a a $peer $moment when=full
        restart b a $peer $moment when=full
    done
done

survives() {
    local victim=${setting[victim]} starts=${setting[starts]} exchange
    start a b
    case ${setting[moment]} in
        established | rebooted)
            initiate "$starts"
            expect_traffic "$starts"
            stop "$victim" KILL
            # a machine that boots again has forgotten its SAs
            [ "${setting[moment]}" = established ] || ip -n "$victim" xfrm state flush
            ;;
        half-open | half-authenticated)
            # the initiator waits for an answer, the responder has given it
            [ "${setting[moment]}" = half-open ] && exchange=$IKE_SA_INIT || exchange=$IKE_AUTH
            hold_back "$starts" "$exchange"
            initiate "$starts" &
            wait_for 20 seen_exchange "$exchange" || fail "exchange $exchange did not begin"
            stop "$victim" KILL
            let_through "$starts"
            ;;
    esac
    start "$victim"
    if [ "${setting[moment]}" = rebooted ]; then
        expect_traffic "$victim" $RECOVERY
        # INITIAL_CONTACT (RFC 7296 section 2.4): the other forgets what was
        wait_for 10 sad_holds "$(other "$victim")" 2 ||
            fail "$(other "$victim") still holds the old SAs"
    else
        expect_traffic "$starts" $RECOVERY
    fi
}
