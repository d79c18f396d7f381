# shellcheck shell=bash
# What ikeadm shows is what the kernel has and what is on the wire.

for suites in "aes256gcm16-sha256 aes256gcm16" "aes128-sha256 aes128-sha256" \
    "aes256ctr-sha512 aes256ctr-sha512" "aes192ccm16-sha384 aes128gcm16"; do
    case $suites in *ctr* | *ccm*) when=full ;; *) when=always ;; esac
    scenario "ikeadm/keys-open-the-capture-${suites% *}" keys_open a.keydump=yes \
        ike="${suites% *}" esp="${suites#* }" when=$when
done
scenario ikeadm/counters-are-the-kernels counters

# ikeadm END WORD…
ikeadm() { "${LAB_PROGRAM%/*}/ikeadm" -s "/run/lab/$1.sock" "${@:2}"; }

# opened_by_wireshark FILTER: how many packets it shows, with our keys.
opened_by_wireshark() {
    XDG_CONFIG_HOME=$CASE_FOLDER tshark -r "$CASE_FOLDER/wire.pcap" \
        -o esp.enable_encryption_decode:TRUE -o esp.enable_authentication_check:TRUE \
        -o esp.enable_null_encryption_decode_heuristic:FALSE -Y "$1" \
        2>"$CASE_FOLDER/tshark" | wc -l
}

keys_open() {
    start a b
    initiate a
    expect_traffic a
    mkdir -p "$CASE_FOLDER/wireshark"
    # 39 is the AUTH payload of IKE_AUTH
    [ "$(opened_by_wireshark 'isakmp.typepayload == 39 or icmp')" -eq 0 ] ||
        fail "tshark opens it without keys"
    ikeadm a -w dump ikesa >"$CASE_FOLDER/wireshark/ikev2_decryption_table" ||
        fail "ikeadm shows no keys of the IKE SA"
    ikeadm a -w dump childsa >"$CASE_FOLDER/wireshark/esp_sa" ||
        fail "ikeadm shows no keys of the Child SA"
    wait_for 10 seen_open 'isakmp.typepayload == 39' 2 ||
        fail "tshark does not open IKE_AUTH: $(cat "$CASE_FOLDER/tshark")"
    wait_for 10 seen_open 'icmp && ip.proto == 50' 2 ||
        fail "tshark does not open the ESP packets: $(cat "$CASE_FOLDER/tshark")"
    ! grep -qF "$(cut -d, -f3 "$CASE_FOLDER/wireshark/ikev2_decryption_table")" "$(log_of a)" ||
        fail "there is a key in the log of a"
    ikeadm a set priv modkeys || fail "the privilege level stays"
    ! ikeadm a -w dump ikesa || fail "keys are shown without the privilege"
}

# seen_open FILTER COUNT
seen_open() { [ "$(opened_by_wireshark "$1")" -ge "$2" ]; }

# told END FIELD: of its only Child SA.
told() { ikeadm "$1" -j dump childsa | sed -n "s/^ *\"$2\": \"\?\([^\",]*\).*/\1/p"; }

counters() {
    local end direction spi octets
    start a b
    initiate a
    expect_traffic a
    within "$(place a)" ping -n -c 5 -i 0.2 "$(target a 4)" >/dev/null
    for end in a b; do
        for direction in in out; do
            spi=$(told $end spi_$direction)
            octets=$(sad $end | awk -v spi="$spi" '$3 == spi { print $4 }')
            [ -n "$octets" ] && [ "$octets" = "$(told $end octets_$direction)" ] ||
                fail "$end: $(told $end octets_$direction) octets $direction by $spi, of $octets"
        done
        [ "$(told $end packets_in)" -ge 5 ] || fail "$end counts $(told $end packets_in) packets"
    done
    [ "$(told a packets_out)" = "$(told b packets_in)" ] || fail "packets were lost"
}
