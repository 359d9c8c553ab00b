//! Kernels from outside: loads them from shared objects and keeps the process's table of them. A
//! kernel that is in the table stays there, under its index, as long as the process lives.
const std = @import("std");
const adapter = @import("plugin/adapter.zig");
const jobs = @import("jobs.zig");
const c = @import("plugin/header.zig").c;
const Error = @import("task.zig").Error;
const Library = @import("plugin/library.zig").Library;
const Scope = @import("scope.zig").Scope;
const Value = std.atomic.Value;

const capacity = 256;
const max_name = 64;

pub const Kernel = struct {
    name: [:0]const u8,
    function: adapter.Run,
    declaration: *align(1) const c.prism_kernel,

    pub fn run(kernel: *const Kernel, scope: *Scope) Error!void {
        return adapter.run(kernel.name, kernel.function, scope);
    }
};

/// What is wrong with a library. JavaScript reads the names from here.
pub const Fault = enum {
    fileMissing,
    notLoadable,
    symbolMissing,
    wrongAbiVersion,
    wrongSize,
    badName,
    noRun,
    nameTaken,
    tableFull,
};

pub const Report = extern struct {
    /// Null: the kernel is in the table.
    fault: ?[*:0]const u8 = null,
    /// What the loader or the declaration says, as far as it tells more than the fault.
    detail: [1024:0]u8 = .{0} ** 1024,
    /// Of a version or a size.
    found: u32 = 0,
    expected: u32 = 0,
    /// Position in the table.
    index: u32 = 0,
    name: [*:0]const u8 = "",
    description: [*:0]const u8 = "",

    fn refuse(report: *Report, fault: Fault, detail: []const u8) error{Refused} {
        report.fault = switch (fault) {
            inline else => |tag| @tagName(tag),
        };
        const length = @min(detail.len, report.detail.len);
        @memcpy(report.detail[0..length], detail[0..length]);
        report.detail[length] = 0;
        return error.Refused;
    }

    fn refuseNumber(report: *Report, fault: Fault, found: u32, expected: u32) error{Refused} {
        report.found = found;
        report.expected = expected;
        return report.refuse(fault, "");
    }
};

const Table = struct {
    kernels: [capacity]Kernel = undefined,
    length: Value(u32) = Value(u32).init(0),
    /// Of those who add.
    mutex: std.Thread.Mutex = .{},

    fn get(self: *const Table, index: usize) ?*const Kernel {
        // acquire: partner is the store in `add`; the kernel is written.
        return if (index < self.length.load(.acquire)) &self.kernels[index] else null;
    }

    const Added = struct { index: u32, is_new: bool };

    /// The same declaration again has the same index.
    fn add(
        self: *Table,
        declaration: *align(1) const c.prism_kernel,
        report: *Report,
    ) error{Refused}!Added {
        const kernel = try read(declaration, report);
        self.mutex.lock();
        defer self.mutex.unlock();
        const length = self.length.load(.monotonic); // under the mutex
        for (self.kernels[0..length], 0..) |known, index| {
            if (known.declaration == declaration) {
                return .{ .index = @intCast(index), .is_new = false };
            }
            if (std.mem.eql(u8, known.name, kernel.name)) {
                return report.refuse(.nameTaken, kernel.name);
            }
        }
        if (length == capacity) return report.refuse(.tableFull, "");
        self.kernels[length] = kernel;
        self.length.store(length + 1, .release); // partner: the load in `get`
        return .{ .index = length, .is_new = true };
    }
};

var table: Table = .{};

/// Null for an index that nothing is registered under.
pub fn get(index: usize) ?*const Kernel {
    return table.get(index);
}

/// Loads the kernel that `path`, absolute, declares as `symbol`, or says in `report` why not.
pub fn load(path: [*:0]const u8, symbol: [*:0]const u8, report: *Report) error{Refused}!void {
    try checkFile(path, report);
    const library = Library.open(path) catch {
        return report.refuse(.notLoadable, Library.explanation());
    };
    errdefer library.close();
    const address = library.lookup(symbol) orelse {
        return report.refuse(.symbolMissing, Library.explanation());
    };
    const added = try table.add(@ptrCast(address), report);
    if (!added.is_new) library.close(); // it was open before, and the loader counts
    const kernel = &table.kernels[added.index];
    report.index = added.index;
    report.name = kernel.name;
    if (kernel.declaration.description) |text| report.description = text;
}

/// The loader would search for a bare name, wait for a pipe, and say of a missing file what it says
/// of a missing dependency.
fn checkFile(path: [*:0]const u8, report: *Report) error{Refused}!void {
    if (!std.fs.path.isAbsoluteZ(path)) {
        return report.refuse(.notLoadable, "the path is not absolute");
    }
    const file = std.fs.cwd().statFile(std.mem.span(path)) catch |cause| return switch (cause) {
        error.FileNotFound, error.NotDir => report.refuse(.fileMissing, ""),
        else => report.refuse(.notLoadable, @errorName(cause)),
    };
    if (file.kind == .file) return;
    return report.refuse(.notLoadable, switch (file.kind) {
        .directory => "is a directory",
        else => "is not a regular file",
    });
}

