//! Job "commonNeighbors": the structure type of every atom from the bonds among its neighbours, as
//! signatures (common neighbours, bonds among them, bonds of the largest connected set of those):
//! Honeycutt & Andersen (1987), Faken & Jónsson (1994); the adaptive cutoff of Stukowski (2012) and the
//! second shell of diamond of Maras et al. (2016).
const std = @import("std");
const Cell = @import("bins.zig").Cell;
const Error = @import("../task.zig").Error;
const Neighbor = @import("neighborhoods.zig").Neighbor;
const Neighborhoods = @import("neighborhoods.zig").Neighborhoods;
const Scope = @import("../scope.zig").Scope;
const Search = @import("neighborhoods.zig").Search;
const max_count = @import("neighborhoods.zig").max_count;

const Method = enum(u8) { fixed, adaptive, diamond };

/// JavaScript has the same order in `structureTypes`.
const Type = enum(u8) { other, fcc, hcp, bcc, icosahedral, cubic_diamond, hexagonal_diamond };

/// Half way between the first and the second shell of fcc, in units of the first.
const half_way = (1 + std.math.sqrt2) / 2.0;

/// Two shells of diamond, and no more than twice and four times as many may be asked for.
const diamond_count = 16;

const Signature = struct {
    common: u8,
    bonds: u8,
    chain: u8,

    fn is(signature: Signature, common: u8, bonds: u8, chain: u8) bool {
        return signature.common == common and signature.bonds == bonds and signature.chain == chain;
    }
};

/// Signatures are counted as far as they fit here; others are no part of any known structure.
const table_edge = 16;
const table_size = table_edge * table_edge * table_edge;

/// The neighbours of one atom and which of them are bonded, padded to whole vectors.
const Shell = struct {
    count: usize = 0,
    x: [max_count]f64 = undefined,
    y: [max_count]f64 = undefined,
    z: [max_count]f64 = undefined,
    bonds: [max_count]u64 = undefined,

    fn add(shell: *Shell, delta: [3]f64) void {
        shell.x[shell.count], shell.y[shell.count], shell.z[shell.count] = delta;
        shell.count += 1;
    }

    fn bond(shell: *Shell, all: *const Neighborhoods, cutoff: f64) void {
        // Lanes behind the end are computed and masked: they must hold numbers.
        for (shell.count..@min(max_count, shell.count + 8)) |index| {
            shell.x[index], shell.y[index], shell.z[index] = .{ 0, 0, 0 };
        }
        all.kernels.nearest_adjacency(
            &shell.x,
            &shell.y,
            &shell.z,
            shell.count,
            cutoff * cutoff,
            &shell.bonds,
        );
    }

    fn signature(shell: *const Shell, neighbor: usize) Signature {
        const common = shell.bonds[neighbor];
        var ends: usize = 0;
        var rest = common;
        while (rest != 0) : (rest &= rest - 1) {
            ends += @popCount(shell.bonds[@ctz(rest)] & common);
        }
        return .{
            .common = @popCount(common),
            .bonds = @intCast(@min(ends / 2, 255)),
            .chain = @intCast(@min(shell.longestChain(common), 255)),
        };
    }

    /// Bonds of the largest connected set among the common neighbours.
    fn longestChain(shell: *const Shell, common: u64) usize {
        var most: usize = 0;
        var rest = common;
        while (rest != 0) {
            var members: u64 = rest & (~rest + 1);
            var border = members;
            var ends: usize = 0;
            while (border != 0) {
                const linked = shell.bonds[@ctz(border)] & common;
                border &= border - 1;
                ends += @popCount(linked);
                border |= linked & ~members;
                members |= linked;
            }
            most = @max(most, ends / 2);
            rest &= ~members;
        }
        return most;
    }
};

