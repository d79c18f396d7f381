# shellcheck shell=bash
# Certificates in the place of preshared keys.

everybody='ikev2d strongswan libreswan openiked'

# certified NAME PROCEDURE PEERS SETTING…: with each of the peers, in both roles. By their
# keys the ends would not believe each other.
certified() {
    local name=certificates/$1 peer common
    for peer in $3; do
        able "$peer" "$1" || continue
        # shellcheck disable=SC2206 # settings they are
        common=(a.id=a.lab b.id=b.lab b.key='another key' b.daemon="$peer"
            ${usual_suite[$peer]-} "${@:4}")
        if [ "$peer" = ikev2d ]; then
            scenario "$name-ikev2d" "$2" "${common[@]}"
            continue
        fi
        scenario "$name-$peer-we-start" "$2" "${common[@]}"
        scenario "$name-$peer-they-start" "$2" "${common[@]}" starts=b
    done
}

for key in rsa2048 p256 p384 p521 rsa4096 ed25519; do
    [ $key = rsa2048 ] && when=always || when=full
    certified $key live "$everybody" auth=$key when=$when
done

# nobody else has DSS
certified dsa2048 live ikev2d auth=dsa2048 when=full

# ---- which signatures they are: RSASSA-PSS where the peer tells of hashes (RFC 8247
# section 3.2), those of RFC 7296 and RFC 4754 where it does not

pss=RSA_EMSA_PSS_SHA2_256
certified pss signed strongswan auth=rsa2048 charon='rsa_pss = yes' when=full \
    proved="a\.lab' with $pss"$'\n'"b\.lab' \(myself\) with $pss"
certified pss signed libreswan auth=rsa2048 when=full proved='RSASSA-PSS with SHA2_256'
# OpenIKED tells the length alone: 256 octets of signature, one octet and the 67 of an
# AlgorithmIdentifier of RSASSA-PSS, where PKCS #1 has 15
certified pss signed openiked auth=rsa2048 when=full \
    proved=$'method SIG length 324\nikev2_msg_authverify: authentication successful'
certified without-hashes-rsa signed strongswan auth=rsa2048 when=full \
    charon='signature_authentication = no' proved="a\.lab' with RSA signature"
certified without-hashes-ecdsa signed strongswan auth=p256 when=full \
    charon='signature_authentication = no' proved="a\.lab' with ECDSA-256 signature"

# signed: b says what was signed with.
signed() {
    local pattern
    opened
    step "signatures"
    while IFS= read -r pattern; do
        wait_for 5 grep -qE -- "$pattern" "$(log_of b)" ||
            fail "the log of $(of b daemon) does not say /$pattern/"
    done <<<"${setting[proved]}"
    closed
}

# ---- public keys without certificates (RFC 7670): each end has the other's in its keystore

certified raw-p256 live 'ikev2d strongswan openiked' auth=p256-raw
certified raw-rsa2048 live "$everybody" auth=rsa2048-raw when=full

certified two-levels live "$everybody" auth=p256-two-levels when=full
certified self-signed live "$everybody" auth=p256-self-signed when=full
certified distinguished-names live "$everybody" auth=rsa2048 when=full \
    a.id='O=Lab, CN=a.lab' b.id='O=Lab, CN=b.lab'

# ---- the files of the keystore

for form in der encrypted pkcs12; do
    [ $form = encrypted ] && when=always || when=full
    certified keys-in-$form live ikev2d auth=p256-two-levels a.keystore=$form when=$when
done
certified keys-in-pkcs12-rsa live strongswan auth=rsa2048 a.keystore=pkcs12 when=full

# ---- the authority that the chain must pass through

for peer in ikev2d strongswan libreswan; do
    certified required-issuer live $peer auth=p256-two-levels when=full \
        a.required_issuer='O=Lab, CN=CA of b'
done
certified other-issuer not_believed ikev2d auth=p256-two-levels \
    a.required_issuer='O=Lab, CN=CA of nobody' explained='passes through no required issuer'
certified other-issuer not_believed strongswan auth=p256-two-levels when=full \
    a.required_issuer='O=Lab, CN=CA of nobody' explained='passes through no required issuer'

# ---- one proves itself by a certificate, the other by the key

certified we-by-key live 'ikev2d strongswan libreswan' b.auth=p256 b.key="${setting_default[key]}" when=full
certified they-by-key live 'ikev2d strongswan libreswan' a.auth=p256 b.key="${setting_default[key]}" when=full

# ---- IKE_AUTH in fragments, where the path loses those of IP

certified broken-path broken_path 'ikev2d strongswan libreswan' auth=rsa4096 mtu=576 limit=120 \
    when=full
# OpenIKED does not count the four zero octets that port 4500 wants (RFC 3948 section 2.2)
certified broken-path broken_path openiked auth=rsa4096 mtu=580 limit=120 when=full

# ---- what is not believed

for peer in ikev2d strongswan; do
    [ $peer = ikev2d ] && when=always || when=full
    certified revoked not_believed $peer auth=p256-revoked when=$when \
        explained='has been revoked \(keyCompromise\)'
    certified expired not_believed $peer auth=p256-expired when=full explained='has expired'
done

# not_believed: a refuses the certificate of b, and its log says which, and why.
not_believed() {
    local serial
    serial=$(openssl x509 -noout -serial -in "$LAB_CERTIFICATES/$(of b auth)/b.crt")
    setting[notify]=AUTHENTICATION_FAILED
    start a b
    initiate "${setting[starts]}"
    expect_notify AUTHENTICATION_FAILED
    expect_explained a "O=Lab, CN=b\.lab \(serial ${serial#serial=}\).*${setting[explained]}"
    expect_no_sa
    stop a
    stop b
}
