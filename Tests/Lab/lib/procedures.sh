# shellcheck shell=bash
# Procedures that several scenario files share.

# live: the plain life of a connection: both daemons start, the end that
# `starts` opens it, traffic flows both ways, a says good-bye.
live() {
    opened
    closed
}

# opened: its first half.
opened() {
    start a b
    initiate "${setting[starts]}"
    expect_traffic "${setting[starts]}"
}

# closed: its second half.
closed() {
    stop a
    expect_no_sa
    stop b
}

# serve: what the case wants to be served; the scenario file says how.
serve() {
    local server
    for server in ${setting[serves]}; do
        step "serve: $server"
        "serve_$server"
    done
}

listens_on_a() { within a ss -Hltn "sport = :$1" | grep -q .; }
