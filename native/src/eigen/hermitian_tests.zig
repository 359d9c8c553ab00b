//! Tests of the solver: what makes eigenvalues and eigenvectors right, at every SIMD level.
const std = @import("std");
const testing = std.testing;
const dispatch = @import("../kernels/dispatch.zig");
const hermitian = @import("hermitian.zig");
const Level = dispatch.Level;

const Never = struct {
    pub fn checkpoint(_: Never) error{}!void {}
};

const Complex = std.math.Complex(f64);

/// A matrix with what was found of it.
const Case = struct {
    n: usize,
    matrix: []f64,
    values: []f64,
    vectors: []f64,

    fn init(n: usize) !Case {
        const case: Case = .{
            .n = n,
            .matrix = try testing.allocator.alloc(f64, 2 * n * n),
            .values = try testing.allocator.alloc(f64, n),
            .vectors = try testing.allocator.alloc(f64, 2 * n * n),
        };
        @memset(case.matrix, 0);
        return case;
    }

    fn deinit(case: Case) void {
        testing.allocator.free(case.matrix);
        testing.allocator.free(case.values);
        testing.allocator.free(case.vectors);
    }

    fn set(case: Case, i: usize, j: usize, re: f64, im: f64) void {
        case.matrix[2 * (i * case.n + j)] = re;
        case.matrix[2 * (i * case.n + j) + 1] = im;
        case.matrix[2 * (j * case.n + i)] = re;
        case.matrix[2 * (j * case.n + i) + 1] = if (i == j) 0 else -im;
    }

    fn randomise(case: Case, seed: u64) void {
        var random = std.Random.DefaultPrng.init(seed);
        const numbers = random.random();
        for (0..case.n) |i| {
            for (0..i + 1) |j| case.set(i, j, numbers.floatNorm(f64), numbers.floatNorm(f64));
        }
    }

    /// The vectors of a random matrix with other eigenvalues.
    fn withEigenvalues(case: Case, given: []const f64) !void {
        case.randomise(case.n);
        try case.solve(.generic, true);
        for (0..case.n) |i| {
            for (0..i + 1) |j| {
                var sum = Complex.init(0, 0);
                for (given, 0..) |value, k| {
                    const right = case.at(case.vectors, k, j).conjugate();
                    sum = sum.add(case.at(case.vectors, k, i).mul(right).mul(Complex.init(value, 0)));
                }
                case.set(i, j, sum.re, sum.im);
            }
        }
    }

    fn expectValues(case: Case, expected: []const f64) !void {
        const sorted = try testing.allocator.dupe(f64, expected);
        defer testing.allocator.free(sorted);
        std.mem.sort(f64, sorted, {}, std.sort.asc(f64));
        for (sorted, case.values) |value, found| {
            try testing.expectApproxEqAbs(value, found, 1e-14 * case.norm());
        }
    }

    fn solve(case: Case, level: Level, wants_vectors: bool) !void {
        const length = hermitian.scratchLength(case.n, wants_vectors);
        const scratch = try testing.allocator.alignedAlloc(f64, 64, length);
        defer testing.allocator.free(scratch);
        @memset(scratch, std.math.nan(f64)); // it may hold anything
        try hermitian.solve(dispatch.of(level), .{
            .n = case.n,
            .matrix = case.matrix,
            .values = case.values,
            .vectors = if (wants_vectors) case.vectors else null,
            .scratch = scratch,
        }, Never{});
    }

    fn at(case: Case, values: []const f64, row: usize, column: usize) Complex {
        const place = 2 * (row * case.n + column);
        return Complex.init(values[place], values[place + 1]);
    }

    fn norm(case: Case) f64 {
        var largest: f64 = 0;
        for (0..case.n) |i| {
            var sum: f64 = 0;
            for (0..case.n) |j| {
                const element = case.at(case.matrix, i, j);
                sum += @abs(element.re) + @abs(element.im); // squares might underflow
            }
            largest = @max(largest, sum);
        }
        return largest;
    }

    /// The larger of |A v - λ v| / |A| and |vᵢᴴ vⱼ - δᵢⱼ|.
    fn defect(case: Case) f64 {
        const size = @max(case.norm(), std.math.floatMin(f64));
        var worst: f64 = 0;
        for (0..case.n) |k| {
            var residual: f64 = 0;
            for (0..case.n) |i| {
                var sum = case.at(case.vectors, k, i).mul(Complex.init(-case.values[k] / size, 0));
                for (0..case.n) |j| {
                    const element = case.at(case.matrix, i, j);
                    const scaled = Complex.init(element.re / size, element.im / size);
                    sum = sum.add(scaled.mul(case.at(case.vectors, k, j)));
                }
                residual += sum.re * sum.re + sum.im * sum.im;
            }
            worst = @max(worst, @sqrt(residual));
            for (0..k + 1) |l| {
                var overlap = Complex.init(if (k == l) -1 else 0, 0);
                for (0..case.n) |i| {
                    const left = case.at(case.vectors, k, i).conjugate();
                    overlap = overlap.add(left.mul(case.at(case.vectors, l, i)));
                }
                worst = @max(worst, overlap.magnitude());
            }
        }
        return worst;
    }

    /// With and without vectors.
    fn check(case: Case) !void {
        const best = dispatch.level();
        try case.solve(best, false);
        const alone = try testing.allocator.dupe(f64, case.values);
        defer testing.allocator.free(alone);
        try case.solve(best, true);
        try testing.expect(std.sort.isSorted(f64, case.values, {}, std.sort.asc(f64)));
        try testing.expect(case.defect() <= 1e-14 * @sqrt(@as(f64, @floatFromInt(case.n))));
        for (case.values, alone) |value, other| {
            try testing.expectApproxEqAbs(value, other, 1e-13 * case.norm());
        }
        try case.checkPhases();
    }

    fn checkPhases(case: Case) !void {
        for (0..case.n) |k| {
            var largest: f64 = 0;
            var largest_real: f64 = 0;
            for (0..case.n) |i| {
                const value = case.at(case.vectors, k, i);
                largest = @max(largest, value.magnitude());
                if (value.im == 0) largest_real = @max(largest_real, value.re);
            }
            try testing.expect(largest_real >= largest * (1 - 1e-12));
        }
    }
};

