//! Monotonic time: a deadline must not move when the system's clock is set.
const std = @import("std");

pub const Instant = std.time.Instant;

pub fn now() Instant {
    return Instant.now() catch unreachable; // every system this runs on has a monotonic clock
}

pub fn nanosecondsSince(earlier: Instant) u64 {
    return now().since(earlier);
}
