// Sums over the pixels of an image, of which mean and standard deviation of a data set are made.
#include <cstring>

#include "operations.h"

namespace anneal::imaging {

/** The output is one row of doubles as bytes: for each channel the sum of its values, then for each the sum of their squares. */
void moments(const Call& call) {
  constexpr int kMaxChannels = 3;
  const Image &in = call.in, &out = call.out;
  const int channels = in.channels;
  require(channels <= kMaxChannels && out.bytes() == 2 * channels * sizeof(double), "the output does not fit the sums");
  double sums[2 * kMaxChannels] = {};
  for (int y = 0; y < in.height; y++) {
    uint64_t row[2 * kMaxChannels] = {};
    const uint8_t* values = in.row(y);
    for (int x = 0; x < in.width; x++)
      for (int c = 0; c < channels; c++) {
        const uint32_t value = *values++;
        row[c] += value;
        row[channels + c] += value * value;
      }
    for (int i = 0; i < 2 * channels; i++) sums[i] += static_cast<double>(row[i]);
  }
  std::memcpy(out.data, sums, out.bytes());
}

}  // namespace anneal::imaging
