// Pixels between pixels, as Pillow has them.
#pragma once
#include <algorithm>
#include <cmath>
#include <cstring>

#include "image.h"

namespace anneal::imaging {

inline void copyPixel(const uint8_t* from, uint8_t* to, int channels) {
  for (int c = 0; c < channels; c++) to[c] = from[c];
}

using Bytes4 = uint8_t __attribute__((vector_size(4)));
using Doubles4 = double __attribute__((vector_size(32)));

/** A pixel's channels as doubles; what is beyond them is 0. */
template <int kChannels>
inline Doubles4 pixel(const uint8_t* from) {
  Bytes4 bytes = {};
  std::memcpy(&bytes, from, kChannels);
  return __builtin_convertvector(bytes, Doubles4);
}

/** The pixel at a place, whose middle of the top left pixel is (0.5, 0.5); false outside of the image. */
template <int kChannels>
inline bool bilinearAt(const Image& in, double atX, double atY, uint8_t* to) {
  if (!(atX >= 0 && atX < in.width && atY >= 0 && atY < in.height)) return false;
  atX -= 0.5;
  atY -= 0.5;
  const double floorX = std::floor(atX), floorY = std::floor(atY);
  const double shareX = atX - floorX, shareY = atY - floorY;
  const int column = static_cast<int>(floorX), line = static_cast<int>(floorY);
  const size_t left = static_cast<size_t>(std::max(column, 0)) * kChannels;
  const size_t right = static_cast<size_t>(std::min(column + 1, in.width - 1)) * kChannels;
  const uint8_t* upper = in.row(std::max(line, 0));
  const Doubles4 upperLeft = pixel<kChannels>(upper + left);
  Doubles4 value = upperLeft + (pixel<kChannels>(upper + right) - upperLeft) * shareX;
  if (line + 1 < in.height) {
    const uint8_t* lower = in.row(line + 1);
    const Doubles4 lowerLeft = pixel<kChannels>(lower + left);
    const Doubles4 below = lowerLeft + (pixel<kChannels>(lower + right) - lowerLeft) * shareX;
    value = value + (below - value) * shareY;
  }
  for (int c = 0; c < kChannels; c++) to[c] = static_cast<uint8_t>(static_cast<int>(value[c]));
  return true;
}

/** The pixel that a place lies in; false outside of the image. */
template <int kChannels>
inline bool nearestAt(const Image& in, double atX, double atY, uint8_t* to) {
  if (!(atX >= 0 && atX < in.width && atY >= 0 && atY < in.height)) return false;
  copyPixel(in.row(static_cast<int>(atY)) + static_cast<size_t>(atX) * kChannels, to, kChannels);
  return true;
}

/** Fills the output with what `place(x, y)` of the input has: its coordinates as a pair of doubles. */
template <int kChannels, bool kBilinear, typename Place>
void moveAs(const Image& in, const Image& out, const uint8_t* fill, Place place) {
  for (int y = 0; y < out.height; y++) {
    uint8_t* to = out.row(y);
    for (int x = 0; x < out.width; x++, to += kChannels) {
      const auto [atX, atY] = place(x, y);
      const bool inside = kBilinear ? bilinearAt<kChannels>(in, atX, atY, to) : nearestAt<kChannels>(in, atX, atY, to);
      if (!inside) copyPixel(fill, to, kChannels);
    }
  }
}

template <typename Place>
void moved(const Image& in, const Image& out, bool bilinear, const uint8_t* fill, Place place) {
  if (in.channels == 1) bilinear ? moveAs<1, true>(in, out, fill, place) : moveAs<1, false>(in, out, fill, place);
  else bilinear ? moveAs<3, true>(in, out, fill, place) : moveAs<3, false>(in, out, fill, place);
}

}  // namespace anneal::imaging
