import Wire

/// A value of a peer for which few bits of the secret are set.
struct SmallSecretVector: Sendable {
    /// The test's number in Wycheproof's file for the curve.
    let number: Int
    let method: KeyExchangeMethod
    let privateValue: String
    let publicValue: String
    let shared: String

    /// Project Wycheproof, testvectors_v1, ecdh_secp*_ecpoint_test.json and
    /// ecdh_brainpool*_test.json.
    static let all: [SmallSecretVector] = [
        SmallSecretVector(
            number: 3, method: .ecp224,
            privateValue: "00a2b6442a37f9201b56758034d2009be64b0ab7c02d7e398cac9665d6",
            publicValue: """
                e73a6ca72f3a2fae6e0a01a0ed03bfa3058b04576942eaf063095e62ca16fd31fa0f38eeb592cbee
                a1147751fdd2a5b6cc0ead404467a5b6
                """,
            shared: "00000000000000000000000000000000000000000000000000000003"),
        SmallSecretVector(
            number: 3, method: .ecp256,
            privateValue: "0a0d622a47e48f6bc1038ace438c6f528aa00ad2bd1da5f13ee46bf5f633d71a",
            publicValue: """
                58fd4168a87795603e2b04390285bdca6e57de6027fe211dd9d25e2212d29e62080d36bd224d7405
                509295eed02a17150e03b314f96da37445b0d1d29377d12c
                """,
            shared: "0000000000000000000000000000000000000000000000000000000000000000"),
        SmallSecretVector(
            number: 3, method: .ecp384,
            privateValue: """
                00a2b6442a37f8a3759d2cb91df5eca75b14f5a6766da8035cc1943b15a8e4ebb6025f373be33408
                0f22ab821a3535a6a7
                """,
            publicValue: """
                490e96d17f4c6ceccd45def408cea33e9704a5f1b01a3de2eaaa3409fd160d78d395d6b3b003d71f
                d1f590fad95bf1c9d8665efc2070d059aa847125c2f707435955535c7c5df6d6c079ec806dce6b68
                49d337140db7ca50616f9456de1323c4
                """,
            shared: """
                00000000000000000000000000000000000000000000000000000000000000000000000000000000
                0000000000000000
                """),
        SmallSecretVector(
            number: 3, method: .ecp521,
            privateValue: """
                00a2b6442a37f8a3759d2cb91df5eca75af6b89e27baf2f6cbf971dee5058ffa9d8dac805c7bc72f
                3718489d6a9cb2787af8c93a17ddeb1a19211ab23604d47b7646
                """,
            publicValue: """
                014c643329691ba27459a40dfe7c4ce17b3ea14d0cd7aa47b01f1315404db51436fbbfe6de0842e0
                f7e1265f6ff3aca28750677d3370b2fb2a6ef497356f4b95811201051b14178639a09a41465c72d3
                743436ee1c191ff7388a40140b34d5317de5911ea03cdbb0329fdeb446695a3b92d437271a9f3c31
                8b02dec4d473908158140e97
                """,
            shared: """
                00000000000000000000000000000000000000000000000000000000000000000000000000000000
                0000000000000000000000000000000000000000000000000000
                """),
        SmallSecretVector(
            number: 3, method: .brainpool224,
            privateValue: "133ba3cdfdd2b6f8e12c4efb844dd1ba60212b3c4afe6476f1efa12c",
            publicValue: """
                5f9a3dd8daebed9583d91dd75c6ef089d325ffafb3639fb97a7a2dea04e811b5cb44e171a5ded25c
                22f37fd10e1860416e4edb8aa8081c0e
                """,
            shared: "00000000000000000000000000000000000000000000000000000001"),
        SmallSecretVector(
            number: 3, method: .brainpool256,
            privateValue: "06546f19660be42b6455813d02dab822a1c55529e43179dd5cb77cd16b2c4cf4",
            publicValue: """
                1284e50ecda6c7c3a15ae79c318dec591da197fc32b7a046b168774013e54687156d96fe0765ea03
                404ecf5f6efc74b0792c05c11f9a683b97f5c7ca74f8a8c2
                """,
            shared: "0000000000000000000000000000000000000000000000000000000000000001"),
        SmallSecretVector(
            number: 3, method: .brainpool384,
            privateValue: """
                0a3315e6cdeb733e26d72d2a98e943727b637f98406755562b0531f1f92a8f4a66e6ace629249e0f
                61cad07b22ff62bf
                """,
            publicValue: """
                56b0e00539a304e1dcaef00d90e1e851002c5cbb2e7a0cdde34700f242d52d607cd48498fe7668ee
                ffadcf2418ea898e57677fe6703911e5de7c45f3e03eb179e3248008eff9f5ad5860c74d58a45b29
                1c23bf8d5be285ec6e9fd67ece9b6692
                """,
            shared: """
                00000000000000000000000000000000000000000000000000000000000000000000000000000000
                0000000000000001
                """),
        SmallSecretVector(
            number: 3, method: .brainpool512,
            privateValue: """
                00842479c31f83056da807c6bff582540644ed6a3bbc4a5226cf3a21e918ef36e0616c8c6ad4bf13
                faca900dba60b6761cb07b0ddb01673ae31477e095cd211b4f
                """,
            publicValue: """
                1c323510258b858d9a996fe644e2d116ca360726c51a54e0aa69e88ef816f20577349ae1f2f202ff
                40c499bdae4274bcfd502f736cf82f43acfca55649e9faaa88263cd161a1a6555ee0249363b537c8
                f2e2ee80943f4b162893fc9640d54a8e7b997ad202a9b723c3a08929d572076e3c85adec089da150
                7861758d47e41ec2
                """,
            shared: """
                00000000000000000000000000000000000000000000000000000000000000000000000000000000
                000000000000000000000000000000000000000000000003
                """),
    ]
}
