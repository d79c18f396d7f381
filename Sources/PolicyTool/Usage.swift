import Policy

/// What `kmfcfg help` says.
enum Usage {
    static let hint = "kmfcfg: 'kmfcfg help' shows the usage, kmfcfg(1) all attributes"

    static var text: String {
        var text = """
            usage: kmfcfg create [dbfile=file] policy=name [attribute=value]...
                   kmfcfg modify [dbfile=file] policy=name [attribute=value]...
                   kmfcfg delete [dbfile=file] policy=name
                   kmfcfg list [dbfile=file] [policy=name]
                   kmfcfg import [dbfile=file] policy=name infile=file
                   kmfcfg export [dbfile=file] policy=name outfile=file
                   kmfcfg help

            dbfile is \(PolicyDatabase.defaultFile) unless told otherwise.

            attributes of create and modify:

            """
        for attribute in PolicyAttribute.allCases {
            text += "    \(attribute.name)=\(attribute.summary)\n"
        }
        text += "\nwhat modify takes away:\n    attribute=\n"
        for (name, _) in Command.removals { text += "    \(name)=true\n" }
        return text
    }
}
