// Every channel of every image times its own gate: squeeze-and-excitation. Source: Hu et al. 2018, https://arxiv.org/abs/1709.01507.
#include <ATen/Functions.h>

#include "channel_loops.h"
#include "layout.h"

namespace anneal {

using loops::Bf16;
using loops::load;
using loops::loadAhead;
using loops::store;

// x [N, H, W, C], gate [N, 1, 1, C] → like x.
ANNEAL_KERNEL(ChannelScale) {
  const Tensor x = c.tensor().contiguous(), gate = toFloat(c.tensor()).contiguous();
  if (!useCpuKernels(x)) return c.output(at::mul(x, gate.to(x.scalar_type())));
  const int64_t channels = x.size(3), pixels = x.size(1) * x.size(2);
  const Tensor y = at::empty_like(x);
  const float* gates = gate.data_ptr<float>();
  loops::withStorage(x.scalar_type(), [&](auto zero) {
    using T = decltype(zero);
    const T* in = reinterpret_cast<const T*>(x.data_ptr());
    T* out = reinterpret_cast<T*>(y.data_ptr());
    at::parallel_for(0, x.size(0) * pixels, loops::grain(channels), [=](int64_t first, int64_t last) {
      for (int64_t row = first; row < last; row++) {
        const float* scale = gates + row / pixels * channels;
        loops::overChannels(channels, [=](auto lane, int64_t ch) {
          using V = decltype(lane);
          store(out + row * channels + ch, loadAhead<V>(in + row * channels + ch) * load<V>(scale + ch));
        });
      }
    });
  });
  c.output(y);
}

// dy, x, gate → dx, and dgate = the sums of dy·x over the pixels.
ANNEAL_KERNEL(ChannelScaleGrad) {
  Tensor dy = c.tensor();
  const Tensor x = c.tensor().contiguous(), gate = toFloat(c.tensor()).contiguous();
  dy = dy.to(x.scalar_type()).contiguous();
  if (!useCpuKernels(x)) {
    c.output(at::mul(dy, gate.to(x.scalar_type())));
    return c.output(at::sum(at::mul(dy, x), {1, 2}, true, at::kFloat));
  }
  const int64_t channels = x.size(3), pixels = x.size(1) * x.size(2);
  const Tensor dx = at::empty_like(x), dgate = at::zeros_like(gate);
  const float* gates = gate.data_ptr<float>();
  float* sums = dgate.data_ptr<float>();
  loops::withStorage(x.scalar_type(), [&](auto zero) {
    using T = decltype(zero);
    const T *in = reinterpret_cast<const T*>(x.data_ptr()), *grad = reinterpret_cast<const T*>(dy.data_ptr());
    T* out = reinterpret_cast<T*>(dx.data_ptr());
    at::parallel_for(0, x.size(0), 1, [=](int64_t first, int64_t last) {
      for (int64_t n = first; n < last; n++) {
        for (int64_t row = n * pixels; row < (n + 1) * pixels; row++) {
          loops::overChannels(channels, [=](auto lane, int64_t ch) {
            using V = decltype(lane);
            const V d = loadAhead<V>(grad + row * channels + ch);
            store(out + row * channels + ch, d * load<V>(gates + n * channels + ch));
            float* sum = sums + n * channels + ch;
            store(sum, load<V>(sum) + d * loadAhead<V>(in + row * channels + ch));
          });
        }
      }
    });
  });
  c.output(dx);
  c.output(dgate);
}

}  // namespace anneal
