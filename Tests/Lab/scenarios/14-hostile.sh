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
    # what RFC 7296 says to ignore
    hostile higher-minor-version $starts minor-version-bump works ''
    hostile reserved-flag-of-the-header $starts send-bogus-isakmp-flag works ''
    hostile reserved-bits-of-payloads $starts send-bogus-payload-flag works ''
    hostile reserved-octets-of-proposals $starts send-nonzero-reserved works ''
    hostile reserved-octets-of-identities $starts send-nonzero-reserved-id works ''
    hostile unknown-payload-in-IKE_SA_INIT $starts add-unknown-v2-payload-to:IKE_SA_INIT works ''
    hostile unknown-payload-in-IKE_AUTH $starts add-unknown-v2-payload-to-sk:IKE_AUTH works ''
    # and what not
    hostile critical-payload-in-IKE_SA_INIT $starts \
        "add-unknown-v2-payload-to:IKE_SA_INIT unknown-v2-payload-critical" \
        fails 'IKE_SA_INIT re.*critical payload of type'
    hostile critical-payload-in-IKE_AUTH $starts \
        "add-unknown-v2-payload-to-sk:IKE_AUTH unknown-v2-payload-critical" \
        fails 'IKE_AUTH re.*critical payload of type'
    hostile higher-major-version $starts major-version-bump fails 'IKE version 3 is not spoken here'
    # key exchanges
    hostile no-KE $starts ke-payload:OMIT fails 'IKE_SA_INIT re[a-z]* lacks KE' when=always
    for group in 14 19; do
        for value in EMPTY 0 255; do
            hostile KE-$value-group-$group $starts ke-payload:$value \
                fails 'public value is not valid for (MODP_2048|ECP_256)' group=$group
        done
    done
    # proposals, offered or chosen
    hostile IKE-key-length-missing $starts ike-key-length-attribute:OMIT \
        fails 'IKE: ENCR_AES_CBC, '
    hostile IKE-key-length-twice $starts ike-key-length-attribute:DUPLICATE \
        fails 'IKE: ENCR_AES_CBC-256 with unknown attributes'
    hostile IKE-key-length-of-zero $starts ike-key-length-attribute:0 fails 'IKE: ENCR_AES_CBC-0,'
    hostile IKE-key-length-of-13 $starts ike-key-length-attribute:13 fails 'IKE: ENCR_AES_CBC-13,'
    hostile ESP-key-length-missing $starts child-key-length-attribute:OMIT \
        fails 'ESP: ENCR_AES_GCM_16, '
    hostile ESP-key-length-twice $starts child-key-length-attribute:DUPLICATE \
        fails 'ESP: ENCR_AES_GCM_16-256 with unknown attributes'
    hostile ESP-key-length-of-zero $starts child-key-length-attribute:0 \
        fails 'ESP: ENCR_AES_GCM_16-0,'
    hostile IKE-transform-of-unknown-type $starts ikev2-add-ike-transform:$((241 << 16 | 1)) \
        fails 'TRANSFORM_TYPE_241_1'
    hostile ESP-transform-of-unknown-type $starts ikev2-add-child-transform:$((241 << 16 | 1)) \
        fails 'TRANSFORM_TYPE_241_1'
    hostile auth-by-nothing $starts force-v2-auth-method:NULL \
        fails 'proves itself by NULL_AUTHENTICATION'
done
# who offers a cipher that nobody knows may do so, who chooses it not
hostile unknown-IKE-cipher b ikev2-add-ike-transform:$((1 << 16 | 1023)) works ''
hostile unknown-IKE-cipher a ikev2-add-ike-transform:$((1 << 16 | 1023)) \
    fails 'IKE_SA_INIT response: the answer does not choose one ENCR'
hostile unknown-ESP-cipher b ikev2-add-child-transform:$((1 << 16 | 1023)) works ''
hostile unknown-ESP-cipher a ikev2-add-child-transform:$((1 << 16 | 1023)) \
    fails 'no Child SA: the answer does not choose one ENCR'
hostile initiator-SPI-of-zero b ike-initiator-spi:0 fails "the initiator's SPI is zero"
hostile responder-SPI-of-zero a ike-responder-spi:0 fails "responder's SPI is zero"
hostile no-child-in-IKE_AUTH a omit-v2-ike-auth-child fails 'the peer says INVALID_SYNTAX'
hostile no-child-in-IKE_AUTH b omit-v2-ike-auth-child fails 'IKE_AUTH request lacks SA, TSi, TSr'
hostile child-in-IKE_AUTH-ignored a ignore-v2-ike-auth-child \
    fails 'no Child SA: the answer lacks SA, TSi or TSr'
