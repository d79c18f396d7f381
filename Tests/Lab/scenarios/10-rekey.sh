# shellcheck shell=bash
# SAs are rekeyed under steady traffic, of which no packet is lost.

# by_us PEER SETTING…: in.ikev2d rekeys, by its own clock.
by_us() {
    local peer=$1
    shift
    scenario rekey/child-by-us-$peer rekeyed b.daemon=$peer a.childsa_life=6 renews=child "$@"
    scenario rekey/ike-by-us-$peer rekeyed b.daemon=$peer a.ikesa_life=60 renews=ike limit=150 \
        when=full "$@"
}

# by_them PEER SETTING…: the peer rekeys. OpenIKED does so by its own clock.
by_them() {
    local peer=$1 child='' ike='' when
    shift
    [ $peer != openiked ] || child=b.childsa_life=20 ike=b.ikesa_life=30
    scenario rekey/child-by-$peer rekeyed b.daemon=$peer renewed_by=b renews=child $child "$@"
    [ $peer = openiked ] && when=full || when=always # it takes half a minute
    scenario rekey/ike-by-$peer rekeyed b.daemon=$peer renewed_by=b renews=ike $ike when=$when "$@"
}

# by_both PEER SETTING…: neither hears the other before both have begun.
by_both() {
    local peer=$1 child='' ike=''
    shift
    case $peer in
        ikev2d) child=childsa_life=6 ike=ikesa_life=60 ;;
        strongswan) child=a.childsa_life=6 ike=a.ikesa_life=60 ;;
        libreswan) child="a.childsa_life=6 when=full" ike=a.ikesa_life=60 ;;
        # its clock is a coarse one
        openiked) child="childsa_life=60 limit=150 when=full" ike=ikesa_life=60 ;;
    esac
    # shellcheck disable=SC2086 # settings they are
    scenario rekey/child-by-both-$peer rekeyed b.daemon=$peer $child \
        renewed_by="a b" renews=child "$@"
    scenario rekey/ike-by-both-$peer rekeyed b.daemon=$peer $ike \
        renewed_by="a b" renews=ike limit=180 when=full "$@"
}

for peer in ikev2d strongswan libreswan openiked; do
    # shellcheck disable=SC2206 # settings they are
    common=(${usual_suite[$peer]-})
    by_us $peer "${common[@]}"
    [ $peer = ikev2d ] || by_them $peer "${common[@]}"
    by_both $peer "${common[@]}"
    # with a key exchange of its own
    [ $peer = ikev2d ] || [ $peer = strongswan ] && when=always || when=full
    scenario rekey/child-by-us-with-pfs-$peer rekeyed "${common[@]}" b.daemon=$peer \
        a.childsa_life=6 pfs=19 renews=child mode=tunnel when=$when
    # as many packets as the machine stands
    scenario rekey/child-by-us-in-a-flood-$peer rekeyed "${common[@]}" b.daemon=$peer \
        a.childsa_life=6 renews=child pings=0.002 when=full
done
for peer in strongswan libreswan; do
    [ $peer = strongswan ] && when=always || when=full
    scenario rekey/both-by-$peer rekeyed b.daemon=$peer renewed_by=b renews="child ike" when=$when
    # libreswan takes the group of the IKE SA, whatever phase2alg says
    [ $peer = strongswan ] && group=31 || group=19
    scenario rekey/child-by-$peer-with-pfs rekeyed b.daemon=$peer renewed_by=b renews=child \
        pfs=$group mode=tunnel when=$when
done
scenario rekey/child-by-openiked-with-pfs rekeyed b.daemon=openiked ${usual_suite[openiked]} \
    renewed_by=b b.childsa_life=20 renews=child pfs=31 mode=tunnel when=full

# mismatched PEER: the ends want different groups for the Child SA. It lives to its
# end, which is nobody's rekeying.
mismatched() {
    local peer=$1 when=full ours=19 theirs=31
    shift
    [ $peer != strongswan ] || when=always
    # libreswan takes the group of the IKE SA, whatever phase2alg says
    [ $peer != libreswan ] || { ours=31 theirs=19; }
    scenario rekey/pfs-mismatch-by-us-$peer not_rekeyed b.daemon=$peer a.childsa_life=4 \
        a.pfs=$ours b.pfs=$theirs when=$when "$@"
    [ $peer = ikev2d ] || ! able $peer 'refused rekeying' ||
        scenario rekey/pfs-mismatch-by-$peer not_rekeyed b.daemon=$peer a.childsa_life=300 \
            renewed_by=b a.pfs=31 b.pfs=19 when=$when "$@"
}
for peer in ikev2d strongswan libreswan openiked; do
    # shellcheck disable=SC2086 # settings they are
    mismatched $peer ${usual_suite[$peer]-}
