# shellcheck shell=bash
# Tunnel mode, LAN to LAN.

for family in 4 6; do
    for inner in 4 6; do
        name=v$inner-in-v$family
        scenario "tunnel/$name-ikev2d" live mode=tunnel family=$family inner=$inner
        for peer in strongswan libreswan openiked; do
            able $peer "$name" || continue
            [ $peer = strongswan ] || [ $name = v4-in-v4 ] && when=always || when=full
            # shellcheck disable=SC2206 # settings they are
            common=(mode=tunnel family=$family inner=$inner b.daemon=$peer
                ${usual_suite[$peer]-} when=$when)
            scenario "tunnel/$name-$peer-we-start" live "${common[@]}"
            scenario "tunnel/$name-$peer-they-start" live "${common[@]}" starts=b
        done
    done
done
