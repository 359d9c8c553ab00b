// Hears from V8 that the heap is at its limit. Node-API has no word for it, so V8's own functions are
// looked up by the names that the Itanium ABI gives them; where they are missing nothing is watched.
#pragma once
#ifndef _WIN32
#include <dlfcn.h>
#endif

#include <chrono>
#include <thread>

#include "arguments.h"

using NearHeapLimitCallback = size_t (*)(void *counter, size_t limit, size_t initial_limit);

// V8 ends the process unless it is given more: enough for the cell to be stopped meanwhile.
inline size_t OnNearHeapLimit(void *counter, size_t limit, size_t initial_limit) {
  // Another thread waits for it; what this one has written before does not matter to that.
  __atomic_add_fetch(static_cast<int32_t *>(counter), 1, __ATOMIC_RELAXED);
  // What is asked for may be more than can be given; the other thread is to say so before the end.
  std::this_thread::sleep_for(std::chrono::milliseconds(150));
  return limit + initial_limit / 2;
}

template <typename F>
F *FindSymbol(const char *name) {
#ifdef _WIN32
  return nullptr;
#else
  return reinterpret_cast<F *>(dlsym(RTLD_DEFAULT, name));
#endif
}

// guardHeap(counter): adds 1 to counter[0] whenever the heap of this thread has reached its limit, which
// is then raised by half of what it was at first. False where this Node cannot be asked to.
inline Napi::Value GuardHeap(const Napi::CallbackInfo &info) {
  const Napi::Env env = info.Env();
  View view;
  if (!IsSharedInt32(env, info[0], &view) || view.length == 0)
    return Refuse(env, "guardHeap: expected an Int32Array over a SharedArrayBuffer");
  auto *current = FindSymbol<void *()>("_ZN2v87Isolate10GetCurrentEv");
  auto *add = FindSymbol<void(void *, NearHeapLimitCallback, void *)>(
      "_ZN2v87Isolate24AddNearHeapLimitCallbackEPFmPvmmES1_");
  auto *restore =
      FindSymbol<void(void *, double)>("_ZN2v87Isolate36AutomaticallyRestoreInitialHeapLimitEd");
  if (current == nullptr || add == nullptr || restore == nullptr)
    return Napi::Boolean::New(env, false);
  // For good, like the callback.
  static_cast<void>(new Napi::ObjectReference(Napi::Persistent(info[0].As<Napi::Object>())));
  add(current(), OnNearHeapLimit, view.data);
  restore(current(), 0.5);
  return Napi::Boolean::New(env, true);
}

// releaseMemory(): gives free pages of the C allocator back to the system; glibc keeps them otherwise.
// False where the allocator has no such function.
inline Napi::Value ReleaseMemory(const Napi::CallbackInfo &info) {
  auto *trim = FindSymbol<int(size_t)>("malloc_trim");
  if (trim == nullptr) return Napi::Boolean::New(info.Env(), false);
  trim(0);
  return Napi::Boolean::New(info.Env(), true);
}