const Request = struct {
    all: *const Neighborhoods,
    method: Method,
    types: []u8,
    /// Counts over all atoms by `common · 256 + bonds · 16 + chain`; empty when not wanted.
    table: []std.atomic.Value(u64),

    fn chunk(request: *Request, scope: *Scope, index: usize) Error!void {
        var search = try Search.create(request.all, scope);
        var counter: Counter = .{};
        if (request.table.len > 0) {
            counter.counts = try scope.alloc(u32, table_size);
            @memset(counter.counts, 0);
        }
        const bins = request.all.binsOf(index);
        for (bins.first..bins.end) |bin| {
            const sites = try search.begin(scope, bin);
            for (sites.begin..sites.end) |site| {
                const found = try search.of(scope, site);
                const kind = switch (request.method) {
                    .fixed => request.ofFixed(found, &counter),
                    .adaptive => request.ofAdaptive(found, &counter),
                    .diamond => try request.ofDiamond(scope, &search, found, site, &counter),
                };
                request.types[request.all.bins.sites.original[site]] = @intFromEnum(kind);
            }
        }
        // Sums of whole numbers: the order of the chunks does not matter.
        for (counter.counts, 0..) |count, entry| {
            if (count > 0) _ = request.table[entry].fetchAdd(count, .monotonic);
        }
    }

    fn ofFixed(request: *const Request, found: []const Neighbor, counter: *Counter) Type {
        if (found.len > max_count or found.len == 0) return .other;
        var shell: Shell = .{};
        for (found) |neighbor| shell.add(neighbor.delta);
        shell.bond(request.all, request.all.reach);
        counter.add(&shell);
        return switch (shell.count) {
            12 => ofTwelve(&shell),
            14 => ofFourteen(&shell),
            else => .other,
        };
    }

    fn ofAdaptive(request: *const Request, found: []const Neighbor, counter: *Counter) Type {
        if (found.len < 12) return .other;
        var shell: Shell = .{};
        var sum: f64 = 0;
        for (found[0..12]) |neighbor| {
            shell.add(neighbor.delta);
            sum += @sqrt(neighbor.square);
        }
        shell.bond(request.all, half_way * sum / 12);
        const kind = ofTwelve(&shell);
        if (kind != .other or found.len < 14) {
            counter.add(&shell);
            return kind;
        }
        var wide: Shell = .{};
        sum = 0;
        for (found[0..14], 0..) |neighbor, rank| {
            wide.add(neighbor.delta);
            // The first shell of bcc brought to the radius of the second.
            const scale = if (rank < 8) 2 / @sqrt(@as(f64, 3)) else @as(f64, 1);
            sum += scale * @sqrt(neighbor.square);
        }
        wide.bond(request.all, half_way * sum / 14);
        const wide_kind = ofFourteen(&wide);
        counter.add(if (wide_kind == .other) &shell else &wide);
        return wide_kind;
    }

    /// The second shell of diamond, 12 atoms by way of the first, is that of fcc or hcp.
    fn ofDiamond(
        request: *const Request,
        scope: *Scope,
        search: *Search,
        given: []const Neighbor,
        site: usize,
        counter: *Counter,
    ) Error!Type {
        var found = given;
        var shell: Shell = .{};
        var wanted: usize = 2 * diamond_count;
        while (true) : (wanted *= 2) {
            if (found.len < 4) return .other;
            // A copy: the next search writes over what this one found.
            const first = found[0..4].*;
            if (try secondShell(scope, search, &first, &shell)) break;
            if (wanted > max_count) return .other;
            found = try search.alone(scope, request.all.position(site), site, wanted);
        }
        if (shell.count != 12) return .other;
        var sum: f64 = 0;
        for (0..12) |index| {
            const x, const y, const z = .{ shell.x[index], shell.y[index], shell.z[index] };
            sum += @sqrt(x * x + y * y + z * z);
        }
        shell.bond(request.all, half_way * sum / 12);
        counter.add(&shell);
        return switch (ofTwelve(&shell)) {
            .fcc => .cubic_diamond,
            .hcp => .hexagonal_diamond,
            else => .other,
        };
    }

    /// False where the cloud may lack a neighbour of a neighbour.
    fn secondShell(scope: *Scope, search: *Search, first: *const [4]Neighbor, shell: *Shell) Error!bool {
        shell.count = 0;
        for (first) |neighbor| {
            const around = try search.ofNeighbor(scope, neighbor, 4) orelse return false;
            for (around) |second| {
                var delta: [3]f64 = undefined;
                var square: f64 = 0;
                for (neighbor.delta, second.delta, &delta) |a, b, *sum| {
                    sum.* = a + b;
                    square += sum.* * sum.*;
                }
                // Back at the atom itself.
                if (square < 0.1 * neighbor.square) continue;
                shell.add(delta);
            }
        }
        return true;
    }
};

