import Policy

extension PolicyEntry {
    /// The policy in the form of Solaris's `kmfcfg list`, with a blank line behind it.
    var listing: String {
        func shown(_ attribute: PolicyAttribute) -> String { self[attribute] ?? "<null>" }
        func truth(_ attribute: PolicyAttribute, _ otherwise: String = "false") -> String {
            self[attribute] ?? otherwise
        }
        var text = """
            Name: \(name)
            Ignore Date: \(truth(.ignoreDate))
            Ignore Unknown EKUs: \(truth(.ignoreUnknownEKU))
            Ignore TA: \(truth(.ignoreTrustAnchor))
            Trust Intermediate CAs: \(truth(.trustIntermediates, "true"))
            Maximum Certificate Path Length: \(shown(.longestPath))
            Validity Adjusted Time: \(shown(.validityAdjustment))
            Ignore Certificate Revocation Responder Timeout: \(truth(.ignoreResponderTimeout))
            Certificate Revocation Responder Timeout: \(shown(.responderTimeout))
            HTTP Proxy: \(shown(.httpProxy))

            """
        if has([.trustAnchorName, .trustAnchorSerial]) {
            text += """
                Trust Anchor Certificate:
                \tName: \(shown(.trustAnchorName))
                \tSerial Number: \(shown(.trustAnchorSerial))

                """
        } else {
            text += "Trust Anchor Certificate: <null>\n"
        }
        text += "Key Usage Bits: "
        text += keyUsageNames.isEmpty ? "0\n" : "\(keyUsageNames.joined(separator: " "))\n"
        let purposes = extendedKeyUsage
        text += purposes.isEmpty ? "Extended Key Usage Values: <null>\n" : ""
        text += purposes.isEmpty ? "" : "Extended Key Usage Values:\n"
        for purpose in purposes {
            text += "\t\(purpose.identifier)\t(\(purpose.name ?? "unknown"))\n"
        }
        text += "Validation Policy Information:\n"
        if has(PolicyAttribute.ofOCSP) {
            text += """
                    OCSP:
                \tResponder URI: \(shown(.ocspResponder))
                \tProxy: \(shown(.ocspProxy))
                \tUse ResponderURI from Certificate: \(truth(.ocspUseCertificateResponder))
                \tResponse lifetime: \(shown(.ocspResponseLifetime))
                \tIgnore Response signature: \(truth(.ocspIgnoreSignature))

                """
            if has([.ocspResponderName]) {
                text += """
                    \tResponder Certificate:
                    \t\tName: \(shown(.ocspResponderName))
                    \t\tSerial: \(shown(.ocspResponderSerial))

                    """
            } else {
                text += "\tResponder Certificate: <null>\n"
            }
        }
        if has(PolicyAttribute.ofLists) {
            text += """
                    CRL:
                \tBase filename: \(shown(.crlFileName))
                \tDirectory: \(shown(.crlDirectory))
                \tDownload and cache CRL: \(truth(.crlGetURI))
                \tProxy: \(shown(.crlProxy))
                \tIgnore CRL signature: \(truth(.crlIgnoreSignature))
                \tIgnore CRL validity date: \(truth(.crlIgnoreDate))

                """
        }
        return text + "\n"
    }
}
