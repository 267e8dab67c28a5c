// Mirroring and cropping by whole pixels.
#include <algorithm>
#include <cstring>

#include "operations.h"

namespace anneal::imaging {
namespace {

using Bytes16 = uint8_t __attribute__((vector_size(16)));

/** Five pixels at a time, which are the last 15 of 16 bytes; what is left one by one. */
void mirrorColour(const uint8_t* from, int width, uint8_t* to) {
  constexpr Bytes16 kTurned = {13, 14, 15, 10, 11, 12, 7, 8, 9, 4, 5, 6, 1, 2, 3, 0};
  int left = 3 * width;
  for (; left >= 16; left -= 15, to += 15) {
    Bytes16 pixels;
    std::memcpy(&pixels, from + left - 16, 16);
    pixels = __builtin_shuffle(pixels, kTurned);
    std::memcpy(to, &pixels, 16);
  }
  for (; left > 0; left -= 3, to += 3) std::copy(from + left - 3, from + left, to);
}

}  // namespace

void flipHorizontal(const Call& call) {
  const Image &in = call.in, &out = call.out;
  for (int y = 0; y < in.height; y++) {
    const uint8_t* from = in.row(y);
    uint8_t* to = out.row(y);
    if (in.channels == 1) {
      std::reverse_copy(from, from + in.width, to);
    } else {
      mirrorColour(from, in.width, to);
    }
  }
}

void flipVertical(const Call& call) {
  for (int y = 0; y < call.in.height; y++) std::memcpy(call.out.row(call.in.height - 1 - y), call.in.row(y), call.in.rowBytes());
}

/** how many, against the clock, from 1 to 3 */
void quarterTurns(const Call& call) {
  const Image &in = call.in, &out = call.out;
  const int channels = in.channels, turns = call.integer(0);
  const auto pixel = [&](int x, int y) { return in.row(y) + x * channels; };
  for (int y = 0; y < out.height; y++)
    for (int x = 0; x < out.width; x++) {
      const uint8_t* from = turns == 1   ? pixel(in.width - 1 - y, x)
                            : turns == 2 ? pixel(in.width - 1 - x, in.height - 1 - y)
                                         : pixel(y, in.height - 1 - x);
      std::copy(from, from + channels, out.row(y) + x * channels);
    }
}

/** x, y of the output's corner in the input, and the value outside of it. */
void crop(const Call& call) {
  const Image &in = call.in, &out = call.out;
  const int left = call.integer(0), top = call.integer(1), fill = call.integer(2);
  const int from = std::clamp(-left, 0, out.width), to = std::clamp(in.width - left, from, out.width);
  for (int y = 0; y < out.height; y++) {
    uint8_t* row = out.row(y);
    if (top + y < 0 || top + y >= in.height) {
      std::memset(row, fill, out.rowBytes());
      continue;
    }
    const int channels = in.channels;
    std::memset(row, fill, static_cast<size_t>(from) * channels);
    if (to > from) std::memcpy(row + from * channels, in.row(top + y) + (left + from) * channels, static_cast<size_t>(to - from) * channels);
    std::memset(row + to * channels, fill, static_cast<size_t>(out.width - to) * channels);
  }
}

namespace {

/** The pixel of a row or column that a place outside of it shows: 0 the outermost, 1 the mirrored without and 2 with the outermost twice. */
int bordered(int place, int length, int mode) {
  if (mode == 0) return std::clamp(place, 0, length - 1);
  if (mode == 1 && length == 1) return 0;
  const int last = mode == 1 ? 2 * (length - 1) : 2 * length - 1;
  while (place < 0 || place >= length) place = place < 0 ? -place - (mode == 1 ? 0 : 1) : last - place;
  return place;
}

}  // namespace

/** x, y of the output's corner in the input, and what lies outside of it: edge 0, reflect 1, symmetric 2 */
void pad(const Call& call) {
  const Image &in = call.in, &out = call.out;
  const int left = call.integer(0), top = call.integer(1), mode = call.integer(2), channels = in.channels;
  auto* columns = call.scratch.take<int>(0, out.width);
  for (int x = 0; x < out.width; x++) columns[x] = bordered(left + x, in.width, mode) * channels;
  for (int y = 0; y < out.height; y++) {
    const uint8_t* from = in.row(bordered(top + y, in.height, mode));
    for (int x = 0; x < out.width; x++)
      for (int c = 0; c < channels; c++) out.row(y)[x * channels + c] = from[columns[x] + c];
  }
}

}  // namespace anneal::imaging
