# shellcheck shell=bash
# The algorithms as a table. Sourced by lab, on the host.

# Its columns: the peer and who starts.
readonly COLUMNS_OF_TABLE=('ikev2d we' 'strongswan we' 'strongswan they' 'libreswan we'
    'libreswan they' 'openiked we' 'openiked they')

# print_table RESULTS: of the scenarios algorithms/group-* and algorithms/each-*.
# RESULTS has a line "ok NAME" or "FAIL NAME" for each that was run. A cell is ok
# if all were that met its algorithm with its peer in its role, "-" if the peer
# lacks the algorithm, and empty if nothing has met it.
print_table() {
    local -A verdicts=() cells=()
    local verdict name row
    while read -r verdict name; do verdicts[$name]=$verdict; done <"$1"
    scenario() {
        [[ $1 = algorithms/@(group|each)-* && -n ${verdicts[$1]-} ]] || return 0
        settings "${@:3}"
        local column row
        column=${setting[b.daemon]:-${setting[daemon]}}
        [ "${setting[starts]}" = a ] && column+=' we' || column+=' they'
        for row in "group ${setting[group]}" "IKE ${setting[ike]}" \
            "${setting[protocol]^^} ${setting[esp]}"; do
            [ "${cells[$row/$column]-}" = FAIL ] || cells[$row/$column]=${verdicts[$1]}
        done
    }
    all_scenarios

    printf '%-27s %-7s  %-11s  %-11s  %s\n' '' ikev2d strongSwan libreswan OpenIKED
    table_line '' '' we they we they we they
    for row in "${every_group[@]/#/group }" "${every_ike[@]/#/IKE }" "${every_child[@]}"; do
        table_row "$row"
    done
    printf '\nWhat the peers lack (-):\n'
    printf '%s\n' "${lack_lines[@]}"
}

# table_row ALGORITHM
table_row() {
    local column words=()
    for column in "${COLUMNS_OF_TABLE[@]}"; do
        if able "${column% *}" "$1" "${column#* }"; then
            words+=("${cells[$1/$column]-}")
        else
            words+=(-)
        fi
    done
    table_line "$1" "${words[@]}"
}

table_line() {
    local line
    printf -v line '%-27s %-7s  %-5s %-5s  %-5s %-5s  %-5s %-5s' "$@"
    echo "${line%"${line##*[! ]}"}"
}
