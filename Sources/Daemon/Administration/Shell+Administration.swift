import Keystore
import IPsec
import Admin
import CLinux
import Crypto
import IKE
import Kernel
import Net
import Policy
import Reactor
import Wire

// What ikeadm(8) asks for.

extension Shell {
    /// Listens where ikeadm(8) connects. Without that socket the daemon serves its peers all the same.
    func listenForAdministrators() {
        guard let listener else { return }
        do throws(ReactorError) {
            administration = try AdminServer(
                listener, on: loop,
                standing: { [unowned(unsafe) self] peer in standing(of: peer) },
                answer: { [unowned(unsafe) self] petition in answer(petition) })
        } catch {
            sink.write(.warning, "ikeadm cannot connect: \(error)")
        }
    }

    private func standing(of peer: LocalStream.Peer) -> AdminConnection.Standing? {
        if peer.user == 0 || peer.user == geteuid() { return .administrator }
        return peer.groups.contains(getegid()) ? .reader : nil
    }

    private func answer(_ petition: Petition) -> Answer {
        let request = petition.request
        if request.changes, logs(.op) {
            sink.write(.notice, "ikeadm: \(request.words.joined(separator: " "))")
        }
        guard request.privilege <= privilege else {
            return Answer(
                failure: "privilege level '\(request.privilege.name)' is needed, and it is "
                    + "'\(privilege.name)'")
        }
        let showsKeys = petition.standing == .administrator && privilege == .keyMaterial
        return switch request {
        case .get(let setting): answer(setting)
        case .show(let name): answer(name, showsKeys: showsKeys)
        case .dump(let collection, let details):
            answer(collection, details: details, showsKeys: showsKeys)
        case .add(let object, let origin): add(object, origin, petition.enclosed)
        case .read(let store, let file): read(store, file, petition.enclosed)
        case .write(let store): write(store)
        case .delete(.rule(let label)): deleteRule(label)
        case .delete(.presharedKey(let label)): deleteKey(label)
        case .delete(let name):
            change(name, "deleted", { .deleteIKESA($0) }, { .deleteChildSA($0) })
        case .rekey(let name):
            change(name, "being rekeyed", { .rekeyIKESA($0) }, { .rekeyChildSA($0) })
        case .flush: flush()
        case .flushCertificates: flushCertificates()
        case .initiate(let label): initiate(label)
        case .explain(let local, let remote): explain(local, remote)
        case .setDebug(let level, _): setDebug(level, petition.descriptor)
        case .setPrivilege(let level): setPrivilege(level)
        case .login(let token): logIn(to: token, petition.enclosed)
        case .logout(let token): logOut(of: token)
        }
    }

    // MARK: One of a kind

    private func answer(_ setting: Request.Setting) -> Answer {
        switch setting {
        case .stats: Answer([Value(engine.counters(), loop.turnTimes)])
        case .debug: Answer([.object([Value.Member("debug", .text("\(engine.debugCategories)"))])])
        case .privilege: Answer([.object([Value.Member("priv", .text(privilege.name))])])
        case .defaults: Answer([Value(defaultsOf: Properties(), Lifetimes())])
        }
    }

    /// - Parameter descriptor: a file in place of the log, until this or a refresh is asked for.
    private func setDebug(_ level: String, _ descriptor: Descriptor?) -> Answer {
        guard let categories = DebugCategories(parsing: level) else {
            return Answer(
                failure: "'\(level)' is no debug level; expected categories joined by + or -")
        }
        do throws(Failure) {
            try sink.divert(to: descriptor)
        } catch {
            return Answer(failure: error.message)
        }
        engine.debugCategories = categories
        return Answer(done: "debug level: \(categories)")
    }

    private func setPrivilege(_ level: Privilege) -> Answer {
        guard level <= privilege else {
            return Answer(
                failure: "the privilege level is '\(privilege.name)', and can only be lowered; "
                    + "a restart brings it back")
        }
        privilege = level
        return Answer(done: "privilege level: \(level.name)")
    }

