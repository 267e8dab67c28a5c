// The gradient of a direct convolution's images.
#include <algorithm>
#include <cstring>
#include <stdexcept>

#include "balanced_for.h"
#include "direct_conv.h"

#ifdef __AVX512BF16__
#include "direct_tiles.h"

namespace anneal::direct {

// With a stride of 2 an input meets the taps of its own parity in each direction: four convolutions of stride 1, of four taps, two, two
// and one, whose outputs are interleaved.
static void stridedInputGradient(const Shape& s, const Bf16* dy, const float* filter, const FilterStrides& strides, Bf16* dx) {
  constexpr int64_t kStride = 2, kBorder = 1;
  const Shape transposed{s.batch, s.outHeight, s.outWidth, s.outputs, s.height, s.width, s.inputs, 1, 0, 0};
  const auto weights = packed(transposed, filter, {strides.height, strides.width, strides.output, strides.input});
  const int64_t channels = s.outputs, pairs = channels / 2, blocks = s.inputs / kLanes;
  const int64_t rowStep = (s.width / kStride + 1 + 2 * kBorder) * channels;
  const Strip strip(transposed, channels * static_cast<int64_t>(sizeof(Bf16)) / kStride, kForwardBytes);
  const int64_t inputRows = strip.rows / kStride + 2 + kBorder;
  // The first of a strip's rows of dy, whose last tap may be above it.
  const auto firstRow = [&](int64_t h) { return (h + s.top) / kStride - kBorder; };
  const auto computeStrip = [&](int64_t work, Bf16* buffer) {
    const int64_t n = work / strip.count, first = work % strip.count * strip.rows, last = std::min(s.height, first + strip.rows);
    const int64_t above = firstRow(first), count = firstRow(last - 1) + kBorder - above + 1;
    const int64_t columns = std::min(s.outWidth, rowStep / channels - kBorder);
    for (int64_t r = 0; r < count; r++) {
      Bf16* row = buffer + r * rowStep + kBorder * channels;
      const bool inside = above + r >= 0 && above + r < s.outHeight;
      if (inside)
        std::memcpy(row, dy + (n * s.outHeight + above + r) * s.outWidth * channels, static_cast<size_t>(columns * channels) * sizeof(Bf16));
      else std::memset(row, 0, static_cast<size_t>(columns * channels) * sizeof(Bf16));
    }
    for (int64_t odd = 0; odd < std::min(kStride, s.width); odd++) {
      const int64_t width = (s.width - odd + 1) / kStride;
      const TileChoice kernel = chooseTile(channels, width, s.inputs, false);
      for (int64_t b = 0; b < blocks; b += kernel.blocks)
        for (int64_t h = first; h < last; h++) {
          Tap taps[4];
          int64_t count = 0;
          for (int64_t i = (h + s.top) % kStride; i < kSide; i += kStride)
            for (int64_t j = (odd + s.left) % kStride; j < kSide; j += kStride)
              taps[count++] = {((h + s.top - i) / kStride - above) * rowStep + ((odd + s.left - j) / kStride + kBorder) * channels,
                               weights.get() + (i * kSide + j) * pairs * blocks + b};
          for (int64_t w = 0; w < width; w += kernel.pixels) {
            const int64_t at = std::min(w, width - kernel.pixels);
            kernel.run({buffer + at * channels, taps, count, pairs, blocks,
                        dx + ((n * s.height + h) * s.width + odd + at * kStride) * s.inputs + b * kLanes, kStride * s.inputs});
          }
        }
    }
  };
  balancedFor(s.batch * strip.count,
              [&] { return [&, buffer = zeroed<Bf16>(inputRows * rowStep + kLanes)](int64_t work) { computeStrip(work, buffer.get()); }; });
}

void inputGradient(const Shape& s, const Bf16* dy, const float* filter, const FilterStrides& f, Bf16* dx) {
  if (s.stride == 2) return stridedInputGradient(s, dy, filter, f, dx);
  // A convolution with the filter rotated by 180° and its channels exchanged.
  const Shape transposed{s.batch, s.outHeight, s.outWidth, s.outputs, s.height, s.width, s.inputs, 1, kSide - 1 - s.top, kSide - 1 - s.left};
  forward(transposed, dy, filter + (kSide - 1) * (f.height + f.width), {-f.height, -f.width, f.output, f.input}, dx);
}

}  // namespace anneal::direct
#else
namespace anneal::direct {

void inputGradient(const Shape&, const Bf16*, const float*, const FilterStrides&, Bf16*) {
  throw std::logic_error("this build has no direct convolutions: the processor that built it has no AVX-512 BF16");
}

}  // namespace anneal::direct
#endif
