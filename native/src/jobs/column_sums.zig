//! Structure factors of whole columns (h, k): exp(2πi h·x) is taken apart into one factor an axis.
//! The factors come from tables, so no error accumulates along a column, and a block of sites is
//! small enough for its tables to stay in the cache.
const std = @import("std");
const scattering = @import("../kernels/scattering.zig");
const padded = @import("../kernels/vector.zig").padded;
const reflections = @import("reflections.zig");
const Error = @import("../task.zig").Error;
const Kernels = @import("../kernels/table.zig").Kernels;
const Scatterers = @import("scatterers.zig").Scatterers;
const Scope = @import("../scope.zig").Scope;

const columns_per_chunk = 32;
/// Of the table along l, that every column reads.
const table_bytes = 256 << 10;
const min_block = 64;
const max_block = 1024;

/// Reflections in the order of their columns.
pub const Reflections = struct {
    hkl: [][3]i32,
    /// |g|².
    square: []f64,
    /// F, summed over the sites.
    factor: []scattering.Complex,

    pub fn create(scope: *Scope, count: usize) Error!Reflections {
        return .{
            .hkl = try scope.alloc([3]i32, count),
            .square = try scope.alloc(f64, count),
            .factor = try scope.alloc(scattering.Complex, count),
        };
    }
};

/// Fills hkl, squares and factors of all columns.
pub fn compute(
    scope: *Scope,
    kernels: *const Kernels,
    scatterers: *const Scatterers,
    shell: reflections.Shell,
    columns: *const reflections.Columns,
    out: *const Reflections,
) Error!void {
    const count = columns.items.len;
    const chunk_count = std.math.divCeil(usize, count, columns_per_chunk) catch unreachable;
    const block_size = blockSize(columns.largest[2]);
    scope.expectChunks(chunk_count * (1 + blockCount(scatterers, block_size)));
    var request: Request = .{
        .kernels = kernels,
        .scatterers = scatterers,
        .shell = shell,
        .columns = columns,
        .out = out,
        .tables = undefined,
        .block = undefined,
        .coefficients = undefined,
    };
    try scope.forEach(chunk_count, &request, Request.enumerate);
    for (&request.tables, columns.largest) |*table, largest| {
        table.* = try Table.create(scope, largest, block_size);
    }
    for (scatterers.species) |*species| {
        request.coefficients = species.coefficients;
        var begin: usize = 0;
        while (begin < species.sites.count) : (begin += block_size) {
            request.block = part(&species.sites, begin, block_size);
            try request.fillTables(scope);
            try scope.forEach(chunk_count, &request, Request.addBlock);
        }
    }
}

/// A fixed function of the input, as the order of summation depends on it.
fn blockSize(largest_l: usize) usize {
    const fitting = table_bytes / (2 * @sizeOf(f64) * (largest_l + 1));
    return padded(std.math.clamp(fitting, min_block, max_block));
}

fn blockCount(scatterers: *const Scatterers, block_size: usize) usize {
    var count: usize = 0;
    for (scatterers.species) |*species| {
        count += std.math.divCeil(usize, species.sites.count, block_size) catch unreachable;
    }
    return count;
}

fn part(sites: *const scattering.Group, begin: usize, size: usize) scattering.Group {
    return .{
        .count = @min(size, sites.count - begin),
        .x = sites.x + begin,
        .y = sites.y + begin,
        .z = sites.z + begin,
        .occupancy = sites.occupancy + begin,
    };
}

/// exp(2πi m x) for m = 0 .. largest and the sites of a block.
const Table = struct {
    re: []f64,
    im: []f64,
    stride: usize,
    largest: usize,

    fn create(scope: *Scope, largest: usize, stride: usize) Error!Table {
        return .{
            .re = try scope.alloc(f64, (largest + 1) * stride),
            .im = try scope.alloc(f64, (largest + 1) * stride),
            .stride = stride,
            .largest = largest,
        };
    }

    fn row(table: *const Table, m: usize) scattering.Phases {
        const begin = m * table.stride;
        return .{ .re = table.re[begin..].ptr, .im = table.im[begin..].ptr };
    }
};

