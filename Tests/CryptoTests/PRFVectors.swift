import Wire

/// A line of the RFC of a function, or computed with Python.
struct PRFVector: Sendable {
    let source: String
    let id: PseudorandomFunction
    let key: [UInt8]
    let data: [UInt8]
    let output: String
}

extension PRFVector {
    /// The message of RFC 4493 §4, of which the examples take the beginning.
    static let cmacMessage = hex(
        """
        6bc1bee22e409f96e93d7e117393172aae2d8a571e03ac9c9eb76fac45af8e51
        30c81c46a35ce411e5fbc1191a0a52eff69f2445df4f9b17ad2b417be66c3710
        """)

    static let all: [PRFVector] = [
        PRFVector(
            source: "Python hmac", id: .hmacSHA256, key: [], data: [UInt8]("abc".utf8),
            output: "fd7adb152c05ef80dccf50a1fa4c05d5a3ec6da95575fc312ae7c5d091836351"),
        PRFVector(
            source: "RFC 3566 §4.6 case 1", id: .aes128XCBC, key: rising(from: 0, 16),
            data: rising(from: 0, 0),
            output: "75f0251d528ac01c4573dfd584d79f29"),
        PRFVector(
            source: "RFC 3566 §4.6 case 2", id: .aes128XCBC, key: rising(from: 0, 16),
            data: rising(from: 0, 3),
            output: "5b376580ae2f19afe7219ceef172756f"),
        PRFVector(
            source: "RFC 3566 §4.6 case 3", id: .aes128XCBC, key: rising(from: 0, 16),
            data: rising(from: 0, 16),
            output: "d2a246fa349b68a79998a4394ff7a263"),
        PRFVector(
            source: "RFC 3566 §4.6 case 4", id: .aes128XCBC, key: rising(from: 0, 16),
            data: rising(from: 0, 20),
            output: "47f51b4564966215b8985c63055ed308"),
        PRFVector(
            source: "RFC 3566 §4.6 case 5", id: .aes128XCBC, key: rising(from: 0, 16),
            data: rising(from: 0, 32),
            output: "f54f0ec8d2b9f3d36807734bd5283fd4"),
        PRFVector(
            source: "RFC 3566 §4.6 case 6", id: .aes128XCBC, key: rising(from: 0, 16),
            data: rising(from: 0, 34),
            output: "becbb3bccdb518a30677d5481fb6b4d8"),
        PRFVector(
            source: "RFC 3566 §4.6 case 7", id: .aes128XCBC, key: rising(from: 0, 16),
            data: .init(repeating: 0, count: 1000),
            output: "f0dafee895db30253761103b5d84528f"),
        PRFVector(
            source: "RFC 4434 §3, key of 10 octets", id: .aes128XCBC, key: rising(from: 0, 10),
            data: rising(from: 0, 20),
            output: "0fa087af7d866e7653434e602fdde835"),
        PRFVector(
            source: "RFC 4434 §3, key of 18 octets", id: .aes128XCBC,
            key: rising(from: 0, 16) + [0xed, 0xcb],
            data: rising(from: 0, 20),
            output: "8cd3c93ae598a9803006ffb67c40e9e4"),
        PRFVector(
            source: "RFC 4493 §4 example 1", id: .aes128CMAC,
            key: hex("2b7e151628aed2a6abf7158809cf4f3c"),
            data: Array(cmacMessage[..<0]),
            output: "bb1d6929e95937287fa37d129b756746"),
        PRFVector(
            source: "RFC 4493 §4 example 2", id: .aes128CMAC,
            key: hex("2b7e151628aed2a6abf7158809cf4f3c"),
            data: Array(cmacMessage[..<16]),
            output: "070a16b46b4d4144f79bdd9dd04a287c"),
        PRFVector(
            source: "RFC 4493 §4 example 3", id: .aes128CMAC,
            key: hex("2b7e151628aed2a6abf7158809cf4f3c"),
            data: Array(cmacMessage[..<40]),
            output: "dfa66747de9ae63030ca32611497c827"),
        PRFVector(
            source: "RFC 4493 §4 example 4", id: .aes128CMAC,
            key: hex("2b7e151628aed2a6abf7158809cf4f3c"),
            data: Array(cmacMessage[..<64]),
            output: "51f0bebf7e3b9d92fc49741779363cfe"),
        PRFVector(
            source: "RFC 4615 §4, key of 18 octets", id: .aes128CMAC,
            key: rising(from: 0, 16) + [0xed, 0xcb],
            data: rising(from: 0, 20),
            output: "84a348a4a45d235babfffc0d2b4da09a"),
        PRFVector(
            source: "RFC 4615 §4, key of 16 octets", id: .aes128CMAC, key: rising(from: 0, 16),
            data: rising(from: 0, 20),
            output: "980ae87b5f4c9c5214f5b6a8455e4c2d"),
        PRFVector(
            source: "RFC 4615 §4, key of 10 octets", id: .aes128CMAC, key: rising(from: 0, 10),
            data: rising(from: 0, 20),
            output: "290d9e112edb09ee141fcf64c0b72f3d"),
    ]
}

