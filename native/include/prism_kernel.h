/*
 * Kernels from outside: the C interface between Prism's engine and a shared object.
 *
 * A library exports one constant of type prism_kernel for each kernel, under any symbol name:
 *
 *     #include "prism_kernel.h"
 *
 *     static prism_status sum(const prism_api *api, prism_scope *scope) {
 *       size_t count;
 *       const prism_array *inputs = api->inputs(scope, &count);
 *       if (count != 1 || inputs[0].element != PRISM_ELEMENT_FLOAT64)
 *         return api->fail(scope, "sum: expected one Float64Array");
 *       double *total = api->output(scope, PRISM_ELEMENT_FLOAT64, 1);
 *       if (total == NULL) return api->status(scope);
 *       *total = 0;
 *       for (size_t i = 0; i < inputs[0].count; i++) *total += ((const double *)inputs[0].data)[i];
 *       return PRISM_STATUS_OK;
 *     }
 *
 *     PRISM_EXPORT const prism_kernel sum_kernel = {
 *         PRISM_KERNEL_ABI_VERSION, sizeof(prism_kernel), "example.sum", "A sum of numbers", sum};
 *
 * In JavaScript: registerKernel({ name: "sum", library: "./sum.so", symbol: "sum_kernel" }).
 *
 * Threads. Tasks run on the engine's threads, several at a time, so `run` is called from several
 * threads at once: a kernel keeps its state on the stack and in scratch, not in globals. The
 * stack of a thread is what the Runtime was given, 8 MiB unless told otherwise. A scope belongs
 * to the thread that it was handed to, for the duration of that call; no thread of the kernel's
 * own may use it.
 *
 * What must not happen:
 *   - A lock held, or memory of malloc owned, across a call of the table: the call may not return
 *     (see `panic`). Memory of `alloc` needs no release, whatever happens.
 *   - longjmp out of `run` or of a body, and a C++ exception that leaves one: catch it inside and
 *     return a status. Destructors of frames between a panic and the engine do not run.
 *   - A changed rounding mode, signal mask or locale at return.
 *   - Reading or writing out of bounds. A segmentation fault, an illegal instruction (the
 *     undefined behaviour sanitizer of `zig cc` without -O traps with one), abort() or a stack
 *     overflow ends the process with all tasks in it, unless the task runs with
 *     `isolation: "process"`.
 *
 * A library stays loaded, and the file in use, until the process ends: after rebuilding one, start
 * the process (in a notebook, the kernel) anew.
 */
#ifndef PRISM_KERNEL_H
#define PRISM_KERNEL_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/*
 * Raised when an old library could not run any more; the engine refuses every other version.
 * Additions raise nothing: they go to the end of prism_api and prism_kernel, whose `size` tells.
 */
#define PRISM_KERNEL_ABI_VERSION 1u

#if defined(_WIN32)
#define PRISM_EXPORT_SYMBOL __declspec(dllexport)
#elif defined(__GNUC__)
#define PRISM_EXPORT_SYMBOL __attribute__((visibility("default")))
#else
#define PRISM_EXPORT_SYMBOL
#endif

/* Before the definition of a prism_kernel. C++ gives a constant internal linkage unless told. */
#ifdef __cplusplus
#define PRISM_EXPORT extern "C" PRISM_EXPORT_SYMBOL
#else
#define PRISM_EXPORT PRISM_EXPORT_SYMBOL
#endif

#if defined(__GNUC__)
#define PRISM_NORETURN __attribute__((noreturn))
#else
#define PRISM_NORETURN
#endif

/* How a task ends. Any other number ends it as PRISM_STATUS_PANICKED. */
typedef int32_t prism_status;
enum {
  PRISM_STATUS_OK = 0,
  PRISM_STATUS_OUT_OF_MEMORY = 1,
  PRISM_STATUS_QUOTA_EXCEEDED = 2, /* the task's memoryLimit */
  PRISM_STATUS_CANCELLED = 3,
  PRISM_STATUS_TIMED_OUT = 4,
  PRISM_STATUS_INVALID_INPUT = 5, /* what `fail` returns */
  PRISM_STATUS_PANICKED = 6
};

typedef int32_t prism_element;
enum {
  PRISM_ELEMENT_BYTES = 0, /* any typed array that is neither of the two below */
  PRISM_ELEMENT_FLOAT64 = 1,
  PRISM_ELEMENT_INT32 = 2
};

