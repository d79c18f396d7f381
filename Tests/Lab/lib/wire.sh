# shellcheck shell=bash
# What is on the wire between a and b, as a sees it.

readonly IKE_SA_INIT=34 IKE_AUTH=35 CREATE_CHILD_SA=36 INFORMATIONAL=37

capture_start() {
    within a tcpdump -i wan -U --immediate-mode -nn -Z root -w "$CASE_FOLDER/wire.pcap" \
        2>"$CASE_FOLDER/tcpdump" &
    capture=$!
    wait_for 10 grep -q 'listening on' "$CASE_FOLDER/tcpdump" || fail "tcpdump does not start"
}

capture_stop() {
    [ -n "${capture:-}" ] || return 0
    kill "$capture" 2>/dev/null
    wait "$capture" 2>/dev/null
    capture=
}

# on_wire FILTER…: how many packets the filter of pcap-filter(7) has let through.
on_wire() { tcpdump -nn -r "$CASE_FOLDER/wire.pcap" "$@" 2>/dev/null | wc -l; }

# requests_of TYPE: prints the filter for requests of that exchange type.
# An IKE header has its exchange type at 18, its flags at 19 (0x20: response).
requests_of() {
    local ip4='(ip and udp' ip6='(ip6 and ip6[6] == 17'
    echo "$ip4 port 500 and udp[26] == $1 and udp[27] & 0x20 == 0)
        or $ip4 port 4500 and udp[8:4] == 0 and udp[30] == $1 and udp[31] & 0x20 == 0)
        or $ip6 and ip6[42:2] == 500 and ip6[66] == $1 and ip6[67] & 0x20 == 0)
        or $ip6 and ip6[42:2] == 4500 and ip6[48:4] == 0 and ip6[70] == $1 and ip6[71] & 0x20 == 0)"
}

# exchanges TYPE: how many requests either end has sent, retransmissions counted.
exchanges() { on_wire "$(requests_of "$1")"; }

# seen_exchange TYPE [COUNT]: at least so many of them.
seen_exchange() { [ "$(exchanges "$1")" -ge "${2:-1}" ]; }

# ike_sas: how many IKE SAs were begun, retransmissions not counted: different
# SPIs of initiators, which stand right after the headers of IP and UDP.
ike_sas() {
    tcpdump -x -nn -r "$CASE_FOLDER/wire.pcap" "$(requests_of $IKE_SA_INIT)" 2>/dev/null | awk '
        function packet_done() {
            if (octets != "") spi[substr(octets, octets ~ /^4/ ? 57 : 97, 16)]
            octets = ""
        }
        !/^\t/ { packet_done() }
        /^\t/ { sub(/.*: */, ""); gsub(/ /, ""); octets = octets $0 }
        END { packet_done(); print length(spi) }'
}

# The capture runs a little behind what it sees.
readonly CAPTURE_LAG=5 # seconds, on a busy machine

# notify_seen TYPE: an IKE_SA_INIT response has carried that notify, alone as such
# responses do: header, then the notify payload (type 41).
notify_seen() {
    local count
    count=$(on_wire "(ip and udp[24] == 41 and udp[26] == $IKE_SA_INIT and udp[42:2] == $1)
        or (ip6 and ip6[64] == 41 and ip6[66] == $IKE_SA_INIT and ip6[82:2] == $1)")
    [ "$count" -gt 0 ]
}

# expect_notify_in_clear TYPE NAME
expect_notify_in_clear() {
    step "$2 is on the wire"
    wait_for $CAPTURE_LAG notify_seen "$1" || fail "$2 was not on the wire"
}

# expect_nothing_in_clear: a has sent no ping unprotected. (What b sends so, a's
# inbound policy refuses. What a receives in a tunnel is seen again, decrypted.)
expect_nothing_in_clear() {
    local count
    count=$(on_wire "ether src $MAC_A and (icmp[0] == 8 or icmp[0] == 0
        or (ip6[6] == 58 and (ip6[40] == 128 or ip6[40] == 129)))")
    [ "$count" -eq 0 ] || fail "$count pings left a without ESP"
}
