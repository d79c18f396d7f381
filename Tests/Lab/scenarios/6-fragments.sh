# shellcheck shell=bash
# IKE_AUTH that is larger than a packet may be (RFC 7383), in either direction:
# identities of 500 octets see to that, the longest that strongSwan's files take.

id_of_a=keyid:$(printf 'a%.0s' {1..500})
id_of_b=keyid:$(printf 'b%.0s' {1..500})

# large NAME PROCEDURE SETTING…: with every peer, in both roles, over IPv4 and IPv6.
large() {
    local name family
    for family in 4 6; do
        name=fragments/$1-v$family
        scenario "$name-ikev2d" "$2" family=$family a.id="$id_of_a" b.id="$id_of_b" "${@:3}"
        scenario "$name-strongswan-we-start" "$2" family=$family \
            a.id="$id_of_a" b.id="$id_of_b" b.daemon=strongswan "${@:3}"
        scenario "$name-strongswan-they-start" "$2" family=$family \
            a.id="$id_of_a" b.id="$id_of_b" b.daemon=strongswan starts=b "${@:3}"
    done
}

large small-packets small_packets mtu=576
large broken-path broken_path mtu=576 limit=90

# libreswan and OpenIKED choose the size by themselves, 576 octets with IPv4. OpenIKED
# has no KEY_ID, and two names, which only the initiator sends, make a large message.
host_a=$(printf 'aaaaaaaaa.%.0s' {1..24})lab
host_b=$(printf 'bbbbbbbbb.%.0s' {1..24})lab
for starts in a b; do
    [ $starts = a ] && who=we || who=they
    for peer in libreswan openiked; do
        [ $peer = openiked ] && ids=(a.id="$host_a" b.id="$host_b" fragments="$starts") ||
            ids=(a.id="$id_of_a" b.id="$id_of_b")
        # shellcheck disable=SC2206 # settings they are
        common=(b.daemon=$peer starts=$starts "${ids[@]}" ${usual_suite[$peer]-})
        scenario fragments/small-packets-v4-$peer-$who-start small_packets mtu=576 "${common[@]}"
        scenario fragments/broken-path-v4-$peer-$who-start broken_path mtu=576 limit=120 \
            when=full "${common[@]}"
    done
done

small_packets() {
    opened
    expect_ike_fragments 576
    closed
}

# The path loses what IP has fragmented: no SA comes up until IKE does it itself.
broken_path() {
    local end pid mtu=${setting[mtu]}
    make_narrow
    lose_ip_fragments a
    lose_ip_fragments b
    setting[mtu]=''
    start a b
    initiate "${setting[starts]}" &
    pid=$!
    # of IKE_AUTH, sent twice
    wait_for 20 ip_fragments 4 || fail "no fragments of IP were on the path"
    stop a
    stop b
    wait $pid
    for end in a b; do
        sad_is_empty $end || fail "$end holds SAs: the path loses nothing"
        # and asks for an SA again, for which it waits
        ip -n $end xfrm state flush
    done

    setting[mtu]=$mtu
    opened
    expect_ike_fragments "$mtu"
    closed
}

# expect_ike_fragments MTU: the ends that have to have sent SKF (payload type 53), and no
# packet of fragmented messages was larger.
expect_ike_fragments() {
    local end
    step "fragments of IKE, in packets of at most $1 octets"
    for end in ${setting[fragments]}; do
        wait_for $CAPTURE_LAG ike_fragments "ether src $(mac $end)" ||
            fail "$end sent no fragment of IKE"
    done
    # 14 octets of Ethernet
    ! ike_fragments "greater $((14 + $1 + 1))" || fail "a fragment of IKE was larger than $1 octets"
}

# ike_fragments FILTER: are there any that it lets through? The header of IKE has the type of
# the first payload at 16.
ike_fragments() {
    local ip4='(ip and udp' ip6='(ip6 and ip6[6] == 17'
    [ "$(on_wire "($1) and ($ip4 port 500 and udp[24] == 53)
        or $ip4 port 4500 and udp[8:4] == 0 and udp[28] == 53)
        or $ip6 and ip6[42:2] == 500 and ip6[64] == 53)
        or $ip6 and ip6[42:2] == 4500 and ip6[48:4] == 0 and ip6[68] == 53))")" -gt 0 ]
}

# make_narrow: IP fragments what is larger, between the ends: IPv6 takes no less.
make_narrow() {
    local end mtu=600
    [ "${setting[family]}" = 4 ] || mtu=1280
    for end in a b; do ip -n $end link set wan mtu $mtu; done
}

# lose_ip_fragments END: what comes to it in fragments of IP is lost before they are joined.
lose_ip_fragments() {
    within "$1" iptables-legacy -t raw -A PREROUTING -f -j DROP &&
        within "$1" ip6tables-legacy -t raw -A PREROUTING -m frag --fragmore -j DROP ||
        fail "iptables on $1 cannot lose fragments"
}

# ip_fragments COUNT: at least so many were on the wire.
ip_fragments() {
    [ "$(on_wire '(ip and ip[6:2] & 0x3fff != 0) or (ip6 and ip6[6] == 44)')" -ge "$1" ]
}
