// Convolutions and their gradients. Filters are stored with tfjs' sizes [H, W, I, O] in the memory order of OIHW channels_last; the
// first use lays one out so, and from then on every view of it is free.
#include <ATen/Functions.h>

#include <algorithm>
#include <optional>

#include "channel_loops.h"
#include "depthwise.h"
#include "direct_conv.h"
#include "layout.h"

namespace anneal {

static Tensor activation(const Tensor& nhwc, bool bf16) {
  const Tensor x = toNchw(nhwc);
  return channelsLast(bf16 ? x.to(at::kBFloat16) : toFloat(x));
}

static Tensor filterOihw(const Tensor& hwio, int64_t handle, bool bf16) {
  Slot& slot = Runtime::get().slot(handle);
  if (bf16 && slot.bf16Copy.defined()) return slot.bf16Copy;
  Tensor filter = hwio.permute({3, 2, 0, 1});
  if (!filter.is_contiguous(kChannelsLast)) {
    filter = filter.contiguous(kChannelsLast);
    if (slot.value.sizes() == hwio.sizes()) Runtime::get().move(slot, filter.permute({2, 3, 1, 0}));
  }
  if (!bf16) return filter;
  slot.bf16Copy = filter.to(at::kBFloat16);
  return slot.bf16Copy;
}

// [H, W, C, M] → [C·M, 1, H, W].
static Tensor depthwiseFilter(const Tensor& filter, bool bf16) {
  const Tensor oihw = filter.permute({2, 3, 0, 1}).reshape({filter.size(2) * filter.size(3), 1, filter.size(0), filter.size(1)});
  return channelsLast(bf16 ? oihw.to(at::kBFloat16) : oihw);
}

static Tensor padded(const Tensor& nchw, const Window& w) {
  if (!w.asymmetric()) return nchw;
  return channelsLast(at::constant_pad_nd(nchw, {w.left, w.right, w.top, w.bottom}));
}

static Dims padding(const Window& w) { return w.asymmetric() ? Dims{0, 0} : Dims{w.top, w.left}; }

static Tensor convolve(const Tensor& x, const Tensor& filter, const Window& w, int64_t groups) {
  const Tensor y = at::convolution(padded(x, w), filter, {}, {w.strideHeight, w.strideWidth}, padding(w), {w.dilationHeight, w.dilationWidth}, false,
                                   {0, 0}, groups);
  return toNhwc(channelsLast(y));
}

static Tensor gradient(const Tensor& dy, const Tensor& x, const Tensor& filter, const Window& w, int64_t groups, bool ofInput) {
  const auto all = at::convolution_backward(dy, x, filter, c10::nullopt, {w.strideHeight, w.strideWidth}, padding(w),
                                            {w.dilationHeight, w.dilationWidth}, false, {0, 0}, groups, {ofInput, !ofInput, false});
  return ofInput ? std::get<0>(all) : std::get<1>(all);
}

static Tensor inputGradient(const Tensor& dy, const Tensor& filter, const Dims& nhwc, const Window& w, int64_t groups) {
  const int64_t extraHeight = w.asymmetric() ? w.top + w.bottom : 0, extraWidth = w.asymmetric() ? w.left + w.right : 0;
  const Tensor x = emptyChannelsLast({nhwc[0], nhwc[3], nhwc[1] + extraHeight, nhwc[2] + extraWidth}, dy);
  Tensor dx = gradient(dy, x, filter, w, groups, true);
  if (w.asymmetric()) dx = dx.slice(2, w.top, w.top + nhwc[1]).slice(3, w.left, w.left + nhwc[2]);
  return toNhwc(channelsLast(dx));
}

// Where one tap of the filter meets the input inside its borders, along one axis: outputs [first, first + count), inputs from `start`.
struct Overlap {
  int64_t first, count, start;
};

static Overlap overlap(int64_t tap, int64_t inputs, int64_t outputs, int64_t stride, int64_t before) {
  const int64_t offset = tap - before;
  const int64_t first = offset >= 0 ? 0 : (-offset + stride - 1) / stride;
  const int64_t end = inputs > offset ? std::min(outputs, (inputs - 1 - offset) / stride + 1) : 0;
  return {first, std::max<int64_t>(0, end - first), first * stride + offset};
}

static Overlap rowsOf(int64_t tap, const Tensor& x, const Tensor& dy, const Window& w) {
  return overlap(tap * w.dilationHeight, x.size(1), dy.size(1), w.strideHeight, w.top);
}

static Overlap columnsOf(int64_t tap, const Tensor& x, const Tensor& dy, const Window& w) {
  return overlap(tap * w.dilationWidth, x.size(2), dy.size(2), w.strideWidth, w.left);
}

// On maps of one or two pixels most of a filter's taps only ever meet padding; oneDNN computes them all.
static bool mostlyPadding(const Tensor& x, const Tensor& dy, const Dims& filter, const Window& w) {
  if (filter[2] != x.size(3)) return false;
  int64_t rows = 0, columns = 0;
  for (int64_t i = 0; i < filter[0]; i++) rows += rowsOf(i, x, dy, w).count;
  for (int64_t j = 0; j < filter[1]; j++) columns += columnsOf(j, x, dy, w).count;
  return 2 * rows * columns <= filter[0] * filter[1] * dy.size(1) * dy.size(2);
}

// The gradient of a filter as one matrix product per tap, over the pixels where the tap meets the input.
static Tensor filterGradientByTaps(const Tensor& x, const Tensor& dy, const Dims& shape, const Window& w, bool bf16) {
  // Of small matrices and of vectors ATen adds the products in bfloat16.
  const bool small = shape[2] == 1 || shape[3] == 1 || x.size(0) * dy.size(1) * dy.size(2) * shape[2] * shape[3] <= 16 * 16 * 16;
  const auto dtype = bf16 && !small ? at::kBFloat16 : at::kFloat;
  const Tensor input = x.to(dtype), gradient = dy.to(dtype);
  const Tensor filter = at::empty({shape[3], shape[0], shape[1], shape[2]}, input.options());
  for (int64_t i = 0; i < shape[0]; i++) {
    const Overlap rows = rowsOf(i, x, dy, w);
    for (int64_t j = 0; j < shape[1]; j++) {
      const Overlap columns = columnsOf(j, x, dy, w);
      const Tensor tap = filter.select(1, i).select(1, j);
      if (rows.count == 0 || columns.count == 0) {
        tap.zero_();
        continue;
      }
      const auto along = [](const Tensor& t, int64_t axis, int64_t from, int64_t count, int64_t stride) {
        return t.slice(axis, from, from + (count - 1) * stride + 1, stride);
      };
      const Tensor window = along(along(input, 1, rows.start, rows.count, w.strideHeight), 2, columns.start, columns.count, w.strideWidth);
      const Tensor gradOutput = along(along(gradient, 1, rows.first, rows.count, 1), 2, columns.first, columns.count, 1);
      tap.copy_(at::mm(gradOutput.reshape({-1, shape[3]}).t(), window.reshape({-1, shape[2]})));
    }
  }
  return filter.permute({1, 2, 3, 0});
}

// The shape of a convolution of images [N, H, W, C] as the direct kernels read it, where they could take one; `input` has the device and
// the type of what they would read.
static std::optional<direct::Shape> directShape(const Tensor& input, at::IntArrayRef images, at::IntArrayRef filter, const Window& w) {
  const bool narrow = input.scalar_type() == at::kFloat && filter[2] < 16;
  const auto borders = {w.top, w.bottom, w.left, w.right};
  if (!Runtime::get().bfloat16 || !useCpuKernels(input) || !(narrow || input.scalar_type() == at::kBFloat16) || filter[0] != 3 || filter[1] != 3 ||
      filter[2] != images[3] || w.strideHeight != w.strideWidth || w.dilationHeight != 1 || w.dilationWidth != 1 ||
      std::any_of(borders.begin(), borders.end(), [](int64_t border) { return border < 0 || border > 2; }))
    return std::nullopt;
  const auto outputs = [&](int64_t size, int64_t before, int64_t after) { return (size + before + after - 3) / w.strideHeight + 1; };
  return direct::Shape{images[0], images[1],      images[2], images[3], outputs(images[1], w.top, w.bottom), outputs(images[2], w.left, w.right),
                       filter[3], w.strideHeight, w.top,     w.left};
}

static direct::Bf16* bf16Data(const Tensor& t) { return reinterpret_cast<direct::Bf16*>(t.data_ptr()); }

static direct::FilterStrides stridesOf(const Tensor& oihw) { return {oihw.stride(2), oihw.stride(3), oihw.stride(1), oihw.stride(0)}; }

static Tensor directForward(const Tensor& x, const Tensor& filter, const direct::Shape& s) {
  const Tensor y = at::empty({s.batch, s.outHeight, s.outWidth, s.outputs}, x.options().dtype(at::kBFloat16)), in = x.contiguous();
  loops::withStorage(in.scalar_type(), [&](auto zero) {
    const auto* images = reinterpret_cast<const decltype(zero)*>(in.data_ptr());
    direct::forward(s, images, filter.data_ptr<float>(), stridesOf(filter), bf16Data(y));
  });
  return y;
}

// Undefined where the direct kernels do not take it.
static Tensor directInputGradient(const Tensor& dy, const Tensor& w, int64_t handle, const Dims& x, const Window& window) {
  const auto shape = dy.scalar_type() == at::kBFloat16 ? directShape(dy, x, w.sizes(), window) : std::nullopt;
  if (!shape || !direct::supportsInputGradient(*shape) || shape->outHeight != dy.size(1) || shape->outWidth != dy.size(2)) return {};
  const Tensor filter = filterOihw(w, handle, false), gradient = dy.contiguous();
  const Tensor dx = at::empty({x[0], x[1], x[2], x[3]}, dy.options());
  direct::inputGradient(*shape, bf16Data(gradient), filter.data_ptr<float>(), stridesOf(filter), bf16Data(dx));
  return dx;
}

static Tensor directFilterGradient(const Tensor& x, const Tensor& dy, const direct::Shape& s) {
  const Tensor filter = at::empty({s.outputs, s.inputs, 3, 3}, x.options().dtype(at::kFloat), kChannelsLast), in = x.contiguous();
  const Tensor gradient = dy.to(at::kBFloat16).contiguous();
  loops::withStorage(in.scalar_type(), [&](auto zero) {
    const auto* images = reinterpret_cast<const decltype(zero)*>(in.data_ptr());
    direct::filterGradient(s, images, bf16Data(gradient), stridesOf(filter), filter.data_ptr<float>());
  });
  return filter.permute({2, 3, 1, 0});
}

ANNEAL_KERNEL(Conv2D) {
  const Tensor x = c.tensor(), w = c.tensor();
  const int64_t handle = c.lastHandle();
  const Window window = readWindow(c);
  const bool bf16 = Runtime::get().bfloat16;
  const auto shape = directShape(x, x.sizes(), w.sizes(), window);
  if (shape && direct::supports(*shape)) return c.output(directForward(x, filterOihw(w, handle, false), *shape));
  c.output(convolve(activation(x, bf16), filterOihw(w, handle, bf16), window, x.size(3) / w.size(2)));
}

ANNEAL_KERNEL(Conv2DBackpropInput) {
  const Tensor dy = c.tensor(), w = c.tensor();
  const int64_t handle = c.lastHandle();
  const Dims inputShape = c.dims();
  const Window window = readWindow(c);
  const bool bf16 = Runtime::get().bfloat16;
  if (const Tensor dx = directInputGradient(dy, w, handle, inputShape, window); dx.defined()) return c.output(dx);
  c.output(inputGradient(activation(dy, bf16), filterOihw(w, handle, bf16), inputShape, window, inputShape[3] / w.size(2)));
}

ANNEAL_KERNEL(Conv2DBackpropFilter) {
  const Tensor x = c.tensor(), dy = c.tensor();
  const Dims shape = c.dims();
  const Window window = readWindow(c);
  const bool bf16 = Runtime::get().bfloat16;
  const auto direct = directShape(x, x.sizes(), shape, window);
  if (direct && direct::supports(*direct)) return c.output(directFilterGradient(x, dy, *direct));
  if (useCpuKernels(x) && mostlyPadding(x, dy, shape, window)) return c.output(filterGradientByTaps(x, dy, shape, window, bf16));
  const Tensor input = padded(activation(x, bf16), window), dyNchw = activation(dy, bf16);
  const Tensor filter = emptyChannelsLast({shape[3], shape[2], shape[0], shape[1]}, input);
  c.output(gradient(dyNchw, input, filter, window, x.size(3) / shape[2], false).permute({2, 3, 1, 0}));
}

// The shape of a depthwise convolution of images [N, H, W, C] for our own loops, where they could take it; they read bfloat16.
static std::optional<depthwise::Shape> depthwiseShape(const Tensor& dy, at::IntArrayRef images, at::IntArrayRef filter, const Window& w) {
  if (!Runtime::get().bfloat16 || !useCpuKernels(dy) || filter[0] != filter[1] || filter[3] != 1 || w.strideHeight != w.strideWidth ||
      w.dilationHeight != 1 || w.dilationWidth != 1)
    return std::nullopt;
  return depthwise::Shape{images[0], images[1], images[2], images[3], dy.size(1), dy.size(2), filter[0], w.strideHeight, w.top, w.left};
}

static Tensor asBf16(const Tensor& x) { return x.to(at::kBFloat16).contiguous(); }

static Tensor ownInputGradient(const Tensor& dy, const Tensor& w, const depthwise::Shape& s) {
  // The filter is rounded as oneDNN reads it.
  const Tensor gradient = asBf16(dy), filter = w.to(at::kBFloat16).to(at::kFloat).contiguous();
  const Tensor dx = at::empty({s.batch, s.height, s.width, s.channels}, gradient.options());
  depthwise::inputGradient(s, bf16Data(gradient), filter.data_ptr<float>(), bf16Data(dx));
  return dx;
}

static Tensor ownFilterGradient(const Tensor& x, const Tensor& dy, const depthwise::Shape& s) {
  const Tensor in = asBf16(x), gradient = asBf16(dy);
  const Tensor filter = at::empty({s.size, s.size, s.channels, 1}, in.options().dtype(at::kFloat));
  depthwise::filterGradient(s, bf16Data(in), bf16Data(gradient), filter.data_ptr<float>());
  return filter;
}

ANNEAL_KERNEL(DepthwiseConv2dNative) {
  const Tensor x = c.tensor(), w = c.tensor();
  const Window window = readWindow(c);
  const bool bf16 = Runtime::get().bfloat16;
  c.output(convolve(activation(x, bf16), depthwiseFilter(w, bf16), window, x.size(3)));
}

ANNEAL_KERNEL(DepthwiseConv2dNativeBackpropInput) {
  const Tensor dy = c.tensor(), w = c.tensor();
  const Dims inputShape = c.dims();
  const Window window = readWindow(c);
  const auto shape = depthwiseShape(dy, inputShape, w.sizes(), window);
  if (shape && depthwise::supportsInputGradient(shape->size, shape->stride)) return c.output(ownInputGradient(dy, w, *shape));
  const bool bf16 = Runtime::get().bfloat16;
  c.output(inputGradient(activation(dy, bf16), depthwiseFilter(w, bf16), inputShape, window, inputShape[3]));
}

ANNEAL_KERNEL(DepthwiseConv2dNativeBackpropFilter) {
  const Tensor x = c.tensor(), dy = c.tensor();
  const Dims shape = c.dims();
  const Window window = readWindow(c);
  const auto own = depthwiseShape(dy, x.sizes(), shape, window);
  if (own && depthwise::supportsFilterGradient(own->size, own->stride)) return c.output(ownFilterGradient(x, dy, *own));
  // On the CPU bfloat16 is slower here.
  const bool bf16 = Runtime::get().bfloat16 && !useCpuKernels(x);
  const Tensor input = padded(activation(x, bf16), window), dyNchw = activation(dy, bf16);
  const Tensor filter = emptyChannelsLast({shape[2] * shape[3], 1, shape[0], shape[1]}, input);
  const Tensor grad = gradient(dyNchw, input, filter, window, shape[2], false);
  c.output(grad.reshape({shape[2], shape[3], shape[0], shape[1]}).permute({2, 3, 0, 1}).contiguous());
}

}  // namespace anneal
