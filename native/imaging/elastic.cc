// Pixels moved by a smooth random field.
#include <algorithm>
#include <cmath>
#include <utility>

#include "operations.h"
#include "random.h"
#include "sampling.h"

namespace anneal::imaging {
namespace {

constexpr int kPasses = 3;

struct Box {
  int radius;
  float whole, end;
  /** A box of standard deviation sigma/√3, whose last pixels count by a part. */
  explicit Box(double sigma) {
    const double variance = sigma * sigma / kPasses, length = std::floor((std::sqrt(12 * variance + 1) - 1) / 2);
    const double part = (2 * length + 1) * (length * (length + 1) - 3 * variance) / (6 * (variance - (length + 1) * (length + 1)));
    radius = static_cast<int>(length);
    whole = static_cast<float>(1 / (2 * (length + part) + 1));
    end = static_cast<float>(part) * whole;
  }
};

int wrapped(int place, int length) {
  const int rest = place % length;
  return rest < 0 ? rest + length : rest;
}

/** One pass down the rows of a field that goes on at its other side. */
void boxDown(const float* in, float* out, int rows, int columns, const Box& box, float* sums) {
  const auto row = [&](int y) { return in + static_cast<size_t>(wrapped(y, rows)) * columns; };
  std::fill(sums, sums + columns, 0.0f);
  for (int y = -box.radius; y <= box.radius; y++)
    for (int x = 0; x < columns; x++) sums[x] += row(y)[x];
  for (int y = 0; y < rows; y++) {
    const float *before = row(y - box.radius - 1), *after = row(y + box.radius + 1), *first = row(y - box.radius);
    float* to = out + static_cast<size_t>(y) * columns;
    for (int x = 0; x < columns; x++) {
      to[x] = box.whole * sums[x] + box.end * (before[x] + after[x]);
      sums[x] += after[x] - first[x];
    }
  }
}

void transpose(const float* in, float* out, int width, int height) {
  constexpr int kTile = 16;
  for (int top = 0; top < height; top += kTile)
    for (int left = 0; left < width; left += kTile)
      for (int x = left; x < std::min(left + kTile, width); x++)
        for (int y = top; y < std::min(top + kTile, height); y++) out[static_cast<size_t>(x) * height + y] = in[static_cast<size_t>(y) * width + x];
}

/** Σ of the squared weights that the passes give, on a circle of so many pixels. */
double squaredWeights(int length, const Box& box, float* memory) {
  float *from = memory, *to = memory + length;
  float sum = 0;
  std::fill(from, from + length, 0.0f);
  from[0] = 1;
  for (int i = 0; i < kPasses; i++, std::swap(from, to)) boxDown(from, to, length, 1, box, &sum);
  double squares = 0;
  for (int i = 0; i < length; i++) squares += static_cast<double>(from[i]) * from[i];
  return squares;
}

/** Uniform noise in [−1, 1), smoothed, so that its root mean square is `size`; the result lies in the first of three parts of `memory`. */
float* smoothField(int width, int height, const Box& box, double size, const Numbers& numbers, float* memory) {
  const size_t count = static_cast<size_t>(width) * height;
  float *from = memory, *to = memory + count, *rest = memory + 2 * count;
  const double variance = squaredWeights(width, box, rest) * squaredWeights(height, box, rest) / 3;
  const auto scale = static_cast<float>(size / std::sqrt(variance));
  for (size_t i = 0; i < count; i++) from[i] = scale * (2 * numbers.uniform(static_cast<uint32_t>(i)) - 1);
  for (int i = 0; i < kPasses; i++, std::swap(from, to)) boxDown(from, to, height, width, box, rest);
  transpose(from, to, width, height);
  std::swap(from, to);
  for (int i = 0; i < kPasses; i++, std::swap(from, to)) boxDown(from, to, width, height, box, rest);
  transpose(from, to, height, width);
  return to;
}

}  // namespace

/** standard deviation of the smoothing in pixels, root mean square of the shifts along each axis in pixels, seed, whether bilinear, and the fill of each of three channels */
void elastic(const Call& call) {
  const Image& in = call.in;
  const size_t count = static_cast<size_t>(in.width) * in.height, need = 2 * count + 2 * (static_cast<size_t>(in.width) + in.height);
  const Box box(call.parameters[0]);
  const auto field = [&](int axis) {
    float* memory = call.scratch.take<float>(axis, need);
    return smoothField(in.width, in.height, box, call.parameters[1], Numbers(call.parameters[2], axis), memory);
  };
  const float *alongX = field(0), *alongY = field(1);
  const uint8_t fill[3] = {static_cast<uint8_t>(call.integer(4)), static_cast<uint8_t>(call.integer(5)), static_cast<uint8_t>(call.integer(6))};
  const int width = in.width;
  moved(in, call.out, call.integer(3) != 0, fill, [=](int x, int y) {
    const size_t at = static_cast<size_t>(y) * width + x;
    return std::pair{x + 0.5 + alongX[at], y + 0.5 + alongY[at]};
  });
}

}  // namespace anneal::imaging
