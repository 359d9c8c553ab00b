//! The Voronoi cell of one site about the origin: a cube, cut by the plane halfway to each neighbour,
//! nearest first. Faces are polygons of their own that share no corners, so planes that meet in more
//! than three at a corner, or only touch the cell, do no harm.
const std = @import("std");

pub const max_faces = 256;
const max_corners = 64;
const Point = [3]f64;

pub const Face = extern struct {
    /// Outward unit normal, and distance of the plane from the origin.
    normal: Point,
    height: f64,
    /// Index of the neighbour, or `open` for a side of the cube.
    id: u32,
    count: u32,
    corners: [max_corners]Point,
};

pub const open = std.math.maxInt(u32);

pub const Cell = extern struct {
    /// Half the edge of the cube.
    half_edge: f64,
    /// Square of the distance of the farthest corner.
    radius_square: f64,
    count: u32,
    overflow: bool,
    faces: [max_faces]Face,
    /// The face in the making, and the one that is being cut.
    spare: [2]Face,
};

pub const Measures = extern struct { area: f64, solid_angle: f64 };

/// Cuts the cube by the neighbours at `positions`, which are sorted by their distance; stops where
/// none of the rest can matter.
pub fn build(cell: *Cell, positions: [*]const Point, count: usize) callconv(.c) void {
    start(cell);
    for (positions[0..count], 0..) |position, index| {
        const square = dot(position, position);
        if (square > 4 * cell.radius_square) return;
        const distance = @sqrt(square);
        cut(cell, scaled(position, 1 / distance), 0.5 * distance, @intCast(index));
        if (cell.overflow) return;
    }
}

fn start(cell: *Cell) void {
    const edge = cell.half_edge;
    cell.count = 6;
    cell.overflow = false;
    cell.radius_square = 3 * edge * edge;
    for (cell.faces[0..6], 0..) |*face, side| {
        const axis = side / 2;
        var normal: Point = .{ 0, 0, 0 };
        normal[axis] = if (side % 2 == 0) 1 else -1;
        layOut(face, normal, edge, open, edge);
    }
}

/// A square of half edge `size` on a plane, its corners counter-clockwise seen from outside.
fn layOut(face: *Face, normal: Point, height: f64, id: u32, size: f64) void {
    const helper: Point = if (@abs(normal[0]) < 0.6) .{ 1, 0, 0 } else .{ 0, 1, 0 };
    const across = cross(normal, helper);
    const u = scaled(across, size / @sqrt(dot(across, across)));
    const v = cross(normal, u);
    face.normal = normal;
    face.height = height;
    face.id = id;
    face.count = 4;
    const signs = [4][2]f64{ .{ -1, -1 }, .{ 1, -1 }, .{ 1, 1 }, .{ -1, 1 } };
    for (face.corners[0..4], signs) |*corner, sign| {
        for (corner, normal, u, v) |*value, n, along, aside| {
            value.* = height * n + sign[0] * along + sign[1] * aside;
        }
    }
}

fn cut(cell: *Cell, normal: Point, height: f64, id: u32) void {
    const tolerance = 1e-9 * height + 1e-14 * cell.half_edge;
    var is_cut: [max_faces]bool = undefined;
    var any = false;
    for (cell.faces[0..cell.count], is_cut[0..cell.count]) |*face, *flag| {
        flag.* = for (face.corners[0..face.count]) |corner| {
            if (dot(normal, corner) > height + tolerance) break true;
        } else false;
        any = any or flag.*;
    }
    if (!any) return;

    const fresh = &cell.spare[0];
    layOut(fresh, normal, height, id, 4 * cell.half_edge);
    var kept: u32 = 0;
    for (0..cell.count) |index| {
        const face = &cell.faces[index];
        if (is_cut[index]) {
            clip(cell, fresh, face.normal, face.height, tolerance);
            clip(cell, face, normal, height, tolerance);
        }
        if (face.count < 3) continue;
        if (kept != index) copy(&cell.faces[kept], face);
        kept += 1;
    }
    cell.count = kept;
    if (fresh.count >= 3) {
        if (cell.count == max_faces) {
            cell.overflow = true;
            return;
        }
        copy(&cell.faces[cell.count], fresh);
        cell.count += 1;
    }
    cell.radius_square = 0;
    for (cell.faces[0..cell.count]) |*face| {
        for (face.corners[0..face.count]) |corner| {
            cell.radius_square = @max(cell.radius_square, dot(corner, corner));
        }
    }
}

