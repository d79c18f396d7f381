# shellcheck shell=bash
# strongSwan as an end: charon-systemd, told what to do by swanctl.

readonly STRONGSWAN_PLUGINS="random nonce openssl pem pkcs1 pkcs8 x509 pubkey constraints ctr ccm kdf \
kernel-netlink socket-default vici"

strongswan_start() {
    local folder=$CASE_FOLDER/$1 end
    mkdir -p "$folder/swanctl"/{x509,x509ca,private,pubkey}
    for end in a b; do ! is_raw $end || cp "$(public_key $end)" "$folder/swanctl/pubkey/"; done
    copy_certificates "$1" "$folder/swanctl/x509" "$folder/swanctl/x509ca" "$folder/swanctl/private"
    strongswan_settings "$1" >"$folder/strongswan.conf"
    strongswan_connection "$1" >"$folder/swanctl/swanctl.conf"
    rm -f "/run/lab/$1.vici"
    STRONGSWAN_CONF=$folder/strongswan.conf as_daemon "$1" \
        charon-systemd >>"$folder/out" 2>&1 &
    process[$1]=$!
    wait_for 20 test -S "/run/lab/$1.vici" || fail "strongSwan on $1 does not start"
    swanctl "$1" --load-all >>"$folder/swanctl.log" 2>&1 ||
        fail "strongSwan on $1 does not take its configuration"
}

# swanctl END WORDS…
swanctl() {
    local folder=$CASE_FOLDER/$1
    STRONGSWAN_CONF=$folder/strongswan.conf SWANCTL_DIR=$folder/swanctl \
        command swanctl "${@:2}" --uri "unix:///run/lab/$1.vici"
}

# strongswan_initiate END: one Child SA after the other.
strongswan_initiate() {
    local family
    for family in $(families); do
        swanctl "$1" --initiate --child "net$family" --timeout 20 \
            >>"$CASE_FOLDER/$1/swanctl.log" 2>&1
    done
}

# strongswan_renew END KIND: rekeys its Child SA, or its IKE SA.
strongswan_renew() {
    local word=(--child "net$(families)")
    [ "$2" = child ] || word=(--ike lab)
    swanctl "$1" --rekey "${word[@]}" >>"$CASE_FOLDER/$1/swanctl.log" 2>&1
}

strongswan_log() { echo "$CASE_FOLDER/$1/charon.log"; }

# strongswan_settings END: prints strongswan.conf.
strongswan_settings() {
    cat <<-END
	charon-systemd {
	    load = $STRONGSWAN_PLUGINS
	    # it hangs with fewer than five
	    threads = 8
	    install_routes = no
	    retransmit_tries = 4
	    retransmit_timeout = 1.0
	    ${setting[charon]}
	    hash_and_url = $(strongswan_sends_urls "$1" && echo yes || echo no)
	    $(strongswan_fragment_size "$(of "$1" mtu)")
	    plugins {
	        vici {
	            socket = unix:///run/lab/$1.vici
	        }
	    }
	    filelog {
	        file {
	            path = $(strongswan_log "$1")
	            append = yes
	            default = 1
	            ike = 2
	            flush_line = yes
	            time_format = %T
	        }
	    }
	}
	swanctl {
	    load = random openssl pem pkcs8 x509 pubkey
	}
	END
}

# strongswan_fragment_size MTU: it fragments by itself; the size is its own if none is given.
strongswan_fragment_size() { [ -z "$1" ] || echo "fragment_size = $1"; }

