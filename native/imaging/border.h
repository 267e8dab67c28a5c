// Images with a border around them.
#pragma once
#include <algorithm>
#include <cstring>

#include "image.h"

namespace anneal::imaging {

/** A row with its first and last pixel so many times before and behind it. */
inline void widenRow(const uint8_t* row, int width, int channels, int margin, uint8_t* out) {
  for (int x = 0; x < margin; x++) {
    std::memcpy(out + static_cast<size_t>(x) * channels, row, channels);
    std::memcpy(out + static_cast<size_t>(margin + width + x) * channels, row + static_cast<size_t>(width - 1) * channels, channels);
  }
  std::memcpy(out + static_cast<size_t>(margin) * channels, row, static_cast<size_t>(width) * channels);
}

/** The image whose outermost pixels go on for so many pixels around it. */
inline void widen(const Image& in, int marginX, int marginY, uint8_t* out) {
  const size_t bytes = static_cast<size_t>(in.width + 2 * marginX) * in.channels;
  for (int y = 0; y < in.height + 2 * marginY; y++)
    widenRow(in.row(std::clamp(y - marginY, 0, in.height - 1)), in.width, in.channels, marginX, out + bytes * y);
}

}  // namespace anneal::imaging
