import CLibevent

/// libevent's event base. Every ``Watch`` shares it, so that it outlives their events.
final class EventBase {
    let pointer: OpaquePointer

    init() throws(ReactorError) {
        guard let configuration = event_config_new() else {
            throw ReactorError("create the event configuration")
        }
        defer { event_config_free(configuration) }
        // One thread owns the base; libevent's own timers, which need its clock, are not used.
        let flags = [
            EVENT_BASE_FLAG_NOLOCK, EVENT_BASE_FLAG_IGNORE_ENV, EVENT_BASE_FLAG_NO_CACHE_TIME,
        ]
        for flag in flags { event_config_set_flag(configuration, Int32(flag.rawValue)) }
        guard let pointer = event_base_new_with_config(configuration) else {
            throw ReactorError("create the event base")
        }
        self.pointer = pointer
    }

    deinit { event_base_free(pointer) }
}
