# shellcheck shell=bash
# A peer that has the key and does not keep to the RFC: pluto with its --impair
# switches. in.ikev2d survives, says what was wrong, and serves the next
# connection of a peer that behaves.

# hostile NAME STARTS SWITCHES works|fails PATTERN [SETTING…]: pluto is so from the
# beginning; the connection comes up, or not. PATTERN is for the log of in.ikev2d.
hostile() {
    scenario "hostile/$1-$([ "$2" = a ] && echo we-start || echo they-start)" misbehaved \
        b.daemon=libreswan starts="$2" impair="$3" outcome="$4" explained="$5" when=full \
        response_wait_time=6 limit=120 "${@:6}"
}

# later NAME ACTION SWITCHES works|fails PATTERN [SETTING…]: the same once it is up.
later() {
    scenario "hostile/$1-$2" misbehaved b.daemon=libreswan starts=a impair="$3" outcome="$4" \
        explained="$5" moment="$2" when=full response_wait_time=6 limit=120 "${@:6}"
}

for starts in a b; do
    # what comes twice, in whatever order
    hostile replay-duplicates $starts replay-duplicates works '' when=always
    hostile replay-forward $starts replay-forward works ''
    hostile replay-backward $starts replay-backward works ''
    hostile replay-encrypted $starts replay-encrypted works ''
    hostile every-message-twice $starts jacob-two-two works ''
    # what the RFC says to ignore
    hostile higher-minor-version $starts minor-version-bump works ''
    hostile reserved-flag-of-the-header $starts send-bogus-isakmp-flag works ''
    hostile reserved-bits-of-payloads $starts send-bogus-payload-flag works ''
    hostile reserved-octets-of-proposals $starts send-nonzero-reserved works ''
    hostile reserved-octets-of-identities $starts send-nonzero-reserved-id works ''
    for exchange in IKE_SA_INIT; do
        hostile unknown-payload-in-$exchange $starts add-unknown-v2-payload-to:$exchange works ''
        hostile critical-payload-in-$exchange $starts \
            "add-unknown-v2-payload-to:$exchange unknown-v2-payload-critical" fails 'critical'
    done
    hostile unknown-payload-in-IKE_AUTH $starts add-unknown-v2-payload-to-sk:IKE_AUTH works ''
    hostile critical-payload-in-IKE_AUTH $starts \
        "add-unknown-v2-payload-to-sk:IKE_AUTH unknown-v2-payload-critical" fails critical
    # what is wrong
    hostile higher-major-version $starts major-version-bump fails 'version'
    hostile no-KE $starts ke-payload:OMIT fails 'KE' when=always
    hostile empty-KE $starts ke-payload:EMPTY fails 'KE'
    hostile KE-of-zeros $starts ke-payload:0 fails 'KE|key exchange'
    hostile KE-of-zeros-modp $starts ke-payload:0 fails 'KE|key exchange' group=14
    hostile KE-of-ones $starts ke-payload:255 fails 'KE|key exchange'
    hostile KE-of-ones-modp $starts ke-payload:255 fails 'KE|key exchange' group=14
    hostile two-KEs $starts ke-payload:DUPLICATE fails 'KE'
    hostile initiator-SPI-of-zero $starts ike-initiator-spi:0 fails 'SPI'
    hostile responder-SPI-of-zero $starts ike-responder-spi:0 fails 'SPI'
    hostile IKE-key-length-missing $starts ike-key-length-attribute:OMIT fails 'NO_PROPOSAL|key'
    hostile IKE-key-length-twice $starts ike-key-length-attribute:DUPLICATE fails ''
    hostile IKE-key-length-of-zero $starts ike-key-length-attribute:0 fails ''
    hostile IKE-key-length-of-13 $starts ike-key-length-attribute:13 fails ''
    hostile ESP-key-length-missing $starts child-key-length-attribute:OMIT fails ''
    hostile ESP-key-length-twice $starts child-key-length-attribute:DUPLICATE fails ''
    hostile ESP-key-length-of-zero $starts child-key-length-attribute:0 fails ''
    hostile unknown-transform-type $starts ikev2-add-ike-transform:$((241 << 16 | 1)) fails ''
    hostile unknown-ESP-transform-type $starts ikev2-add-child-transform:$((241 << 16 | 1)) fails ''
    hostile unknown-cipher $starts ikev2-add-ike-transform:$((1 << 16 | 1023)) works ''
    hostile unknown-ESP-cipher $starts ikev2-add-child-transform:$((1 << 16 | 1023)) works ''
    for method in RSA ECDSA_SHA2_256_P256 NULL DIGSIG RESERVED; do
        hostile auth-method-$method $starts force-v2-auth-method:$method fails 'AUTH'
    done
    hostile no-child-in-IKE_AUTH $starts omit-v2-ike-auth-child fails ''
    hostile child-in-IKE_AUTH-ignored $starts ignore-v2-ike-auth-child fails ''
    hostile deaf $starts corrupt-encrypted fails ''
