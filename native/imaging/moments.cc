// Sums over the pixels of an image, of which mean and standard deviation of a data set are made.
#include <algorithm>
#include <cstring>

#include "operations.h"

#if defined(__AVX512VBMI__) && defined(__AVX512VNNI__)
#include <immintrin.h>
#endif

namespace anneal::imaging {
namespace {

/** Bytes that are added at once, each to a sum of its own: a multiple of every number of channels. */
constexpr int kLanes = 48;
constexpr int kMaxChannels = 3;

#if defined(__AVX512VBMI__) && defined(__AVX512VNNI__)

/** After so many additions the sums of 32 bits go into those of 64: two squares of 255 times this are less than 2^31. */
constexpr size_t kMaxAdditions = 1 << 14;
constexpr int kThird = kLanes / kMaxChannels;

/** Adds up whole groups of `kLanes` bytes: 16 of each channel are brought next to each other first. */
void addGroups(const uint8_t* data, size_t bytes, int channels, uint64_t* sums) {
  alignas(64) uint8_t order[64] = {};
  for (int i = 0; i < kLanes; i++) order[i] = static_cast<uint8_t>(channels == 1 ? i : i % kThird * channels + i / kThird);
  const __m512i places = _mm512_load_si512(order);
  constexpr __mmask64 kRead = (__mmask64{1} << kLanes) - 1;
  __m512i values = _mm512_setzero_si512();
  for (size_t at = 0; at < bytes;) {
    const size_t end = std::min(bytes, at + kLanes * kMaxAdditions);
    __m512i firstSquares = _mm512_setzero_si512();
    __m256i lastSquares = _mm256_setzero_si256();
    for (; at < end; at += kLanes) {
      const __m512i group = _mm512_maskz_permutexvar_epi8(kRead, places, _mm512_maskz_loadu_epi8(kRead, data + at));
      values = _mm512_add_epi64(values, _mm512_sad_epu8(group, _mm512_setzero_si512()));
      const __m512i first = _mm512_cvtepu8_epi16(_mm512_castsi512_si256(group));
      const __m256i last = _mm256_cvtepu8_epi16(_mm512_extracti32x4_epi32(group, 2));
      firstSquares = _mm512_dpwssd_epi32(firstSquares, first, first);
      lastSquares = _mm256_dpwssd_epi32(lastSquares, last, last);
    }
    alignas(64) uint32_t squares[24];
    _mm512_store_si512(squares, firstSquares);
    _mm256_store_si256(reinterpret_cast<__m256i*>(squares + 16), lastSquares);
    for (int i = 0; i < 24; i++) sums[channels + i / 8 % channels] += squares[i];
  }
  alignas(64) uint64_t added[8];
  _mm512_store_si512(added, values);
  for (int i = 0; i < 2 * kMaxChannels; i++) sums[i / 2 % channels] += added[i];
}

#else

/** After so many additions the sums of 32 bits go into those of 64: 255² times this is less than 2^32. */
constexpr size_t kMaxAdditions = 1 << 15;

/** Adds up whole groups of `kLanes` bytes. */
void addGroups(const uint8_t* data, size_t bytes, int channels, uint64_t* sums) {
  for (size_t at = 0; at < bytes;) {
    const size_t end = std::min(bytes, at + kLanes * kMaxAdditions);
    uint32_t values[kLanes] = {}, squares[kLanes] = {};
    for (; at < end; at += kLanes)
      for (int i = 0; i < kLanes; i++) {
        const uint32_t value = data[at + i];
        values[i] += value;
        squares[i] += value * value;
      }
    for (int i = 0; i < kLanes; i++) {
      sums[i % channels] += values[i];
      sums[channels + i % channels] += squares[i];
    }
  }
}

#endif

}  // namespace

/** The output is one row of doubles as bytes: for each channel (1 or 3) the sum of its values, then for each the sum of their squares. */
void moments(const Call& call) {
  const Image &in = call.in, &out = call.out;
  const int channels = in.channels;
  require((channels == 1 || channels == kMaxChannels) && out.bytes() == 2 * channels * sizeof(double), "the output does not fit the sums");
  uint64_t sums[2 * kMaxChannels] = {};
  const size_t bytes = in.bytes(), whole = bytes - bytes % kLanes;
  addGroups(in.data, whole, channels, sums);
  for (size_t at = whole; at < bytes; at++) {
    const uint32_t value = in.data[at];
    sums[at % channels] += value;
    sums[channels + at % channels] += value * value;
  }
  double result[2 * kMaxChannels];
  std::copy(sums, sums + 2 * kMaxChannels, result);
  std::memcpy(out.data, result, out.bytes());
}

}  // namespace anneal::imaging
