// The only file here that knows Node. One call is one operation: `run(operation, into, from, ...values)`, with sizes and
// parameters in an array of doubles that each thread has for itself; `start` is the same in another thread.
#include <node_api.h>

#include <algorithm>
#include <cerrno>
#include <memory>
#include <string>
#include <system_error>
#include <utility>

#include "operations.h"
#include "shard_sink.h"
#include "thread_pool.h"

namespace anneal::imaging {
namespace {

constexpr size_t kParameters = 64;
constexpr int kSizes = 6;
constexpr size_t kMaxValues = 12;

struct Entry {
  const char* name;
  Operation run;
};

constexpr Entry kOperations[] = {
#define X(name) {#name, name},
    ANNEAL_PIXEL_OPERATIONS(X)
#undef X
};
constexpr size_t kOperationCount = sizeof(kOperations) / sizeof(Entry);

/** What a thread has for itself. */
struct Instance {
  double parameters[kParameters] = {};
  Scratch scratch;
  /** Brings what other threads have done back to this one. */
  napi_threadsafe_function done = nullptr;
  size_t underWay = 0;
  ThreadPool pool;
};

struct Bytes {
  uint8_t* data = nullptr;
  size_t length = 0;
};

size_t elementBytes(napi_typedarray_type type) {
  switch (type) {
    case napi_int8_array:
    case napi_uint8_array:
    case napi_uint8_clamped_array: return 1;
    case napi_int16_array:
    case napi_uint16_array: return 2;
    case napi_int32_array:
    case napi_uint32_array:
    case napi_float32_array: return 4;
    default: return 8;
  }
}

Bytes bytesOf(napi_env env, napi_value value) {
  napi_typedarray_type type;
  void* data;
  size_t length;
  require(napi_get_typedarray_info(env, value, &type, &length, &data, nullptr, nullptr) == napi_ok, "an argument is not a typed array");
  return {static_cast<uint8_t*>(data), length * elementBytes(type)};
}

Image imageOf(const Bytes& bytes, const double* sizes) {
  const Image image{bytes.data, static_cast<int>(sizes[0]), static_cast<int>(sizes[1]), static_cast<int>(sizes[2])};
  require(image.width > 0 && image.height > 0 && image.channels > 0, "an image has no pixels");
  require(image.bytes() == bytes.length, "an image's memory does not fit its size");
  return image;
}

/** One call of an operation, with its parameters. */
struct Task {
  const Entry* entry = nullptr;
  Image in, out;
  double parameters[kParameters];
  Values values[kMaxValues];
  int valueCount = 0;

