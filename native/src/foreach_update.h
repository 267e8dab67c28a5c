// Arithmetic over lists of tensors, for devices where launching a kernel per tensor costs more than its arithmetic.
#pragma once
#include <ATen/Functions.h>
#include <torch/version.h>

#include <vector>

#include "updates.h"

namespace anneal {

using Tensors = std::vector<Tensor>;

// Each times one number on the device.
inline Tensors times(const Tensors& list, const Tensor& factor) {
#if TORCH_VERSION_MAJOR > 2 || (TORCH_VERSION_MAJOR == 2 && TORCH_VERSION_MINOR > 0)
  return at::_foreach_mul(list, factor);
#else
  Tensors products;
  for (const auto& t : list) products.push_back(at::mul(t, factor));
  return products;
#endif
}

inline void multiply(const Tensors& list, const Tensor& factor) {
#if TORCH_VERSION_MAJOR > 2 || (TORCH_VERSION_MAJOR == 2 && TORCH_VERSION_MINOR > 0)
  at::_foreach_mul_(list, factor);
#else
  for (const auto& t : list) t.mul_(factor);
#endif
}

// The updates of a model as lists: what an optimiser is written in.
struct ForeachUpdate {
  Tensors variables, gradients, states[kStates];
  std::vector<at::Scalar> decays, rates;
  bool decayed = false, rated = false;

  explicit ForeachUpdate(const Updates& updates) : slots_(updates) {
    for (const auto& u : updates.list) {
      variables.push_back(u.variable);
      gradients.push_back(toFloat(u.gradient));
      for (int i = 0; i < kStates; i++)
        if (u.states[i].defined()) states[i].push_back(u.states[i]);
      decays.emplace_back(u.weightDecay);
      rates.emplace_back(u.rate);
      decayed = decayed || u.weightDecay != 0;
      rated = rated || u.rate != 1;
    }
    if (updates.gradientScale.defined()) gradients = times(gradients, updates.gradientScale);
  }

  // The gradients become those with the decay of the weights.
  void decayGradients() {
    if (!decayed) return;
    Tensors sums = at::_foreach_mul(variables, decays);
    at::_foreach_add_(sums, gradients);
    gradients = std::move(sums);
  }

  // w −= size·rate·direction. `directions` is overwritten.
  void descend(const Tensors& directions, const Tensor& size) const {
    multiply(directions, size);
    if (rated) at::_foreach_mul_(directions, rates);
    at::_foreach_sub_(variables, directions);
    for (const auto& u : slots_.list) u.slot->bf16Copy.reset();
  }

 private:
  const Updates& slots_;
};

// 1 − base^exponent, for numbers on the device, in float64.
inline Tensor biasCorrection(const Tensor& base, const Tensor& exponent) {
  return at::rsub(at::pow(base.to(at::kDouble), exponent.to(at::kDouble)), 1);
}

inline Tensor biasCorrection(double base, const Tensor& exponent) { return at::rsub(at::pow(at::Scalar(base), exponent.to(at::kDouble)), 1); }

}  // namespace anneal
