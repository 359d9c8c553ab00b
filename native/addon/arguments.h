// Reads JavaScript arguments; a reader returns false where the caller has to refuse.
#pragma once
#include <napi.h>

#include <cmath>
#include <string>

#include "prism_core.h"

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

inline bool ReadInteger(const Napi::Value &value, double most, double *out) {
  if (!value.IsNumber()) return false;
  *out = value.As<Napi::Number>().DoubleValue();
  return *out >= 0 && *out <= most && *out == std::floor(*out);
}

// 0, which no pool has, for anything else.
inline uint32_t ReadPoolId(const Napi::Value &value) {
  double id;
  return ReadInteger(value, UINT32_MAX, &id) ? static_cast<uint32_t>(id) : 0;
}

// UINT32_MAX, which no record has, for anything else.
inline uint32_t ReadSlot(const Napi::Value &value) {
  double slot;
  return ReadInteger(value, UINT32_MAX, &slot) ? static_cast<uint32_t>(slot) : UINT32_MAX;
}

struct Inputs {
  prism_input items[PRISM_MAX_INPUTS];
  size_t count = 0;
  const char *wrong = nullptr;

  void Read(Napi::Env env, const Napi::Value &value) {
    if (value.IsUndefined()) return;
    if (!value.IsArray() || value.As<Napi::Array>().Length() > PRISM_MAX_INPUTS) {
      wrong = "submit: inputs must be an array of at most 8 typed arrays";
      return;
    }
    const auto array = value.As<Napi::Array>();
    const uint32_t length = array.Length();
    for (uint32_t i = 0; i < length; i++) {
      View view;
      if (!ReadView(env, array.Get(i), &view)) {
        wrong = "submit: inputs must be an array of at most 8 typed arrays";
        return;
      }
      if (view.size == 0 && IsDetached(env, array.Get(i))) {
        wrong = "submit: an input lies over a detached ArrayBuffer";
        return;
      }
      const int32_t element = view.type == napi_float64_array ? PRISM_FLOAT64
                              : view.type == napi_int32_array ? PRISM_INT32
                                                              : PRISM_BYTES;
      items[count++] = {view.data, view.size, element, view.shared};
    }
  }

  static bool IsDetached(Napi::Env env, const Napi::Value &view) {
    bool detached = false;
    napi_is_detached_arraybuffer(env, view.As<Napi::TypedArray>().ArrayBuffer(), &detached);
    return detached;
  }
};
