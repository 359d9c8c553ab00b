// An empty task on libuv's own threads, as an addon without a pool of its own would run it.
#define NAPI_VERSION 9
#include <node_api.h>
#include <stdlib.h>

typedef struct {
  napi_async_work work;
  napi_deferred deferred;
} Empty;

static void Execute(napi_env env, void *data) {
  (void)env;
  (void)data;
}

static void Complete(napi_env env, napi_status status, void *data) {
  Empty *empty = data;
  napi_value undefined;
  (void)status;
  napi_get_undefined(env, &undefined);
  napi_resolve_deferred(env, empty->deferred, undefined);
  napi_delete_async_work(env, empty->work);
  free(empty);
}

// () -> Promise<undefined>
static napi_value Run(napi_env env, napi_callback_info info) {
  (void)info;
  Empty *empty = malloc(sizeof *empty);
  napi_value promise, name;
  if (empty == NULL || napi_create_promise(env, &empty->deferred, &promise) != napi_ok ||
      napi_create_string_utf8(env, "empty", NAPI_AUTO_LENGTH, &name) != napi_ok ||
      napi_create_async_work(env, NULL, name, Execute, Complete, empty, &empty->work) != napi_ok ||
      napi_queue_async_work(env, empty->work) != napi_ok) {
    free(empty);
    napi_throw_error(env, NULL, "could not queue the work");
    return NULL;
  }
  return promise;
}

NAPI_MODULE_INIT() {
  napi_value run;
  napi_create_function(env, "run", NAPI_AUTO_LENGTH, Run, NULL, &run);
  napi_set_named_property(env, exports, "run", run);
  return exports;
}
