//! Job "bondOrder": q_l and w_l of Steinhardt, Nelson & Ronchetti (1983), averaged over the
//! neighbourhood as Lechner & Dellago (2008) do if asked.
const std = @import("std");
const Cell = @import("bins.zig").Cell;
const Error = @import("../task.zig").Error;
const Neighbor = @import("neighborhoods.zig").Neighbor;
const Neighborhoods = @import("neighborhoods.zig").Neighborhoods;
const Scope = @import("../scope.zig").Scope;
const Search = @import("neighborhoods.zig").Search;
const max_count = @import("neighborhoods.zig").max_count;
const vector3 = @import("vector3.zig");

const max_degree = 12;
const max_degrees = max_degree + 1;
/// q_lm of all degrees for m from 0 to l; those of -m follow from them.
const max_terms = (max_degree + 1) * (max_degree + 2) / 2;

const Complex = extern struct { re: f64 = 0, im: f64 = 0 };

pub const Sums = [max_terms]Complex;

/// The degrees asked for and where their q_lm stand.
const Basis = struct {
    degrees: []const i32,
    highest: usize,
    terms: usize,
    /// By l: where m = 0 stands; negative where l is not asked for.
    first: [max_degrees]i32,
    /// √((2l + 1)/4π · (l − m)!/(l + m)!), by l and m.
    norm: [max_degrees][max_degrees]f64,

    fn create(scope: *Scope, degrees: []const i32) Error!Basis {
        var basis: Basis = .{
            .degrees = degrees,
            .highest = 0,
            .terms = 0,
            .first = .{-1} ** max_degrees,
            .norm = undefined,
        };
        if (degrees.len == 0) return scope.invalid("no degree l to compute", .{});
        for (degrees) |degree| {
            if (degree < 0 or degree > max_degree) {
                return scope.invalid("l must lie in [0, {d}], got {d}", .{ max_degree, degree });
            }
            const l: usize = @intCast(degree);
            if (basis.first[l] >= 0) return scope.invalid("l = {d} is asked for twice", .{l});
            basis.first[l] = @intCast(basis.terms);
            basis.terms += l + 1;
            basis.highest = @max(basis.highest, l);
        }
        for (0..max_degrees) |l| for (0..l + 1) |m| {
            var ratio: f64 = @floatFromInt(2 * l + 1);
            for (l - m + 1..l + m + 1) |factor| ratio /= @floatFromInt(factor);
            basis.norm[l][m] = @sqrt(ratio / (4 * std.math.pi));
        };
        return basis;
    }

    /// Adds Y_lm of a direction, without the phase (-1)^m, which cancels in what is computed of them.
    fn add(basis: *const Basis, delta: [3]f64, square: f64, weight: f64, sums: *Sums) void {
        const inverse = if (square > 0) 1 / @sqrt(square) else 0;
        const x, const y, const z = .{ delta[0] * inverse, delta[1] * inverse, delta[2] * inverse };
        // sin^m θ · e^{imφ}, and P_l^m / sin^m θ by recursion over l.
        var phase: Complex = .{ .re = 1 };
        var diagonal: f64 = 1;
        for (0..basis.highest + 1) |m| {
            var before: f64 = 0;
            var value = diagonal;
            for (m..basis.highest + 1) |l| {
                if (l > m) {
                    const next = (asFloat(2 * l - 1) * z * value - asFloat(l + m - 1) * before) / asFloat(l - m);
                    before = value;
                    value = next;
                }
                if (basis.first[l] < 0) continue;
                const term = @as(usize, @intCast(basis.first[l])) + m;
                const size = weight * basis.norm[l][m] * value;
                sums[term].re += size * phase.re;
                sums[term].im += size * phase.im;
            }
            diagonal *= asFloat(2 * m + 1);
            const turned: Complex = .{
                .re = phase.re * x - phase.im * y,
                .im = phase.re * y + phase.im * x,
            };
            phase = turned;
        }
    }

    fn mean(basis: *const Basis, found: []const Neighbor, sums: *Sums) void {
        @memset(sums[0..basis.terms], .{});
        if (found.len == 0) return;
        for (found) |neighbor| basis.add(neighbor.delta, neighbor.square, 1, sums);
        divide(sums[0..basis.terms], asFloat(found.len));
    }
};

