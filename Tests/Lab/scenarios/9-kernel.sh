# shellcheck shell=bash
# The kernel refuses: one that has no ESP.

scenario kernel/refuses-the-sa kernel_refuses kernel=bare esp=aes256-sha256
scenario kernel/refuses-the-aead-sa kernel_refuses kernel=bare esp=aes256gcm16

kernel_refuses() {
    local end
    start a b
    initiate a
    # in the kernel's words, and in those of errno
    expect_explained b 'Protocol not supported|Function not implemented|Requested .* not found'
    expect_no_sa
    # both are still there to say good-bye
    stop a
    stop b
}
