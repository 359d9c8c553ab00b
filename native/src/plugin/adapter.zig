//! Shows a `Scope` to a kernel in C, and the kernel to the engine: statuses become errors and back.
const std = @import("std");
const guard = @import("../pool/guard.zig");
const tasks = @import("../task.zig");
const c = @import("header.zig").c;
const Error = tasks.Error;
const Scope = @import("../scope.zig").Scope;
const Value = std.atomic.Value;

pub const Run = *const fn ([*c]const c.prism_api, ?*c.prism_scope) callconv(.c) c.prism_status;
const Body = @typeInfo(c.prism_body).optional.child;

const api: c.prism_api = .{
    .abi_version = c.PRISM_KERNEL_ABI_VERSION,
    .size = @sizeOf(c.prism_api),
    .inputs = inputs,
    .params = params,
    .alloc = alloc,
    .output = output,
    .status = status,
    .checkpoint = checkpoint,
    .expect_chunks = expectChunks,
    .for_each = forEach,
    .fail = fail,
    .panic = panic,
};

/// Runs a kernel from outside as the job of `scope`'s task.
pub fn run(name: []const u8, kernel: Run, scope: *Scope) Error!void {
    var call: Call = .{ .name = name };
    const given = scope.task.inputs[0..scope.task.input_count];
    for (given, call.inputs[0..given.len]) |input, *array| array.* = arrayOf(input);
    var handle: Handle = .{ .scope = scope, .call = &call, .is_root = true };
    errdefer if (handle.message.length > 0) scope.task.say("{s}", .{handle.message.text()});
    return handle.errorOf(kernel(&api, handle.public()));
}

/// What is the same for all scopes of a task.
const Call = struct {
    name: []const u8,
    inputs: [tasks.max_inputs]c.prism_array = undefined,
};

/// What a `prism_scope` points to.
const Handle = struct {
    scope: *Scope,
    call: *const Call,
    is_root: bool,
    /// Of the last allocation that failed.
    failed_with: c.prism_status = c.PRISM_STATUS_OK,
    message: guard.Message = .{},

    fn public(handle: *Handle) *c.prism_scope {
        return @ptrCast(handle);
    }

    fn of(scope: ?*c.prism_scope) *Handle {
        return @ptrCast(@alignCast(scope));
    }

    fn ofConst(scope: ?*const c.prism_scope) *const Handle {
        return @ptrCast(@alignCast(scope));
    }

    /// What a kernel or a body returned.
    fn errorOf(handle: *Handle, returned: c.prism_status) Error!void {
        switch (returned) {
            c.PRISM_STATUS_OK => {},
            c.PRISM_STATUS_OUT_OF_MEMORY => return error.OutOfMemory,
            c.PRISM_STATUS_QUOTA_EXCEEDED => return error.QuotaExceeded,
            c.PRISM_STATUS_CANCELLED => return error.Cancelled,
            c.PRISM_STATUS_TIMED_OUT => return error.TimedOut,
            c.PRISM_STATUS_PANICKED => return error.Panicked,
            c.PRISM_STATUS_INVALID_INPUT => {
                if (handle.message.length == 0) {
                    handle.message.print("{s} refused its input without a message", .{
                        handle.call.name,
                    });
                }
                return error.InvalidInput;
            },
            else => {
                handle.message.print("{s} returned the unknown status {d}", .{
                    handle.call.name, returned,
                });
                return error.Panicked;
            },
        }
    }

    fn refuse(handle: *Handle, failure: Error) ?*anyopaque {
        handle.failed_with = statusOf(failure);
        return null;
    }
};

/// A loop of a kernel. The core hands the error of a chunk back without its message, so the first
/// chunk that has one leaves it here.
const Loop = struct {
    call: *const Call,
    body: Body,
    context: ?*anyopaque,
    /// Claimed by that chunk. No order: the rest is read when the loop has ended, which orders it.
    has_message: Value(bool) = Value(bool).init(false),
    status: c.prism_status = undefined,
    message: guard.Message = .{},

    fn chunk(loop: *Loop, scope: *Scope, index: usize) Error!void {
        var handle: Handle = .{ .scope = scope, .call = loop.call, .is_root = false };
        errdefer |failure| loop.keep(statusOf(failure), &handle.message);
        return handle.errorOf(loop.body(&api, handle.public(), loop.context, index));
    }

    fn keep(loop: *Loop, reason: c.prism_status, message: *const guard.Message) void {
        if (message.length == 0 or loop.has_message.swap(true, .monotonic)) return;
        loop.status = reason;
        loop.message.set(message.text());
    }
};

fn inputs(scope: ?*const c.prism_scope, count: [*c]usize) callconv(.c) [*c]const c.prism_array {
    const handle = Handle.ofConst(scope);
    count.* = handle.scope.task.input_count;
    return &handle.call.inputs;
}

