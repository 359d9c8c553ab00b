//! The kernels by name, as function pointers: what one object exports and `dispatch.zig` picks from.
//! A kernel is added here and nowhere else.
const std = @import("std");
const linear = @import("linear.zig");
const neighbor_filter = @import("neighbor_filter.zig");
const nearest = @import("nearest.zig");
const neighbors = @import("neighbors.zig");
const pair_potential = @import("pair_potential.zig");
const radix = @import("radix.zig");
const scattering = @import("scattering.zig");
const verlet = @import("verlet.zig");
const voronoi = @import("voronoi.zig");

pub const Kernels = extern struct {
    neighbor_gather: *const @TypeOf(neighbors.gather) = neighbors.gather,
    neighbor_spread: *const @TypeOf(neighbors.spread) = neighbors.spread,
    neighbor_narrow: *const @TypeOf(neighbors.narrow) = neighbors.narrow,
    neighbor_count: *const @TypeOf(neighbors.countPairs) = neighbors.countPairs,
    neighbor_fill: *const @TypeOf(neighbors.fillPairs) = neighbors.fillPairs,
    neighbor_remeasure: *const @TypeOf(neighbor_filter.remeasure) = neighbor_filter.remeasure,
    neighbor_keep_near: *const @TypeOf(neighbor_filter.keepNear) = neighbor_filter.keepNear,
    linear_dot: *const @TypeOf(linear.dot) = linear.dot,
    linear_add_scaled: *const @TypeOf(linear.addScaled) = linear.addScaled,
    linear_combine: *const @TypeOf(linear.combine) = linear.combine,
    nearest_collect: *const @TypeOf(nearest.collect) = nearest.collect,
    nearest_near: *const @TypeOf(nearest.near) = nearest.near,
    nearest_adjacency: *const @TypeOf(nearest.adjacency) = nearest.adjacency,
    pair_potentials: pair_potential.Table = .{},
    sort_by_high: *const @TypeOf(radix.sortByHigh) = radix.sortByHigh,
    form_factors: *const @TypeOf(scattering.formFactors) = scattering.formFactors,
    phase_sum: *const @TypeOf(scattering.phaseSum) = scattering.phaseSum,
    axis_phases: *const @TypeOf(scattering.axisPhases) = scattering.axisPhases,
    column_phases: *const @TypeOf(scattering.columnPhases) = scattering.columnPhases,
    column_sums: *const @TypeOf(scattering.columnSums) = scattering.columnSums,
    verlet_candidates: *const @TypeOf(verlet.candidates) = verlet.candidates,
    verlet_near: *const @TypeOf(verlet.near) = verlet.near,
    voronoi_build: *const @TypeOf(voronoi.build) = voronoi.build,
    voronoi_measure: *const @TypeOf(voronoi.measure) = voronoi.measure,
};
