import Wire

// Curve25519 and Curve448.
extension EdgeVector {
    /// Project Wycheproof, x25519_test.json.
    static let curve25519 = table(
        .curve25519,
        """
        1 | c8a9d5a91091ad851c668b0736c1c9a02936c0d3ad62670858088047ba057475
        | 504a36999f489cd2fdbc08baff3d88fa00569ba986cba22548ffde80f9806829
        | 436a2c040cf45fea9b29a0cb81b1f41458f863d0d61b453d0a982720d6d61320

        2 | d85d8c061a50804ac488ad774ac716c3f5ba714b2712e048491379a500211958
        | 63aa40c6e38346c5caf23a6df0a5e6c80889a08647e551b3563449befcfc9733
        | 279df67a7c4611db4708a0e8282b195e5ac0ed6f4b2f292c6fbd0acac30d1332

        3 | c8b45bfd32e55325d9fd648cb302848039000b390e44d521e58aab3b29a6964b
        | 0f83c36fded9d32fadf4efa3ae93a90bb5cfa66893bc412c43fa7287dbb99779
        | 4bc7e01e7d83d6cf67632bf90033487a5fc29eba5328890ea7b1026d23b9a45f

        4 | f876e34bcbe1f47fbc0fddfd7c1e1aa53d57bfe0f66d243067b424bb6210be51
        | 0b8211a2b6049097f6871c6c052d3c5fc1ba17da9e32ae458403b05bb283092a
        | 119d37ed4b109cbd6418b1f28dea83c836c844715cdf98a3a8c362191debd514

        32 | none
        | 0000000000000000000000000000000000000000000000000000000000000000
        | none

        33 | none
        | 0100000000000000000000000000000000000000000000000000000000000000
        | none

        63 | none
        | e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800
        | none

        64 | none
        | 5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157
        | none

        65 | none
        | ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f
        | none

        66 | none
        | e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b880
        | none

        67 | none
        | 5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f11d7
        | none

        68 | none
        | ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff
        | none

        74 | none
        | edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f
        | none

        75 | none
        | eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f
        | none

        76 | none
        | 0000000000000000000000000000000000000000000000000000000000000080
        | none

        77 | none
        | 0100000000000000000000000000000000000000000000000000000000000080
        | none

        81 | none
        | edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff
        | none

        82 | none
        | eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff
        | none

        87 | 0016b62af5cabde8c40938ebf2108e05d27fa0533ed85d70015ad4ad39762d54
        | efffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f
        | b4d10e832714972f96bd3382e4d082a21a8333a16315b3ffb536061d2482360d

        88 | d83650ba7cec115881916255e3fa5fa0d6b8dcf968731bd2c9d2aec3f561f649
        | f0ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f
        | 515eac8f1ed0b00c70762322c3ef86716cd2c51fe77cec3d31b6388bc6eea336

        89 | 88dd14e2711ebd0b0026c651264ca965e7e3da5082789fbab7e24425e7b4377e
        | f1ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f
        | 6919992d6a591e77b3f2bacbd74caf3aea4be4802b18b2bc07eb09ade3ad6662

        90 | 98c2b08cbac14e15953154e3b558d42bb1268a365b0ef2f22725129d8ac5cb7f
        | ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f
        | 9c034fcd8d3bf69964958c0105161fcb5d1ea5b8f8abb371491e42a7684c2322

        91 | c0697b6f05e0f3433b44ea352f20508eb0623098a7770853af5ca09727340c4e
        | 0200000000000000000000000000000000000000000000000000000000000080
        | ed18b06da512cab63f22d2d51d77d99facd3c4502e4abf4e97b094c20a9ddf10

        92 | 18422b58a18e0f4519b7a887b8cfb649e0bfe4b34d75963350a9944e5b7f5b7e
        | 0300000000000000000000000000000000000000000000000000000000000080
        | 448ce410fffc7e6149c5abec0ad5f3607dfde8a34e2ac3243c3009176168b432

        93 | 20620d82487707bedf9ee3549e95cb9390d2618f50cf6acba47ffaa103224a6f
        | 0400000000000000000000000000000000000000000000000000000000000080
        | 03a633df01480d0d5048d92f51b20dc1d11f73e9515c699429b90a4f6903122a

        94 | 285a6a7ceeb7122f2c78d99c53b2a902b490892f7dff326f89d12673c3101b53
        | daffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff
        | 9b01287717d72f4cfb583ec85f8f936849b17d978dbae7b837db56a62f100a68

        95 | c8e0330ae9dceeff887fba761225879a4bd2e0db08799244136e4721b2c88970
        | dbffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff
        | dfe60831c9f4f96c816e51048804dbdc27795d760eced75ef575cbe3b464054b

        96 | 10db6210fc1fb13382472fa1787b004b5d11868ab3a79510e0cee30f4a6df26b
        | dcffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff
        | 50bfa826ca77036dd2bbfd092c3f78e2e4a1f980d7c8e78f2f14dca3cce5cc3c

        97 | 9041c6e044a277df8466275ca8b5ee0da7bc028648054ade5c592add3057474e
        | eaffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff
        | 13da5695a4c206115409b5277a934782fe985fa050bc902cba5616f9156fe277

        98 | b8d499041a6713c0f6f876db7406587fdb44582f9542356ae89cfa958a34d266
        | ebffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff
        | 63483b5d69236c63cddbed33d8e22baecc2b0ccf886598e863c844d2bf256704

        99 | c85f08e60c845f82099141a66dc4583d2b1040462c544d33d0453b20b1a6377e
        | ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff
        | e9db74bc88d0d9bf046ddd13f943bccbe6dbb47d49323f8dfeedc4a694991a3c

        103 | 60a3a4f130b98a5be4b1cedb7cb85584a3520e142d474dc9ccb909a073a9767f
        | b7b6d39c765cb60c0c8542f4f3952ffb51d3002d4aeb9f8ff988b192043e6d0a
        | 0200000000000000000000000000000000000000000000000000000000000000

        104 | 60a3a4f130b98a5be4b1cedb7cb85584a3520e142d474dc9ccb909a073a9767f
        | 3b18df1e50b899ebd588c3161cbd3bf98ebcc2c1f7df53b811bd0e91b4d5153d
        | 0900000000000000000000000000000000000000000000000000000000000000

        105 | 60a3a4f130b98a5be4b1cedb7cb85584a3520e142d474dc9ccb909a073a9767f
        | cab6f9e7d8ce00dfcea9bbd8f069ef7fb2ac504abf83b87db601b5ae0a7f7615
        | 1000000000000000000000000000000000000000000000000000000000000000

        106 | 60a3a4f130b98a5be4b1cedb7cb85584a3520e142d474dc9ccb909a073a9767f
        | 4977d0d897e1ba566590f60f2eb0db6f7b24c13d436918ccfd32708dfad7e247
        | feffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff3f

        107 | 60a3a4f130b98a5be4b1cedb7cb85584a3520e142d474dc9ccb909a073a9767f
        | 98730bc03e29e8b057fb1d20ef8c0bffc822485d3db7f45f4e3cc2c3c6d1d14c
        | fcffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff3f

        108 | 60a3a4f130b98a5be4b1cedb7cb85584a3520e142d474dc9ccb909a073a9767f
        | 97b4fff682df7f096cd1756569e252db482d45406a3198a1aff282a5da474c49
        | f9ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff3f

        109 | 60a3a4f130b98a5be4b1cedb7cb85584a3520e142d474dc9ccb909a073a9767f
        | 317781b0163bae74accc06c0d44ef9a911a22b0d37faf7726621591f9343ea2f
        | f3ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff3f

        110 | 60a3a4f130b98a5be4b1cedb7cb85584a3520e142d474dc9ccb909a073a9767f
        | 7e26f8f24cb590027f9d1bc49b0e1a242c7d8f43624d3e8fab28ee08e02cb45e
        | ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff03

        111 | 60a3a4f130b98a5be4b1cedb7cb85584a3520e142d474dc9ccb909a073a9767f
        | e96d2780e5469a74620ab5aa2f62151d140c473320dbe1b028f1a48f8e76f95f
        | e5ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f

        112 | 60a3a4f130b98a5be4b1cedb7cb85584a3520e142d474dc9ccb909a073a9767f
        | 8d612c5831aa64b057300e7e310f3aa332af34066fefcab2b089c9592878f832
        | e3ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f

        113 | 60a3a4f130b98a5be4b1cedb7cb85584a3520e142d474dc9ccb909a073a9767f
        | 8d44108d05d940d3dfe5647ea7a87be24d0d036c9f0a95a2386b839e7b7bf145
        | ddffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f

        114 | 60a3a4f130b98a5be4b1cedb7cb85584a3520e142d474dc9ccb909a073a9767f
        | 21a35d5db1b6237c739b56345a930aeee373cdcfb4701266782a8ac594913b29
        | dbffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f

        115 | 60a3a4f130b98a5be4b1cedb7cb85584a3520e142d474dc9ccb909a073a9767f
        | 3e5efb63c352ce942762482bc9337a5d35ba55664743ac5e93d11f957336cb10
        | 0000000000000000000000000000000000000000000000000000000000000002

        116 | 60a3a4f130b98a5be4b1cedb7cb85584a3520e142d474dc9ccb909a073a9767f
        | 8e41f05ea3c76572be104ad8788e970863c6e2ca3daae64d1c2f46decfffa571
        | 0000000000000000000000000000000000000000000000000000000000008000

        513 | 4855555555555555555555555555555555555555555555555555555555555555
        | 3e3e7708ef72a6dd78d858025089765b1c30a19715ac19e8d917067d208e0666
        | 63ef7d1c586476ec78bb7f747e321e01102166bf967a9ea9ba9741f49d439510

        514 | 4855555555555555555555555555555555555555555555555555555555555555
        | 9f40bb30f68ab67b1c4b8b664982fdab04ff385cd850deac732f7fb705e6013a
        | 8b98ef4d6bf30df7f88e58d51505d37ed6845a969fe598747c033dcd08014065
        """)

