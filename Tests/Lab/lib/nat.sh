# shellcheck shell=bash
# A NAT between the ends, or beside the way between them:
#
#   nat=a:         a 192.168.50.10 ── 192.168.50.1 r 10.9.0.1 ── 10.9.0.2 b
#   nat=b:         a 10.9.0.1 ── 10.9.0.2 r 192.168.50.1 ── 192.168.50.10 b
#   make_detour:   a 192.168.50.10 ── 192.168.50.1 r 10.8.0.1 ── 10.8.0.2 b
#                  and the direct way of lib/network.sh
#
# It gives out ports of a range, and lets nobody in but to an end that waits to be
# found: that one is forwarded to on 500 and 4500.

readonly INSIDE=192.168.50.10 INNER_GATEWAY=192.168.50.1

# make_nat: r, with the end of `nat` behind it.
make_nat() {
    local inside=${setting[nat]} outside
    outside=$(other "$inside")
    make_router "$inside" wan "$outside" wan
    ip -n r addr add "$(seen "$inside")/24" dev outer
    ip -n "$outside" addr add "$(seen "$outside")/24" dev wan
    lead_to "$inside" $INNER_GATEWAY
    # for what comes out of a tunnel
    lead_to "$outside" "$(seen "$inside")"
    [ "${setting[starts]}" = "$inside" ] && translate 20000 || forward
}

# make_detour: r, by which a may reach b's address, too.
make_detour() {
    make_router a side b side
    ip -n r addr add 10.8.0.1/24 dev outer
    ip -n b addr add 10.8.0.2/24 dev side
    ip -n r route add "$(address b)" via 10.8.0.2
    translate 20000
}

# make_router INSIDE DEVICE OUTSIDE DEVICE: r and its two links.
make_router() {
    local mac=()
    make_place r
    [ "$1" != a ] || [ "$2" != wan ] || mac=(address "$MAC_A")
    ip link add "$2" "${mac[@]}" netns "$1" type veth peer name inner netns r
    mac=()
    [ "$4" != wan ] || mac=(address "$([ "$3" = a ] && echo $MAC_A || echo $MAC_B)")
    ip link add "$4" "${mac[@]}" netns "$3" type veth peer name outer netns r
    ip -n r link set inner up
    ip -n r link set outer up
    ip -n "$1" link set "$2" up
    ip -n "$3" link set "$4" up
    ip -n r addr add $INNER_GATEWAY/24 dev inner
    ip -n "$1" addr add $INSIDE/24 dev "$2"
    within r sh -c 'echo 1 >/proc/sys/net/ipv4/ip_forward'
    # a NAT is a firewall, too
    router -P FORWARD DROP
    router -A FORWARD -i inner -j ACCEPT
    router -A FORWARD -m conntrack --ctstate ESTABLISHED,RELATED,DNAT -j ACCEPT
}

router() { within r iptables-legacy "$@" || fail "iptables on r: $*"; }

# translate PORT: what goes out gets ports from this one on.
translate() {
    router -t nat -F POSTROUTING
    router -t nat -A POSTROUTING -o outer -p udp -j MASQUERADE --to-ports "$1-$(($1 + 999))"
    router -t nat -A POSTROUTING -o outer -j MASQUERADE
}

# forward: who is inside is found on the ports of IKE, and keeps them.
forward() {
    local port
    for port in 500 4500; do
        router -t nat -A PREROUTING -i outer -p udp --dport $port -j DNAT --to-destination $INSIDE
    done
    router -t nat -A POSTROUTING -o outer -j MASQUERADE
}

# forget_mappings [ADDRESS]: the NAT loses its table, as when it gets another address,
# which it may get, and gives out other ports from now on. (The kernel forgets what it
# has translated to an address that goes.)
forget_mappings() {
    local old new
    old=$(ip -n r -o -4 addr show dev outer | awk '{ print $4 }')
    new=${1:+$1/24}
    step "the NAT forgets${1:+, and is $1 now}"
    ip -n r addr del "$old" dev outer
    translate 30000
    ip -n r addr add "${new:-$old}" dev outer
}

# hold_back_esp: none from inside, whose UDP does not begin with four zero octets,
# passes the NAT until let_esp_through.
hold_back_esp() { router -I FORWARD 1 -i inner "${ESP_IN_UDP[@]}" -j DROP; }
let_esp_through() { router -D FORWARD -i inner "${ESP_IN_UDP[@]}" -j DROP; }
readonly ESP_IN_UDP=(-p udp --dport 4500 -m u32 --u32 "0>>22&0x3C@8=1:0xFFFFFFFF")

# encapsulation END: "SOURCE-PORT DESTINATION-PORT" of each of its SAs in UDP.
encapsulation() {
    ip -n "$1" xfrm state | sed -n 's/.*espinudp sport \([0-9]*\) dport \([0-9]*\).*/\1 \2/p'
}

# sas_outside_udp END: how many of its SAs do not travel in UDP.
sas_outside_udp() {
    ip -n "$1" xfrm state | awk '
        $1 == "proto" && $4 !~ /^0x00000000/ { count++ }
        /espinudp/ { count-- }
        END { print count + 0 }'
}

# expect_udp: all SAs travel in UDP. expect_no_udp: none does.
expect_udp() {
    local end
    for end in a b; do
        [ -n "$(encapsulation $end)" ] && [ "$(sas_outside_udp $end)" -eq 0 ] ||
            fail "$(sas_outside_udp $end) SAs of $end do not travel in UDP"
    done
}
expect_no_udp() {
    local end
    for end in a b; do
        [ -z "$(encapsulation $end)" ] || fail "SAs of $end travel in UDP: $(encapsulation $end)"
    done
}

# keepalives FILTER…: packets of one octet, 0xFF (RFC 3948 section 2.3).
keepalives() { on_wire "udp port 4500 and udp[4:2] == 9 and udp[8] == 0xff${1:+ and ($1)}"; }
