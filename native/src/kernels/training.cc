// What a training step needs beside layers: the loss, dropout, whole-model updates, and images on their way to the device.
#include <ATen/Functions.h>
#include <ATen/Parallel.h>

#include <cmath>

#include "channel_loops.h"
#include "layout.h"

namespace anneal {

// −Σ labels·log softmax(logits) a row; keeps the probabilities for the gradient.
ANNEAL_KERNEL(SoftmaxCrossEntropy) {
  const Tensor logits = toFloat(c.tensor()), labels = toFloat(c.tensor());
  const Tensor logProbabilities = at::log_softmax(logits, 1);
  c.output(at::neg(at::sum(at::mul(logProbabilities, labels), {1})));
  c.output(at::exp(logProbabilities));
}

ANNEAL_KERNEL(SoftmaxCrossEntropyGrad) {
  const Tensor dy = c.tensor(), probabilities = c.tensor(), labels = c.tensor();
  const Tensor mass = at::sum(labels, {1}, true);
  c.output(at::mul(at::sub(at::mul(probabilities, mass), labels), dy.unsqueeze(1)));
}

// The mask is a hash of (seed, index): a finaliser with full avalanche over 32 bits, the same by tensors as by the loop.
static inline uint32_t mix(uint32_t h) {
  h ^= h >> 16;
  h *= 0x7feb352du;
  h ^= h >> 15;
  h *= 0x846ca68bu;
  h ^= h >> 16;
  return h;
}

static Tensor mixTensor(Tensor h) {
  const auto low = [](const Tensor& t) { return at::bitwise_and(t, at::Scalar(int64_t{0xffffffff})); };
  const auto shiftXor = [](const Tensor& t, int64_t by) { return at::bitwise_xor(t, at::bitwise_right_shift(t, at::Scalar(by))); };
  h = low(at::mul(shiftXor(h, 16), at::Scalar(int64_t{0x7feb352d})));
  h = low(at::mul(shiftXor(h, 15), at::Scalar(int64_t{0x846ca68b})));
  return shiftXor(h, 16);
}

static Tensor dropped(const Tensor& x, double rate, const Tensor& seed) {
  const auto threshold = static_cast<uint32_t>(rate * 4294967296.0);
  const float scale = static_cast<float>(1 / (1 - rate));
  if (!x.is_cpu()) {
    const Tensor wide = seed.to(at::kLong), low = at::bitwise_and(wide, at::Scalar(int64_t{0xffffffff}));
    const Tensor index = at::arange(x.numel(), at::TensorOptions(at::kLong).device(x.device()));
    const Tensor keyed = mixTensor(at::bitwise_xor(index, low.select(0, 0)));
    const Tensor hash = mixTensor(at::bitwise_xor(keyed, low.select(0, 1)));
    return at::mul(x, at::mul(at::ge(hash, static_cast<int64_t>(threshold)), scale).reshape(x.sizes()).to(x.scalar_type()));
  }
  const auto* key = reinterpret_cast<const uint32_t*>(seed.data_ptr<int32_t>());
  const uint32_t key0 = key[0], key1 = key[1];
  const Tensor in = x.contiguous(), y = at::empty_like(in);
  const auto run = [&](auto zero) {
    using T = decltype(zero);
    const T* source = reinterpret_cast<const T*>(in.data_ptr());
    T* target = reinterpret_cast<T*>(y.data_ptr());
    at::parallel_for(0, in.numel(), 32768, [=](int64_t first, int64_t last) {
      for (int64_t i = first; i < last; i++) {
        const uint32_t hash = mix(mix(static_cast<uint32_t>(i) ^ key0) ^ key1);
        loops::store(target + i, hash >= threshold ? loops::load<float>(source + i) * scale : 0.f);
      }
    });
  };
  if (in.scalar_type() == at::kBFloat16) run(loops::Half());
  else run(float());
  return y;
}

// Its own gradient: the mask comes back from the same seed.
ANNEAL_KERNEL(SeededDropout) {
  const Tensor x = c.tensor(), seed = c.tensor();
  c.output(dropped(x, c.number(), seed));
}

// A gradient with the memory order of its variable.
static Tensor like(const Tensor& gradient, const Tensor& variable) {
  const Tensor g = gradient.sizes() == variable.sizes() ? gradient : gradient.reshape(variable.sizes());
  if (g.strides() == variable.strides() && (g.scalar_type() == at::kFloat || g.scalar_type() == at::kBFloat16)) return g;
  Tensor moved = at::empty_strided(variable.sizes(), variable.strides(), g.options());
  moved.copy_(g);
  return moved;
}

static void alignState(Slot& state, const Tensor& variable) {
  if (state.value.strides() == variable.strides()) return;
  Tensor moved = at::empty_strided(variable.sizes(), variable.strides(), variable.options());
  moved.copy_(state.value);
  state.value = moved;
}

struct Update {
  Tensor variable, gradient, first, second;
  // `rate` scales the learning rate.
  float weightDecay, rate;
  Slot* slot;
};

static std::vector<Update> readUpdates(Command& c, bool twoStates) {
  std::vector<Update> updates(c.integer());
  for (auto& u : updates) {
    u.slot = &c.slot();
    u.variable = u.slot->value;
    u.gradient = like(c.slot().value, u.variable);
    Slot& first = c.slot();
    alignState(first, u.variable);
    u.first = first.value;
    if (twoStates) {
      Slot& second = c.slot();
      alignState(second, u.variable);
      u.second = second.value;
    }
    u.weightDecay = static_cast<float>(c.number());
    u.rate = static_cast<float>(c.number());
  }
  return updates;
}

// Splits the elements of all variables evenly over the threads and refreshes bfloat16 copies as they go.
// `step(weight, gradient, first, second, decay, rate)` gives the new weight.
template <class Step>
static void updateCpu(std::vector<Update>& updates, const Step& step) {
  constexpr int64_t kChunk = 1 << 15;
  struct Chunk {
    const Update* update;
    int64_t begin, end;
  };
  std::vector<Chunk> chunks;
  for (const Update& u : updates)
    for (int64_t i = 0; i < u.variable.numel(); i += kChunk) chunks.push_back({&u, i, std::min(i + kChunk, u.variable.numel())});
  at::parallel_for(0, static_cast<int64_t>(chunks.size()), 1, [&](int64_t from, int64_t to) {
    for (int64_t k = from; k < to; k++) {
      const Chunk chunk = chunks[k];
      const Update& u = *chunk.update;
      const auto run = [&](auto zero) {
        using T = decltype(zero);
        const T* __restrict g = reinterpret_cast<const T*>(u.gradient.data_ptr());
        float* __restrict w = reinterpret_cast<float*>(u.variable.data_ptr());
        float* __restrict m = reinterpret_cast<float*>(u.first.data_ptr());
        float* __restrict v = u.second.defined() ? reinterpret_cast<float*>(u.second.data_ptr()) : m;
        const float decay = u.weightDecay, rate = u.rate;
#pragma omp simd
        for (int64_t i = chunk.begin; i < chunk.end; i++) w[i] = step(w[i], loops::load<float>(g + i), m[i], v[i], decay, rate);
        if (u.slot->half.defined()) {
          auto* h = reinterpret_cast<loops::Half*>(u.slot->half.data_ptr());
#pragma omp simd
          for (int64_t i = chunk.begin; i < chunk.end; i++) loops::store(h + i, w[i]);
        }
      };
      if (u.gradient.scalar_type() == at::kBFloat16) run(loops::Half());
      else run(float());
    }
  });
}

static bool onCpu(const std::vector<Update>& updates) { return updates.empty() || updates.front().variable.is_cpu(); }

// buf = μ·buf + (g + wd·w); w −= lr·(nesterov ? g + μ·buf : buf). torch.optim.SGD without dampening.
ANNEAL_KERNEL(SgdStep) {
  const Tensor learningRate = c.tensor(), momentum = c.tensor();
  const bool nesterov = c.flag();
  auto updates = readUpdates(c, false);
  if (onCpu(updates)) {
    const float rate = *learningRate.data_ptr<float>(), mu = *momentum.data_ptr<float>();
    if (nesterov)
      return updateCpu(updates, [=](float w, float g, float& m, float&, float decay, float scale) {
        g += decay * w;
        m = mu * m + g;
        return w - rate * scale * (g + mu * m);
      });
    return updateCpu(updates, [=](float w, float g, float& m, float&, float decay, float scale) {
      m = mu * m + (g + decay * w);
      return w - rate * scale * m;
    });
  }
  for (auto& u : updates) {
    const Tensor g = at::add(toFloat(u.gradient), u.variable, u.weightDecay);
    u.first.mul_(momentum).add_(g);
    u.variable.sub_(at::mul(nesterov ? at::add(g, at::mul(u.first, momentum)) : u.first, at::mul(learningRate, u.rate)));
    u.slot->half.reset();
  }
}

// torch.optim.Adam (decay enters the gradient) and AdamW (decay shrinks the weight first); eps outside the root.
ANNEAL_KERNEL(AdamStep) {
  const Tensor learningRate = c.tensor(), stepNumber = c.tensor();
  const double beta1 = c.number(), beta2 = c.number(), epsilon = c.number();
  const bool decoupled = c.flag();
  auto updates = readUpdates(c, true);
  if (onCpu(updates)) {
    const double t = *stepNumber.data_ptr<float>(), rate = *learningRate.data_ptr<float>();
    const float size = static_cast<float>(rate / (1 - std::pow(beta1, t)));
    const float root = static_cast<float>(1 / std::sqrt(1 - std::pow(beta2, t)));
    const float b1 = static_cast<float>(beta1), b2 = static_cast<float>(beta2), eps = static_cast<float>(epsilon), lr = static_cast<float>(rate);
    return updateCpu(updates, [=](float w, float g, float& m, float& v, float decay, float scale) {
      if (decoupled) w -= lr * scale * decay * w;
      else g += decay * w;
      m += (1 - b1) * (g - m);
      v = b2 * v + (1 - b2) * g * g;
      return w - size * scale * m / (std::sqrt(v) * root + eps);
    });
  }
  const Tensor size = at::div(learningRate, at::rsub(at::pow(at::Scalar(beta1), stepNumber), 1));
  const Tensor root = at::rsqrt(at::rsub(at::pow(at::Scalar(beta2), stepNumber), 1));
  for (auto& u : updates) {
    Tensor g = toFloat(u.gradient);
    if (decoupled) u.variable.sub_(at::mul(u.variable, at::mul(learningRate, u.rate * u.weightDecay)));
    else g = at::add(g, u.variable, u.weightDecay);
    u.first.lerp_(g, 1 - beta1);
    u.second.mul_(beta2).addcmul_(g, g, 1 - beta2);
    u.variable.sub_(at::mul(at::mul(size, u.rate), at::div(u.first, at::add(at::mul(at::sqrt(u.second), root), epsilon))));
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

// target = (pixels/255 − mean)/std, from uint8 written to `auxiliary` of the target's slot.
ANNEAL_KERNEL(NormalizeImages) {
  Slot& target = c.slot();
  const int64_t channels = c.integer();
  std::vector<float> scale(channels), shift(channels);
  for (int64_t i = 0; i < channels; i++) {
    const double mean = c.number(), deviation = c.number();
    scale[i] = static_cast<float>(1 / (255 * deviation));
    shift[i] = static_cast<float>(-mean / deviation);
  }
  const Tensor pixels = target.auxiliary;
  if (!target.value.is_cpu()) {
    const auto options = at::TensorOptions(at::kFloat);
    const Tensor a = at::from_blob(scale.data(), {channels}, options).to(target.value.device());
    const Tensor b = at::from_blob(shift.data(), {channels}, options).to(target.value.device());
    target.value.copy_(at::addcmul(b, pixels.to(target.value.device()).to(at::kFloat), a).reshape(target.value.sizes()));
    target.auxiliary.reset();
    return;
  }
  const uint8_t* in = pixels.data_ptr<uint8_t>();
  float* out = target.value.data_ptr<float>();
  const loops::Shape shape(pixels.numel() / channels, channels);
  const auto a = shape.repeated(scale.data()), b = shape.repeated(shift.data());
  const float *__restrict s = a.data(), *__restrict t = b.data();
  loops::forEach(shape, [=](auto lane, int64_t i, int64_t ch) {
    using V = decltype(lane);
    loops::store(out + i, loops::load<V>(in + i) * loops::load<V>(s + ch) + loops::load<V>(t + ch));
  });
  target.auxiliary.reset();
}

}  // namespace anneal
