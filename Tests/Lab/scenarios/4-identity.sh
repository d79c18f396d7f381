# shellcheck shell=bash
# Preshared keys and identities in the forms the files know.

hex=0x00ff10203040506070809fa0b0c0d0e0f1
for peer in ikev2d strongswan; do
    scenario "identity/hex-key-$peer" live b.daemon=$peer key=$hex
    scenario "identity/quoted-key-$peer" live b.daemon=$peer key="it's a key, { } # and all"
    scenario "identity/hex-and-ascii-are-one-key-$peer" live b.daemon=$peer starts=b \
        a.key=0x6c616220 b.key="lab "
    scenario "identity/fqdn-$peer" live b.daemon=$peer a.id=a.lab b.id=b.lab
    scenario "identity/fqdn-$peer-they-start" live b.daemon=$peer a.id=a.lab b.id=b.lab starts=b
    scenario "identity/email-$peer" live b.daemon=$peer a.id=a@lab.test b.id=b@lab.test
done

# strongSwan has no key for each direction.
scenario identity/local-key-and-remote-key live \
    a.local_key="what a signs with" b.remote_key="what a signs with" \
    a.remote_key=0x0102030405060708 b.local_key=0x0102030405060708
