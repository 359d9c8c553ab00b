//! Tests of whole tasks through an environment, without JavaScript; the part that ThreadSanitizer
//! sees of submission, completion and teardown. The addon's own tests are in test/unit/native.
const std = @import("std");
const testing = std.testing;
const environments = @import("../environment.zig");
const jobs = @import("../jobs.zig");
const tasks = @import("../task.zig");
const Environment = environments.Environment;
const Lease = environments.Lease;
const Task = tasks.Task;

/// Stands for the event loop: waits for the signal, then takes what has finished.
const Caller = struct {
    signalled: std.Thread.Semaphore = .{},
    environment: *Environment = undefined,
    lease: *Lease = undefined,
    control: [4]i32 = .{ 0, 0, 0, 0 },
    released: usize = 0,

    fn open(caller: *Caller, thread_count: usize) !void {
        caller.environment = Environment.create(notify, caller).?;
        caller.lease = try caller.environment.openLease(thread_count, 256 << 10);
    }

    fn close(caller: *Caller) void {
        caller.environment.destroy(countRelease);
    }

    fn notify(context: ?*anyopaque) callconv(.c) void {
        const caller: *Caller = @ptrCast(@alignCast(context));
        caller.signalled.post();
    }

    fn countRelease(user: ?*anyopaque) callconv(.c) void {
        const caller: *Caller = @ptrCast(@alignCast(user));
        caller.released += 1;
    }

    fn submit(
        caller: *Caller,
        name: []const u8,
        inputs: []const tasks.Input,
        params: []const f64,
    ) void {
        const request: tasks.Request = .{
            .lease = caller.lease.id,
            .kernel = indexOf(name),
            .inputs = inputs.ptr,
            .input_count = inputs.len,
            .params = params.ptr,
            .param_count = params.len,
            .control = &caller.control,
            .memory_limit = 0,
            .timeout_ms = 0,
            .user = caller,
        };
        std.debug.assert(Task.submit(caller.environment, caller.lease, &request));
    }

    fn next(caller: *Caller) *Task {
        while (true) {
            if (caller.environment.takeFinished()) |task| return task;
            caller.signalled.wait();
        }
    }
};

fn indexOf(name: []const u8) u32 {
    for (jobs.table, 0..) |job, index| {
        if (std.mem.eql(u8, job.name, name)) return @intCast(index);
    }
    unreachable;
}

fn floats(values: []const f64) tasks.Input {
    return .{
        .data = std.mem.sliceAsBytes(values).ptr,
        .size = values.len * @sizeOf(f64),
        .element = .float64,
        .borrowed = 0,
    };
}

fn integers(values: []const i32) tasks.Input {
    return .{
        .data = std.mem.sliceAsBytes(values).ptr,
        .size = values.len * @sizeOf(i32),
        .element = .int32,
        .borrowed = 0,
    };
}

const cube = [9]f64{ 2, 0, 0, 0, 2, 0, 0, 0, 2 };

test "names are unique" {
    for (jobs.table, 0..) |job, index| try testing.expectEqual(index, indexOf(job.name));
}

test "many tasks settle once each, with their results" {
    var caller: Caller = .{};
    try caller.open(3);
    const values = [_]f64{1} ** 20_000;
    const inputs = [_]tasks.Input{floats(&values)};
    const count = 300;
    for (0..count) |_| caller.submit("test.sum", &inputs, &.{});
    for (0..count) |_| {
        const task = caller.next();
        try testing.expectEqual(.ok, task.result.status);
        const data: [*]const f64 = @ptrCast(task.result.outputs[0].data.?);
        try testing.expectEqual(20_000, data[0]);
        task.destroy();
    }
    caller.close();
    try testing.expectEqual(0, caller.released);
}

test "a simple cubic crystal has six neighbours a site" {
    var caller: Caller = .{};
    try caller.open(2);
    const frac = [_]f64{ 0.3, -0.2, 7.1 };
    const inputs = [_]tasks.Input{ floats(&frac), floats(&cube), integers(&.{ 1, 1, 1 }) };
    caller.submit("neighborList", &inputs, &.{ 2.1, 0 });
    const task = caller.next();
    defer task.destroy();
    try testing.expectEqual(.ok, task.result.status);
    try testing.expectEqual(6 * @sizeOf(f64), task.result.outputs[3].size);
    const shifts: [*]const i32 = @ptrCast(@alignCast(task.result.outputs[2].data.?));
    try testing.expectEqualSlices(i32, &.{ -1, 0, 0, 0, -1, 0 }, shifts[0..6]);
    caller.close();
}

test "an environment that ends settles nothing twice and loses nothing" {
    for (0..20) |_| {
        var caller: Caller = .{};
        try caller.open(2);
        const count = 50;
        for (0..count) |index| {
            caller.submit("test.spin", &.{}, &.{ if (index % 2 == 0) 60_000 else 0, 3 });
        }
        caller.close();
        try testing.expectEqual(count, caller.released);
    }
}
