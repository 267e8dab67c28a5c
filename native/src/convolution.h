// A convolution over tfjs' tensors, for the kernels that need one.
#pragma once
#include "layout.h"

namespace anneal {

// [H, W, C, M] → [C·M, 1, H, W].
Tensor depthwiseFilter(const Tensor& filter, bool half);

// NHWC as NCHW channels_last, float32 or bfloat16.
Tensor convolutionInput(const Tensor& nhwc, bool half);

// x with the filter [H, W, I, O] behind a handle, in the engine's precision → NHWC; `bias` may be undefined.
Tensor convolved(const Tensor& x, const Tensor& w, int64_t handle, const Tensor& bias, const Window& window);

// The same of what lies as ATen wants it.
Tensor convolve(const Tensor& x, const Tensor& filter, const Tensor& bias, const Window& w, int64_t groups);

}  // namespace anneal
