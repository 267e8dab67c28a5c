// Gradients of depthwise convolutions, with sums in float32. The input's with a stride of 2 in bfloat16 takes oneDNN 3.7 a hundred times as
// long as oneDNN 2.6; the filter's is faster than oneDNN's in float32, which in bfloat16 is slower still. Raw NHWC memory in,
// NHWC out; nothing of libtorch but its threads.
#pragma once
#include <cstdint>

namespace anneal::depthwise {

using Bf16 = uint16_t;

// `size` is the filter's height and width.
struct Shape {
  int64_t batch, height, width, channels;
  int64_t outHeight, outWidth;
  int64_t size, stride, top, left;
};

bool supportsInputGradient(int64_t size, int64_t stride);

// dx[n, y, x, c] = Σ dy[n, h, w, c]·f[i, j, c] over h·stride + i − top = y and w·stride + j − left = x.
void inputGradient(const Shape& shape, const Bf16* dy, const float* filter, Bf16* dx);

bool supportsFilterGradient(int64_t size, int64_t stride);

// df[i, j, c] = Σ x[n, h·stride + i − top, w·stride + j − left, c]·dy[n, h, w, c], the same bits by any number of threads.
// T is Bf16 or float.
template <class T>
void filterGradient(const Shape& shape, const T* x, const T* dy, float* filter);

}  // namespace anneal::depthwise
