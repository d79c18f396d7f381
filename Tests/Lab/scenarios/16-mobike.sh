# shellcheck shell=bash
# An end has another address, and all SAs and the traffic in them go on (RFC 4555).

# mobile NAME PROCEDURE PEER SETTING…
mobile() {
    # shellcheck disable=SC2086 # settings they are
    scenario "mobike/$1-$3" "$2" mode=tunnel covers="10.9.0.0/16 10.8.0.0/16 192.168.50.10/32" \
        a.id=a.lab b.id=b.lab b.daemon="$3" limit=90 ${usual_suite[$3]-} "${@:4}"
}

# Who begins decides on the addresses; who does not tells the other of its own.
for peer in ikev2d strongswan libreswan openiked; do
    [[ $peer = @(ikev2d|strongswan) ]] && when=always || when=full
    for moves in a b; do
        [ $moves = a ] && who=we || who=they
        ! able $peer "MOBIKE, $who move" we ||
            mobile $who-move-we-began moved $peer moves=$moves when=$when
        [ $peer = ikev2d ] || ! able $peer "MOBIKE, $who move" they ||
            mobile $who-move-they-began moved $peer moves=$moves starts=b when=$when
    done
done
for peer in ikev2d strongswan; do
    mobile no-address-for-a-while moved $peer moves=a change=no_address_for_a_while
    mobile behind-a-nat-and-out behind_a_nat $peer limit=120
    mobile one-of-two-addresses-fails one_fails $peer a.dpd=5
done

# b has another SA already of the name that its outbound one would get.
mobile name-in-use-where-it-goes name_in_use ikev2d

moved() {
    local mover=${setting[moves]} other_end old new
    other_end=$(other "$mover")
    old=$(address "$mover") new=10.9.0.1$(end_number "$mover")
    begin_to_move
    "${setting[change]}" "$mover" "$new"
    expect_between "$mover" "$new" "$(address "$other_end")"
    expect_between "$other_end" "$(address "$other_end")" "$new"
    expect_more_pings 50 20
    expect_policies "$old" "$new"
    expect_short_silence 10
    end_after_moves
}

# Through a router of its own, and back.
behind_a_nat() {
    make_detour
    ip -n a link set side down
    begin_to_move
    expect_no_udp

    step "a goes behind the NAT"
    ip -n a link set wan down
    ip -n a link set side up
    lead_to a $INNER_GATEWAY
    expect_between a $INSIDE "$(address b)"
    expect_between b "$(address b)" 10.8.0.1
    expect_udp
    expect_more_pings 50 20
    expect_policies "$(address a)" 10.8.0.1 $INSIDE

    step "a comes out"
    ip -n a link set side down
    ip -n a link set wan up
    lead_to a "$(address b)"
    expect_between a "$(address a)" "$(address b)"
    expect_between b "$(address b)" "$(address a)"
    expect_no_udp
    expect_more_pings 50 20
    expect_short_silence 10
    end_after_moves
}

# b has two addresses; packets to the first do not arrive any more.
one_fails() {
    ip -n b addr add 10.9.0.12/24 dev wan
    begin_to_move
    within b iptables-legacy -A INPUT -d "$(address b)" -j DROP || fail "iptables on b"
    expect_between a "$(address a)" 10.9.0.12
    expect_between b 10.9.0.12 "$(address a)"
    expect_more_pings 50 20
    expect_policies "$(address b)" 10.9.0.12
    # it takes a.dpd seconds to ask, and some retransmissions to despair of the address
    expect_short_silence 40
    end_after_moves
}

name_in_use() {
    local spi
    begin_to_move
    spi=$(sad b | awk -v here="$(address b)" '$1 == here { print $3 }')
    ip -n b xfrm state add src 10.9.0.99 dst 10.9.0.11 proto esp spi "$spi" mode tunnel \
        aead 'rfc4106(gcm(aes))' 0x00112233445566778899aabbccddeeff00112233 128 ||
        fail "b has no SA of another making"
    another_address a 10.9.0.11
    expect_explained b 'does not move'
    # a new Child SA comes instead, and what is another's stays
    expect_more_pings 50 40
    end_pings
    sad b | grep -q '^10.9.0.99 10.9.0.11' || fail "the SA of another making is gone"
    ! sad b | grep -vE '10\.9\.0\.99' | grep -qF "$spi" || fail "the SA is there still"
    [ "$(ike_sas)" -eq 1 ] || fail "a new IKE SA was begun"
    stop a
}

# ---- what happens to an address

# another_address END ADDRESS: instead of the one it has.
another_address() {
    step "$1 is $2 now"
    ip -n "$1" addr del "$(address "$1")/24" dev wan
    ip -n "$1" addr add "$2/24" dev wan
    lead_to "$1" "$(address "$(other "$1")")"
}

# no_address_for_a_while END ADDRESS: none before that one.
no_address_for_a_while() {
    step "$1 has no address"
    ip -n "$1" addr del "$(address "$1")/24" dev wan
    expect_explained "$1" 'waiting for one'
    step "$1 is $2 now"
    ip -n "$1" addr add "$2/24" dev wan
    lead_to "$1" "$(address "$(other "$1")")"
}

# ---- what must be so

declare -gA before=() # what there was before an end moved, by END

# begin_to_move: there are SAs and steady traffic.
begin_to_move() {
    local end
    start a b
    for end in a b; do before[$end policies]=$(policies $end); done
    initiate "${setting[starts]}"
    expect_traffic "${setting[starts]}"
    steady_pings a
    expect_more_pings 50 20
    for end in a b; do
        before[$end spis]=$(spis $end)
        before[$end births]=$(births $end)
        before[$end numbers]=$(sent_numbers $end)
    done
}

# end_after_moves: they were the same SAs all the time, and leave nothing behind.
end_after_moves() {
    local end
    for end in a b; do
        [ "$(spis $end)" = "${before[$end spis]}" ] || fail "$end has other SAs than before"
        paste <(echo "${before[$end numbers]}") <(sent_numbers $end) |
            awk '$2 < $1 { exit 1 }' || fail "an SA of $end counts from the beginning again"
        [ "$(of $end daemon)" != ikev2d ] || [ "$(births $end)" = "${before[$end births]}" ] ||
            fail "SAs of $end are younger than they were: $(births $end)"
    done
    expect_no_replays
    [ "$(ike_sas)" -eq 1 ] || fail "a new IKE SA was begun"
    stop a
    expect_no_sa
    for end in a b; do
        [ "$(of $end daemon)" != ikev2d ] || [ "$(policies $end)" = "${before[$end policies]}" ] ||
            fail "the policies of $end are not what they were"
    done
}

# expect_between END LOCAL REMOTE: soon both its SAs are.
expect_between() {
    wait_for 40 sad_between "$@" || fail "the SAs of $1 are not between $2 and $3: $(sad "$1")"
}
sad_between() {
    sad "$1" | awk -v here="$2" -v there="$3" '
        $1 == here && $2 == there { out++ }
        $1 == there && $2 == here { in_++ }
        END { exit !(NR == 2 && out == 1 && in_ == 1) }'
}

# expect_policies OLD NEW…: no policy of in.ikev2d's ends has OLD for a gateway, all have
# one of NEW.
expect_policies() {
    local end
    for end in a b; do
        [ "$(of $end daemon)" = ikev2d ] || continue
        ! policies $end | grep -qwF "$1" || fail "a policy of $end names $1 still"
        [ "$(policies $end | grep -cwE "${2//./\\.}|${3:-$2}")" -eq 3 ] ||
            fail "not all policies of $end name $2"
    done
}
