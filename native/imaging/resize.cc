// PIL's resize with BILINEAR (an antialiased triangle filter in fixed point, across and then down).
#include <algorithm>
#include <cmath>

#include "operations.h"

namespace anneal::imaging {
namespace {

constexpr int kPrecision = 22;
constexpr int kHalf = 1 << (kPrecision - 1);

/** Weights of each output pixel in units of 2^-kPrecision, `taps` apart, and the source pixels that they are of. */
struct Filter {
  int taps;
  int* first;
  int* count;
  int* weights;
};

/** The triangle, widened when shrinking, for outputs [start, start + outputs) of `to` from `from` pixels. */
Filter triangle(Scratch& scratch, int place, int from, int to, int start, int outputs) {
  const double scale = static_cast<double>(from) / to;
  const double support = std::max(1.0, scale);
  Filter filter;
  filter.taps = static_cast<int>(std::ceil(support)) * 2 + 1;
  const size_t taps = filter.taps;
  int* memory = scratch.take<int>(place, outputs * (taps + 2));
  filter.first = memory;
  filter.count = memory + outputs;
  filter.weights = memory + 2 * outputs;
  double* exact = scratch.take<double>(place + 1, taps);
  for (int i = 0; i < outputs; i++) {
    const double center = (start + i + 0.5) * scale;
    const int low = std::max(0, static_cast<int>(center - support + 0.5));
    const int count = std::min(from, static_cast<int>(center + support + 0.5)) - low;
    double sum = 0;
    for (int k = 0; k < count; k++) {
      exact[k] = std::max(0.0, 1 - std::abs((k + low - center + 0.5) / support));
      sum += exact[k];
    }
    for (int k = 0; k < count; k++) filter.weights[i * taps + k] = static_cast<int>(0.5 + exact[k] / sum * (1 << kPrecision));
    filter.first[i] = low;
    filter.count[i] = count;
  }
  return filter;
}

}  // namespace

/** region x, y, width, height; size of the whole result; x, y of the window that is made of it. */
void resize(const Call& call) {
  const Image &in = call.in, &out = call.out;
  const int left = call.integer(0), up = call.integer(1), regionWidth = call.integer(2), regionHeight = call.integer(3);
  require(left >= 0 && up >= 0 && left + regionWidth <= in.width && up + regionHeight <= in.height, "the region lies outside of the image");
  const Filter across = triangle(call.scratch, 0, regionWidth, call.integer(4), call.integer(6), out.width);
  const Filter down = triangle(call.scratch, 2, regionHeight, call.integer(5), call.integer(7), out.height);
  const int channels = in.channels;
  const int top = down.first[0], bottom = down.first[out.height - 1] + down.count[out.height - 1];
  const int stride = out.width * channels;
  uint8_t* rows = call.scratch.take<uint8_t>(4, static_cast<size_t>(bottom - top) * stride);
  for (int y = top; y < bottom; y++) {
    const uint8_t* row = in.row(up + y) + left * channels;
    uint8_t* to = rows + static_cast<size_t>(y - top) * stride;
    for (int x = 0; x < out.width; x++) {
      const uint8_t* from = row + across.first[x] * channels;
      const int* weights = across.weights + static_cast<size_t>(x) * across.taps;
      for (int c = 0; c < channels; c++) {
        int sum = kHalf;
        for (int k = 0; k < across.count[x]; k++) sum += weights[k] * from[k * channels + c];
        *to++ = static_cast<uint8_t>(sum >> kPrecision);
      }
    }
  }
  int* sums = call.scratch.take<int>(5, stride);
  for (int y = 0; y < out.height; y++) {
    const uint8_t* from = rows + static_cast<size_t>(down.first[y] - top) * stride;
    const int* weights = down.weights + static_cast<size_t>(y) * down.taps;
    std::fill(sums, sums + stride, kHalf);
    for (int k = 0; k < down.count[y]; k++, from += stride) {
      const int weight = weights[k];
      for (int x = 0; x < stride; x++) sums[x] += weight * from[x];
    }
    uint8_t* to = out.row(y);
    for (int x = 0; x < stride; x++) to[x] = static_cast<uint8_t>(sums[x] >> kPrecision);
  }
}

}  // namespace anneal::imaging
