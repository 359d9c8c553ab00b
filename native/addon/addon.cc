// Submits tasks and tells JavaScript of their end; the headers read and hand over, native/src does
// the rest.
#include <initializer_list>
#include <vector>

#include "arguments.h"
#include "heap.h"
#include "outputs.h"
#include "plugins.h"

namespace {

struct State;
void OnFinished(Napi::Env env, Napi::Function, State *state, void *);
using Signal = Napi::TypedThreadSafeFunction<State, void, OnFinished>;

struct State {
  prism_environment *core = nullptr;
  Signal signal;
  uint32_t pending = 0;
  Napi::FunctionReference set_immediate, settle_more, on_finished;
  // The slots of `on_finished`, which says how many of them it has taken.
  int32_t *finished = nullptr;
  uint32_t finished_length = 0;
  // Shared memory that the core points into: records, the slots above, interrupt counters.
  std::vector<Napi::ObjectReference> kept;
  std::vector<int32_t *> slabs;
};

bool HasResult(const State *state, uint32_t slot) {
  const uint32_t per_slab = prism_records_per_slab();
  const int32_t *record =
      state->slabs[slot / per_slab] + (slot % per_slab) * (PRISM_RECORD_BYTES / sizeof(int32_t));
  return record[PRISM_HAS_RESULT] != 0;
}

// False when the kernel's stop button has ended the call. What is thrown then is no error: the wrappers
// of node-addon-api abort the process because they cannot make one of it.
bool CallBack(Napi::Env env, const Napi::FunctionReference &function,
              std::initializer_list<napi_value> arguments = {}) {
  if (napi_call_function(env, env.Undefined(), function.Value(), arguments.size(),
                         arguments.begin(), nullptr) == napi_ok)
    return true;
  napi_value thrown;
  napi_valuetype type;
  const bool is_error = napi_get_and_clear_last_exception(env, &thrown) == napi_ok &&
                        napi_typeof(env, thrown, &type) == napi_ok && type == napi_object;
  if (is_error) napi_throw(env, thrown);
  return false;
}

void Forget(Napi::Env env, State *state, prism_task *task) {
  prism_task_free(task);
  if (--state->pending == 0) state->signal.Unref(env);
}

// Tells JavaScript of finished tasks. Those without a result are freed here: one call less for each.
void SettleSome(Napi::Env env, State *state) {
  if (state->core == nullptr || state->finished == nullptr) return;  // torn down, or not set up
  Napi::HandleScope scope(env);
  // Word 0 holds how many slots follow; JavaScript sets it back to 0, unless it was interrupted.
  uint32_t count = static_cast<uint32_t>(state->finished[0]);
  while (count + 1 < state->finished_length) {
    const int64_t slot = prism_take_finished(state->core);
    if (slot < 0) break;
    if (!HasResult(state, slot)) Forget(env, state, prism_task_of(state->core, slot));
    state->finished[++count] = static_cast<int32_t>(slot);
  }
  if (count == 0) return;
  state->finished[0] = static_cast<int32_t>(count);
  CallBack(env, state->on_finished);
  bool interrupted = state->finished[0] != 0;
  if (!interrupted && count + 1 == state->finished_length) {
    // A signal from here would be answered within this turn of the loop, and timers would starve.
    interrupted = !CallBack(env, state->set_immediate, {state->settle_more.Value()});
  }
  if (interrupted) state->signal.NonBlockingCall();  // the rest, in a turn of its own
}

void SettleMore(const Napi::CallbackInfo &info) {
  SettleSome(info.Env(), info.Env().GetInstanceData<State>());
}

void OnFinished(Napi::Env env, Napi::Function, State *state, void *) {
  if (env != nullptr) SettleSome(env, state);  // without one, the signal itself is torn down
}

Napi::Value SetOnFinished(const Napi::CallbackInfo &info) {
  const Napi::Env env = info.Env();
  auto *state = env.GetInstanceData<State>();
  View view;
  if (!info[0].IsFunction() || !IsSharedInt32(env, info[1], &view) || view.length < 2 ||
      !info[2].IsFunction())
    return Refuse(env,
                  "setOnFinished: expected a function, an Int32Array over shared memory and "
                  "setImmediate");
  state->on_finished = Napi::Persistent(info[0].As<Napi::Function>());
  state->set_immediate = Napi::Persistent(info[2].As<Napi::Function>());
  state->kept.push_back(Napi::Persistent(info[1].As<Napi::Object>()));
  state->finished = reinterpret_cast<int32_t *>(view.data);
  state->finished_length = static_cast<uint32_t>(view.length);
  return env.Undefined();
}

Napi::Value AddRecords(const Napi::CallbackInfo &info) {
  const Napi::Env env = info.Env();
  auto *state = env.GetInstanceData<State>();
  View view;
  if (!IsSharedInt32(env, info[0], &view) ||
      view.size != size_t(PRISM_RECORD_BYTES) * prism_records_per_slab())
    return Refuse(env, "addRecords: expected an Int32Array of one slab over shared memory");
  if (!prism_add_records(state->core, view.data))
    return Refuse(env, "addRecords: no memory for more tasks");
  state->kept.push_back(Napi::Persistent(info[0].As<Napi::Object>()));
  state->slabs.push_back(reinterpret_cast<int32_t *>(view.data));
  return env.Undefined();
}

// (poolId, slot, inputs?) -> 0 or 1 when queued, else why not: see `Submitted` in task.zig.
Napi::Value Submit(const Napi::CallbackInfo &info) {
  const Napi::Env env = info.Env();
  auto *state = env.GetInstanceData<State>();
  Inputs inputs;
  inputs.Read(env, info[2]);
  if (inputs.wrong != nullptr) return Refuse(env, inputs.wrong);
  const int32_t outcome = prism_submit(state->core, ReadPoolId(info[0]), ReadSlot(info[1]),
                                       inputs.items, inputs.count);
  if (outcome <= PRISM_QUEUED_IN_BURST && state->pending++ == 0) state->signal.Ref(env);
  return Napi::Number::New(env, outcome);
}

Napi::Value Flush(const Napi::CallbackInfo &info) {
  prism_flush(info.Env().GetInstanceData<State>()->core);
  return info.Env().Undefined();
}

// True when the task had not begun: it is gone, and nothing is heard of it any more.
Napi::Value Withdraw(const Napi::CallbackInfo &info) {
  const Napi::Env env = info.Env();
  auto *state = env.GetInstanceData<State>();
  const bool withdrawn = prism_withdraw(state->core, ReadSlot(info[0]));
  if (withdrawn && --state->pending == 0) state->signal.Unref(env);
  return Napi::Boolean::New(env, withdrawn);
}

// The outputs and the message of a finished task, which is freed.
Napi::Value TakeResult(const Napi::CallbackInfo &info) {
  const Napi::Env env = info.Env();
  auto *state = env.GetInstanceData<State>();
  prism_task *task = prism_task_of(state->core, ReadSlot(info[0]));
  if (task == nullptr) return env.Undefined();
  uint32_t count = 0;
  prism_output *given = prism_task_outputs(task, &count);
  auto outputs = Napi::Array::New(env, count);
  for (uint32_t i = 0; i < count; i++) {
    outputs.Set(i, Napi::Value(env, TakeOutput(env, &given[i])));
  }
  size_t length = 0;
  const char *message = prism_task_message(task, &length);
  auto result = Napi::Object::New(env);
  result.Set("message", Napi::String::New(env, message, length));
  result.Set("outputs", outputs);
  Forget(env, state, task);
  return result;
}

Napi::Value OpenPool(const Napi::CallbackInfo &info) {
  const Napi::Env env = info.Env();
  double threads, stack, memory;
  size_t started = 0;
  const char *reason = "";
  if (!ReadInteger(info[0], 1024, &threads))
    return Refuse(env, "openPool: threadCount must be a whole number from 0 to 1024");
  if (!ReadInteger(info[1], kMaxInteger, &stack) || (stack > 0 && stack < 65536))
    return Refuse(env, "openPool: stackSize must be 0 or at least 65536 bytes");
  if (!ReadInteger(info[2], kMaxInteger, &memory))
    return Refuse(env, "openPool: memoryLimit must be a whole number of bytes");
  const uint32_t pool =
      prism_pool_open(env.GetInstanceData<State>()->core, size_t(threads), size_t(stack),
                      uint64_t(memory), &started, &reason);
  if (pool == 0) {
    Napi::Error::New(env, std::string("no worker thread could be started: ") + reason)
        .ThrowAsJavaScriptException();
    return env.Undefined();
  }
  auto opened = Napi::Object::New(env);
  opened.Set("poolId", static_cast<double>(pool));
  opened.Set("threadCount", static_cast<double>(started));
  return opened;
}

Napi::Value ClosePool(const Napi::CallbackInfo &info) {
  const Napi::Env env = info.Env();
  if (!prism_pool_close(env.GetInstanceData<State>()->core, ReadPoolId(info[0])))
    return Refuse(env, "closePool: no open pool has this id");
  return env.Undefined();
}

Napi::Value PoolStats(const Napi::CallbackInfo &info) {
  const Napi::Env env = info.Env();
  prism_pool_statistics statistics;
  if (!prism_pool_stats(env.GetInstanceData<State>()->core, ReadPoolId(info[0]), &statistics))
    return Refuse(env, "poolStats: no open pool has this id");
  auto stats = Napi::Object::New(env);
  stats.Set("busy", static_cast<double>(statistics.busy));
  auto queued = Napi::Array::New(env, 4);
  for (uint32_t i = 0; i < 4; i++) queued.Set(i, static_cast<double>(statistics.queued[i]));
  stats.Set("queued", queued);
  stats.Set("steals", static_cast<double>(statistics.steals));
  stats.Set("bytesInUse", static_cast<double>(statistics.bytes_in_use));
  stats.Set("peakBytes", static_cast<double>(statistics.peak_bytes));
  return stats;
}

Napi::Value PoolSpans(const Napi::CallbackInfo &info) {
  const Napi::Env env = info.Env();
  constexpr size_t kCapacity = 8192;
  std::vector<double> values(kCapacity * PRISM_SPAN_VALUES);
  const size_t count = prism_pool_spans(env.GetInstanceData<State>()->core, ReadPoolId(info[0]),
                                        values.data(), kCapacity);
  auto spans = Napi::Float64Array::New(env, count * PRISM_SPAN_VALUES);
  if (count > 0) memcpy(spans.Data(), values.data(), spans.ByteLength());
  return spans;
}

Napi::Value Reserve(const Napi::CallbackInfo &info) {
  const Napi::Env env = info.Env();
  double bytes;
  if (!ReadInteger(info[1], kMaxInteger, &bytes))
    return Refuse(env, "reserve: expected a whole number of bytes");
  return Napi::Boolean::New(env, prism_reserve(env.GetInstanceData<State>()->core,
                                               ReadPoolId(info[0]), uint64_t(bytes)));
}

Napi::Value Unreserve(const Napi::CallbackInfo &info) {
  const Napi::Env env = info.Env();
  double bytes;
  if (!ReadInteger(info[1], kMaxInteger, &bytes))
    return Refuse(env, "unreserve: expected a whole number of bytes");
  prism_unreserve(env.GetInstanceData<State>()->core, ReadPoolId(info[0]), uint64_t(bytes));
  return env.Undefined();
}

Napi::Value Now(const Napi::CallbackInfo &info) {
  return Napi::Number::New(info.Env(), static_cast<double>(prism_now_ns()) / 1e6);
}

Napi::Value SetInterruptCounters(const Napi::CallbackInfo &info) {
  const Napi::Env env = info.Env();
  auto *state = env.GetInstanceData<State>();
  View view;
  if (!IsSharedInt32(env, info[0], &view) || view.length == 0)
    return Refuse(env, "setInterruptCounters: expected an Int32Array over a SharedArrayBuffer");
  state->kept.push_back(Napi::Persistent(info[0].As<Napi::Object>()));
  prism_set_interrupt_epoch(state->core, reinterpret_cast<int32_t *>(view.data));
  return env.Undefined();
}

Napi::Array Names(Napi::Env env, const char *(*name)(uint32_t)) {
  auto names = Napi::Array::New(env);
  for (uint32_t i = 0; name(i) != nullptr; i++) names.Set(i, name(i));
  return names;
}

void TearDown(State *state) {
  prism_environment_destroy(state->core);
  state->core = nullptr;
  state->kept.clear();
  state->on_finished.Reset();
}

Napi::Object Init(Napi::Env env, Napi::Object exports) {
  auto *state = new State;
  env.SetInstanceData(state);
  state->core = prism_environment_create(
      [](void *context) { static_cast<State *>(context)->signal.NonBlockingCall(); }, state);
  state->signal = Signal::New(env, "prism", 0, 1, state);
  state->signal.Unref(env);
  state->settle_more = Napi::Persistent(Napi::Function::New<SettleMore>(env, "settleMore"));
  // After the signal was made: hooks run in reverse, so no worker calls a signal that is gone.
  env.AddCleanupHook(TearDown, state);
  exports.Set("abiVersion", static_cast<double>(prism_abi_version()));
  exports.Set("simdLevel", prism_simd_level());
  exports.Set("kernels", Names(env, prism_kernel_name));
  exports.Set("statuses", Names(env, prism_status_name));
  exports.Set("openPool", Napi::Function::New<OpenPool>(env));
  exports.Set("closePool", Napi::Function::New<ClosePool>(env));
  exports.Set("poolStats", Napi::Function::New<PoolStats>(env));
  exports.Set("poolSpans", Napi::Function::New<PoolSpans>(env));
  exports.Set("reserve", Napi::Function::New<Reserve>(env));
  exports.Set("unreserve", Napi::Function::New<Unreserve>(env));
  exports.Set("now", Napi::Function::New<Now>(env));
  exports.Set("addRecords", Napi::Function::New<AddRecords>(env));
  exports.Set("setOnFinished", Napi::Function::New<SetOnFinished>(env));
  exports.Set("flush", Napi::Function::New<Flush>(env));
  exports.Set("withdraw", Napi::Function::New<Withdraw>(env));
  exports.Set("takeResult", Napi::Function::New<TakeResult>(env));
  exports.Set("loadKernel", Napi::Function::New<LoadKernel>(env));
  exports.Set("submit", Napi::Function::New<Submit>(env));
  exports.Set("guardHeap", Napi::Function::New<GuardHeap>(env));
  exports.Set("releaseMemory", Napi::Function::New<ReleaseMemory>(env));
  exports.Set("setInterruptCounters", Napi::Function::New<SetInterruptCounters>(env));
  return exports;
}

}  // namespace

NODE_API_MODULE(prism, Init)
