/// What `help` says of a command.
struct HelpTopic {
    let verb: String
    let synopsis: String
    let text: String

    static let all = [
        HelpTopic(
            verb: "get",
            synopsis: "get stats|debug|priv|defaults, get ikesa ID, get childsa SPI, "
                + "get rule|preshared LABEL",
            text: "shows one thing; ID is the local and the remote address, or both SPIs"),
        HelpTopic(
            verb: "set", synopsis: "set debug LEVEL [FILE], set priv base|modkeys|keymat",
            text: "changes what is logged: categories joined by + or -, such as op+phase1, into a "
                + "file until a refresh; or lowers how much of keys may be touched"),
        HelpTopic(
            verb: "dump",
            synopsis: "dump ikesa|childsa|rule|preshared|certcache|event|groups|encralgs|authalgs",
            text: "shows all of a kind"),
        HelpTopic(
            verb: "add", synopsis: "add rule|preshared FILE, add rule|preshared { ... }",
            text: "adds what the file, or the braces, say as ikev2.config(5) and "
                + "ikev2.preshared(5) do, until the next refresh; keys in braces only in a "
                + "conversation"),
        HelpTopic(
            verb: "read", synopsis: "read rule|preshared|certcache [FILE]",
            text: "puts what a file says in place of what is in force; without one, the daemon's "
                + "own"),
        HelpTopic(
            verb: "write", synopsis: "write rule|preshared|certcache [FILE]",
            text: "writes what is in force to a new file, or to standard output"),
        HelpTopic(
            verb: "del",
            synopsis: "del ikesa ID, del childsa SPI, del rule LABEL, del preshared LABEL",
            text: "deletes an SA and tells the peer, or takes away a rule with its SAs, or a key"),
        HelpTopic(
            verb: "flush", synopsis: "flush ikesa|certcache",
            text: "deletes every IKE SA, or forgets what others have answered about certificates"),
        HelpTopic(
            verb: "rekey", synopsis: "rekey ikesa ID, rekey childsa SPI",
            text: "has an SA take another's place now"),
        HelpTopic(
            verb: "initiate", synopsis: "initiate LABEL",
            text: "brings up the SAs of a rule without waiting for traffic"),
        HelpTopic(
            verb: "explain", synopsis: "explain LOCAL REMOTE",
            text: "says why there is, or is not, an SA between two addresses, ours first"),
        HelpTopic(
            verb: "watch", synopsis: "watch [SECONDS]",
            text: "shows SAs, rates and events as they come, until interrupted"),
        HelpTopic(
            verb: "token", synopsis: "token login|logout NAME",
            text: "asks for the PIN of a token and has it tried, or has PIN and keys forgotten"),
        HelpTopic(
            verb: "help", synopsis: "help [COMMAND]", text: "lists the commands, or explains one"),
        HelpTopic(verb: "exit", synopsis: "exit, quit", text: "ends the conversation"),
    ]
}
