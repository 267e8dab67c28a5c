// Erasing rectangles, and mixing images.
#include <algorithm>
#include <cstring>

#include "operations.h"
#include "random.h"

namespace anneal::imaging {
namespace {

constexpr int kMostChannels = 3;

}  // namespace

/** fill of each of three channels; noise in its place or not, and its seed; then x, y, width, height of each rectangle, inside of the image */
void erase(const Call& call) {
  const Image &in = call.in, &out = call.out;
  std::memcpy(out.data, in.data, in.bytes());
  const bool noise = call.integer(3) != 0;
  const uint32_t seed = mixed(static_cast<uint32_t>(call.parameters[4]));
  const int rectangles = call.integer(5);
  for (int i = 0; i < rectangles; i++) {
    const int at = 6 + 4 * i;
    const int left = call.integer(at), top = call.integer(at + 1), width = call.integer(at + 2), height = call.integer(at + 3);
    require(left >= 0 && top >= 0 && width >= 0 && height >= 0 && left + width <= in.width && top + height <= in.height,
            "the rectangle lies outside of the image");
    for (int y = top; y < top + height; y++) {
      uint8_t* row = out.row(y) + left * in.channels;
      const auto place = static_cast<uint32_t>(row - out.data);
      if (noise)
        for (int k = 0; k < width * in.channels; k++) row[k] = static_cast<uint8_t>(mixed(seed ^ (place + k)) >> 24);
      else
        for (int x = 0; x < width; x++)
          for (int c = 0; c < in.channels; c++) row[x * in.channels + c] = static_cast<uint8_t>(call.integer(c % kMostChannels));
    }
  }
}

/** Weights of the input and of each image in `values`; the sum in float32, rounded once. */
void mix(const Call& call) {
  constexpr size_t kBlock = 512;
  float sums[kBlock];
  const size_t bytes = call.in.bytes();
  for (int k = 0; k < call.valueCount; k++) require(call.values[k].bytes == bytes, "the images that are mixed differ in size");
  for (size_t start = 0; start < bytes; start += kBlock) {
    const size_t count = std::min(kBlock, bytes - start);
    const auto own = static_cast<float>(call.parameters[0]);
    for (size_t i = 0; i < count; i++) sums[i] = own * call.in.data[start + i];
    for (int k = 0; k < call.valueCount; k++) {
      const auto weight = static_cast<float>(call.parameters[k + 1]);
      const uint8_t* from = static_cast<const uint8_t*>(call.values[k].data) + start;
      for (size_t i = 0; i < count; i++) sums[i] += weight * from[i];
    }
    for (size_t i = 0; i < count; i++) call.out.data[start + i] = static_cast<uint8_t>(static_cast<int>(std::min(sums[i] + 0.5f, 255.0f)));
  }
}

}  // namespace anneal::imaging
