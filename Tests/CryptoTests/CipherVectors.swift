import Wire

/// A message and what a cipher makes of it.
struct CipherVector: Sendable {
    let source: String
    let encryption: EncryptionAlgorithm
    let keyBits: Int
    /// The salt included.
    let key: String
    let iv: String
    let associatedData: String
    let text: String
    /// With the checksum of an AEAD.
    let sealed: String

    /// NIST's CAVS files are those that Linux carries in crypto/testmgr.h for rfc4309(ccm(aes)).
    static let all: [CipherVector] = [
        CipherVector(
            source: "RFC 3686 §6 vector 1", encryption: .aesCTR, keyBits: 128,
            key: "ae6852f8121067cc4bf7a5765577f39e00000030",
            iv: "0000000000000000",
            associatedData: "",
            text: "53696e676c6520626c6f636b206d7367",
            sealed: "e4095d4fb7a7b3792d6175a3261311b8"),
        CipherVector(
            source: "RFC 3686 §6 vector 2", encryption: .aesCTR, keyBits: 128,
            key: "7e24067817fae0d743d6ce1f32539163006cb6db",
            iv: "c0543b59da48d90b",
            associatedData: "",
            text: "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f",
            sealed: "5104a106168a72d9790d41ee8edad388eb2e1efc46da57c8fce630df9141be28"),
        CipherVector(
            source: "RFC 3686 §6 vector 3", encryption: .aesCTR, keyBits: 128,
            key: "7691be035e5020a8ac6e618529f9a0dc00e0017b",
            iv: "27777f3f4a1786f0",
            associatedData: "",
            text: """
                000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f20212223
                """,
            sealed: """
                c1cf48a89f2ffdd9cf4652e9efdb72d74540a42bde6d7836d59a5ceaaef3105325b2072f
                """),
        CipherVector(
            source: "RFC 3686 §6 vector 4", encryption: .aesCTR, keyBits: 192,
            key: "16af5b145fc9f579c175f93e3bfb0eed863d06ccfdb7851500000048",
            iv: "36733c147d6d93cb",
            associatedData: "",
            text: "53696e676c6520626c6f636b206d7367",
            sealed: "4b55384fe259c9c84e7935a003cbe928"),
        CipherVector(
            source: "RFC 3686 §6 vector 5", encryption: .aesCTR, keyBits: 192,
            key: "7c5cb2401b3dc33c19e7340819e0f69c678c3db8e6f6a91a0096b03b",
            iv: "020c6eadc2cb500d",
            associatedData: "",
            text: "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f",
            sealed: "453243fc609b23327edfaafa7131cd9f8490701c5ad4a79cfc1fe0ff42f4fb00"),
        CipherVector(
            source: "RFC 3686 §6 vector 6", encryption: .aesCTR, keyBits: 192,
            key: "02bf391ee8ecb159b959617b0965279bf59b60a786d3e0fe0007bdfd",
            iv: "5cbd60278dcc0912",
            associatedData: "",
            text: """
                000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f20212223
                """,
            sealed: """
                96893fc55e5c722f540b7dd1ddf7e758d288bc95c69165884536c811662f2188abee0935
                """),
        CipherVector(
            source: "RFC 3686 §6 vector 7", encryption: .aesCTR, keyBits: 256,
            key: """
                776beff2851db06f4c8a0542c8696f6c6a81af1eec96b4d37fc1d689e6c1c10400000060
                """,
            iv: "db5672c97aa8f0b2",
            associatedData: "",
            text: "53696e676c6520626c6f636b206d7367",
            sealed: "145ad01dbf824ec7560863dc71e3e0c0"),
        CipherVector(
            source: "RFC 3686 §6 vector 8", encryption: .aesCTR, keyBits: 256,
            key: """
                f6d66d6bd52d59bb0796365879eff886c66dd51a5b6a99744b50590c87a2388400faac24
                """,
            iv: "c1585ef15a43d875",
            associatedData: "",
            text: "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f",
            sealed: "f05e231b3894612c49ee000b804eb2a9b8306b508f839d6a5530831d9344af1c"),
        CipherVector(
            source: "RFC 3686 §6 vector 9", encryption: .aesCTR, keyBits: 256,
            key: """
                ff7a617ce69148e4f1726e2f43581de2aa62d9f805532edff1eed687fb54153d001cc5b7
                """,
            iv: "51a51d70a1c11148",
            associatedData: "",
            text: """
                000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f20212223
                """,
            sealed: """
                eb6c52821d0bbbf7ce7594462aca4faab407df866569fd07f48cc0b583d6071f1ec0e6b8
                """),
        CipherVector(
            source: "NIST CAVP, Triple DES multi-block message test 1", encryption: .tripleDES,
            keyBits: 192,
            key: "627f460e08104a1043cd265d5840eaf1313edf97df2a8a8c",
            iv: "8e29f75ea77e5475",
            associatedData: "",
            text: "326a494cd33fe756",
            sealed: "b22b8d66de970692"),
        CipherVector(
            source: "NIST CAVP, Triple DES multi-block message test 2", encryption: .tripleDES,
            keyBits: 192,
            key: "37ae5ebf46dff2dc0754b94f31cbb3855e7fd36dc870bfae",
            iv: "3d1de3cc132e3b65",
            associatedData: "",
            text: "84401f78fe6c10876d8ea23094ea5309",
            sealed: "7b1f7c7e3b1c948ebd04a75ffba7d2f5"),
        CipherVector(
            source: "NIST CAVS for CCM with 11 octets of nonce", encryption: .aesCCM16,
            keyBits: 128,
            key: "83ac5466c2ebe5052e01d1fc5d82662e96ac59",
            iv: "3007a1e2a2c75524",
            associatedData: "",
            text: "19c881f6e986ff930b7867e5bbb7fc6e8377b3a60c8c9f9c352eade062f991a1",
            sealed: """
                ab6fe1691d1999a892a0c46f7ee28bb170bb8ca64c6e978a572bbe5d98a6b132da24ead9a13998fd
                a4bed9f21a6d22a8
                """),
        CipherVector(
            source: "NIST CAVS for CCM with 11 octets of nonce", encryption: .aesCCM16,
            keyBits: 128,
            key: "1e2c7e01419aefc00d58966e5ca24bd34fa319",
            iv: "d3015ad830601556",
            associatedData: "dae6289c452dfd635eda4cb6e6fcf9b70c56cbe4e0057ae10a630978bc2c55de",
            text: "87a336fd96b39378a92863ba12a31485571e06c97b21ef767f387e8e29a43e7e",
            sealed: """
                8a1e11f0026be219fc70c46d8eb799abc54ba2acd3f348ff3bb5ce53efdebb02a986156c13feda0a
                22b8293dd8399a23
                """),
        CipherVector(
            source: "NIST CAVS for CCM with 11 octets of nonce", encryption: .aesCCM16,
            keyBits: 192,
            key: "56df5c8f263f0e42ef7ad3cefc846062cab440af5fc9c901d63c8c",
            iv: "8684b6cdef092e94",
            associatedData: "0265783ce9213091b1b9da769a786d95f28832a3f250cb4ce300736984698779",
            text: "9fd2024b5249313c43693a2d8e70ad7ee0e54609808913b28c8bd93f86fbb56b",
            sealed: """
                39df7c3c5a29b9625d51c216d8bd069f9b6a0970c15183c266881d4f9adae01ec7791158e56b2040
                7aea46428be46fe1
                """),
        CipherVector(
            source: "NIST CAVS for CCM with 11 octets of nonce", encryption: .aesCCM8, keyBits: 256,
            key: """
                e08d997160d7971abd0199d58adf713ad3df244b5e3d4b4e307ab9d8530a5e2b1e2991
                """,
            iv: "ad8ec1530acf2dbe",
            associatedData: "19b61f57c4f3f08b782b9402290f42276b75cb9834087e79e43e490d848b2287",
            text: "e1d9d813eb3a753f9dbd5f66bedcbb66bf1799624a39271f1ddc24ae192f984c",
            sealed: """
                19b86133452b43966f51d020307d9bc6263df8c96516a89ff0621734f21e8d754e13ccc0c32a542d
                """),
        CipherVector(
            source: "NIST CAVS for CCM with 11 octets of nonce", encryption: .aesCCM12,
            keyBits: 256,
            key: """
                7cc8183b8d99e07c4541b8bd5ca7c2328ab80259a4fea92c09759a9b3c9b2739f9d94e
                """,
            iv: "63b53d9d43f61e50",
            associatedData: "57f56b8b575c3d3b1302010c834c96358ed639cf7d149b94b03936e68f57e013",
            text: "3b6c2936b6ef07a68372074fcffa66895fcab1bad58f2c2730db750993d465e4",
            sealed: """
                b0885a33aae5c71d8523c7c62ff41e3dcc63442507784f9e96b888ebbc481f0639af39acd84a8039
                7b728af7
                """),
        CipherVector(
            source: "NIST CAVS for CCM with 11 octets of nonce", encryption: .aesCCM16,
            keyBits: 256,
            key: """
                abd0e9330726e5838c7695d4b6dcf346f98fade3021383773fb0f1a1a1220f2b24a78b
                """,
            iv: "07cbcc0ee633bff5",
            associatedData: "d4db301d03fefd5f87d48cb6b6f17a5dab90658d8eca4d4f160c40904bc73673",
            text: "f5c67d48c1b7e692975acac4a96df93d6cdebcf190ea6ab2358636af5cfe4b3a",
            sealed: """
                836f408772cfc113efbb8021046c5809071bfcdfc03f5bc7e079a86e717c3fcf5cdab233e513e20d
                74d1efb50f3ab5f8
                """),
        CipherVector(
            source: "NIST CAVS for CCM with 11 octets of nonce", encryption: .aesCCM8, keyBits: 192,
            key: "585da096651a04d796e5c568aa9535e029a0ba9e4878d1baee4983",
            iv: "e9a9ffe957bafd9e",
            associatedData: "44a62c05e9e143b1587cf25c6d390a64a4f01305d177996711c4c6",
            text: "85346642c8920f3658e06b913c985cbb0a85cc02ad7a96e96543a4c30fdc5581",
            sealed: """
                fbe55d34bee5e8e75aef2fbf1f7fd4b266ca611e967a61b31c164552ba049c9f240ed1a54074c84e
                """),
        CipherVector(
            source: "NIST CAVS for CCM with 11 octets of nonce", encryption: .aesCCM8, keyBits: 192,
            key: "585da096651a04d796e5c568aa9535e029a0ba9e4878d1baee4983",
            iv: "e9a9ffe957bafd9e",
            associatedData: "44a62c05e9e143b1587cf25c6d390a64a4f01305d177996711c4c6db00563661",
            text: "85346642c8920f3658e06b913c985cbb0a85cc02ad7a96e96543a4",
            sealed: """
                fbe55d34bee5e8e75aef2fbf1f7fd4b266ca611e967a61b31c1645a6e93ca8504e6297
                """),
        CipherVector(
            source: "NIST CAVS for CCM with 11 octets of nonce", encryption: .aesCCM8, keyBits: 192,
            key: "585da096651a04d796e5c568aa9535e029a0ba9e4878d1baee4983",
            iv: "e9a9ffe957bafd9e",
            associatedData: "44a62c05e9e143b1587cf25c6d390a64a4f01305d177996711c4c6",
            text: "85346642c8920f3658e06b913c985cbb0a85cc02ad7a96e96543a4",
            sealed: """
                fbe55d34bee5e8e75aef2fbf1f7fd4b266ca611e967a61b31c164511031648fbb7def1
                """),
        CipherVector(
            source: "NIST CAVS for CCM with 11 octets of nonce", encryption: .aesCCM12,
            keyBits: 192,
            key: "7cc8183b8d99e07c4541b8bd5ca7c2328ab80259a4fea92cf9d94e",
            iv: "63b53d9d43f61e50",
            associatedData: "57f56b8b575c3d3b1302010c834c96358ed639cf7d149b94b03936e68f57e013",
            text: "3b6c2936b6ef07a68372074fcffa66895fcab1bad58f2c2730db750993d465e4",
            sealed: """
                481960bb65a800b826f17f161f3cfc6d866210c551cfef74acc6df28ac366fa03a382450680f401e
                afea4216
                """),
        CipherVector(
            source: "Wycheproof aes_ccm_test.json 264", encryption: .aesCCM16, keyBits: 128,
            key: "1d286e525ec2864d9ea6e7adfbdc49701ad448",
            iv: "79f1947abd503dce",
            associatedData: "1db0eaaaa1e2c848",
            text: "7b40e6c987692d0202cb6f44b423c267dd",
            sealed: """
                84f91f9d35b998598e50feb34dcaa0d260ae4e38cc4b730944bc459df85a536f4e
                """),
        CipherVector(
            source: "Wycheproof aes_ccm_test.json 300", encryption: .aesCCM16, keyBits: 192,
            key: "ffe5d2ad71d432d6cd5f1072ec2acb7d7cde9c5c615d0eb9ea2198",
            iv: "307402a106ea4293",
            associatedData: "f93db4f4aec8afe8",
            text: "c9db4d10d42340ac736271edf9f6581ce8",
            sealed: """
                bd960c7f60392e8d0afb28ba16ea63afd3f2ca88d549dff207d979756d13e865d9
                """),
        CipherVector(
            source: "Wycheproof aes_ccm_test.json 336", encryption: .aesCCM16, keyBits: 256,
            key: """
                b3a06e00100ffc42dbdd5317f43d2b48f8c11e4bd6e9e3edab58e9944c559278f3d24b
                """,
            iv: "362bf12b84b8a66a",
            associatedData: "0242b5e804a79188",
            text: "03b03b45f6f320b99d8158ff8b00f0ad92",
            sealed: """
                d127fd42b2ca4beca9f9ac86b63a1622ef8a499aab9e8f4096da603c6ccfb9ac4a
                """),
        CipherVector(
            source: "RFC 8439 §2.8.2", encryption: .chacha20Poly1305, keyBits: 256,
            key: """
                808182838485868788898a8b8c8d8e8f909192939495969798999a9b9c9d9e9f07000000
                """,
            iv: "4041424344454647",
            associatedData: "50515253c0c1c2c3c4c5c6c7",
            text: """
                4c616469657320616e642047656e746c656d656e206f662074686520636c617373206f6620273939
                3a204966204920636f756c64206f6666657220796f75206f6e6c79206f6e652074697020666f7220
                746865206675747572652c2073756e73637265656e20776f756c642062652069742e
                """,
            sealed: """
                d31a8d34648e60db7b86afbc53ef7ec2a4aded51296e08fea9e2b5a736ee62d63dbea45e8ca96712
                82fafb69da92728b1a71de0a9e060b2905d6a5b67ecd3b3692ddbd7f2d778b8c9803aee328091b58
                fab324e4fad675945585808b4831d7bc3ff4def08e4b7a9de576d26586cec64b61161ae10b594f09
                e26a7e902ecbd0600691
                """),
        CipherVector(
            source: "RFC 8439 §A.5", encryption: .chacha20Poly1305, keyBits: 256,
            key: """
                1c9240a5eb55d38af333888604f6b5f0473917c1402b80099dca5cbc207075c000000000
                """,
            iv: "0102030405060708",
            associatedData: "f33388860000000000004e91",
            text: """
                496e7465726e65742d4472616674732061726520647261667420646f63756d656e74732076616c69
                6420666f722061206d6178696d756d206f6620736978206d6f6e74687320616e64206d6179206265
                20757064617465642c207265706c616365642c206f72206f62736f6c65746564206279206f746865
                7220646f63756d656e747320617420616e792074696d652e20497420697320696e617070726f7072
                6961746520746f2075736520496e7465726e65742d447261667473206173207265666572656e6365
                206d6174657269616c206f7220746f2063697465207468656d206f74686572207468616e20617320
                2fe2809c776f726b20696e2070726f67726573732e2fe2809d
                """,
            sealed: """
                64a0861575861af460f062c79be643bd5e805cfd345cf389f108670ac76c8cb24c6cfc18755d43ee
                a09ee94e382d26b0bdb7b73c321b0100d4f03b7f355894cf332f830e710b97ce98c8a84abd0b9481
                14ad176e008d33bd60f982b1ff37c8559797a06ef4f0ef61c186324e2b3506383606907b6a7c02b0
                f9f6157b53c867e4b9166c767b804d46a59b5216cde7a4e99040c5a40433225ee282a1b0a06c523e
                af4534d7f83fa1155b0047718cbc546a0d072b04b3564eea1b422273f548271a0bb2316053fa7699
                1955ebd63159434ecebb4e466dae5a1073a6727627097a1049e617d91d361094fa68f0ff77987130
                305beaba2eda04df997b714d6c6f2c29a6ad5cb4022b02709beead9d67890cbb22392336fea1851f
                38
                """),
        CipherVector(
            source: "RFC 7634 §A", encryption: .chacha20Poly1305, keyBits: 256,
            key: """
                808182838485868788898a8b8c8d8e8f909192939495969798999a9b9c9d9e9fa0a1a2a3
                """,
            iv: "1011121314151617",
            associatedData: "0102030400000005",
            text: """
                45000054a6f200004001e778c6336405c000020508005b7a3a080000553bec100007362708090a0b
                0c0d0e0f101112131415161718191a1b1c1d1e1f202122232425262728292a2b2c2d2e2f30313233
                3435363701020204
                """,
            sealed: """
                24039428b97f417e3c13753a4f05087b67c352e6a7fab1b982d466ef407ae5c614ee8099d52844eb
                61aa95dfab4c02f72aa71e7c4c4f64c9befe2facc638e8f3cbec163fac469b502773f6fb94e664da
                9165b82829f641e076aaa8266b7fb0f7b11b369907e1ad43
                """),
        CipherVector(
            source: "RFC 7634 §B", encryption: .chacha20Poly1305, keyBits: 256,
            key: """
                808182838485868788898a8b8c8d8e8f909192939495969798999a9b9c9d9e9fa0a1a2a3
                """,
            iv: "1011121314151617",
            associatedData: "c0c1c2c3c4c5c6c7d0d1d2d3d4d5d6d72e202500000000090000004529000029",
            text: "0000000c000040010000000a00",
            sealed: "610394701f8d017f7c129248896b71bfe25236efd7cdc67066906315b2"),
        CipherVector(
            source: "McGrew and Viega, test case 4, shortened", encryption: .aesGCM8, keyBits: 128,
            key: "feffe9928665731c6d6a8f9467308308cafebabe",
            iv: "facedbaddecaf888",
            associatedData: "feedfacedeadbeeffeedfacedeadbeefabaddad2",
            text: """
                d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a721c3c0c9595680953
                2fcf0e2449a6b525b16aedf5aa0de657ba637b39
                """,
            sealed: """
                42831ec2217774244b7221b784d0d49ce3aa212f2c02a4e035c17e2329aca12e21d514b25466931c
                7d8f6a5aac84aa051ba30b396a0aac973d58e0915bc94fbc3221a5db
                """),
        CipherVector(
            source: "McGrew and Viega, test case 4, shortened", encryption: .aesGCM12, keyBits: 128,
            key: "feffe9928665731c6d6a8f9467308308cafebabe",
            iv: "facedbaddecaf888",
            associatedData: "feedfacedeadbeeffeedfacedeadbeefabaddad2",
            text: """
                d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a721c3c0c9595680953
                2fcf0e2449a6b525b16aedf5aa0de657ba637b39
                """,
            sealed: """
                42831ec2217774244b7221b784d0d49ce3aa212f2c02a4e035c17e2329aca12e21d514b25466931c
                7d8f6a5aac84aa051ba30b396a0aac973d58e0915bc94fbc3221a5db94fae95a
                """),
    ]
}