fn divide(sums: []Complex, total: f64) void {
    for (sums) |*sum| {
        sum.re /= total;
        sum.im /= total;
    }
}

/// Σ over m of |q_lm|².
fn squareOf(terms: []const Complex) f64 {
    var square = terms[0].re * terms[0].re + terms[0].im * terms[0].im;
    for (terms[1..]) |term| square += 2 * (term.re * term.re + term.im * term.im);
    return square;
}

fn component(terms: []const Complex, m: isize) Complex {
    if (m >= 0) return terms[@intCast(m)];
    const positive = terms[@intCast(-m)];
    const sign: f64 = if (@mod(m, 2) == 0) 1 else -1;
    return .{ .re = sign * positive.re, .im = -sign * positive.im };
}

/// Σ (l l l; m₁ m₂ m₃) q_lm₁ q_lm₂ q_lm₃ over m₁ + m₂ + m₃ = 0, which is real.
fn cubeOf(terms: []const Complex, symbols: []const f64) f64 {
    const l: isize = @intCast(terms.len - 1);
    const edge = 2 * terms.len - 1;
    var sum: f64 = 0;
    var first = -l;
    while (first <= l) : (first += 1) {
        const a = component(terms, first);
        var second = @max(-l, -l - first);
        while (second <= @min(l, l - first)) : (second += 1) {
            const b = component(terms, second);
            const c = component(terms, -first - second);
            const symbol = symbols[@as(usize, @intCast(first + l)) * edge + @as(usize, @intCast(second + l))];
            const re = a.re * b.re - a.im * b.im;
            const im = a.re * b.im + a.im * b.re;
            sum += symbol * (re * c.re - im * c.im);
        }
    }
    return sum;
}

/// What is asked for in inputs 3 and 4, and the results.
pub const Output = struct {
    basis: Basis,
    symbols: []const f64,
    q: []f64,
    /// Empty if not wanted.
    w: []f64,

    pub fn create(scope: *Scope, site_count: usize) Error!Output {
        const degrees = try scope.input(i32, 3, "l");
        const symbols = try scope.input(f64, 4, "symbols");
        const basis = try Basis.create(scope, degrees);
        var wanted: usize = 0;
        for (degrees) |degree| {
            const edge: usize = @intCast(2 * degree + 1);
            wanted += edge * edge;
        }
        if (symbols.len != 0 and symbols.len != wanted) {
            return scope.invalid("expected {d} 3j symbols, got {d}", .{ wanted, symbols.len });
        }
        return .{
            .basis = basis,
            .symbols = symbols,
            .q = try scope.output(f64, site_count * degrees.len),
            .w = try scope.output(f64, if (symbols.len > 0) site_count * degrees.len else 0),
        };
    }

    /// A weighted mean of Y_lm, whose `end` makes it one.
    pub const Mean = struct {
        basis: *const Basis,
        sums: *Sums,
        total: f64 = 0,

        pub fn add(mean: *Mean, delta: [3]f64, weight: f64) void {
            mean.basis.add(delta, vector3.dot(delta, delta), weight, mean.sums);
            mean.total += weight;
        }

        pub fn end(mean: *Mean) void {
            if (mean.total > 0) divide(mean.sums[0..mean.basis.terms], mean.total);
        }
    };

    pub fn begin(output: *const Output, sums: *Sums) Mean {
        @memset(sums[0..output.basis.terms], .{});
        return .{ .basis = &output.basis, .sums = sums };
    }

    pub fn write(output: *Output, site: usize, sums: *const Sums) void {
        const width = output.basis.degrees.len;
        var symbols: usize = 0;
        for (output.basis.degrees, 0..) |degree, column| {
            const l: usize = @intCast(degree);
            const first: usize = @intCast(output.basis.first[l]);
            const terms = sums[first..][0 .. l + 1];
            const square = squareOf(terms);
            output.q[site * width + column] = @sqrt(4 * std.math.pi / asFloat(2 * l + 1) * square);
            if (output.w.len == 0) continue;
            const edge = 2 * l + 1;
            const cube = cubeOf(terms, output.symbols[symbols..][0 .. edge * edge]);
            symbols += edge * edge;
            output.w[site * width + column] = if (square > 0) cube / (square * @sqrt(square)) else 0;
        }
    }
};

