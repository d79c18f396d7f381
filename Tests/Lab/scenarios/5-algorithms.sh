# shellcheck shell=bash
# Every Diffie-Hellman group with every kind of suite. Of the matrix, one case
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
