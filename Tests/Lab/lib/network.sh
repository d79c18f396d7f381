# shellcheck shell=bash
# The network of a scenario:
#
#   mode=transport:                 a ------ b
#   mode=tunnel:      la ------ a ------ b ------ lb
#   nat=a:                   a --- r --- b     and with nat=b as well (lib/nat.sh)
#
#         outer     .1, ::1 of a, .2, ::2 of b in 10.9.0.0/24 and fd00:9::/64
#         LANs      10.1.0.0/24 and fd00:1::/64 behind a, 10.2.0.0/24 and fd00:2::/64 behind b,
#                   the gateway .1, ::1, the host .10, ::a
#
# Nothing in it reaches further than the namespaces made here.

readonly MAC_A=02:00:00:00:00:0a MAC_B=02:00:00:00:00:0b

# mac END: its outer address in Ethernet.
mac() { [ "$1" = a ] && echo $MAC_A || echo $MAC_B; }

end_number() { [ "$1" = a ] && echo 1 || echo 2; }

# address END: its outer address, as it knows it itself. seen END: as the other does.
address() { [ "${setting[nat]}" = "$1" ] && echo "$INSIDE" || seen "$1"; }
seen() {
    [ "${setting[family]}" = 4 ] && echo "10.9.0.$(end_number "$1")" ||
        echo "fd00:9::$(end_number "$1")"
}

readonly OTHERS=10.9.1 # what b's further addresses begin with

# prefix END FAMILY: the real LAN behind END.
prefix() {
    [ "$2" = 4 ] && echo "10.$(end_number "$1").0.0/24" || echo "fd00:$(end_number "$1")::/64"
}

# host_in PREFIX: the host of a LAN.
host_in() {
    case $1 in
        *:*) echo "${1%/*}a" ;;
        *) echo "${1%.0/*}.10" ;;
    esac
}

# families: of the flows to protect, one Child SA each.
families() {
    if [ "${setting[mode]}" = transport ]; then
        echo "${setting[family]}"
    else
        echo "${setting[inner]:-${setting[family]}}"
    fi
}

# protects VIEWER END FAMILY: the addresses of END whose traffic VIEWER thinks
# is to be protected.
protects() {
    if [ "${setting[mode]}" = transport ]; then
        [ "$1" = "$2" ] && address "$2" || seen "$2"
    else
        local lan
        lan=$(of "$1" "lan_$2")
        echo "${lan:-$(prefix "$2" "$3")}"
    fi
}

# place END: the namespace where END's traffic comes from.
place() { [ "${setting[mode]}" = transport ] && echo "$1" || echo "l$1"; }

# target VIEWER FAMILY: whom VIEWER's traffic goes to.
target() {
    local there
    there=$(protects "$1" "$(other "$1")" "$2")
    [ "${setting[mode]}" = transport ] && echo "$there" || host_in "$there"
}

# network_up: makes it.
network_up() {
    step "network for mode ${setting[mode]}"
    make_place a
    make_place b
    if [ -n "${setting[nat]}" ]; then
        make_nat
    else
        ip link add wan address $MAC_A netns a type veth peer name wan address $MAC_B netns b
        give a wan 10.9.0.1/24 fd00:9::1/64
        give b wan 10.9.0.2/24 fd00:9::2/64
        lead_to a 10.9.0.2 fd00:9::2
        lead_to b 10.9.0.1 fd00:9::1
        others_up
    fi
    if [ "${setting[mode]}" = tunnel ]; then
        make_lan a
        make_lan b
    fi
    spare_neighbour_discovery a
    spare_neighbour_discovery b
    capture_start
}

# others_up: what b has more of addresses.
others_up() {
    local n
    [ "${setting[others]}" -gt 0 ] || return 0
    for ((n = 1; n <= setting[others]; n++)); do echo "addr add $OTHERS.$n/32 dev wan"; done |
        ip -n b -batch -
    ip -n a route add $OTHERS.0/24 dev wan
}

# lead_to END GATEWAY…: what END has no other route for goes there.
lead_to() {
    local gateway
    for gateway in "${@:2}"; do ip -n "$1" route replace default via "$gateway"; done
}

# make_place NAME: a namespace with loopback and without surprises.
make_place() {
    ip netns add "$1"
    ip -n "$1" link set lo up
    within "$1" sh -c 'cd /proc/sys/net && for c in all default; do
        echo 0 >ipv4/conf/$c/rp_filter
        echo 0 >ipv4/conf/$c/send_redirects
        echo 0 >ipv6/conf/$c/accept_dad
    done'
}

# make_lan END: the LAN behind END, with one host.
make_lan() {
    local n
    n=$(end_number "$1")
    make_place "l$1"
    ip link add lan netns "$1" type veth peer name lan netns "l$1"
    give "$1" lan "10.$n.0.1/24" "fd00:$n::1/64"
    give "l$1" lan "10.$n.0.10/24" "fd00:$n::a/64"
    ip -n "l$1" route add default via "10.$n.0.1"
    ip -n "l$1" route add default via "fd00:$n::1"
    within "$1" sh -c 'cd /proc/sys/net && echo 1 >ipv4/ip_forward &&
        echo 1 >ipv6/conf/all/forwarding'
}

# give PLACE DEVICE IPV4 IPV6
give() {
    ip -n "$1" addr add "$3" dev "$2"
    ip -n "$1" addr add "$4" dev "$2" nodad
    ip -n "$1" link set "$2" up
}

# hold_back END EXCHANGE: END hears no IKE message of that exchange type
# (RFC 7296 section 3.1) until let_through. IPv4 only.
hold_back() {
    # The octet at 18 of the IKE header, after the UDP header of 8 and, on port
    # 4500, the four zero octets.
    within "$1" iptables-legacy -A INPUT -p udp --dport 500 \
        -m u32 --u32 "0>>22&0x3C@24>>8&0xFF=$2" -j DROP &&
        within "$1" iptables-legacy -A INPUT -p udp --dport 4500 \
            -m u32 --u32 "0>>22&0x3C@28>>8&0xFF=$2" -j DROP ||
        fail "iptables on $1 cannot hold back exchange $2"
}
let_through() { within "$1" iptables-legacy -F INPUT; }
