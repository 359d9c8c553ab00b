//! Monotonic time in nanoseconds, on the scale of `process.hrtime`: a deadline must not move when the
//! system's clock is set, and JavaScript has to place the times of a task among its own.
const std = @import("std");
const builtin = @import("builtin");

pub fn now() u64 {
    if (builtin.os.tag == .windows) return performanceCounter();
    var time: std.posix.timespec = undefined;
    std.posix.clock_gettime(std.posix.CLOCK.MONOTONIC, &time) catch unreachable; // on every system
    return @as(u64, @intCast(time.sec)) * std.time.ns_per_s + @as(u64, @intCast(time.nsec));
}

/// Nanoseconds.
pub fn since(earlier: u64) u64 {
    return now() -| earlier;
}

pub fn milliseconds(nanoseconds: u64) f64 {
    return @as(f64, @floatFromInt(nanoseconds)) / std.time.ns_per_ms;
}

fn performanceCounter() u64 {
    const windows = std.os.windows;
    const count: u128 = windows.QueryPerformanceCounter();
    return @intCast(count * std.time.ns_per_s / windows.QueryPerformanceFrequency());
}
