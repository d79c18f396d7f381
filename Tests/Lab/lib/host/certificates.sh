# shellcheck shell=bash
# Makes the certificates by which the ends prove themselves, with openssl(1), once per
# run. Sourced by lab, on the host.
#
# A kind is KEY or KEY-FLAVOUR. KEY is rsa2048, rsa4096, dsa2048, p256, p384, p521
# or ed25519.
# Each kind has its folder, with
#
#   a.crt a.key b.crt b.key   of the ends: subject "O=Lab, CN=a.lab", other name a.lab
#   ca.crt                    the authority above them
#   a-middle.crt b-middle.crt two-levels: the one between, which only that end has
#   ca.crl                    revoked: its list, with b on it
#   www/ca.crl index          listed, withdrawn, outdated: its list and its register, for those
#                             who ask where the certificates say; withdrawn: with b on both,
#                             outdated: the list is years old
#
#   a.pub b.pub               raw: the public keys, by which the ends know each other
#
# FLAVOUR: self-signed and raw (no authority), two-levels, revoked and expired (both: b), listed,
# withdrawn and outdated.
#
# The kind readme is made by the lines of the README, with ikev2cert beside $LAB_PROGRAM: it
# has the keystores a and b.

# make_certificates FOLDER KIND…: those that are not there yet.
make_certificates() {
    local kind
    for kind in "${@:2}"; do
        [ ! -d "$1/$kind" ] || continue
        mkdir -p "$1/$kind"
        (cd "$1/$kind" && if [ "$kind" = readme ]; then
            PATH="${LAB_PROGRAM%/*}:$PATH" "$LAB_DIR/lib/host/readme-lines"
        else
            make_kind "${kind%%-*}" "${kind#*-}"
        fi) >"$1/$kind.log" 2>&1
        [ -s "$1/$kind/a.crt" ] && [ -s "$1/$kind/b.crt" ] &&
            { [[ $kind != *-revoked ]] || [ -s "$1/$kind/ca.crl" ]; } || {
            cat "$1/$kind.log" >&2
            return 1
        }
    done
}

# make_kind KEY FLAVOUR: in the working directory.
make_kind() {
    local key=$1 flavour=$2 end dates=() issuer places=()
    # an authority's key is no longer than it need be
    local above=${key/rsa4096/rsa2048}
    for end in a b; do make_key "$key" $end; done
    if [[ $flavour = @(self-signed|raw) ]]; then
        for end in a b; do
            openssl pkey -in $end.key -pubout -out $end.pub
            openssl req -x509 -new -key $end.key -days 30 -subj "/O=Lab/CN=$end.lab" \
                -addext "subjectAltName=DNS:$end.lab" -out $end.crt
        done
        return
    fi
    make_key "$above" ca
    openssl req -x509 -new -key ca.key -days 30 -subj "/O=Lab/CN=Lab CA" -out ca.crt \
        -addext keyUsage=critical,keyCertSign,cRLSign
    register >register
    touch index
    for end in a b; do
        issuer=ca
        if [ "$flavour" = two-levels ]; then
            issuer=$end-middle
            make_key "$above" $issuer
            sign ca $issuer "CA of $end" 'basicConstraints=critical,CA:TRUE,pathlen:0' \
                'keyUsage=critical,keyCertSign'
        fi
        [ "$end $flavour" != 'b expired' ] ||
            dates=(-startdate 20200101000000Z -enddate 20200201000000Z)
        [[ $flavour != @(listed|withdrawn|outdated) ]] ||
            places=("crlDistributionPoints=URI:$LIST_URL" "authorityInfoAccess=OCSP;URI:$RESPONDER_URL")
        sign $issuer $end $end.lab 'basicConstraints=CA:FALSE' \
            'keyUsage=critical,digitalSignature' "subjectAltName=DNS:$end.lab" "${places[@]}"
    done
    [[ $flavour != @(listed|withdrawn|outdated) ]] || publish "$flavour"
    [ "$flavour" = revoked ] || return 0
    openssl ca -config register -revoke b.crt -crl_reason keyCompromise -cert ca.crt -keyfile ca.key
    openssl ca -config register -gencrl -out ca.crl -cert ca.crt -keyfile ca.key
}

# Where the certificates say that the lists and the responder are: in the network of whoever asks.
readonly LIST_URL=http://127.0.0.1:8080/ca.crl RESPONDER_URL=http://127.0.0.1:8081/

# publish FLAVOUR: makes what is there.
publish() {
    local times=()
    [ "$1" != withdrawn ] ||
        openssl ca -config register -revoke b.crt -crl_reason keyCompromise -cert ca.crt -keyfile ca.key
    [ "$1" != outdated ] ||
        times=(-crl_lastupdate 20200101000000Z -crl_nextupdate 20200201000000Z)
    mkdir www
    openssl ca -config register -gencrl "${times[@]}" -out list.pem -cert ca.crt -keyfile ca.key
    openssl crl -in list.pem -outform DER -out www/ca.crl
}

# make_key KEY NAME
make_key() {
    case $1 in
        rsa*) openssl genpkey -algorithm RSA -pkeyopt "rsa_keygen_bits:${1#rsa}" -out "$2.key" ;;
        dsa*)
            openssl genpkey -genparam -algorithm DSA -pkeyopt "dsa_paramgen_bits:${1#dsa}" \
                -pkeyopt dsa_paramgen_q_bits:256 -out "$2.parameters"
            openssl genpkey -paramfile "$2.parameters" -out "$2.key"
            ;;
        p*) openssl genpkey -algorithm EC -pkeyopt "ec_paramgen_curve:P-${1#p}" -out "$2.key" ;;
        ed25519) openssl genpkey -algorithm ED25519 -out "$2.key" ;;
    esac
}

# sign ISSUER NAME COMMON-NAME EXTENSION…: uses `dates`.
sign() {
    local extensions
    extensions=$(printf '%s\n' "${@:4}" 'subjectKeyIdentifier=hash' 'authorityKeyIdentifier=keyid')
    openssl req -new -key "$2.key" -subj "/O=Lab/CN=$3" -out "$2.req"
    openssl ca -batch -notext -config register -cert "$1.crt" -keyfile "$1.key" \
        -extfile <(echo "$extensions") "${dates[@]}" -in "$2.req" -out "$2.crt"
}

# register: prints what openssl-ca(1) has to know.
register() {
    cat <<-END
	[ca]
	default_ca = lab
	[lab]
	database = index
	new_certs_dir = .
	rand_serial = yes
	default_md = default
	default_days = 30
	default_crl_days = 30
	policy = names
	[names]
	organizationName = supplied
	commonName = supplied
	END
}
