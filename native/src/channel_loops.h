// Loops over a matrix [rows, channels] with parameters a channel: the CPU side of batch normalisation. Storage is float32 or bfloat16,
// arithmetic float32, sums over rows in float64 by blocks. The order of additions depends on the number of threads only.
#pragma once
#include <ATen/Parallel.h>

#include <algorithm>
#include <cstdint>
#include <cstring>
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
  if constexpr (kAct == Act::kRelu6) return y > 0.f && y < 6.f ? gradient : 0.f;
  return gradient;
}

constexpr int64_t kLanes = 64;
constexpr int64_t kRowsPerBlock = 64;

// Few channels are folded: [rows, C] is [rows·C/64, 64] in memory, with the parameters repeated, so that inner loops are long.
struct Shape {
  int64_t rows, channels, repeats;
  Shape(int64_t r, int64_t c) : rows(r), channels(c), repeats(1) {
    if (c < kLanes && kLanes % c == 0 && r % (kLanes / c) == 0) {
      repeats = kLanes / c;
      rows = r / repeats;
      channels = kLanes;
    }
  }
  std::vector<float> repeated(const float* values) const {
    const int64_t original = channels / repeats;
    std::vector<float> out(channels);
    for (int64_t i = 0; i < channels; i++) out[i] = values[i % original];
    return out;
  }
};

inline int64_t grain(int64_t channels) { return std::max<int64_t>(1, 16384 / channels); }

// Sums `count` functions of each element over the rows: `term(row, channel, sums)` adds to sums[0..count). One pass over memory.
template <int kCount, class Term>
void sumRows(const Shape& shape, double* const* totals, const Term& term) {
  const int64_t chunks = std::max<int64_t>(1, std::min<int64_t>(at::get_num_threads(), shape.rows / kRowsPerBlock));
  const int64_t perChunk = (shape.rows + chunks - 1) / chunks, channels = shape.channels;
  std::vector<double> partial(chunks * kCount * channels, 0.0);
  at::parallel_for(0, chunks, 1, [&](int64_t first, int64_t last) {
    for (int64_t chunk = first; chunk < last; chunk++) {
      double* mine = partial.data() + chunk * kCount * channels;
      const int64_t end = std::min(shape.rows, (chunk + 1) * perChunk);
      for (int64_t row = chunk * perChunk; row < end; row += kRowsPerBlock) {
        const int64_t rowEnd = std::min(end, row + kRowsPerBlock);
        for (int64_t c0 = 0; c0 < channels; c0 += kLanes) {
          float sums[kCount][kLanes] = {};
          if (c0 + kLanes <= channels) {
            for (int64_t r = row; r < rowEnd; r++) {
#pragma omp simd
              for (int64_t l = 0; l < kLanes; l++) {
                float terms[kCount];
                term(r * channels + c0 + l, c0 + l, terms);
                for (int k = 0; k < kCount; k++) sums[k][l] += terms[k];
              }
            }
          } else {
            for (int64_t r = row; r < rowEnd; r++)
              for (int64_t l = 0; l < channels - c0; l++) {
                float terms[kCount];
                term(r * channels + c0 + l, c0 + l, terms);
                for (int k = 0; k < kCount; k++) sums[k][l] += terms[k];
              }
          }
          const int64_t lanes = std::min(kLanes, channels - c0);
          for (int k = 0; k < kCount; k++)
            for (int64_t l = 0; l < lanes; l++) mine[k * channels + c0 + l] += sums[k][l];
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
