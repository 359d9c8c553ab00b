// Submits tasks and settles their promises; the headers read and hand over, native/src does the rest.
#include <memory>

#include "arguments.h"
#include "outputs.h"

namespace {

// Tasks settled in one turn of the event loop; the rest waits for the next, so timers stay alive.
constexpr int kSettledPerTurn = 512;

struct State;
void OnFinished(Napi::Env env, Napi::Function, State *state, void *);
using Signal = Napi::TypedThreadSafeFunction<State, void, OnFinished>;

struct State {
  prism_environment *core = nullptr;
  Signal signal;
  uint32_t pending = 0;
  Napi::FunctionReference set_immediate, settle_more;
  // Every epoch ever set: tasks in flight point into them.
  Kept epochs;
};

// The JavaScript side of a task: its promise, and the shared memory that it uses.
struct Pending {
  explicit Pending(Napi::Env env) : deferred(Napi::Promise::Deferred::New(env)) {}
  Napi::Promise::Deferred deferred;
  Kept kept;
};

void Settle(Napi::Env env, State *state, prism_task *task) {
  Napi::HandleScope scope(env);
  prism_result *result = prism_task_result(task);
  auto *pending = static_cast<Pending *>(result->user);
  auto outputs = Napi::Array::New(env, result->output_count);
  for (uint32_t i = 0; i < result->output_count; i++) {
    outputs.Set(i, Napi::Value(env, TakeOutput(env, &result->outputs[i])));
  }
  auto settled = Napi::Object::New(env);
  settled.Set("status", static_cast<double>(result->status));
  settled.Set("message", Napi::String::New(env, result->message, result->message_length));
  settled.Set("outputs", outputs);
  settled.Set("peakBytes", static_cast<double>(result->peak_bytes));
  settled.Set("queuedMs", result->queued_ms);
  settled.Set("runMs", result->run_ms);
  if (--state->pending == 0) state->signal.Unref(env);
  pending->deferred.Resolve(settled);
  delete pending;
  prism_task_free(task);
}

void SettleSome(Napi::Env env, State *state) {
  if (state->core == nullptr) return;  // torn down
  for (int settled = 0; settled < kSettledPerTurn; settled++) {
    prism_task *task = prism_take_finished(state->core);
    if (task == nullptr) return;
    Settle(env, state, task);
  }
  // A signal from here would be answered within this turn of the loop.
  state->set_immediate.Call({state->settle_more.Value()});
}

void SettleMore(const Napi::CallbackInfo &info) {
  SettleSome(info.Env(), info.Env().GetInstanceData<State>());
}

void OnFinished(Napi::Env env, Napi::Function, State *state, void *) {
  if (env != nullptr) SettleSome(env, state);  // without one, the signal itself is torn down
}

Napi::Value Submit(const Napi::CallbackInfo &info) {
  const Napi::Env env = info.Env();
  auto *state = env.GetInstanceData<State>();
  if (!info[0].IsObject()) return Refuse(env, "submit: expected a job object");
  const auto job = info[0].As<Napi::Object>();
  auto pending = std::make_unique<Pending>(env);
  Arguments arguments;
  if (!arguments.Read(env, job, &pending->kept)) return env.Undefined();
  arguments.request.user = pending.get();
  const Napi::Promise promise = pending->deferred.Promise();
  if (state->pending++ == 0) state->signal.Ref(env);
  const int32_t outcome = prism_submit(state->core, &arguments.request);
  if (outcome == PRISM_QUEUED) {
    pending.release();  // Settle's from now on
    return promise;
  }
  if (--state->pending == 0) state->signal.Unref(env);
  return Refuse(env, outcome == PRISM_UNKNOWN_POOL     ? "submit: no open pool has this poolId"
                     : outcome == PRISM_UNKNOWN_KERNEL ? "submit: no kernel has this index"
                                                       : "submit: no memory for the task");
}

Napi::Value OpenPool(const Napi::CallbackInfo &info) {
  const Napi::Env env = info.Env();
  double threads, stack;
  size_t started = 0;
  const char *reason = "";
  if (!ReadInteger(info[0], 1024, &threads))
    return Refuse(env, "openPool: threadCount must be a whole number from 0 to 1024");
  if (!ReadInteger(info[1], kMaxInteger, &stack) || (stack > 0 && stack < 65536))
    return Refuse(env, "openPool: stackSize must be 0 or at least 65536 bytes");
  const uint32_t pool = prism_pool_open(env.GetInstanceData<State>()->core, size_t(threads),
                                        size_t(stack), &started, &reason);
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
  stats.Set("queued", static_cast<double>(statistics.queued));
  stats.Set("steals", static_cast<double>(statistics.steals));
  return stats;
}

Napi::Value SetInterruptCounters(const Napi::CallbackInfo &info) {
  const Napi::Env env = info.Env();
  auto *state = env.GetInstanceData<State>();
  View view;
  if (!IsSharedInt32(env, info[0], &view) || view.length == 0)
    return Refuse(env, "setInterruptCounters: expected an Int32Array over a SharedArrayBuffer");
  state->epochs.push_back(Napi::Persistent(info[0].As<Napi::Object>()));
  prism_set_interrupt_epoch(state->core, reinterpret_cast<int32_t *>(view.data));
  return env.Undefined();
}

Napi::Array Names(Napi::Env env, const char *(*name)(uint32_t)) {
  auto names = Napi::Array::New(env);
  for (uint32_t i = 0; name(i) != nullptr; i++) names.Set(i, name(i));
  return names;
}

void TearDown(State *state) {
  prism_environment_destroy(state->core, [](void *user) { delete static_cast<Pending *>(user); });
  state->core = nullptr;
  state->epochs.clear();
}

Napi::Object Init(Napi::Env env, Napi::Object exports) {
  auto *state = new State;
  env.SetInstanceData(state);
  state->core = prism_environment_create(
      [](void *context) { static_cast<State *>(context)->signal.NonBlockingCall(); }, state);
  state->signal = Signal::New(env, "prism", 0, 1, state);
  state->signal.Unref(env);
  state->set_immediate = Napi::Persistent(env.Global().Get("setImmediate").As<Napi::Function>());
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
  exports.Set("submit", Napi::Function::New<Submit>(env));
  exports.Set("setInterruptCounters", Napi::Function::New<SetInterruptCounters>(env));
  return exports;
}

}  // namespace

NODE_API_MODULE(prism, Init)
