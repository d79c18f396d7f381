# shellcheck shell=bash
# What contrib/demo shows.

scenario demo/two-gateways demonstrate mode=tunnel when=asked

demonstrate() {
    local end
    show "  host 10.1.0.10 ── gateway a 10.9.0.1 ═══ ESP ═══ 10.9.0.2 gateway b ── host 10.2.0.10"
    start a b

    heading "The host behind a pings the host behind b"
    initiate a
    expect_traffic a
    within la ping -n -c 3 -i 0.2 10.2.0.10 | show_lines 'icmp_seq|packets'

    heading "The SAs in the kernel of a, and what they carried"
    sad a | while read -r source destination spi octets; do
        show "  $source → $destination  SPI $spi  $octets octets"
    done

    heading "On the wire between them"
    show "  $(on_wire esp) packets of ESP, $(on_wire "udp port 500 or udp port 4500") of IKE," \
        "no ping in clear"

    heading "How a and b came to it, as in.ikev2d -d printed it on a"
    show_lines . <"$(log_of a)"

    stop a
    expect_no_sa
    heading "a has said good-bye: neither kernel holds an SA"
}

heading() {
    show
    show "$*"
}

# show_lines PATTERN: those of its input that match.
show_lines() { grep -E "$1" | while IFS= read -r line; do show "  $line"; done; }
