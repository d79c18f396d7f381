# shellcheck shell=bash
# SAs are rekeyed under steady traffic, of which no packet is lost.

# childsa_life: seconds until in.ikev2d rekeys its Child SAs; strongSwan rekeys
# by command.
for peer in ikev2d strongswan; do
    scenario rekey/child-by-us-$peer rekeyed b.daemon=$peer a.childsa_life=6 renews=child
    scenario rekey/child-by-us-with-pfs-$peer rekeyed b.daemon=$peer a.childsa_life=6 pfs=19 \
        renews=child mode=tunnel
    scenario rekey/child-by-both-$peer rekeyed b.daemon=$peer childsa_life=6 renews=child
    scenario rekey/ike-by-us-$peer rekeyed b.daemon=$peer a.ikesa_life=60 renews=ike limit=150 \
        when=full
done
for peer in libreswan openiked; do
    # shellcheck disable=SC2206 # settings they are
    common=(b.daemon=$peer ${usual_suite[$peer]-})
    scenario rekey/child-by-us-$peer rekeyed "${common[@]}" a.childsa_life=6 renews=child
    scenario rekey/ike-by-us-$peer rekeyed "${common[@]}" a.ikesa_life=60 renews=ike limit=150 \
        when=full
done
scenario rekey/child-by-us-with-pfs-libreswan rekeyed b.daemon=libreswan a.childsa_life=6 pfs=31 \
    renews=child mode=tunnel
scenario rekey/child-by-strongswan rekeyed b.daemon=strongswan renews=child
scenario rekey/child-by-strongswan-with-pfs rekeyed b.daemon=strongswan renews=child pfs=31 \
    mode=tunnel
scenario rekey/ike-by-strongswan rekeyed b.daemon=strongswan renews=ike
scenario rekey/both-by-strongswan rekeyed b.daemon=strongswan renews="child ike"

rekeyed() {
    local before kind
    start a b
    initiate a
    expect_traffic a
    before=$(spis a)
    steady_pings a
    for kind in ${setting[renews]}; do
        ask_for_rekeying "$kind"
        wait_for 90 seen_rekeying_of "$kind" "$before" || fail "no $kind SA was rekeyed"
    done
    # the old ones are deleted, and nothing is lost then either
    wait_for 10 sad_holds a 2 || fail "a holds $(sad a | wc -l) SAs after the rekeying"
    wait_for 10 sad_holds b 2 || fail "b holds $(sad b | wc -l) SAs after the rekeying"
    wait_for 20 answered $(($(pings_answered) + 30)) || fail "the pings have stopped"
    expect_no_loss a
    [ "$(ike_sas)" -eq 1 ] || fail "a new IKE_SA_INIT came instead of rekeying"
    stop a
    expect_no_sa
}

# ask_for_rekeying KIND: of the end that does not rekey by its own clock.
ask_for_rekeying() {
    local word=--child name=net4
    [ "${setting[b.daemon]}" = strongswan ] || return 0
    [ "$1" = child ] || word=--ike name=lab
    [ -n "$(of a childsa_life)$(of a ikesa_life)" ] && [ -z "${setting[childsa_life]}" ] ||
        swanctl b --rekey $word $name >>"$CASE_FOLDER/b/swanctl.log" 2>&1 ||
        fail "strongSwan does not rekey"
}

# seen_rekeying_of KIND SPIS: the Child SAs have other SPIs than these, or the
# IKE SA has been rekeyed.
seen_rekeying_of() {
    if [ "$1" = child ]; then
        sad_holds a 2 && [ "$(spis a)" != "$2" ]
    else
        grep -q 'IKE SA rekeyed' "$(ikev2d_log a)"
    fi
}
