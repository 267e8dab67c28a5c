// One step of an optimiser over all variables, in place. Each has a loop for the CPU and a path by tensors for other devices.
#include <cmath>

#include "foreach_update.h"

namespace anneal {

// buf = μ·buf + (1−d)·(g + wd·w), d = 0 in the first step; w −= lr·(nesterov ? g + μ·buf : buf). torch.optim.SGD.
ANNEAL_KERNEL(SgdStep) {
  const Tensor learningRate = c.tensor(), momentum = c.tensor();
  const bool nesterov = c.flag();
  const Tensor stepNumber = c.optionalTensor();
  const double dampening = c.number();
  const Updates updates = readUpdates(c, 1);
  if (updates.onCpu()) {
    const float rate = *learningRate.data_ptr<float>(), mu = *momentum.data_ptr<float>();
    const float weight = stepNumber.defined() && *stepNumber.data_ptr<float>() > 1 ? static_cast<float>(1 - dampening) : 1.f;
    if (nesterov)
      return updateCpu(updates, [=](float w, float g, float& m, float&, float&, float decay, float scale) {
        g += decay * w;
        m = mu * m + weight * g;
        return w - rate * scale * (g + mu * m);
      });
    return updateCpu(updates, [=](float w, float g, float& m, float&, float&, float decay, float scale) {
      m = mu * m + weight * (g + decay * w);
      return w - rate * scale * m;
    });
  }
  const Tensor weight =
      stepNumber.defined() ? at::rsub(at::mul(at::gt(stepNumber, 1).to(at::kFloat), dampening), 1) : at::ones({}, momentum.options());
  ForeachUpdate l(updates);
  l.decayGradients();
  const Tensors& buffers = l.states[0];
  multiply(buffers, momentum);
  at::_foreach_add_(buffers, times(l.gradients, weight));
  Tensors directions = times(buffers, nesterov ? momentum : at::ones_like(momentum));
  if (nesterov) at::_foreach_add_(directions, l.gradients);
  l.descend(directions, learningRate);
}

// torch.optim.Adam (decay enters the gradient) and AdamW (decay shrinks the weight first); eps outside the root.
ANNEAL_KERNEL(AdamStep) {
  const Tensor learningRate = c.tensor(), stepNumber = c.tensor(), firstDecay = c.tensor();
  const double beta2 = c.number(), epsilon = c.number();
  const bool decoupled = c.flag();
  const Updates updates = readUpdates(c, 2);
  if (updates.onCpu()) {
    const double t = *stepNumber.data_ptr<float>(), rate = *learningRate.data_ptr<float>(), beta1 = *firstDecay.data_ptr<float>();
    const float size = static_cast<float>(rate / (1 - std::pow(beta1, t)));
    const float root = static_cast<float>(1 / std::sqrt(1 - std::pow(beta2, t)));
    const float b1 = static_cast<float>(beta1), b2 = static_cast<float>(beta2), eps = static_cast<float>(epsilon), lr = static_cast<float>(rate);
    return updateCpu(updates, [=](float w, float g, float& m, float& v, float&, float decay, float scale) {
      if (decoupled) w -= lr * scale * decay * w;
      else g += decay * w;
      m += (1 - b1) * (g - m);
      v = b2 * v + (1 - b2) * g * g;
      return w - size * scale * m / (std::sqrt(v) * root + eps);
    });
  }
  const Tensor size = at::div(learningRate, biasCorrection(firstDecay, stepNumber)).to(at::kFloat);
  const Tensor root = at::rsqrt(biasCorrection(beta2, stepNumber)).to(at::kFloat);
  ForeachUpdate l(updates);
  const Tensors &m = l.states[0], &v = l.states[1];
  if (!decoupled) l.decayGradients();
  else if (l.decayed) l.descend(at::_foreach_mul(l.variables, l.decays), learningRate);
  multiply(m, firstDecay);
  at::_foreach_add_(m, times(l.gradients, at::rsub(firstDecay, 1)));
  at::_foreach_mul_(v, beta2);
  at::_foreach_addcmul_(v, l.gradients, l.gradients, 1 - beta2);
  const Tensors spreads = times(at::_foreach_sqrt(v), root);
  at::_foreach_add_(spreads, epsilon);
  l.descend(at::_foreach_div(m, spreads), size);
}

// torch.optim.RMSprop: buf = μ·buf + g/(√(v − ḡ²) + eps), ḡ being 0 unless centred; w −= lr·buf.
ANNEAL_KERNEL(RmspropStep) {
  const Tensor learningRate = c.tensor(), momentum = c.tensor();
  const double alpha = c.number(), epsilon = c.number();
  const bool centered = c.flag();
  const Updates updates = readUpdates(c, centered ? 3 : 2);
  if (updates.onCpu()) {
    const float rate = *learningRate.data_ptr<float>(), mu = *momentum.data_ptr<float>();
    const float keep = static_cast<float>(alpha), enter = static_cast<float>(1 - alpha), eps = static_cast<float>(epsilon);
    return updateCpu(updates, [=](float w, float g, float& v, float& buffer, float& mean, float decay, float scale) {
      g += decay * w;
      v = keep * v + enter * g * g;
      float spread = v;
      if (centered) {
        mean += enter * (g - mean);
        spread = std::max(0.f, v - mean * mean);
      }
      buffer = mu * buffer + g / (std::sqrt(spread) + eps);
      return w - rate * scale * buffer;
    });
  }
  ForeachUpdate l(updates);
  l.decayGradients();
  const Tensors &v = l.states[0], &buffers = l.states[1], &means = l.states[2];
  at::_foreach_mul_(v, alpha);
  at::_foreach_addcmul_(v, l.gradients, l.gradients, 1 - alpha);
  Tensors roots = v;
  if (centered) {
    at::_foreach_mul_(means, alpha);
    at::_foreach_add_(means, l.gradients, 1 - alpha);
    roots = at::_foreach_addcmul(v, means, means, -1);
    for (const auto& spread : roots) spread.clamp_min_(0);
  }
  roots = at::_foreach_sqrt(roots);
  at::_foreach_add_(roots, epsilon);
  multiply(buffers, momentum);
  at::_foreach_add_(buffers, at::_foreach_div(l.gradients, roots));
  l.descend(times(buffers, at::ones_like(momentum)), learningRate);
}

// average += (value − average)·weight.
ANNEAL_KERNEL(AverageStep) {
  const Tensor weight = c.tensor();
  const int64_t count = c.integer();
  Tensors averages, values;
  for (int64_t i = 0; i < count; i++) {
    Slot& average = c.slot();
    values.push_back(c.slot().value);
    alignState(average, values.back());
    averages.push_back(average.value);
    average.bf16Copy.reset();
  }
  if (useCpuKernels(weight)) {
    for (size_t i = 0; i < averages.size(); i++) averages[i].lerp_(values[i], weight);
    return;
  }
  const Tensors differences = times(at::_foreach_sub(values, averages), weight);
  at::_foreach_add_(averages, differences);
}

}  // namespace anneal
