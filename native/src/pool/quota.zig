//! Bytes of inputs, scratch and results that one task holds, over all workers that help with it; or
//! that all tasks of a runtime hold, as the parent of theirs.
const std = @import("std");
const Value = std.atomic.Value;

/// The counters carry numbers and publish no data, so none of them needs an order.
pub const Quota = struct {
    /// maxInt: no limit.
    limit: u64,
    used: Value(u64) = Value(u64).init(0),
    peak: Value(u64) = Value(u64).init(0),
    /// The request that was refused last; for the message.
    refused: Value(u64) = Value(u64).init(0),
    /// What is taken here is taken there too.
    parent: ?*Quota = null,

    pub fn take(quota: *Quota, size: u64) error{QuotaExceeded}!void {
        // Never above the limit, not even for the moment of a refusal: somebody else who asks in that
        // moment would be refused too.
        var before = quota.used.load(.monotonic);
        while (size <= quota.limit -| before) {
            before = quota.used.cmpxchgWeak(before, before + size, .monotonic, .monotonic) orelse break;
        } else {
            quota.refused.store(size, .monotonic);
            return error.QuotaExceeded;
        }
        if (quota.parent) |parent| parent.take(size) catch |failure| {
            _ = quota.used.fetchSub(size, .monotonic);
            quota.refused.store(size, .monotonic);
            return failure;
        };
        const total = before + size;
        if (total > quota.peak.load(.monotonic)) _ = quota.peak.fetchMax(total, .monotonic);
    }

    pub fn give(quota: *Quota, size: u64) void {
        _ = quota.used.fetchSub(size, .monotonic);
        if (quota.parent) |parent| parent.give(size);
    }

    /// Once nobody takes any more.
    pub fn giveAll(quota: *Quota) void {
        const size = quota.used.load(.monotonic);
        if (size > 0) quota.give(size);
    }
};

test "the limit refuses, and the refused bytes do not count" {
    var quota: Quota = .{ .limit = 100 };
    try quota.take(60);
    try std.testing.expectError(error.QuotaExceeded, quota.take(41));
    try quota.take(40);
    quota.give(60);
    try quota.take(10);
    try std.testing.expectEqual(100, quota.peak.load(.monotonic));
    try std.testing.expectEqual(41, quota.refused.load(.monotonic));
}

test "what a child takes counts for its parent, whose limit refuses the child" {
    var parent: Quota = .{ .limit = 100 };
    var first: Quota = .{ .limit = 1000, .parent = &parent };
    var second: Quota = .{ .limit = 1000, .parent = &parent };
    try first.take(70);
    try std.testing.expectError(error.QuotaExceeded, second.take(31));
    try std.testing.expectEqual(0, second.used.load(.monotonic));
    try std.testing.expectEqual(70, parent.used.load(.monotonic));
    first.giveAll();
    try second.take(31);
    try std.testing.expectEqual(31, parent.used.load(.monotonic));
    try std.testing.expectEqual(70, parent.peak.load(.monotonic));
}

const Greedy = struct {
    quota: *Quota,
    size: u64,
    tries: usize = 2_000_000,
    ended: Value(bool) = Value(bool).init(false),
    granted: usize = 0,

    fn run(greedy: *Greedy) void {
        for (0..greedy.tries) |_| {
            greedy.quota.take(greedy.size) catch continue;
            greedy.granted += 1;
        }
        greedy.ended.store(true, .monotonic);
    }
};

test "a request that is refused makes nobody else's fail, whatever its size" {
    var parent: Quota = .{ .limit = 1 << 30 };
    for ([_]u64{ 1 << 30, std.math.maxInt(u64) - 100 }) |size| {
        var own: Quota = .{ .limit = std.math.maxInt(u64), .parent = &parent };
        var other: Quota = .{ .limit = std.math.maxInt(u64), .parent = &parent };
        try own.take(1000);
        var greedy: Greedy = .{ .quota = &other, .size = size };
        const thread = try std.Thread.spawn(.{}, Greedy.run, .{&greedy});
        {
            defer thread.join();
            while (!greedy.ended.load(.monotonic)) {
                try own.take(10);
                own.give(10);
            }
        }
        try std.testing.expectEqual(0, greedy.granted);
        own.giveAll();
    }
    try std.testing.expectEqual(0, parent.used.load(.monotonic));
}