    private func initiate(_ label: String) -> Answer {
        guard engine.configuredRules.contains(where: { $0.label == label }) else {
            return noRule(label)
        }
        handle(.administrator(.initiate(label: label)))
        return Answer(done: "initiating what rule '\(label)' is for")
    }

    func noRule(_ label: String) -> Answer {
        Answer(failure: "there is no rule '\(label)'")
    }

    // MARK: One of many

    private func answer(_ name: Request.Name, showsKeys: Bool) -> Answer {
        switch name {
        case .rule(let label):
            guard let rule = engine.configuredRules.first(where: { $0.label == label }) else {
                return noRule(label)
            }
            return Answer([Value(rule)])
        case .presharedKey(let label):
            guard let key = presharedKeys[label] else { return noKey(label) }
            return Answer([Value(keyOf: label, key, isShown: showsKeys)])
        case .childSA(let spi):
            let values = engine.childSAs(spi: ChildSPI(spi)).flatMap { inbound in
                childValues(
                    engine.status(ofIKESAWith: inbound, at: now), details: true,
                    showsKeys: showsKeys
                ) { $0.inbound.spi == inbound }
            }
            return values.isEmpty ? missing(name) : Answer(values)
        case .ikeSA, .ikeSABetween:
            let values = ikeSAs(name).flatMap { ikeValues($0, showsKeys: showsKeys) }
            return values.isEmpty ? missing(name) : Answer(values)
        }
    }

    private func ikeSAs(_ name: Request.Name) -> [IKESPI] {
        switch name {
        case .ikeSABetween(let local, let remote): engine.ikeSAs(local: local, remote: remote)
        case .ikeSA(let initiator, let responder):
            engine.ikeSA(initiatorSPI: IKESPI(initiator), responderSPI: IKESPI(responder))
                .map { [$0] } ?? []
        case .childSA, .rule, .presharedKey: []
        }
    }

    private func missing(_ name: Request.Name) -> Answer {
        switch name {
        case .childSA(let spi): Answer(failure: "there is no Child SA with SPI \(ChildSPI(spi))")
        case .ikeSABetween(let local, let remote):
            Answer(failure: "there is no IKE SA between \(local) and \(remote)")
        case .ikeSA, .rule, .presharedKey: Answer(failure: "there is no such IKE SA")
        }
    }

    private func change(
        _ name: Request.Name, _ done: String,
        _ ikeCommand: (IKESPI) -> AdministratorCommand,
        _ childCommand: (ChildSPI) -> AdministratorCommand
    ) -> Answer {
        let commands: [AdministratorCommand]
        if case .childSA(let spi) = name {
            commands = engine.childSAs(spi: ChildSPI(spi)).map(childCommand)
        } else {
            commands = ikeSAs(name).map(ikeCommand)
        }
        guard !commands.isEmpty else { return missing(name) }
        for command in commands { handle(.administrator(command)) }
        return Answer(done: "\(commands.count) \(done)")
    }

    private func flush() -> Answer {
        let count = engine.saCount
        handle(.administrator(.deleteAllIKESAs))
        return Answer(done: "\(count) deleted")
    }

    // MARK: Many

    private func answer(
        _ collection: Request.Collection, details: Bool, showsKeys: Bool
    ) -> Answer {
        let done = "Completed dump of \(collection.title)"
        switch collection {
        case .ikeSAs:
            return Answer(engine.ikeSAs().map { $0.rawValue }, done: done) {
                [unowned(unsafe) self] spi in
                ikeValues(IKESPI(spi), showsKeys: showsKeys)
            }
        case .childSAs:
            return Answer(engine.ikeSAs().map { $0.rawValue }, done: done) {
                [unowned(unsafe) self] spi in
                childValues(
                    engine.status(of: IKESPI(spi), at: now), details: details,
                    showsKeys: showsKeys
                ) { _ in true }
            }
        case .rules: return Answer(engine.configuredRules.map { Value($0) }, done: done)
        case .presharedKeys:
            return Answer(
                presharedKeys.labels.compactMap { label in
                    presharedKeys[label].map { Value(keyOf: label, $0, isShown: showsKeys) }
                }, done: done)
        case .certificates:
            let moment = Int64(time(nil))
            let own = Set(keystore.identities.map { $0.certificate })
            return Answer(
                keystore.certificates.map {
                    Value($0, hasKey: own.contains($0), at: moment)
                }, done: done)
        case .events: return recentEvents(done: done)
        case .groups, .encryptionAlgorithms, .integrityAlgorithms:
            return Answer(algorithms(collection), done: done)
        }
    }

