//! Rows of complex numbers as vectors want them: for every eight numbers their real parts, then their
//! imaginary ones, so that no lane is moved and a row is one stream of memory.
const vector = @import("vector.zig");
const F = vector.F;

/// f64 of a group of eight complex numbers.
pub const group = 2 * vector.width;

/// f64 from one row of `count` numbers to the next, a number of cache lines that is no power of two:
/// of those, too many rows would share a set of the cache.
pub fn strideOf(count: usize) usize {
    const length = 2 * vector.padded(count);
    return if (length % 64 == 0) length + group else length;
}

/// Place of a real part; the imaginary one is `vector.width` further.
pub inline fn place(index: usize) usize {
    return index / vector.width * group + index % vector.width;
}

pub const Complex = extern struct { re: f64, im: f64 };

pub inline fn get(row: [*]const f64, index: usize) Complex {
    const re = place(index);
    return .{ .re = row[re], .im = row[re + vector.width] };
}

pub inline fn set(row: [*]f64, index: usize, value: Complex) void {
    const re = place(index);
    row[re] = value.re;
    row[re + vector.width] = value.im;
}

pub const ComplexF = struct {
    re: F,
    im: F,

    pub inline fn load(row: [*]const f64, at: usize) ComplexF {
        return .{ .re = vector.load(row, at), .im = vector.load(row, at + vector.width) };
    }

    pub inline fn store(value: ComplexF, row: [*]f64, at: usize) void {
        vector.store(row, at, value.re);
        vector.store(row, at + vector.width, value.im);
    }

    pub inline fn splat(value: Complex) ComplexF {
        return .{ .re = vector.splat(value.re), .im = vector.splat(value.im) };
    }

    pub inline fn plus(a: ComplexF, b: ComplexF) ComplexF {
        return .{ .re = a.re + b.re, .im = a.im + b.im };
    }

    pub inline fn minus(a: ComplexF, b: ComplexF) ComplexF {
        return .{ .re = a.re - b.re, .im = a.im - b.im };
    }

    pub inline fn times(a: ComplexF, b: ComplexF) ComplexF {
        return .{ .re = a.re * b.re - a.im * b.im, .im = a.re * b.im + a.im * b.re };
    }

    /// conj(a) b
    pub inline fn conjTimes(a: ComplexF, b: ComplexF) ComplexF {
        return .{ .re = a.re * b.re + a.im * b.im, .im = a.re * b.im - a.im * b.re };
    }

    pub inline fn sum(value: ComplexF) Complex {
        return .{ .re = vector.sum(value.re), .im = vector.sum(value.im) };
    }
};

/// Σ conj(aᵢ) bᵢ over whole groups.
pub inline fn dot(a: [*]const f64, b: [*]const f64, length: usize) Complex {
    var total = ComplexF.splat(.{ .re = 0, .im = 0 });
    var at: usize = 0;
    while (at < length) : (at += group) {
        total = total.plus(ComplexF.load(a, at).conjTimes(ComplexF.load(b, at)));
    }
    return total.sum();
}
