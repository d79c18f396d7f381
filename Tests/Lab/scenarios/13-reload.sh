# shellcheck shell=bash
# SIGHUP under traffic: what did not change goes on, what is gone ends at both
# ends, what changed holds from the next rekeying on.

scenario reload/one-of-a-hundred-changes one_changes others=99 limit=90
scenario reload/one-of-a-hundred-goes one_goes others=99 limit=90
for peer in ikev2d strongswan libreswan openiked; do
    # shellcheck disable=SC2206 # settings they are
    common=(b.daemon=$peer ${usual_suite[$peer]-})
    [ $peer = strongswan ] && when=always || when=full
    scenario reload/the-rule-goes-$peer rule_goes "${common[@]}" when=$when
    scenario reload/broken-file-$peer file_breaks "${common[@]}" a.childsa_life=10 renews=child \
        when=$when
    # long keys, then short ones: b takes either
    [ $peer = openiked ] && long=aes256-sha512 short=aes128-sha512 ||
        { long=aes256gcm16 && short=aes128gcm16; }
    scenario reload/new-algorithms-$peer algorithms_change "${common[@]}" a.childsa_life=10 \
        a.esp=$long b.esp="$long $short" a.esp_later=$short when=$when
done

# a_hundred: SAs of as many rules.
a_hundred() {
    start b a
    initiate a
    wait_for 60 sad_holds a 200 || fail "a holds $(sad a | wc -l) SAs, not those of a hundred rules"
    wait_for 10 sad_holds b 200 || fail "b holds $(sad b | wc -l) SAs, not those of a hundred rules"
    expect_traffic a
}

one_changes() {
    local before
    a_hundred
    before=$(spis a)
    steady_pings a
    sed -i '/"other 50"/s/}$/    childsa_idletime_secs 3600 }/' "$CASE_FOLDER/a/ikev2.config"
    reload a "refresh: rule 'other 50' changed"
    expect_more_pings 50
    expect_no_loss
    [ "$(refreshed_rules)" -eq 1 ] || fail "more than one rule is said to have changed"
    [ "$(spis a)" = "$before" ] || fail "the reload changed SAs of a"
    [ "$(spis b)" = "$before" ] || fail "the reload changed SAs of b"
}

one_goes() {
    local before gone
    a_hundred
    before=$(spis a)
    gone=$(sad a | awk -v peer=$OTHERS.50 '$1 == peer || $2 == peer { print $3 }' | sort)
    steady_pings a
    sed -i '/"other 50"/d' "$CASE_FOLDER"/a/ikev2.{config,preshared}
    reload a "refresh: rule 'other 50' removed"
    wait_for 20 sad_holds a 198 || fail "a holds $(sad a | wc -l) SAs after the rule went"
    wait_for 20 sad_holds b 198 || fail "b holds $(sad b | wc -l) SAs after the rule of a went"
    expect_more_pings 50
    expect_no_loss
    [ "$(refreshed_rules)" -eq 1 ] || fail "more than one rule is said to have gone"
    [ "$(spis a)" = "$(comm -23 <(echo "$before") <(echo "$gone"))" ] ||
        fail "a lost other SAs than those of the rule"
}

# refreshed_rules: how many rules of a were said to be others.
refreshed_rules() { grep -c "refresh: rule " "$(ikev2d_log a)"; }

rule_goes() {
    opened
    sed -i 's/"lab"/"another"/; s/remote_addr .*/remote_addr 10.9.0.77/' \
        "$CASE_FOLDER"/a/ikev2.{config,preshared}
    reload a "refresh: rule 'lab' removed"
    expect_explained a "refresh: rule 'another' added"
    expect_no_sa
    expect_explained a 'IKE SA deleted: its rule is gone'
}

# file_breaks: nothing changes, and life goes on: the next rekeying, too.
file_breaks() {
    local before
    opened
    before=$(spis a)
    steady_pings a
    echo 'childsa_pfs { }' >>"$CASE_FOLDER/a/ikev2.config"
    reload a 'ikev2\.config:[0-9]+:[0-9]+: error: '
    expect_explained a 'the running configuration stays|stays as it is'
    wait_for 60 seen_rekeying_of child "$before" || fail "no Child SA was rekeyed"
    expect_more_pings 50
    expect_no_loss
    [ "$(ike_sas)" -eq 1 ] || fail "the reload began a new IKE SA"
}

algorithms_change() {
    local before
    opened
    uses_key_bits a 256 || fail "a has keys of $(key_bits a) bits, not 256"
    before=$(spis a)
    steady_pings a
    setting[a.esp]=$(of a esp_later)
    ikev2d_configure a
    reload a "refresh: rule 'lab' changed"
    [ "$(spis a)" = "$before" ] || fail "the reload changed the SAs"
    wait_for 60 seen_rekeying_of child "$before" || fail "no Child SA was rekeyed"
    wait_for 20 uses_key_bits a 128 || fail "a has keys of $(key_bits a) bits, not 128"
    wait_for 20 uses_key_bits b 128 || fail "b has keys of $(key_bits b) bits, not 128"
    expect_more_pings 50
    expect_no_loss
    [ "$(ike_sas)" -eq 1 ] || fail "the reload began a new IKE SA"
}

# reload END PATTERN: a line of its log then says so.
reload() {
    step "$1 reads its files again"
    kill -HUP "${process[$1]}"
    expect_explained "$1" "$2"
}