const Request = struct {
    kernels: *const Kernels,
    scatterers: *const Scatterers,
    shell: reflections.Shell,
    columns: *const reflections.Columns,
    out: *const Reflections,
    /// Along h, k, l.
    tables: [3]Table,
    block: scattering.Group,
    coefficients: *const [11]f64,

    fn columnsOf(request: *const Request, chunk: usize) []const reflections.Column {
        const items = request.columns.items;
        const first = chunk * columns_per_chunk;
        return items[first..@min(first + columns_per_chunk, items.len)];
    }

    fn enumerate(request: *Request, _: *Scope, chunk: usize) Error!void {
        for (request.columnsOf(chunk)) |*column| {
            var index = column.first;
            var l = column.l_low;
            while (l <= column.l_high) : (l += 1) {
                const square = request.scatterers.squareOf(
                    @floatFromInt(column.h),
                    @floatFromInt(column.k),
                    @floatFromInt(l),
                );
                if (!request.shell.holds(square)) continue;
                request.out.hkl[index] = .{ column.h, column.k, l };
                request.out.square[index] = square;
                request.out.factor[index] = .{ .re = 0, .im = 0 };
                index += 1;
            }
        }
    }

    fn fillTables(request: *Request, scope: *Scope) Error!void {
        const axes = [3][*]const f64{ request.block.x, request.block.y, request.block.z };
        for (&request.tables, axes) |*table, coordinates| {
            try scope.checkpoint();
            for (0..table.largest + 1) |m| {
                const begin = m * table.stride;
                request.kernels.axis_phases(
                    coordinates,
                    request.block.count,
                    @floatFromInt(m),
                    table.re[begin..].ptr,
                    table.im[begin..].ptr,
                );
            }
        }
    }

    fn addBlock(request: *Request, scope: *Scope, chunk: usize) Error!void {
        const columns = request.columnsOf(chunk);
        const last = columns[columns.len - 1];
        const first = columns[0].first;
        const factors = try request.formFactors(scope, first, last.first + last.count);
        const re = try scope.alloc(f64, request.block.count);
        const im = try scope.alloc(f64, request.block.count);
        const sums = try scope.alloc([2]scattering.Complex, request.tables[2].largest + 1);
        const phases: scattering.Phases = .{ .re = re.ptr, .im = im.ptr };
        for (columns) |*column| {
            try scope.checkpoint();
            request.kernels.column_phases(
                &request.block,
                &request.tables[0].row(@intCast(column.h)),
                &request.tables[1].row(@abs(column.k)),
                if (column.k < 0) -1 else 1,
                re.ptr,
                im.ptr,
            );
            const nearest: usize = if (column.l_low > 0) @intCast(column.l_low) else 0;
            for (nearest..column.reach() + 1) |l| {
                request.kernels.column_sums(
                    &phases,
                    &request.tables[2].row(l),
                    request.block.count,
                    &sums[l],
                );
            }
            for (column.first..column.first + column.count) |index| {
                const l = request.out.hkl[index][2];
                const sum = sums[@abs(l)][@intFromBool(l < 0)];
                const factor = &request.out.factor[index];
                factor.re += factors[index - first] * sum.re;
                factor.im += factors[index - first] * sum.im;
            }
        }
    }

    fn formFactors(request: *Request, scope: *Scope, first: usize, end: usize) Error![]f64 {
        const count = end - first;
        const s_squared = try scope.alloc(f64, padded(count));
        const factors = try scope.alloc(f64, padded(count));
        @memset(s_squared[count..], 0);
        for (s_squared[0..count], request.out.square[first..end]) |*s, square| s.* = square / 4;
        request.kernels.form_factors(
            request.coefficients,
            s_squared.ptr,
            s_squared.len,
            factors.ptr,
        );
        return factors;
    }
};
