// Exif's orientation.
#include <algorithm>
#include <cstring>

#include "files.h"

namespace anneal::imaging {
namespace {

constexpr uint32_t kOrientationTag = 274, kShort = 3, kMaxTags = 1000;
constexpr size_t kTagBytes = 12, kMinBytes = 14;
constexpr size_t kMaxKeptBytes = size_t{1} << 22;

template <int kChannels>
void turn(const Image& from, int orientation, uint8_t* to) {
  const bool transposed = orientation >= 5;
  const bool fromRight = orientation == 2 || orientation == 3 || orientation == 7 || orientation == 8;
  const bool fromBelow = orientation == 3 || orientation == 4 || orientation == 6 || orientation == 7;
  const int width = transposed ? from.height : from.width, height = transposed ? from.width : from.height;
  for (int y = 0; y < height; y++)
    for (int x = 0; x < width; x++, to += kChannels) {
      const int column = transposed ? y : x, row = transposed ? x : y;
      const uint8_t* pixel = from.row(fromBelow ? from.height - 1 - row : row) + (fromRight ? from.width - 1 - column : column) * kChannels;
      std::copy(pixel, pixel + kChannels, to);
    }
}

}  // namespace

bool File::has(size_t at, const char* text, size_t bytes) const { return at + bytes <= length && std::memcmp(data + at, text, bytes) == 0; }

Temporary::Temporary(Scratch& scratch, int place, size_t bytes) {
  if (bytes > kMaxKeptBytes) own_.resize(bytes);
  data_ = bytes > kMaxKeptBytes ? own_.data() : scratch.take<uint8_t>(place, bytes);
}

int exifOrientation(const File& block) {
  const bool little = block.has(0, "II", 2);
  if ((!little && !block.has(0, "MM", 2)) || block.length < kMinBytes) return 1;
  const auto u16 = [&](size_t at) { return little ? static_cast<uint32_t>(block.data[at + 1]) << 8 | block.data[at] : block.u16(at); };
  const size_t directory = little ? u16(6) << 16 | u16(4) : block.u32(4);
  if (directory + 2 > block.length) return 1;
  const size_t tags = std::min<size_t>({u16(directory), kMaxTags, (block.length - directory - 2) / kTagBytes});
  for (size_t i = 0; i < tags; i++) {
    const size_t at = directory + 2 + kTagBytes * i;
    if (u16(at) != kOrientationTag) continue;
    const uint32_t value = u16(at + 2) == kShort ? u16(at + 8) : 1;
    return value >= 1 && value <= 8 ? static_cast<int>(value) : 1;
  }
  return 1;
}

void orient(const Image& from, int orientation, uint8_t* to) {
  switch (from.channels) {
    case 1: return turn<1>(from, orientation, to);
    case 2: return turn<2>(from, orientation, to);
    case 3: return turn<3>(from, orientation, to);
    default: return turn<4>(from, orientation, to);
  }
}

}  // namespace anneal::imaging
