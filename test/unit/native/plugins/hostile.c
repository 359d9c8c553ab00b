/* Kernels that do what they should not, and a few that use every corner of the interface. */
#include <string.h>

#include "prism_kernel.h"

/* For a second library whose names differ. */
#ifndef PREFIX
#define PREFIX "h."
#endif

#define DECLARE_AS(symbol, name, run)                            \
  PRISM_EXPORT const prism_kernel symbol = {                     \
      PRISM_KERNEL_ABI_VERSION, sizeof(prism_kernel), name, NULL, run}
#define DECLARE(symbol, name, run) DECLARE_AS(symbol, PREFIX name, run)

static prism_status succeed(const prism_api *api, prism_scope *scope) {
  (void)api, (void)scope;
  return PRISM_STATUS_OK;
}

/* ---- declarations ---- */

PRISM_EXPORT const prism_kernel wrong_version = {
    77, sizeof(prism_kernel), "h.version", NULL, succeed};
PRISM_EXPORT const prism_kernel too_small = {
    PRISM_KERNEL_ABI_VERSION, 24, "h.small", NULL, succeed};
PRISM_EXPORT const struct {
  prism_kernel known;
  void *added[4];
} newer = {{PRISM_KERNEL_ABI_VERSION, sizeof newer, "h.newer", "From the future", succeed}, {NULL}};
PRISM_EXPORT int32_t plain_function(int32_t x) { return 3 * x + 1; }
DECLARE(no_run, "norun", NULL);
DECLARE_AS(null_name, NULL, succeed);
DECLARE_AS(empty_name, "", succeed);
DECLARE(long_name, "01234567890123456789012345678901234567890123456789012345678901234", succeed);
DECLARE_AS(built_in_name, "powderLines", succeed);
DECLARE(twin, "newer", succeed);

/* ---- ends ---- */

static prism_status return_42(const prism_api *api, prism_scope *scope) {
  (void)api, (void)scope;
  return 42;
}
DECLARE(unknown_status, "unknown", return_42);

static prism_status refuse(const prism_api *api, prism_scope *scope) {
  (void)api, (void)scope;
  return PRISM_STATUS_INVALID_INPUT;
}
DECLARE(refuses_silently, "silent", refuse);

static prism_status fail(const prism_api *api, prism_scope *scope) {
  return api->fail(scope, "expected a cell of positive volume, got −1 Å³");
}
DECLARE(fails, "fails", fail);

static prism_status fail_long(const prism_api *api, prism_scope *scope) {
  char text[1001];
  memset(text, 'x', 1000);
  text[1000] = 0;
  return api->fail(scope, text);
}
DECLARE(fails_long, "long", fail_long);

static const char bug[] = "the metric tensor is not positive";

static prism_status panic(const prism_api *api, prism_scope *scope) {
  (void)scope;
  api->panic(bug, sizeof bug - 1);
}
DECLARE(panics, "panics", panic);

/* ---- loops ---- */

static prism_status panic_at_70(const prism_api *api, prism_scope *chunk, void *context,
                                size_t index) {
  (void)chunk, (void)context;
  if (index == 70) api->panic(bug, sizeof bug - 1);
  return PRISM_STATUS_OK;
}
static prism_status panic_in_chunk(const prism_api *api, prism_scope *scope) {
  return api->for_each(scope, 100, panic_at_70, NULL);
}
DECLARE(panics_in_chunk, "chunkpanics", panic_in_chunk);

static prism_status fail_at_70(const prism_api *api, prism_scope *chunk, void *context,
                               size_t index) {
  (void)context;
  return index == 70 ? api->fail(chunk, "row 70 is not finite") : PRISM_STATUS_OK;
}
static prism_status fail_in_chunk(const prism_api *api, prism_scope *scope) {
  return api->for_each(scope, 100, fail_at_70, NULL);
}
DECLARE(fails_in_chunk, "chunkfails", fail_in_chunk);

/* The failure of a loop may be mended, and its message is gone with it. */
static prism_status fail_then_succeed(const prism_api *api, prism_scope *scope) {
  return api->for_each(scope, 100, fail_at_70, NULL) == PRISM_STATUS_INVALID_INPUT ? PRISM_STATUS_OK
                                                                                   : 42;
}
DECLARE(mends, "mends", fail_then_succeed);

static prism_status return_43(const prism_api *api, prism_scope *chunk, void *context,
                              size_t index) {
  (void)api, (void)chunk, (void)context, (void)index;
  return 43;
}
static prism_status unknown_in_chunk(const prism_api *api, prism_scope *scope) {
  return api->for_each(scope, 3, return_43, NULL);
}
DECLARE(unknown_status_in_chunk, "chunkunknown", unknown_in_chunk);

static prism_status loop_without_body(const prism_api *api, prism_scope *scope) {
  return api->for_each(scope, 3, NULL, NULL);
}
DECLARE(no_body, "nobody", loop_without_body);

enum { OUTER = 30, INNER = 50 };

