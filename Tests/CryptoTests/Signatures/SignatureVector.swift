import Foundation

@testable import Crypto

/// A signature, and whether it is one.
struct SignatureVector: CustomStringConvertible, Sendable {
    /// The name of a ``SignatureAlgorithm``, or of an authentication method.
    let algorithm: String
    /// A SubjectPublicKeyInfo.
    let key: String
    let message: String
    let signature: String
    let isValid: Bool
    /// Where it comes from.
    let description: String

    /// Google's and C2SP's project Wycheproof, as Vectors/from-wycheproof selects from it.
    static let wycheproof: [SignatureVector] = {
        let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .appendingPathComponent("../Vectors/wycheproof.txt")
        guard let text = try? String(contentsOf: file, encoding: .utf8) else { return [] }
        var vectors: [SignatureVector] = []
        var algorithm = ""
        var key = ""
        for line in text.split(separator: "\n") where !line.hasPrefix("#") {
            let words = line.split(separator: " ", maxSplits: 1).map(String.init)
            switch words[0] {
            case "algorithm": algorithm = words[1]
            case "key": key = words[1]
            default:
                let parts = words[1].split(separator: " ", maxSplits: 2).map(String.init)
                vectors.append(
                    SignatureVector(
                        algorithm: algorithm, key: key, message: parts[0], signature: parts[1],
                        isValid: words[0] == "valid", description: parts[2]))
            }
        }
        return vectors
    }()

    /// The signatures printed in RFCs, as they are carried by methods of RFC 7296.
    static let printed: [SignatureVector] = [
        SignatureVector(
            algorithm: "ECDSA_SHA2_256_P256",
            key: """
                3059301306072a8648ce3d020106082a8648ce3d030107034200042442a5cc0ecd015fa3ca31dc8e2bbc
                70bf42d60cbca20085e0822cb04235e9706fc98bd7e50211a4a27102fa3549df79ebcb4bf246b80945cd
                dfe7d509bbfd7d
                """,
            message: "616263",
            signature: """
                cb28e0999b9c7715fd0a80d8e47a77079716cbbf917dd72e97566ea1c066957c86fa3bb4e26cad5bf90b
                7f81899256ce7594bb1ea0c89212748bff3b3d5b0315
                """,
            isValid: true, description: "RFC 4754 §8.1"),
        SignatureVector(
            algorithm: "ECDSA_SHA2_384_P384",
            key: """
                3076301006072a8648ce3d020106052b810400220362000496281bf8dd5e0525ca049c048d345d308296
                8d10fedf5c5aca0c64e6465a97ea5ce10c9dfec21797415710721f437922447688ba94708eb6e2e4d59f
                6ab6d7edff9301d249fe49c33096655f5d502fad3d383b91c5e7edaa2b714cc99d5743ca
                """,
            message: "616263",
            signature: """
                fb017b914e29149432d8bac29a514640b46f53ddab2c69948084e2930f1c8f7e08e07c9c63f2d21a07dc
                b56a6af56eb3b263a1305e057f984d38726a1b46874109f417bca112674c528262a40a629af1cbb9f516
                ce0fa7d2ff630863a00e8b9f
                """,
            isValid: true, description: "RFC 4754 §8.2"),
        SignatureVector(
            algorithm: "ECDSA_SHA2_512_P521",
            key: """
                30819b301006072a8648ce3d020106052b8104002303818600040151518f1af0f563517edd5485190df9
                5a4bf57b5cba4cf2a9a3f6474725a35f7afe0a6ddeb8bedbcd6a197e592d40188901cecd650699c9b5e4
                56aea5add19052a8006f3b142ea1bfff7e2837ad44c9e4ff6d2d34c73184bbad90026dd5e6e85317d9df
                45cad7803c6c20035b2f3ff63aff4e1ba64d1c077577da3f4286c58f0aeae643
                """,
            message: "616263",
            signature: """
                0154fd3836af92d0dca57dd5341d3053988534fde8318fc6aaaab68e2e6f4339b19f2f281a7e0b22c269
                d93cf8794a9278880ed7dbb8d9362caeacee544320552251017705a7030290d1ceb605a9a1bb03ff9cdd
                521e87a696ec926c8c10c8362df4975367101f67d1cf9bccbf2f3d239534fa509e70aac851ae01aac68d
                62f866472660
                """,
            isValid: true, description: "RFC 4754 §8.3"),
        SignatureVector(
            algorithm: "DSS_SIGNATURE", key: dsa1024, message: "73616d706c65",
            signature: """
                2e1a0c2562b2912caaf89186fb0f42001585da5529efb6b0aff2d7a68eb70ca313022253b9a88df5
                """,
            isValid: true, description: "RFC 6979 §A.2.1, with SHA-1"),
        SignatureVector(
            algorithm: "dsa-with-sha256", key: dsa1024, message: "73616d706c65",
            signature: """
                302d02150081f2f5850be5bc123c43f71a3033e9384611c54502144cdd914b65eb6c66a8aaad27299bee
                6b035f5e89
                """,
            isValid: true, description: "RFC 6979 §A.2.1, with SHA-256"),
    ]

    /// The key of RFC 6979 §A.2.1.
    static let dsa1024 = """
        308201b63082012b06072a8648ce3804013082011e0281810086f5ca03dcfeb225063ff830a0c769b9dd9d6153ad
        91d7ce27f787c43278b447e6533b86b18bed6e8a48b784a14c252c5be0dbf60b86d6385bd2f12fb763ed8873abfd
        3f5ba2e0a8c0a59082eac056935e529daf7c610467899c77adedfc846c881870b7b19b2b58f9be0521a17002e3bd
        d6b86685ee90b3d9a1b02b782b1779021500996f967f6c8e388d9e28d01e205fba957a5698b102818007b0f92546
        150b62514bb771e2a0c0ce387f03bda6c56b505209ff25fd3c133d89bbcd97e904e09114d9a7defdeadfc9078ea5
        44d2e401aeecc40bb9fbbf78fd87995a10a1c27cb7789b594ba7efb5c4326a9fe59a070e136db77175464adca417
        be5dce2f40d10a46a3a3943f26ab7fd9c0398ff8c76ee0a56826a8a88f1dbd038184000281805df5e01ded31d029
        7e274e1691c192fe5868fef9e19a84776454b100cf16f65392195a38b90523e2542ee61871c0440cb87c322fc4b4
        d2ec5e1e7ec766e1be8d4ce935437dc11c3c8fd426338933ebfe739cb3465f4d3668c5e473508253b1e682f65cbd
        c4fae93c2ea212390e54905a86e2223170b44eaa7da5dd9ffcfb7f3b
        """
}