const Request = struct {
    all: *const Neighborhoods,
    output: *Output,
    basis: *const Basis,
    /// q_lm by slot, for averages only.
    means: []Complex,
    averages: bool,

    fn store(request: *Request, scope: *Scope, index: usize) Error!void {
        return request.eachSite(scope, index, keepMean);
    }

    fn finish(request: *Request, scope: *Scope, index: usize) Error!void {
        return request.eachSite(scope, index, writeOrder);
    }

    fn eachSite(
        request: *Request,
        scope: *Scope,
        index: usize,
        comptime body: fn (*Request, *const Search, usize, []const Neighbor) void,
    ) Error!void {
        var search = try Search.create(request.all, scope);
        const bins = request.all.binsOf(index);
        for (bins.first..bins.end) |bin| {
            const sites = try search.begin(scope, bin);
            for (sites.begin..sites.end) |site| {
                body(request, &search, site, try search.of(scope, site));
            }
        }
    }

    fn keepMean(request: *Request, _: *const Search, site: usize, found: []const Neighbor) void {
        var sums: Sums = undefined;
        request.basis.mean(found, &sums);
        const terms = request.basis.terms;
        @memcpy(request.means[site * terms ..][0..terms], sums[0..terms]);
    }

    fn writeOrder(request: *Request, search: *const Search, site: usize, found: []const Neighbor) void {
        const terms = request.basis.terms;
        var sums: Sums = undefined;
        if (request.averages) {
            @memcpy(sums[0..terms], request.means[site * terms ..][0..terms]);
            for (found) |neighbor| {
                const other = search.cloud.site[neighbor.index];
                for (sums[0..terms], request.means[other * terms ..][0..terms]) |*sum, term| {
                    sum.re += term.re;
                    sum.im += term.im;
                }
            }
            divide(sums[0..terms], asFloat(found.len + 1));
        } else request.basis.mean(found, &sums);
        request.output.write(request.all.bins.sites.original[site], &sums);
    }
};

/// Inputs: 3 degrees l, 4 the symbols (l l l; m₁ m₂ m₃) of each, or none. params: neighbours or 0,
/// cutoff in Å, 1 to average. Outputs: q and w, a row a site.
pub fn run(scope: *Scope) Error!void {
    const count: usize = @intFromFloat(try scope.param(0, "neighborCount", 0, max_count));
    const cutoff = try scope.param(1, "cutoff", 0, 1e12);
    const averages = try scope.param(2, "averaged", 0, 1) != 0;
    var cell: Cell = undefined;
    const all = try Neighborhoods.create(scope, &cell, if (count > 0)
        .{ .count = count }
    else
        .{ .cutoff = cutoff });
    const chunks = all.chunkCount();
    scope.expectChunks(if (averages) 2 * chunks else chunks);
    var output = try Output.create(scope, all.site_count);
    const terms = output.basis.terms;
    var request: Request = .{
        .all = &all,
        .output = &output,
        .basis = &output.basis,
        .means = if (averages) try scope.alloc(Complex, all.site_count * terms) else &.{},
        .averages = averages,
    };
    if (averages) try scope.forEach(chunks, &request, Request.store);
    try scope.forEach(chunks, &request, Request.finish);
}

fn asFloat(value: usize) f64 {
    return @floatFromInt(value);
}
