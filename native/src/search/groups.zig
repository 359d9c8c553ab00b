//! Space groups in primitive cells, as `src/optimize/group-table.ts` writes them down: the count of groups,
//! then for each its number, the count of operations, those (W and w, twelve numbers each), the count of
//! Wyckoff positions, and for each its multiplicity, whether it has a free coordinate, and x = A u + c.
const Error = @import("../task.zig").Error;
const Scope = @import("../scope.zig").Scope;

pub const Affine = struct {
    numbers: []const f64,

    pub fn apply(affine: Affine, at: [3]f64) [3]f64 {
        const m = affine.numbers;
        var result: [3]f64 = undefined;
        for (&result, 0..) |*value, row| {
            value.* = m[3 * row] * at[0] + m[3 * row + 1] * at[1] + m[3 * row + 2] * at[2] + m[9 + row];
        }
        return result;
    }
};

pub const Wyckoff = struct { multiplicity: usize, is_free: bool, affine: Affine };

pub const Group = struct {
    number: f64,
    operations: []const Affine,
    wyckoff: []const Wyckoff,
};

pub const Groups = struct {
    items: []const Group,

    pub fn read(scope: *Scope, index: usize) Error!Groups {
        var reader: Reader = .{ .scope = scope, .numbers = try scope.finiteInput(index, "groups") };
        const items = try scope.alloc(Group, try reader.count());
        for (items) |*group| {
            group.number = (try reader.take(1))[0];
            const operations = try scope.alloc(Affine, try reader.count());
            for (operations) |*operation| operation.* = .{ .numbers = try reader.take(12) };
            const wyckoff = try scope.alloc(Wyckoff, try reader.count());
            for (wyckoff) |*position| {
                position.multiplicity = try reader.count();
                position.is_free = (try reader.take(1))[0] != 0;
                position.affine = .{ .numbers = try reader.take(12) };
            }
            group.operations = operations;
            group.wyckoff = wyckoff;
        }
        return .{ .items = items };
    }
};

const Reader = struct {
    scope: *Scope,
    numbers: []const f64,
    at: usize = 0,

    fn take(reader: *Reader, length: usize) Error![]const f64 {
        if (reader.at + length > reader.numbers.len) return reader.scope.invalid("groups end too early", .{});
        defer reader.at += length;
        return reader.numbers[reader.at..][0..length];
    }

    fn count(reader: *Reader) Error!usize {
        const value = (try reader.take(1))[0];
        if (value >= 0 and value <= 1000 and value == @floor(value)) return @intFromFloat(value);
        return reader.scope.invalid("groups: {d} is no count", .{value});
    }
};
