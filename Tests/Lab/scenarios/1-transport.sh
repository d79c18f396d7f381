# shellcheck shell=bash
# Transport mode, host to host.

for family in 4 6; do
    scenario "transport/v$family-ikev2d" live family=$family
    scenario "transport/v$family-strongswan-we-start" live family=$family b.daemon=strongswan
    scenario "transport/v$family-strongswan-they-start" live family=$family b.daemon=strongswan \
        starts=b
done
