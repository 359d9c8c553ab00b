const Worker = @import("pool.zig").Worker;

/// What a worker runs; embedded in the owner's record, which `run` finds by `@fieldParentPtr`.
pub const Job = struct {
    run: *const fn (*Job, *Worker) void,
    /// Link of the injector.
    next: ?*Job = null,
};