done

rekeyed() {
    local before kind end
    opened
    before=$(spis a)
    steady_pings a
    for kind in ${setting[renews]}; do
        renew "$kind"
        wait_for 90 seen_rekeying_of "$kind" "$before" || fail "no $kind SA was rekeyed"
    done
    # the old ones are deleted, and nothing is lost then either
    for end in a b; do
        if [[ ${setting[renews]} = *child* ]]; then
            wait_for 20 holds_none_of $end "$before" || fail "$end keeps the SAs that were rekeyed"
        fi
        # what comes of a collision that its peer does not see through is one pair more
        [ "${setting[renewed_by]}" = 'a b' ] && ! able "$(of b daemon)" collision ||
            wait_for 20 sad_holds $end 2 ||
            fail "$end holds $(sad $end | wc -l) SAs after the rekeying"
    done
    expect_more_pings 30
    # libreswan may have nothing to send with until it has put its third SA there
    # shellcheck disable=SC2046 # an ability, or none
    expect_no_loss $([ "${setting[renewed_by]}" != 'a b' ] || echo collision)
    [ "$(ike_sas)" -eq 1 ] || fail "a new IKE_SA_INIT came instead of rekeying"
    stop a
    able "$(of b daemon)" collision || [ "${setting[renewed_by]}" != 'a b' ] || return 0
    expect_no_sa
}

# renew KIND: by the end that is to do it. If both are, what they ask for crosses:
# neither hears of the other's request, nor of an answer, before both have sent theirs.
renew() {
    local end
    step "a new $1 SA, by ${setting[renewed_by]:-its own clock}"
    if [ "${setting[renewed_by]}" = 'a b' ]; then
        hold_back a $CREATE_CHILD_SA
        hold_back b $CREATE_CHILD_SA
        wait_for 90 has_asked a || fail "a does not rekey"
    fi
    for end in ${setting[renewed_by]}; do
        "$(of "$end" daemon)_renew" "$end" "$1" || fail "$end does not rekey"
    done
    if [ "${setting[renewed_by]}" = 'a b' ]; then
        wait_for 60 has_asked b || fail "b does not rekey at the same time"
        let_through a
        # libreswan forgets what it asked for when it loses the old SA meanwhile; the old
        # SA of OpenIKED ends soon
        [ "$(of b daemon)" = openiked ] || wait_for 30 has_heard a ||
            fail "b does not repeat itself"
        let_through b
    fi
}

# has_asked END: a CREATE_CHILD_SA request of END's was on the wire.
has_asked() {
    [ "$(on_wire "ether src $(mac "$1") and ($(requests_of $CREATE_CHILD_SA))")" -gt 0 ]
}

# has_heard END: such a request has come to it.
has_heard() { grep -q '<- .* CREATE_CHILD_SA request' "$(log_of "$1")"; }

# seen_rekeying_of KIND SPIS: the Child SAs have other SPIs than these, or the
# IKE SA has been rekeyed.
seen_rekeying_of() {
    if [ "$1" = child ]; then
        sad_is_filled a && holds_none_of a "$2"
    else
        grep -q 'IKE SA rekeyed' "$(ikev2d_log a)"
    fi
}

# not_rekeyed: in.ikev2d says which groups the two want; the old SA goes on.
not_rekeyed() {
    local before
    opened
    before=$(spis a)
    steady_pings a
    renew child
    wait_for 70 group_named || fail "the log of in.ikev2d on a does not name the groups"
    expect_more_pings 50
    expect_no_loss
    [ "$(spis a)" = "$before" ] || fail "a has other SAs than before"
    [ "$(ike_sas)" -eq 1 ] || fail "a new IKE SA was begun"
    # by us: it ends with the age that the kernel was told
    [ "${setting[renewed_by]}" != a ] || wait_for 60 holds_none_of a "$before" ||
        fail "the SA outlives its age"
}

# group_named: ours, and the peer's where it says so.
group_named() {
    local ours=ECP_256
    [ "$(of b daemon)" != libreswan ] || [ "${setting[renewed_by]}" != a ] || ours=CURVE25519
    grep -E 'warning.*(not rekeyed|no Child SA)' "$(ikev2d_log a)" | grep -q $ours
}
