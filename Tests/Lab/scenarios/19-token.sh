# shellcheck shell=bash
# Keys on a token.

for key in rsa2048 p256; do
    scenario token/$key on_a_token auth=$key a.keystore=token a.id=a.lab b.id=b.lab b.key='another key'
done
scenario token/strongswan live auth=rsa2048 a.keystore=token a.id=a.lab b.id=b.lab b.key='another key' \
    b.daemon=strongswan when=full

# on_a_token: the key is nowhere else, and the PIN in no log.
on_a_token() {
    opened
    [ -z "$(ls "$CASE_FOLDER/a/keystore/private")" ] || fail "a has a key in its keystore"
    ! grep -qF "$IKEV2D_PIN" "$(log_of a)" || fail "the PIN is in the log of a"
    closed
}
