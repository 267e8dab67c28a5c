// What a training step needs in addition to layers and updates: the loss, dropout, and images on their way to the device.
#include <ATen/Functions.h>
#include <ATen/Parallel.h>

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
  if (!useCpuKernels(x)) {
    const Tensor seed64 = seed.to(at::kLong), low = at::bitwise_and(seed64, at::Scalar(int64_t{0xffffffff}));
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
  if (in.scalar_type() == at::kBFloat16) run(loops::Bf16());
  else run(float());
  return y;
}

// Its own gradient: the mask comes back from the same seed.
ANNEAL_KERNEL(SeededDropout) {
  const Tensor x = c.tensor(), seed = c.tensor();
  c.output(dropped(x, c.number(), seed));
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
  if (!useCpuKernels(target.value)) {
    const Tensor a = onDevice(at::from_blob(scale.data(), {channels}, at::kFloat)), b = onDevice(at::from_blob(shift.data(), {channels}, at::kFloat));
    target.value.copy_(at::addcmul(b, onDevice(pixels).to(at::kFloat).reshape({-1, channels}), a).reshape(target.value.sizes()));
    target.auxiliary.reset();
    return;
  }
  const uint8_t* in = pixels.data_ptr<uint8_t>();
  float* out = target.value.data_ptr<float>();
  const loops::Shape shape(pixels.numel() / channels, channels);
  const auto a = shape.repeated(scale.data()), b = shape.repeated(shift.data());
  const float* __restrict s = a.data(), * __restrict t = b.data();
  loops::forEach(shape, [=](auto lane, int64_t i, int64_t ch) {
    using V = decltype(lane);
    loops::store(out + i, loops::load<V>(in + i) * loops::load<V>(s + ch) + loops::load<V>(t + ch));
  });
  target.auxiliary.reset();
}

}  // namespace anneal
