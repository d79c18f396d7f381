# shellcheck shell=bash
# ipsecconf, beside in.ikev2d, as what gives an end its policies.

# ipsecconf_of END ARGUMENT…: with the state file that END's daemon reads.
ipsecconf_of() {
    within "$1" "${LAB_PROGRAM%/*}/ipsecconf" -s "$CASE_FOLDER/$1/policy" "${@:2}"
}

# ipsecconf_protect END: the policies that `protect` makes, by ipsecinit.conf(5).
ipsecconf_protect() {
    local file=$CASE_FOLDER/$1/ipsecinit.conf
    ipsecconf_entries "$1" >"$file"
    ipsecconf_of "$1" -r "$file" >>"$CASE_FOLDER/$1/ipsecconf.log" 2>&1 ||
        fail "ipsecconf refuses the policies of $1: $(tail -n 1 "$CASE_FOLDER/$1/ipsecconf.log")"
}

# ipsecconf_entries END: an entry for each family of its traffic.
ipsecconf_entries() {
    local peer family tunnel=''
    peer=$(other "$1")
    case $(of "$1" policy) in
        ipsecconf-*)
            tunnel="tunnel lab0 negotiate tunnel"
            ipsecconf_interface "$1"
            ;;
        *) [ "${setting[mode]}" = transport ] ||
            tunnel="tlocal $(address "$1") tremote $(seen "$peer")" ;;
    esac
    for family in $(families); do
        echo "{ laddr $(protects "$1" "$1" "$family") raddr $(protects "$1" "$peer" "$family") $tunnel }"
        ipsecconf_action "$1"
    done
}

# ipsecconf_interface END: one that says where the tunnel ends.
ipsecconf_interface() {
    local kind=${setting[policy]#ipsecconf-}
    modprobe -q "$kind"
    ip -n "$1" link show lab0 >/dev/null 2>&1 ||
        ip -n "$1" link add lab0 type "$kind" local "$(address "$1")" \
            remote "$(seen "$(other "$1")")" || fail "no interface of the kind $kind on $1"
}

# ipsecconf_action END: a way for each suite, the best first.
ipsecconf_action() {
    local suite word='ipsec'
    for suite in $(of "$1" esp); do
        if [ "${setting[protocol]}" = ah ]; then
            echo "$word { auth_algs $suite }"
        elif authenticates "$suite"; then
            echo "$word { $(ipsecconf_cipher "$suite") }"
        else
            echo "$word { $(ipsecconf_cipher "${suite%-*}") encr_auth_algs ${suite#*-} }"
        fi
        word='or ipsec'
    done
}

# ipsecconf_cipher CIPHER: as ikev2d_cipher, in the other file's words.
ipsecconf_cipher() { ikev2d_cipher "$1" | sed 's/encr_alg/encr_algs/'; }
