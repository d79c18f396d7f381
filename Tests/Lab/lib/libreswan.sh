# shellcheck shell=bash
# libreswan as an end: pluto, told what to do by whack. Its programs lie in an
# unpacked package.

readonly LIBRESWAN=/usr/libexec/ipsec # where pluto looks for its helpers

libreswan_start() {
    local folder=$CASE_FOLDER/$1 run=/run/lab/$1.pluto
    mkdir -p "$folder" "$run"
    # nothing else that a scenario needs lies there
    [ -e $LIBRESWAN/pluto ] || mount --bind "$LAB_TREES/libreswan/usr/libexec" /usr/libexec ||
        fail "no place for libreswan"
    # it wants a store for certificates, however empty
    [ -e "$run/cert9.db" ] || certutil -N -d "sql:$run" --empty-password ||
        fail "no NSS database for libreswan on $1"
    libreswan_certificates "$1" "sql:$run" || fail "no certificates for libreswan on $1"
    libreswan_connections "$1" >"$folder/ipsec.conf"
    (umask 077 && libreswan_secrets "$1" >"$folder/ipsec.secrets")
    rm -f "$run/pluto.ctl" "$run/pluto.pid"
    as_daemon "$1" $LIBRESWAN/pluto --config "$folder/ipsec.conf" --nofork \
        --rundir "$run" --dumpdir "$run" --nssdir "$run" --ipsecdir "$folder" \
        --secretsfile "$folder/ipsec.secrets" --logfile "$(libreswan_log "$1")" \
        >>"$folder/out" 2>&1 &
    process[$1]=$!
    wait_for 20 test -S "$run/pluto.ctl" || fail "libreswan on $1 does not start"
    libreswan_load "$1" >>"$folder/out" 2>&1 ||
        fail "libreswan on $1 does not take its configuration"
}

# libreswan_load END: step by step. By itself pluto loads none of the connections
# (auto=ignore), so that it is known when it has them.
libreswan_load() {
    local family names=() run=/run/lab/$1.pluto
    for family in $(families); do names+=("net$family"); done
    $LIBRESWAN/addconn --config "$CASE_FOLDER/$1/ipsec.conf" --ctlsocket "$run/pluto.ctl" \
        "${names[@]}" && whack "$1" --listen || return
    [ "$(of "$1" trigger)" = acquire ] || return 0
    for family in "${names[@]}"; do whack "$1" --name "$family" --route || return; done
}

# whack END WORDS…
whack() { $LIBRESWAN/whack --rundir "/run/lab/$1.pluto" "${@:2}"; }

# libreswan_initiate END: one Child SA after the other.
libreswan_initiate() {
    local family
    for family in $(families); do
        # it goes on trying for ever
        timeout 20 $LIBRESWAN/whack --rundir "/run/lab/$1.pluto" --name "net$family" --initiate \
            >>"$CASE_FOLDER/$1/out" 2>&1
    done
}

# libreswan_renew END KIND: rekeys its Child SA, or its IKE SA.
libreswan_renew() {
    local word=--rekey-ipsec
    [ "$2" = child ] || word=--rekey-ike
    whack "$1" $word --name "net$(families)" --asynchronous >>"$CASE_FOLDER/$1/out" 2>&1
}

libreswan_log() { echo "$CASE_FOLDER/$1/pluto.log"; }

# libreswan_connections END: prints ipsec.conf, "left" being END. It agrees on MOBIKE
# only where the address of who begins is left open.
libreswan_connections() {
    local peer family
    peer=$(other "$1")
    cat <<-END
	config setup
	    dnssec-enable=no
	conn %default
	    ikev2=insist
	    leftauth=$(libreswan_method "$1")
	    rightauth=$(libreswan_method "$peer")
	    left=$(address "$1")
	    leftid=$(libreswan_identity "$(identity "$1")")
	    leftupdown=%disabled
	    initial-contact=yes
	    right=$([ "${setting[moves]}${setting[starts]}" = "$peer$peer" ] && echo %any || seen "$peer")
	    rightid=$(libreswan_identity "$(expected_identity "$1")")
	    ike=$(libreswan_ike "$1")
	    phase2=${setting[protocol]}
	    phase2alg=$(libreswan_esp "$1")
	    pfs=$([ "$(of "$1" pfs)" = 0 ] && echo no || echo yes)
	    type=${setting[mode]}
	    mobike=$([ "${setting[mode]}" = tunnel ] && of "$1" mobike || echo no)
	    auto=ignore
	END
    [ -z "$(of "$1" auth)" ] || is_raw "$1" || echo "    leftcert=$1"
    [[ $(of "$1" auth) != *-two-levels ]] || echo "    sendca=issuer"
    # who has signed itself is not believed because it is known
    [[ $(of "$peer" auth) != *-self-signed ]] || echo "    rightcert=theirs-$peer"
    [ -z "$(of "$1" esn)" ] || echo "    esn=$(of "$1" esn)"
    [ -z "$(of "$1" mtu)" ] || echo "    fragmentation=force"
    [ -z "$(of "$1" childsa_kb)" ] || echo "    ipsec-max-bytes=$(of "$1" childsa_kb)KiB"
    for family in $(families); do
        echo "conn net$family"
        # among the defaults it takes them for two
        ! is_raw "$1" || echo "    leftckaid=$(libreswan_key_id "sql:/run/lab/$1.pluto")"
        ! is_raw "$peer" ||
            echo "    rightrsasigkey=$(libreswan_rsa_key "$(public_key "$peer")")"
        [ "${setting[mode]}" = transport ] || cat <<-END
	    leftsubnet=$(protects "$1" "$1" "$family")
	    rightsubnet=$(protects "$1" "$peer" "$family")
	END
    done
}

