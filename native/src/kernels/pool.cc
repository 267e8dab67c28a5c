// Pooling and its gradients. Padding beyond half a window, or unequal on two sides, is made explicit first.
#include <ATen/Functions.h>
#include <ATen/Parallel.h>

#include <cstring>
#include <limits>

#include "layout.h"

namespace anneal {

struct Pool {
  int64_t height, width;
  Window window;
  bool explicitPadding;
  // A window of one pixel averages nothing: it takes every so many.
  bool subsamples() const { return height == 1 && width == 1 && window.top == 0 && window.left == 0 && !explicitPadding; }
  Dims padding() const { return explicitPadding ? Dims{0, 0} : Dims{window.top, window.left}; }
};

// The pixels of x that a window of one pixel meets, x.sizes() being those of the larger side.
static Tensor sampled(const Tensor& x, const Pool& p) {
  return x.slice(1, 0, x.size(1), p.window.strideHeight).slice(2, 0, x.size(2), p.window.strideWidth);
}

// Calls f(row, samples) for every row of the larger side in parallel: its first pixel's index, and that of the samples' row or −1.
template <class F>
static void overRows(at::IntArrayRef large, const Pool& p, int64_t samples, const F& f) {
  const int64_t height = large[1], width = large[2], sampledWidth = (width - 1) / p.window.strideWidth + 1;
  at::parallel_for(0, large[0] * height, 8, [&](int64_t from, int64_t to) {
    for (int64_t row = from; row < to; row++) {
      const int64_t n = row / height, h = row % height;
      const bool met = h % p.window.strideHeight == 0;
      f(row * width, met ? (n * samples + h / p.window.strideHeight) * sampledWidth : -1, sampledWidth);
    }
  });
}

static Tensor subsample(const Tensor& nhwc, const Pool& p) {
  if (!nhwc.is_cpu()) return sampled(nhwc, p).contiguous();
  const Tensor x = nhwc.contiguous(), y = at::empty(sampled(x, p).sizes(), x.options());
  const auto bytes = static_cast<size_t>(x.size(3)) * x.element_size();
  const char* in = static_cast<const char*>(x.data_ptr());
  char* out = static_cast<char*>(y.data_ptr());
  overRows(x.sizes(), p, y.size(1), [&](int64_t row, int64_t samples, int64_t width) {
    if (samples < 0) return;
    for (int64_t w = 0; w < width; w++) std::memcpy(out + (samples + w) * bytes, in + (row + w * p.window.strideWidth) * bytes, bytes);
  });
  return y;
}

static Tensor subsampleGradient(const Tensor& dy, const Tensor& x, const Pool& p) {
  if (!x.is_cpu()) {
    const Tensor dx = at::zeros(x.sizes(), x.options());
    sampled(dx, p).copy_(dy);
    return dx;
  }
  const Tensor gradient = dy.to(x.scalar_type()).contiguous(), dx = at::empty(x.sizes(), x.options());
  const auto bytes = static_cast<size_t>(x.size(3)) * x.element_size();
  const char* in = static_cast<const char*>(gradient.data_ptr());
  char* out = static_cast<char*>(dx.data_ptr());
  overRows(x.sizes(), p, dy.size(1), [&](int64_t row, int64_t samples, int64_t width) {
    std::memset(out + row * bytes, 0, static_cast<size_t>(x.size(2)) * bytes);
    for (int64_t w = 0; samples >= 0 && w < width; w++)
      std::memcpy(out + (row + w * p.window.strideWidth) * bytes, in + (samples + w) * bytes, bytes);
  });
  return dx;
}

static Pool readPool(Command& c) {
  Pool p;
  p.height = c.integer();
  p.width = c.integer();
  p.window = readWindow(c);
  p.explicitPadding = p.window.asymmetric() || p.window.top > p.height / 2 || p.window.left > p.width / 2;
  return p;
}

static Tensor prepared(const Tensor& nhwc, const Pool& p) {
  const Tensor x = channelsLast(toNchw(nhwc));
  if (!p.explicitPadding) return x;
  const Window& w = p.window;
  return channelsLast(at::constant_pad_nd(x, {w.left, w.right, w.top, w.bottom}, -std::numeric_limits<float>::infinity()));
}

static std::tuple<Tensor, Tensor> maxPool(const Tensor& x, const Pool& p) {
  const Window& w = p.window;
  return at::max_pool2d_with_indices(x, {p.height, p.width}, {w.strideHeight, w.strideWidth}, p.padding(), {w.dilationHeight, w.dilationWidth},
                                     false);
}

ANNEAL_KERNEL(MaxPool) {
  const Tensor x = c.tensor();
  const Pool p = readPool(c);
  const auto [y, indices] = maxPool(prepared(x, p), p);
  const int64_t output = c.integer();
  Runtime::get().set(output, toNhwc(channelsLast(y)));
  Runtime::get().slot(output).auxiliary = indices;
}

ANNEAL_KERNEL(MaxPoolGrad) {
  const Tensor dy = c.tensor(), x = c.tensor(), y = c.tensor();
  const int64_t forward = c.lastHandle();
  const Pool p = readPool(c);
  const Window& w = p.window;
  const Tensor input = prepared(x, p);
  Tensor indices = Runtime::get().slot(forward).auxiliary;
  if (!indices.defined()) indices = std::get<1>(maxPool(input, p));
  const Tensor dyNchw = channelsLast(toNchw(dy).to(input.scalar_type()));
  Tensor dx = at::max_pool2d_with_indices_backward(dyNchw, input, {p.height, p.width}, {w.strideHeight, w.strideWidth}, p.padding(),
                                                   {w.dilationHeight, w.dilationWidth}, false, indices);
  if (p.explicitPadding) dx = dx.slice(2, w.top, w.top + x.size(1)).slice(3, w.left, w.left + x.size(2));
  c.output(toNhwc(channelsLast(dx)));
}

static Tensor averagePool(const Tensor& nhwc, const Pool& p, bool countPadding) {
  const Window& w = p.window;
  if (p.subsamples()) return subsample(nhwc, p);
  const Tensor y =
      at::avg_pool2d(channelsLast(toNchw(nhwc)), {p.height, p.width}, {w.strideHeight, w.strideWidth}, {w.top, w.left}, false, countPadding);
  return toNhwc(channelsLast(y));
}

static Tensor averagePoolGradient(const Tensor& dy, const Tensor& x, const Pool& p, bool countPadding) {
  const Window& w = p.window;
  if (p.subsamples()) return subsampleGradient(dy, x, p);
  // In channels_last, CUDA's kernel forgets the padding in versions up to 2.13: https://github.com/pytorch/pytorch/issues/188344.
  const bool planes = x.is_cuda() && (w.top > 0 || w.left > 0);
  const auto order = planes ? at::MemoryFormat::Contiguous : kChannelsLast;
  const Tensor input = toNchw(x).contiguous(order), dyNchw = toNchw(dy).to(x.scalar_type()).contiguous(order);
  const Tensor dx = at::avg_pool2d_backward(dyNchw, input, {p.height, p.width}, {w.strideHeight, w.strideWidth}, {w.top, w.left}, false, countPadding,
                                            c10::nullopt);
  return toNhwc(channelsLast(dx));
}

// tfjs leaves padding out of the average, as `count_include_pad = false`.
ANNEAL_KERNEL(AvgPool) {
  const Tensor x = c.tensor();
  const Pool p = readPool(c);
  c.output(averagePool(x, p, false));
}

ANNEAL_KERNEL(AvgPoolGrad) {
  const Tensor dy = c.tensor(), x = c.tensor();
  const Pool p = readPool(c);
  c.output(averagePoolGradient(dy, x, p, false));
}

// torch counts it.
ANNEAL_KERNEL(PaddedAveragePool) {
  const Tensor x = c.tensor();
  const Pool p = readPool(c);
  c.output(averagePool(x, p, true));
}

ANNEAL_KERNEL(PaddedAveragePoolGrad) {
  const Tensor dy = c.tensor(), x = c.tensor();
  const Pool p = readPool(c);
  c.output(averagePoolGradient(dy, x, p, true));
}

// Mean over height and width: [N, H, W, C] → [N, C], accumulated in float32.
ANNEAL_KERNEL(GlobalAveragePool) {
  const Tensor x = c.tensor();
  c.output(at::mean(x, {1, 2}, false, at::kFloat));
}

ANNEAL_KERNEL(GlobalAveragePoolGrad) {
  const Tensor dy = c.tensor(), x = c.tensor();
  const double pixels = static_cast<double>(x.size(1) * x.size(2));
  const Tensor scaled = at::div(dy, pixels).to(x.scalar_type());
  c.output(scaled.reshape({x.size(0), 1, 1, x.size(3)}).expand(x.sizes()).contiguous());
}

}  // namespace anneal
