# shellcheck shell=bash
# What a scenario is. Sourced by lab, to list them, and by run-case.
#
# A file in scenarios/ says, for each of its cases:
#
#   scenario NAME PROCEDURE [KEY=VALUE…]
#
# PROCEDURE is a function of that file or of lib/. The settings are read by it
# and by the helpers; END.KEY=VALUE holds for one end only, a or b: a is the
# program under test (but in self-check), b is its peer. These are all of them:
declare -A setting_default=(
    # how the case is run
    [kernel]=esp            # bare: one that refuses every ESP SA
    [when]=always           # full: only with lab -a; asked: only by its name
    [limit]=60              # seconds, then it is killed
    # the ends
    [daemon]=ikev2d         # or strongswan, libreswan, openiked
    [starts]=a              # the end whose traffic or command comes first
    [trigger]=${LAB_STAND_IN:+acquire} # strongswan, libreswan: acquire (by traffic), or by command
    # the connection
    [mode]=transport        # or tunnel: then each end is the gateway of a LAN
    [family]=4              # of the outer addresses
    [inner]=''              # tunnel: families of the LANs, "4 6" for both; default: as family
    [pfs]=0                 # Diffie-Hellman group of CREATE_CHILD_SA
    [ike]=aes256-sha256     # CIPHER-HASH as strongSwan names them, aes256gcm16 for GCM
    [group]=19              # Diffie-Hellman group of IKE_SA_INIT, or several, best first
    [protocol]=esp          # or ah
    [esp]=aes256gcm16       # CIPHER[-HASH]; with ah: HASH; or several, best first
    [esp_later]=''          # what it becomes
    [esn]=''                # yes, no; default: what each daemon takes by itself
    [nat]=''                # the end behind a NAT, a or b; IPv4 only
    [covers]=''             # prefixes: addresses that either end may have; default: the outer
                            # one alone. ikev2d, strongSwan
    [mobike]=yes            # RFC 4555
    [dpd]=''                # seconds of silence until the other is asked whether it lives
    [mtu]=''                # octets of the largest IP packet: IKE fragments what is larger;
                            # default: in.ikev2d does not
    # identity and key; 0x… is hex, everything else ASCII
    [key]="correct horse battery staple"
    [local_key]=''          # ikev2d: instead of key, both or one of them
    [remote_key]=''
    [id]=''                 # FQDN, e-mail address, keyid:TEXT or distinguished name; default:
                            # the outer address
    [peer_id]=''            # what it expects of the other; default: the other's id
    [auth]=''               # the kind of its certificate (lib/host/certificates.sh); default:
                            # the key
    [keydump]=''            # ikev2d: "yes": ikeadm may show keys
    [keystore]=pem          # ikev2d: the form of its own files in it: pem, der, encrypted, pkcs12,
                            # or token: its key on one of SoftHSM's
    [asks]=''               # ikev2d: what its policy asks about certificates: lists, responders,
                            # or both
    [serves]=''             # what answers where certificates say, or certificates are: list,
                            # responder, silence, certificates, others
    [http_certs]=''         # yes: ikev2d fetches certificates by URL; strongSwan sends URLs
    [soft]=''               # yes: and takes for good what nobody answers about
    [required_issuer]=''    # ikev2d: the authority that the other's chain must pass through
    [lan_a]=''              # what it takes for a's LAN; default: the real one
    [lan_b]=''              # and for b's
    # ages in seconds, ikev2d's and openiked's: a Child SA's soft one, an IKE SA's;
    # default: hours
    [childsa_life]=''
    [ikesa_life]=''
    [childsa_kb]=''         # its soft age in KiB; default: no limit
    [idle]=''               # ikev2d: seconds until it deletes an unused one; default: never
    [renews]=''             # what is rekeyed: child, ike
    [renewed_by]=a          # the end that rekeys it; both: "a b"; '': one by itself
    [pings]=0.02            # seconds between two of the steady ones
    [ping_octets]=56        # of each of them
    # what gives ikev2d's end its policies: ip, or ipsecconf, and then the algorithms too;
    # ipsecconf-KIND: by a tunnel interface of that kind
    [policy]=ip
    # what else ikev2d's rule says
    [dpd]=''                # its dpd_interval_secs; default: its own
    [immediate]=''          # yes: its SAs come up without traffic
    [others]=0              # rules beside, each with a peer of its own: addresses of b
    # ikev2d's properties
    [response_wait_time]=20
    # what procedures expect or do
    [fragments]="a b"       # the ends that send fragments of IKE
    [notify]=''             # the notify that refuses
    [explained]=''          # what a line of in.ikev2d's log matches then, letter case aside
    [impair]=''             # pluto's switches, to misbehave
    [charon]=''             # a line of strongswan.conf
    [proved]=''             # what b's log says about signatures: patterns, a line each
    [outcome]=''            # works, fails: its connection; default: either
    [victim]=''             # the end that is killed
    [moment]=''             # when
    [moves]=''              # the end that gets another address
    [change]=another_address # what happens to it
)
declare -A setting=()

# settings KEY=VALUE…: takes the defaults, then these.
settings() {
    local word key
    setting=()
    for key in "${!setting_default[@]}"; do setting[$key]=${setting_default[$key]}; done
    for word; do
        key=${word%%=*}
        if [ -z "${setting_default[${key#[ab].}]+known}" ]; then
            echo "scenario: no setting is called '$key'" >&2
            exit 2
        fi
        setting[$key]=${word#*=}
    done
    [ -z "${LAB_STAND_IN:-}" ] || for key in daemon a.daemon b.daemon; do
        [ "${setting[$key]-}" != ikev2d ] || setting[$key]=$LAB_STAND_IN
    done
}

# of END KEY: prints what holds for that end.
of() { echo "${setting[$1.$2]-${setting[$2]}}"; }

# all_scenarios: calls `scenario` for every case of every file.
all_scenarios() {
    local file
    for file in "$LAB_DIR"/scenarios/*.sh; do
        # shellcheck source=/dev/null
        . "$file"
    done
}

# find_scenario NAME: sets `procedure` and `setting` to those of that case.
find_scenario() {
    local wanted=$1
    procedure=
    scenario() {
        [ "$1" = "$wanted" ] || return 0
        procedure=$2
        settings "${@:3}"
    }
    all_scenarios
    [ -n "$procedure" ]
}

# list_scenarios: prints "NAME KERNEL WHEN LIMIT KIND…" for each case, in order. The kinds
# are those of its certificates.
list_scenarios() {
    scenario() {
        settings "${@:3}"
        echo "$1 ${setting[kernel]} ${setting[when]} ${setting[limit]} $(of a auth) $(of b auth)"
    }
    all_scenarios
}
