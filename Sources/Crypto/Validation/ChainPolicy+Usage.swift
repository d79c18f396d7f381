import COpenSSL

// What libcrypto leaves to those who use it.
extension ChainPolicy {
    /// Checks what the certificate's key may be used for.
    func checkUsage(of certificate: X509Certificate) throws(ChainRefusal) {
        if let usage = certificate.keyUsage {
            // RFC 4945 §5.1.3.2: either of them for AUTH.
            guard !usage.isDisjoint(with: [.digitalSignature, .nonRepudiation]) else {
                throw certificate.refused(.keyUsage(lacking: ["digitalSignature"]))
            }
            let lacking = keyUsage.subtracting(usage)
            guard lacking.isEmpty else {
                throw certificate.refused(.keyUsage(lacking: lacking.names))
            }
        }
        let usage = certificate.extendedKeyUsage
        let lacking = extendedKeyUsage.filter { !(usage?.allows($0) ?? false) }
        guard lacking.isEmpty else {
            throw certificate.refused(.extendedKeyUsage(lacking: lacking.map { $0.name }))
        }
        guard let usage, usage.isCritical, !ignoresUnknownExtendedKeyUsage else { return }
        guard usage.purposes.contains(where: { $0.isKnown }) else {
            throw certificate.refused(.unknownExtendedKeyUsage(usage.purposes.map { $0.name }))
        }
    }

    /// Refuses signatures over MD5 and what came before it. The anchor's own proves nothing anyway.
    func checkHashes(of chain: CertificateChain) throws(ChainRefusal) {
        for certificate in chain.certificates.dropLast() {
            var hash: Int32 = 0
            X509_get_signature_info(certificate.handle, &hash, nil, nil, nil)
            switch hash {
            case NID_md5, NID_md4, NID_md2, NID_md5_sha1:
                guard let name = OBJ_nid2sn(hash) else { continue }
                throw certificate.refused(.weakHash(String(cString: name)))
            default: continue
            }
        }
    }
}
