//! Eigenvalues and eigenvectors of one dense Hermitian matrix, a real symmetric one included: the door
//! for jobs that have such a matrix. Memory is the caller's, and the same bits come out at every SIMD
//! level.
const std = @import("std");
const complex_rows = @import("../kernels/complex_rows.zig");
const divide = @import("divide.zig");
const Kernels = @import("../kernels/table.zig").Kernels;
const merging = @import("merge.zig");
const reflections = @import("../kernels/reflections.zig");
const tridiagonal_form = @import("../kernels/tridiagonal_form.zig");
const vector = @import("../kernels/vector.zig");
const padded = vector.padded;

pub const Failure = error{
    /// NaN or infinity in the lower triangle.
    NotFinite,
    /// A number beyond `largest_number`: an eigenvalue might not be finite.
    TooLarge,
    /// The iterations stopped short of the eigenvalues; not seen, but not excluded by proof.
    NoConvergence,
};

pub const largest_number = 0x1p1000;

pub const Problem = struct {
    n: usize,
    /// [n, n, 2] by rows, re and im. Only the lower triangle is read, and the real part of the diagonal.
    matrix: []const f64,
    /// [n]: ascending.
    values: []f64,
    /// [n, n, 2], a row for each eigenvector v: A v = λ v, |v| = 1, and the first of its largest
    /// components is real and positive. May be the memory of `matrix`. Null: values alone, which then
    /// may differ in the last digits from those found with vectors.
    vectors: ?[]f64,
    /// `scratchLength(n, vectors != null)` numbers, undefined.
    scratch: []align(64) f64,
};

/// Scratch of a problem in f64.
pub fn scratchLength(n: usize, wants_vectors: bool) usize {
    return Layout.of(n, wants_vectors).length;
}

/// Solves one problem. `poll.checkpoint()` is called about every 100 µs, every few ms where n is in the
/// thousands, and its error ends the work.
pub fn solve(kernels: *const Kernels, problem: Problem, poll: anytype) !void {
    std.debug.assert(problem.matrix.len == 2 * problem.n * problem.n);
    std.debug.assert(problem.values.len == problem.n);
    if (problem.n == 0) return;
    const Poll = struct {
        inner: @TypeOf(poll),

        pub fn checkpoint(own: @This()) (PollError(@TypeOf(poll)) || Failure)!void {
            return own.inner.checkpoint();
        }
    };
    const solver = Solver.init(kernels, problem);
    return solver.run(Poll{ .inner = poll });
}

fn PollError(comptime Poll: type) type {
    const Plain = switch (@typeInfo(Poll)) {
        .pointer => |pointer| pointer.child,
        else => Poll,
    };
    const Return = @typeInfo(@TypeOf(Plain.checkpoint)).@"fn".return_type.?;
    return @typeInfo(Return).error_union.error_set;
}

/// Where things are in the scratch, in f64; each begins at a cache line.
const Layout = struct {
    stride: usize,
    matrix: usize,
    /// Three rows: a pending update, the next one, and zeros.
    updates: usize,
    tau: usize,
    diagonal: usize,
    off_diagonal: usize,
    /// Rows of complex numbers; before, two squares of real ones.
    vectors: usize = 0,
    /// Real eigenvectors of the tridiagonal matrix; then the factors of all blocks of reflections.
    real_vectors: usize = 0,
    /// `reflections.block_size` rows.
    block_rows: usize = 0,
    /// Five rows of real numbers.
    numbers: usize = 0,
    /// Four rows of u32, and one of bytes.
    indexes: usize = 0,
    length: usize,

    fn of(n: usize, wants_vectors: bool) Layout {
        const stride = complex_rows.strideOf(n);
        const line = padded(n) + vector.width;
        var layout: Layout = .{
            .stride = stride,
            .matrix = 0,
            .updates = 0,
            .tau = 0,
            .diagonal = 0,
            .off_diagonal = 0,
            .length = 0,
        };
        layout.matrix = layout.take(n * stride);
        layout.updates = layout.take(3 * stride);
        layout.tau = layout.take(2 * line);
        layout.diagonal = layout.take(line);
        layout.off_diagonal = layout.take(line);
        if (!wants_vectors) return layout;
        layout.vectors = layout.take(n * stride);
        layout.real_vectors = layout.take(@max(n * stride / 2, factorsBefore(n, blockCount(n))));
        layout.block_rows = layout.take(reflections.block_size * stride);
        layout.numbers = layout.take(5 * line);
        layout.indexes = layout.take(3 * line);
        return layout;
    }

    fn take(layout: *Layout, count: usize) usize {
        const start = layout.length;
        layout.length += padded(count);
        return start;
    }
};

