/*
 * Kernel "example.debye": Debye's scattering equation for a finite set of atoms,
 *
 *   I(q) = sum_i sum_j w_i w_j sin(q r_ij) / (q r_ij),   q = 4 pi sin(theta) / lambda in 1/A
 *
 * (P. Debye, Ann. Phys. 351, 809, 1915), with weights that do not depend on q.
 *
 * Inputs: positions in A, float64 [n, 3]; weights, float64 [n]; q, float64 [m].
 * Output: I, float64 [m], in squared units of the weights.
 */
#include <math.h>
#include <string.h>

#include "prism_kernel.h"

/* Fixed, so that the order of every sum, and with it every bit of the result, depends on the input
 * alone and not on the number of threads. */
enum { ROWS_PER_CHUNK = 16 };
/* Sines between two checkpoints, some 50 microseconds. */
enum { SINES_PER_CHECKPOINT = 4096 };

typedef struct {
  const double *positions;
  const double *weights;
  const double *q;
  size_t site_count;
  size_t q_count;
  double *partial; /* [chunk, m] */
} debye_task;

static double distance(const double *a, const double *b) {
  const double x = a[0] - b[0], y = a[1] - b[1], z = a[2] - b[2];
  return sqrt(x * x + y * y + z * z);
}

static double sinc(double x) { return x == 0 ? 1 : sin(x) / x; }

/* Rows i of the pairs i > j, each pair counted for both orders. */
static prism_status sum_rows(const prism_api *api, prism_scope *chunk, void *context,
                             size_t index) {
  const debye_task *task = context;
  double *sums = task->partial + index * task->q_count;
  const size_t first = index * ROWS_PER_CHUNK;
  size_t end = first + ROWS_PER_CHUNK, sines = 0;
  if (end > task->site_count) end = task->site_count;
  memset(sums, 0, task->q_count * sizeof *sums);
  for (size_t i = first; i < end; i++) {
    for (size_t j = 0; j <= i; j++) {
      const double r = distance(task->positions + 3 * i, task->positions + 3 * j);
      const double weight = (i == j ? 1 : 2) * task->weights[i] * task->weights[j];
      for (size_t k = 0; k < task->q_count; k++) {
        sums[k] += weight * sinc(task->q[k] * r);
        if (++sines < SINES_PER_CHECKPOINT) continue;
        const prism_status stop = api->checkpoint(chunk);
        if (stop != PRISM_STATUS_OK) return stop;
        sines = 0;
      }
    }
  }
  return PRISM_STATUS_OK;
}

static prism_status read_inputs(const prism_api *api, prism_scope *scope, debye_task *task) {
  size_t count;
  const prism_array *inputs = api->inputs(scope, &count);
  if (count != 3) return api->fail(scope, "debye: expected positions, weights and q");
  for (size_t i = 0; i < count; i++) {
    if (inputs[i].element != PRISM_ELEMENT_FLOAT64)
      return api->fail(scope, "debye: every input must be a Float64Array");
  }
  if (inputs[0].count != 3 * inputs[1].count)
    return api->fail(scope, "debye: positions must hold 3 numbers for each weight");
  task->positions = inputs[0].data;
  task->weights = inputs[1].data;
  task->q = inputs[2].data;
  task->site_count = inputs[1].count;
  task->q_count = inputs[2].count;
  return PRISM_STATUS_OK;
}

static prism_status debye(const prism_api *api, prism_scope *scope) {
  debye_task task;
  prism_status status = read_inputs(api, scope, &task);
  if (status != PRISM_STATUS_OK) return status;
  const size_t chunks = (task.site_count + ROWS_PER_CHUNK - 1) / ROWS_PER_CHUNK;
  double *intensity = api->output(scope, PRISM_ELEMENT_FLOAT64, task.q_count);
  if (intensity == NULL) return api->status(scope);
  task.partial = api->alloc(scope, chunks, task.q_count * sizeof *task.partial);
  if (task.partial == NULL) return api->status(scope);

  api->expect_chunks(scope, chunks);
  status = api->for_each(scope, chunks, sum_rows, &task);
  if (status != PRISM_STATUS_OK) return status;

  memset(intensity, 0, task.q_count * sizeof *intensity);
  for (size_t chunk = 0; chunk < chunks; chunk++) {
    for (size_t k = 0; k < task.q_count; k++)
      intensity[k] += task.partial[chunk * task.q_count + k];
  }
  return PRISM_STATUS_OK;
}

PRISM_EXPORT const prism_kernel debye_kernel = {
    PRISM_KERNEL_ABI_VERSION,
    sizeof(prism_kernel),
    "example.debye",
    "Debye scattering of a finite set of atoms",
    debye,
};
