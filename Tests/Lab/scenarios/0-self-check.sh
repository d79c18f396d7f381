# shellcheck shell=bash
# The lab itself, without in.ikev2d: what fails here is no fault of its.

scenario self-check/transport-by-command live daemon=strongswan
scenario self-check/transport-by-acquire live daemon=strongswan family=6 trigger=acquire starts=b
scenario self-check/tunnel-by-command live daemon=strongswan mode=tunnel
scenario self-check/tunnel-by-acquire live daemon=strongswan mode=tunnel inner="4 6" trigger=acquire
for peer in libreswan openiked; do
    # shellcheck disable=SC2086 # settings they are
    scenario self-check/$peer live a.daemon=strongswan b.daemon=$peer starts=b \
        ${usual_suite[$peer]-}
done
scenario self-check/refusals self_check_refusals daemon=strongswan b.key="another key"
scenario self-check/kernel-without-esp self_check_bare daemon=strongswan kernel=bare

self_check_refusals() {
    start a b
    initiate a
    expect_notify AUTHENTICATION_FAILED
    expect_no_sa
    stop a

    setting[a.ike]=aes128-sha512
    start a
    initiate a
    expect_notify_in_clear 14 NO_PROPOSAL_CHOSEN
    stop a
}

self_check_bare() {
    ! ip -n a xfrm state add src 10.9.0.1 dst 10.9.0.2 proto esp spi 0x1000 mode transport \
        enc 'cbc(aes)' 0x00112233445566778899aabbccddeeff \
        auth 'hmac(sha256)' 0x00112233445566778899aabbccddeeff ||
        fail "this kernel installs ESP SAs"
    setting[daemon]=ikev2d
    protect a
}
