// Pillow's MedianFilter: each value becomes the middle one of its square.
#include <algorithm>

#include "border.h"
#include "operations.h"

namespace anneal::imaging {

/** side of the square, odd, up to 15 */
void medianBlur(const Call& call) {
  constexpr int kMaxSide = 15, kBlock = 256;
  const Image &in = call.in, &out = call.out;
  const int side = call.integer(0), margin = side / 2, channels = in.channels;
  require(side % 2 == 1 && side >= 1 && side <= kMaxSide, "the square's side is not odd, or larger than 15");
  const size_t stride = static_cast<size_t>(in.width + 2 * margin) * channels;
  auto* wide = call.scratch.take<uint8_t>(0, stride * (in.height + 2 * margin));
  widen(in, margin, margin, wide);
  const int rank = side * side / 2;
  uint8_t found[kBlock], below[kBlock];
  for (int y = 0; y < in.height; y++)
    for (int start = 0, bytes = static_cast<int>(in.rowBytes()); start < bytes; start += kBlock) {
      const int count = std::min(kBlock, bytes - start);
      std::fill(found, found + count, 0);
      // The largest value that at most `rank` of the square's lie below, bit by bit.
      for (int bit = 128; bit > 0; bit >>= 1) {
        std::fill(below, below + count, 0);
        for (int down = 0; down < side; down++)
          for (int across = 0; across < side; across++) {
            const uint8_t* from = wide + stride * (y + down) + start + across * channels;
            for (int i = 0; i < count; i++) below[i] = static_cast<uint8_t>(below[i] + (from[i] < (found[i] | bit)));
          }
        for (int i = 0; i < count; i++) found[i] = static_cast<uint8_t>(below[i] <= rank ? found[i] | bit : found[i]);
      }
      std::copy(found, found + count, out.row(y) + start);
    }
}

}  // namespace anneal::imaging