/// A derivation of RFC 7296 §2.14, computed with Python.
struct DerivationVector: Sendable {
    let id: PseudorandomFunction
    let seed: String
    let keys: String
}

extension DerivationVector {
    // Ni is 00…1f, Nr 80…9f, g^ir the octets 7i + 3, the SPIs 0102…08 and 1112…18.
    static let all: [DerivationVector] = [
        DerivationVector(
            id: .hmacSHA1, seed: "d12ae851d76eb2f829a91a11fd858b1191ee7edc",
            keys: """
                f78458003a2ea77e62dd25cd8bcfb0cecdcb5ed3b7d4fcc22539a341f0a41bb69905bf775e6682e5
                83d41e71740ec3163eede5580ac1152ff5ed20f19d5e7ee2ff3cf1151350c2bc057adf8bcf8e0eaf
                880d94f72ee81efde31419f304434951df9fed3b058fc183cc7a9b4dd29e5326210731d7cd173da6
                bbc5c32b34f5c810d0f9791840c2c72741cab7c6e8ab7592f353d40a9ac41c7e7bdcd1786dc2c38f
                e545cf5899dc76242c521ae0ee41ee6214197dcc24fd5d0aa001854841fb2a17b7cbac90349c57bf
                """),
        DerivationVector(
            id: .hmacSHA256,
            seed: "d843cd15196090a67c430351e2b0ed26bf2267c115e0d851a7f6edd94ffcd3a9",
            keys: """
                55535ede48f22cddef99456c1644ba0a16d149d45caf1930a743c965d111419e596c93367fd1872b
                06efc1fb044dbff8d70846d3a0b1ba7edf43b70cb9c4cb854b32296f8693a45ff1fd5c84450693f2
                89769055912c1beb44b6836d883b5a63a2e02f3531efde7cc06bff05b9c553834d5149e8578103d5
                77d514b096cc6eb536ffaf90ba1960b6bc718eefd281e265e6ad8f0e887b1d3101eded667ad852b2
                b67787cb8a0725cf9f7dab0c75fc1db1457d656069968564c70cba2c506cfb9dd2546152a84a6735
                """),
        DerivationVector(
            id: .hmacSHA384,
            seed: "203bcffcea86a773127e522d50d9bf21acdbd7ba801ddd79dbe65d198e2ce7d5"
                + "da3ef3fee79cfb77970caeb13193bcaf",
            keys: """
                a10112190e292917b72c5bad25e4c1a76baafb927ea8a6cd7c178006481a6c0e8f0b0a70c2e5f40a
                6e9e12b878cf1718fa2f68726ec50fc1a938a07adee5476bd2ccf9e8149c4ffaa8e57e00fc78984b
                751820671e90a8a58e1ccba263f1d69e1f4bf8e097be7764bc71cbc5fc1fa17758176d47ff0bd1ce
                fbcf013bb9ecc305fb3f654c9935dc05d9d6acc038ac9046fa325e6a9463856c258975f12a2756b8
                e863a692563b4360e0963f266b40f52925bc8989046cc0d12f4b187ef921d95894cb00e29987878c
                """),
        DerivationVector(
            id: .hmacSHA512,
            seed: "c2ea87503d459eddb6812eb752efa21d15d7569de4bb16b65ea3d31ef2298484"
                + "d9e4846cd93428d821fa95d01ec6037cace9f28df066e595addafb63c1b09c64",
            keys: """
                7d40bfacc357a4ef12547c090519359577d3a9517b413f5311c4c598de5fb335a9b782627e30a578
                b7f03e91ca3aa9cf46fea695dbdc6a2e751855063e075aecedc65db77738b2cc5d8a6d876f2f1562
                cc52635835d0888081db0e728b486ab3447e5cacb92ed18360e51989ba6fc3dab642e88581b6a762
                b957516a7494e8a69c82c1db977dd93a3a33692377423816c0694067067c4d68930f76327bcca69e
                94219fa0efc2ff4c7b085c428d8ad875d50b9f1df7729f95c97a8afe7487cd647bb9e457c723676e
                """),
        DerivationVector(
            id: .aes128XCBC, seed: "2be280695950e59fdc3d1f4943ce6cf4",
            keys: """
                b882487d2d341a45e2ddacbe78399c8c420e9de732659622ea5914139afd1726473e40262a5ee632
                45f90373c3876435b31d8aa108da68710d5475b39e5521e8d2628d5b09130543e62a9e3585a3c17c
                18f1596012b4d02b1cd638457ef30eb90cb4881ec55ae40e05390b95ea0f9da9d29118e005eb36bc
                d681274d35e2904e83e19f2c8c8903b047d357c9cef8d039d6ebed2b486e1e4ff33fccaba1ab37d6
                058cf8c55b4b0953629ca627bc57239f2eb6804879099749cb6567885229901f60ef8bd1e38789d1
                """),
        DerivationVector(
            id: .aes128CMAC, seed: "b0d0421a2cbe48c52a345a2bd6cbb9e7",
            keys: """
                37097b9f5f90bf6f92ccfce8f86d7f55e1a2681ac6ed3ec6137ef1185b5ad7f5dc4964b0a8dae401
                ecde44a57170dda078a65b98ecf1359d657dce4769aa98facf66c496cf4b6f3416f9872756528f53
                a2815f4c18ce5e7398fa307b95536a101e3d0d471ea9f36ab43a905b40772cb901636fffc3e3d2aa
                1d07a17b9e1fa4a3eff473be959bd574742f457b17b37a44af768a283b07aeb74a9a5d0eb945735b
                430eb514c67cc199de3e4018125bebe6a54d117b684d0b7bf414eb67455801ea2d12b43de874188f
                """),
    ]
}

