# shellcheck shell=bash
# Starts a machine: something with a kernel that runs a command as root and
# whose processes all end with one KILL. Sourced by lab, on the host.

# Everything a machine starts lives in one process namespace, so that it ends
# with the process that machine_exec becomes.
readonly CONTAINED=(unshare --mount --pid --fork --kill-child=KILL --mount-proc)

# machine_exec MACHINE KERNEL CPU WORK COMMAND…: becomes that machine, running
# COMMAND on CPU. WORK is an empty folder for its own files. Variables named
# LAB_* reach COMMAND.
machine_exec() {
    local machine=$1 kernel=$2 cpu=$3 work=$4
    shift 4
    case $machine in
        native) exec taskset -c "$cpu" "${CONTAINED[@]}" "$@" ;;
        uml) uml_exec "$kernel" "$cpu" "$work" "$@" ;;
    esac
}

# User-mode Linux: a kernel that is an ordinary process, on this machine's own
# file system. What it writes stays in its memory (uml-init lays an overlay
# over the root), but for $LAB_OUT.
#
# One CPU for the kernel and all its processes: each system call in it is a
# ptrace hand-over, many times dearer when it wakes another CPU.
uml_exec() {
    local kernel=$1 cpu=$2 work=$3
    shift 3
    {
        printf 'export %s\n' "${!LAB_@}"
        printf '%s\n' "${!LAB_@}" | while read -r name; do
            printf '%s=%q\n' "$name" "${!name}"
        done
        printf 'kernel=%q\n' "$kernel"
        printf 'job=(%s)\n' "$(printf '%q ' "$@")"
    } >"$work/job"
    TMPDIR=$(memory_folder)
    export TMPDIR
    exec taskset -c "$cpu" "${CONTAINED[@]}" \
        linux.uml mem="$((UML_MEMORY_KIB / 1024))M" root=/dev/root rootfstype=hostfs rootflags=/ \
        ro init="$LAB_DIR/lib/host/uml-init" lab_work="$work" \
        uml_dir="$work/uml/" umid=lab security=none audit=0 quiet loglevel=3 \
        con=null con0=null,fd:1 con1=null ssl=null </dev/null 2>"$work/errors"
}

readonly UML_MEMORY_KIB=$((512 * 1024))

# memory_folder: where the file that is the machine's memory goes: in real
# memory where there is room for two of them.
memory_folder() {
    local free
    free=$(df --output=avail -k /dev/shm 2>/dev/null | tail -n 1)
    if [ -w /dev/shm ] && [ "${free:-0}" -gt $((2 * UML_MEMORY_KIB)) ]; then
        echo /dev/shm
    else
        echo /tmp
    fi
}