fn params(scope: ?*const c.prism_scope, count: [*c]usize) callconv(.c) [*c]const f64 {
    const numbers = Handle.ofConst(scope).scope.task.params();
    count.* = numbers.len;
    return numbers.ptr;
}

fn alloc(scope: ?*c.prism_scope, count: usize, size: usize) callconv(.c) ?*anyopaque {
    const handle = Handle.of(scope);
    const bytes = std.math.mul(usize, count, size) catch return handle.refuse(error.OutOfMemory);
    const memory = handle.scope.alloc(u8, bytes) catch |failure| return handle.refuse(failure);
    return memory.ptr;
}

fn output(
    scope: ?*c.prism_scope,
    element: c.prism_element,
    count: usize,
) callconv(.c) ?*anyopaque {
    const handle = Handle.of(scope);
    if (!handle.is_root) misuse(handle, "takes an output in a chunk; take it before the loop");
    if (handle.scope.task.output_count == tasks.max_outputs) {
        misuse(handle, "takes more outputs than there can be");
    }
    return switch (element) {
        c.PRISM_ELEMENT_BYTES => outputOf(u8, handle, count),
        c.PRISM_ELEMENT_FLOAT64 => outputOf(f64, handle, count),
        c.PRISM_ELEMENT_INT32 => outputOf(i32, handle, count),
        else => misuse(handle, "takes an output of an unknown element type"),
    };
}

fn outputOf(comptime T: type, handle: *Handle, count: usize) ?*anyopaque {
    const memory = handle.scope.output(T, count) catch |failure| return handle.refuse(failure);
    return memory.ptr;
}

fn status(scope: ?*const c.prism_scope) callconv(.c) c.prism_status {
    return Handle.ofConst(scope).failed_with;
}

fn checkpoint(scope: ?*const c.prism_scope) callconv(.c) c.prism_status {
    Handle.ofConst(scope).scope.checkpoint() catch |failure| return statusOf(failure);
    return c.PRISM_STATUS_OK;
}

fn expectChunks(scope: ?*c.prism_scope, count: usize) callconv(.c) void {
    Handle.of(scope).scope.expectChunks(count);
}

fn forEach(
    scope: ?*c.prism_scope,
    count: usize,
    body: c.prism_body,
    context: ?*anyopaque,
) callconv(.c) c.prism_status {
    const handle = Handle.of(scope);
    var loop: Loop = .{
        .call = handle.call,
        .body = body orelse misuse(handle, "calls for_each without a body"),
        .context = context,
    };
    handle.scope.forEach(count, &loop, Loop.chunk) catch |failure| {
        const reason = statusOf(failure);
        if (loop.has_message.load(.monotonic) and loop.status == reason) {
            handle.message.set(loop.message.text());
        }
        return reason;
    };
    return c.PRISM_STATUS_OK;
}

fn fail(scope: ?*c.prism_scope, message: [*c]const u8) callconv(.c) c.prism_status {
    if (message != null) Handle.of(scope).message.set(std.mem.span(message));
    return c.PRISM_STATUS_INVALID_INPUT;
}

fn panic(message: [*c]const u8, length: usize) callconv(.c) noreturn {
    const text: []const u8 = if (message == null) "" else message[0..length];
    guard.panic(text, null, null);
}

/// A bug of the kernel, not of its input.
fn misuse(handle: *const Handle, comptime what: []const u8) noreturn {
    var message: guard.Message = .{};
    message.print("{s} " ++ what, .{handle.call.name});
    guard.panic(message.text(), null, null);
}

fn statusOf(failure: Error) c.prism_status {
    return switch (failure) {
        error.OutOfMemory => c.PRISM_STATUS_OUT_OF_MEMORY,
        error.QuotaExceeded => c.PRISM_STATUS_QUOTA_EXCEEDED,
        error.Cancelled => c.PRISM_STATUS_CANCELLED,
        error.TimedOut => c.PRISM_STATUS_TIMED_OUT,
        error.InvalidInput => c.PRISM_STATUS_INVALID_INPUT,
        error.Panicked => c.PRISM_STATUS_PANICKED,
    };
}

fn arrayOf(input: tasks.Input) c.prism_array {
    return switch (input.element) {
        .bytes => .{ .data = input.data, .count = input.size, .element = c.PRISM_ELEMENT_BYTES },
        .float64 => .{
            .data = input.data,
            .count = input.size / @sizeOf(f64),
            .element = c.PRISM_ELEMENT_FLOAT64,
        },
        .int32 => .{
            .data = input.data,
            .count = input.size / @sizeOf(i32),
            .element = c.PRISM_ELEMENT_INT32,
        },
    };
}