# libreswan_method END: how it proves who it is.
libreswan_method() {
    case $(of "$1" auth) in
        '') echo secret ;;
        rsa*) echo rsasig ;;
        *) echo ecdsa ;;
    esac
}

# libreswan_certificates END DATABASE: its own by the name of the file, a or b.
libreswan_certificates() {
    local folder=$CASE_FOLDER/$1/certificates file
    mkdir -p "$folder"/{own,authorities}
    copy_certificates "$1" "$folder/own" "$folder/authorities" "$folder/own"
    for file in "$folder"/authorities/*.crt; do
        [ -e "$file" ] || break
        certutil -A -d "$2" -n "theirs-$(basename "$file" .crt)" -t CT,, -a -i "$file" || return
    done
    # a key comes with a certificate only
    ! is_raw "$1" || cp "$LAB_CERTIFICATES/$(of "$1" auth)/$1.crt" "$folder/own/" || return
    [ -e "$folder/own/$1.crt" ] || return 0
    openssl pkcs12 -export -name "$1" -in "$folder/own/$1.crt" -inkey "$folder/own/$1.key" \
        -passout pass:lab -out "$folder/own/$1.p12" &&
        pk12util -i "$folder/own/$1.p12" -d "$2" -W lab -K '' || return
    [ ! -e "$folder/own/$1-middle.crt" ] ||
        certutil -A -d "$2" -n "$1-middle" -t ,, -a -i "$folder/own/$1-middle.crt"
}

# libreswan_key_id DATABASE: of the only key in it.
libreswan_key_id() { certutil -K -d "$1" | awk '/rsa/ { print $4; exit }'; }

# libreswan_rsa_key FILE: a public key of RSA as RFC 3110 has it, with the exponent 65537.
libreswan_rsa_key() {
    local modulus
    modulus=$(openssl rsa -pubin -in "$1" -noout -modulus)
    printf '0s%s\n' "$(echo "03010001${modulus#Modulus=}" | basenc --base16 -d | base64 -w 0)"
}

libreswan_secrets() { echo ": PSK $(written_key "$(of "$1" key)")"; }

# libreswan_identity ID: an "@" makes it a name, not to be looked up.
libreswan_identity() {
    case $1 in
        10.9.* | fd00:9:* | *@*) echo "$1" ;;
        keyid:*) echo "@[${1#keyid:}]" ;;
        *=*) echo "\"$1\"" ;;
        *) echo "@$1" ;;
    esac
}

# libreswan_cipher CIPHER: aes256gcm16 is aes_gcm256, aes256 is aes256.
libreswan_cipher() {
    local bits=${1#aes}
    case $1 in
        chacha20poly1305) echo chacha20_poly1305 ;;
        *gcm16) echo "aes_gcm${bits%gcm16}" ;;
        *ccm16) echo "aes_ccm${bits%ccm16}" ;;
        *ctr) echo "aes_ctr${bits%ctr}" ;;
        *) echo "$1" ;;
    esac
}

# libreswan_ike END: one proposal, all its groups in it.
libreswan_ike() {
    local suite groups
    suite=$(of "$1" ike)
    groups=$(of "$1" group)
    echo "$(libreswan_cipher "${suite%-*}")-${suite#*-};dh${groups// /+dh}"
}

libreswan_esp() {
    local suite suites=() group
    group=$(of "$1" pfs)
    for suite in $(of "$1" esp); do
        if [ "${setting[protocol]}" != ah ]; then
            # an AEAD cipher has no hash
            authenticates "$suite" && suite=$(libreswan_cipher "$suite") ||
                suite=$(libreswan_cipher "${suite%-*}")-${suite#*-}
        fi
        [ "$group" = 0 ] || suite+=";dh$group"
        suites+=("$suite")
    done
    (IFS=, && echo "${suites[*]}")
}
