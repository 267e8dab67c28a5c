// One step of an optimiser over all variables, in place. Each has a loop for the CPU and a path by tensors for other devices.
#include <cmath>

#include "updates.h"

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
    const float share = stepNumber.defined() && *stepNumber.data_ptr<float>() > 1 ? static_cast<float>(1 - dampening) : 1.f;
    if (nesterov)
      return updateCpu(updates, [=](float w, float g, float& m, float&, float&, float decay, float scale) {
        g += decay * w;
        m = mu * m + share * g;
        return w - rate * scale * (g + mu * m);
      });
    return updateCpu(updates, [=](float w, float g, float& m, float&, float&, float decay, float scale) {
      m = mu * m + share * (g + decay * w);
      return w - rate * scale * m;
    });
  }
  const Tensor share = stepNumber.defined() ? at::rsub(at::mul(at::gt(stepNumber, 1).to(at::kFloat), dampening), 1)
                                            : at::ones({}, momentum.options());
  for (const auto& u : updates.list) {
    const Tensor g = at::add(updates.gradientOf(u), u.variable, u.weightDecay), m = u.states[0];
    m.mul_(momentum).add_(at::mul(g, share));
    u.variable.sub_(at::mul(nesterov ? at::add(g, at::mul(m, momentum)) : m, at::mul(learningRate, u.rate)));
    u.slot->half.reset();
  }
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
  const Tensor size = at::div(learningRate, at::rsub(at::pow(firstDecay, stepNumber), 1));
  const Tensor root = at::rsqrt(at::rsub(at::pow(at::Scalar(beta2), stepNumber), 1));
  const Tensor kept = at::rsub(firstDecay, 1);
  for (const auto& u : updates.list) {
    const Tensor m = u.states[0], v = u.states[1];
    Tensor g = updates.gradientOf(u);
    if (decoupled) u.variable.sub_(at::mul(u.variable, at::mul(learningRate, u.rate * u.weightDecay)));
    else g = at::add(g, u.variable, u.weightDecay);
    m.lerp_(g, kept);
    v.mul_(beta2).addcmul_(g, g, 1 - beta2);
    u.variable.sub_(at::mul(at::mul(size, u.rate), at::div(m, at::add(at::mul(at::sqrt(v), root), epsilon))));
    u.slot->half.reset();
  }
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
  for (const auto& u : updates.list) {
    const Tensor g = at::add(updates.gradientOf(u), u.variable, u.weightDecay), v = u.states[0], buffer = u.states[1];
    v.mul_(alpha).addcmul_(g, g, 1 - alpha);
    Tensor spread = v;
    if (centered) {
      u.states[2].lerp_(g, 1 - alpha);
      spread = at::clamp_min(at::sub(v, at::square(u.states[2])), 0);
    }
    buffer.mul_(momentum).add_(at::div(g, at::add(at::sqrt(spread), epsilon)));
    u.variable.sub_(at::mul(buffer, at::mul(learningRate, u.rate)));
    u.slot->half.reset();
  }
}

// average += (value − average)·weight.
ANNEAL_KERNEL(AverageStep) {
  const Tensor weight = c.tensor();
  const int64_t count = c.integer();
  for (int64_t i = 0; i < count; i++) {
    Slot& average = c.slot();
    const Tensor value = c.slot().value;
    alignState(average, value);
    average.value.lerp_(value, weight);
    average.half.reset();
  }
}

}  // namespace anneal
