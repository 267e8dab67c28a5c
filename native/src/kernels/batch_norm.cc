// Batch normalisation + residual + activation as one kernel. On the CPU: one pass for the statistics, one for the output.
// Source: Ioffe and Szegedy 2015, https://arxiv.org/abs/1502.03167.
#include <ATen/Functions.h>

#include <algorithm>
#include <cmath>

#include "batch_norm.h"
#include "channel_loops.h"
#include "layout.h"
#include "process_group.h"

namespace anneal {

using loops::Act;
using loops::load;
using loops::loadAhead;
using loops::Shape;
using loops::store;

// `y` may be `x`.
static void applyCpu(const Tensor& x, const Tensor& residual, const Tensor& y, const Affine& affine, Act act) {
  const Shape shape(x.numel() / x.size(-1), x.size(-1));
  const auto a = shape.repeated(affine.scale.data()), b = shape.repeated(affine.shift.data());
  const float* __restrict scale = a.data(), * __restrict shift = b.data();
  loops::withStorage(x.scalar_type(), [&](auto zero) {
    using T = decltype(zero);
    const T *in = data<T>(x), *add = data<T>(residual);
    T* out = data<T>(y);
    withActivation(act, [&](auto kAct) {
      if (add)
        loops::forEach(shape, [=](auto lane, int64_t i, int64_t c) {
          using V = decltype(lane);
          store(out + i, loops::activate<kAct()>(loadAhead<V>(in + i) * load<V>(scale + c) + load<V>(shift + c) + loadAhead<V>(add + i)));
        });
      else
        loops::forEach(shape, [=](auto lane, int64_t i, int64_t c) {
          using V = decltype(lane);
          store(out + i, loops::activate<kAct()>(loadAhead<V>(in + i) * load<V>(scale + c) + load<V>(shift + c)));
        });
    });
  });
}

// Mean and biased variance over the rows of all processes, which have the same number each. Returns how many processes there are.
static int64_t statisticsOverRanks(float* mean, float* variance, int64_t channels) {
  ProcessGroup& group = ProcessGroup::current();
  const int64_t ranks = group.worldSize();
  // Those of each process, and not sums of squares, from which a small variance would be lost.
  const Tensor all = at::zeros({ranks, 2, channels}, at::kDouble);
  double* values = all.data_ptr<double>();
  std::copy_n(mean, channels, values + group.rank() * 2 * channels);
  std::copy_n(variance, channels, values + (group.rank() * 2 + 1) * channels);
  group.sum(all.view({-1}));
  for (int64_t c = 0; c < channels; c++) {
    double center = 0, total = 0;
    for (int64_t r = 0; r < ranks; r++) center += values[r * 2 * channels + c] / static_cast<double>(ranks);
    for (int64_t r = 0; r < ranks; r++) {
      const double distance = values[r * 2 * channels + c] - center;
      total += values[(r * 2 + 1) * channels + c] + distance * distance;
    }
    mean[c] = static_cast<float>(center);
    variance[c] = static_cast<float>(total / static_cast<double>(ranks));
  }
  return ranks;
}

// moving += weight·(batch − moving), the weight lying on the device.
static void updateRunningStats(const Tensor& movingMean, const Tensor& movingVariance, const Tensor& mean, const Tensor& inverse,
                               const Tensor& weight, double epsilon, int64_t rows) {
  const double unbiased = rows > 1 ? static_cast<double>(rows) / static_cast<double>(rows - 1) : 1;
  movingMean.lerp_(mean, weight);
  movingVariance.lerp_(at::mul(at::sub(at::reciprocal(at::square(inverse)), epsilon), unbiased), weight);
}

// By tensors, over the batches of all processes: normalised x, mean and 1/√(σ² + ε).
static std::tuple<Tensor, Tensor, Tensor> normAcrossRanks(const Tensor& x, const Tensor& gamma, const Tensor& beta, double epsilon) {
  const int64_t channels = x.size(-1);
  const Tensor values = toFloat(x), rows = values.reshape({-1, channels});
  const Tensor mean = at::mean(rows, 0).to(at::kCPU), variance = at::var(rows, 0, false).to(at::kCPU);
  statisticsOverRanks(mean.data_ptr<float>(), variance.data_ptr<float>(), channels);
  const Tensor center = mean.to(x.device()), inverse = at::rsqrt(at::add(variance.to(x.device()), epsilon));
  const Tensor scale = at::mul(gamma, inverse);
  return {at::addcmul(at::sub(beta, at::mul(center, scale)), values, scale).to(x.scalar_type()), center, inverse};
}

ANNEAL_KERNEL(BatchNormAct) {
  const Tensor x = c.tensor().contiguous(), gamma = c.tensor(), beta = c.tensor(), movingMean = c.tensor(), movingVariance = c.tensor();
  Tensor residual = c.optionalTensor();
  if (residual.defined()) residual = residual.to(x.scalar_type()).contiguous();
  const auto act = static_cast<Act>(c.integer());
  TORCH_CHECK(act != Act::kSilu || !residual.defined(), "SiLU after an addition is not fused");
  const Tensor momentumTensor = c.optionalTensor();
  const double constant = c.number(), epsilon = c.number();
  const bool acrossRanks = c.flag();
  const int64_t channels = x.size(-1);
  int64_t rows = x.numel() / channels;
  TORCH_CHECK(gamma.numel() == channels && movingMean.numel() == channels, "expected ", channels, " channels");
  if (!useCpuKernels(x) && acrossRanks) {
    auto [y, mean, inverse] = normAcrossRanks(x, gamma, beta, epsilon);
    const Tensor weight = momentumTensor.defined() ? at::rsub(momentumTensor, 1) : at::full({}, 1 - constant, gamma.options());
    updateRunningStats(movingMean, movingVariance, mean, inverse, weight, epsilon, rows * ProcessGroup::current().worldSize());
    c.output(activated(residual.defined() ? at::add(y, residual) : y, act));
    c.output(mean);
    return c.output(inverse);
  }
  if (!useCpuKernels(x)) {
    const bool image = x.dim() == 4, fixed = !momentumTensor.defined();
    const Tensor none;
    auto [y, mean, inverse] = at::native_batch_norm(image ? toNchw(x) : x, gamma, beta, fixed ? movingMean : none, fixed ? movingVariance : none,
                                                    true, 1 - constant, epsilon);
    if (!fixed) updateRunningStats(movingMean, movingVariance, mean, inverse, at::rsub(momentumTensor, 1), epsilon, rows);
    Tensor out = image ? toNhwc(channelsLast(y)) : y;
    if (residual.defined()) out = at::add(out, residual);
    c.output(activated(out, act));
    c.output(mean);
    return c.output(inverse);
  }
  const double momentum = momentumTensor.defined() ? momentumTensor.item<float>() : constant;
  const Tensor y = at::empty_like(x), mean = at::empty_like(gamma), inverse = at::empty_like(gamma);
  std::vector<float> variance(channels);
  float *mu = mean.data_ptr<float>(), *inv = inverse.data_ptr<float>();
  loops::withStorage(x.scalar_type(), [&](auto zero) { loops::statistics(data<decltype(zero)>(x), Shape(rows, channels), mu, variance.data()); });
  if (acrossRanks) rows *= statisticsOverRanks(mu, variance.data(), channels);
  Affine affine{std::vector<float>(channels), std::vector<float>(channels)};
  const float *gam = gamma.data_ptr<float>(), *bet = beta.data_ptr<float>();
  float *runningMean = movingMean.data_ptr<float>(), *runningVariance = movingVariance.data_ptr<float>();
  const double unbiased = rows > 1 ? static_cast<double>(rows) / static_cast<double>(rows - 1) : 1;
  for (int64_t i = 0; i < channels; i++) {
    inv[i] = static_cast<float>(1 / std::sqrt(variance[i] + epsilon));
    affine.scale[i] = gam[i] * inv[i];
    affine.shift[i] = bet[i] - mu[i] * affine.scale[i];
    runningMean[i] = static_cast<float>(runningMean[i] + (1 - momentum) * (mu[i] - runningMean[i]));
    runningVariance[i] = static_cast<float>(runningVariance[i] + (1 - momentum) * (variance[i] * unbiased - runningVariance[i]));
  }
  applyCpu(x, residual, y, affine, act);
  c.output(y);
  c.output(mean);
  c.output(inverse);
}

ANNEAL_KERNEL(BatchNormActInference) {
  const Tensor x = c.tensor().contiguous(), gamma = c.tensor(), beta = c.tensor(), mean = c.tensor(), variance = c.tensor();
  Tensor residual = c.optionalTensor();
  if (residual.defined()) residual = residual.to(x.scalar_type()).contiguous();
  const auto act = static_cast<Act>(c.integer());
  TORCH_CHECK(act != Act::kSilu || !residual.defined(), "SiLU after an addition is not fused");
  const double epsilon = c.number();
  const bool overwritesX = c.flag();
  const Tensor inverse = at::rsqrt(at::add(variance, epsilon));
  const Tensor scale = at::mul(gamma, inverse).contiguous(), shift = at::sub(beta, at::mul(mean, scale)).contiguous();
  if (useCpuKernels(x)) {
    const Tensor y = overwritesX ? x : at::empty_like(x);
    const auto* a = scale.data_ptr<float>();
    const auto* b = shift.data_ptr<float>();
    applyCpu(x, residual, y, {{a, a + scale.numel()}, {b, b + shift.numel()}}, act);
    c.output(y);
  } else {
    Tensor y = at::addcmul(shift, toFloat(x), scale);
    if (residual.defined()) y = at::add(y, residual);
    c.output(activated(y, act).to(x.scalar_type()));
  }
  c.output(inverse);
}

}  // namespace anneal
