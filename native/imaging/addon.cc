// The only file here that knows Node. One call is one operation: `run(operation, into, from, ...values)`, with sizes and
// parameters in an array of doubles that each thread has for itself.
#include <node_api.h>

#include <string>

#include "operations.h"

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

// run(operation, into, from, ...values)
napi_value run(napi_env env, napi_callback_info info) {
  const char* name = "run";
  try {
    size_t count = 3 + kMaxValues;
    napi_value arguments[3 + kMaxValues];
    void* data;
    napi_get_cb_info(env, info, &count, arguments, nullptr, &data);
    auto& instance = *static_cast<Instance*>(data);
    uint32_t operation = kOperationCount;
    require(count >= 3 && napi_get_value_uint32(env, arguments[0], &operation) == napi_ok && operation < kOperationCount, "no such operation");
    name = kOperations[operation].name;
    const double* parameters = instance.parameters;
    const Image out = imageOf(bytesOf(env, arguments[1]), parameters + 3);
    const Image in = imageOf(bytesOf(env, arguments[2]), parameters);
    require(count <= 3 + kMaxValues, "too many arguments");
    Values values[kMaxValues];
    for (size_t i = 3; i < count; i++) {
      const Bytes bytes = bytesOf(env, arguments[i]);
      values[i - 3] = {bytes.data, bytes.length};
    }
    kOperations[operation].run({in, out, parameters + kSizes, values, static_cast<int>(count) - 3, instance.scratch});
  } catch (const std::exception& error) {
    napi_throw_error(env, nullptr, (std::string(name) + ": " + error.what()).c_str());
  }
  return nullptr;
}

}  // namespace
}  // namespace anneal::imaging

NAPI_MODULE_INIT() {
  using namespace anneal::imaging;
  auto* instance = new Instance;
  napi_set_instance_data(env, instance, [](napi_env, void* data, void*) { delete static_cast<Instance*>(data); }, nullptr);
  napi_value buffer, parameters, operations, function;
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
  napi_create_function(env, "run", NAPI_AUTO_LENGTH, run, instance, &function);
  napi_set_named_property(env, exports, "run", function);
  return exports;
}
