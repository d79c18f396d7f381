# shellcheck shell=bash
# All that can be negotiated. Of each matrix a spread is always run, so that
# each kind of cipher is met; all of it with lab -a. lab -t shows it as a table.

# ---- the usual groups with the usual suites

groups=(14 15 16 19 20 21 31)
ike=(aes128-sha256 aes256-sha384 aes256-sha512 aes128gcm16-sha256 aes256gcm16-sha384)
esp=(aes256gcm16 aes128-sha256 aes128gcm16 aes256-sha512 aes256-sha384)

for i in "${!groups[@]}"; do
    for j in "${!ike[@]}"; do
        suite="ike=${ike[j]} esp=${esp[j]} group=${groups[i]}"
        name=algorithms/group-${groups[i]}-${ike[j]}
        [ $((i % 5)) -eq "$j" ] && when=always || when=full
        # shellcheck disable=SC2086 # settings they are
        scenario "$name-ikev2d" live $suite when=$when
        [ $(((i + 1) % 5)) -eq "$j" ] && when=always || when=full
        # shellcheck disable=SC2086
        scenario "$name-strongswan-we-start" live $suite b.daemon=strongswan when=$when
        [ $(((i + 3) % 5)) -eq "$j" ] && when=always || when=full
        # shellcheck disable=SC2086
        scenario "$name-strongswan-they-start" live $suite b.daemon=strongswan starts=b when=$when
    done
done

# ---- every algorithm, with each peer that has it (lib/abilities.sh), in each role

every_group=(2 5 14 15 16 17 18 19 20 21 22 23 24 25 26 27 28 29 30 31 32)
every_ike=(
    3des-sha1 3des-sha256 3des-sha384 3des-sha512
    aes128-sha1 aes128-sha256 aes128-sha384 aes128-sha512
    aes192-sha1 aes192-sha256 aes192-sha384 aes192-sha512
    aes256-sha1 aes256-sha256 aes256-sha384 aes256-sha512
    aes128ctr-sha256 aes192ctr-sha384 aes256ctr-sha512
    aes128gcm16-sha256 aes192gcm16-sha384 aes256gcm16-sha384 aes256gcm16-sha512
    aes128ccm16-sha256 aes192ccm16-sha384 aes256ccm16-sha512
    chacha20poly1305-sha256
)
every_child=(
    'ESP aes128gcm16' 'ESP aes192gcm16' 'ESP aes256gcm16'
    'ESP aes128ccm16' 'ESP aes192ccm16' 'ESP aes256ccm16'
    'ESP chacha20poly1305'
    'ESP 3des-sha1' 'ESP 3des-sha256' 'ESP 3des-sha384' 'ESP 3des-sha512'
    'ESP aes128-sha1' 'ESP aes128-sha256' 'ESP aes128-sha384' 'ESP aes128-sha512'
    'ESP aes192-sha1' 'ESP aes192-sha256' 'ESP aes192-sha384' 'ESP aes192-sha512'
    'ESP aes256-sha1' 'ESP aes256-sha256' 'ESP aes256-sha384' 'ESP aes256-sha512'
    'ESP aes128ctr-sha256' 'ESP aes192ctr-sha384' 'ESP aes256ctr-sha512'
    'AH sha1' 'AH sha256' 'AH sha384' 'AH sha512'
)

# each PEER we|they: as many cases as it takes until the longest of the three
# lists has been gone through; the shorter ones begin again. Where we start, the
# sequence numbers are extended ones, where they start, those of 32 bits.
each() {
    local peer=$1 who=$2 groups=() ike=() child=() name i count turn when esn=no words
    for name in "${every_group[@]}"; do
        ! able "$peer" "group $name" "$who" || groups+=("$name")
    done
    for name in "${every_ike[@]}"; do ! able "$peer" "IKE $name" "$who" || ike+=("$name"); done
    for name in "${every_child[@]}"; do ! able "$peer" "$name" "$who" || child+=("$name"); done
    count=${#groups[@]}
    ((count >= ${#ike[@]})) || count=${#ike[@]}
    ((count >= ${#child[@]})) || count=${#child[@]}
    [ "$who" = we ] && able "$peer" ESN && esn=yes
    [ "$who" = we ] && turn=6 || turn=2
    for ((i = 0; i < count; i++)); do
        local group=${groups[i % ${#groups[@]}]} suite=${ike[i % ${#ike[@]}]}
        local protocol=${child[i % ${#child[@]}]% *} transforms=${child[i % ${#child[@]}]#* }
        protocol=${protocol,,}
        words=(group="$group" ike="$suite" protocol="$protocol" esp="$transforms" esn="$esn"
            b.daemon="$peer")
        name=algorithms/each-$group-$suite-$protocol-$transforms-$peer
        [ "$peer" = ikev2d ] || name+=-$who-start
        [ "$who" = we ] || words+=(starts=b)
        [ "$peer" != ikev2d ] && ((i % 10 == turn)) && when=always || when=full
        scenario "$name" counted "${words[@]}" when=$when
    done
}

# counted: live, and the sequence numbers are as wanted.
counted() {
    opened
    expect_esn
    closed
}

each ikev2d we
for peer in strongswan libreswan openiked; do
    each $peer we
    each $peer they
done

# ---- the initiator guesses the wrong group; the responder names the right one

scenario algorithms/other-group-ikev2d other_group a.group="19 14" b.group=14
scenario algorithms/other-group-strongswan-we-start other_group a.group="19 14" b.group=14 \
    b.daemon=strongswan
scenario algorithms/other-group-strongswan-they-start other_group a.group=14 b.group="19 14" \
    b.daemon=strongswan starts=b

other_group() {
    opened
    expect_notify_in_clear 17 INVALID_KE_PAYLOAD
}