/// Anything may lie at the address of a symbol, so every field is looked at before the next.
fn read(declaration: *align(1) const c.prism_kernel, report: *Report) error{Refused}!Kernel {
    const version = c.PRISM_KERNEL_ABI_VERSION;
    if (declaration.abi_version != version) {
        return report.refuseNumber(.wrongAbiVersion, declaration.abi_version, version);
    }
    const size = @sizeOf(c.prism_kernel);
    if (declaration.size < size) return report.refuseNumber(.wrongSize, declaration.size, size);
    const name = try readName(declaration.name, report);
    const function = declaration.run orelse return report.refuse(.noRun, name);
    for (jobs.table) |job| {
        if (std.mem.eql(u8, job.name, name)) return report.refuse(.nameTaken, name);
    }
    return .{ .name = name, .function = function, .declaration = declaration };
}

fn readName(name: ?[*:0]const u8, report: *Report) error{Refused}![:0]const u8 {
    const bytes = name orelse return report.refuse(.badName, "the name is NULL");
    if (bytes[0] == 0) return report.refuse(.badName, "the name is empty");
    for (1..max_name + 1) |length| {
        if (bytes[length] == 0) return bytes[0..length :0];
    }
    return report.refuse(.badName, "the name is longer than 64 bytes");
}

const testing = std.testing;

fn succeed(_: [*c]const c.prism_api, _: ?*c.prism_scope) callconv(.c) c.prism_status {
    return c.PRISM_STATUS_OK;
}

fn declare(name: [*:0]const u8) c.prism_kernel {
    return .{
        .abi_version = c.PRISM_KERNEL_ABI_VERSION,
        .size = @sizeOf(c.prism_kernel),
        .name = name,
        .run = succeed,
    };
}

fn expectFault(fault: Fault, own: *Table, declaration: *const c.prism_kernel) !Report {
    var report: Report = .{};
    try testing.expectError(error.Refused, own.add(declaration, &report));
    try testing.expectEqualStrings(@tagName(fault), std.mem.span(report.fault.?));
    return report;
}

test "a wrong version or a smaller declaration is refused with both numbers" {
    var own: Table = .{};
    var kernel = declare("other");
    kernel.abi_version += 1;
    const version = try expectFault(.wrongAbiVersion, &own, &kernel);
    try testing.expectEqual(kernel.abi_version, version.found);
    try testing.expectEqual(c.PRISM_KERNEL_ABI_VERSION, version.expected);
    kernel = declare("other");
    kernel.size -= 1;
    const size = try expectFault(.wrongSize, &own, &kernel);
    try testing.expectEqual(@sizeOf(c.prism_kernel) - 1, size.found);
    try testing.expectEqual(@sizeOf(c.prism_kernel), size.expected);
    try testing.expectEqual(null, own.get(0));
}

test "a larger declaration is a newer one and welcome" {
    var own: Table = .{};
    var report: Report = .{};
    var kernel = declare("newer");
    kernel.size += 100;
    try testing.expectEqual(0, (try own.add(&kernel, &report)).index);
}

test "a name is 1 to 64 bytes and nobody else's" {
    var own: Table = .{};
    var report: Report = .{};
    _ = try expectFault(.badName, &own, &declare(""));
    _ = try expectFault(.badName, &own, &declare("x" ** (max_name + 1)));
    _ = try expectFault(.nameTaken, &own, &declare("powderLines"));
    const longest = declare("x" ** max_name);
    _ = try own.add(&longest, &report);
    _ = try expectFault(.nameTaken, &own, &declare("x" ** max_name));
    try testing.expectEqualStrings("x" ** max_name, own.get(0).?.name);
}

test "a full table refuses" {
    var own: Table = .{};
    var names: [capacity + 1][8:0]u8 = undefined;
    var kernels: [capacity + 1]c.prism_kernel = undefined;
    var report: Report = .{};
    for (&names, &kernels, 0..) |*name, *kernel, index| {
        _ = try std.fmt.bufPrintZ(name, "k{d}", .{index});
        kernel.* = declare(name);
        if (index == capacity) break;
        try testing.expectEqual(index, (try own.add(kernel, &report)).index);
    }
    _ = try expectFault(.tableFull, &own, &kernels[capacity]);
}

const Adder = struct {
    own: *Table,
    kernels: []const c.prism_kernel,
    indexes: [50]u32 = undefined,

    fn run(adder: *Adder) void {
        for (adder.kernels, &adder.indexes) |*kernel, *index| {
            var report: Report = .{};
            index.* = (adder.own.add(kernel, &report) catch unreachable).index;
            const found = adder.own.get(index.*).?;
            std.debug.assert(found.declaration == kernel);
        }
    }
};

test "threads that add the same kernels get the same indexes" {
    var own: Table = .{};
    var names: [50][8:0]u8 = undefined;
    var kernels: [50]c.prism_kernel = undefined;
    for (&names, &kernels, 0..) |*name, *kernel, index| {
        _ = try std.fmt.bufPrintZ(name, "k{d}", .{index});
        kernel.* = declare(name);
    }
    var adders = [_]Adder{.{ .own = &own, .kernels = &kernels }} ** 4;
    var threads: [adders.len]std.Thread = undefined;
    for (&threads, &adders) |*thread, *adder| {
        thread.* = try std.Thread.spawn(.{}, Adder.run, .{adder});
    }
    for (threads) |thread| thread.join();
    for (adders[1..]) |adder| try testing.expectEqual(adders[0].indexes, adder.indexes);
    try testing.expectEqual(null, own.get(kernels.len));
}
