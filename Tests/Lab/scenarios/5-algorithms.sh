# shellcheck shell=bash
# The usual Diffie-Hellman groups with the usual suites. Of the matrix, one case
# a row and peer is always run, so that each group and each suite is met; all of
# it with lab -a.

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

# Every algorithm of IKE and of ESP, and AH, in both roles. Where we start, the
# sequence numbers are extended ones, where they start, those of 32 bits.
#
# met ALWAYS GROUP IKE ESP [SETTING…]: two cases. ALWAYS is who starts in the one
# that is run without -a, too: we, they, or - for nobody.
met() {
    local name=algorithms/each-$2-$3-$4 we=full they=full
    local common=(group="$2" ike="$3" esp="$4" b.daemon=strongswan "${@:5}")
    case $1 in
        we) we=always ;;
        they) they=always ;;
    esac
    scenario "$name-strongswan-we-start" counted "${common[@]}" esn=yes when=$we
    scenario "$name-strongswan-they-start" counted "${common[@]}" esn=no starts=b when=$they
}

# counted: live, and the sequence numbers are as wanted.
counted() {
    opened
    expect_esn
    closed
}

met -    2  3des-sha1               3des-sha1
met -    5  3des-sha256             3des-sha256
met -    14 3des-sha384             aes128-sha1
met -    15 3des-sha512             aes128-sha256
met -    16 aes128-sha1             aes128-sha384
met -    17 aes128-sha256           aes128-sha512
met -    18 aes128-sha384           aes192-sha1
met -    19 aes128-sha512           aes192-sha256
met -    20 aes192-sha1             aes192-sha384
met we   21 aes192-sha256           aes192-sha512
met -    22 aes192-sha384           aes256-sha1
met -    23 aes192-sha512           aes256-sha256
met -    24 aes256-sha1             aes256-sha384
met -    25 aes256-sha256           aes256-sha512
met -    26 aes256-sha384           aes128ctr-sha256
met -    27 aes256-sha512           aes192ctr-sha256
met they 28 aes128ctr-sha256        aes256ctr-sha256
met -    29 aes192ctr-sha384        aes128gcm16
met -    30 aes256ctr-sha512        aes192gcm16
met we   31 chacha20poly1305-sha256 chacha20poly1305
met they 32 aes192gcm16-sha384      aes256gcm16
met we   19 aes128ccm16-sha256      aes256ccm16
met -    20 aes192ccm16-sha384      aes192ccm16
met -    21 aes256ccm16-sha512      aes128ccm16
met -    31 aes128gcm16-sha256      3des-sha512
met they 32 aes256gcm16-sha512      sha256 protocol=ah

# The initiator guesses the wrong group; the responder names the right one.
scenario algorithms/other-group-ikev2d other_group a.group="19 14" b.group=14
scenario algorithms/other-group-strongswan-we-start other_group a.group="19 14" b.group=14 \
    b.daemon=strongswan
scenario algorithms/other-group-strongswan-they-start other_group a.group=14 b.group="19 14" \
    b.daemon=strongswan starts=b

other_group() {
    start a b
    initiate "${setting[starts]}"
    expect_traffic "${setting[starts]}"
    expect_notify_in_clear 17 INVALID_KE_PAYLOAD
}