    /// Project Wycheproof, x448_test.json.
    static let curve448 = table(
        .curve448,
        """
        1 | e41c63d5159c89de12163fde9d04cf1f430f346b8b2c1f2a4b1f5aee63d17aec29d4b1debf8b6457
        e7809d2b15ff9779c97becb04b824efa
        | f8073fc01c8358362c08740c914b419847ef1e409f4e40d9440febc26f00551adb1c37c6c2a87d82
        83b8cb453e928a0d42793f72894e0f81
        | acd496ceb5f68bf9c267196b405f59701a40ec88744b7e5e60bf8f81e8b13df448efe402001750ed
        b0b695a0512f08c572a2e356493d170b

        2 | fcb4ed3afa64c84b7844965c848ad88819241911cd65d35a2bc26a073c08d8e191bcfa04b2dbd94e
        219f746df929d3298e03afeb73b4fbdb
        | f8d9144304bd8c4d1fa68957026fc5c1b75020365b0991d2eb1541a4dfa3f15e7a70285cd3828b52
        9bece021d3e03a415e4f8c02eb89ef19
        | 3f97c3f87b967daac4e5d12eae05a80c751c3b3e1070886b083e90bb8f63cf76aea0cd4bf5032187
        e52b1d0513c96f1ac830debcd37887ab

        3 | fcc89042abb558baf32bb9a7f9ea4b274e10e13db65beedb2aca58ea95c0e08412abdd4c56843ee9
        e21549bdca1101fd0ca0f30de6ebce8e
        | 08ebf6edaa4f1e97f7675e9839c6349f71d842ef0efe1e21177b53dc409270457bb1ea58e576f5cc
        c682e92ccc9ff3c6542a0a6ecd32e7e0
        | 03aa74c7300243385804133a750635a9e0d5ab8d46126abaa9595660da172e9b1fe92902bb716971
        22f0d6c3ff45b2a897b777380ffe492c

        4 | e0aae96d22fa49d324601bb8b2dd9f736709df557b8cb469d6e2befa8635998f51222adea9741058
        8c5f5f4ef61887c94fea9a4e332445bc
        | 69a438c30c11b4ed559c03ab430a64efb01c98fe6232803c0767a40328326da28c3491e19151b4a8
        13aadf6c9663d6dcd4cc9b076c7e9fb5
        | c0853dba672e8c3e05de82d344de1c72fcd9c8391b177f363397818270e928bb0de2e550128a6f4e
        a6de579308e7c3d823b3e65116df43b3

        32 | none
        | 00000000000000000000000000000000000000000000000000000000000000000000000000000000
        00000000000000000000000000000000
        | none

        33 | none
        | 01000000000000000000000000000000000000000000000000000000000000000000000000000000
        00000000000000000000000000000000
        | none

        63 | none
        | fefffffffffffffffffffffffffffffffffffffffffffffffffffffffeffffffffffffffffffffff
        ffffffffffffffffffffffffffffffff
        | none

        67 | c05bd19c61d1c2c0e79414345cfb9c138eed88054fac8f74b2c4b5e1e817aaad629d159903bef40c
        10c85a8b90b8433c7f35248d72bea2d1
        | 00000000000000000000000000000000000000000000000000000000000000000000000000000000
        00000000000000000000000000000080
        | 7ad5210b70f2a7f4f2fe306ce098e3ad3065cafd6f5a8d3e04df33da7189d449bacc8564ed5b9f15
        32e87374eae9d951f45c383ba9d80585

        68 | c05bd19c61d1c2c0e79414345cfb9c138eed88054fac8f74b2c4b5e1e817aaad629d159903bef40c
        10c85a8b90b8433c7f35248d72bea2d1
        | 01000000000000000000000000000000000000000000000000000000000000000000000000000000
        00000000000000000000000000000080
        | 25a8e034c3963e0765fb59e6b88558cd674ac2dd2b310221ecf33d168b9faf5fe94253af64297b9a
        061bfa93d6e3eb919a51586feb955c6c

        69 | c05bd19c61d1c2c0e79414345cfb9c138eed88054fac8f74b2c4b5e1e817aaad629d159903bef40c
        10c85a8b90b8433c7f35248d72bea2d1
        | fefffffffffffffffffffffffffffffffffffffffffffffffffffffffeffffffffffffffffffffff
        ffffffffffffffffffffffffffffff7f
        | 856b8707b16e1b21dfc547fdb04c61a4aed9f9001f3f26404901e9ba30933cdd7ca9e2a0e5770058
        8eb8576312ead8ee5791a8ecff32efaa

        70 | none
        | fffffffffffffffffffffffffffffffffffffffffffffffffffffffffeffffffffffffffffffffff
        ffffffffffffffffffffffffffffffff
        | none

        71 | none
        | 00000000000000000000000000000000000000000000000000000000ffffffffffffffffffffffff
        ffffffffffffffffffffffffffffffff
        | none

        72 | 640b7820d3c9bc49d685fb8074fe9842522f9c5ad334da17a647c6bdae72454ccd25ca3372b610eb
        f89c0a336b4fd59a82f6875f37dc86e4
        | 01000000000000000000000000000000000000000000000000000000ffffffffffffffffffffffff
        ffffffffffffffffffffffffffffffff
        | 486806126fa8fd7b255915560d4d54ada9acc05b1b5464cf7b5f11671ff0076b2a3888652855c281
        8bc28ba3c7b344cb1006143bfe1a971e

        73 | 04516dd70bfe7392de61cf352ece15c23e2a642152fe40e962c05383d4f8ebd45482e1b3c04a3664
        457f98dfa83719a5280639c5a12dcb94
        | 02000000000000000000000000000000000000000000000000000000ffffffffffffffffffffffff
        ffffffffffffffffffffffffffffffff
        | cc0eef3696a62cbfe4c585514a90a7e12ec24e101e8458ebfbe75d9db7a826607416d3f2a69d7ac6
        c03f27e1e225ee75677278fc2f26dd9b

        74 | fca784f039798be596afeedaec5b3868f0c8298927721fb82ad04546b7e4c4f42fa1fc3fc7d12f43
        f5a2e8a96362fcc71a34b44b559e0b96
        | 03000000000000000000000000000000000000000000000000000000ffffffffffffffffffffffff
        ffffffffffffffffffffffffffffffff
        | a729e6ece3db18b7e9423be4e7fae18caa291e61ce84b608569ab461b270724fd92f3e2b8086fe06
        7673ca7ac05357ee701d69e4056d5b4b

        75 | 742b8c0b0ab0104a9ef9634c0aad023f35e41fb953717121ce4c2aebc1a128e7c0431cd1347a6241
        685f7174a8512d417ebaaa46ee780a8a
        | ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff
        ffffffffffffffffffffffffffffffff
        | d92b02d7bb9952f4ca826b2b51f1a3d4de1fd4459f0d019853f3a960d54f3354d8e40fb28d1be656
        37bb7dba0571ff83797b7106c7497459

        76 | none
        | 00000000000000000000000000000000000000000000000000000000000000000000000000000000
        0000000000000000000000000000000001
        | none

        77 | none
        | 01000000000000000000000000000000000000000000000000000000000000000000000000000000
        0000000000000000000000000000000001
        | none

        89 | 70ef97865bee47cf00de84606408e2701ad8bf6ed311039764a3a4f130b98a5be4b1cedb7cb85584
        a3520e142d474dc9ccb909a073a976bf
        | b91a0c5ad497d95f15df62e4231edaaaab21d82953fcde09eab164209745aab6fe9d353a0da328fa
        8147939e63ad56d1c0d2c0bddd95da50
        | 05000000000000000000000000000000000000000000000000000000000000000000000000000000
        00000000000000000000000000000000

        90 | 70ef97865bee47cf00de84606408e2701ad8bf6ed311039764a3a4f130b98a5be4b1cedb7cb85584
        a3520e142d474dc9ccb909a073a976bf
        | 7bae316c8fb6d759a3be625bb7c5e75ec64e3cb7dedd3dfa05771146af2dc45e6424489b3d96f631
        37ab3caa9d261c49a214662804af4846
        | efffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff
        ffffffffffffffffffffffffffffff7f

        91 | 70ef97865bee47cf00de84606408e2701ad8bf6ed311039764a3a4f130b98a5be4b1cedb7cb85584
        a3520e142d474dc9ccb909a073a976bf
        | c551027288f77364659079b5db7368b4cf8fd6f1d70dc1f145a33e85d371e07a3afead484a0eadf0
        ba5d043bc27ea195f2005310beea24a0
        | f1ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff
        ffffffffffffffffffffffffffffff7f

        92 | 70ef97865bee47cf00de84606408e2701ad8bf6ed311039764a3a4f130b98a5be4b1cedb7cb85584
        a3520e142d474dc9ccb909a073a976bf
        | d3c530279c9b5ace0519dee32ee932c320425d717f559b34ca8e24540fb76fd9ace7785e529116b2
        20b06f5ec0ba4a05237fcfd00ba3c7de
        | fcffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff
        ffffffffffffffffffffffffffffff7f

        93 | 70ef97865bee47cf00de84606408e2701ad8bf6ed311039764a3a4f130b98a5be4b1cedb7cb85584
        a3520e142d474dc9ccb909a073a976bf
        | 43b61e502c662f9c9a0639d2af3e88de77b3b70bc3bb2abeaba39dd5e7132dddcf14a18d9d7ca401
        3a33b54787afded9d87d5d67d43c30d6
        | fdffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff
        ffffffffffffffffffffffffffffff7f

        94 | 70ef97865bee47cf00de84606408e2701ad8bf6ed311039764a3a4f130b98a5be4b1cedb7cb85584
        a3520e142d474dc9ccb909a073a976bf
        | 2ee034147e21fd9fc99568348e88289c9d8c8391d25150fae89f763fb64f962cb84ad314c2960871
        b95111bb0f1801114c3a1216bee7edd6
        | f2fffffffffffffffffffffffffffffffffffffffffffffffffffffffeffffffffffffffffffffff
        ffffffffffffffffffffffffffffffff

        95 | 70ef97865bee47cf00de84606408e2701ad8bf6ed311039764a3a4f130b98a5be4b1cedb7cb85584
        a3520e142d474dc9ccb909a073a976bf
        | ebad9b8e2e7fdfd6c93e2f3cf4e81be7bbfb34e6de7bbaef9c957d3a0324f9781950c70392ee5358
        7931c3f1ad3050597d07644f0e8a0ab3
        | f9fffffffffffffffffffffffffffffffffffffffffffffffffffffffeffffffffffffffffffffff
        ffffffffffffffffffffffffffffffff

        96 | 70ef97865bee47cf00de84606408e2701ad8bf6ed311039764a3a4f130b98a5be4b1cedb7cb85584
        a3520e142d474dc9ccb909a073a976bf
        | 6a2bc133f7c84d9c2339a7e9ea8dcdb7f6d051fc5db9279c9f6e0aff35176cfd3b11e7e6c2eec520
        5bfe82612d2b0b3df673452036c53fb8
        | fafffffffffffffffffffffffffffffffffffffffffffffffffffffffeffffffffffffffffffffff
        ffffffffffffffffffffffffffffffff

        505 | fcffffffffffffffffffffffffffffffffffffffffffffffffffffffa9aaaaaaaaaaaaaaaaaaaaaa
        aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa
        | f8de0d52427ddc57d9fe1d9bf9f3704d7d43a2633307374a8b05bb6e422a7085a8dbee3ccc28ad32
        8ea3c8cea637ad3c2913ae4ffc1f7638
        | 5232fe8457ba910cb886bda0da97754bf7132f61481939808673db29e318cbdce8561c78062ad948
        64ba5c820454766d0255bec1db695147

        506 | fcffffffffffffffffffffffffffffffffffffffffffffffffffffffa9aaaaaaaaaaaaaaaaaaaaaa
        aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa
        | dc81ef1956cd123f034ad6bb835849e1d45e6fa917c1510f66e3d8ce55f3a7d6754314c589a35dd8
        ef28c8276203d12c6525b8ae7fec3493
        | 341c3aeb0551108fc80d22d98c2683a6eb68967420c1e033fc22c41f4f3ab8d82d643425d2675f44
        f42d03b998484e62f35b915c1d4bf434
        """)
}
