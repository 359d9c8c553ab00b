// Hands results of the core to JavaScript.
#pragma once
#include <napi.h>

#include <cstring>

#include "prism_core.h"

// Smaller results are copied: an external buffer costs more than that.
constexpr size_t kExternalFrom = 64 << 10;

inline void FreeExternal(napi_env env, void *data, void *size) {
  const auto bytes = reinterpret_cast<size_t>(size);
  int64_t total;
  napi_adjust_external_memory(env, -static_cast<int64_t>(bytes), &total);
  prism_output_free(static_cast<uint8_t *>(data), bytes);
}

// An ArrayBuffer over the output, which is its own from then on, or a copy of a small one.
inline napi_value TakeOutput(Napi::Env env, prism_output *output) {
  napi_value buffer = nullptr;
  int64_t total;
  if (output->size >= kExternalFrom &&
      napi_create_external_arraybuffer(env, output->data, output->size, FreeExternal,
                                       reinterpret_cast<void *>(output->size), &buffer) == napi_ok) {
    napi_adjust_external_memory(env, static_cast<int64_t>(output->size), &total);
    output->data = nullptr;  // the finalizer's from now on
    return buffer;
  }
  void *copy = nullptr;
  if (napi_create_arraybuffer(env, output->size, &copy, &buffer) != napi_ok) return nullptr;
  if (output->size > 0) memcpy(copy, output->data, output->size);
  return buffer;
}
