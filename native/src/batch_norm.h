// What the forward pass and the gradient of batch normalisation share.
#pragma once
#include <ATen/Functions.h>

#include <vector>

#include "channel_loops.h"

namespace anneal {

struct Affine {
  std::vector<float> scale, shift;
};

template <class T>
inline T* data(const at::Tensor& t) {
  return t.defined() ? reinterpret_cast<T*>(t.data_ptr()) : nullptr;
}

// Calls f<Act>() for an activation known at run time.
template <class F>
inline void withActivation(loops::Act act, const F& f) {
  if (act == loops::Act::kRelu) return f(std::integral_constant<loops::Act, loops::Act::kRelu>());
  if (act == loops::Act::kRelu6) return f(std::integral_constant<loops::Act, loops::Act::kRelu6>());
  if (act == loops::Act::kSilu) return f(std::integral_constant<loops::Act, loops::Act::kSilu>());
  f(std::integral_constant<loops::Act, loops::Act::kLinear>());
}

inline at::Tensor activated(const at::Tensor& x, loops::Act act) {
  if (act == loops::Act::kRelu) return at::relu(x);
  if (act == loops::Act::kRelu6) return at::clamp(x, 0, 6);
  if (act == loops::Act::kSilu) return at::silu(x);
  return x;
}

}  // namespace anneal
