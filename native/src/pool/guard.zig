//! Containment of panics: a panic inside `call` becomes `error.Panicked` with its message, so a bug
//! in a kernel fails one task and not the user's session. The frames between are skipped, `defer`
//! included: guarded code holds no lock and owns nothing but arena memory. Joins are the exception:
//! other threads may write to their frames, so those between are given up before the jump.
const std = @import("std");
const join = @import("join.zig");
const Worker = @import("pool.zig").Worker;

extern fn prism_guard(body: *const fn (*anyopaque) callconv(.c) void, context: *anyopaque) c_int;
extern fn prism_guard_escape() noreturn;

pub const Message = struct {
    buffer: [capacity]u8 = undefined,
    length: usize = 0,

    pub const capacity = 256;

    pub fn set(message: *Message, bytes: []const u8) void {
        message.length = @min(bytes.len, capacity);
        @memcpy(message.buffer[0..message.length], bytes[0..message.length]);
    }

    /// Cut at the capacity: a message that is too long still says how it began.
    pub fn print(message: *Message, comptime format: []const u8, arguments: anytype) void {
        var stream = std.io.fixedBufferStream(&message.buffer);
        stream.writer().print(format, arguments) catch {};
        message.length = stream.pos;
    }

    pub fn text(message: *const Message) []const u8 {
        return message.buffer[0..message.length];
    }
};

/// The message of the panic that this thread escaped from last.
threadlocal var escaped_with: Message = .{};

/// The worker whose thread this is.
threadlocal var own_worker: ?*Worker = null;
threadlocal var innermost: ?*const Guard = null;

/// A guarded call that goes on.
const Guard = struct {
    outer: ?*const Guard,
    /// Those of frames around the call.
    open_joins: ?*join.Half,
};

/// At the start of a worker's thread.
pub fn setWorker(worker: *Worker) void {
    own_worker = worker;
}

/// Runs `body(context)`. After `error.Panicked`, `message` holds what the panic said.
pub fn call(
    context: anytype,
    comptime body: fn (@TypeOf(context)) void,
    message: *Message,
) error{Panicked}!void {
    const trampoline = struct {
        fn run(opaque_context: *anyopaque) callconv(.c) void {
            body(@ptrCast(@alignCast(opaque_context)));
        }
    }.run;
    const here: Guard = .{
        .outer = innermost,
        .open_joins = if (own_worker) |worker| worker.open_joins else null,
    };
    innermost = &here;
    defer innermost = here.outer;
    if (prism_guard(trampoline, @ptrCast(context)) == 0) return;
    message.set(escaped_with.text());
    return error.Panicked;
}

/// The root panic handler of the addon.
pub fn panic(text: []const u8, trace: ?*std.builtin.StackTrace, address: ?usize) noreturn {
    escaped_with.set(text);
    if (innermost) |here| {
        if (own_worker) |worker| join.giveUp(worker, here.open_joins);
        prism_guard_escape();
    }
    std.debug.defaultPanic(text, trace, address);
}

fn panicWith(text: *[]const u8) void {
    panic(text.*, null, null);
}

fn nested(outcome: *Message) void {
    var inner: []const u8 = "inner";
    call(&inner, panicWith, outcome) catch {};
    panic("outer", null, null);
}

test "a panic ends the guarded call with its message" {
    var message: Message = .{};
    var text: []const u8 = "index out of bounds";
    try std.testing.expectError(error.Panicked, call(&text, panicWith, &message));
    try std.testing.expectEqualStrings("index out of bounds", message.text());
}

test "guards nest: each panic ends the innermost call" {
    var inner: Message = .{};
    var outer: Message = .{};
    try std.testing.expectError(error.Panicked, call(&inner, nested, &outer));
    try std.testing.expectEqualStrings("inner", inner.text());
    try std.testing.expectEqualStrings("outer", outer.text());
}

test "a message longer than the buffer is cut" {
    var message: Message = .{};
    message.print("{s}", .{"x" ** (2 * Message.capacity)});
    try std.testing.expectEqual(Message.capacity, message.text().len);
}
