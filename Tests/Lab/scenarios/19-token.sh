# shellcheck shell=bash
# Keys on a token.

for key in rsa2048 p256; do
    scenario token/$key on_a_token auth=$key a.keystore=token a.id=a.lab b.id=b.lab b.key='another key'
done
scenario token/strongswan live auth=rsa2048 a.keystore=token a.id=a.lab b.id=b.lab b.key='another key' \
    b.daemon=strongswan when=full
scenario token/later later auth=p256 a.keystore=token a.id=a.lab b.id=b.lab b.key='another key'

# on_a_token: the key is nowhere else, and the PIN in no log.
on_a_token() {
    opened
    [ -z "$(ls "$CASE_FOLDER/a/keystore/private")" ] || fail "a has a key in its keystore"
    ! grep -qF "$IKEV2D_PIN" "$(log_of a)" || fail "the PIN is in the log of a"
    closed
}

# later: a starts without its token.
later() {
    local tokens=$CASE_FOLDER/a/tokens
    # start has it made, and the daemon begins at once
    eval "$(declare -f ikev2d_token | sed '1s/ikev2d_token/make_token/')"
    ikev2d_token() { make_token "$@" && mv "$tokens" "$tokens.away" && mkdir "$tokens"; }
    start a b
    expect_explained a 'the token is not present'
    step "the token comes"
    rmdir "$tokens" && mv "$tokens.away" "$tokens"
    expect_explained a 'the token has .* 1 private key' 30
    initiate "${setting[starts]}"
    expect_traffic "${setting[starts]}"
    closed
}
