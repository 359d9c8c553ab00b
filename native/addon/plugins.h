// Loads kernels from outside.
#pragma once
#include <string>

#include "arguments.h"

// False for what no C string can hold.
inline bool ReadText(const Napi::Value &value, std::string *out) {
  if (!value.IsString()) return false;
  *out = value.As<Napi::String>().Utf8Value();
  return !out->empty() && out->find('\0') == std::string::npos;
}

// loadKernel(path, symbol): { kernel, name, description }, or an Error with `code`, `found` and
// `expected`.
inline Napi::Value LoadKernel(const Napi::CallbackInfo &info) {
  const Napi::Env env = info.Env();
  std::string library, symbol;
  if (!ReadText(info[0], &library))
    return Refuse(env, "loadKernel: library must be the absolute path of a shared object");
  if (!ReadText(info[1], &symbol)) return Refuse(env, "loadKernel: symbol must be a name");
  prism_kernel_report report;
  if (!prism_load_kernel(library.c_str(), symbol.c_str(), &report)) {
    Napi::Error error = Napi::Error::New(env, report.detail);
    error.Set("code", report.fault);
    error.Set("found", static_cast<double>(report.found));
    error.Set("expected", static_cast<double>(report.expected));
    error.ThrowAsJavaScriptException();
    return env.Undefined();
  }
  auto loaded = Napi::Object::New(env);
  loaded.Set("kernel", static_cast<double>(report.kernel));
  loaded.Set("name", report.name);
  loaded.Set("description", report.description);
  return loaded;
}
