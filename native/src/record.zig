//! The words that a task shares with JavaScript: its request, its progress and its end. They live in
//! SharedArrayBuffers that JavaScript allocates and recycles, so that neither submitting nor settling
//! a task passes more than an index. `src/runtime/records.ts` knows the same layout.
const std = @import("std");

pub const max_params = 16;

pub const Record = extern struct {
    // Written by JavaScript at any time.
    /// Not 0: stop.
    cancel: i32,

    // Written by the engine while the task runs.
    chunks_done: i32,
    chunks_total: i32,
    /// `finished` once the task is handed back, no sooner.
    state: State,

    // Written by the engine before the task is handed back.
    status: i32,
    /// Which thread ran it; -1 before.
    worker: i32,

    // Written by JavaScript before submission.
    priority: i32,
    kernel: i32,
    param_count: i32,

    /// By the engine: outputs or a message wait to be taken.
    has_result: i32,
    unused: [2]i32,

    serial: f64,
    /// Times in milliseconds of the monotonic clock.
    evaluated_ms: f64,
    scheduled_ms: f64,
    started_ms: f64,
    finished_ms: f64,
    peak_bytes: f64,

    // By JavaScript.
    /// 0: none but that of the runtime.
    memory_limit: f64,
    /// 0: none; from submission.
    timeout_ms: f64,
    /// Part of the runtime's memory set aside for this task by `prism_reserve`; 0: none.
    reserved_bytes: f64,
    spare: f64,
    params: [max_params]f64,

    pub const State = enum(i32) { idle, queued, running, finished };

    /// Only ever polled: no order.
    pub fn setState(record: *Record, state: State) void {
        @atomicStore(State, &record.state, state, .monotonic);
    }

    pub fn isCancelled(record: *const Record) bool {
        return @atomicLoad(i32, &record.cancel, .monotonic) != 0;
    }

    /// Progress for JavaScript to read whenever it likes: no order.
    pub fn addChunksTotal(record: *Record, count: usize) void {
        _ = @atomicRmw(i32, &record.chunks_total, .Add, clampToI32(count), .monotonic);
    }

    pub fn addChunksDone(record: *Record, count: usize) void {
        _ = @atomicRmw(i32, &record.chunks_done, .Add, clampToI32(count), .monotonic);
    }
};

comptime {
    std.debug.assert(@sizeOf(Record) == 256);
    std.debug.assert(@offsetOf(Record, "serial") == 48);
    std.debug.assert(@offsetOf(Record, "params") == 128);
}

fn clampToI32(count: usize) i32 {
    return @intCast(@min(count, std.math.maxInt(i32)));
}
