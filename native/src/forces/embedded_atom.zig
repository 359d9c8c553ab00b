//! Embedded atoms (Daw & Baskes, Phys. Rev. B 29, 6443, 1984). Numbers: square of the cutoff, count of
//! nodes n; for each kind the count m of its nodes, the step of the density, the factor of the root, and
//! m pairs F, dF/dx at the densities x · step; then for each ordered pair (i, j) of kinds and each node
//! k = 0 .. n - 1 the density that j gives to i, its slope, φ and its slope, all over x = r² · scale at
//! x = k + ½, where the last node lies at the cutoff.
const dispatch = @import("../kernels/dispatch.zig");
const kernel = @import("../kernels/embedded_atom.zig");
const Buffer = @import("buffer.zig").Buffer;
const Error = @import("../task.zig").Error;
const Evaluation = @import("evaluation.zig").Evaluation;
const Scope = @import("../scope.zig").Scope;
const System = @import("system.zig").System;
const width = @import("../kernels/vector.zig").width;

/// One table needs less than 2^31 rows.
const max_nodes = 1 << 16;

const Scratch = struct {
    sites: Buffer([4]f64) = .{},
    near: Buffer(u8) = .{},
};

pub const EmbeddedAtom = struct {
    tables: kernel.Tables,
    embed: *const kernel.Evaluate,
    attract: *const kernel.Evaluate,
    scratch: *Scratch,

    pub fn read(scope: *Scope, numbers: []const f64, kind_count: usize) Error!EmbeddedAtom {
        var reader: Reader = .{ .scope = scope, .numbers = numbers };
        const cutoff_square = (try reader.take(1))[0];
        const node_count = try reader.count(max_nodes);
        const embeddings = try scope.alloc(kernel.Embedding, kind_count);
        for (embeddings) |*embedding| embedding.* = try reader.embedding();
        const pair_count = kind_count * kind_count;
        const nodes = try reader.take(4 * pair_count * node_count);
        const row_count = node_count + 1;
        if (!(cutoff_square > 0) or reader.numbers.len != 0 or pair_count * row_count >= 1 << 31) {
            return scope.invalid("an embedded atom potential has a cutoff and no more numbers", .{});
        }
        const rows = try scope.alloc(kernel.Row, pair_count * row_count);
        const nodes_of: [*]const [4]f64 = @ptrCast(nodes.ptr);
        for (0..pair_count) |pair| {
            expand(nodes_of[pair * node_count ..][0..node_count], rows[pair * row_count ..][0..row_count]);
        }
        const scratch = &(try scope.alloc(Scratch, 1))[0];
        scratch.* = .{};
        const several = @intFromBool(kind_count > 1);
        const kernels = &dispatch.kernels().embedded_atom;
        return .{
            .tables = .{
                .rows = rows.ptr,
                .row_count = row_count,
                .scale = (@as(f64, @floatFromInt(node_count)) - 0.5) / cutoff_square,
                .cutoff_square = cutoff_square,
                .embeddings = embeddings.ptr,
                .sites = undefined,
                .near = undefined,
                .far = undefined,
            },
            .embed = kernels.embed[several],
            .attract = kernels.attract[several],
            .scratch = scratch,
        };
    }

    pub fn cutoff(potential: *const EmbeddedAtom) f64 {
        return @sqrt(potential.tables.cutoff_square);
    }

    pub fn evaluate(
        potential: *const EmbeddedAtom,
        scope: *Scope,
        system: *const System,
        evaluation: *Evaluation,
    ) Error!void {
        const scratch = potential.scratch;
        const place_count = system.places.items.len;
        try scratch.sites.resize(scope, place_count);
        try scratch.near.resize(scope, system.list.entries.items.len / width);
        const sites = scratch.sites.items;
        var tables = potential.tables;
        tables.sites = @alignCast(sites.ptr);
        tables.near = scratch.near.items.ptr;
        tables.far = @intCast(place_count - 1);
        try evaluation.add(scope, system, &tables, potential.embed);
        const places = system.places.items;
        for (sites[system.count .. place_count - 1], places[system.count .. place_count - 1], system.images.items) |*site, place, image| {
            site.* = .{ place.x, place.y, place.z, sites[image.owner][3] };
        }
        const last = places[place_count - 1];
        sites[place_count - 1] = .{ last.x, last.y, last.z, 0 };
        try evaluation.add(scope, system, &tables, potential.attract);
    }
};

const Reader = struct {
    scope: *Scope,
    numbers: []const f64,

    fn take(reader: *Reader, count_of: usize) Error![]const f64 {
        if (count_of > reader.numbers.len) {
            return reader.scope.invalid("an embedded atom potential ends too early", .{});
        }
        defer reader.numbers = reader.numbers[count_of..];
        return reader.numbers[0..count_of];
    }

    fn count(reader: *Reader, most: f64) Error!usize {
        const value = (try reader.take(1))[0];
        if (value >= 2 and value <= most and value == @floor(value)) return @intFromFloat(value);
        return reader.scope.invalid("an embedded atom potential has 2 to {d} nodes, got {d}", .{ most, value });
    }

    fn embedding(reader: *Reader) Error!kernel.Embedding {
        const node_count = try reader.count(1 << 32);
        const step = (try reader.take(1))[0];
        const root = (try reader.take(1))[0];
        if (!(step > 0)) return reader.scope.invalid("densities need a step above 0, got {d}", .{step});
        const nodes = try reader.take(2 * node_count);
        return .{
            .nodes = nodes.ptr,
            .node_count = node_count,
            .inverse_step = 1 / step,
            .root = root,
        };
    }
};

/// Hermite's cubics between nodes, about the middles. Below the first node a straight line goes on.
fn expand(nodes: []const [4]f64, rows: []kernel.Row) void {
    rows[0] = .{ .density = line(nodes[0][0..2].*), .pair = line(nodes[0][2..4].*) };
    for (rows[1 .. rows.len - 1], nodes[0 .. nodes.len - 1], nodes[1..]) |*row, left, right| {
        row.* = .{
            .density = cubic(left[0..2].*, right[0..2].*),
            .pair = cubic(left[2..4].*, right[2..4].*),
        };
    }
    rows[rows.len - 1] = .{ .density = .{0} ** 4, .pair = .{0} ** 4 };
}

/// Value and slope at ½.
fn line(node: [2]f64) [4]f64 {
    return .{ node[0] - 0.5 * node[1], node[1], 0, 0 };
}

/// Values and slopes at -½ and ½.
fn cubic(left: [2]f64, right: [2]f64) [4]f64 {
    const rise = right[0] - left[0];
    const bend = right[1] - left[1];
    return .{
        0.5 * (left[0] + right[0]) - 0.125 * bend,
        1.5 * rise - 0.25 * (left[1] + right[1]),
        0.5 * bend,
        left[1] + right[1] - 2 * rise,
    };
}

const testing = @import("std").testing;

test "a cubic is met between its nodes" {
    const row = cubic(.{ -0.125 + 0.25, 0.75 - 1 }, .{ 0.125 + 0.25, 0.75 + 1 });
    try testing.expectEqual([4]f64{ 0, 0, 1, 1 }, row);
}
