# shellcheck shell=bash
# in.ikev2d as an end. $LAB_PROGRAM is its path.

ikev2d_start() {
    local folder=$CASE_FOLDER/$1 mtu fragmentation=()
    mkdir -p "$folder"
    mtu=$(of "$1" mtu)
    [ -z "$mtu" ] || fragmentation=(-o config/fragmentation_enable=true
        -o "config/fragmentation_mtu=$mtu")
    ikev2d_configure "$1"
    case $(of "$1" policy) in
        ip) ip -n "$1" xfrm policy list | grep -q 'priority 1000' || protect "$1" ;;
        *) [ -e "$folder/ipsecinit.conf" ] || ipsecconf_protect "$1" ;;
    esac
    as_daemon "$1" "$LAB_PROGRAM" -d -f "$folder/ikev2.config" \
        -P "$folder/ikev2d.conf" -o "config/preshared_file=$folder/ikev2.preshared" \
        -o config/user=root \
        -o "config/keystore=$folder/keystore" \
        -o "config/kmf_policy=$folder/kmf-policy.xml" \
        -o "config/admin_socket=/run/lab/$1.sock" \
        -o "config/policy_state=$folder/policy" \
        -o "config/response_wait_time=$(of "$1" response_wait_time)" \
        "${fragmentation[@]}" \
        >>"$(ikev2d_log "$1")" 2>&1 &
    process[$1]=$!
    wait_for 20 ikev2d_ready "$1" || fail "in.ikev2d on $1 does not start: $(ikev2d_last_words "$1")"
}

# ikev2d_ready END: it listens on port 500 (01F4) and to the kernel's acquires
# (netlink family 6, group 1). False for good when the process has ended.
ikev2d_ready() {
    local pid=${process[$1]}
    kill -0 "$pid" || fail "in.ikev2d on $1 ended: $(ikev2d_last_words "$1")"
    grep -q ':01F4 ' "/proc/$pid/net/udp" "/proc/$pid/net/udp6" &&
        awk -v pid="$pid" '$2 == 6 && $4 ~ /[13579bdf]$/ { found = 1 } END { exit !found }' \
            "/proc/$pid/net/netlink"
}

ikev2d_last_words() { tail -n 1 "$(ikev2d_log "$1")"; }

ikev2d_log() { echo "$CASE_FOLDER/$1/ikev2d.log"; }

# ikev2d_renew: it does so by its own clock.
ikev2d_renew() { :; }

# ikev2d_configure END: writes its configuration and its keys.
ikev2d_configure() {
    local folder=$CASE_FOLDER/$1 end
    ikev2d_rule "$1" >"$folder/ikev2.config"
    (umask 077 && ikev2d_keys "$1" >"$folder/ikev2.preshared" &&
        ikev2d_properties "$1" >"$folder/ikev2d.conf")
    if [ "$(of "$1" auth)" = readme ]; then
        # as ikev2cert has made it
        cp -a "$LAB_CERTIFICATES/readme/$1" "$folder/keystore" || fail "no keystore for $1"
        return
    fi
    ikev2d_policy "$1" >"$folder/kmf-policy.xml"
    mkdir -p "$folder/keystore"/{certs,private,crls}
    copy_certificates "$1" "$folder/keystore"/{certs,certs,private}
    ikev2d_keystore "$1" "$folder/keystore"
    for end in a b; do
        ! is_raw $end || install -D -m 644 "$(public_key $end)" \
            "$folder/keystore/pubkeys/fqdn/$(identity $end)" || fail "no public key of $end"
    done
    copy_revocation_list "$1" "$folder/keystore/crls"
}

# ikev2d_policy END: the policy about certificates.
ikev2d_policy() {
    local asks soft=''
    asks=" $(of "$1" asks) "
    [ "$(of "$1" soft)" != yes ] || soft=' ignore-cert-revoke-responder-timeout="true"'
    echo '<kmf-policy-db>'
    echo "<kmf-policy name=\"default\" cert-revoke-responder-timeout=\"3\"$soft>"
    echo '<validation-methods>'
    [[ $asks != *' responders '* ]] || echo '<ocsp><ocsp-basic uri-from-cert="true"/></ocsp>'
    [[ $asks != *' lists '* ]] || echo '<crl get-crl-uri="true"/>'
    echo '</validation-methods></kmf-policy></kmf-policy-db>'
}

