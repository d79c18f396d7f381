# shellcheck shell=bash
# Whether a certificate has been revoked, asked of those whom it names: a asks, about b.

# asked NAME PROCEDURE SERVERS PEERS SETTING…: with each of the peers, in both roles; the
# other role with lab -a only.
asked() {
    local peer starts also
    for peer in $4; do
        for starts in a b; do
            [ $starts = a ] && also=() || also=(when=full)
            scenario "revocation/$1-$peer-$([ $starts = a ] && echo we || echo they)-start" \
                "$2" a.id=a.lab b.id=b.lab b.key='another key' b.daemon="$peer" \
                ${usual_suite[$peer]-} starts=$starts serves="$3" "${@:5}" "${also[@]}"
        done
    done
}

# served PROCEDURE: with the servers that the case wants.
served() {
    serve
    "$1"
}
served_live() { served live; }
served_not_believed() { served not_believed; }

published() { echo "$LAB_CERTIFICATES/$(of b auth)"; }

serve_list() {
    within a busybox httpd -f -p 127.0.0.1:8080 -h "$(published)/www" 3>&- &
    servers+=($!)
    wait_for 5 listens_on_a 8080 || fail "nobody serves the list"
}

# its register is read when it starts
serve_responder() {
    within a openssl ocsp -port 8081 -index "$(published)/index" -ndays 1 \
        -CA "$(published)/ca.crt" -rsigner "$(published)/ca.crt" -rkey "$(published)/ca.key" \
        >"$CASE_FOLDER/responder.log" 2>&1 3>&- &
    servers+=($!)
    wait_for 5 listens_on_a 8081 || fail "no responder: $(cat "$CASE_FOLDER/responder.log")"
}

# takes connections, and answers nothing
serve_silence() {
    within a busybox nc -ll -p 8080 -e sleep 60 3>&- &
    servers+=($!)
    wait_for 5 listens_on_a 8080 || fail "nobody is silent"
}

stop_serving() {
    step "serve nothing"
    kill "${servers[@]}" && wait "${servers[@]}" 2>/dev/null
    servers=()
}

declare -a servers=()

for peer in ikev2d strongswan; do
    [ $peer = ikev2d ] && when=always || when=full
    asked list served_live list $peer auth=p256-listed a.asks=lists when=full
    asked on-list served_not_believed list $peer auth=p256-withdrawn a.asks=lists when=$when \
        explained='has been revoked \(keyCompromise\)'
    asked responder served_live responder $peer auth=p256-listed a.asks=responders when=full
    asked by-responder served_not_believed responder $peer auth=p256-withdrawn \
        a.asks=responders when=$when explained='has been revoked \(keyCompromise\)'
done

# ---- nobody answers, or nothing of use

asked responder-down served_not_believed '' ikev2d auth=p256-listed a.asks=responders \
    explained='status is unknown: http://127\.0\.0\.1:8081/: no connection can be made'
asked responder-down-soft taken_for_good '' ikev2d auth=p256-listed a.asks=responders a.soft=yes \
    explained='status is unknown: http://127\.0\.0\.1:8081/: no connection can be made'
asked silence served_not_believed silence 'ikev2d strongswan' auth=p256-listed a.asks=lists \
    when=full explained='status is unknown: http://127\.0\.0\.1:8080/ca\.crl: no answer in time'
asked silence-soft taken_for_good silence 'ikev2d strongswan' auth=p256-listed a.asks=lists \
    a.soft=yes when=full explained='http://127\.0\.0\.1:8080/ca\.crl: no answer in time'
asked stale-list served_not_believed list ikev2d auth=p256-outdated a.asks=lists \
    explained='revocation list of its issuer is out of date'
asked stale-list-soft taken_for_good list ikev2d auth=p256-outdated a.asks=lists a.soft=yes \
    when=full explained='revocation list of its issuer is out of date'
asked list-for-responder served_live list ikev2d auth=p256-listed a.asks='lists responders' \
    when=full

# taken_for_good: a believes the certificate of b, and its log says of which, and why.
taken_for_good() {
    local serial
    serial=$(openssl x509 -noout -serial -in "$(published)/b.crt")
    served opened
    expect_explained a "O=Lab, CN=b\.lab \(serial ${serial#serial=}\).*${setting[explained]}.*taken for good"
    closed
}

# ---- what has been answered is not asked again, not after a restart either

asked kept-list remembered list ikev2d auth=p256-listed a.asks=lists
asked kept-response remembered responder ikev2d auth=p256-listed a.asks=responders when=full

remembered() {
    served live
    stop_serving
    live
}
