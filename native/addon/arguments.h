// Reads JavaScript arguments; a reader returns false where the caller has to refuse.
#pragma once
#include <napi.h>

#include <cmath>
#include <string>
#include <vector>

#include "prism_core.h"

// Shared memory that a task uses, alive until it has settled.
using Kept = std::vector<Napi::ObjectReference>;

constexpr double kMaxInteger = 9007199254740991;

struct View {
  napi_typedarray_type type;
  uint8_t *data;
  size_t length, size;
  bool shared;
};

inline bool ReadView(Napi::Env env, const Napi::Value &value, View *view) {
  static constexpr size_t kSizes[] = {1, 1, 1, 2, 2, 4, 4, 4, 8, 8, 8};
  napi_value buffer;
  void *data = nullptr;
  size_t offset;
  bool is_buffer = false;
  if (!value.IsTypedArray() ||
      napi_get_typedarray_info(env, value, &view->type, &view->length, &data, &buffer, &offset) !=
          napi_ok ||
      view->type > napi_biguint64_array) {
    return false;
  }
  napi_is_arraybuffer(env, buffer, &is_buffer);
  view->data = static_cast<uint8_t *>(data);
  view->size = view->length * kSizes[view->type];
  view->shared = !is_buffer;
  return true;
}

inline bool IsSharedInt32(Napi::Env env, const Napi::Value &value, View *view) {
  return ReadView(env, value, view) && view->type == napi_int32_array && view->shared;
}

inline Napi::Value Refuse(Napi::Env env, const std::string &message) {
  Napi::TypeError::New(env, message).ThrowAsJavaScriptException();
  return env.Undefined();
}

inline bool ReadNumber(const Napi::Value &value, double *out) {
  if (!value.IsNumber()) return false;
  *out = value.As<Napi::Number>().DoubleValue();
  return true;
}

inline bool ReadInteger(const Napi::Value &value, double most, double *out) {
  return ReadNumber(value, out) && *out >= 0 && *out <= most && *out == std::floor(*out);
}

inline bool ReadInputs(Napi::Env env, const Napi::Value &value, std::vector<prism_input> *inputs,
                Kept *kept) {
  if (!value.IsArray() || value.As<Napi::Array>().Length() > PRISM_MAX_INPUTS) return false;
  const auto array = value.As<Napi::Array>();
  for (uint32_t i = 0; i < array.Length(); i++) {
    const Napi::Value item = array.Get(i);
    View view;
    if (!ReadView(env, item, &view)) return false;
    const int32_t element = view.type == napi_float64_array ? PRISM_FLOAT64
                            : view.type == napi_int32_array ? PRISM_INT32
                                                            : PRISM_BYTES;
    if (view.shared) kept->push_back(Napi::Persistent(item.As<Napi::Object>()));
    inputs->push_back({view.data, view.size, element, view.shared});
  }
  return true;
}

inline bool ReadParams(const Napi::Value &value, std::vector<double> *params) {
  if (!value.IsArray() || value.As<Napi::Array>().Length() > PRISM_MAX_PARAMS) return false;
  const auto array = value.As<Napi::Array>();
  params->resize(array.Length());
  for (uint32_t i = 0; i < array.Length(); i++) {
    if (!ReadNumber(array.Get(i), &(*params)[i])) return false;
  }
  return true;
}

// 0, which no pool has, for anything else.
inline uint32_t ReadPoolId(const Napi::Value &value) {
  double id;
  return ReadInteger(value, UINT32_MAX, &id) ? static_cast<uint32_t>(id) : 0;
}

// A job of JavaScript as a request of the core; the request points into this.
struct Arguments {
  std::vector<prism_input> inputs;
  std::vector<double> params;
  prism_request request = {};

  // False after throwing a TypeError.
  bool Read(Napi::Env env, const Napi::Object &job, Kept *kept) {
    double pool, kernel, index, limit, timeout;
    View control;
    const Napi::Value control_view = job.Get("control");
    const char *wrong =
        !ReadInteger(job.Get("poolId"), UINT32_MAX, &pool)
            ? "poolId must be an id that openPool returned"
        : !ReadInteger(job.Get("kernel"), UINT32_MAX, &kernel)
            ? "kernel must be an index into kernels"
        : !ReadInputs(env, job.Get("inputs"), &inputs, kept)
            ? "inputs must be an array of at most 8 typed arrays"
        : !ReadParams(job.Get("params"), &params)
            ? "params must be an array of at most 16 numbers"
        : !IsSharedInt32(env, control_view, &control)
            ? "control must be an Int32Array over a SharedArrayBuffer"
        : !ReadInteger(job.Get("controlIndex"), kMaxInteger, &index) || index + 4 > control.length
            ? "controlIndex must leave room for four numbers in control"
        : !ReadInteger(job.Get("memoryLimit"), kMaxInteger, &limit)
            ? "memoryLimit must be a whole number of bytes, 0 for none"
        : !ReadNumber(job.Get("timeoutMs"), &timeout) || !(timeout >= 0)
            ? "timeoutMs must be a number of at least 0, 0 for none"
            : nullptr;
    if (wrong != nullptr) {
      Refuse(env, std::string("submit: ") + wrong);
      return false;
    }
    kept->push_back(Napi::Persistent(control_view.As<Napi::Object>()));
    request.pool = static_cast<uint32_t>(pool);
    request.kernel = static_cast<uint32_t>(kernel);
    request.inputs = inputs.data();
    request.input_count = inputs.size();
    request.params = params.data();
    request.param_count = params.size();
    request.control = reinterpret_cast<int32_t *>(control.data) + static_cast<size_t>(index);
    request.memory_limit = static_cast<uint64_t>(limit);
    request.timeout_ms = timeout;
    return true;
  }
};
