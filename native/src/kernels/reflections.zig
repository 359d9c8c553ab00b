//! Products of Householder's reflections, applied to many vectors at once: the compact WY form of
//! R. Schreiber and C. Van Loan, SIAM J. Sci. Stat. Comput. 10, 53 (1989).
const products = @import("products.zig");
const rows = @import("complex_rows.zig");
const vector = @import("vector.zig");
const group = rows.group;
const Complex = rows.Complex;
const ComplexF = rows.ComplexF;

/// Reflections of a block, at most; two groups.
pub const block_size = 16;
pub const block_length = block_size / vector.width * group;

/// (1 - τ u uᴴ) of the rows from `vectors` on, the first acting first: with Y = Z P they are together
/// Z - Y U for row vectors Z, U having the vectors as rows.
pub const Block = extern struct {
    vectors: [*]const f64,
    stride: usize,
    tau: [*]const f64,
    count: usize,
    /// Numbers of the longest vector; all are 0 behind their end up to whole groups.
    length: usize,
    /// P: `block_length` f64 for each number of a vector, in whole groups of numbers.
    factors: [*]f64,
};

/// Makes P; `work` has room for `block_size` rows.
pub fn prepare(block: *const Block, work: [*]f64) callconv(.c) void {
    const length = vector.padded(block.length) / vector.width * group;
    const stride = block.stride;
    for (0..block.count) |q| {
        const u = block.vectors + q * stride;
        const own = work + q * stride;
        const tau = ComplexF.splat(.{ .re = block.tau[2 * q], .im = block.tau[2 * q + 1] });
        var overlaps: [block_size]Complex = undefined;
        for (0..q) |p| overlaps[p] = rows.dot(u, block.vectors + p * stride, length);
        var at: usize = 0;
        while (at < length) : (at += group) {
            const value = ComplexF.load(u, at);
            var rest: ComplexF = .{ .re = value.re, .im = -value.im };
            for (overlaps[0..q], 0..) |overlap, p| {
                rest = rest.minus(ComplexF.splat(overlap).times(ComplexF.load(work + p * stride, at)));
            }
            tau.times(rest).store(own, at);
        }
    }
    transpose(block, work, length / group * vector.width);
}

fn transpose(block: *const Block, work: [*]const f64, count: usize) void {
    for (0..count) |index| {
        const out = block.factors + index * block_length;
        for (0..block_size) |q| {
            const value: Complex = if (q < block.count)
                rows.get(work + q * block.stride, index)
            else
                .{ .re = 0, .im = 0 };
            rows.set(out, q, value);
        }
    }
}

/// Rows of Z that `apply` takes at once: their products with P lie on the stack.
pub const max_rows = 32;

/// Z := Z - (Z P) U for `row_count` ≤ 32 rows.
pub fn apply(block: *const Block, z: [*]f64, z_stride: usize, row_count: usize) callconv(.c) void {
    var product: [max_rows * block_length]f64 align(64) = undefined;
    const length = vector.padded(block.length);
    products.complex(
        .set,
        .{ .data = z, .stride = z_stride },
        .{ .data = block.factors, .stride = block_length },
        row_count,
        length,
        block_size / vector.width,
        &product,
        block_length,
    );
    products.complex(
        .subtract,
        .{ .data = &product, .stride = block_length },
        .{ .data = block.vectors, .stride = block.stride },
        row_count,
        block.count,
        length / vector.width,
        z,
        z_stride,
    );
}
