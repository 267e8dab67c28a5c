// Sums over the pixels of an image, of which mean and standard deviation of a data set are made.
#include <algorithm>
#include <cstring>

#include "operations.h"

namespace anneal::imaging {
namespace {

/** Bytes that are added at once, each to a sum of its own: a multiple of every number of channels. */
constexpr int kLanes = 48;
/** After so many additions the sums of 32 bits go into those of 64: 255² times this is less than 2^32. */
constexpr size_t kMaxAdditions = 1 << 15;

}  // namespace

/** The output is one row of doubles as bytes: for each channel the sum of its values, then for each the sum of their squares. */
void moments(const Call& call) {
  constexpr int kMaxChannels = 3;
  const Image &in = call.in, &out = call.out;
  const int channels = in.channels;
  require(channels <= kMaxChannels && out.bytes() == 2 * channels * sizeof(double), "the output does not fit the sums");
  uint64_t sums[2 * kMaxChannels] = {};
  const size_t bytes = in.bytes(), whole = bytes - bytes % kLanes;
  size_t at = 0;
  while (at < whole) {
    const size_t end = std::min(whole, at + kLanes * kMaxAdditions);
    uint32_t values[kLanes] = {}, squares[kLanes] = {};
    for (; at < end; at += kLanes)
      for (int i = 0; i < kLanes; i++) {
        const uint32_t value = in.data[at + i];
        values[i] += value;
        squares[i] += value * value;
      }
    for (int i = 0; i < kLanes; i++) {
      sums[i % channels] += values[i];
      sums[channels + i % channels] += squares[i];
    }
  }
  for (; at < bytes; at++) {
    const uint32_t value = in.data[at];
    sums[at % channels] += value;
    sums[channels + at % channels] += value * value;
  }
  double result[2 * kMaxChannels];
  std::copy(sums, sums + 2 * kMaxChannels, result);
  std::memcpy(out.data, result, out.bytes());
}

}  // namespace anneal::imaging
