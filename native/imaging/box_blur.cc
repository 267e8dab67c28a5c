// Pillow's BoxBlur and GaussianBlur: averages with a share of one more pixel at each end, in fixed point of 24 bits.
#include <algorithm>
#include <cmath>
#include <cstring>

#include "blur.h"
#include "operations.h"

namespace anneal::imaging {
namespace {

struct Box {
  int radius;
  uint32_t whole, end;

  explicit Box(float length)
      : radius(static_cast<int>(length)),
        whole(static_cast<uint32_t>(static_cast<float>(1 << 24) / (length * 2 + 1))),
        end(((1 << 24) - (static_cast<uint32_t>(radius) * 2 + 1) * whole) / 2) {}
};

/** One pass down the rows; beyond the image its first and last row go on. */
void boxDown(const uint8_t* in, uint8_t* out, int rows, size_t bytes, const Box& box, uint32_t* sums) {
  const auto row = [&](int y) { return in + bytes * std::clamp(y, 0, rows - 1); };
  std::fill(sums, sums + bytes, 0);
  const auto add = [&](const uint8_t* from, uint32_t times) {
    for (size_t i = 0; i < bytes; i++) sums[i] += times * from[i];
  };
  const int inside = std::min(box.radius, rows);
  add(row(0), static_cast<uint32_t>(box.radius) + 1);
  for (int y = 0; y < inside; y++) add(row(y), 1);
  add(row(rows - 1), static_cast<uint32_t>(box.radius - inside));
  for (int y = 0; y < rows; y++) {
    const uint8_t *leaving = row(y - box.radius - 1), *entering = row(y + box.radius), *next = row(y + box.radius + 1);
    uint8_t* to = out + bytes * y;
    for (size_t i = 0; i < bytes; i++) {
      sums[i] += static_cast<uint32_t>(entering[i]) - leaving[i];
      const uint32_t bulk = sums[i] * box.whole + (static_cast<uint32_t>(leaving[i]) + next[i]) * box.end;
      to[i] = static_cast<uint8_t>((bulk + (1u << 23)) >> 24);
    }
  }
}

template <int kChannels>
void transpose(const uint8_t* in, uint8_t* out, int width, int height) {
  constexpr int kTile = 16;
  for (int top = 0; top < height; top += kTile)
    for (int left = 0; left < width; left += kTile)
      for (int x = left; x < std::min(left + kTile, width); x++)
        for (int y = top; y < std::min(top + kTile, height); y++)
          for (int c = 0; c < kChannels; c++)
            out[(static_cast<size_t>(x) * height + y) * kChannels + c] = in[(static_cast<size_t>(y) * width + x) * kChannels + c];
}

void transpose(const uint8_t* in, uint8_t* out, int width, int height, int channels) {
  if (channels == 1) transpose<1>(in, out, width, height);
  else transpose<3>(in, out, width, height);
}

}  // namespace

float gaussianBoxRadius(float sigma, int passes) {
  const float variance = sigma * sigma / static_cast<float>(passes);
  const auto length = static_cast<float>(std::sqrt(12.0 * variance + 1.0));
  const auto whole = static_cast<float>(std::floor((length - 1.0) / 2.0));
  float share = (2 * whole + 1) * (whole * (whole + 1) - 3 * variance);
  share /= 6 * (variance - (whole + 1) * (whole + 1));
  return whole + share;
}

void boxBlurInto(const Image& in, const Image& out, float radius, int passes, Scratch& scratch) {
  const Box box(radius);
  auto* sums = scratch.take<uint32_t>(0, static_cast<size_t>(std::max(in.width, in.height)) * in.channels);
  uint8_t* from = scratch.take<uint8_t>(1, in.bytes());
  uint8_t* to = scratch.take<uint8_t>(2, in.bytes());
  // Across first, as Pillow does; on the transposed image, where a pass works on whole rows.
  transpose(in.data, from, in.width, in.height, in.channels);
  for (int i = 0; i < passes; i++, std::swap(from, to)) boxDown(from, to, in.width, static_cast<size_t>(in.height) * in.channels, box, sums);
  transpose(from, to, in.height, in.width, in.channels);
  std::swap(from, to);
  for (int i = 0; i < passes; i++, std::swap(from, to)) boxDown(from, i + 1 < passes ? to : out.data, in.height, in.rowBytes(), box, sums);
}

/** radius, pixels */
void boxBlur(const Call& call) { boxBlurInto(call.in, call.out, static_cast<float>(call.parameters[0]), 1, call.scratch); }

/** standard deviation, pixels */
void gaussianBlur(const Call& call) {
  constexpr int kPasses = 3;
  boxBlurInto(call.in, call.out, gaussianBoxRadius(static_cast<float>(call.parameters[0]), kPasses), kPasses, call.scratch);
}

}  // namespace anneal::imaging
