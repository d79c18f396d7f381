/// What `help` says of a command.
struct HelpTopic {
    let verb: String
    let synopsis: String
    let text: String

    static let all = [
        HelpTopic(
            verb: "get",
            synopsis: "get stats|debug|defaults, get ikesa ID, get childsa SPI, get rule LABEL",
            text: "shows one thing; ID is the local and the remote address, or both SPIs"),
        HelpTopic(
            verb: "set", synopsis: "set debug LEVEL",
            text: "changes what is logged: categories joined by + or -, such as op+phase1"),
        HelpTopic(
            verb: "dump",
            synopsis: "dump ikesa|childsa|rule|preshared|certcache|event|groups|encralgs|authalgs",
            text: "shows all of a kind"),
        HelpTopic(
            verb: "del", synopsis: "del ikesa ID, del childsa SPI",
            text: "deletes an SA and tells the peer"),
        HelpTopic(verb: "flush", synopsis: "flush ikesa", text: "deletes every IKE SA"),
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
            verb: "read", synopsis: "read rule",
            text: "reads rules, keys and certificates anew, as SIGHUP does"),
        HelpTopic(
            verb: "help", synopsis: "help [COMMAND]", text: "lists the commands, or explains one"),
        HelpTopic(verb: "exit", synopsis: "exit, quit", text: "ends the conversation"),
    ]
}
