// The gradient of batch normalisation + residual + activation. On the CPU one pass for the sums, one for the gradients; without a residual
// the activation's mask is recomputed from x, which saves reading y.
// Source: Ioffe and Szegedy 2015, https://arxiv.org/abs/1502.03167.
#include <ATen/Functions.h>

#include <algorithm>

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
