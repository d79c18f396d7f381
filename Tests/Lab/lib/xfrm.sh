# shellcheck shell=bash
# The kernel's two databases, as an administrator and as an examiner.

# spare_neighbour_discovery END: neighbour solicitation and advertisement go
# past every policy: who cannot be found cannot negotiate.
spare_neighbour_discovery() {
    local direction type
    for direction in in out; do
        for type in 135 136; do
            ip -n "$1" xfrm policy add src ::/0 dst ::/0 proto ipv6-icmp type $type \
                dir $direction action allow priority 1
        done
    done
}

# protect END: the policies an administrator sets up for in.ikev2d, one pair
# for each Child SA, each with its reqid. strongSwan makes its own.
protect() {
    local here there mine theirs family template reqid=0
    here=$(address "$1")
    there=$(seen "$(other "$1")")
    for family in $(families); do
        reqid=$((reqid + 1))
        mine=$(protects "$1" "$1" "$family")
        theirs=$(protects "$1" "$(other "$1")" "$family")
        template="proto ${setting[protocol]} mode ${setting[mode]} reqid $reqid"
        # shellcheck disable=SC2086 # the template is words
        {
            ip -n "$1" xfrm policy add src "$mine" dst "$theirs" dir out priority 1000 \
                tmpl src "$here" dst "$there" $template
            ip -n "$1" xfrm policy add src "$theirs" dst "$mine" dir in priority 1000 \
                tmpl src "$there" dst "$here" $template
            [ "${setting[mode]}" = transport ] ||
                ip -n "$1" xfrm policy add src "$theirs" dst "$mine" dir fwd priority 1000 \
                    tmpl src "$there" dst "$here" $template
        } || fail "the kernel of $1 refuses the policies"
    done
    protect_others "$1" | ip -n "$1" -batch - || fail "the kernel of $1 refuses the policies"
}

protect_others() {
    local n here there
    for ((n = 1; n <= setting[others]; n++)); do
        [ "$1" = a ] && here=10.9.0.1 there=$OTHERS.$n || here=$OTHERS.$n there=10.9.0.1
        echo "xfrm policy add src $here dst $there dir out priority 1000" \
            "tmpl src $here dst $there proto esp mode transport reqid $((100 + n))"
        echo "xfrm policy add src $there dst $here dir in priority 1000" \
            "tmpl src $there dst $here proto esp mode transport reqid $((100 + n))"
    done
}

# sad END: "SOURCE DESTINATION SPI OCTETS" for each SA; not the entries without keys:
# what stands for an acquire, and an SPI that a daemon has put aside.
sad() {
    ip -n "$1" -s xfrm state | awk '
        $1 == "src" && $3 == "dst" { source = $2; destination = $4; keyed = 0 }
        $1 == "proto" { spi = $4; sub(/\(.*/, "", spi) }
        /^\t(auth|auth-trunc|enc|aead) / { keyed = 1 }
        /lifetime current/ {
            getline
            sub(/\(bytes\).*/, "")
            if (keyed) print source, destination, spi, $1
        }'
}

# spis END: one word each, in order.
spis() { sad "$1" | awk '{ print $3 }' | sort; }

# births END: "SPI TIME" of each SA: when it was made, by the kernel's clock. One that the
# kernel waits for has no SPI, and does not count.
births() {
    ip -n "$1" -s xfrm state | awk '
        $1 == "proto" { spi = $4; sub(/\(.*/, "", spi) }
        $1 == "add" && spi !~ /^0x0+$/ { print spi, $2, $3 }' | sort
}

# sent_numbers END: the last sequence number of each SA, 0 for those that receive, in
# the order of their SPIs. One that the kernel waits for does not count.
sent_numbers() {
    ip -n "$1" xfrm state | awk '
        $1 == "proto" && $3 == "spi" { spi = $4 }
        spi !~ /^0x0+\(/ && match($0, /oseq 0x[0-9a-f]+/) { print spi, substr($0, RSTART + 5, RLENGTH - 5) }' |
        sort | while read -r spi number; do echo $((number)); done
}

# policies END: those with a template, as an administrator sees them, a line each.
policies() {
    ip -n "$1" xfrm policy | awk '
        /^src / { if (line ~ /tmpl/) print line; line = "" }
        { gsub(/[ \t]+/, " "); line = line " " $0 }
        END { if (line ~ /tmpl/) print line }' | sort
}

# dropped END COUNTER: how many packets the kernel of END dropped for that reason.
dropped() { within "$1" awk -v name="$2" '$1 == name { print $2 }' /proc/net/xfrm_stat; }

# expect_no_replays: no packet of ESP was taken for one that had come before.
expect_no_replays() {
    local end count
    for end in a b; do
        count=$(dropped $end XfrmInStateSeqError)
        [ "$count" -eq 0 ] || fail "$end dropped $count packets as replays"
    done
}

sad_is_empty() { [ -z "$(sad "$1")" ]; }
sad_is_filled() { [ -n "$(sad "$1")" ]; }

# holds_none_of END SPIS: words as spis prints them.
holds_none_of() {
    local spi
    # shellcheck disable=SC2086 # words they are
    for spi in $2; do ! spis "$1" | grep -qx -- "$spi" || return 1; done
}

# sad_holds END COUNT
sad_holds() { [ "$(sad "$1" | wc -l)" -eq "$2" ]; }

# key_bits END: of its ciphers, one word for each length there is. The key of a cipher
# that authenticates has a salt of 32 bits at its end.
key_bits() {
    ip -n "$1" xfrm state | awk '
        $1 == "aead" { print (length($3) - 2) * 4 - 32 }
        $1 == "enc" { print (length($3) - 2) * 4 }' | sort -u
}
uses_key_bits() { [ "$(key_bits "$1")" = "$2" ]; }

# expect_esn: the SAs of both ends count as the setting `esn` wants.
expect_esn() {
    local end want
    step "extended sequence numbers: ${setting[esn]}"
    for end in a b; do
        [ "${setting[esn]}" = yes ] && want=$(sad $end | wc -l) || want=0
        [ "$(ip -n $end xfrm state | grep -c 'flag.*\<esn\>')" -eq "$want" ] ||
            fail "not $want SAs of $end have extended sequence numbers"
    done
}

# carried END: every flow of END, out and in, has an SA that carried something.
carried() {
    local here there
    here=$(address "$1")
    there=$(seen "$(other "$1")")
    sad "$1" | awk -v here="$here" -v there="$there" -v want="$(families | wc -w)" '
        $4 > 0 && $1 == here && $2 == there { out++ }
        $4 > 0 && $1 == there && $2 == here { in_++ }
        END { exit !(out >= want && in_ >= want) }'
}
