// Direct 3×3 convolutions of bfloat16 images with few channels by AVX-512 BF16: as fast as oneDNN's or up to twice as fast, without the
// dispatch. Raw NHWC memory in, NHWC out; nothing of libtorch but its threads.
#pragma once
#include <cstdint>
#include <vector>

namespace anneal::direct {

using Bf16 = uint16_t;

struct Shape {
  int64_t batch, height, width, inputs;
  int64_t outHeight, outWidth, outputs;
  int64_t stride, top, left;
};

// Strides of a filter in memory, in elements, from its first element.
struct FilterStrides {
  int64_t height, width, input, output;
};

// Whether this machine and build have the kernels, and the shape is one that they are faster at.
bool supports(const Shape& shape);

// y[n, h, w, o] = Σ x[n, h·stride + i − top, w·stride + j − left, c]·f[i, j, c, o]. T is Bf16, or float for images of up to four channels.
template <class T>
void forward(const Shape& shape, const T* x, const float* filter, const FilterStrides& strides, Bf16* y);

bool supportsInputGradient(const Shape& shape);

// dx[n, y, x, c] = Σ dy[n, h, w, o]·f[i, j, c, o] over h·stride + i − top = y and w·stride + j − left = x. The shape and the filter are
// the convolution's.
void inputGradient(const Shape& shape, const Bf16* dy, const float* filter, const FilterStrides& strides, Bf16* dx);

// df[i, j, c, o] = Σ x[n, h·stride + i − top, w·stride + j − left, c]·dy[n, h, w, o], written with the given strides.
template <class T>
void filterGradient(const Shape& shape, const T* x, const Bf16* dy, const FilterStrides& strides, float* filter);

}  // namespace anneal::direct