const Counter = struct {
    counts: []u32 = &.{},

    fn add(counter: *Counter, shell: *const Shell) void {
        if (counter.counts.len == 0) return;
        for (0..shell.count) |neighbor| {
            const signature = shell.signature(neighbor);
            if (@max(signature.common, signature.bonds, signature.chain) >= table_edge) continue;
            const entry = (@as(usize, signature.common) * table_edge + signature.bonds) * table_edge +
                signature.chain;
            counter.counts[entry] += 1;
        }
    }
};

fn ofTwelve(shell: *const Shell) Type {
    var cubic: usize = 0;
    var hexagonal: usize = 0;
    var fivefold: usize = 0;
    for (0..12) |neighbor| {
        const signature = shell.signature(neighbor);
        if (signature.is(4, 2, 1)) cubic += 1 else if (signature.is(4, 2, 2)) hexagonal += 1 else if (signature.is(5, 5, 5)) fivefold += 1 else return .other;
    }
    if (cubic == 12) return .fcc;
    if (cubic == 6 and hexagonal == 6) return .hcp;
    return if (fivefold == 12) .icosahedral else .other;
}

fn ofFourteen(shell: *const Shell) Type {
    var square: usize = 0;
    var sixfold: usize = 0;
    for (0..14) |neighbor| {
        const signature = shell.signature(neighbor);
        if (signature.is(4, 4, 4)) square += 1 else if (signature.is(6, 6, 6)) sixfold += 1 else return .other;
    }
    return if (square == 6 and sixfold == 8) .bcc else .other;
}

/// params: method, cutoff in Å (fixed only), 1 to count signatures. Outputs: types; the counts.
pub fn run(scope: *Scope) Error!void {
    const method: Method = @enumFromInt(@as(u8, @intFromFloat(try scope.param(0, "method", 0, 2))));
    const cutoff = try scope.param(1, "cutoff", 0, 1e12);
    const counts = try scope.param(2, "signatures", 0, 1) != 0;
    var cell: Cell = undefined;
    const all = try Neighborhoods.create(scope, &cell, switch (method) {
        .fixed => .{ .cutoff = cutoff },
        .adaptive => .{ .count = 14 },
        .diamond => .{ .count = diamond_count },
    });
    scope.expectChunks(all.chunkCount());
    var request: Request = .{
        .all = &all,
        .method = method,
        .types = try scope.output(u8, all.site_count),
        .table = &.{},
    };
    const table = try scope.output(f64, if (counts) table_size else 0);
    if (counts) {
        request.table = try scope.alloc(std.atomic.Value(u64), table_size);
        @memset(std.mem.sliceAsBytes(request.table), 0);
    }
    try scope.forEach(all.chunkCount(), &request, Request.chunk);
    for (table, request.table) |*total, *count| {
        total.* = @floatFromInt(count.load(.monotonic)); // behind the loop, which orders it
    }
}

test "signatures of a ring of five about a bond, and of two separate bonds" {
    var shell: Shell = .{ .count = 6 };
    // 0 is bonded to the ring 1 .. 5.
    shell.bonds[0] = 0b111110;
    for (0..5) |index| {
        const next = 1 + (index + 1) % 5;
        const before = 1 + (index + 4) % 5;
        shell.bonds[index + 1] = 1 | @as(u64, 1) << @intCast(next) | @as(u64, 1) << @intCast(before);
    }
    try std.testing.expect(shell.signature(0).is(5, 5, 5));
    // From a member of the ring: its two neighbours there and the hub, with two bonds that meet in it.
    try std.testing.expect(shell.signature(1).is(3, 2, 2));

    shell.count = 5;
    shell.bonds[0] = 0b11110;
    shell.bonds[1] = 0b00101;
    shell.bonds[2] = 0b00011;
    shell.bonds[3] = 0b10001;
    shell.bonds[4] = 0b01001;
    try std.testing.expect(shell.signature(0).is(4, 2, 1));
}
