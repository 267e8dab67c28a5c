// Convolutions of maps of a few pixels, where most of a filter's taps only ever meet padding, as matrix products over the taps that do not.
// Images are [N, H, W, C], filters [H, W, I, O] in the memory order of OIHW channels_last.
#pragma once
#include "layout.h"

namespace anneal::few_pixels {

// Sizes of a convolution of one group between images and outputs.
struct Shape {
  Dims images, outputs, filter;
  Window window;
};

// Whether at most half of what oneDNN would multiply is not padding.
bool mostlyPadding(const Shape& shape);

// Whether there are also so few pixels that a product per pixel pays.
bool supports(const Shape& shape);

// y of float32 images.
Tensor forward(const Shape& shape, const Tensor& x, const Tensor& filter);

// dx of float32 gradients.
Tensor inputGradient(const Shape& shape, const Tensor& dy, const Tensor& filter);

// The filter's gradient, by products in bfloat16 where `bf16`.
Tensor filterGradient(const Shape& shape, const Tensor& x, const Tensor& dy, bool bf16);

}  // namespace anneal::few_pixels
