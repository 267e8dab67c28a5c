// Between tfjs' NHWC and HWIO and ATen's NCHW and OIHW in channels_last memory: views, copies only where a layout differs.
#pragma once
#include <ATen/Functions.h>

#include "runtime.h"

namespace anneal {

// Whether our CPU kernels may read a tensor's memory; never in a build with ANNEAL_CPU_KERNELS=OFF, which runs on any machine what a GPU runs.
inline bool useCpuKernels(const Tensor& x) {
#ifdef ANNEAL_NO_CPU_KERNELS
  return false;
#else
  return x.is_cpu();
#endif
}

constexpr auto kChannelsLast = at::MemoryFormat::ChannelsLast;

inline Tensor toNchw(const Tensor& x) { return x.permute({0, 3, 1, 2}); }
inline Tensor toNhwc(const Tensor& x) { return x.permute({0, 2, 3, 1}); }
inline Tensor channelsLast(const Tensor& x) { return x.contiguous(kChannelsLast); }
inline Tensor toFloat(const Tensor& x) { return x.scalar_type() == at::kBFloat16 ? x.to(at::kFloat) : x; }

inline Tensor emptyChannelsLast(at::IntArrayRef sizes, const Tensor& like) { return at::empty(sizes, like.options(), kChannelsLast); }

// Values in the computer's memory as a tensor on the device. Through pinned memory: neither waits for what the device is doing.
inline Tensor onDevice(const Tensor& values) {
  const auto device = Runtime::get().device;
  if (device.is_cpu()) return values;
  const Tensor pinned = at::empty(values.sizes(), values.options().pinned_memory(true));
  pinned.copy_(values);
  return pinned.to(device, true);
}

struct Window {
  int64_t strideHeight, strideWidth, top, bottom, left, right, dilationHeight, dilationWidth;
  bool asymmetric() const { return top != bottom || left != right; }
};

inline Window readWindow(Command& c) {
  Window w;
  w.strideHeight = c.integer();
  w.strideWidth = c.integer();
  w.top = c.integer();
  w.bottom = c.integer();
  w.left = c.integer();
  w.right = c.integer();
  w.dilationHeight = c.integer();
  w.dilationWidth = c.integer();
  return w;
}

}  // namespace anneal
