// Convolutions and their gradients. Filters are stored with tfjs' sizes [H, W, I, O] in the memory order of OIHW channels_last; the
// first use lays one out so, and from then on every view of it is free.
#include <ATen/Functions.h>
#include <ATen/Parallel.h>
#include <c10/core/InferenceMode.h>
#include <omp.h>

#include <algorithm>
#include <optional>
#include <vector>

#include "channel_loops.h"
#include "depthwise.h"
#include "direct_conv.h"
#include "few_pixels.h"
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

// Each thread takes a part of the batch, and the parts are added: the threads of oneDNN would share each filter and spin at barriers within
// the call, which takes ten times as long beside a process that wants one of the cores.
static Tensor filterGradient(const Tensor& dy, const Tensor& x, const Tensor& filter, const Window& w, int64_t groups) {
  const int64_t batch = x.size(0), parts = x.is_cpu() ? std::min<int64_t>(at::get_num_threads(), batch) : 1;
  if (parts == 1) return gradient(dy, x, filter, w, groups, false);
  std::vector<Tensor> gradients(parts);
  at::parallel_for(0, parts, 1, [&](int64_t from, int64_t to) {
    const c10::InferenceMode inference;
    // oneDNN divides its work by this number of the thread's, also where it runs in one of several. The first time that a thread asks ATen for
    // its number, ATen sets it.
    at::get_num_threads();
    omp_set_num_threads(1);
    for (int64_t part = from; part < to; part++) {
      const int64_t begin = part * batch / parts, count = (part + 1) * batch / parts - begin;
      gradients[part] = gradient(dy.narrow(0, begin, count), x.narrow(0, begin, count), filter, w, groups, false);
    }
  });
  Tensor sum = gradients[0].to(at::kFloat);
  for (int64_t part = 1; part < parts; part++) sum.add_(gradients[part]);
  return sum;
}

static Tensor inputGradient(const Tensor& dy, const Tensor& filter, const Dims& nhwc, const Window& w, int64_t groups) {
  const int64_t extraHeight = w.asymmetric() ? w.top + w.bottom : 0, extraWidth = w.asymmetric() ? w.left + w.right : 0;
  const Tensor x = emptyChannelsLast({nhwc[0], nhwc[3], nhwc[1] + extraHeight, nhwc[2] + extraWidth}, dy);
  Tensor dx = gradient(dy, x, filter, w, groups, true);
  if (w.asymmetric()) dx = dx.slice(2, w.top, w.top + nhwc[1]).slice(3, w.left, w.left + nhwc[2]);
  return toNhwc(channelsLast(dx));
}

static few_pixels::Shape fewPixels(at::IntArrayRef images, at::IntArrayRef outputs, at::IntArrayRef filter, const Window& w) {
  const auto copy = [](at::IntArrayRef sizes) { return Dims(sizes.begin(), sizes.end()); };
  return {copy(images), copy(outputs), copy(filter), w};
}

// Sums over taps would be rounded at each in bfloat16.
static bool useFewPixels(const Tensor& x, bool bf16, const few_pixels::Shape& shape) {
  return !bf16 && useCpuKernels(x) && few_pixels::supports(shape);
}

static int64_t outputsAlong(int64_t size, int64_t before, int64_t after, int64_t filter, int64_t stride, int64_t dilation) {
  return (size + before + after - (filter - 1) * dilation - 1) / stride + 1;
}

static Dims outputSizes(at::IntArrayRef images, at::IntArrayRef filter, const Window& w) {
  return {images[0], outputsAlong(images[1], w.top, w.bottom, filter[0], w.strideHeight, w.dilationHeight),
          outputsAlong(images[2], w.left, w.right, filter[1], w.strideWidth, w.dilationWidth), filter[3]};
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
  if (const auto few = fewPixels(x.sizes(), outputSizes(x.sizes(), w.sizes(), window), w.sizes(), window); useFewPixels(x, bf16, few))
    return c.output(few_pixels::forward(few, toFloat(x).contiguous(), filterOihw(w, handle, false).permute({2, 3, 1, 0})));
  c.output(convolve(activation(x, bf16), filterOihw(w, handle, bf16), window, x.size(3) / w.size(2)));
}

