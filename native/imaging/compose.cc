// Erasing rectangles, and mixing images.
#include <algorithm>
#include <cstring>

#include "operations.h"
#include "random.h"

namespace anneal::imaging {

/** fill of each of three channels; noise in its place or not, and its seed; then x, y, width, height of each rectangle, inside of the image */
void erase(const Call& call) {
  const Image in = call.in, out = call.out;
  std::memcpy(out.data, in.data, in.bytes());
  const uint8_t fill[] = {static_cast<uint8_t>(call.integer(0)), static_cast<uint8_t>(call.integer(1)), static_cast<uint8_t>(call.integer(2))};
  const bool noise = call.integer(3) != 0;
  const uint32_t seed = mixed(static_cast<uint32_t>(call.parameters[4]));
  const int rectangles = call.integer(5), channels = in.channels;
  for (int i = 0; i < rectangles; i++) {
    const int at = 6 + 4 * i;
    const int left = call.integer(at), top = call.integer(at + 1), width = call.integer(at + 2), height = call.integer(at + 3);
    require(left >= 0 && top >= 0 && width >= 0 && height >= 0 && left + width <= in.width && top + height <= in.height,
            "the rectangle lies outside of the image");
    for (int y = top; y < top + height; y++) {
      uint8_t* row = out.row(y) + left * channels;
      const auto place = static_cast<uint32_t>(row - out.data);
      if (noise)
        for (int k = 0; k < width * channels; k++) row[k] = static_cast<uint8_t>(mixed(seed ^ (place + k)) >> 24);
      else if (channels == 1 || (fill[0] == fill[1] && fill[1] == fill[2])) std::memset(row, fill[0], static_cast<size_t>(width) * channels);
      else
        for (int x = 0; x < width; x++)
          for (int c = 0; c < 3; c++) row[3 * x + c] = fill[c];
    }
  }
}

/** Weights of the input and of each image in `values`; the sum in float32, rounded once. */
void mix(const Call& call) {
  constexpr size_t kBlock = 2048;
  float sums[kBlock];
  const size_t bytes = call.in.bytes();
  for (int k = 0; k < call.valueCount; k++) require(call.values[k].bytes == bytes, "the images that are mixed differ in size");
  for (size_t start = 0; start < bytes; start += kBlock) {
    const size_t count = std::min(kBlock, bytes - start);
    std::fill(sums, sums + count, 0.0f);
    for (int k = -1; k < call.valueCount; k++) {
      const auto weight = static_cast<float>(call.parameters[k + 1]);
      const uint8_t* from = (k < 0 ? call.in.data : static_cast<const uint8_t*>(call.values[k].data)) + start;
      for (size_t i = 0; i < count; i++) sums[i] += weight * static_cast<float>(from[i]);
    }
    uint8_t* out = call.out.data + start;
    for (size_t i = 0; i < count; i++) {
      const float value = sums[i] + 0.5f;
      out[i] = static_cast<uint8_t>(static_cast<int>(value < 255.0f ? value : 255.0f));
    }
  }
}

}  // namespace anneal::imaging
