//! Bytes of scratch and results that one task holds, over all workers that help with it.
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

    pub fn take(quota: *Quota, size: u64) error{QuotaExceeded}!void {
        const before = quota.used.fetchAdd(size, .monotonic);
        const total = before +| size;
        if (total > quota.limit) {
            _ = quota.used.fetchSub(size, .monotonic);
            quota.refused.store(size, .monotonic);
            return error.QuotaExceeded;
        }
        _ = quota.peak.fetchMax(total, .monotonic);
    }

    pub fn give(quota: *Quota, size: u64) void {
        _ = quota.used.fetchSub(size, .monotonic);
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