/// The keys of an IKE SA, from the nonces to the last key.
struct KeyDerivationVector: Sendable {
    let id: PseudorandomFunction
    let initiatorNonce: String
    let responderNonce: String
    let sharedSecret: String
    let initiatorSPI: String
    let responderSPI: String
    let seed: String
    let keys: String

    /// NIST CAVP, SP 800-135 IKEv2 key derivation: a vector of nonces of 64 bits for each hash.
    static let all: [KeyDerivationVector] = [
        KeyDerivationVector(
            id: .hmacSHA1,
            initiatorNonce: "32b50d5f4a3763f3",
            responderNonce: "9206a04b26564cb1",
            sharedSecret: "4b2c1f971981a8ad8d0abeafabf38cf75fc8349c148142465ed9c8b516b8be52",
            initiatorSPI: "34c9e7c188868785",
            responderSPI: "3ff77d760d2b2199",
            seed: "a9a7b222b59f8f48645f28a1db5b5f5d7479cba7",
            keys: """
                a14293677cc80ff8f9cc0eee30d895da9d8f405666e30ef0dfcb63c634a46002a2a63080e514a062
                768b76606f9fa5e992204fc5a670bde3f10d6b027113936a5c55b648a194ae587b0088d52204b702
                c979fa280870d2ed41efa9c549fd11198af1670b143d384bd275c5f594cf266b05ebadca855e4249
                520a441a81157435a7a56cc4
                """),
        KeyDerivationVector(
            id: .hmacSHA256,
            initiatorNonce: "ed80dc79912c32a9",
            responderNonce: "35fb6d1a3feac078",
            sharedSecret: """
                42968e5d0ccc3cfc5a3e4bc1bba370cea1fae0d54c49ccba34b2bee804beeb2e9e8c57a4e01bd451
                02cf2433aacc6cfec06792f363e5170e6aa6650274e906648e449d27a8f00b5b44261982c9835c74
                8a751ec5138eaacc5e025661339538a61bf418e454699e19c32db8d9ce5dd86b220f1e89afc5872e
                68be36cb1a0c8866
                """,
            initiatorSPI: "47c1858efc932ea4",
            responderSPI: "606fd05609624002",
            seed: "37fde90b81d63692620f67367b62092e3efdc6a03509137d731004767ff35010",
            keys: """
                63d018a08f7a29daa7d1f92cb63f45fa39bbaf5e5f1a78139613bb891e3e6bf9d0448f7c74e05b4c
                1a25c0b61e62c875e852f287e192d4ae536112db5197216400bd5e123470efc15f53161865fe8b19
                a1416518a157d651ecd2caddab6a9eae6a27a55af088218d5156edaa9789f934d9836ed43edffda5
                53822202ff9f7d4860ca72e0
                """),
        KeyDerivationVector(
            id: .hmacSHA384,
            initiatorNonce: "d672b0bc852829b9",
            responderNonce: "3509f3b724706364",
            sharedSecret: """
                4df040b70978629c49437cff41a0d46cbea68c8d75b370ffc11d7b387144ea83bb5903fbb92e473d
                f50a9b19ea43e9c2f3da9a849c03864276c6f264ecf02a60d40ba65c06656b633f02a87427e928eb
                66a2dabd9dc05744717bcaf7ae78c296872f5c48d1a8120c2155b70c565ce271998e3e44af263d48
                7ea3ba7f56132d7d
                """,
            initiatorSPI: "0f9a016d7b22223c",
            responderSPI: "85f710daf8b982d8",
            seed: """
                54436a9ea95d6ff79b967f4b07f6de976a376e8ea26aa9574709afc60243c9c141da4ca0e158e627
                a75ea87f6feb07ef
                """,
            keys: """
                10b00a654643b3b985764f86e23ef62431122fcc96de16e338a372bee49391db1f83a7358c080380
                abbf4af47cdb83b9530343168f7dbc9221260e1546c6b383e2235d2705a727f0b41aebf6a1b4c61c
                b460660152a17ba74c20d5191ba6841794945270d829587b7f3294639ea7b77149e1d07230ac16e0
                cd5ab236fa3212bd569ee70f
                """),
        KeyDerivationVector(
            id: .hmacSHA512,
            initiatorNonce: "df7931db9b429e10",
            responderNonce: "b8aa8e4d46042393",
            sharedSecret: """
                1e3b007d2da913ca60ecc98c25a22db08073d5c35c11b2524b298a922b6abfe6acf7359db66ae5f8
                5d67aacff686419cd8666d05ae7977cefad7f54dd8e312a8e8e5e0370f88142fbdd659dd6fde22bd
                d531f5402881a8de85c1024e595ec93c575618af7fd3dbac7982919078d71cc13eff1910a032750e
                1ff428675de189ee
                """,
            initiatorSPI: "9ba40af9157f4792",
            responderSPI: "5383c7cd3d1046e6",
            seed: """
                daf9bd6f2f912da553867966af386e67909a8df0ca7e84b83b355cb7d7f1026f17d8ea34b5d57fd0
                d1ba389528fca1e81d1c8ce511b28a2458241143fee30ccc
                """,
            keys: """
                919a75deaeccbd393bebc89615f8a215edb7073b2319d86740221eee7a2deb92509044d7e61fcb1b
                f9676b3881c7ced49e6bba1549da3113601677a2445d91ac13a597335782dd3a9cf496d9e19b932f
                27dd35e36f8070d232d0a3b3f4c4a0b4ba4470778dc090f31f52ab1b6d81e4c7dfb35063ad96c327
                adcdbde714cc9a6b5ef049b8
                """),
    ]
}
