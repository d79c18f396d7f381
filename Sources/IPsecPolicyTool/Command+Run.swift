import Console
import Daemon
import IPsec
import IPsecPolicy
import Policy

extension Command {
    /// Does it; returns what goes to standard output.
    func run() throws(ToolFailure) -> String {
        switch verb {
        case .check(let path):
            let file = try EntryFile(path, owner: .caller)
            try file.tell(isQuiet: isQuiet)
            let count = file.wanted.count
            Terminal.complain(
                "\(count) \(count == 1 ? "entry" : "entries"): \(file.report.summary)")
        case .listEntries:
            let loading = try Loading(stateFile)
            return Listing(loading.loaded, loading.kernel).entries
        case .listPolicies(let all):
            let loading = try Loading(stateFile)
            let tunnel: Listing.Scope = all && interface == nil ? .all : .one(interface)
            return Listing(loading.loaded, loading.kernel).policies(
                of: tunnel, isNumeric: isNumeric)
        case .add(let path):
            try load(path) { wanted, loading throws(Plan.Clash) in
                try Plan.adding(wanted, to: loading.loaded, in: loading.kernel)
            }
        case .replace(let path):
            try load(path) { wanted, loading throws(Plan.Clash) in
                try Plan.replacing(loading.loaded, with: wanted, in: loading.kernel)
            }
        case .delete(let index): try delete(index)
        case .flush(let all):
            try remove(forgetting: all) { all || $0.interface == interface }
        }
        return ""
    }

    private func load(
        _ path: String, _ plan: ([Plan.Wanted], Loading) throws(Plan.Clash) -> Plan
    ) throws(ToolFailure) {
        var file = try EntryFile(path)
        try file.tell(isQuiet: isQuiet)
        let loading = try Loading(stateFile)
        let changes: Plan
        do throws(Plan.Clash) {
            changes = try plan(file.wanted, loading)
        } catch {
            file.add(error)
            try file.tell(isQuiet: true)
            return
        }
        try loading.carryOut(changes)
    }

    private func delete(_ index: UInt32) throws(ToolFailure) {
        var isFound = false
        try remove { item in
            let isMeant = item.number == index && item.interface == interface
            isFound = isFound || isMeant
            return isMeant
        }
        guard isFound else {
            throw ToolFailure("there is no entry \(index) \(Listing.Scope.one(interface).words)")
        }
    }

    private func remove(
        forgetting: Bool = false, where fits: (LoadedPolicy.Item) -> Bool
    ) throws(ToolFailure) {
        let loading = try Loading(stateFile, forgetting: forgetting)
        try loading.carryOut(
            .removing(from: loading.loaded, in: loading.kernel, where: fits))
    }
}
