// Loops over a matrix [rows, channels] with parameters a channel: the CPU side of batch normalisation. Storage is float32 or bfloat16,
// arithmetic float32, sums over rows in float64 by blocks, added in the same order by any number of threads.
#pragma once
#include <c10/core/ScalarType.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <numeric>
#include <type_traits>
#include <vector>

#include "balanced_for.h"

#ifdef __AVX512BF16__
#include <immintrin.h>
#endif

namespace anneal::loops {

enum class Act { kLinear = 0, kRelu = 1, kRelu6 = 2, kSilu = 3 };

using Bf16 = uint16_t;

// Loops are written once for a value V and run on sixteen lanes, the rest of a row on one.
typedef float Lanes __attribute__((vector_size(64)));
typedef uint32_t WordLanes __attribute__((vector_size(64)));
typedef Bf16 Bf16Lanes __attribute__((vector_size(32)));
typedef uint8_t ByteLanes __attribute__((vector_size(16)));
constexpr int64_t kLanes = 16;

template <class To, class From>
inline To bitCast(const From& value) {
  static_assert(sizeof(To) == sizeof(From));
  To result;
  std::memcpy(&result, &value, sizeof(To));
  return result;
}

template <class V, class T>
inline V load(const T* source) {
  constexpr bool wide = std::is_same_v<V, Lanes>;
  if constexpr (std::is_same_v<T, float>) {
    V value;
    std::memcpy(&value, source, sizeof(V));
    return value;
  } else if constexpr (std::is_same_v<T, uint8_t>) {
    if constexpr (wide) return __builtin_convertvector(bitCast<ByteLanes>(*reinterpret_cast<const std::array<T, kLanes>*>(source)), V);
    else return static_cast<V>(*source);
  } else {
    using Word = std::conditional_t<wide, WordLanes, uint32_t>;
    using Stored = std::conditional_t<wide, Bf16Lanes, Bf16>;
    Stored stored;
    std::memcpy(&stored, source, sizeof(stored));
#ifdef __AVX512BF16__
    // Of the conversion below GCC makes two halves and puts them together.
    if constexpr (wide) return bitCast<V>(bitCast<WordLanes>(_mm512_maskz_cvtepu16_epi32(0xffff, bitCast<__m256i>(stored))) << 16);
#endif
    if constexpr (wide) return bitCast<V>(__builtin_convertvector(stored, Word) << 16);
    else return bitCast<V>(static_cast<Word>(stored) << 16);
  }
}

// How far ahead of a read its memory is prefetched: the hardware prefetcher starts again at every page.
constexpr int64_t kAheadBytes = 6144;

// For memory that is read once and in its order. Past its end a prefetch does nothing.
template <class V, class T>
inline V loadAhead(const T* source) {
  if constexpr (std::is_same_v<V, Lanes>) __builtin_prefetch(reinterpret_cast<const char*>(source) + kAheadBytes);
  return load<V>(source);
}

// Rounds to nearest, ties to even, where T is narrower.
template <class V, class T>
inline void store(T* target, V value) {
  constexpr bool wide = std::is_same_v<V, Lanes>;
  if constexpr (std::is_same_v<T, float>) {
    std::memcpy(target, &value, sizeof(V));
  } else {
#ifdef __AVX512BF16__
    if constexpr (wide) {
      const auto rounded = _mm512_cvtneps_pbh(bitCast<__m512>(value));
      std::memcpy(target, &rounded, sizeof(rounded));
      return;
    }
#endif
    const auto bits = bitCast<std::conditional_t<wide, WordLanes, uint32_t>>(value);
    const auto rounded = (bits + 0x7fffu + ((bits >> 16) & 1u)) >> 16;
    if constexpr (wide) {
      const auto narrow = __builtin_convertvector(rounded, Bf16Lanes);
      std::memcpy(target, &narrow, sizeof(narrow));
    } else {
      *target = static_cast<Bf16>(rounded);
    }
  }
}

// 1/(1 + e^-x), within 2e-7; e^y = 2^n·e^r with |r| ≤ ln 2/2 and the polynomial of Cephes' expf. NaN stays NaN.
template <class V>
inline V sigmoid(V x) {
  using Word = std::conditional_t<std::is_same_v<V, Lanes>, WordLanes, uint32_t>;
  constexpr float kRound = 12582912.f;  // 1.5·2^23: the sum's low bits are the nearest integer
  V y = -x;
  y = y > 87.f ? V{} + 87.f : y;
  y = y < -87.f ? V{} - 87.f : y;
  const V shifted = y * 1.44269504f + kRound, n = shifted - kRound;
  const V r = (y - n * 0.693359375f) + n * 2.12194440e-4f;
  V p = r * 1.9875691500e-4f + 1.3981999507e-3f;
  p = p * r + 8.3334519073e-3f;
  p = p * r + 4.1665795894e-2f;
  p = p * r + 1.6666665459e-1f;
  p = p * r + 5.0000001201e-1f;
  p = p * r * r + r + 1.f;
  const V power = bitCast<V>(static_cast<Word>(bitCast<Word>(p) + (bitCast<Word>(shifted) << 23)));
  return 1.f / (1.f + power);
}

// NaN stays NaN.
template <Act kAct, class V>
inline V activate(V value) {
  if constexpr (kAct == Act::kSilu) return value * sigmoid(value);
  if constexpr (kAct != Act::kLinear) value = value < 0.f ? V{} : value;
  if constexpr (kAct == Act::kRelu6) value = value > 6.f ? V{} + 6.f : value;
  return value;
}

// The gradient times the activation's derivative at the argument `z`; a rectifier's output does as well as its argument.
template <Act kAct, class V>
inline V masked(V gradient, V z) {
  if constexpr (kAct == Act::kSilu) {
    const V s = sigmoid(z);
    return gradient * (s * (1.f + z * (1.f - s)));
  }
  if constexpr (kAct != Act::kLinear) gradient = z > 0.f ? gradient : V{};
  if constexpr (kAct == Act::kRelu6) gradient = z < 6.f ? gradient : V{};
  return gradient;
}

constexpr int64_t kVector = 64;
constexpr int64_t kFold = 512;
constexpr int64_t kRowsPerBlock = 64;
// Parts of the rows whose sums are kept apart: the same bits by any number of threads.
constexpr int64_t kMaxChunks = 8;
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

// Calls f with a value of the type in which a tensor of `type` is stored.
template <class F>
void withStorage(at::ScalarType type, const F& f) {
  if (type == at::kBFloat16) f(Bf16());
  else f(float());
}

inline int64_t grain(int64_t channels) { return std::max<int64_t>(1, 16384 / channels); }

// Calls `f` for channels [0, count): with Lanes while sixteen are left, then with single floats.
template <class F>
inline void overChannels(int64_t count, const F& f) {
  int64_t c = 0;
  for (; c + kLanes <= count; c += kLanes) f(Lanes{}, c);
  for (; c < count; c++) f(float{}, c);
}

// Sums `kCount` functions of each element over the rows: `term(V(), index, channel, terms)` writes them. One pass over memory, in its
// order: sums of a tile of channels stay in the first cache while kTogether rows at a time stream past.
template <int kCount, class Term>
void sumRows(const Shape& shape, double* const* totals, const Term& term) {
  constexpr int64_t kTogether = 4;
  const int64_t chunks = std::max<int64_t>(1, std::min<int64_t>(kMaxChunks, shape.rows / kRowsPerBlock));
  const int64_t perChunk = (shape.rows + chunks - 1) / chunks, channels = shape.channels;
  std::vector<double> partial(chunks * kCount * channels, 0.0);
  balancedFor(chunks, [&] {
    return [&](int64_t chunk) {
      alignas(64) float sums[kCount][kTile];
      double* mine = partial.data() + chunk * kCount * channels;
      const int64_t end = std::min(shape.rows, (chunk + 1) * perChunk);
      for (int64_t row = chunk * perChunk; row < end; row += kRowsPerBlock) {
        const int64_t rowEnd = std::min(end, row + kRowsPerBlock);
        for (int64_t c0 = 0; c0 < channels; c0 += kTile) {
          const int64_t width = std::min(kTile, channels - c0);
          for (int k = 0; k < kCount; k++) std::fill(sums[k], sums[k] + width, 0.f);
          const auto add = [&](auto together, int64_t r) {
            overChannels(width, [&](auto lane, int64_t c) {
              using V = decltype(lane);
              V sum[kCount], terms[kCount];
              for (int k = 0; k < kCount; k++) sum[k] = load<V>(sums[k] + c);
#pragma GCC unroll 4
              for (int64_t i = 0; i < together; i++) {
                term(lane, (r + i) * channels + c0 + c, c0 + c, terms);
                for (int k = 0; k < kCount; k++) sum[k] += terms[k];
              }
              for (int k = 0; k < kCount; k++) store(sums[k] + c, sum[k]);
            });
          };
          int64_t r = row;
          for (; r + kTogether <= rowEnd; r += kTogether) add(std::integral_constant<int64_t, kTogether>(), r);
          for (; r < rowEnd; r++) add(std::integral_constant<int64_t, 1>(), r);
          for (int k = 0; k < kCount; k++)
            for (int64_t c = 0; c < width; c++) mine[k * channels + c0 + c] += sums[k][c];
        }
      }
    };
  });
  const int64_t original = channels / shape.repeats;
  for (int k = 0; k < kCount; k++) {
    std::fill(totals[k], totals[k] + original, 0.0);
    for (int64_t chunk = 0; chunk < chunks; chunk++)
      for (int64_t i = 0; i < channels; i++) totals[k][i % original] += partial[(chunk * kCount + k) * channels + i];
  }
}

// Runs `body(V(), index, channel)` for every element.
template <class Body>
void forEach(const Shape& shape, const Body& body) {
  const int64_t rowsTogether = grain(shape.channels);
  balancedFor((shape.rows + rowsTogether - 1) / rowsTogether, [&] {
    return [&](int64_t work) {
      const int64_t first = work * rowsTogether, last = std::min(shape.rows, first + rowsTogether);
      for (int64_t r = first; r < last; r++) overChannels(shape.channels, [&](auto lane, int64_t c) { body(lane, r * shape.channels + c, c); });
    };
  });
}

template <class T>
void statistics(const T* x, const Shape& shape, float* mean, float* variance) {
  const int64_t original = shape.channels / shape.repeats;
  std::vector<float> origin(original);
  for (int64_t c = 0; c < original; c++) origin[c] = load<float>(x + c);
  const std::vector<float> shift = shape.repeated(origin.data());
  const float* __restrict around = shift.data();
  std::vector<double> sum(original), squares(original);
  double* const totals[2] = {sum.data(), squares.data()};
  sumRows<2>(shape, totals, [=](auto lane, int64_t i, int64_t c, auto* out) {
    using V = decltype(lane);
    const V d = loadAhead<V>(x + i) - load<V>(around + c);
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
