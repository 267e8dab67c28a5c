// PIL's bilinear pixels: in float64, from four neighbours, across and then down, truncated. A block of pixels is located, gathered, and then
// computed a channel at a time, which compilers make into vectors.
#include <cmath>

#include "affine.h"

namespace anneal::imaging {
namespace {

constexpr int kBlock = 64;

/** Where the pixels of a block come from. */
struct Places {
  double shareX[kBlock], shareY[kBlock];
  int column[kBlock], line[kBlock];
  /** All bits where it does not come from outside. */
  uint32_t inside[kBlock];
};

/** Values of the corners as they lie in memory, four bytes each. */
struct Corners {
  uint32_t upperLeft[kBlock], upperRight[kBlock], lowerLeft[kBlock], lowerRight[kBlock];
};

void locate(const Affine& a, int firstX, int y, Places& places) {
  const double m0 = a.matrix[0], m3 = a.matrix[3], m2 = a.matrix[2], m5 = a.matrix[5];
  const double downX = a.matrix[1] * (y + 0.5), downY = a.matrix[4] * (y + 0.5);
  const double width = a.in.width, height = a.in.height;
  for (int i = 0; i < kBlock; i++) {
    const double x = m0 * (firstX + i + 0.5) + downX + m2, y = m3 * (firstX + i + 0.5) + downY + m5;
    const bool inside = (x >= 0) & (x < width) & (y >= 0) & (y < height);
    const double safeX = (inside ? x : 0.5) - 0.5, safeY = (inside ? y : 0.5) - 0.5;
    const double floorX = std::floor(safeX), floorY = std::floor(safeY);
    places.inside[i] = inside ? ~uint32_t{0} : 0;
    places.shareX[i] = safeX - floorX;
    places.shareY[i] = safeY - floorY;
    places.column[i] = static_cast<int>(floorX);
    places.line[i] = static_cast<int>(floorY);
  }
}

inline uint32_t load(const uint8_t* from) {
  uint32_t value;
  std::memcpy(&value, from, sizeof(value));
  return value;
}

template <int kChannels, bool kAcross, bool kDown>
void gather(const uint8_t* pixels, int width, int height, const Places& places, Corners& corners) {
  const size_t stride = static_cast<size_t>(width) * kChannels;
  for (int i = 0; i < kBlock; i++) {
    const int column = places.column[i], line = places.line[i];
    const uint8_t* upper = pixels + std::max(line, 0) * stride;
    const size_t left = static_cast<size_t>(std::max(column, 0)) * kChannels;
    const size_t right = static_cast<size_t>(std::min(column + 1, width - 1)) * kChannels;
    corners.upperLeft[i] = load(upper + left);
    if (kAcross) corners.upperRight[i] = load(upper + right);
    if (!kDown) continue;
    // Below the last line stands that line again, which changes nothing.
    const uint8_t* lower = pixels + std::min(line + 1, height - 1) * stride;
    corners.lowerLeft[i] = load(lower + left);
    if (kAcross) corners.lowerRight[i] = load(lower + right);
  }
}

/** Adds a channel to the words of pixels. */
template <bool kAcross, bool kDown>
void interpolate(const Places& places, const Corners& corners, int channel, uint32_t* words) {
  const int shift = 8 * channel;
  const auto value = [shift](uint32_t corner) { return static_cast<double>(static_cast<int>(corner >> shift & 255)); };
  for (int i = 0; i < kBlock; i++) {
    double result = value(corners.upperLeft[i]);
    if (kAcross) result = result + (value(corners.upperRight[i]) - result) * places.shareX[i];
    if (kDown) {
      double below = value(corners.lowerLeft[i]);
      if (kAcross) below = below + (value(corners.lowerRight[i]) - below) * places.shareX[i];
      result = result + (below - result) * places.shareY[i];
    }
    words[i] |= static_cast<uint32_t>(static_cast<int>(result)) << shift;
  }
}

template <int kChannels, bool kAcross, bool kDown>
void block(const Affine& a, const uint8_t* pixels, const Places& places, uint8_t* to, int count) {
  Corners corners;
  uint32_t words[kBlock] = {};
  gather<kChannels, kAcross, kDown>(pixels, a.in.width, a.in.height, places, corners);
  for (int c = 0; c < kChannels; c++) interpolate<kAcross, kDown>(places, corners, c, words);
  const uint32_t fill = a.fill[0] | a.fill[1] << 8 | a.fill[2] << 16;
  for (int i = 0; i < kBlock; i++) words[i] = (words[i] & places.inside[i]) | (fill & ~places.inside[i]);
  // Words overlap: the next pixel overwrites the last byte of one.
  if (kChannels == 3)
    for (int i = 0; i < count - 1; i++) std::memcpy(to + 3 * i, words + i, 4);
  for (int i = kChannels == 3 ? count - 1 : 0; i < count; i++) std::memcpy(to + i * kChannels, words + i, kChannels);
}

template <int kChannels>
void rows(const Affine& a, const uint8_t* pixels) {
  const double* m = a.matrix;
  // A shear along one axis has whole coordinates on the other: no share, and half of the work.
  const bool wholeX = m[0] == 1 && m[1] == 0 && std::floor(m[2]) == m[2];
  const bool wholeY = m[4] == 1 && m[3] == 0 && std::floor(m[5]) == m[5];
  const auto run = wholeX ? block<kChannels, false, true> : wholeY ? block<kChannels, true, false> : block<kChannels, true, true>;
  Places places;
  for (int y = 0; y < a.out.height; y++)
    for (int x = 0; x < a.out.width; x += kBlock) {
      locate(a, x, y, places);
      run(a, pixels, places, a.out.row(y) + x * kChannels, std::min(kBlock, a.out.width - x));
    }
}

}  // namespace

void bilinear(const Affine& affine, Scratch& scratch) {
  // A copy with room behind it: the last pixel is loaded with four bytes too.
  const size_t bytes = affine.in.bytes();
  auto* pixels = scratch.take<uint8_t>(0, bytes + sizeof(uint32_t));
  std::memcpy(pixels, affine.in.data, bytes);
  if (affine.in.channels == 1) rows<1>(affine, pixels);
  else rows<3>(affine, pixels);
}

}  // namespace anneal::imaging
