# shellcheck shell=bash
# OpenIKED as an end: iked, told what to do by ikectl. Its programs lie in an
# unpacked package.

readonly OPENIKED=$LAB_TREES/openiked/usr/sbin

openiked_start() {
    local folder=$CASE_FOLDER/$1 log lines
    mkdir -p "$folder"
    openiked_home
    openiked_certificates "$1"
    (umask 077 && openiked_policy "$1" passive >"$folder/iked.conf")
    log=$(openiked_log "$1")
    touch "$log"
    lines=$(wc -l <"$log")
    as_daemon "$1" "$OPENIKED/iked" -d -vv -f "$folder/iked.conf" -s "/run/lab/$1.iked" \
        >>"$log" 2>&1 &
    process[$1]=$!
    wait_for 20 openiked_ready "$1" "$lines" || fail "OpenIKED on $1 does not start"
}

# openiked_ready END LINES: past LINES of its log, its process for IKE says that it
# has got the settings, which are sent after the sockets and all but last; and it
# answers. Before, it may know a policy without its selectors.
openiked_ready() {
    tail -n "+$(($2 + 1))" "$(openiked_log "$1")" | grep -q '^config_getstatic: nattport' &&
        ikectl "$1" show sa
}

# ikectl END WORDS…
ikectl() { "$OPENIKED/ikectl" -s "/run/lab/$1.iked" "${@:2}"; }

# openiked_home: what the package's installation would have made, in this
# scenario's own /etc: its account, and the key it wants even where nobody uses it.
openiked_home() {
    local key=/etc/iked/private/local.key
    ! grep -q '^_iked:' /etc/passwd || [ ! -e $key ] || return 0
    mkdir -p /run/lab/etc/{written,scratch} /run/lab/empty
    mount -t overlay overlay /etc \
        -o lowerdir=/etc,upperdir=/run/lab/etc/written,workdir=/run/lab/etc/scratch ||
        fail "no overlay over /etc"
    grep -q '^_iked:' /etc/passwd || {
        echo '_iked:x:990:990::/run/lab/empty:/bin/false' >>/etc/passwd
        echo '_iked:x:990:' >>/etc/group
    }
    mkdir -p /etc/iked/{ca,certs,crls,private,pubkeys}
    (umask 077 && openssl ecparam -genkey -name prime256v1 -noout -out $key) &&
        openssl ec -in $key -pubout -out /etc/iked/local.pub 2>/dev/null ||
        fail "no key for OpenIKED"
}

# openiked_initiate END: it does so when it has read that a policy is active, two
# seconds later.
openiked_initiate() {
    (umask 077 && openiked_policy "$1" active >"$CASE_FOLDER/$1/iked.conf")
    ikectl "$1" reload || fail "OpenIKED on $1 does not take its configuration"
    wait_for 20 sad_is_filled "$1"
}

# openiked_renew: it does so by its own clock.
openiked_renew() { :; }

openiked_log() { echo "$CASE_FOLDER/$1/iked.log"; }

# openiked_policy END MODE: prints iked.conf. One Child SA has all flows.
openiked_policy() {
    local peer family key
    peer=$(other "$1")
    key=$(of "$1" key)
    # what INITIAL_CONTACT asks for (RFC 7296 section 2.4)
    echo 'set enforcesingleikesa'
    [ -z "$(of "$1" mtu)" ] || echo 'set fragmentation'
    echo "ikev2 \"lab\" $2 ${setting[mode]} ${setting[protocol]} \\"
    for family in $(families); do
        echo "    from $(protects "$1" "$1" "$family") to $(protects "$1" "$peer" "$family") \\"
    done
    echo "    local $(address "$1") peer $(seen "$peer") \\"
    openiked_ike "$1"
    openiked_esp "$1"
    echo "    srcid $(openiked_identity "$(identity "$1")") \\"
    echo "    dstid $(openiked_identity "$(expected_identity "$1")") \\"
    openiked_lifetimes "$1"
    proof "$1" "    psk \"$key\"" '    rfc7427'
}

# openiked_certificates END: in the places that it knows, of which there is one set.
openiked_certificates() {
    [ -n "$(of "$1" auth)" ] || return 0
    copy_certificates "$1" /etc/iked/{certs,ca,private}
    mv "/etc/iked/private/$1.key" /etc/iked/private/local.key
    openssl pkey -in /etc/iked/private/local.key -pubout -out /etc/iked/local.pub
    ! is_raw "$(other "$1")" || install -D -m 644 "$(public_key "$(other "$1")")" \
        "/etc/iked/pubkeys/fqdn/$(expected_identity "$1")" || fail "no public key for OpenIKED"
}

# openiked_identity ID: a distinguished name begins with a slash.
openiked_identity() { [[ $1 = *=* ]] && echo "\"/${1//, //}\"" || echo "$1"; }

# openiked_lifetimes END: the kernel's soft age is 85 to 95 percent of what it is told.
openiked_lifetimes() {
    local child ike kib
    child=$(of "$1" childsa_life) ike=$(of "$1" ikesa_life) kib=$(of "$1" childsa_kb)
    [ -z "$ike" ] || echo "    ikelifetime $ike \\"
    [ -z "$child$kib" ] || echo "    lifetime $((${child:-9000} * 10 / 9))" \
        "${kib:+bytes $((kib * 10 / 9))K} \\"
}

# openiked_cipher CIPHER: aes256gcm16 is aes-256-gcm, aes256 is aes-256.
openiked_cipher() {
    local bits=${1#aes}
    case $1 in
        3des) echo 3des ;;
        chacha20poly1305) echo chacha20-poly1305 ;;
        *gcm16) echo "aes-${bits%gcm16}-gcm" ;;
        *ctr) echo "aes-${bits%ctr}-ctr" ;;
        *) echo "aes-$bits" ;;
    esac
}

openiked_hash() { [ "$1" = sha1 ] && echo hmac-sha1 || echo "hmac-sha2-${1#sha}"; }

openiked_ike() {
    local suite hash group
    suite=$(of "$1" ike)
    hash=$(openiked_hash "${suite#*-}")
    echo "    ikesa enc $(openiked_cipher "${suite%-*}") prf $hash \\"
    authenticates "$suite" || echo "    auth $hash \\"
    for group in $(of "$1" group); do echo "    group grp$group \\"; done
}

openiked_esp() {
    local suite group
    group=$(of "$1" pfs)
    echo '    childsa \'
    for suite in $(of "$1" esp); do
        [ "${setting[protocol]}" = ah ] || echo "    enc $(openiked_cipher "${suite%-*}") \\"
        authenticates "$suite" || echo "    auth $(openiked_hash "${suite#*-}") \\"
    done
    [ "$group" = 0 ] || echo "    group grp$group \\"
    case $(of "$1" esn) in
        yes) echo '    esn \' ;;
        no) echo '    noesn \' ;;
    esac
}
