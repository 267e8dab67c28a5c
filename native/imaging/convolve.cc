// Weighted sums of the pixels around each, as Pillow's Kernel has them inside of the image.
#include <algorithm>

#include "border.h"
#include "operations.h"

namespace anneal::imaging {
namespace {

/** sums[i] += Σ weights[k]·from[i + k·channels] */
void addRow(const uint8_t* from, const float* weights, int taps, int channels, int count, float* part, float* sums) {
  int used = 0;
  for (int k = 0; k < taps; k++, from += channels) {
    const float weight = weights[k];
    if (weight == 0) continue;
    if (used++ == 0)
      for (int i = 0; i < count; i++) part[i] = weight * static_cast<float>(from[i]);
    else
      for (int i = 0; i < count; i++) part[i] += weight * static_cast<float>(from[i]);
  }
  if (used > 0)
    for (int i = 0; i < count; i++) sums[i] += part[i];
}

}  // namespace

/** kernel's width and height, both odd, and what is added; values: float32 weights from top left, by rows */
void convolve(const Call& call) {
  const Image &in = call.in, &out = call.out;
  const int width = call.integer(0), height = call.integer(1), channels = in.channels, bytes = static_cast<int>(in.rowBytes());
  require(width % 2 == 1 && height % 2 == 1, "the kernel's sides are not odd");
  require(call.valueCount == 1 && call.values[0].bytes == sizeof(float) * width * height, "the kernel's weights do not fit its size");
  const auto* weights = static_cast<const float*>(call.values[0].data);
  const float offset = static_cast<float>(call.parameters[2]) + 0.5f;
  const size_t stride = static_cast<size_t>(in.width + width - 1) * channels;
  auto* wide = call.scratch.take<uint8_t>(0, stride * (in.height + height - 1));
  auto* sums = call.scratch.take<float>(1, bytes);
  auto* part = call.scratch.take<float>(2, bytes);
  widen(in, width / 2, height / 2, wide);
  for (int y = 0; y < in.height; y++) {
    std::fill(sums, sums + bytes, offset);
    for (int down = 0; down < height; down++) addRow(wide + stride * (y + down), weights + down * width, width, channels, bytes, part, sums);
    uint8_t* to = out.row(y);
    for (int i = 0; i < bytes; i++) to[i] = static_cast<uint8_t>(static_cast<int>(std::min(std::max(sums[i], 0.0f), 255.0f)));
  }
}

}  // namespace anneal::imaging