  void run(Scratch& scratch) { entry->run({in, out, parameters + kSizes, values, valueCount, scratch}); }
};

constexpr size_t kMaxArguments = 3 + kMaxValues;

/** Reads (operation, into, from, ...values). */
Task taskOf(napi_env env, const napi_value* arguments, size_t count, const Instance& instance) {
  uint32_t operation = kOperationCount;
  require(count >= 3 && napi_get_value_uint32(env, arguments[0], &operation) == napi_ok && operation < kOperationCount, "no such operation");
  require(count <= kMaxArguments, "too many arguments");
  Task task{kOperations + operation,
            imageOf(bytesOf(env, arguments[2]), instance.parameters),
            imageOf(bytesOf(env, arguments[1]), instance.parameters + 3),
            {},
            {}};
  std::copy(instance.parameters, instance.parameters + kParameters, task.parameters);
  for (size_t i = 3; i < count; i++) {
    const Bytes bytes = bytesOf(env, arguments[i]);
    task.values[task.valueCount++] = {bytes.data, bytes.length};
  }
  return task;
}

/** Calls `body(arguments, count, data)`, and throws in JavaScript what it throws. */
template <typename Body>
napi_value guarded(napi_env env, napi_callback_info info, const Body& body) {
  size_t count = kMaxArguments + 1;
  napi_value arguments[kMaxArguments + 1];
  void* data;
  napi_get_cb_info(env, info, &count, arguments, nullptr, &data);
  try {
    return body(arguments, count, data);
  } catch (const std::exception& error) {
    const auto* system = dynamic_cast<const std::system_error*>(&error);
    napi_throw_error(env, system != nullptr && system->code().value() == ENOSPC ? "ENOSPC" : nullptr, error.what());
    return nullptr;
  }
}

// run(operation, into, from, ...values)
napi_value run(napi_env env, napi_callback_info info) {
  return guarded(env, info, [&](const napi_value* arguments, size_t count, void* data) -> napi_value {
    auto& instance = *static_cast<Instance*>(data);
    Task task = taskOf(env, arguments, count, instance);
    try {
      task.run(instance.scratch);
    } catch (const std::exception& error) {
      throw std::runtime_error(std::string(task.entry->name) + ": " + error.what());
    }
    return nullptr;
  });
}

/** A call in another thread, whose arguments are kept until it ends. */
struct Started {
  Task task;
  Instance* instance = nullptr;
  napi_deferred deferred = nullptr;
  napi_ref kept = nullptr;
  std::string failure;
};

void runElsewhere(Started* started) {
  thread_local Scratch scratch;
  try {
    started->task.run(scratch);
  } catch (const std::exception& error) {
    started->failure = std::string(started->task.entry->name) + ": " + error.what();
  }
  napi_call_threadsafe_function(started->instance->done, started, napi_tsfn_blocking);
}

void complete(napi_env env, napi_value, void*, void* data) {
  const std::unique_ptr<Started> started(static_cast<Started*>(data));
  // The thread is ending.
  if (env == nullptr) return;
  napi_value result;
  if (started->failure.empty()) {
    napi_get_undefined(env, &result);
    napi_resolve_deferred(env, started->deferred, result);
  } else {
    napi_value message;
    napi_create_string_utf8(env, started->failure.c_str(), NAPI_AUTO_LENGTH, &message);
    napi_create_error(env, nullptr, message, &result);
    napi_reject_deferred(env, started->deferred, result);
  }
  napi_delete_reference(env, started->kept);
  Instance& instance = *started->instance;
  if (--instance.underWay == 0) napi_unref_threadsafe_function(env, instance.done);
}

void openDone(napi_env env, Instance& instance) {
  napi_value name;
  napi_create_string_utf8(env, "anneal_imaging", NAPI_AUTO_LENGTH, &name);
  require(napi_create_threadsafe_function(env, nullptr, nullptr, name, 0, 1, nullptr, nullptr, nullptr, complete, &instance.done) == napi_ok,
          "there is no way back from other threads");
  napi_unref_threadsafe_function(env, instance.done);
  // Hooks run in the opposite order: threads end before what they call.
  napi_add_env_cleanup_hook(env, [](void* data) { static_cast<Instance*>(data)->pool.stop(); }, &instance);
}

// start(operation, into, from, ...values): a promise
napi_value start(napi_env env, napi_callback_info info) {
  return guarded(env, info, [&](const napi_value* arguments, size_t count, void* data) {
    auto& instance = *static_cast<Instance*>(data);
    auto started = std::make_unique<Started>();
    started->task = taskOf(env, arguments, count, instance);
    started->instance = &instance;
    if (instance.done == nullptr) openDone(env, instance);
    napi_value promise, kept;
    napi_create_array_with_length(env, count, &kept);
    for (size_t i = 0; i < count; i++) napi_set_element(env, kept, static_cast<uint32_t>(i), arguments[i]);
    napi_create_reference(env, kept, 1, &started->kept);
    napi_create_promise(env, &started->deferred, &promise);
    if (instance.underWay++ == 0) napi_ref_threadsafe_function(env, instance.done);
    instance.pool.add([task = started.release()] { runElsewhere(task); });
    return promise;
  });
}

ShardSink*& slotOf(napi_env env, napi_value value) {
  void* slot = nullptr;
  require(napi_get_value_external(env, value, &slot) == napi_ok && slot != nullptr, "a shard was expected");
  return *static_cast<ShardSink**>(slot);
}

ShardSink& sinkOf(napi_env env, napi_value value) {
  ShardSink* sink = slotOf(env, value);
  require(sink != nullptr, "the shard is closed");
  return *sink;
}

void closeSink(napi_env env, napi_value value) { delete std::exchange(slotOf(env, value), nullptr); }

// openShard(path): a shard
napi_value openShard(napi_env env, napi_callback_info info) {
  return guarded(env, info, [&](const napi_value* arguments, size_t count, void*) {
    size_t length = 0;
    require(count == 1 && napi_get_value_string_utf8(env, arguments[0], nullptr, 0, &length) == napi_ok, "a path was expected");
    std::string path(length, '\0');
    napi_get_value_string_utf8(env, arguments[0], path.data(), length + 1, &length);
    auto sink = std::make_unique<ShardSink*>(new ShardSink(path));
    napi_value result;
    const auto destroy = [](napi_env, void* data, void*) {
      delete *static_cast<ShardSink**>(data);
      delete static_cast<ShardSink**>(data);
    };
    napi_create_external(env, sink.release(), destroy, nullptr, &result);
    return result;
  });
}

// appendShard(shard, bytes)
napi_value appendShard(napi_env env, napi_callback_info info) {
  return guarded(env, info, [&](const napi_value* arguments, size_t, void*) -> napi_value {
    const Bytes bytes = bytesOf(env, arguments[1]);
    sinkOf(env, arguments[0]).append(bytes.data, bytes.length);
    return nullptr;
  });
}

// finishShard(shard, hash): waits until it is on disk, and closes it
napi_value finishShard(napi_env env, napi_callback_info info) {
  return guarded(env, info, [&](const napi_value* arguments, size_t, void*) -> napi_value {
    const Bytes bytes = bytesOf(env, arguments[1]);
    require(bytes.length == kSha256Bytes, "a hash has 32 bytes");
    uint8_t hash[kSha256Bytes];
    sinkOf(env, arguments[0]).finish(hash);
    std::copy(hash, hash + kSha256Bytes, bytes.data);
    closeSink(env, arguments[0]);
    return nullptr;
  });
}

void endSink(napi_env env, napi_value value) { sinkOf(env, value).end(); }

// endShard(shard): its last block is written in the background; abandonShard(shard): closes it
template <void (*kAct)(napi_env, napi_value)>
napi_value actOnShard(napi_env env, napi_callback_info info) {
  return guarded(env, info, [&](const napi_value* arguments, size_t, void*) -> napi_value {
    kAct(env, arguments[0]);
    return nullptr;
  });
}

constexpr napi_property_descriptor method(const char* name, napi_callback body, void* data) {
  return {name, nullptr, body, nullptr, nullptr, nullptr, napi_enumerable, data};
}

}  // namespace
}  // namespace anneal::imaging

