# shellcheck shell=bash
# The certificates by which the ends prove who they are: $LAB_CERTIFICATES has a folder
# for each kind (lib/host/certificates.sh says what is in it).

# Where those are that are not sent themselves: an address of a's that is none of a link, each
# certificate by its SHA-1 hash.
readonly CERTIFICATES_ADDRESS=192.0.2.80
readonly CERTIFICATES_URL=http://$CERTIFICATES_ADDRESS:8082/

# proof END WITH-KEY WITH-CERTIFICATE: prints the word for how END proves who it is.
proof() { [ -z "$(of "$1" auth)" ] && echo "$2" || echo "$3"; }

# is_raw END: the other knows it by its public key alone.
is_raw() { [[ $(of "$1" auth) = *-raw ]]; }

# public_key END
public_key() { echo "$LAB_CERTIFICATES/$(of "$1" auth)/$1.pub"; }

# copy_certificates END CERTS AUTHORITIES KEYS: puts into these folders its own
# certificate, with the one between, those by which it believes the other, and its key.
copy_certificates() {
    local own theirs peer
    peer=$(other "$1")
    own=$(of "$1" auth) theirs=$(of "$peer" auth)
    if [ -n "$own" ]; then
        own=$LAB_CERTIFICATES/$own
        is_raw "$1" || cp "$own/$1.crt" "$2/" || fail "no certificate for $1"
        install -m 600 "$own/$1.key" "$4/" || fail "no key for $1"
        [ ! -e "$own/$1-middle.crt" ] || cp "$own/$1-middle.crt" "$2/"
    fi
    if [ -n "$theirs" ] && ! is_raw "$peer"; then
        theirs=$LAB_CERTIFICATES/$theirs
        # who has signed itself is believed by what it is
        [ -e "$theirs/ca.crt" ] && cp "$theirs/ca.crt" "$3/" || cp "$theirs/$peer.crt" "$3/" ||
            fail "no certificate for $1"
    fi
}

# copy_revocation_list END FOLDER: that of the authority of the other, if there is one.
copy_revocation_list() {
    local theirs
    theirs=$LAB_CERTIFICATES/$(of "$(other "$1")" auth)/ca.crl
    [ ! -e "$theirs" ] || cp "$theirs" "$2/"
}