test "random matrices of all small sizes and some larger ones" {
    for ([_]usize{ 1, 2, 3, 4, 5, 6, 7, 8, 9, 15, 16, 17, 24, 31, 32, 33, 34, 47, 64, 65, 100, 129, 200 }) |n| {
        const case = try Case.init(n);
        defer case.deinit();
        case.randomise(n);
        case.check() catch |failure| {
            std.debug.print("n = {d}: defect {e}\n", .{ n, case.defect() });
            return failure;
        };
    }
}

test "the eigenvalues of a chain, and of all ones" {
    const n = 90;
    const case = try Case.init(n);
    defer case.deinit();
    var expected: [n]f64 = undefined;
    for (0..n) |i| {
        case.set(i, i, 2, 0);
        if (i > 0) case.set(i, i - 1, 0, -1); // the phase changes no eigenvalue
        const angle = std.math.pi * @as(f64, @floatFromInt(i + 1)) / (n + 1);
        expected[i] = 2 - 2 * @cos(angle);
    }
    try case.check();
    try case.expectValues(&expected);
    for (0..n) |i| {
        for (0..i + 1) |j| case.set(i, j, 1, 0);
    }
    try case.check();
    @memset(&expected, 0);
    expected[0] = n;
    try case.expectValues(&expected);
}

test "matrices that are diagonal already" {
    for ([_]usize{ 1, 2, 7, 33, 70 }) |n| {
        const case = try Case.init(n);
        defer case.deinit();
        try case.check(); // zero
        for (0..n) |i| case.set(i, i, 1, 0);
        try case.check();
        for (0..n) |i| case.set(i, i, @floatFromInt((i * 7) % 5), 0);
        try case.check();
        for (0..n) |i| {
            if (i % 3 == 1) case.set(i, i - 1, 0.5, 0.25);
        }
        try case.check();
    }
}

test "projectors and clusters" {
    const n = 75;
    const case = try Case.init(n);
    defer case.deinit();
    var values: [n]f64 = undefined;
    for (&values, 0..) |*value, k| value.* = if (k % 3 == 0) 1 else 0;
    try case.withEigenvalues(&values);
    try case.check();
    try case.expectValues(&values);
    for (&values, 0..) |*value, k| value.* = 1 + 1e-14 * @as(f64, @floatFromInt(k));
    try case.withEigenvalues(&values);
    try case.check();
    try case.expectValues(&values);
    for (&values, 0..) |*value, k| {
        value.* = @as(f64, @floatFromInt(k / 5)) + 1e-14 * @as(f64, @floatFromInt(k % 5));
    }
    try case.withEigenvalues(&values);
    try case.check();
    try case.expectValues(&values);
}

test "Wilkinson's matrices, alone and glued" {
    for ([_]f64{ 0, 1e-14, 1e-8, 1e-3, 1 }) |glue| {
        const part = 21;
        const n = 5 * part;
        const case = try Case.init(n);
        defer case.deinit();
        for (0..n) |i| {
            const distance = @as(f64, @floatFromInt(i % part)) - (part - 1) / 2;
            case.set(i, i, @abs(distance), 0);
            if (i > 0) case.set(i, i - 1, if (i % part == 0) glue else 1, 0);
        }
        try case.check();
        try testing.expect(case.values[n - 1] >= 10.746194182903393 - 1e-12);
        if (glue == 0) try testing.expectApproxEqAbs(10.746194182903393, case.values[n - 1], 1e-13);
    }
}

