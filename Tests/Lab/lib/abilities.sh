# shellcheck shell=bash
# What the peers lack of what in.ikev2d can do, and why: here and nowhere else.
# Sourced by lab, for its table, and by run-case.
#
# An algorithm is called "group 19", "IKE aes256-sha256", "ESP aes256gcm16" or
# "AH sha256", as in the rows of the table; ESN are sequence numbers of 64 bits,
# "v6-in-v4" is a tunnel for IPv6 between IPv4 addresses, "collision" the rekeying of
# a Child SA by both ends at once, "handover" from the old SA to the new one without
# loss, "refused rekeying" that leaves the old SA alone, "refusal …" a case of its own,
# "farewell" what a daemon says on SIGTERM, "transport through NAT" that mode with a
# NAT between the ends, "MOBIKE, we move" an end that gets another address, "two-levels"
# a certificate that comes with its authority's. "… they" is what a peer lacks where it
# starts, "… we" where in.ikev2d does.

declare -A lacking=() # PEER: patterns, a "|" before each
lack_lines=()         # the same for people

# without PEER REASON PATTERN…
without() {
    local peer=$1 reason=$2 list
    shift 2
    printf -v list '|%s' "$@"
    lacking[$peer]+=$list
    printf -v list ', %s' "$@"
    lack_lines+=("$peer: ${list#, }: $reason")
}

# able PEER ALGORITHM [we|they]: does it have that, when that one starts?
able() {
    # shellcheck disable=SC2053 # patterns they are
    [[ $2 != @(${lacking[$1]-}) && "$2 ${3-}" != @(${lacking[$1]-}) ]]
}

without libreswan 'Debian builds it without these groups' 'group 2' 'group 2[234]'
without libreswan 'it does not know these groups' 'group 2[5-9]' 'group 30' 'group 32'
without libreswan 'it has AES-CCM for ESP only' 'IKE aes*ccm16-*'
without libreswan 'it puts a new Child SA in the place of the redundant one' collision
without libreswan 'it does not take selectors for what it sees (RFC 7296 section 2.23.1)' \
    'transport through NAT'
without libreswan 'as the responder it does not tell of another address of its own' \
    'MOBIKE, they move we'
without libreswan 'as the initiator it takes no notice of another address of the responder' \
    'MOBIKE, we move they'
without libreswan 'it does not bring COOKIE2 back (RFC 4555 section 4.2.5)' 'MOBIKE, they move they'

without openiked 'it does not know these groups' 'group 2[234]' 'group 32'
without openiked 'it has these ciphers for ESP only' 'IKE aes*ctr-*' 'IKE chacha20poly1305-*' \
    'IKE aes192gcm16-*'
without openiked 'it does not know AES-CCM' 'IKE aes*ccm16-*' 'ESP aes*ccm16'
# It keys the kernel through PF_KEY (RFC 2367), not through netlink.
without openiked 'PF_KEY of Linux has no AEAD ciphers' 'ESP aes*gcm16' 'ESP chacha20poly1305'
without openiked 'PF_KEY of Linux cuts HMAC-SHA-256 to 96 bits, not 128 (RFC 4868)' \
    'ESP *-sha256' 'AH sha256'
without openiked 'PF_KEY of Linux pads the AH of IPv4 to 64 bits, not 32 (RFC 4302)' \
    'AH sha384' 'AH sha512'
without openiked 'as the initiator it offers ciphers with AH' 'AH * they'
without openiked 'PF_KEY of Linux does not give SAs other addresses' 'MOBIKE, *'
without openiked 'PF_KEY of Linux has no extended sequence numbers' ESN
without openiked 'an SA that came through PF_KEY of Linux carries only its own family' \
    v6-in-v4 v4-in-v6
without openiked 'it leaves the redundant Child SA to age' collision
without openiked 'it removes the old SA before it has heard that the other end did' handover
without openiked 'it answers with selectors that were not asked for' 'refusal no-selector we'
without openiked 'it closes the IKE SA, without a word' 'refused rekeying'
without openiked 'it ends without a word' farewell
without openiked 'of several CERT payloads it takes the first alone' two-levels
without openiked 'it does not know these keys' ed25519
without libreswan 'it does not know these keys' ed25519

# The settings that stand for the default suite with a peer that lacks it.
declare -A usual_suite=([openiked]='esp=aes256-sha512 esn=no')
