# shellcheck shell=bash
# SIGTERM and SIGINT delete at the peer, SIGHUP leaves alone what did not change.

for peer in ikev2d strongswan libreswan openiked; do
    # shellcheck disable=SC2206 # settings they are
    common=(b.daemon=$peer ${usual_suite[$peer]-})
    case $peer in libreswan | openiked) when=full ;; *) when=always ;; esac
    scenario signals/term-deletes-at-$peer good_bye "${common[@]}" moment=TERM
    scenario signals/int-deletes-at-$peer good_bye "${common[@]}" moment=INT when=$when
    ! able $peer farewell ||
        scenario signals/$peer-deletes-at-ours good_bye "${common[@]}" victim=b moment=TERM
    scenario signals/hup-keeps-sas-with-$peer hang_up "${common[@]}" mode=tunnel when=$when
done

good_bye() {
    local end=${setting[victim]:-a}
    opened
    stop "$end" "${setting[moment]}"
    expect_no_sa
    # the other is well: it serves the end that comes back
    start "$end"
    initiate a
    expect_traffic a
}

hang_up() {
    local before
    opened
    before=$(spis a)
    kill -HUP "${process[a]}"
    expect_explained a 'unchanged|refresh|reload|re-?read|SIGHUP'
    expect_traffic a
    [ "$(spis a)" = "$before" ] || fail "SIGHUP changed the SAs"
    [ "$(ike_sas)" -eq 1 ] || fail "SIGHUP began a new IKE SA"
    stop a
    expect_no_sa
}