done
hostile wrong-exchange-for-IKE_AUTH a bad-ikev2-auth-xchg fails 'INFORMATIONAL'
hostile no-IKE_AUTH b send-no-ikev2-auth fails 'no IKE_AUTH request came' limit=150
hostile no-IDr b send-no-idr works ''
hostile no-integrity-in-proposals b v2-proposal-integ:omit fails ''
hostile no-group-in-proposals b v2-proposal-dh:omit fails ''
hostile first-answer-lost a drop-outgoing:1 works ''
hostile second-answer-lost a drop-outgoing:2 works ''
hostile first-request-lost b drop-outgoing:1 works ''
hostile first-answer-unheard b drop-incoming:1 works ''

for exchange in CREATE_CHILD_SA INFORMATIONAL; do
    [ $exchange = INFORMATIONAL ] && action=liveness || action=rekey-child
    later unknown-payload-in-$exchange $action add-unknown-v2-payload-to-sk:$exchange works ''
    later critical-payload-in-$exchange $action \
        "add-unknown-v2-payload-to-sk:$exchange unknown-v2-payload-critical" works critical
done
for action in rekey-child rekey-ike; do
    for kind in OMIT EMPTY DUPLICATE 0 255; do
        later KE-$kind $action ke-payload:$kind works 'KE|key exchange' pfs=19
    done
done
later wider-selectors rekey-child rekey-initiate-supernet works '' mode=tunnel
later narrower-selectors rekey-child rekey-initiate-subnet works '' mode=tunnel
later wider-selectors-in-answer rekey-by-us rekey-respond-supernet works '' mode=tunnel a.childsa_life=6
later narrower-selectors-in-answer rekey-by-us rekey-respond-subnet works '' mode=tunnel a.childsa_life=6
for kind in OMIT EMPTY DUPLICATE 0 255; do
    later KE-$kind rekey-by-us ke-payload:$kind works 'KE|key exchange' pfs=19 a.childsa_life=6
done
later no-farewell terminate send-no-delete works '' a.dpd=2
later every-message-twice rekey-child jacob-two-two works ''
later every-message-twice rekey-ike jacob-two-two works ''
later replay-backward rekey-child replay-backward works ''
later replay-forward rekey-ike replay-forward works ''

misbehaved() {
    local daemon end=${setting[starts]} before word
    start a b
    daemon=${process[a]}
    ask_again_soon a
    case ${setting[moment]} in
        '')
            impair
            begin
            ;;
        *)
            begin
            expect_traffic a
            before=$(spis a)
            impair
            "misbehaved_$(echo "${setting[moment]}" | tr - _)"
            ;;
    esac
    [ -z "${setting[explained]}" ] || wait_for 40 grep -qiE -- "${setting[explained]}" "$(ikev2d_log a)" ||
        fail "no line of the log of in.ikev2d on a says /${setting[explained]}/"
    if [ "${setting[outcome]}" = works ]; then
        expect_traffic "$end" 40
    else
        sleep 3
        sad_is_empty a || fail "a has an SA: $(sad a | tr '\n' ';')"
    fi

    step "the peer behaves again"
    whack b --impair none >>"$CASE_FOLDER/b/out" 2>&1
    stop b
    start b
    begin
    expect_traffic "$end" 40
    gone "$daemon" && fail "in.ikev2d on a has ended"
    [ "${process[a]}" = "$daemon" ] || fail "in.ikev2d on a is another process"
}

impair() {
    local word words=()
    step "b is impaired: ${setting[impair]}"
    for word in ${setting[impair]}; do words+=(--impair "$word"); done
    whack b "${words[@]}" >>"$CASE_FOLDER/b/out" 2>&1 || fail "pluto does not take ${setting[impair]}"
}

# begin: without waiting for what comes of it.
begin() {
    if [ "${setting[starts]}" = b ]; then
        whack b --name "net$(families)" --initiate --asynchronous >>"$CASE_FOLDER/b/out" 2>&1
    else
        initiate a
    fi
}

# ask_again_soon END: its kernel, which once it has asked for an SA does not ask
# again for 30 s.
ask_again_soon() { within "$1" sh -c 'echo 2 >/proc/sys/net/core/xfrm_acq_expires'; }

misbehaved_rekey_child() { libreswan_renew b child; }
misbehaved_rekey_ike() { libreswan_renew b ike; }
misbehaved_rekey_by_us() { wait_for 20 seen_exchange $CREATE_CHILD_SA; }
misbehaved_liveness() { whack b --impair initiate-v2-liveness:1 >>"$CASE_FOLDER/b/out" 2>&1; }
misbehaved_terminate() { whack b --name "net$(families)" --terminate >>"$CASE_FOLDER/b/out" 2>&1; }
