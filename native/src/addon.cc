// The only file, with node.h, that knows Node: commands come in through one shared array of doubles, values through typed arrays.
#include <ATen/Functions.h>
#include <ATen/Parallel.h>
#include <ATen/Version.h>
#include <torch/version.h>

#include <cstring>
#include <functional>
#include <string>

#include "device.h"
#include "layout.h"
#include "node.h"
#include "runtime.h"
#include "tape.h"

namespace anneal {
namespace {

using node::Arguments;
using node::define;
using node::toNumber;

constexpr size_t kCommandLength = 1 << 16;

double* commandBuffer = nullptr;
// Never destroyed, as the runtime.
auto& tapes = *new std::vector<std::unique_ptr<Tape>>;
Tape* recording = nullptr;

at::ScalarType typeOf(napi_typedarray_type type) {
  switch (type) {
    case napi_float32_array: return at::kFloat;
    case napi_int32_array: return at::kInt;
    case napi_uint8_array: return at::kBool;
    default: TORCH_CHECK(false, "only Float32Array, Int32Array and Uint8Array hold a tensor's values");
  }
}

// exec(length, count): the command, followed by the `count` handles that it mentions
napi_value exec(const Arguments& a) {
  const auto length = static_cast<size_t>(a.integer(0));
  if (recording) recording->record(commandBuffer, length, commandBuffer + length, static_cast<size_t>(a.integer(1)));
  else execute(commandBuffer);
  return nullptr;
}

// What reads or changes a tensor outside the step sees all that was recorded before.
void flushRecording() {
  if (recording) recording->flush();
}

// release(handle, recorded)
napi_value release(const Arguments& a) {
  if (recording && a.flag(1)) {
    recording->recordRelease(a.integer(0));
  } else {
    flushRecording();
    Runtime::get().release(a.integer(0));
  }
  return nullptr;
}

// upload(handle, values, shape, recorded)
napi_value upload(const Arguments& a) {
  const auto values = a.array(1);
  const Dims sizes = a.dims(2);
  Tensor tensor = at::empty(sizes, typeOf(values.type));
  TORCH_CHECK(static_cast<size_t>(tensor.numel()) == values.length, "upload of ", values.length, " values into shape ", tensor.sizes());
  if (values.length) std::memcpy(tensor.data_ptr(), values.data, tensor.nbytes());
  tensor = onDevice(tensor);
  if (recording && a.flag(3)) recording->recordConstant(a.integer(0), tensor);
  else Runtime::get().set(a.integer(0), tensor);
  return nullptr;
}

// overwrite(handle, values): in place, whatever the memory order
napi_value overwrite(const Arguments& a) {
  flushRecording();
  const auto values = a.array(1);
  Slot& slot = Runtime::get().slot(a.integer(0));
  TORCH_CHECK(static_cast<size_t>(slot.value.numel()) == values.length, "write of ", values.length, " values into shape ", slot.value.sizes());
  slot.value.copy_(onDevice(at::from_blob(values.data, slot.value.sizes(), at::TensorOptions(typeOf(values.type)))));
  slot.bf16Copy.reset();
  return nullptr;
}

// stage(handle, pixels): uint8 staged with the tensor, for NormalizeImages
napi_value stage(const Arguments& a) {
  flushRecording();
  const auto values = a.array(1);
  Slot& slot = Runtime::get().slot(a.integer(0));
  TORCH_CHECK(static_cast<size_t>(slot.value.numel()) == values.length, "images of ", values.length, " values into shape ", slot.value.sizes());
  slot.auxiliary = at::from_blob(values.data, slot.value.sizes(), at::TensorOptions(at::kByte));
  return nullptr;
}

napi_value download(const Arguments& a) {
  flushRecording();
  const auto values = a.array(1);
  const Tensor& stored = Runtime::get().slot(a.integer(0)).value;
  TORCH_CHECK(stored.defined(), "handle ", a.integer(0), " has no tensor");
  const Tensor tensor = stored.to(at::kCPU, typeOf(values.type)).contiguous();
  TORCH_CHECK(static_cast<size_t>(tensor.numel()) == values.length, "read of ", tensor.numel(), " values into ", values.length);
  if (values.length) std::memcpy(values.data, tensor.data_ptr(), tensor.nbytes());
  return nullptr;
}

napi_value captureBegin(const Arguments& a) {
  TORCH_CHECK(!recording, "a capture is running already");
  tapes.push_back(std::make_unique<Tape>());
  recording = tapes.back().get();
  return toNumber(a.env, static_cast<double>(tapes.size() - 1));
}

// captureEnd(run): executes what is left, unless the step failed
napi_value captureEnd(const Arguments& a) {
  Tape* tape = std::exchange(recording, nullptr);
  TORCH_CHECK(tape, "no capture is running");
  if (a.flag(0)) tape->flush();
  return nullptr;
}

napi_value captureRun(const Arguments& a) {
  const auto& tape = tapes.at(static_cast<size_t>(a.integer(0)));
  TORCH_CHECK(tape && !recording, "the captured step is disposed, or a capture is running");
  tape->replay();
  return nullptr;
}

napi_value captureDispose(const Arguments& a) {
  tapes.at(static_cast<size_t>(a.integer(0))).reset();
  return nullptr;
}

napi_value setThreads(const Arguments& a) {
  at::set_num_threads(static_cast<int>(a.integer(0)));
  return nullptr;
}

napi_value setBfloat16(const Arguments& a) {
  Runtime::get().bfloat16 = a.flag(0);
  return nullptr;
}

napi_value setProfile(const Arguments& a) {
  setProfiling(a.flag(0));
  return nullptr;
}

// [live tensors, live bytes]
napi_value memory(const Arguments& a) {
  napi_value result;
  napi_create_array_with_length(a.env, 2, &result);
  napi_set_element(a.env, result, 0, toNumber(a.env, static_cast<double>(Runtime::get().liveTensors)));
  napi_set_element(a.env, result, 1, toNumber(a.env, static_cast<double>(Runtime::get().liveBytes)));
  return result;
}

// [name, calls, milliseconds] of every kernel that ran while profiling
napi_value profile(const Arguments& a) {
  napi_value result;
  napi_create_array(a.env, &result);
  uint32_t count = 0;
  for (const auto& entry : kernels()) {
    if (!entry.calls) continue;
    napi_value row, name;
    napi_create_array_with_length(a.env, 3, &row);
    napi_create_string_utf8(a.env, entry.name.c_str(), NAPI_AUTO_LENGTH, &name);
    napi_set_element(a.env, row, 0, name);
    napi_set_element(a.env, row, 1, toNumber(a.env, static_cast<double>(entry.calls)));
    napi_set_element(a.env, row, 2, toNumber(a.env, static_cast<double>(entry.nanoseconds) / 1e6));
    napi_set_element(a.env, result, count++, row);
  }
  return result;
}

// groupOpen(rank, worldSize, store, timeoutMs, address, compress)
napi_value groupOpen(const Arguments& a) {
  ProcessGroup::open(
      {static_cast<int>(a.integer(0)), static_cast<int>(a.integer(1)), a.text(2), std::chrono::milliseconds(a.integer(3)), a.text(4), a.flag(5)});
  return nullptr;
}

napi_value groupArrived(const Arguments& a) { return toNumber(a.env, static_cast<double>(ProcessGroup::current().arrived())); }

napi_value groupConnect(const Arguments&) {
  ProcessGroup::current().connect();
  return nullptr;
}

// A typed array as a tensor over its memory.
Tensor over(const Arguments::Array& values) {
  const auto type = values.type == napi_float64_array ? at::kDouble : typeOf(values.type);
  return at::from_blob(values.data, {static_cast<int64_t>(values.length)}, at::TensorOptions(type));
}

// groupSum(values): in place
napi_value groupSum(const Arguments& a) {
  flushRecording();
  ProcessGroup::current().sum(over(a.array(0)));
  return nullptr;
}

// groupBroadcast(values): those of rank 0, in place
napi_value groupBroadcast(const Arguments& a) {
  flushRecording();
  ProcessGroup::current().broadcast(over(a.array(0)), 0);
  return nullptr;
}

napi_value groupClose(const Arguments&) {
  ProcessGroup::close();
  return nullptr;
}

napi_value initialize(napi_env env, napi_value exports) {
  if (!commandBuffer) commandBuffer = new double[kCommandLength];
  const bool onCuda = cuda::initialise();
  if (onCuda) Runtime::get().device = c10::Device(c10::kCUDA, 0);
  napi_value buffer, commands, opcodes, text;
  napi_create_external_arraybuffer(env, commandBuffer, kCommandLength * sizeof(double), nullptr, nullptr, &buffer);
  napi_create_typedarray(env, napi_float64_array, kCommandLength, buffer, 0, &commands);
  napi_set_named_property(env, exports, "commands", commands);
  napi_create_object(env, &opcodes);
  for (size_t i = 0; i < kernels().size(); i++)
    napi_set_named_property(env, opcodes, kernels()[i].name.c_str(), toNumber(env, static_cast<double>(i)));
  napi_set_named_property(env, exports, "opcodes", opcodes);
  napi_create_string_utf8(env, onCuda ? "cuda" : "cpu", NAPI_AUTO_LENGTH, &text);
  napi_set_named_property(env, exports, "device", text);
  napi_create_string_utf8(env, onCuda ? cuda::deviceName().c_str() : "CPU", NAPI_AUTO_LENGTH, &text);
  napi_set_named_property(env, exports, "deviceName", text);
  napi_create_string_utf8(env, TORCH_VERSION, NAPI_AUTO_LENGTH, &text);
  napi_set_named_property(env, exports, "version", text);
  define<exec>(env, exports, "exec");
  define<release>(env, exports, "release");
  define<upload>(env, exports, "upload");
  define<overwrite>(env, exports, "overwrite");
  define<stage>(env, exports, "stage");
  define<download>(env, exports, "download");
  define<captureBegin>(env, exports, "captureBegin");
  define<captureEnd>(env, exports, "captureEnd");
  define<captureRun>(env, exports, "captureRun");
  define<captureDispose>(env, exports, "captureDispose");
  define<setThreads>(env, exports, "setThreads");
  define<setBfloat16>(env, exports, "setBfloat16");
  define<setProfile>(env, exports, "setProfile");
  define<groupOpen>(env, exports, "groupOpen");
  define<groupArrived>(env, exports, "groupArrived");
  define<groupConnect>(env, exports, "groupConnect");
  define<groupSum>(env, exports, "groupSum");
  define<groupBroadcast>(env, exports, "groupBroadcast");
  define<groupClose>(env, exports, "groupClose");
  define<memory>(env, exports, "memory");
  define<profile>(env, exports, "profile");
  return exports;
}

}  // namespace
}  // namespace anneal

NAPI_MODULE(anneal_torch, anneal::initialize)
