const Worker = @import("pool.zig").Worker;

/// The order in which root jobs leave the injector, lowest first.
pub const Priority = enum(u8) { background, normal, interactive, critical };

/// What a worker runs; embedded in the owner's record, which `run` finds by `@fieldParentPtr`.
pub const Job = struct {
    run: *const fn (*Job, *Worker) void,
    /// Fixed while the job is queued.
    priority: Priority = .normal,
    /// In the injector; under its mutex, as the links are.
    queued: bool = false,
    /// Links of the injector; `next` also links what `takeMatching` gives out.
    next: ?*Job = null,
    prev: ?*Job = null,
    /// Monotonic nanoseconds, set by `Injector.push`.
    queued_at: u64 = 0,
};
