// What the addon's functions are written with: arguments of Node-API, and exceptions as errors with a code.
#pragma once
#include <c10/core/InferenceMode.h>
#include <node_api.h>

#include <string>

#include "process_group.h"
#include "runtime.h"

namespace anneal::node {

inline void fail(napi_env env, const std::string& message) {
  const bool memory = message.find("can't allocate memory") != std::string::npos || message.find("out of memory") != std::string::npos ||
                      message.find("bad_alloc") != std::string::npos;
  napi_throw_error(env, memory ? "out_of_memory" : "kernel_failed", message.c_str());
}

struct Arguments {
  static constexpr size_t kMost = 6;
  napi_env env;
  napi_value values[kMost];
  Arguments(napi_env e, napi_callback_info info) : env(e) {
    size_t count = kMost;
    napi_get_cb_info(env, info, &count, values, nullptr, nullptr);
  }
  double number(int i) const {
    double value = 0;
    napi_get_value_double(env, values[i], &value);
    return value;
  }
  int64_t integer(int i) const { return static_cast<int64_t>(number(i)); }
  bool flag(int i) const {
    bool value = false;
    napi_get_value_bool(env, values[i], &value);
    return value;
  }
  struct Array {
    void* data = nullptr;
    size_t length = 0;
    napi_typedarray_type type = napi_uint8_array;
  };
  Array array(int i) const {
    Array a;
    TORCH_CHECK(napi_get_typedarray_info(env, values[i], &a.type, &a.length, &a.data, nullptr, nullptr) == napi_ok, "argument ", i,
                " is not a typed array");
    return a;
  }
  std::string text(int i) const {
    size_t length = 0;
    napi_get_value_string_utf8(env, values[i], nullptr, 0, &length);
    std::string result(length, '\0');
    napi_get_value_string_utf8(env, values[i], result.data(), length + 1, &length);
    return result;
  }
  Dims dims(int i) const {
    uint32_t count = 0;
    napi_get_array_length(env, values[i], &count);
    Dims sizes(count);
    for (uint32_t k = 0; k < count; k++) {
      napi_value element;
      double value = 0;
      napi_get_element(env, values[i], k, &element);
      napi_get_value_double(env, element, &value);
      sizes[k] = static_cast<int64_t>(value);
    }
    return sizes;
  }
};

inline napi_value toNumber(napi_env env, double value) {
  napi_value result;
  napi_create_double(env, value, &result);
  return result;
}

using Body = napi_value (*)(const Arguments&);

template <Body kBody>
napi_value guarded(napi_env env, napi_callback_info info) {
  try {
    const c10::InferenceMode inference;
    return kBody(Arguments(env, info));
  } catch (const PeerLost& error) {
    napi_throw_error(env, "rank_lost", error.what());
  } catch (const c10::Error& error) {
    fail(env, error.what_without_backtrace());
  } catch (const std::exception& error) {
    fail(env, error.what());
  }
  return nullptr;
}

template <Body kBody>
void define(napi_env env, napi_value exports, const char* name) {
  napi_value function;
  napi_create_function(env, name, NAPI_AUTO_LENGTH, guarded<kBody>, nullptr, &function);
  napi_set_named_property(env, exports, name, function);
}

}  // namespace anneal::node
