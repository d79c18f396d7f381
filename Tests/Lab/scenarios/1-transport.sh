# shellcheck shell=bash
# Transport mode, host to host.

for family in 4 6; do
    scenario "transport/v$family-ikev2d" live family=$family
    for peer in strongswan libreswan openiked; do
        [ $peer = strongswan ] || [ $family = 4 ] && when=always || when=full
        # shellcheck disable=SC2206 # settings they are
        common=(family=$family b.daemon=$peer ${usual_suite[$peer]-} when=$when)
        scenario "transport/v$family-$peer-we-start" live "${common[@]}"
        scenario "transport/v$family-$peer-they-start" live "${common[@]}" starts=b
    done
done
