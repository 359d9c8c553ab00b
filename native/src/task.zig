//! One submitted job: its inputs, its limits, and what became of it.
const std = @import("std");
const clock = @import("clock.zig");
const guard = @import("pool/guard.zig");
const pages = @import("pool/pages.zig");
const jobs = @import("jobs.zig");
const environments = @import("environment.zig");
const Job = @import("pool/job.zig").Job;
const Quota = @import("pool/quota.zig").Quota;
const Scope = @import("scope.zig").Scope;
const Worker = @import("pool/pool.zig").Worker;
const Environment = environments.Environment;
const Lease = environments.Lease;

const allocator = std.heap.c_allocator;

pub const max_inputs = 8;
pub const max_outputs = 8;
pub const max_params = 16;

/// How a task ended. JavaScript reads the names from here.
pub const Status = enum(i32) {
    ok,
    outOfMemory,
    quotaExceeded,
    cancelled,
    timedOut,
    invalidInput,
    panicked,
};

pub const Error = error{
    OutOfMemory,
    QuotaExceeded,
    Cancelled,
    TimedOut,
    InvalidInput,
    Panicked,
};

fn statusOf(failure: Error) Status {
    return switch (failure) {
        error.OutOfMemory => .outOfMemory,
        error.QuotaExceeded => .quotaExceeded,
        error.Cancelled => .cancelled,
        error.TimedOut => .timedOut,
        error.InvalidInput => .invalidInput,
        error.Panicked => .panicked,
    };
}

/// Element type of an input; what is neither is raw bytes.
pub const Element = enum(i32) { bytes, float64, int32 };

pub const Input = extern struct {
    data: ?[*]const u8,
    size: usize,
    element: Element,
    /// 1: shared memory that the caller keeps alive until the task has settled; else copied.
    borrowed: i32,
};

pub const Output = extern struct { data: ?[*]align(pages.alignment) u8, size: usize };

pub const Request = extern struct {
    lease: u32,
    kernel: u32,
    inputs: [*]const Input,
    input_count: usize,
    params: [*]const f64,
    param_count: usize,
    /// Four int32 in shared memory: cancel flag, chunks done, chunks in all, unused.
    control: *[4]i32,
    /// 0: no limit.
    memory_limit: u64,
    /// 0: none; from submission.
    timeout_ms: f64,
    user: ?*anyopaque,
};

pub const Result = extern struct {
    status: Status = .ok,
    output_count: u32 = 0,
    outputs: [max_outputs]Output = undefined,
    message: [*]const u8 = "",
    message_length: usize = 0,
    peak_bytes: u64 = 0,
    queued_ms: f64 = 0,
    run_ms: f64 = 0,
    user: ?*anyopaque = null,
};

