// Loops over a matrix [rows, channels] with parameters a channel: the CPU side of batch normalisation. Storage is float32 or bfloat16,
// arithmetic float32, sums over rows in float64 by blocks. The order of additions depends on the number of threads only.
#pragma once
#include <ATen/Parallel.h>

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <numeric>
#include <vector>

namespace anneal::loops {

enum class Act { kLinear = 0, kRelu = 1, kRelu6 = 2 };

using Half = uint16_t;

inline float load(float value) { return value; }
inline float load(Half value) {
  const uint32_t bits = static_cast<uint32_t>(value) << 16;
  float result;
  std::memcpy(&result, &bits, 4);
  return result;
}
inline void store(float& target, float value) { target = value; }
inline void store(Half& target, float value) {
  uint32_t bits;
  std::memcpy(&bits, &value, 4);
  target = static_cast<Half>((bits + 0x7fffu + ((bits >> 16) & 1u)) >> 16);
}

template <Act kAct>
inline float activate(float value) {
  if constexpr (kAct != Act::kLinear) value = value > 0.f ? value : 0.f;
  if constexpr (kAct == Act::kRelu6) value = value < 6.f ? value : 6.f;
  return value;
}

// The derivative of the activation at the point whose output is `y`, or whose argument is `y`: both give the same mask.
template <Act kAct>
inline float masked(float gradient, float y) {
  if constexpr (kAct == Act::kRelu) return y > 0.f ? gradient : 0.f;
  // Two selections: a condition of two comparisons with && keeps the compiler from vectorising.
  if constexpr (kAct == Act::kRelu6) {
    const float above = y > 0.f ? gradient : 0.f;
    return y < 6.f ? above : 0.f;
  }
  return gradient;
}

constexpr int64_t kVector = 64;
constexpr int64_t kFold = 512;
constexpr int64_t kRowsPerBlock = 64;
constexpr int64_t kTile = 2048;

// Rows are folded until one is a multiple of kVector and, where rows allow it, kFold long: [rows, C] is [rows/n, n·C] in memory, with
// the parameters repeated.
struct Shape {
  int64_t rows, channels, repeats;
  Shape(int64_t r, int64_t c) : rows(r), channels(c), repeats(1) {
    int64_t whole = kVector / std::gcd(c, kVector);
    if (r % whole != 0 || c * whole > kTile) return;
    while (c * whole < kFold && r % (2 * whole) == 0) whole *= 2;
    repeats = whole;
    rows = r / repeats;
    channels = c * repeats;
  }
  std::vector<float> repeated(const float* values) const {
    const int64_t original = channels / repeats;
    std::vector<float> out(channels);
    for (int64_t i = 0; i < channels; i++) out[i] = values[i % original];
    return out;
  }
};

inline int64_t grain(int64_t channels) { return std::max<int64_t>(1, 16384 / channels); }

// Sums `kCount` functions of each element over the rows: `term(index, channel, terms)` writes them. One pass over memory, in its order:
// sums of a tile of channels stay in the first cache while four rows at a time stream past.
template <int kCount, class Term>
void sumRows(const Shape& shape, double* const* totals, const Term& term) {
  const int64_t chunks = std::max<int64_t>(1, std::min<int64_t>(at::get_num_threads(), shape.rows / kRowsPerBlock));
  const int64_t perChunk = (shape.rows + chunks - 1) / chunks, channels = shape.channels;
  std::vector<double> partial(chunks * kCount * channels, 0.0);
  at::parallel_for(0, chunks, 1, [&](int64_t first, int64_t last) {
    alignas(64) float sums[kCount][kTile];
    for (int64_t chunk = first; chunk < last; chunk++) {
      double* mine = partial.data() + chunk * kCount * channels;
      const int64_t end = std::min(shape.rows, (chunk + 1) * perChunk);
      for (int64_t row = chunk * perChunk; row < end; row += kRowsPerBlock) {
        const int64_t rowEnd = std::min(end, row + kRowsPerBlock);
        for (int64_t c0 = 0; c0 < channels; c0 += kTile) {
          const int64_t width = std::min(kTile, channels - c0);
          for (int k = 0; k < kCount; k++) std::fill(sums[k], sums[k] + width, 0.f);
          int64_t r = row;
          for (; r + 4 <= rowEnd; r += 4) {
            const int64_t base = r * channels + c0;
#pragma omp simd
            for (int64_t c = 0; c < width; c++) {
              float t0[kCount], t1[kCount], t2[kCount], t3[kCount];
              term(base + c, c0 + c, t0);
              term(base + channels + c, c0 + c, t1);
              term(base + 2 * channels + c, c0 + c, t2);
              term(base + 3 * channels + c, c0 + c, t3);
              for (int k = 0; k < kCount; k++) sums[k][c] += (t0[k] + t1[k]) + (t2[k] + t3[k]);
            }
          }
          for (; r < rowEnd; r++) {
            const int64_t base = r * channels + c0;
#pragma omp simd
            for (int64_t c = 0; c < width; c++) {
              float terms[kCount];
              term(base + c, c0 + c, terms);
              for (int k = 0; k < kCount; k++) sums[k][c] += terms[k];
            }
          }
          for (int k = 0; k < kCount; k++)
            for (int64_t c = 0; c < width; c++) mine[k * channels + c0 + c] += sums[k][c];
        }
      }
    }
  });
  const int64_t original = channels / shape.repeats;
  for (int k = 0; k < kCount; k++) {
    std::fill(totals[k], totals[k] + original, 0.0);
    for (int64_t chunk = 0; chunk < chunks; chunk++)
      for (int64_t i = 0; i < channels; i++) totals[k][i % original] += partial[(chunk * kCount + k) * channels + i];
  }
}

// Runs `body(index, channel)` for every element.
template <class Body>
void forEach(const Shape& shape, const Body& body) {
  at::parallel_for(0, shape.rows, grain(shape.channels), [&](int64_t first, int64_t last) {
    const int64_t channels = shape.channels;
    for (int64_t r = first; r < last; r++) {
      const int64_t base = r * channels;
#pragma omp simd
      for (int64_t c = 0; c < channels; c++) body(base + c, c);
    }
  });
}

template <class T>
void statistics(const T* x, const Shape& shape, float* mean, float* variance) {
  const int64_t original = shape.channels / shape.repeats;
  std::vector<float> origin(original);
  for (int64_t c = 0; c < original; c++) origin[c] = load(x[c]);
  const std::vector<float> shift = shape.repeated(origin.data());
  const float* __restrict around = shift.data();
  std::vector<double> sum(original), squares(original);
  double* const totals[2] = {sum.data(), squares.data()};
  sumRows<2>(shape, totals, [=](int64_t i, int64_t c, float* out) {
    const float d = load(x[i]) - around[c];
    out[0] = d;
    out[1] = d * d;
  });
  const double n = static_cast<double>(shape.rows * shape.repeats);
  for (int64_t c = 0; c < original; c++) {
    const double m = sum[c] / n;
    mean[c] = static_cast<float>(m + origin[c]);
    variance[c] = static_cast<float>(std::max(0.0, squares[c] / n - m * m));
  }
}

}  // namespace anneal::loops
