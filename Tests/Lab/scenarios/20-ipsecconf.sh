# shellcheck shell=bash
# Policies of ipsecinit.conf(5): the algorithms come from them, and no rule has a childsa_xform.

# aes192gcm16 is not among what a rule without childsa_xform takes.
common=(policy=ipsecconf esp=aes192gcm16)
scenario ipsecconf/transport-ikev2d of_policy "${common[@]}"
scenario ipsecconf/tunnel-ikev2d of_policy "${common[@]}" mode=tunnel
scenario ipsecconf/tunnel-strongswan-we-start of_policy "${common[@]}" mode=tunnel b.daemon=strongswan
scenario ipsecconf/tunnel-strongswan-they-start of_policy "${common[@]}" mode=tunnel \
    b.daemon=strongswan starts=b
scenario ipsecconf/tunnel-by-interface-ikev2d of_policy policy=ipsecconf-ipip esp=aes192gcm16 \
    mode=tunnel
scenario ipsecconf/changes policy_changes "${common[@]}" esp_later=aes128gcm16 mode=tunnel
scenario ipsecconf/goes policy_goes "${common[@]}" mode=tunnel

of_policy() {
    local end
    opened
    for end in a b; do
        uses_key_bits $end 192 || fail "$end has keys of $(key_bits $end) bits, not 192"
    done
    closed
}

# policy_changes: both ends load others while packets flow; the next SAs are theirs.
policy_changes() {
    local end
    opened
    for end in a b; do
        setting[$end.esp]=${setting[esp_later]}
        ipsecconf_protect $end
    done
    step "both have other policies"
    expect_traffic a
    for end in a b; do
        wait_for 10 has_key_bits $end 128 || fail "$end has keys of $(key_bits $end) bits, not 128"
    done
    closed
}

# has_key_bits END BITS: among others, those of the SAs that served the old policies.
has_key_bits() { key_bits "$1" | grep -qx "$2"; }

# policy_goes: without the file there is childsa_xform, and here its default.
policy_goes() {
    opened
    stop a
    expect_no_sa
    rm "$CASE_FOLDER"/[ab]/policy
    kill -HUP "${process[b]}"
    start a
    initiate a
    # the masks of the policies, AES-GCM, are still the kernel's
    expect_traffic a
    wait_for 10 uses_key_bits a 256 || fail "a has keys of $(key_bits a) bits, not 256"
    closed
}
