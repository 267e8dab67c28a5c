// Convolution + bias + residual + activation: what a convolution and the batch norm behind it become in inference, once the norm is folded
// into filter and bias. What the convolution itself does not do is one pass in place over its output.
#include <ATen/Functions.h>

#include "channel_loops.h"
#include "convolution.h"

namespace anneal {

using loops::Act;
using loops::load;
using loops::store;

// y ← act(y + bias + residual), in place; NaN stays NaN.
static void finishCpu(const Tensor& y, const float* bias, const Tensor& residual, Act act) {
  const loops::Shape shape(y.numel() / y.size(-1), y.size(-1));
  const auto repeated = shape.repeated(bias);
  const float* __restrict shift = repeated.data();
  loops::withStorage(y.scalar_type(), [&](auto zero) {
    using T = decltype(zero);
    T* out = reinterpret_cast<T*>(y.data_ptr());
    const T* add = residual.defined() ? reinterpret_cast<const T*>(residual.data_ptr()) : nullptr;
    loops::withActivation(act, [&](auto kAct) {
      if (add)
        loops::forEach(shape, [=](auto lane, int64_t i, int64_t c) {
          using V = decltype(lane);
          store(out + i, loops::activate<kAct()>(load<V>(out + i) + load<V>(shift + c) + load<V>(add + i)));
        });
      else
        loops::forEach(shape, [=](auto lane, int64_t i, int64_t c) {
          using V = decltype(lane);
          store(out + i, loops::activate<kAct()>(load<V>(out + i) + load<V>(shift + c)));
        });
    });
  });
}

static Tensor finishAten(Tensor y, const Tensor& residual, Act act) {
  if (residual.defined()) y = at::add(y, residual);
  if (act == Act::kRelu) return at::relu(y);
  if (act == Act::kRelu6) return at::clamp(y, 0, 6);
  if (act == Act::kSilu) return at::silu(y);
  return y;
}

ANNEAL_KERNEL(ConvAct) {
  const Tensor x = c.tensor(), w = c.tensor();
  const int64_t handle = c.lastHandle();
  const Tensor bias = c.tensor().contiguous();
  Tensor residual = c.optionalTensor();
  const auto act = static_cast<Act>(c.integer());
  const bool depthwise = c.flag();
  const Window window = readWindow(c);
  const bool half = Runtime::get().bfloat16;
  // In bfloat16 the pass adds the bias, which so stays float32.
  const bool inPass = half && x.is_cpu();
  const Tensor own = inPass ? Tensor() : half ? bias.to(at::kBFloat16) : bias;
  Tensor y = depthwise ? convolve(convolutionInput(x, half), depthwiseFilter(w, half), own, window, x.size(3))
                       : convolved(x, w, handle, own, window);
  if (residual.defined()) residual = residual.to(y.scalar_type()).contiguous();
  if (!x.is_cpu()) return c.output(finishAten(y, residual, act));
  if (!inPass && !residual.defined() && act == Act::kLinear) return c.output(y);
  y = y.contiguous();
  const std::vector<float> none(inPass ? 0 : bias.numel());
  finishCpu(y, inPass ? bias.data_ptr<float>() : none.data(), residual, act);
  c.output(y);
}

}  // namespace anneal