ANNEAL_KERNEL(Conv2DBackpropInput) {
  const Tensor dy = c.tensor(), w = c.tensor();
  const int64_t handle = c.lastHandle();
  const Dims inputShape = c.dims();
  const Window window = readWindow(c);
  const bool bf16 = Runtime::get().bfloat16;
  if (const Tensor dx = directInputGradient(dy, w, handle, inputShape, window); dx.defined()) return c.output(dx);
  if (const auto few = fewPixels(inputShape, dy.sizes(), w.sizes(), window); useFewPixels(dy, bf16, few))
    return c.output(few_pixels::inputGradient(few, toFloat(dy).contiguous(), filterOihw(w, handle, false).permute({2, 3, 1, 0})));
  c.output(inputGradient(activation(dy, bf16), filterOihw(w, handle, bf16), inputShape, window, inputShape[3] / w.size(2)));
}

ANNEAL_KERNEL(Conv2DBackpropFilter) {
  const Tensor x = c.tensor(), dy = c.tensor();
  const Dims shape = c.dims();
  const Window window = readWindow(c);
  const bool bf16 = Runtime::get().bfloat16;
  const auto direct = directShape(x, x.sizes(), shape, window);
  if (direct && direct::supports(*direct)) return c.output(directFilterGradient(x, dy, *direct));
  const auto few = fewPixels(x.sizes(), dy.sizes(), shape, window);
  if (useCpuKernels(x) && few_pixels::mostlyPadding(few)) return c.output(few_pixels::filterGradient(few, x, dy, bf16));
  const Tensor input = padded(activation(x, bf16), window), dyNchw = activation(dy, bf16);
  const Tensor filter = emptyChannelsLast({shape[3], shape[2], shape[0], shape[1]}, input);
  c.output(filterGradient(dyNchw, input, filter, window, x.size(3) / shape[2]).permute({2, 3, 1, 0}));
}

// The shape of a depthwise convolution of images [N, H, W, C] for our own loops, where they could take it.
static std::optional<depthwise::Shape> depthwiseShape(const Tensor& dy, at::IntArrayRef images, at::IntArrayRef filter, const Window& w) {
  if (!useCpuKernels(dy) || filter[0] != filter[1] || filter[3] != 1 || w.strideHeight != w.strideWidth || w.dilationHeight != 1 ||
      w.dilationWidth != 1)
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

static Tensor ownFilterGradient(const Tensor& x, const Tensor& dy, const depthwise::Shape& s, bool bf16) {
  const auto storage = [&](const Tensor& t) { return bf16 ? asBf16(t) : toFloat(t).contiguous(); };
  const Tensor in = storage(x), gradient = storage(dy);
  const Tensor filter = at::empty({s.size, s.size, s.channels, 1}, in.options().dtype(at::kFloat));
  if (bf16) depthwise::filterGradient(s, bf16Data(in), bf16Data(gradient), filter.data_ptr<float>());
  else depthwise::filterGradient(s, in.data_ptr<float>(), gradient.data_ptr<float>(), filter.data_ptr<float>());
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
  const bool bf16 = Runtime::get().bfloat16;
  const auto shape = depthwiseShape(dy, inputShape, w.sizes(), window);
  if (bf16 && shape && depthwise::supportsInputGradient(shape->size, shape->stride)) return c.output(ownInputGradient(dy, w, *shape));
  c.output(inputGradient(activation(dy, bf16), depthwiseFilter(w, bf16), inputShape, window, inputShape[3]));
}

ANNEAL_KERNEL(DepthwiseConv2dNativeBackpropFilter) {
  const Tensor x = c.tensor(), dy = c.tensor();
  const Dims shape = c.dims();
  const Window window = readWindow(c);
  const auto own = depthwiseShape(dy, x.sizes(), shape, window);
  if (own && depthwise::supportsFilterGradient(own->size, own->stride)) return c.output(ownFilterGradient(x, dy, *own, Runtime::get().bfloat16));
  // On the CPU bfloat16 is slower here.
  const bool bf16 = Runtime::get().bfloat16 && !useCpuKernels(x);
  const Tensor input = padded(activation(x, bf16), window), dyNchw = activation(dy, bf16);
  const Tensor filter = emptyChannelsLast({shape[2] * shape[3], 1, shape[0], shape[1]}, input);
  const Tensor grad = filterGradient(dyNchw, input, filter, window, shape[2]);
  c.output(grad.reshape({shape[2], shape[3], shape[0], shape[1]}).permute({2, 3, 0, 1}).contiguous());
}

}  // namespace anneal