/// Blocks of the n - 1 reflections of rows 1 to n - 1.
fn blockCount(n: usize) usize {
    return std.math.divCeil(usize, n - 1, reflections.block_size) catch unreachable;
}

/// Numbers of the longest vector of a block: that of its last row.
fn lengthOfBlock(n: usize, block: usize) usize {
    return @min((block + 1) * reflections.block_size, n - 1);
}

/// f64 of the factors of all blocks before `block`.
fn factorsBefore(n: usize, block: usize) usize {
    var total: usize = 0;
    for (0..block) |before| total += padded(lengthOfBlock(n, before)) * reflections.block_length;
    return total;
}

const Solver = struct {
    kernels: *const Kernels,
    problem: Problem,
    layout: Layout,
    n: usize,

    fn init(kernels: *const Kernels, problem: Problem) Solver {
        const layout = Layout.of(problem.n, problem.vectors != null);
        std.debug.assert(problem.scratch.len >= layout.length);
        return .{ .kernels = kernels, .problem = problem, .layout = layout, .n = problem.n };
    }

    fn at(solver: *const Solver, start: usize, count: usize) []align(64) f64 {
        return @alignCast(solver.problem.scratch[start..][0..count]);
    }

    fn run(solver: *const Solver, poll: anytype) !void {
        const n = solver.n;
        const kernels = solver.kernels;
        const exponent = try solver.exponentOf();
        const matrix = solver.at(solver.layout.matrix, n * solver.layout.stride);
        const scale = std.math.ldexp(@as(f64, 1), -exponent);
        kernels.hermitian_read(n, solver.problem.matrix.ptr, scale, matrix.ptr, solver.layout.stride);
        try solver.reduce(poll);
        if (solver.problem.vectors != null) {
            try solver.findVectors(poll);
        } else {
            const d = solver.diagonal();
            if (!kernels.tridiagonal_values(n, d.ptr, solver.offDiagonal().ptr)) return error.NoConvergence;
            @memcpy(solver.problem.values, d);
            std.mem.sort(f64, solver.problem.values, {}, std.sort.asc(f64));
        }
        for (solver.problem.values) |*value| value.* = std.math.ldexp(value.*, exponent);
    }

    /// Of the power of two that brings the matrix to about 1, exactly.
    fn exponentOf(solver: *const Solver) Failure!i32 {
        const largest = solver.kernels.hermitian_largest(solver.n, solver.problem.matrix.ptr);
        if (!std.math.isFinite(largest)) return error.NotFinite;
        if (largest > largest_number) return error.TooLarge;
        if (largest == 0) return 0;
        return std.math.clamp(std.math.ilogb(largest), -1020, 1020);
    }

    fn diagonal(solver: *const Solver) []f64 {
        return solver.at(solver.layout.diagonal, solver.n);
    }

    /// One more than there are.
    fn offDiagonal(solver: *const Solver) []f64 {
        return solver.at(solver.layout.off_diagonal, solver.n);
    }

    fn reduce(solver: *const Solver, poll: anytype) !void {
        const n = solver.n;
        const stride = solver.layout.stride;
        const all: tridiagonal_form.Reduction = .{
            .matrix = solver.at(solver.layout.matrix, n * stride).ptr,
            .stride = stride,
            .tau = solver.at(solver.layout.tau, 2 * n).ptr,
            .diagonal = solver.diagonal().ptr,
            .off_diagonal = solver.offDiagonal().ptr,
        };
        const updates = solver.at(solver.layout.updates, 3 * stride);
        @memset(updates, 0);
        const zeros = updates[2 * stride ..].ptr;
        var pending: tridiagonal_form.Update = .{ .v = zeros, .w = zeros };
        var row = n;
        while (row > 0) {
            row -= 1;
            try poll.checkpoint();
            const w = updates[row % 2 * stride ..].ptr;
            solver.kernels.tridiagonal_reduce_row(&all, row, &pending, w);
            pending = .{ .v = all.matrix + row * stride, .w = w };
        }
    }

    fn findVectors(solver: *const Solver, poll: anytype) !void {
        const n = solver.n;
        const stride = solver.layout.stride;
        const work = solver.workspace();
        const d = solver.diagonal();
        @memset(work.q, 0);
        try divide.solve(&work, n, d, solver.offDiagonal(), poll);
        const rows = solver.at(solver.layout.vectors, n * stride);
        for (work.order, solver.problem.values, 0..) |row, *value, index| {
            value.* = d[row];
            const own = rows[index * stride ..][0..stride];
            const real = work.q[row * work.stride ..][0..padded(n)];
            var column: usize = 0;
            while (column < padded(n)) : (column += vector.width) {
                const group = own[2 * column ..][0..complex_rows.group];
                @memcpy(group[0..vector.width], real[column..][0..vector.width]);
                @memset(group[vector.width..], 0);
            }
        }
        try solver.carryBack(rows, poll);
    }

    /// Eigenvectors of the matrix from those of its tridiagonal form, some rows after the other: they
    /// stay in the cache while all reflections pass over them.
    fn carryBack(solver: *const Solver, rows: []f64, poll: anytype) !void {
        const n = solver.n;
        const stride = solver.layout.stride;
        const block_rows = solver.at(solver.layout.block_rows, reflections.block_size * stride);
        for (0..blockCount(n)) |index| {
            try poll.checkpoint();
            const block = solver.blockAt(index);
            solver.kernels.reflections_prepare(&block, block_rows.ptr);
        }
        var row: usize = 0;
        while (row < n) : (row += reflections.max_rows) {
            const row_count = @min(reflections.max_rows, n - row);
            const own = rows[row * stride ..].ptr;
            for (0..blockCount(n)) |index| {
                try poll.checkpoint();
                const block = solver.blockAt(index);
                solver.kernels.reflections_apply(&block, own, stride, row_count);
            }
            for (row..row + row_count) |each| {
                const out = solver.problem.vectors.?[2 * n * each ..].ptr;
                solver.kernels.hermitian_write(n, rows[each * stride ..].ptr, out);
            }
        }
    }

    fn blockAt(solver: *const Solver, index: usize) reflections.Block {
        const n = solver.n;
        const first = 1 + index * reflections.block_size;
        const length = lengthOfBlock(n, index);
        const factors = solver.layout.real_vectors + factorsBefore(n, index);
        return .{
            .vectors = solver.problem.scratch[solver.layout.matrix + first * solver.layout.stride ..].ptr,
            .stride = solver.layout.stride,
            .tau = solver.problem.scratch[solver.layout.tau + 2 * first ..].ptr,
            .count = length + 1 - first,
            .length = length,
            .factors = solver.problem.scratch[factors..].ptr,
        };
    }

    fn workspace(solver: *const Solver) divide.Workspace {
        const n = solver.n;
        const layout = solver.layout;
        const stride = layout.stride / 2;
        const line = padded(n) + vector.width;
        const numbers = solver.at(layout.numbers, 5 * line);
        const indexes = std.mem.bytesAsSlice(u32, std.mem.sliceAsBytes(solver.at(layout.indexes, 3 * line)));
        return .{
            .kernels = solver.kernels,
            .stride = stride,
            .q = solver.at(layout.real_vectors, n * stride),
            .kept_rows = solver.at(layout.vectors, n * stride),
            .gaps = solver.problem.scratch[layout.vectors + n * stride ..][0 .. n * stride],
            .poles = numbers[0..line],
            .weights = numbers[line .. 2 * line],
            .exact_weights = numbers[2 * line .. 3 * line],
            .row = numbers[3 * line .. 4 * line],
            .roots = numbers[4 * line .. 5 * line],
            .order = indexes[0..n],
            .kept = indexes[line..][0..n],
            .dropped = indexes[2 * line ..][0..n],
            .position = indexes[3 * line ..][0..n],
            .support = std.mem.bytesAsSlice(merging.Support, std.mem.sliceAsBytes(indexes[4 * line ..]))[0..n],
        };
    }
};