pub const Task = struct {
    job: Job = .{ .run = run },
    next: ?*Task = null,
    environment: *Environment,
    lease: *Lease,
    kernel: u32,
    inputs: [max_inputs]Input = undefined,
    input_count: usize = 0,
    params: [max_params]f64 = undefined,
    param_count: usize,
    control: *[4]i32,
    interrupt_epoch: *const i32,
    submitted_epoch: i32,
    submitted: clock.Instant,
    /// maxInt: none.
    timeout_ns: u64,
    quota: Quota,
    message: guard.Message = .{},
    result: Result,

    /// Queues a task; false when not even its record fits into memory.
    pub fn submit(environment: *Environment, lease: *Lease, request: *const Request) bool {
        const task = allocator.create(Task) catch return false;
        const epoch = environment.interrupt_epoch;
        const limit = request.memory_limit;
        task.* = .{
            .environment = environment,
            .lease = lease,
            .kernel = request.kernel,
            .param_count = request.param_count,
            .control = request.control,
            .interrupt_epoch = epoch,
            .submitted_epoch = @atomicLoad(i32, epoch, .monotonic), // a number, no data behind it
            .submitted = clock.now(),
            .timeout_ns = timeoutNanoseconds(request.timeout_ms),
            .quota = .{ .limit = if (limit == 0) std.math.maxInt(u64) else limit },
            .result = .{ .user = request.user },
        };
        @memcpy(task.params[0..request.param_count], request.params);
        _ = environment.in_flight.fetchAdd(1, .monotonic); // by the thread that waits for zero
        task.copyInputs(request) catch {
            task.message.print("no memory for a copy of the inputs", .{});
            task.endUnrun(.outOfMemory);
            return true;
        };
        lease.shared.pool.inject(&task.job);
        return true;
    }

    pub fn destroy(task: *Task) void {
        for (task.inputs[0..task.input_count]) |input| {
            if (input.borrowed == 0) pages.free(@constCast(alignedData(input)));
        }
        task.freeOutputs();
        allocator.destroy(task);
    }

    pub fn ofJob(job: *Job) *Task {
        return @alignCast(@fieldParentPtr("job", job));
    }

    /// For `Injector.takeMatching`.
    pub fn belongsTo(lease: *const anyopaque, job: *const Job) bool {
        const task: *const Task = @alignCast(@fieldParentPtr("job", job));
        return @as(*const anyopaque, task.lease) == lease;
    }

    /// Ends a task that no worker runs.
    pub fn endUnrun(task: *Task, status: Status) void {
        task.result.queued_ms = milliseconds(clock.nanosecondsSince(task.submitted));
        task.end(status);
    }

    /// Why the task should stop, if it should. Only polled numbers, no data behind them: no order.
    pub fn checkpoint(task: *const Task) Error!void {
        if (@atomicLoad(i32, &task.control[0], .monotonic) != 0) return error.Cancelled;
        const epoch = @atomicLoad(i32, task.interrupt_epoch, .monotonic);
        if (epoch != task.submitted_epoch) return error.Cancelled;
        if (task.lease.closed.load(.monotonic)) return error.Cancelled;
        if (task.timeout_ns == std.math.maxInt(u64)) return;
        if (clock.nanosecondsSince(task.submitted) > task.timeout_ns) return error.TimedOut;
    }

    /// Progress for JavaScript to read whenever it likes: no order.
    pub fn addChunksTotal(task: *Task, count: usize) void {
        _ = @atomicRmw(i32, &task.control[2], .Add, clampToI32(count), .monotonic);
    }

    pub fn addChunkDone(task: *Task) void {
        _ = @atomicRmw(i32, &task.control[1], .Add, 1, .monotonic);
    }

    fn run(job: *Job, worker: *Worker) void {
        const task = ofJob(job);
        const queued_ns = clock.nanosecondsSince(task.submitted);
        const mark = worker.arena.mark();
        var attempt: Attempt = .{ .scope = .{ .task = task, .worker = worker } };
        guard.call(&attempt, Attempt.run, &task.message) catch {
            attempt.failure = error.Panicked;
        };
        worker.arena.release(mark);
        task.result.queued_ms = milliseconds(queued_ns);
        task.result.run_ms = milliseconds(clock.nanosecondsSince(task.submitted) - queued_ns);
        const failure = attempt.failure orelse return task.end(.ok);
        if (failure == error.QuotaExceeded) task.explainQuota();
        task.end(statusOf(failure));
    }

    fn end(task: *Task, status: Status) void {
        if (status != .ok) task.freeOutputs();
        task.result.status = status;
        task.result.message = task.message.text().ptr;
        task.result.message_length = task.message.text().len;
        task.result.peak_bytes = task.quota.peak.load(.monotonic); // every helper is done
        task.environment.finish(task);
    }

    fn explainQuota(task: *Task) void {
        task.message.print("{d} bytes held, {d} more needed, the limit is {d}", .{
            task.quota.used.load(.monotonic),
            task.quota.refused.load(.monotonic),
            task.quota.limit,
        });
    }

    fn copyInputs(task: *Task, request: *const Request) error{OutOfMemory}!void {
        for (request.inputs[0..request.input_count]) |input| {
            var own = input;
            if (input.borrowed == 0) {
                const copy = pages.alloc(input.size) orelse return error.OutOfMemory;
                if (input.size > 0) @memcpy(copy, input.data.?[0..input.size]);
                own.data = copy.ptr;
            }
            task.inputs[task.input_count] = own;
            task.input_count += 1;
        }
    }

    fn freeOutputs(task: *Task) void {
        for (task.result.outputs[0..task.result.output_count]) |output| {
            if (output.data) |data| pages.free(data[0..output.size]);
        }
        task.result.output_count = 0;
    }
};

/// The guarded part of a run.
const Attempt = struct {
    scope: Scope,
    failure: ?Error = null,

    fn run(attempt: *Attempt) void {
        const task = attempt.scope.task;
        attempt.failure = failure: {
            task.checkpoint() catch |failure| break :failure failure; // cancelled while it waited
            jobs.table[task.kernel].run(&attempt.scope) catch |failure| break :failure failure;
            break :failure null;
        };
    }
};

fn alignedData(input: Input) []align(pages.alignment) const u8 {
    return @alignCast(input.data.?[0..input.size]);
}

fn timeoutNanoseconds(timeout_ms: f64) u64 {
    const nanoseconds = timeout_ms * std.time.ns_per_ms;
    // Above 2^63 ns (292 years) there is none.
    if (timeout_ms == 0 or nanoseconds >= 0x1p63) return std.math.maxInt(u64);
    return @intFromFloat(@max(nanoseconds, 0));
}

fn milliseconds(nanoseconds: u64) f64 {
    return @as(f64, @floatFromInt(nanoseconds)) / std.time.ns_per_ms;
}

fn clampToI32(count: usize) i32 {
    return @intCast(@min(count, std.math.maxInt(i32)));
}