hostile deaf a corrupt-encrypted fails 'IKE_AUTH failed: no answer to a request'
hostile wrong-exchange-for-IKE_AUTH a bad-ikev2-auth-xchg \
    fails 'INFORMATIONAL response 1 answers no request of ours'
hostile no-IKE_AUTH b send-no-ikev2-auth fails 'no IKE_AUTH request came' limit=150
hostile no-IDr b send-no-idr works ''
hostile no-integrity-in-proposals b v2-proposal-integ:omit \
    fails 'offered IKE: ENCR_AES_CBC-256, PRF_HMAC_SHA2_256, ECP_256;'
hostile no-group-in-proposals b v2-proposal-dh:omit fails 'NO_PROPOSAL_CHOSEN: offered IKE:'
hostile first-answer-lost a drop-outgoing:1 works ''
hostile second-answer-lost a drop-outgoing:2 works ''
hostile first-request-lost b drop-outgoing:1 works ''
hostile first-answer-unheard b drop-incoming:1 works ''

for action in rekey-child rekey-ike; do
    # INVALID_SYNTAX ends the IKE SA (RFC 7296 section 2.21.3)
    for value in EMPTY 0 255; do
        later KE-$value $action ke-payload:$value \
            fails 'no new SA: key exchange: .*not valid for ECP_256' pfs=19
    done
done
later no-KE rekey-child ke-payload:OMIT works 'INVALID_KE_PAYLOAD: its key exchange is missing' \
    pfs=19
later no-KE rekey-ike ke-payload:OMIT fails 'INVALID_SYNTAX: the request lacks KE'
later wider-selectors rekey-child rekey-initiate-supernet works '' mode=tunnel
later narrower-selectors rekey-child rekey-initiate-subnet works '' mode=tunnel
later wider-selectors-in-answer rekey-by-us rekey-respond-supernet works '' mode=tunnel \
    a.childsa_life=6
later narrower-selectors-in-answer rekey-by-us rekey-respond-subnet works '' mode=tunnel \
    a.childsa_life=6
# pluto has given up the old SA when it grants the new one, that we do not take
later no-KE rekey-by-us ke-payload:OMIT '' 'chooses ECP_256 and lacks its key exchange' \
    pfs=19 a.childsa_life=6
for value in EMPTY 0 255; do
    later KE-$value rekey-by-us ke-payload:$value \
        '' 'not rekeyed: key exchange: .*not valid for ECP_256' pfs=19 a.childsa_life=6
done
later no-farewell terminate send-no-delete works '' a.dpd=2
later every-message-twice rekey-child jacob-two-two works ''
later every-message-twice rekey-ike jacob-two-two works ''
later replay-backward rekey-child replay-backward works ''
later replay-forward rekey-ike replay-forward works ''

misbehaved() {
    local daemon end=${setting[starts]}
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
            impair
            "misbehaved_$(echo "${setting[moment]}" | tr - _)"
            ;;
    esac
    [ -z "${setting[explained]}" ] || expect_explained a "${setting[explained]}" 40
    if [ "${setting[outcome]}" = works ]; then
        # an SA that a rekeying takes away meanwhile may have carried nothing
        wait_for 40 carries "$end" || fail "nothing gets through from $end"
    elif [ "${setting[outcome]}" = fails ]; then
        # and none comes in the time that one would take
        ! wait_for 3 sad_is_filled a || fail "a has an SA: $(sad a | tr '\n' ';')"
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
    whack b "${words[@]}" >>"$CASE_FOLDER/b/out" 2>&1 ||
        fail "pluto does not take ${setting[impair]}"
}

# begin: without waiting for what comes of it.
begin() {
    if [ "${setting[starts]}" = b ]; then
        whack b --name "net$(families)" --initiate --asynchronous >>"$CASE_FOLDER/b/out" 2>&1
    else
        initiate a
    fi
}

# carries END: a ping of END's is answered, and all SAs have carried something.
carries() { ping_once "$1" "$(families)" && carried a && carried b; }

# ask_again_soon END: its kernel, which once it has asked for an SA does not ask
# again for 30 s.
ask_again_soon() { within "$1" sh -c 'echo 2 >/proc/sys/net/core/xfrm_acq_expires'; }

misbehaved_rekey_child() { libreswan_renew b child; }
misbehaved_rekey_ike() { libreswan_renew b ike; }
misbehaved_rekey_by_us() { wait_for 20 seen_exchange $CREATE_CHILD_SA; }
misbehaved_terminate() { whack b --name "net$(families)" --terminate >>"$CASE_FOLDER/b/out" 2>&1; }