# strongswan_connection END: prints swanctl.conf.
strongswan_connection() {
    local peer
    peer=$(other "$1")
    cat <<-END
	connections {
	    lab {
	        version = 2
	        # it begins with the first
	        local_addrs = $(address "$1")${setting[covers]:+, ${setting[covers]// /, }}
	        remote_addrs = $(seen "$peer")${setting[covers]:+, ${setting[covers]// /, }}
	        mobike = $(of "$1" mobike)
	        $(strongswan_dpd "$(of "$1" dpd)")
	        proposals = $(strongswan_ike "$1")
	        local {
	            auth = $(proof "$1" psk pubkey)
	            $(strongswan_public_key "$1" || proof "$1" '' "certs = $1.crt")
	            id = "$(identity "$1")"
	        }
	        remote {
	            auth = $(proof "$peer" psk pubkey)
	            $(strongswan_public_key "$peer")
	            id = "$(expected_identity "$1")"
	        }
	        children {
	$(strongswan_children "$1" "$peer")
	        }
	    }
	}
	secrets {
	    ike-lab {
	        secret = $(written_key "$(of "$1" key)")
	    }
	}
	END
    ! strongswan_sends_urls "$1" || strongswan_authorities "$CASE_FOLDER/$1/swanctl"
}

# strongswan_authorities FOLDER: where the certificates of each are.
strongswan_authorities() {
    local file number=0
    echo 'authorities {'
    for file in "$1"/x509ca/*.crt "$1"/x509/*-middle.crt; do
        [ -e "$file" ] || continue
        number=$((number + 1))
        cat <<-END
	    authority$number {
	        cacert = $file
	        cert_uri_base = $CERTIFICATES_URL
	    }
	END
    done
    echo '}'
}

strongswan_sends_urls() { [ "$(of "$1" http_certs)" = yes ]; }

strongswan_public_key() { is_raw "$1" && echo "pubkeys = $1.pub"; }

strongswan_dpd() { [ -z "$1" ] || echo "dpd_delay = $1"; }

strongswan_children() {
    local family
    for family in $(families); do
        cat <<-END
	            net$family {
	                mode = ${setting[mode]}
	                local_ts = $(protects "$1" "$1" "$family")
	                remote_ts = $(protects "$1" "$2" "$family")
	                ${setting[protocol]}_proposals = $(strongswan_esp "$1")
	                $(strongswan_volume "$1")
	                start_action = $([ "$(of "$1" trigger)" = acquire ] && echo trap || echo none)
	            }
		END
    done
}

# strongswan_volume END: what a Child SA may carry.
strongswan_volume() {
    local kib
    kib=$(of "$1" childsa_kb)
    [ -z "$kib" ] || echo "rekey_bytes = $((kib * 1024))"
}

# strongswan_groups NUMBER…: "-" and its name, for each Diffie-Hellman group.
strongswan_groups() {
    local number
    for number; do printf -- '-%s' "$(strongswan_group "$number")"; done
}

strongswan_group() {
    case $1 in
        2) echo modp1024 ;;
        5) echo modp1536 ;;
        14) echo modp2048 ;;
        15) echo modp3072 ;;
        16) echo modp4096 ;;
        17) echo modp6144 ;;
        18) echo modp8192 ;;
        19) echo ecp256 ;;
        20) echo ecp384 ;;
        21) echo ecp521 ;;
        22) echo modp1024s160 ;;
        23) echo modp2048s224 ;;
        24) echo modp2048s256 ;;
        25) echo ecp192 ;;
        26) echo ecp224 ;;
        27) echo ecp224bp ;;
        28) echo ecp256bp ;;
        29) echo ecp384bp ;;
        30) echo ecp512bp ;;
        31) echo curve25519 ;;
        32) echo curve448 ;;
        *) fail "strongswan_group: no name for group $1" ;;
    esac
}

strongswan_ike() {
    local suite
    suite=$(of "$1" ike)
    ! authenticates "$suite" || suite=${suite/-sha/-prfsha}
    # shellcheck disable=SC2046 # numbers they are
    echo "$suite$(strongswan_groups $(of "$1" group))"
}

strongswan_esp() {
    local group esn suite suites=()
    group=$(of "$1" pfs)
    [ "$group" != 0 ] || group=
    case $(of "$1" esn) in
        yes) esn=-esn ;;
        no) esn=-noesn ;;
        *) esn= ;;
    esac
    for suite in $(of "$1" esp); do suites+=("$suite$(strongswan_groups $group)$esn"); done
    (IFS=, && echo "${suites[*]}")
}
