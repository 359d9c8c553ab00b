//! The public C interface, read from its header so that the two cannot differ.
pub const c = @cImport(@cInclude("prism_kernel.h"));
