/* What native/src/abi.zig exports to the shim. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#ifdef __cplusplus
extern "C" {
#endif

typedef struct prism_environment prism_environment;
typedef struct prism_task prism_task;

enum { PRISM_MAX_INPUTS = 8 };
enum { PRISM_BYTES = 0, PRISM_FLOAT64 = 1, PRISM_INT32 = 2 };
enum { PRISM_QUEUED = 0, PRISM_QUEUED_IN_BURST = 1 };
enum { PRISM_RECORD_BYTES = 256, PRISM_SPAN_VALUES = 5 };
/* Offset of `has_result` in a record, in int32. */
enum { PRISM_HAS_RESULT = 9 };

typedef struct {
  const uint8_t *data;
  size_t size;
  int32_t element;
  int32_t borrowed; /* shared memory, kept alive until the task has settled; else copied */
} prism_input;

typedef struct {
  uint8_t *data;
  size_t size;
} prism_output;

typedef struct {
  uint32_t busy;
  uint32_t queued[4]; /* by priority, background first */
  uint64_t steals;
  uint64_t bytes_in_use;
  uint64_t peak_bytes;
} prism_pool_statistics;

uint32_t prism_abi_version(void);
const char *prism_simd_level(void);
const char *prism_kernel_name(uint32_t index);
const char *prism_status_name(uint32_t index);
uint64_t prism_now_ns(void);
uint32_t prism_records_per_slab(void);

/* notify is called on any thread when finished tasks wait and nobody has been told yet. */
prism_environment *prism_environment_create(void (*notify)(void *), void *context);
void prism_environment_destroy(prism_environment *);
void prism_set_interrupt_epoch(prism_environment *, const int32_t *epoch);
bool prism_add_records(prism_environment *, void *records);

uint32_t prism_pool_open(prism_environment *, size_t thread_count, size_t stack_size,
                         uint64_t memory_limit, size_t *started, const char **reason);
bool prism_pool_close(prism_environment *, uint32_t pool);
bool prism_pool_stats(prism_environment *, uint32_t pool, prism_pool_statistics *out);
size_t prism_pool_spans(prism_environment *, uint32_t pool, double *out, size_t capacity);
bool prism_reserve(prism_environment *, uint32_t pool, uint64_t bytes);
void prism_unreserve(prism_environment *, uint32_t pool, uint64_t bytes);

/* A kernel from outside; the strings live as long as the process. */
typedef struct {
  const char *fault; /* NULL: none */
  char detail[1025];
  uint32_t found;
  uint32_t expected;
  uint32_t kernel;
  const char *name;
  const char *description;
} prism_kernel_report;

bool prism_load_kernel(const char *library, const char *symbol, prism_kernel_report *report);

int32_t prism_submit(prism_environment *, uint32_t pool, uint32_t slot, const prism_input *,
                     size_t input_count);
void prism_flush(prism_environment *);
bool prism_withdraw(prism_environment *, uint32_t slot);
int64_t prism_take_finished(prism_environment *);
prism_task *prism_task_of(prism_environment *, uint32_t slot);
const char *prism_task_message(const prism_task *, size_t *length); /* not terminated */
prism_output *prism_task_outputs(prism_task *, uint32_t *count);
void prism_task_free(prism_task *);
void prism_output_free(uint8_t *data, size_t size);

#ifdef __cplusplus
}
#endif