test "graded matrices, Hilbert's, and ones near the ends of the numbers" {
    const n = 50;
    const case = try Case.init(n);
    defer case.deinit();
    for (0..n) |i| {
        for (0..i + 1) |j| {
            const exponent = 5 - @as(f64, @floatFromInt(i + j)) * 10 / (n - 1);
            const size = std.math.pow(f64, 10, 2 * exponent / 2);
            case.set(i, j, size, if (i == j) 0 else size / 2);
        }
    }
    try case.check();
    for (0..n) |i| {
        for (0..i + 1) |j| case.set(i, j, 1 / @as(f64, @floatFromInt(i + j + 1)), 0);
    }
    try case.check();
    for ([_]f64{ 1e-318, 1e-300, 1e-160, 1e-8, 1e150, 1e300 }) |size| {
        case.randomise(3);
        for (case.matrix) |*value| value.* *= size;
        if (size > 1e-310) try case.check() else try case.solve(dispatch.level(), true);
        for (case.values) |value| try testing.expect(std.math.isFinite(value));
    }
    case.randomise(3);
    for (0..n) |i| { // digits that are lost in squares
        for (0..n) |j| {
            if ((i < 25) != (j < 25)) case.matrix[2 * (i * n + j)] *= 1e-155;
            if ((i < 25) != (j < 25)) case.matrix[2 * (i * n + j) + 1] *= 1e-155;
        }
    }
    try case.check();
}

test "every level gives the same bits" {
    for ([_]usize{ 5, 30, 77, 130 }) |n| {
        const case = try Case.init(n);
        defer case.deinit();
        case.randomise(n);
        try case.solve(.generic, true);
        const reference = try Case.init(n);
        defer reference.deinit();
        @memcpy(reference.values, case.values);
        @memcpy(reference.vectors, case.vectors);
        for (std.enums.values(Level)) |level| {
            if (@intFromEnum(level) > @intFromEnum(dispatch.level())) continue;
            try case.solve(level, true);
            try testing.expectEqualSlices(f64, reference.values, case.values);
            try testing.expectEqualSlices(f64, reference.vectors, case.vectors);
        }
    }
}

test "only the lower triangle counts, and vectors may take the place of the matrix" {
    const n = 40;
    const case = try Case.init(n);
    defer case.deinit();
    case.randomise(1);
    try case.solve(dispatch.level(), true);
    const expected = try testing.allocator.dupe(f64, case.vectors);
    defer testing.allocator.free(expected);
    for (0..n) |i| {
        case.matrix[2 * (i * n + i) + 1] = std.math.nan(f64);
        for (i + 1..n) |j| case.matrix[2 * (i * n + j)] = std.math.inf(f64);
    }
    const in_place: Case = .{
        .n = n,
        .matrix = case.matrix,
        .values = case.values,
        .vectors = case.matrix,
    };
    try in_place.solve(dispatch.level(), true);
    try testing.expectEqualSlices(f64, expected, in_place.vectors);
}

test "numbers without a finite answer are refused" {
    for ([_]usize{ 1, 5, 50 }) |n| {
        for ([_]f64{ std.math.nan(f64), std.math.inf(f64), -std.math.inf(f64), 1e302 }) |bad| {
            for ([_]bool{ false, true }) |wants_vectors| {
                const case = try Case.init(n);
                defer case.deinit();
                case.randomise(n);
                case.matrix[2 * (n - 1) * n] = bad;
                const expected = if (bad == 1e302) error.TooLarge else error.NotFinite;
                try testing.expectError(expected, case.solve(dispatch.level(), wants_vectors));
            }
        }
    }
}

const Countdown = struct {
    left: usize,

    pub fn checkpoint(countdown: *Countdown) error{Stopped}!void {
        if (countdown.left == 0) return error.Stopped;
        countdown.left -= 1;
    }
};

test "a large matrix is stopped wherever it is" {
    const n = 150;
    const case = try Case.init(n);
    defer case.deinit();
    case.randomise(n);
    const length = hermitian.scratchLength(n, true);
    const scratch = try testing.allocator.alignedAlloc(f64, 64, length);
    defer testing.allocator.free(scratch);
    var polls: usize = 0;
    while (true) : (polls += 1) {
        var countdown: Countdown = .{ .left = polls };
        hermitian.solve(dispatch.kernels(), .{
            .n = n,
            .matrix = case.matrix,
            .values = case.values,
            .vectors = case.vectors,
            .scratch = scratch,
        }, &countdown) catch |failure| {
            try testing.expectEqual(error.Stopped, failure);
            continue;
        };
        break;
    }
    try testing.expect(polls > n);
    try testing.expect(case.defect() <= 1e-13);
}