/// Sutherland and Hodgman's step: what of a face lies behind a plane.
fn clip(cell: *Cell, face: *Face, normal: Point, height: f64, tolerance: f64) void {
    const result = &cell.spare[1];
    result.count = 0;
    for (0..face.count) |index| {
        const here = face.corners[index];
        const next = face.corners[(index + 1) % face.count];
        const above = dot(normal, here) - height;
        const above_next = dot(normal, next) - height;
        const is_inside = above <= tolerance;
        if (is_inside) append(cell, result, here, tolerance);
        if (is_inside == (above_next <= tolerance)) continue;
        const share = above / (above - above_next);
        var point: Point = undefined;
        for (&point, here, next) |*value, from, to| value.* = from + share * (to - from);
        append(cell, result, point, tolerance);
    }
    while (result.count > 1 and isNear(result.corners[0], result.corners[result.count - 1], tolerance)) {
        result.count -= 1;
    }
    face.count = result.count;
    @memcpy(face.corners[0..result.count], result.corners[0..result.count]);
}

fn append(cell: *Cell, face: *Face, point: Point, tolerance: f64) void {
    if (face.count > 0 and isNear(face.corners[face.count - 1], point, tolerance)) return;
    if (face.count == max_corners) {
        cell.overflow = true;
        return;
    }
    face.corners[face.count] = point;
    face.count += 1;
}

fn copy(to: *Face, from: *const Face) void {
    to.normal = from.normal;
    to.height = from.height;
    to.id = from.id;
    to.count = from.count;
    @memcpy(to.corners[0..from.count], from.corners[0..from.count]);
}

/// Area and solid angle of a face seen from the origin; the latter by triangles after A. van
/// Oosterom and J. Strackee, IEEE Trans. Biomed. Eng. 30, 125 (1983).
pub fn measure(face: *const Face, out: *Measures) callconv(.c) void {
    out.* = .{ .area = 0, .solid_angle = 0 };
    const a = face.corners[0];
    const la = @sqrt(dot(a, a));
    for (1..face.count - 1) |index| {
        const b = face.corners[index];
        const c = face.corners[index + 1];
        const ab = cross(difference(b, a), difference(c, a));
        out.area += 0.5 * dot(ab, face.normal);
        const lb = @sqrt(dot(b, b));
        const lc = @sqrt(dot(c, c));
        const numerator = dot(a, cross(b, c));
        const denominator = la * lb * lc + dot(a, b) * lc + dot(a, c) * lb + dot(b, c) * la;
        out.solid_angle += 2 * std.math.atan2(numerator, denominator);
    }
}

fn isNear(a: Point, b: Point, tolerance: f64) bool {
    const between = difference(a, b);
    return dot(between, between) <= tolerance * tolerance;
}

fn difference(a: Point, b: Point) Point {
    return .{ a[0] - b[0], a[1] - b[1], a[2] - b[2] };
}

fn scaled(a: Point, factor: f64) Point {
    return .{ a[0] * factor, a[1] * factor, a[2] * factor };
}

fn dot(a: Point, b: Point) f64 {
    return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
}

fn cross(a: Point, b: Point) Point {
    return .{
        a[1] * b[2] - a[2] * b[1],
        a[2] * b[0] - a[0] * b[2],
        a[0] * b[1] - a[1] * b[0],
    };
}

test "the cell of a cubic lattice is a cube: six faces of a sixth of the sphere" {
    const positions = [_]Point{
        .{ 2, 0, 0 },  .{ -2, 0, 0 }, .{ 0, 2, 0 }, .{ 0, -2, 0 },
        .{ 0, 0, 2 },  .{ 0, 0, -2 }, .{ 2, 2, 0 }, .{ 2, -2, 0 },
        .{ -2, 2, 0 }, .{ 2, 2, 2 },
    };
    const cell = try std.testing.allocator.create(Cell);
    defer std.testing.allocator.destroy(cell);
    cell.half_edge = 10;
    build(cell, &positions, positions.len);
    try std.testing.expectEqual(6, cell.count);
    try std.testing.expectApproxEqAbs(3, cell.radius_square, 1e-12);
    for (cell.faces[0..6]) |*face| {
        var measures: Measures = undefined;
        measure(face, &measures);
        try std.testing.expectApproxEqAbs(4, measures.area, 1e-12);
        try std.testing.expectApproxEqAbs(4 * std.math.pi / 6.0, measures.solid_angle, 1e-12);
        try std.testing.expect(face.id < 6);
    }
}
