# shellcheck shell=bash
# Certificates of which b sends no more than the hash and where they are (RFC 7296 section
# 3.6): a fetches them.

# located NAME PROCEDURE SETTING…: in both roles; the other role with lab -a only.
located() {
    local starts also
    for starts in a b; do
        [ $starts = a ] && also=() || also=(when=full)
        scenario "hash-and-url/$1-strongswan-$([ $starts = a ] && echo we || echo they)-start" \
            "$2" a.id=a.lab b.id=b.lab b.key='another key' b.daemon=strongswan starts=$starts \
            http_certs=yes auth=p256 "${@:3}" "${also[@]}"
    done
}

located certificate fetched serves=certificates
located two-levels fetched auth=p256-two-levels serves=certificates when=full
located rsa4096 fetched auth=rsa4096 serves=certificates when=full
located other-certificate not_fetched serves=others explained='has another hash'
located no-server not_fetched explained='no (answer in time|connection can be made)'
located not-wanted live a.http_certs='' serves=certificates when=full

serve_certificates() { serve_directory certificates; }

# what is there is not what has the hash
serve_others() { serve_directory others; }

# serve_directory FLAVOUR: b's certificates, by their hashes.
serve_directory() {
    local file hash folder=$CASE_FOLDER/certificates
    mkdir -p "$folder"
    for file in "$LAB_CERTIFICATES/$(of b auth)"/b*.crt; do
        hash=$(openssl x509 -in "$file" -outform DER | sha1sum)
        openssl x509 -in "$file" -outform DER -out "$folder/${hash%% *}"
        [ "$1" = certificates ] ||
            openssl x509 -in "${file/b.crt/a.crt}" -outform DER -out "$folder/${hash%% *}"
    done
    ip -n a address add "$CERTIFICATES_ADDRESS/32" dev lo
    within a busybox httpd -f -p "$CERTIFICATES_ADDRESS:8082" -h "$folder" 3>&- &
    wait_for 5 listens_on_a 8082 || fail "nobody serves the certificates"
}

# fetched: the SAs come up, and it was by URL.
fetched() {
    serve
    live
    compgen -G "$CASE_FOLDER/a/keystore/cache/*.certs" >/dev/null || fail "nothing was fetched"
}

# not_fetched: a refuses b, and its log says why.
not_fetched() {
    serve
    setting[notify]=AUTHENTICATION_FAILED
    start a b
    initiate "${setting[starts]}"
    expect_notify AUTHENTICATION_FAILED
    expect_explained a "${CERTIFICATES_URL}[0-9a-f]* \(SHA-1 [0-9a-f]*\): .*${setting[explained]}"
    expect_no_sa
    stop a
    stop b
}
