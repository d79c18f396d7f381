# shellcheck shell=bash
# What in.ikev2d asks of the kernel is within what it has left itself: no system call is refused.

scenario sandbox/rekeys traced_rekeys a.childsa_life=6 renews=child mode=tunnel
scenario sandbox/certificates traced_certificates auth=p256-listed a.id=a.lab b.id=b.lab \
    b.key='another key' a.asks='lists responders' serves='list responder'
scenario sandbox/keystore-pkcs12 traced_day auth=p256 a.keystore=pkcs12 a.id=a.lab b.id=b.lab \
    b.key='another key' when=full
scenario sandbox/peer-dies traced_dies moment=frozen a.dpd=3 a.response_wait_time=5 limit=150 when=full
scenario sandbox/moves traced_moves mode=tunnel moves=a limit=90 when=full \
    covers="10.9.0.0/16 10.8.0.0/16 192.168.50.10/32" a.id=a.lab b.id=b.lab

# traced PROCEDURE: does it with a tracer at every in.ikev2d.
traced() {
    local program=$LAB_PROGRAM refused
    cat >"$CASE_FOLDER/traced" <<END
#!/bin/sh
exec strace -D -f -qq -y -o "$CASE_FOLDER/trace.\$\$" "$program" "\$@"
END
    chmod +x "$CASE_FOLDER/traced"
    LAB_PROGRAM=$CASE_FOLDER/traced
    "$1"
    step "look at what was asked for"
    # the filter is in force, and it is not for nothing that nothing was refused
    grep -q 'seccomp(SECCOMP_SET_MODE_FILTER.* = 0' "$CASE_FOLDER"/trace.* || fail "no filter in force"
    grep -q 'epoll_' "$CASE_FOLDER"/trace.* || fail "nothing was traced"
    refused=$(grep -h ' EPERM ' "$CASE_FOLDER"/trace.*) && fail "refused: $refused"
    rm "$CASE_FOLDER"/trace.*
}

traced_rekeys() { traced rekeyed; }
traced_day() { traced day; }
traced_certificates() { traced served_day; }
traced_dies() { traced dies; }
traced_moves() { traced moved; }

served_day() { served day; }

# day: what happens beside traffic.
day() {
    opened
    kill -HUP "${process[a]}"
    kill -USR1 "${process[a]}"
    expect_explained a 'policies: '
    expect_traffic "${setting[starts]}"
    closed
}
