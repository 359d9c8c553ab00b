//! The inputs that both diffraction jobs share, and the sites grouped by species for the kernels.
const std = @import("std");
const scattering = @import("../kernels/scattering.zig");
const padded = @import("../kernels/vector.zig").padded;
const Error = @import("../task.zig").Error;
const Scope = @import("../scope.zig").Scope;

/// Numbers a species has: a1..a5, b1..b5, c.
pub const coefficient_count = 11;

pub const Species = struct {
    coefficients: *const [coefficient_count]f64,
    /// Its sites, padded; empty where no site has the species.
    sites: scattering.Group,
};

pub const Scatterers = struct {
    species: []Species,
    /// Rows a*, b*, c*, without 2π.
    reciprocal: *const [9]f64,

    /// Reads inputs 0 to 4.
    pub fn read(scope: *Scope) Error!Scatterers {
        const frac = try scope.finiteInput(0, "fracPositions");
        if (frac.len % 3 != 0) {
            return scope.invalid("fracPositions must hold 3 numbers a site, got {d}", .{frac.len});
        }
        const site_count = frac.len / 3;
        const species_index = try scope.inputOf(i32, 1, "species", site_count);
        const occupancy = try scope.finiteInput(2, "occupancy");
        if (occupancy.len != site_count) {
            return scope.invalid("occupancy must hold {d} numbers, got {d}", .{
                site_count, occupancy.len,
            });
        }
        const coefficients = try scope.finiteInput(3, "scattering coefficients");
        if (coefficients.len % coefficient_count != 0) {
            return scope.invalid("coefficients must hold {d} numbers a species, got {d}", .{
                coefficient_count, coefficients.len,
            });
        }
        const reciprocal = try scope.finiteInput(4, "reciprocal lattice");
        if (reciprocal.len != 9) {
            return scope.invalid("reciprocal lattice must hold 9 numbers, got {d}", .{
                reciprocal.len,
            });
        }
        const species = try scope.alloc(Species, coefficients.len / coefficient_count);
        try checkSpecies(scope, species_index, species.len);
        for (species, 0..) |*one, index| {
            const own: i32 = @intCast(index);
            one.* = .{
                .coefficients = coefficients[coefficient_count * index ..][0..coefficient_count],
                .sites = try groupOf(scope, frac, species_index, occupancy, own),
            };
        }
        return .{ .species = species, .reciprocal = reciprocal[0..9] };
    }

    /// |g|² of an hkl, g = h a* + k b* + l c*.
    pub fn squareOf(scatterers: *const Scatterers, h: f64, k: f64, l: f64) f64 {
        const rows = scatterers.reciprocal;
        var square: f64 = 0;
        for (0..3) |axis| {
            const component = h * rows[axis] + k * rows[3 + axis] + l * rows[6 + axis];
            square += component * component;
        }
        return square;
    }

    pub fn siteCount(scatterers: *const Scatterers) usize {
        var count: usize = 0;
        for (scatterers.species) |species| count += species.sites.count;
        return count;
    }
};

fn checkSpecies(scope: *Scope, species_index: []const i32, species_count: usize) Error!void {
    for (species_index, 0..) |index, site| {
        if (index >= 0 and index < species_count) continue;
        return scope.invalid("species of site {d} is {d}, but there are {d} species", .{
            site, index, species_count,
        });
    }
}

fn groupOf(
    scope: *Scope,
    frac: []const f64,
    species_index: []const i32,
    occupancy: []const f64,
    own: i32,
) Error!scattering.Group {
    var count: usize = 0;
    for (species_index) |index| count += @intFromBool(index == own);
    const x = try scope.alloc(f64, padded(count));
    const y = try scope.alloc(f64, padded(count));
    const z = try scope.alloc(f64, padded(count));
    const weight = try scope.alloc(f64, padded(count));
    var slot: usize = 0;
    for (species_index, 0..) |index, site| {
        if (index != own) continue;
        x[slot] = reduced(frac[3 * site]);
        y[slot] = reduced(frac[3 * site + 1]);
        z[slot] = reduced(frac[3 * site + 2]);
        weight[slot] = occupancy[site];
        slot += 1;
    }
    for ([_][]f64{ x, y, z, weight }) |values| @memset(values[slot..], 0);
    return .{ .count = x.len, .x = x.ptr, .y = y.ptr, .z = z.ptr, .occupancy = weight.ptr };
}

/// Into [-1/2, 1/2]: hkl are whole numbers, and small coordinates lose fewer digits in h·x.
fn reduced(frac: f64) f64 {
    return frac - @round(frac);
}
