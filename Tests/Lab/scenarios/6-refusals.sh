# shellcheck shell=bash
# What cannot agree: the right notify is on the wire, a line of the log tells the
# administrator what to change, ikeadm explains the same, no kernel is left with an SA.

# refusal NAME SETTING…: with every peer, in both directions.
refusal() {
    local name=$1 peer common when
    shift
    scenario "refusals/$name-ikev2d" refused "$@"
    scenario "refusals/$name-strongswan-we-start" refused b.daemon=strongswan "$@"
    scenario "refusals/$name-strongswan-they-start" refused b.daemon=strongswan starts=b "$@"
    [ $name = wrong-key ] && when=always || when=full
    for peer in libreswan openiked; do
        # shellcheck disable=SC2206 # settings they are
        common=(b.daemon=$peer ${usual_suite[$peer]-} "$@")
        ! able $peer "refusal $name" we ||
            scenario "refusals/$name-$peer-we-start" refused "${common[@]}" when=$when
        # these two go on trying
        scenario "refusals/$name-$peer-they-start" refused "${common[@]}" starts=b when=full \
            limit=90
    done
}

refusal wrong-key b.key="another key" notify=AUTHENTICATION_FAILED \
    explained='AUTHENTICATION_FAILED.*key|key.*(AUTHENTICATION_FAILED|differ|match|wrong)'
refusal wrong-id a.id=a.lab b.id=c.lab a.peer_id=b.lab notify=AUTHENTICATION_FAILED \
    explained='(remote_id|calls itself|wants to speak to).*lab'
refusal no-ike-proposal b.ike=aes128-sha512 notify=NO_PROPOSAL_CHOSEN \
    explained='ikesa_xform|NO_PROPOSAL_CHOSEN.*AES'
refusal no-child-proposal b.esp=aes128-sha256 notify=NO_PROPOSAL_CHOSEN \
    explained='childsa_xform|NO_PROPOSAL_CHOSEN.*(ESP|Child)'
refusal no-selector mode=tunnel b.lan_a=10.77.0.0/24 notify=TS_UNACCEPTABLE \
    explained='TS_UNACCEPTABLE.*10\.|10\..*TS_UNACCEPTABLE'

# OpenIKED, when it is asked, knows its own selectors only.
# shellcheck disable=SC2086 # settings they are
scenario refusals/other-selectors-than-asked-openiked refused b.daemon=openiked mode=tunnel \
    b.lan_a=10.77.0.0/24 ${usual_suite[openiked]} \
    explained='no Child SA: .*10\.77\.0\.0/24 .*wider than the proposal'

refused() {
    local end
    start a b
    initiate "${setting[starts]}"
    if [ "$(of a ike)" != "$(of b ike)" ]; then
        # a notify in IKE_SA_INIT is in clear
        expect_notify_in_clear 14 "${setting[notify]}"
    elif [ -n "${setting[notify]}" ]; then
        expect_notify "${setting[notify]}"
    fi
    for end in a b; do
        [ "$(of $end daemon)" = ikev2d ] || continue
        expect_explained $end "${setting[explained]}"
        expect_explanation $end "${setting[explained]}"
    done
    expect_no_sa
    stop a
    stop b
}
