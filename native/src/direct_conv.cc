#include "direct_conv.h"

#include <algorithm>
#include <cstring>
#include <stdexcept>

#include "balanced_for.h"

#ifdef __AVX512BF16__
#include "direct_tiles.h"

namespace anneal::direct {

template <class T>
void forward(const Shape& s, const T* x, const float* filter, const FilterStrides& strides, Bf16* y) {
  const auto weights = packed(s, filter, strides);
  const int64_t channels = padded(s.inputs, 2), blocks = s.outputs / kLanes, pairs = channels / 2;
  const TileChoice kernel = chooseTile(channels * s.stride, s.outWidth, s.outputs, s.stride == 1);
  const int64_t rowPixels = std::max(s.width + s.left, (s.outWidth - 1) * s.stride + kSide), rowStep = rowPixels * channels;
  const Strip strip(s, channels * static_cast<int64_t>(sizeof(Bf16)), kForwardBytes);
  const int64_t inputRows = (strip.rows - 1) * s.stride + kSide;
  const auto computeStrip = [&](int64_t work, Bf16* buffer) {
    const int64_t n = work / strip.count, first = work % strip.count * strip.rows, last = std::min(s.outHeight, first + strip.rows);
    for (int64_t r = 0; r < (last - first - 1) * s.stride + kSide; r++) {
      const int64_t h = first * s.stride + r - s.top;
      Bf16* row = buffer + r * rowStep + s.left * channels;
      if (h >= 0 && h < s.height) copyRow(s, x + (n * s.height + h) * s.width * s.inputs, channels, row);
      else std::memset(row, 0, static_cast<size_t>(s.width * channels) * sizeof(Bf16));
    }
    for (int64_t b = 0; b < blocks; b += kernel.blocks) {
      Tap taps[kSide * kSide];
      for (int64_t k = 0; k < kSide * kSide; k++) taps[k] = {k / kSide * rowStep + k % kSide * channels, weights.get() + k * pairs * blocks + b};
      for (int64_t h = first; h < last; h++) {
        const int64_t following = s.stride * s.width * s.inputs;
        if (b == 0) prefetch(x + n * s.height * s.width * s.inputs + (h + strip.rows) * following, following * static_cast<int64_t>(sizeof(T)));
        for (int64_t w = 0; w < s.outWidth; w += kernel.pixels) {
          const int64_t at = std::min(w, s.outWidth - kernel.pixels);
          kernel.run({buffer + (h - first) * s.stride * rowStep + at * s.stride * channels, taps, kSide * kSide, pairs, blocks,
                      y + ((n * s.outHeight + h) * s.outWidth + at) * s.outputs + b * kLanes, s.outputs});
        }
      }
    }
  };
  balancedFor(s.batch * strip.count,
              [&] { return [&, buffer = zeroed<Bf16>(inputRows * rowStep + kLanes)](int64_t work) { computeStrip(work, buffer.get()); }; });
}

static bool supportsChannels(int64_t channels) { return channels == 16 || channels == 32 || channels == kMaxChannels; }

bool supports(const Shape& s) {
  return s.stride <= 2 && s.batch > 0 && s.outHeight > 0 && s.outWidth > 0 && (s.inputs <= 4 || supportsChannels(s.inputs)) &&
         supportsChannels(s.outputs);
}

bool supportsInputGradient(const Shape& s) { return supportsChannels(s.inputs) && supports(s); }

}  // namespace anneal::direct
#else
namespace anneal::direct {

bool supports(const Shape&) { return false; }
bool supportsInputGradient(const Shape&) { return false; }
template <class T>
void forward(const Shape&, const T*, const float*, const FilterStrides&, Bf16*) {
  throw std::logic_error("this build has no direct convolutions: the processor that built it has no AVX-512 BF16");
}

}  // namespace anneal::direct
#endif

namespace anneal::direct {

template void forward(const Shape&, const Bf16*, const float*, const FilterStrides&, Bf16*);
template void forward(const Shape&, const float*, const float*, const FilterStrides&, Bf16*);

}  // namespace anneal::direct