static prism_status add_cell(const prism_api *api, prism_scope *chunk, void *context,
                             size_t index) {
  int32_t *scratch = api->alloc(chunk, 100, sizeof *scratch);
  if (scratch == NULL) return api->status(chunk);
  memset(scratch, 0x55, 100 * sizeof *scratch);
  ((int32_t *)context)[index] += (int32_t)index;
  return PRISM_STATUS_OK;
}
static prism_status add_row(const prism_api *api, prism_scope *chunk, void *context,
                            size_t index) {
  return api->for_each(chunk, INNER, add_cell, (int32_t *)context + index * INNER);
}
/* Output: OUTER rows of 0, 1, 2, ... */
static prism_status nest(const prism_api *api, prism_scope *scope) {
  int32_t *cells = api->output(scope, PRISM_ELEMENT_INT32, OUTER * INNER);
  if (cells == NULL) return api->status(scope);
  memset(cells, 0, OUTER * INNER * sizeof *cells);
  return api->for_each(scope, OUTER, add_row, cells);
}
DECLARE(nested, "nested", nest);

/* ---- time ---- */

static prism_status spin(const prism_api *api, prism_scope *scope) {
  for (;;) {
    const prism_status stop = api->checkpoint(scope);
    if (stop != PRISM_STATUS_OK) return stop;
  }
}
DECLARE(endless, "endless", spin);

static prism_status spin_chunk(const prism_api *api, prism_scope *chunk, void *context,
                               size_t index) {
  (void)context, (void)index;
  return spin(api, chunk);
}
static prism_status spin_in_chunks(const prism_api *api, prism_scope *scope) {
  return api->for_each(scope, 8, spin_chunk, NULL);
}
DECLARE(endless_chunks, "endlesschunks", spin_in_chunks);

/* ---- memory ---- */

static prism_status take_all(const prism_api *api, prism_scope *scope) {
  for (;;) {
    char *block = api->alloc(scope, 1000, 1000);
    if (block == NULL) return api->status(scope);
    block[0] = block[999999] = 1;
  }
}
DECLARE(hungry, "hungry", take_all);

static prism_status take_too_much(const prism_api *api, prism_scope *scope) {
  return api->alloc(scope, SIZE_MAX / 2, 3) == NULL ? api->status(scope) : 42;
}
DECLARE(overflowing, "overflowing", take_too_much);

/* What does not fit may be asked for in a smaller size. */
static prism_status make_do(const prism_api *api, prism_scope *scope) {
  if (api->alloc(scope, 1, 10000000) != NULL || api->status(scope) != PRISM_STATUS_QUOTA_EXCEEDED)
    return 42;
  return api->alloc(scope, 1, 1000) == NULL ? api->status(scope) : PRISM_STATUS_OK;
}
DECLARE(modest, "modest", make_do);

static prism_status take_outputs(const prism_api *api, prism_scope *scope) {
  for (;;) {
    if (api->output(scope, PRISM_ELEMENT_BYTES, 10) == NULL) return api->status(scope);
  }
}
DECLARE(many_outputs, "outputs", take_outputs);

static prism_status take_output(const prism_api *api, prism_scope *chunk, void *context,
                                size_t index) {
  (void)context, (void)index;
  return api->output(chunk, PRISM_ELEMENT_BYTES, 1) == NULL ? api->status(chunk) : PRISM_STATUS_OK;
}
static prism_status take_output_in_chunk(const prism_api *api, prism_scope *scope) {
  return api->for_each(scope, 4, take_output, NULL);
}
DECLARE(output_in_chunk, "chunkoutput", take_output_in_chunk);

static prism_status take_odd_output(const prism_api *api, prism_scope *scope) {
  return api->output(scope, 9, 1) == NULL ? api->status(scope) : PRISM_STATUS_OK;
}
DECLARE(odd_output, "oddoutput", take_odd_output);

/* ---- arguments ---- */

/* Output 0: element type and count of each input, int32; output 1: the params; output 2: input 0;
 * output 3: bytes by which anything is not aligned to 64, and the sizes in the table. */
static prism_status describe(const prism_api *api, prism_scope *scope) {
  size_t count, param_count;
  const prism_array *inputs = api->inputs(scope, &count);
  const double *params = api->params(scope, &param_count);
  int32_t *shapes = api->output(scope, PRISM_ELEMENT_INT32, 2 * count);
  double *numbers = api->output(scope, PRISM_ELEMENT_FLOAT64, param_count);
  void *copy = api->output(scope, inputs[0].element, inputs[0].count);
  int32_t *facts = api->output(scope, PRISM_ELEMENT_INT32, 3);
  void *scratch = api->alloc(scope, 3, 5), *more = api->alloc(scope, 1, 1);
  if (!shapes || !numbers || !copy || !facts || !scratch || !more) return api->status(scope);
  for (size_t i = 0; i < count; i++) {
    shapes[2 * i] = inputs[i].element;
    shapes[2 * i + 1] = (int32_t)inputs[i].count;
  }
  memcpy(numbers, params, param_count * sizeof *params);
  const size_t sizes[] = {1, 8, 4};
  memcpy(copy, inputs[0].data, inputs[0].count * sizes[inputs[0].element]);
  facts[0] = (int32_t)(((uintptr_t)shapes | (uintptr_t)copy | (uintptr_t)scratch | (uintptr_t)more |
                        (uintptr_t)inputs[0].data) % 64);
  facts[1] = (int32_t)api->abi_version;
  facts[2] = api->size == sizeof(prism_api);
  return PRISM_STATUS_OK;
}
DECLARE(describes, "describes", describe);