    private func ikeValues(_ spi: IKESPI, showsKeys: Bool) -> [Value] {
        guard let sa = engine.status(of: spi, at: now) else { return [] }
        return [Value(sa, keys: showsKeys ? engine.keys(of: spi) : nil)]
    }

    private func childValues(
        _ sa: IKESAStatus?, details: Bool, showsKeys: Bool, where fits: (ChildSAStatus) -> Bool
    ) -> [Value] {
        guard let sa else { return [] }
        return sa.children.filter(fits).map { child in
            let halves = details ? kernelStates(of: child, withKeys: showsKeys) : nil
            return Value(child, of: sa, halves, at: UInt64(max(0, time(nil))))
        }
    }

    /// What the kernel has of a Child SA: a question for each half.
    private func kernelStates(
        of child: ChildSAStatus, withKeys: Bool
    ) -> (inbound: SADState?, outbound: SADState?) {
        func state(_ id: SADEntry.ID) -> SADState? {
            do throws(KernelError) {
                return try kernel.state(of: id, mark: child.target.mark, withKeys: withKeys)
            } catch {
                if logs(.pfkey) { sink.write(.debug, "\(error)") }
                return nil
            }
        }
        return (state(child.inbound), state(child.outbound))
    }

    private func algorithms(_ collection: Request.Collection) -> [Value] {
        let capabilities = Capabilities.known
        return switch collection {
        case .groups:
            capabilities.keyExchange.map { Value($0.name, number: $0.rawValue) }
        case .encryptionAlgorithms:
            capabilities.encryption.map {
                Value($0.algorithm.name, number: $0.algorithm.rawValue, keyBits: $0.keyBits)
            }
        default: capabilities.integrity.map { Value($0.name, number: $0.rawValue) }
        }
    }
}

extension Request.Collection {
    fileprivate var title: String {
        switch self {
        case .ikeSAs: "IKE SAs"
        case .childSAs: "Child SAs"
        case .rules: "rules"
        case .presharedKeys: "preshared keys"
        case .certificates: "certificates"
        case .events: "events"
        case .groups: "Diffie-Hellman groups"
        case .encryptionAlgorithms: "encryption algorithms"
        case .integrityAlgorithms: "authentication algorithms"
        }
    }
}

extension Value {
    /// What applies where the files say nothing.
    fileprivate init(defaultsOf properties: Properties, _ lifetimes: Lifetimes) {
        self = .object([
            Member("ikesa_lifetime_secs", .number(UInt64(lifetimes.ikeSeconds))),
            Member("childsa_lifetime_secs", .number(UInt64(lifetimes.childSeconds))),
            Member("childsa_softlife_secs", .number(UInt64(lifetimes.childSoftSeconds))),
            Member("dpd_interval_secs", .number(UInt64(Rule.defaultDPDInterval))),
            Member("response_wait_time", .number(UInt64(properties.responseWaitTime))),
            Member("fragmentation_enable", .flag(properties.fragmentationEnable)),
            Member("fragmentation_mtu", .number(UInt64(properties.fragmentationMTU))),
            Member("ike_port", .number(UInt64(properties.ikePort))),
            Member("natt_port", .number(UInt64(properties.nattPort))),
        ])
    }
}
