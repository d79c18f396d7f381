# shellcheck shell=bash
# Two Child SAs, for the IPv4 and the IPv6 LANs, under one IKE SA; with and
# without a key exchange of their own.

for pfs in 0 31; do
    case=$([ $pfs = 0 ] && echo two-children/plain || echo two-children/pfs)
    scenario "$case-ikev2d" two_children mode=tunnel inner="4 6" pfs=$pfs
    scenario "$case-strongswan-we-start" two_children mode=tunnel inner="4 6" pfs=$pfs \
        b.daemon=strongswan
    scenario "$case-strongswan-they-start" two_children mode=tunnel inner="4 6" pfs=$pfs \
        b.daemon=strongswan starts=b
done

two_children() {
    local end
    opened
    for end in a b; do
        sad_holds $end 4 || fail "$end should hold two pairs of SAs: $(sad $end | tr '\n' ';')"
    done
    wait_for $CAPTURE_LAG seen_exchange $CREATE_CHILD_SA || fail "no CREATE_CHILD_SA was on the wire"
    # the second has a KE payload of its own
    [ "${setting[pfs]}" = 0 ] || grep -qE 'CREATE_CHILD_SA request.*\<KE\>' "$(log_of a)" ||
        fail "no key exchange for the second Child SA"
    [ "$(ike_sas)" -eq 1 ] || fail "$(ike_sas) IKE SAs were begun, not one"
    stop a
    expect_no_sa
}