/*
 * An input, constant until `run` returns. `data` is aligned to 64 bytes when the engine copied
 * it, which is the rule; a view of a SharedArrayBuffer is used in place, aligned to its element
 * only, and JavaScript may write to it meanwhile. NULL is possible where `count` is 0.
 */
typedef struct prism_array {
  const void *data;
  size_t count; /* elements; for PRISM_ELEMENT_BYTES, bytes */
  prism_element element;
} prism_array;

/* A task, or one chunk of a loop of a task, as one thread sees it. */
typedef struct prism_scope prism_scope;

typedef struct prism_api prism_api;

/* One chunk of a loop: `chunk` is its scope, `context` what for_each was given. */
typedef prism_status (*prism_body)(const prism_api *api, prism_scope *chunk, void *context,
                                   size_t index);

/* What the engine offers. The same table for every task, as long as the process lives. */
struct prism_api {
  /* PRISM_KERNEL_ABI_VERSION and sizeof(prism_api) of the engine. A library built with a newer
   * header than the engine's compares `size` before it uses a function that was added. */
  uint32_t abi_version;
  uint32_t size;

  /* The inputs of the task, as an array of *count that lives until `run` returns. Not NULL. */
  const prism_array *(*inputs)(const prism_scope *scope, size_t *count);

  /* The numbers `params` of the call, *count of them, at most 16; NaN is possible. */
  const double *(*params)(const prism_scope *scope, size_t *count);

  /* Scratch of count * size bytes, aligned to 64, undefined; counts against the task's memory
   * limit. Gone when the scope ends: at the return of `run`, or of the body for a chunk's scope.
   * What chunks share is taken before the loop. NULL: return what `status` says. */
  void *(*alloc)(prism_scope *scope, size_t count, size_t size);

  /* The next result, at most 8 of them, aligned to 64, undefined; JavaScript gets them in this
   * order as ArrayBuffers if the task ends with PRISM_STATUS_OK. Counts against the memory limit.
   * The root scope only. NULL: return what `status` says. */
  void *(*output)(prism_scope *scope, prism_element element, size_t count);

  /* Why the last `alloc` or `output` of this scope returned NULL. */
  prism_status (*status)(const prism_scope *scope);

  /* Cancellation, the stop button, timeouts: call it every 10 to 100 microseconds of work (it
   * costs nanoseconds) and return at once what it returns unless that is PRISM_STATUS_OK. */
  prism_status (*checkpoint)(const prism_scope *scope);

  /* Announces chunks for the progress, before the first loop: the sum over all loops. */
  void (*expect_chunks)(prism_scope *scope, size_t count);

  /* Runs body(api, chunk, context, index) for every index below count, on this and other threads,
   * in any order, each after a checkpoint; returns when all have ended. Chunks of some 100
   * microseconds are best. Results are the same on any number of threads when the chunks depend
   * on the input alone and each writes its own part, to be added up in order afterwards. The
   * first chunk that does not return PRISM_STATUS_OK, or panics, ends the loop early: return its
   * status, which is what for_each returns. Loops nest. */
  prism_status (*for_each)(prism_scope *scope, size_t count, prism_body body, void *context);

  /* Sets the message of the task's error, cut at 256 bytes of UTF-8, and returns
   * PRISM_STATUS_INVALID_INPUT: `return api->fail(scope, "...")`. The text is copied. */
  prism_status (*fail)(prism_scope *scope, const char *message);

  /* For a bug that was noticed: ends the task as PRISM_STATUS_PANICKED, with this message of
   * `length` bytes, by a long jump over the frames of the kernel; the engine and its other tasks
   * go on. Only on a thread that the engine called the kernel on. */
  PRISM_NORETURN void (*panic)(const char *message, size_t length);
};

/* A kernel; constant, as the engine keeps its address. */
typedef struct prism_kernel {
  uint32_t abi_version; /* PRISM_KERNEL_ABI_VERSION */
  uint32_t size;        /* sizeof(prism_kernel) */
  /* 1 to 64 bytes of UTF-8, unique in the process; by convention with a prefix: "mylab.debye". */
  const char *name;
  /* One line for people; NULL for none. */
  const char *description;
  /* The work: reads inputs and params, takes outputs and fills them. */
  prism_status (*run)(const prism_api *api, prism_scope *scope);
} prism_kernel;

#ifdef __cplusplus
}
#endif

#endif