# ikev2d_keystore END FOLDER: its own files get the form that is wanted.
ikev2d_keystore() {
    local certificate=$2/certs/$1.crt key=$2/private/$1.key
    [ -e "$key" ] || return 0
    case $(of "$1" keystore) in
        der)
            openssl x509 -in "$certificate" -outform DER -out "$certificate.der" &&
                openssl pkcs8 -topk8 -nocrypt -in "$key" -outform DER -out "$key.der"
            rm "$certificate" "$key"
            ;;
        encrypted)
            openssl pkcs8 -topk8 -in "$key" -passout "pass:$IKEV2D_PIN" -out "$key.encrypted"
            rm "$key"
            ;;
        pkcs12)
            openssl pkcs12 -export -in "$certificate" -inkey "$key" \
                -passout "pass:$IKEV2D_PIN" -out "$2/private/$1.p12"
            rm "$certificate" "$key"
            ;;
        token) ikev2d_token "$1" "$key" >"$CASE_FOLDER/$1/token.log" 2>&1 ;;
    esac || fail "no keystore for $1"
    chmod 600 "$2"/private/*
}

# Opens what is encrypted.
IKEV2D_PIN='a pin of the lab'

# ikev2d_token END KEY: moves the key to a token of SoftHSM's.
ikev2d_token() {
    export SOFTHSM2_CONF=$CASE_FOLDER/$1/softhsm2.conf
    mkdir -p "$CASE_FOLDER/$1/tokens" &&
        echo "directories.tokendir = $CASE_FOLDER/$1/tokens" >"$SOFTHSM2_CONF" &&
        openssl pkcs8 -topk8 -nocrypt -in "$2" -out "$2.8" &&
        softhsm2-util --init-token --free --label lab --pin "$IKEV2D_PIN" --so-pin 5678 &&
        softhsm2-util --import "$2.8" --token lab --label "$1" --id 01 --pin "$IKEV2D_PIN" &&
        rm "$2" "$2.8"
}

# ikev2d_properties END: those that everybody would see on the command line.
ikev2d_properties() {
    [ "$(of "$1" keydump)" != yes ] || echo "config/allow_keydump = true"
    [[ $(of "$1" keystore) != @(encrypted|pkcs12|token) ]] ||
        echo "pkcs11_token/pin = $IKEV2D_PIN"
    [ "$(of "$1" keystore)" != token ] ||
        echo "pkcs11_token/uri = pkcs11:token=lab?module-path=/usr/lib/softhsm/libsofthsm2.so"
}

# ikev2d_methods END: of the two sides, where one of them has a certificate, and whose the
# other's must be.
ikev2d_methods() {
    local peer
    peer=$(other "$1")
    [ -z "$(of "$1" required_issuer)" ] ||
        echo "required_issuer \"$(of "$1" required_issuer)\""
    [ -z "$(of "$1" auth)$(of "$peer" auth)" ] ||
        echo "local_auth_method $(ikev2d_method "$1") remote_auth_method $(ikev2d_method "$peer")"
}

# ikev2d_method END: how it proves who it is.
ikev2d_method() {
    case $(of "$1" auth) in
        '') echo preshared ;;
        rsa2048 | rsa4096) echo rsa_sig ;;
        dsa2048) echo dss_sig ;;
        p256 | p384 | p521) echo ecdsa_sig ;;
        ed25519) echo eddsa_sig ;;
        *) echo cert ;;
    esac
}

ikev2d_rule() {
    local peer
    peer=$(other "$1")
    # shellcheck disable=SC2046 # addresses they are
    cat <<-END
	auth_method preshared
	$(ikev2d_ike "$1")
	$(ikev2d_esp "$1")
	childsa_pfs $(of "$1" pfs)
	$(ikev2d_lifetimes "$1")
	{
	    label "lab"
	    $(printf 'local_addr %s ' $(covered "$(address "$1")"))
	    $(printf 'remote_addr %s ' $(covered "$(seen "$peer")"))
	    $(ikev2d_methods "$1")
	    mobike $(of "$1" mobike)
	    $(ikev2d_dpd "$(of "$1" dpd)")
	    $(ikev2d_identity local_id "$(identity "$1")")
	    $(ikev2d_identity remote_id "$(expected_identity "$1")")
	    $([ -z "$(of "$1" immediate)" ] || echo immediate yes)
	    $([ -z "$(of "$1" http_certs)" ] || echo request_http_certs yes)
	}
	END
    ikev2d_other_rules "$1"
}

# ikev2d_other_rules END: a begins them.
ikev2d_other_rules() {
    local n addresses
    for ((n = 1; n <= setting[others]; n++)); do
        [ "$1" = a ] && addresses="local_addr 10.9.0.1 remote_addr $OTHERS.$n immediate yes" ||
            addresses="local_addr $OTHERS.$n remote_addr 10.9.0.1"
        echo "{ label \"other $n\" $addresses }"
    done
}

ikev2d_dpd() { [ -z "$1" ] || echo "dpd_interval_secs $1"; }

ikev2d_lifetimes() {
    local child ike kib idle dpd
    child=$(of "$1" childsa_life) ike=$(of "$1" ikesa_life)
    [ -z "$child" ] ||
        echo "childsa_softlife_secs $child childsa_lifetime_secs $((child * 5))"
    [ -z "$ike" ] || echo "ikesa_lifetime_secs $ike"
    kib=$(of "$1" childsa_kb) idle=$(of "$1" idle) dpd=$(of "$1" dpd)
    [ -z "$kib" ] || echo "childsa_softlife_kb $kib childsa_lifetime_kb $((kib * 10))"
    [ -z "$idle" ] || echo "childsa_idletime_secs $idle"
    [ -z "$dpd" ] || echo "dpd_interval_secs $dpd"
}

ikev2d_keys() {
    local word value n
    echo '{'
    echo '    label "lab"'
    for word in local_key remote_key; do
        value=$(of "$1" $word)
        [ -z "$value" ] || echo "    $word $(written_key "$value")"
    done
    [ -n "$(of "$1" local_key)$(of "$1" remote_key)" ] ||
        echo "    key $(written_key "$(of "$1" key)")"
    echo '}'
    value=$(written_key "$(of "$1" key)")
    for ((n = 1; n <= setting[others]; n++)); do echo "{ label \"other $n\" key $value }"; done
}

# ikev2d_identity KEYWORD ID: with its type. An address is the default, unsaid.
ikev2d_identity() {
    case $2 in
        10.9.* | fd00:9:*) ;;
        keyid:*) echo "$1 KEY_ID=\"${2#keyid:}\"" ;;
        *=*) echo "$1 DN=\"$2\"" ;;
        *@*) echo "$1 EMAIL=\"$2\"" ;;
        *) echo "$1 FQDN=\"$2\"" ;;
    esac
}

# ikev2d_cipher CIPHER: aes256gcm16 is aes-gcm(256), aes256 is aes-cbc(256).
ikev2d_cipher() {
    local bits=${1#aes}
    case $1 in
        3des) echo 'encr_alg 3des' ;;
        chacha20poly1305) echo 'encr_alg chacha20-poly1305' ;;
        *gcm16) echo "encr_alg aes-gcm(${bits%gcm16})" ;;
        *ccm16) echo "encr_alg aes-ccm(${bits%ccm16})" ;;
        *ctr) echo "encr_alg aes-ctr(${bits%ctr})" ;;
        *) echo "encr_alg aes-cbc($bits)" ;;
    esac
}

# ikev2d_ike END: a line for each group.
ikev2d_ike() {
    local suite hash=auth_alg group
    suite=$(of "$1" ike)
    ! authenticates "$suite" || hash=prf_alg
    for group in $(of "$1" group); do
        echo "ikesa_xform { $(ikev2d_cipher "${suite%-*}") $hash ${suite#*-} dh_group $group }"
    done
}

# ikev2d_esp END: a line for each suite; none where the policy says so.
ikev2d_esp() {
    local suite words esn
    [ "$(of "$1" policy)" = ip ] || return 0
    esn=$(of "$1" esn)
    for suite in $(of "$1" esp); do
        if [ "${setting[protocol]}" = ah ]; then
            words="encr_alg none auth_alg $suite"
        elif authenticates "$suite"; then
            words=$(ikev2d_cipher "$suite")
        else
            words="$(ikev2d_cipher "${suite%-*}") auth_alg ${suite#*-}"
        fi
        echo "childsa_xform { $words ${esn:+esn $esn} }"
    done
}

# expect_explained END PATTERN [SECONDS]: one line of its log tells the administrator.
expect_explained() {
    wait_for "${3:-5}" grep -qiE -- "$2" "$(ikev2d_log "$1")" ||
        fail "no line of the log of in.ikev2d on $1 says /$2/"
}

# expect_explanation END PATTERN: ikeadm tells the administrator who asks why.
expect_explanation() {
    local told=$CASE_FOLDER/$1/explanation
    "${LAB_PROGRAM%/*}/ikeadm" -s "/run/lab/$1.sock" explain "$(address "$1")" \
        "$(seen "$(other "$1")")" >"$told" 2>&1 ||
        fail "ikeadm on $1 explains nothing: $(tail -n 1 "$told")"
    grep -qiE -- "$2" "$told" || fail "no line of ikeadm explain on $1 says /$2/"
}

# ikev2d_kept_secrets END: no key, in either form, stands in its log.
ikev2d_kept_secrets() {
    local word key
    for word in key local_key remote_key; do
        key=$(of "$1" $word)
        [ -z "$key" ] || ! grep -qiF -- "${key#0x}" "$(ikev2d_log "$1")" ||
            fail "the preshared key is in the log of in.ikev2d on $1"
    done
}

# ikev2d_did_not_crash END: the Swift runtime has not had to say why it stopped.
ikev2d_did_not_crash() {
    ! grep -qE 'Fatal error|Crash|Illegal instruction|Segmentation' "$(ikev2d_log "$1")" ||
        fail "in.ikev2d on $1 crashed"
}
