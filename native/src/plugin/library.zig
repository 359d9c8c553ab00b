//! A shared object of the system's loader.
const std = @import("std");
const builtin = @import("builtin");

pub const Library = if (builtin.os.tag == .windows) Windows else Posix;

const Posix = struct {
    handle: *anyopaque,

    pub fn open(path: [*:0]const u8) error{NotLoadable}!Posix {
        // Now: a symbol that nothing defines is found here and not in the middle of a task.
        const handle = std.c.dlopen(path, .{ .NOW = true }) orelse return error.NotLoadable;
        return .{ .handle = handle };
    }

    pub fn close(library: Posix) void {
        _ = std.c.dlclose(library.handle);
    }

    pub fn lookup(library: Posix, symbol: [*:0]const u8) ?*const anyopaque {
        return std.c.dlsym(library.handle, symbol);
    }

    /// What the loader says about the call that failed last on this thread.
    pub fn explanation() []const u8 {
        return std.mem.span(std.c.dlerror() orelse return "the loader gives no reason");
    }
};

const Windows = struct {
    library: std.DynLib,

    pub fn open(path: [*:0]const u8) error{NotLoadable}!Windows {
        return .{ .library = std.DynLib.openZ(path) catch return error.NotLoadable };
    }

    pub fn close(library: Windows) void {
        var own = library.library;
        own.close();
    }

    pub fn lookup(library: Windows, symbol: [*:0]const u8) ?*const anyopaque {
        var own = library.library;
        return own.lookup(*const anyopaque, std.mem.span(symbol));
    }

    pub fn explanation() []const u8 {
        @setEvalBranchQuota(100_000); // a code a branch
        const code = std.os.windows.GetLastError();
        return std.enums.tagName(std.os.windows.Win32Error, code) orelse "an unknown error of the loader";
    }
};
