//! Numbers in messages: as people write them, so that a message stays short.
const std = @import("std");

pub const Number = struct {
    value: f64,

    pub fn format(
        number: Number,
        comptime _: []const u8,
        options: std.fmt.FormatOptions,
        writer: anytype,
    ) !void {
        const size = @abs(number.value);
        const is_plain = size == 0 or (size >= 1e-4 and size < 1e7) or !std.math.isFinite(size);
        if (is_plain) return std.fmt.formatType(number.value, "d", options, writer, 1);
        return std.fmt.formatType(number.value, "e", options, writer, 1);
    }
};

pub fn of(value: f64) Number {
    return .{ .value = value };
}

test "plain in the middle, exponents at the ends" {
    const cases = [_]struct { f64, []const u8 }{
        .{ 0, "0" },         .{ 1.5406, "1.5406" },           .{ -180, "-180" },
        .{ 1e9, "1e9" },     .{ 2.5e-300, "2.5e-300" },       .{ 0.001, "0.001" },
        .{ 9e6, "9000000" }, .{ -std.math.inf(f64), "-inf" },
    };
    for (cases) |case| {
        var buffer: [64]u8 = undefined;
        const text = try std.fmt.bufPrint(&buffer, "{}", .{of(case[0])});
        try std.testing.expectEqualStrings(case[1], text);
    }
}
