/// Which jobs go before which, strictly.
public enum Precedence: Sendable {
    /// What somebody waits for in the middle of an exchange: as many as there are exchanges.
    case urgent
    /// What newcomers want. Nobody knows how many they are, so these alone may be refused.
    case ordinary
    /// What can be done ahead while nobody waits for anything: as much as its owner has use for.
    case spare
}
