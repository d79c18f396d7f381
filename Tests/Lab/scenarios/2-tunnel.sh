# shellcheck shell=bash
# Tunnel mode, LAN to LAN.

for family in 4 6; do
    for inner in 4 6; do
        name=v$inner-in-v$family
        scenario "tunnel/$name-ikev2d" live mode=tunnel family=$family inner=$inner
        scenario "tunnel/$name-strongswan-we-start" live mode=tunnel family=$family inner=$inner \
            b.daemon=strongswan
        scenario "tunnel/$name-strongswan-they-start" live mode=tunnel family=$family inner=$inner \
            b.daemon=strongswan starts=b
    done
done
