# shellcheck shell=bash
# Certificates in the place of preshared keys.

# By their keys they would not believe each other.
names=(a.id=a.lab b.id=b.lab b.key='another key')

# certified NAME PROCEDURE PEERS SETTING…: with each of the peers, in both roles.
certified() {
    local name=certificates/$1 peer common
    for peer in $3; do
        # shellcheck disable=SC2206 # settings they are
        common=("${names[@]}" b.daemon="$peer" ${usual_suite[$peer]-} "${@:4}")
        if [ "$peer" = ikev2d ]; then
            scenario "$name-ikev2d" "$2" "${common[@]}"
            continue
        fi
        scenario "$name-$peer-we-start" "$2" "${common[@]}"
        scenario "$name-$peer-they-start" "$2" "${common[@]}" starts=b
    done
}

everybody='ikev2d strongswan libreswan openiked'

for key in rsa2048 p256 p384 p521 rsa4096 ed25519; do
    [[ $key = @(rsa2048|p256) ]] && when=always || when=full
    peers=$everybody
    [ $key != ed25519 ] || peers='ikev2d strongswan'
    certified $key live "$peers" auth=$key when=$when
done
