//! Job "centrosymmetry": P = Σ |Rᵢ + Rⱼ|² over the half as many pairs as neighbours with the smallest
//! values (Kelchner, Plimpton & Hamilton 1998).
const std = @import("std");
const Cell = @import("bins.zig").Cell;
const Error = @import("../task.zig").Error;
const Neighbor = @import("neighborhoods.zig").Neighbor;
const Neighborhoods = @import("neighborhoods.zig").Neighborhoods;
const Scope = @import("../scope.zig").Scope;
const Search = @import("neighborhoods.zig").Search;

const max_neighbors = 32;
const max_pairs = max_neighbors * (max_neighbors - 1) / 2;

const Request = struct {
    all: *const Neighborhoods,
    count: usize,
    out: []f64,

    fn chunk(request: *Request, scope: *Scope, index: usize) Error!void {
        var search = try Search.create(request.all, scope);
        const bins = request.all.binsOf(index);
        for (bins.first..bins.end) |bin| {
            const sites = try search.begin(scope, bin);
            for (sites.begin..sites.end) |site| {
                const found = try search.of(scope, site);
                request.out[request.all.bins.sites.original[site]] = parameterOf(found, request.count);
            }
        }
    }
};

fn parameterOf(found: []const Neighbor, count: usize) f64 {
    if (found.len < count) return std.math.nan(f64);
    var values: [max_pairs]f64 = undefined;
    var filled: usize = 0;
    for (found, 0..) |a, i| {
        for (found[0..i]) |b| {
            var square: f64 = 0;
            for (a.delta, b.delta) |x, y| square += (x + y) * (x + y);
            values[filled] = square;
            filled += 1;
        }
    }
    // The smallest ones first, in order, so that the sum is the same on every machine.
    var sum: f64 = 0;
    for (0..count / 2) |rank| {
        var least = rank;
        for (rank + 1..filled) |candidate| {
            if (values[candidate] < values[least]) least = candidate;
        }
        std.mem.swap(f64, &values[rank], &values[least]);
        sum += values[rank];
    }
    return sum;
}

/// params: neighbours, even. Output 0: Å², NaN for a site with fewer.
pub fn run(scope: *Scope) Error!void {
    const given = try scope.param(0, "neighborCount", 2, max_neighbors);
    const count: usize = @intFromFloat(given);
    if (count % 2 != 0) return scope.invalid("neighborCount must be even, got {d}", .{count});
    var cell: Cell = undefined;
    const all = try Neighborhoods.create(scope, &cell, .{ .count = count });
    scope.expectChunks(all.chunkCount());
    var request: Request = .{ .all = &all, .count = count, .out = try scope.output(f64, all.site_count) };
    try scope.forEach(all.chunkCount(), &request, Request.chunk);
}
