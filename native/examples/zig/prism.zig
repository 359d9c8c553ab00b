//! What a kernel in Zig wants beside the C header: errors instead of statuses, typed slices, and a
//! panic that fails the task and not the process.
const std = @import("std");

pub const c = @cImport(@cInclude("prism_kernel.h"));

pub const alignment = 64;
pub const Error = error{ OutOfMemory, QuotaExceeded, Cancelled, TimedOut, InvalidInput, Panicked };

/// The same table for every task; known from the first run on.
var engine: ?*const c.prism_api = null;

/// For the root file: `pub const panic = prism.panic;` turns an index out of bounds, an overflow or
/// an `unreachable` into a rejected task. `defer`s between it and the engine do not run.
pub fn panic(text: []const u8, trace: ?*std.builtin.StackTrace, address: ?usize) noreturn {
    // No order: all threads store the same address, of a constant.
    const known = @atomicLoad(?*const c.prism_api, &engine, .monotonic);
    if (known) |api| api.panic.?(text.ptr, text.len);
    std.debug.defaultPanic(text, trace, address);
}

/// `export const NAME = prism.kernel("name", "description", run);`
pub fn kernel(
    name: [*:0]const u8,
    description: [*:0]const u8,
    comptime run: fn (Scope) Error!void,
) c.prism_kernel {
    const adapter = struct {
        fn call(api: [*c]const c.prism_api, scope: ?*c.prism_scope) callconv(.c) c.prism_status {
            @atomicStore(?*const c.prism_api, &engine, api, .monotonic);
            run(.{ .api = api, .handle = scope.? }) catch |failure| return statusOf(failure);
            return c.PRISM_STATUS_OK;
        }
    };
    return .{
        .abi_version = c.PRISM_KERNEL_ABI_VERSION,
        .size = @sizeOf(c.prism_kernel),
        .name = name,
        .description = description,
        .run = adapter.call,
    };
}

pub const Scope = struct {
    api: *const c.prism_api,
    handle: *c.prism_scope,

    /// Input `index` as f64 or i32; a wrong one ends the task with a message that has its `name`.
    pub fn input(
        scope: Scope,
        comptime T: type,
        index: usize,
        comptime name: [:0]const u8,
    ) Error![]const T {
        var count: usize = 0;
        const arrays = scope.api.inputs.?(scope.handle, &count);
        const wanted = comptime elementOf(T);
        if (index >= count or arrays[index].element != wanted) {
            return scope.invalid("input " ++ name ++ " must hold " ++ @typeName(T) ++ " numbers");
        }
        const data: [*]const T = @ptrCast(@alignCast(arrays[index].data orelse return &.{}));
        return data[0..arrays[index].count];
    }

    pub fn params(scope: Scope) []const f64 {
        var count: usize = 0;
        const numbers = scope.api.params.?(scope.handle, &count);
        return numbers[0..count];
    }

    pub fn alloc(scope: Scope, comptime T: type, count: usize) Error![]align(alignment) T {
        const memory = scope.api.alloc.?(scope.handle, count, @sizeOf(T)) orelse
            return errorOf(scope.api.status.?(scope.handle));
        return @as([*]align(alignment) T, @ptrCast(@alignCast(memory)))[0..count];
    }

    pub fn output(scope: Scope, comptime T: type, count: usize) Error![]align(alignment) T {
        const memory = scope.api.output.?(scope.handle, comptime elementOf(T), count) orelse
            return errorOf(scope.api.status.?(scope.handle));
        return @as([*]align(alignment) T, @ptrCast(@alignCast(memory)))[0..count];
    }

    pub fn checkpoint(scope: Scope) Error!void {
        return check(scope.api.checkpoint.?(scope.handle));
    }

    pub fn expectChunks(scope: Scope, count: usize) void {
        scope.api.expect_chunks.?(scope.handle, count);
    }

    /// `body(context, chunk, index)` for every index below `count`; `context` is a pointer.
    pub fn forEach(
        scope: Scope,
        count: usize,
        context: anytype,
        comptime body: fn (@TypeOf(context), Scope, usize) Error!void,
    ) Error!void {
        const adapter = struct {
            fn call(
                api: [*c]const c.prism_api,
                chunk: ?*c.prism_scope,
                given: ?*anyopaque,
                index: usize,
            ) callconv(.c) c.prism_status {
                const own: @TypeOf(context) = @ptrCast(@alignCast(given.?));
                body(own, .{ .api = api, .handle = chunk.? }, index) catch |failure| {
                    return statusOf(failure);
                };
                return c.PRISM_STATUS_OK;
            }
        };
        const opaque_context: *anyopaque = @constCast(@ptrCast(context));
        return check(scope.api.for_each.?(scope.handle, count, adapter.call, opaque_context));
    }

    pub fn invalid(scope: Scope, message: [*:0]const u8) Error {
        return errorOf(scope.api.fail.?(scope.handle, message));
    }
};

fn elementOf(comptime T: type) c.prism_element {
    return switch (T) {
        u8 => c.PRISM_ELEMENT_BYTES,
        f64 => c.PRISM_ELEMENT_FLOAT64,
        i32 => c.PRISM_ELEMENT_INT32,
        else => @compileError("no element type for " ++ @typeName(T)),
    };
}

fn check(status: c.prism_status) Error!void {
    if (status != c.PRISM_STATUS_OK) return errorOf(status);
}

fn errorOf(status: c.prism_status) Error {
    return switch (status) {
        c.PRISM_STATUS_OUT_OF_MEMORY => error.OutOfMemory,
        c.PRISM_STATUS_QUOTA_EXCEEDED => error.QuotaExceeded,
        c.PRISM_STATUS_CANCELLED => error.Cancelled,
        c.PRISM_STATUS_TIMED_OUT => error.TimedOut,
        c.PRISM_STATUS_INVALID_INPUT => error.InvalidInput,
        else => error.Panicked,
    };
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
