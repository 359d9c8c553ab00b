//! Scratch that grows and is used again: a job that looks for neighbours a thousand times has one.
const Error = @import("../task.zig").Error;
const Scope = @import("../scope.zig").Scope;

pub fn Buffer(comptime T: type) type {
    return struct {
        items: []T = &.{},
        room: []T = &.{},

        /// `count` items, undefined. Root scope only.
        pub fn resize(buffer: *@This(), scope: *Scope, count: usize) Error!void {
            if (count > buffer.room.len) buffer.room = try scope.alloc(T, count + count / 8);
            buffer.items = buffer.room[0..count];
        }

        /// As `resize`, with room for as many as are expected, and no more.
        pub fn resizeWithin(buffer: *@This(), scope: *Scope, count: usize, expected: usize) Error!void {
            if (count > buffer.room.len) buffer.room = try scope.alloc(T, @max(count, expected));
            buffer.items = buffer.room[0..count];
        }

        /// As `resize`, with what was there.
        pub fn grow(buffer: *@This(), scope: *Scope, count: usize) Error!void {
            const old = buffer.items;
            try buffer.resize(scope, count);
            if (old.ptr != buffer.items.ptr) @memcpy(buffer.items[0..old.len], old);
        }
    };
}
