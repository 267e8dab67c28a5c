// Batch normalisation + residual + activation as one kernel. On the CPU: one pass for the statistics, one for the output; backward one
// pass for the sums, one for the gradients. Without a residual the activation's mask is recomputed from x, which saves reading y.
// Source: Ioffe and Szegedy 2015, https://arxiv.org/abs/1502.03167.
#include <ATen/Functions.h>

#include <algorithm>
#include <cmath>

#include "channel_loops.h"
#include "layout.h"
#include "process_group.h"

namespace anneal {

using loops::Act;
using loops::Bf16;
using loops::load;
using loops::loadAhead;
using loops::Shape;
using loops::store;

struct Affine {
  std::vector<float> scale, shift;
};

template <class T>
static T* data(const Tensor& t) {
  return t.defined() ? reinterpret_cast<T*>(t.data_ptr()) : nullptr;
}

// Calls f<Act>() for an activation known at run time.
template <class F>
static void withActivation(Act act, const F& f) {
  if (act == Act::kRelu) return f(std::integral_constant<Act, Act::kRelu>());
  if (act == Act::kRelu6) return f(std::integral_constant<Act, Act::kRelu6>());
  if (act == Act::kSilu) return f(std::integral_constant<Act, Act::kSilu>());
  f(std::integral_constant<Act, Act::kLinear>());
}

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

// Sums of two lists over all processes that train together.
static void sumOverRanks(double* first, double* second, int64_t count) {
  const Tensor both = at::empty({2 * count}, at::kDouble);
  double* values = both.data_ptr<double>();
  std::copy_n(first, count, values);
  std::copy_n(second, count, values + count);
  ProcessGroup::current().sum(both);
  std::copy_n(values, count, first);
  std::copy_n(values + count, count, second);
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

struct BatchNormGradient {
  Tensor dx, dgamma, dbeta, dresidual;
};

// What a norm's statistics come from: constants (frozen), the batch, or the batches of all processes.
enum class Statistics { kFixed, kBatch, kAllBatches };

// `dyExpires`, `xExpires`: whether gradients may be written over them.
static BatchNormGradient gradientCpu(const Tensor& dy, const Tensor& x, const Tensor& y, const Tensor& gamma, const Tensor& beta, const Tensor& mean,
                                     const Tensor& inverse, Act act, bool hasResidual, Statistics statistics, bool dyExpires, bool xExpires) {
  const int64_t channels = x.size(-1);
  const Shape shape(x.numel() / channels, channels);
  BatchNormGradient g;
  g.dx = xExpires ? x : at::empty_like(x);
  g.dgamma = at::empty_like(gamma);
  g.dbeta = at::empty_like(beta);
  if (hasResidual) g.dresidual = act == Act::kLinear || dyExpires ? dy : at::empty_like(x);
  const float *mu = mean.data_ptr<float>(), *inv = inverse.data_ptr<float>(), *gam = gamma.data_ptr<float>(), *bet = beta.data_ptr<float>();
  Affine affine{std::vector<float>(channels), std::vector<float>(channels)};
  for (int64_t c = 0; c < channels; c++) {
    affine.scale[c] = gam[c] * inv[c];
    affine.shift[c] = bet[c] - mu[c] * affine.scale[c];
  }
  const auto scaleAll = shape.repeated(affine.scale.data()), shiftAll = shape.repeated(affine.shift.data()), meanAll = shape.repeated(mu);
  const float* __restrict scale = scaleAll.data(), * __restrict shift = shiftAll.data(), * __restrict center = meanAll.data();
  std::vector<double> sumDy(channels), sumDyX(channels);
  double* const totals[2] = {sumDy.data(), sumDyX.data()};
  loops::withStorage(x.scalar_type(), [&](auto zero) {
    using T = decltype(zero);
    const T *grad = data<T>(dy), *in = data<T>(x), *__restrict out = data<T>(y);
    T *dx = data<T>(g.dx), *dres = data<T>(g.dresidual);
    const bool writeResidual = hasResidual && act != Act::kLinear;
    withActivation(act, [&](auto kAct) {
      const auto fromOutput = [=](auto lane, int64_t i, int64_t) {
        using V = decltype(lane);
        return loops::masked<kAct()>(loadAhead<V>(grad + i), loadAhead<V>(out + i));
      };
      const auto fromInput = [=](auto lane, int64_t i, int64_t c) {
        using V = decltype(lane);
        return loops::masked<kAct()>(loadAhead<V>(grad + i), load<V>(in + i) * load<V>(scale + c) + load<V>(shift + c));
      };
      const auto run = [&](const auto& maskedGradient) {
        loops::sumRows<2>(shape, totals, [=](auto lane, int64_t i, int64_t c, auto* sums) {
          using V = decltype(lane);
          sums[0] = maskedGradient(lane, i, c);
          sums[1] = sums[0] * (loadAhead<V>(in + i) - load<V>(center + c));
        });
        Affine ofX{std::vector<float>(channels), std::vector<float>(channels)};
        double n = static_cast<double>(shape.rows * shape.repeats);
        for (int64_t c = 0; c < channels; c++) {
          g.dbeta.data_ptr<float>()[c] = static_cast<float>(sumDy[c]);
          g.dgamma.data_ptr<float>()[c] = static_cast<float>(sumDyX[c] * inv[c]);
        }
        if (statistics == Statistics::kAllBatches) {
          sumOverRanks(sumDy.data(), sumDyX.data(), channels);
          n *= ProcessGroup::current().worldSize();
        }
        for (int64_t c = 0; c < channels && statistics != Statistics::kFixed; c++) {
          const double t = static_cast<double>(affine.scale[c]) * inv[c] * inv[c] * sumDyX[c] / n;
          ofX.scale[c] = static_cast<float>(-t);
          ofX.shift[c] = static_cast<float>(t * mu[c] - affine.scale[c] * sumDy[c] / n);
        }
        const auto k1All = shape.repeated(ofX.scale.data()), k2All = shape.repeated(ofX.shift.data());
        const float* __restrict k1 = k1All.data(), * __restrict k2 = k2All.data();
        if (writeResidual)
          loops::forEach(shape, [=](auto lane, int64_t i, int64_t c) {
            using V = decltype(lane);
            const V d = maskedGradient(lane, i, c);
            const V gradient = load<V>(scale + c) * d + load<V>(k1 + c) * loadAhead<V>(in + i) + load<V>(k2 + c);
            store(dres + i, d);
            store(dx + i, gradient);
          });
        else
          loops::forEach(shape, [=](auto lane, int64_t i, int64_t c) {
            using V = decltype(lane);
            store(dx + i, load<V>(scale + c) * maskedGradient(lane, i, c) + load<V>(k1 + c) * loadAhead<V>(in + i) + load<V>(k2 + c));
          });
      };
      if (hasResidual) run(fromOutput);
      else run(fromInput);
    });
  });
  return g;
}

static Tensor activated(const Tensor& x, Act act) {
  if (act == Act::kRelu) return at::relu(x);
  if (act == Act::kRelu6) return at::clamp(x, 0, 6);
  if (act == Act::kSilu) return at::silu(x);
  return x;
}

static BatchNormGradient gradientAten(const Tensor& dy, const Tensor& x, const Tensor& y, const Tensor& gamma, const Tensor& beta, const Tensor& mean,
                                      const Tensor& inverse, Act act, bool hasResidual, Statistics statistics) {
  Tensor masked = dy;
  if (act == Act::kSilu) {
    const Tensor scale = at::mul(gamma, inverse), shift = at::sub(beta, at::mul(mean, scale));
    masked = at::silu_backward(dy, at::addcmul(shift, toFloat(x), scale).to(dy.scalar_type()));
  }
  if (act == Act::kRelu) masked = at::threshold_backward(dy, y, 0);
  if (act == Act::kRelu6) masked = at::hardtanh_backward(dy, y, 0, 6);
  const bool image = x.dim() == 4;
  const Tensor dyC = image ? toNchw(masked) : masked, xC = image ? toNchw(x) : x;
  BatchNormGradient g;
  if (statistics == Statistics::kBatch) {
    Tensor dx;
    std::tie(dx, g.dgamma, g.dbeta) = at::native_batch_norm_backward(dyC, xC, gamma, {}, {}, mean, inverse, true, 0, {true, true, true});
    g.dx = image ? toNhwc(channelsLast(dx)) : dx;
  } else {
    Dims rows;
    for (int64_t i = 0; i + 1 < x.dim(); i++) rows.push_back(i);
    const Tensor centered = at::sub(toFloat(x), mean);
    Tensor masked32 = toFloat(masked);
    g.dbeta = at::sum(masked32, rows);
    const Tensor sumDyX = at::sum(at::mul(masked32, centered), rows);
    g.dgamma = at::mul(sumDyX, inverse);
    if (statistics == Statistics::kAllBatches) {
      ProcessGroup& group = ProcessGroup::current();
      const Tensor totals = at::stack({g.dbeta, sumDyX}).to(at::kCPU, at::kDouble).contiguous();
      group.sum(totals);
      const double n = static_cast<double>(x.numel() / x.size(-1) * group.worldSize());
      const Tensor means = at::div(totals, n).to(x.device(), at::kFloat);
      masked32 = at::sub(at::sub(masked32, means[0]), at::mul(centered, at::mul(at::square(inverse), means[1])));
    }
    g.dx = at::mul(masked32, at::mul(gamma, inverse)).to(x.scalar_type());
  }
  if (hasResidual) g.dresidual = masked;
  return g;
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

ANNEAL_KERNEL(BatchNormActGrad) {
  Tensor dy = c.tensor();
  const bool dyExpires = c.expires();
  const Tensor x = c.tensor().contiguous();
  const bool xExpires = c.expires();
  const Tensor y = c.tensor().contiguous(), gamma = c.tensor(), beta = c.tensor(), mean = c.tensor(), inverse = c.tensor();
  const auto act = static_cast<Act>(c.integer());
  const bool hasResidual = c.flag();
  const auto statistics = static_cast<Statistics>(c.integer());
  dy = dy.to(x.scalar_type()).contiguous();
  const auto g = useCpuKernels(x) ? gradientCpu(dy, x, y, gamma, beta, mean, inverse, act, hasResidual, statistics, dyExpires, xExpires)
                                  : gradientAten(dy, x, y, gamma, beta, mean, inverse, act, hasResidual, statistics);
  c.output(g.dx);
  c.output(g.dgamma);
  c.output(g.dbeta);
  if (hasResidual) c.output(g.dresidual);
}

}  // namespace anneal
