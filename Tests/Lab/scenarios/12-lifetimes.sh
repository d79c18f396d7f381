# shellcheck shell=bash
# Child SAs are rekeyed by volume, which each end counts for itself, and deleted when
# nobody uses them.

for peer in ikev2d strongswan libreswan openiked; do
    # shellcheck disable=SC2206 # settings they are
    common=(b.daemon=$peer ping_octets=1000 ${usual_suite[$peer]-})
    case $peer in libreswan | openiked) when=full ;; *) when=always ;; esac
    scenario lifetimes/volume-by-us-$peer rekeyed "${common[@]}" a.childsa_kb=256 renews=child \
        renewed_by='' when=$when
    [ $peer = ikev2d ] ||
        scenario lifetimes/volume-by-$peer rekeyed "${common[@]}" b.childsa_kb=256 renews=child \
            renewed_by='' when=$when
    # shellcheck disable=SC2086 # settings they are
    scenario lifetimes/idle-$peer idle b.daemon=$peer a.idle=4 when=$when ${usual_suite[$peer]-}
done

idle() {
    opened
    wait_for 40 sad_is_empty a || fail "a keeps an SA that nobody uses"
    wait_for 10 sad_is_empty b || fail "b keeps an SA that a has deleted"
    expect_explained a 'is idle; deleted'
    # the next packet brings one
    expect_traffic a 40
    stop a
    expect_no_sa
}
