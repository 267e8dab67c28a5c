// What the direct convolutions and their gradients share: buffers, lanes, rows and strips.
#pragma once
#include <immintrin.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <new>

#include "direct_conv.h"

namespace anneal::direct {

constexpr int64_t kSide = 3, kLanes = 16, kMaxChannels = 64;

struct Free {
  void operator()(void* memory) const { std::free(memory); }
};

template <class T>
using Buffer = std::unique_ptr<T, Free>;

// Sixty-four byte aligned.
template <class T>
Buffer<T> allotted(int64_t count) {
  void* memory = std::aligned_alloc(64, (static_cast<size_t>(count) * sizeof(T) + 63) / 64 * 64);
  if (memory == nullptr) throw std::bad_alloc();
  return Buffer<T>(static_cast<T*>(memory));
}

template <class T>
Buffer<T> zeroed(int64_t count) {
  auto buffer = allotted<T>(count);
  std::memset(buffer.get(), 0, static_cast<size_t>(count) * sizeof(T));
  return buffer;
}

inline __m512bh asBf16(__m512i v) { return reinterpret_cast<__m512bh&>(v); }

inline __m256i narrowed(__m512 v) {
  const __m256bh bf16 = _mm512_cvtneps_pbh(v);
  return reinterpret_cast<const __m256i&>(bf16);
}

inline __m512i interleaved(__m256i low, __m256i high) {
  return _mm512_or_si512(_mm512_cvtepu16_epi32(low), _mm512_slli_epi32(_mm512_cvtepu16_epi32(high), 16));
}

// Asks for memory that a later strip reads; past its end that does nothing.
inline void prefetch(const void* from, int64_t bytes) {
  for (int64_t i = 0; i < bytes; i += 64) _mm_prefetch(static_cast<const char*>(from) + i, _MM_HINT_T1);
}

// Channels from one pixel to the next where they are made whole pairs or fours.
inline int64_t padded(int64_t channels, int64_t multiple) { return (channels + multiple - 1) / multiple * multiple; }

inline void copyRow(const Shape& s, const Bf16* row, int64_t, Bf16* target) {
  std::memcpy(target, row, static_cast<size_t>(s.width * s.inputs) * sizeof(Bf16));
}

// Rounded to bfloat16, `step` elements from pixel to pixel: sixteen of them at a time, so up to fifteen are written past the row's end.
inline void copyRow(const Shape& s, const float* row, int64_t step, Bf16* target) {
  alignas(64) int32_t from[kLanes];
  __mmask16 present = 0;
  for (int64_t lane = 0; lane < kLanes; lane++) {
    from[lane] = static_cast<int32_t>(lane / step * s.inputs + lane % step);
    if (lane % step < s.inputs) present |= static_cast<__mmask16>(1u << lane);
  }
  const __m512i spread = _mm512_load_si512(from);
  const int64_t together = kLanes / step;
  for (int64_t w = 0; w < s.width; w += together) {
    const int64_t values = std::min(s.width - w, together) * s.inputs;
    const __m512 pixels = _mm512_maskz_loadu_ps(static_cast<__mmask16>((1u << values) - 1), row + w * s.inputs);
    const __m256i spreadOut = narrowed(_mm512_maskz_permutexvar_ps(present, spread, pixels));
    _mm256_storeu_si256(reinterpret_cast<__m256i*>(target + w * step), spreadOut);
  }
}

// The rows of a strip's input and of the zeros around it.
struct Strip {
  int64_t rows, count;
  Strip(const Shape& s, int64_t bytesPerPixel, int64_t bytes) {
    const int64_t fitting = bytes / std::max<int64_t>(1, s.width * s.stride * bytesPerPixel);
    rows = std::clamp<int64_t>(fitting, 1, s.outHeight);
    count = (s.outHeight + rows - 1) / rows;
  }
};

}  // namespace anneal::direct
