import CLinux

/// What netlink carries as it lies in memory: C structures of integers alone, so that every pattern
/// of bits is a value, and integers.
protocol NetlinkStructure {
    /// All zeros.
    init()
}

extension UInt16: NetlinkStructure {}
extension UInt32: NetlinkStructure {}
extension UInt64: NetlinkStructure {}

extension nlattr: NetlinkStructure {}
extension nlmsgerr: NetlinkStructure {}
extension nlmsghdr: NetlinkStructure {}

extension xfrm_address_t: NetlinkStructure {}
extension ifaddrmsg: NetlinkStructure {}
extension ifinfomsg: NetlinkStructure {}
extension rtmsg: NetlinkStructure {}

extension xfrm_encap_tmpl: NetlinkStructure {}
extension xfrm_lifetime_cur: NetlinkStructure {}
extension xfrm_mark: NetlinkStructure {}
extension xfrm_replay_state: NetlinkStructure {}
extension xfrm_replay_state_esn: NetlinkStructure {}
extension xfrm_user_acquire: NetlinkStructure {}
extension xfrm_user_expire: NetlinkStructure {}
extension xfrm_user_mapping: NetlinkStructure {}
extension xfrm_user_polexpire: NetlinkStructure {}
extension xfrm_user_tmpl: NetlinkStructure {}
extension xfrm_userpolicy_id: NetlinkStructure {}
extension xfrm_userpolicy_info: NetlinkStructure {}
extension xfrm_userpolicy_type: NetlinkStructure {}
extension xfrm_usersa_id: NetlinkStructure {}
extension xfrm_usersa_info: NetlinkStructure {}
