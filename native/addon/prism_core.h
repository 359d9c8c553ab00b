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

enum { PRISM_MAX_INPUTS = 8, PRISM_MAX_OUTPUTS = 8, PRISM_MAX_PARAMS = 16 };
enum { PRISM_BYTES = 0, PRISM_FLOAT64 = 1, PRISM_INT32 = 2 };
enum { PRISM_QUEUED = 0, PRISM_UNKNOWN_POOL, PRISM_UNKNOWN_KERNEL, PRISM_NO_MEMORY };

typedef struct {
  const uint8_t *data;
  size_t size;
  int32_t element;
  int32_t borrowed; /* shared memory, kept alive until the task has settled; else copied */
} prism_input;

typedef struct {
  uint32_t pool;
  uint32_t kernel;
  const prism_input *inputs;
  size_t input_count;
  const double *params;
  size_t param_count;
  int32_t *control;
  uint64_t memory_limit;
  double timeout_ms;
  void *user;
} prism_request;

typedef struct {
  uint8_t *data;
  size_t size;
} prism_output;

typedef struct {
  int32_t status;
  uint32_t output_count;
  prism_output outputs[PRISM_MAX_OUTPUTS];
  const char *message; /* not terminated */
  size_t message_length;
  uint64_t peak_bytes;
  double queued_ms;
  double run_ms;
  void *user;
} prism_result;

typedef struct {
  uint32_t busy;
  uint32_t queued;
  uint64_t steals;
} prism_pool_statistics;

uint32_t prism_abi_version(void);
const char *prism_simd_level(void);
const char *prism_kernel_name(uint32_t index);
const char *prism_status_name(uint32_t index);

/* notify is called on any thread when finished tasks wait and nobody has been told yet. */
prism_environment *prism_environment_create(void (*notify)(void *), void *context);
void prism_environment_destroy(prism_environment *, void (*release_user)(void *));
void prism_set_interrupt_epoch(prism_environment *, const int32_t *epoch);

uint32_t prism_pool_open(prism_environment *, size_t thread_count, size_t stack_size,
                         size_t *started, const char **reason);
bool prism_pool_close(prism_environment *, uint32_t pool);
bool prism_pool_stats(prism_environment *, uint32_t pool, prism_pool_statistics *out);

int32_t prism_submit(prism_environment *, const prism_request *);
prism_task *prism_take_finished(prism_environment *);
prism_result *prism_task_result(prism_task *);
void prism_task_free(prism_task *);
void prism_output_free(uint8_t *data, size_t size);

#ifdef __cplusplus
}
#endif
