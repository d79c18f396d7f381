# shellcheck shell=bash
# A NAT between the ends (lib/nat.sh): IKE and ESP in UDP (RFC 7296 section 2.23,
# RFC 3948), with either end behind it, and either end beginning.

# natted NAME PROCEDURE PEER SETTING…: the end behind the NAT has an address that the
# other does not know.
natted() {
    # shellcheck disable=SC2086 # settings they are
    scenario "nat/$1-$3" "$2" a.id=a.lab b.id=b.lab b.daemon="$3" \
        covers="10.9.0.0/24 192.168.50.10/32" ${usual_suite[$3]-} "${@:4}"
}

for peer in ikev2d strongswan libreswan openiked; do
    for mode in tunnel transport; do
        able $peer "$mode through NAT" || continue
        [ $mode = tunnel ] && [[ $peer = @(ikev2d|strongswan) ]] && when=always || when=full
        natted $mode-before-us-we-start through_nat $peer mode=$mode nat=a when=$when \
            a.childsa_life=8 limit=90
        natted $mode-before-us-they-start through_nat $peer mode=$mode nat=a starts=b when=$when
        [ $peer = ikev2d ] || {
            natted $mode-before-them-they-start through_nat $peer mode=$mode nat=b starts=b \
                when=$when a.childsa_life=8 limit=90
            natted $mode-before-them-we-start through_nat $peer mode=$mode nat=b when=$when
        }
    done
done
for peer in ikev2d strongswan; do
    natted keepalives-of-ours kept_alive $peer nat=a mode=tunnel limit=120
    natted transport-by-default through_nat $peer nat=a a.childsa_life=8 limit=90
done

# through_nat: all of it travels in UDP, a new Child SA's packets, too.
through_nat() {
    local before starts=${setting[starts]}
    opened
    expect_traffic "$(other "$starts")"
    expect_udp
    if [ -n "$(of a childsa_life)" ]; then
        before=$(spis a)
        steady_pings "$starts"
        wait_for 40 seen_rekeying_of child "$before" || fail "no Child SA was rekeyed"
        expect_more_pings 50 20
        expect_no_loss
        expect_udp
    fi
    [ "$(on_wire esp)" -eq 0 ] || fail "ESP was on the wire, and not in UDP"
    expect_no_replays
    closed
}

# kept_alive: we, behind the NAT, remind it of us when nothing else does.
kept_alive() {
    opened
    wait_for 60 keepalives_seen 2 "src host $INSIDE" || fail "no two keepalives within a minute"
    [ "$(keepalives "src host $(address b)")" -eq 0 ] || fail "b keeps a NAT alive that it has not"
    expect_traffic a
    closed
}
keepalives_seen() { [ "$(keepalives "$2")" -ge "$1" ]; }

# ---- a NAT that forgets

# It has other ports for us, or another address, all at once (`change`): the first
# packet of ESP that comes from there shows it (moment=esp), or of IKE (moment=ike).
for moment in esp ike; do
    for change in port address; do
        for mobike in yes no; do
            case $moment$change$mobike in
                espportyes | espaddressno | ikeportno) when=always ;;
                *) when=full ;;
            esac
            common="mode=tunnel moment=$moment change=$change mobike=$mobike
                limit=90"
            name=forgets-$change-shown-by-$moment-$([ $mobike = yes ] && echo with || echo without)
            for peer in ikev2d strongswan; do
                # shellcheck disable=SC2086 # settings they are
                natted $name-mobike-before-us forgotten $peer $common nat=a a.dpd=5 when=$when
            done
            # shellcheck disable=SC2086 # settings they are
            natted $name-mobike-before-them forgotten strongswan $common nat=b starts=b b.dpd=3 \
                when=$when
        done
    done
done

forgotten() {
    local end before ports starts=${setting[starts]} inside=${setting[nat]} outside address=
    outside=$(other "$inside")
    [ "${setting[change]}" = port ] || address=10.9.0.77
    opened
    before=$(spis a)
    ports=$(encapsulation "$outside")
    if [ "${setting[moment]}" = esp ]; then
        steady_pings "$inside"
        expect_more_pings 50 20
        forget_mappings $address
        wait_for 20 moved_to_other_ports "$outside" "$ports" || fail "the SAs of $outside stay"
        expect_more_pings 50 20
        expect_short_silence 10
    else
        # strongSwan compares what it is told with what it was told before
        [ "$(of "$inside" daemon)" != strongswan ] ||
            wait_for 20 grep -q 'parsed INFORMATIONAL response' "$(log_of "$inside")" ||
            fail "strongSwan does not ask whether the other lives"
        # what goes into the void makes it ask whether the other lives
        hold_back_esp
        forget_mappings $address
        steady_pings "$inside"
        wait_for 40 moved_to_other_ports "$outside" "$ports" || fail "the SAs of $outside stay"
        let_esp_through
        expect_more_pings 50 20
        end_pings
    fi
    for end in a b; do
        [ "$(spis $end)" = "$before" ] || fail "$end has other SAs than before"
    done
    [ -z "$address" ] || ip -n "$outside" xfrm state | grep -qF "dst $address" ||
        fail "$outside has no SA to $address"
    [ "$(ike_sas)" -eq 1 ] || fail "a new IKE SA was begun"
    expect_no_replays
    closed
}

# moved_to_other_ports END PORTS: its SAs have none of these (encapsulation).
moved_to_other_ports() {
    [ "$(encapsulation "$1" | wc -l)" -eq 2 ] && [ "$(encapsulation "$1")" != "$2" ]
}