NAPI_MODULE_INIT() {
  using namespace anneal::imaging;
  auto* instance = new Instance;
  napi_set_instance_data(env, instance, [](napi_env, void* data, void*) { delete static_cast<Instance*>(data); }, nullptr);
  napi_value buffer, parameters, operations, hashes;
  napi_create_external_arraybuffer(env, instance->parameters, sizeof(instance->parameters), nullptr, nullptr, &buffer);
  napi_create_typedarray(env, napi_float64_array, kParameters, buffer, 0, &parameters);
  napi_set_named_property(env, exports, "parameters", parameters);
  napi_create_object(env, &operations);
  for (size_t i = 0; i < kOperationCount; i++) {
    napi_value number;
    napi_create_uint32(env, static_cast<uint32_t>(i), &number);
    napi_set_named_property(env, operations, kOperations[i].name, number);
  }
  napi_set_named_property(env, exports, "operations", operations);
  napi_get_boolean(env, hasSha256(), &hashes);
  napi_set_named_property(env, exports, "hashes", hashes);
  const napi_property_descriptor methods[] = {
      method("run", run, instance),
      method("start", start, instance),
      method("openShard", openShard, nullptr),
      method("appendShard", appendShard, nullptr),
      method("finishShard", finishShard, nullptr),
      method("endShard", actOnShard<endSink>, nullptr),
      method("abandonShard", actOnShard<closeSink>, nullptr),
  };
  napi_define_properties(env, exports, sizeof(methods) / sizeof(methods[0]), methods);
  return exports;
}
