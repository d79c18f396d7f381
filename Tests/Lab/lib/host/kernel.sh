# shellcheck shell=bash
# Which kernel a scenario runs on. Sourced by lab, on the host.

# installs_sa ALGORITHM-WORDS…: does the running kernel take such an SA?
installs_sa() {
    unshare --net ip xfrm state add src 192.0.2.1 dst 192.0.2.2 proto esp spi 0x1000 \
        mode tunnel "$@" 2>/dev/null
}

# The running kernel installs ESP SAs, with a block cipher and with AES-GCM.
kernel_has_esp() {
    local octets16=0x00112233445566778899aabbccddeeff octets4=00112233
    installs_sa enc 'cbc(aes)' $octets16 auth-trunc 'hmac(sha256)' $octets16$octets4 128 &&
        installs_sa aead 'rfc4106(gcm(aes))' $octets16$octets4 128
}

# The running kernel has PF_KEY (family 15, version 2), through which OpenIKED
# talks to it.
kernel_has_pf_key() { perl -e 'socket(my $s, 15, 3, 2) or exit 1'; }

# The running kernel has all but ESP: policies, acquires and virtual links.
kernel_has_policies() {
    unshare --net sh -c 'ip link add x type veth peer name y &&
        ip xfrm policy add src 192.0.2.1 dst 192.0.2.2 dir out tmpl proto esp mode tunnel' \
        2>/dev/null
}

# machine_for KERNEL: prints where a scenario that wants KERNEL runs: "native"
# or "uml". KERNEL is "esp", or "bare" for a kernel that refuses every ESP SA.
machine_for() {
    if [ -n "${LAB_MACHINE:-}" ]; then
        echo "$LAB_MACHINE"
    elif [ "$1" = esp ]; then
        kernel_has_esp && kernel_has_pf_key && echo native || echo uml
    else
        kernel_has_policies && ! kernel_has_esp && echo native || echo uml
    fi
}

# allowed_cpus: the numbers of the CPUs this process may use, one a line.
allowed_cpus() {
    local range ranges
    ranges=$(taskset -cp $$) && ranges=${ranges##*: }
    for range in ${ranges//,/ }; do seq "${range%-*}" "${range#*-}"; done
}
