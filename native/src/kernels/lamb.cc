// LAMB: Adam's direction with decay, its length made the weight's. Source: You et al. 2020, https://arxiv.org/abs/1904.00962, algorithm 2.
#include <cmath>

#include "foreach_update.h"

namespace anneal {

struct Lamb {
  Tensor learningRate, stepNumber, firstDecay;
  double beta2, epsilon;
  Updates updates;
  // Whether each variable has a trust ratio; the others have 1.
  std::vector<bool> adapts;
};

static void lambByTensors(const Lamb& lamb) {
  const Tensor size = at::reciprocal(biasCorrection(lamb.firstDecay, lamb.stepNumber)).to(at::kFloat), kept = at::rsub(lamb.firstDecay, 1);
  const Tensor root = at::rsqrt(biasCorrection(lamb.beta2, lamb.stepNumber)).to(at::kFloat);
  for (size_t k = 0; k < lamb.adapts.size(); k++) {
    const Update& u = lamb.updates.list[k];
    const Tensor g = lamb.updates.gradientOf(u), m = u.states[0], v = u.states[1];
    m.lerp_(g, kept);
    v.mul_(lamb.beta2).addcmul_(g, g, 1 - lamb.beta2);
    const Tensor adam = at::div(at::mul(m, size), at::add(at::mul(at::sqrt(v), root), lamb.epsilon));
    const Tensor r = at::add(adam, u.variable, u.weightDecay);
    Tensor rate = at::mul(lamb.learningRate, u.rate);
    if (lamb.adapts[k]) {
      const Tensor weight = at::norm(u.variable), direction = at::norm(r);
      const Tensor both = at::logical_and(at::gt(weight, 0), at::gt(direction, 0));
      rate = at::mul(rate, at::where(both, at::div(weight, direction), at::ones_like(weight)));
    }
    u.variable.sub_(at::mul(r, rate));
    u.slot->bf16Copy.reset();
  }
}

// Sums of squares over a chunk or a variable.
struct Squares {
  double weight = 0, direction = 0;
};

// Updates the moments of a chunk and writes its direction.
static Squares direct(const Lamb& lamb, const Update& u, const Chunk& chunk, float* __restrict r) {
  const double t = *lamb.stepNumber.data_ptr<float>(), beta1 = *lamb.firstDecay.data_ptr<float>();
  const float size = static_cast<float>(1 / (1 - std::pow(beta1, t))), root = static_cast<float>(1 / std::sqrt(1 - std::pow(lamb.beta2, t)));
  const float b1 = static_cast<float>(beta1), b2 = static_cast<float>(lamb.beta2), eps = static_cast<float>(lamb.epsilon);
  const float scale = lamb.updates.scale(), decay = u.weightDecay;
  float* __restrict m = u.states[0].data_ptr<float>(), * __restrict v = u.states[1].data_ptr<float>();
  const float* __restrict w = u.variable.data_ptr<float>();
  withElements(u.gradient, [&](const auto* __restrict gradient) {
#pragma omp simd
    for (int64_t i = chunk.begin; i < chunk.end; i++) {
      const float g = scale * loops::load<float>(gradient + i);
      m[i] += (1 - b1) * (g - m[i]);
      v[i] = b2 * v[i] + (1 - b2) * g * g;
      r[i] = size * m[i] / (std::sqrt(v[i]) * root + eps) + decay * w[i];
    }
  });
  double weight = 0, direction = 0;
#pragma omp simd reduction(+ : weight, direction)
  for (int64_t i = chunk.begin; i < chunk.end; i++) {
    weight += static_cast<double>(w[i]) * w[i];
    direction += static_cast<double>(r[i]) * r[i];
  }
  return {weight, direction};
}

static void lambCpu(const Lamb& lamb) {
  const auto& list = lamb.updates.list;
  const auto chunks = chunksOf(list.size(), [&](size_t k) { return list[k].variable.numel(); });
  std::vector<Tensor> directions;
  for (const auto& u : list) directions.push_back(at::empty_like(u.variable));
  std::vector<Squares> squares(chunks.size()), sums(list.size());
  overChunks(chunks,
             [&](const Chunk& chunk, size_t at) { squares[at] = direct(lamb, list[chunk.index], chunk, directions[chunk.index].data_ptr<float>()); });
  for (size_t k = 0; k < chunks.size(); k++) {
    sums[chunks[k].index].weight += squares[k].weight;
    sums[chunks[k].index].direction += squares[k].direction;
  }
  const float learningRate = *lamb.learningRate.data_ptr<float>();
  overChunks(chunks, [&](const Chunk& chunk, size_t) {
    const Update& u = list[chunk.index];
    const auto [weight, direction] = sums[chunk.index];
    const bool trusted = lamb.adapts[chunk.index] && weight > 0 && direction > 0;
    const float rate = learningRate * u.rate * (trusted ? static_cast<float>(std::sqrt(weight / direction)) : 1.f);
    const float* __restrict r = directions[chunk.index].data_ptr<float>();
    float* __restrict w = u.variable.data_ptr<float>();
#pragma omp simd
    for (int64_t i = chunk.begin; i < chunk.end; i++) w[i] -= rate * r[i];
    refreshBf16Copy(u, chunk);
  });
}

// r = m̂/(√v̂ + eps) + wd·w; w −= lr·(‖w‖/‖r‖)·r, the ratio being 1 where a norm is 0.
ANNEAL_KERNEL(LambStep) {
  Lamb lamb;
  lamb.learningRate = c.tensor();
  lamb.stepNumber = c.tensor();
  lamb.firstDecay = c.tensor();
  lamb.beta2 = c.number();
  lamb.epsilon = c.number();
  lamb.updates = readUpdates(c, 2);
  for (size_t k = 0; k < lamb.updates.list.size(); k++) lamb.adapts.push_back(c.flag());
  if (lamb.updates.onCpu()) lambCpu(lamb);
  else lambByTensors(lamb);
}

}  // namespace anneal
