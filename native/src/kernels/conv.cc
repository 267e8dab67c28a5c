// Convolutions and their gradients. Filters are stored with tfjs' sizes [H, W, I, O] in the memory order of OIHW channels_last; the
// first use lays one out so, and from then on every view of it is free.
#include <ATen/Functions.h>

#include "layout.h"

namespace anneal {

// Small problems lose more to conversions than bfloat16's arithmetic wins.
static bool wantsHalf(const Tensor& nhwc, int64_t outputChannels) {
  constexpr int64_t kSmallestWork = 1 << 18;
  return Runtime::get().bfloat16 && nhwc.numel() * outputChannels / nhwc.size(3) > kSmallestWork;
}

static Tensor activation(const Tensor& nhwc, bool half) {
  const Tensor x = toNchw(nhwc);
  return channelsLast(half ? x.to(at::kBFloat16) : toFloat(x));
}

static Tensor filterOihw(const Tensor& hwio, int64_t handle, bool half) {
  Slot& slot = Runtime::get().slot(handle);
  if (half && slot.half.defined()) return slot.half;
  Tensor filter = hwio.permute({3, 2, 0, 1});
  if (!filter.is_contiguous(kChannelsLast)) {
    filter = filter.contiguous(kChannelsLast);
    if (slot.value.sizes() == hwio.sizes()) slot.value = filter.permute({2, 3, 1, 0});
  }
  if (!half) return filter;
  slot.half = filter.to(at::kBFloat16);
  return slot.half;
}

// [H, W, C, M] → [C·M, 1, H, W].
static Tensor depthwiseFilter(const Tensor& filter, bool half) {
  const Tensor oihw = filter.permute({2, 3, 0, 1}).reshape({filter.size(2) * filter.size(3), 1, filter.size(0), filter.size(1)});
  return channelsLast(half ? oihw.to(at::kBFloat16) : oihw);
}

static Tensor padded(const Tensor& nchw, const Window& w) {
  if (!w.asymmetric()) return nchw;
  return channelsLast(at::constant_pad_nd(nchw, {w.left, w.right, w.top, w.bottom}));
}

static Dims padding(const Window& w) { return w.asymmetric() ? Dims{0, 0} : Dims{w.top, w.left}; }

static Tensor convolve(const Tensor& x, const Tensor& filter, const Window& w, int64_t groups) {
  const Tensor y = at::convolution(padded(x, w), filter, {}, {w.strideHeight, w.strideWidth}, padding(w),
                                   {w.dilationHeight, w.dilationWidth}, false, {0, 0}, groups);
  return toNhwc(channelsLast(y));
}

static Tensor gradient(const Tensor& dy, const Tensor& x, const Tensor& filter, const Window& w, int64_t groups, bool ofInput) {
  const auto all = at::convolution_backward(dy, x, filter, c10::nullopt, {w.strideHeight, w.strideWidth}, padding(w),
                                            {w.dilationHeight, w.dilationWidth}, false, {0, 0}, groups,
                                            {ofInput, !ofInput, false});
  return ofInput ? std::get<0>(all) : std::get<1>(all);
}

static Tensor inputGradient(const Tensor& dy, const Tensor& filter, const Dims& nhwc, const Window& w, int64_t groups) {
  const int64_t extraHeight = w.asymmetric() ? w.top + w.bottom : 0, extraWidth = w.asymmetric() ? w.left + w.right : 0;
  const Tensor x = emptyChannelsLast({nhwc[0], nhwc[3], nhwc[1] + extraHeight, nhwc[2] + extraWidth}, dy);
  Tensor dx = gradient(dy, x, filter, w, groups, true);
  if (w.asymmetric()) dx = dx.slice(2, w.top, w.top + nhwc[1]).slice(3, w.left, w.left + nhwc[2]);
  return toNhwc(channelsLast(dx));
}

ANNEAL_KERNEL(Conv2D) {
  const Tensor x = c.tensor(), w = c.tensor();
  const int64_t handle = c.lastHandle();
  const Window window = readWindow(c);
  const bool half = wantsHalf(x, w.size(3));
  c.output(convolve(activation(x, half), filterOihw(w, handle, half), window, x.size(3) / w.size(2)));
}

ANNEAL_KERNEL(Conv2DBackpropInput) {
  const Tensor dy = c.tensor(), w = c.tensor();
  const int64_t handle = c.lastHandle();
  const Dims inputShape = c.dims();
  const Window window = readWindow(c);
  const bool half = wantsHalf(dy, w.size(2));
  c.output(inputGradient(activation(dy, half), filterOihw(w, handle, half), inputShape, window, inputShape[3] / w.size(2)));
}

ANNEAL_KERNEL(Conv2DBackpropFilter) {
  const Tensor x = c.tensor(), dy = c.tensor();
  const Dims shape = c.dims();
  const Window window = readWindow(c);
  const bool half = wantsHalf(x, shape[3]);
  const Tensor input = padded(activation(x, half), window), dyNchw = activation(dy, half);
  const Tensor filter = emptyChannelsLast({shape[3], shape[2], shape[0], shape[1]}, input);
  c.output(gradient(dyNchw, input, filter, window, x.size(3) / shape[2], false).permute({2, 3, 1, 0}));
}

ANNEAL_KERNEL(DepthwiseConv2dNative) {
  const Tensor x = c.tensor(), w = c.tensor();
  const Window window = readWindow(c);
  const bool half = Runtime::get().bfloat16;
  c.output(convolve(activation(x, half), depthwiseFilter(w, half), window, x.size(3)));
}

ANNEAL_KERNEL(DepthwiseConv2dNativeBackpropInput) {
  const Tensor dy = c.tensor(), w = c.tensor();
  const Dims inputShape = c.dims();
  const Window window = readWindow(c);
  const bool half = Runtime::get().bfloat16;
  c.output(inputGradient(activation(dy, half), depthwiseFilter(w, half), inputShape, window, inputShape[3]));
}

ANNEAL_KERNEL(DepthwiseConv2dNativeBackpropFilter) {
  const Tensor x = c.tensor(), dy = c.tensor();
  const Dims shape = c.dims();
  const Window window = readWindow(c);
  const Tensor input = padded(activation(x, false), window), dyNchw = activation(dy, false);
  const Tensor filter = emptyChannelsLast({shape[2] * shape[3], 1, shape[0], shape[1]}, input);
  const Tensor grad = gradient(dyNchw, input, filter, window, shape[2], false);
  c.output(grad.reshape({shape[2], shape[3], shape[0], shape[1]}).permute({2, 3, 0, 1}).contiguous());
}

}  // namespace anneal
