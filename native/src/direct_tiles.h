// Tiles of the direct convolutions: a few pixels by one or two blocks of sixteen outputs, whose sums stay in registers.
#pragma once
#include <iterator>

#include "direct_rows.h"

namespace anneal::direct {

// Bytes of a strip of the input: within the half of the caches that a thread has for itself.
constexpr int64_t kForwardBytes = 128 << 10;

// [taps][channel pairs][blocks of 16 outputs][16][2].
inline Buffer<__m512i> packed(const Shape& s, const float* filter, const FilterStrides& f) {
  const int64_t pairs = padded(s.inputs, 2) / 2, blocks = s.outputs / kLanes;
  auto all = allotted<__m512i>(kSide * kSide * pairs * blocks);
  const __m512i lane =
      _mm512_mullo_epi32(_mm512_set_epi32(15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0), _mm512_set1_epi32(static_cast<int>(f.output)));
  __m512i* next = all.get();
  for (int64_t i = 0; i < kSide; i++)
    for (int64_t j = 0; j < kSide; j++)
      for (int64_t c = 0; c < pairs; c++)
        for (int64_t b = 0; b < blocks; b++) {
          const float* first = filter + i * f.height + j * f.width + 2 * c * f.input + b * kLanes * f.output;
          const __m256i low = narrowed(_mm512_i32gather_ps(lane, first, 4));
          const __m256i high = 2 * c + 1 < s.inputs ? narrowed(_mm512_i32gather_ps(lane, first + f.input, 4)) : _mm256_setzero_si256();
          *next++ = interleaved(low, high);
        }
  return all;
}

// Where a tap of the filter reads, from a tile's first input on, and its weights.
struct Tap {
  int64_t at;
  const __m512i* filter;
};

struct Tile {
  const Bf16* x;
  const Tap* taps;
  int64_t tapCount, pairs, blocks;
  Bf16* y;
  int64_t pixelStep;
};

// P pixels of a row by B blocks of sixteen outputs, `Step` elements from one pixel's channels to the next one's. The sums stay in registers.
template <int Step, int P, int B>
void tile(const Tile& t) {
  __m512 sums[P][B];
#pragma GCC unroll 16
  for (int p = 0; p < P; p++)
#pragma GCC unroll 2
    for (int b = 0; b < B; b++) sums[p][b] = _mm512_setzero_ps();
  for (int64_t k = 0; k < t.tapCount; k++) {
    const Bf16* x = t.x + t.taps[k].at;
    const __m512i* filter = t.taps[k].filter;
    for (int64_t c = 0; c < t.pairs; c++, x += 2, filter += t.blocks) {
      __m512bh f[B];
      for (int b = 0; b < B; b++) f[b] = asBf16(_mm512_load_si512(filter + b));
#pragma GCC unroll 16
      for (int p = 0; p < P; p++) {
        int32_t pair;
        std::memcpy(&pair, x + p * Step, sizeof(pair));
        const __m512bh value = asBf16(_mm512_set1_epi32(pair));
#pragma GCC unroll 2
        for (int b = 0; b < B; b++) sums[p][b] = _mm512_dpbf16_ps(sums[p][b], f[b], value);
      }
    }
  }
#pragma GCC unroll 16
  for (int p = 0; p < P; p++)
#pragma GCC unroll 2
    for (int b = 0; b < B; b++) _mm256_storeu_si256(reinterpret_cast<__m256i*>(t.y + p * t.pixelStep + b * kLanes), narrowed(sums[p][b]));
}

// The same for one block, a stride of 1 and three taps by three: a pixel is read once for the three outputs that it meets.
template <int Step, int P>
void slidingTile(const Tile& t) {
  __m512 sums[P];
#pragma GCC unroll 16
  for (int p = 0; p < P; p++) sums[p] = _mm512_setzero_ps();
  for (int64_t i = 0; i < kSide; i++) {
    const Tap* taps = t.taps + kSide * i;
    const __m512i *filter0 = taps[0].filter, *filter1 = taps[1].filter, *filter2 = taps[2].filter;
    const Bf16* x = t.x + taps[0].at;
    for (int64_t c = 0; c < t.pairs; c++, x += 2) {
      const auto weights = [&](const __m512i* filter) { return asBf16(_mm512_load_si512(filter + c * t.blocks)); };
      const __m512bh f0 = weights(filter0), f1 = weights(filter1), f2 = weights(filter2);
#pragma GCC unroll 18
      for (int p = 0; p < P + 2; p++) {
        int32_t pair;
        std::memcpy(&pair, x + p * Step, sizeof(pair));
        const __m512bh value = asBf16(_mm512_set1_epi32(pair));
        if (p >= 2) sums[p - 2] = _mm512_dpbf16_ps(sums[p - 2], f2, value);
        if (p >= 1 && p <= P) sums[p - 1] = _mm512_dpbf16_ps(sums[p - 1], f1, value);
        if (p < P) sums[p] = _mm512_dpbf16_ps(sums[p], f0, value);
      }
    }
  }
#pragma GCC unroll 16
  for (int p = 0; p < P; p++) _mm256_storeu_si256(reinterpret_cast<__m256i*>(t.y + p * t.pixelStep), narrowed(sums[p]));
}

using TileKernel = void (*)(const Tile&);
struct TileChoice {
  int64_t pixels, blocks;
  TileKernel run;
};

// Sums in flight that hide the latency of a product: a smaller tile takes as long.
constexpr int64_t kInFlight = 10;

// The tile that covers a row in the least time; the last one of a row is moved back to end with it.
template <int Step>
TileChoice chooseTile(int64_t width, int64_t blocks, bool slides) {
  static const TileChoice sliding[] = {{16, 1, slidingTile<Step, 16>}, {14, 1, slidingTile<Step, 14>}, {10, 1, slidingTile<Step, 10>},
                                       {7, 1, slidingTile<Step, 7>},   {4, 1, slidingTile<Step, 4>},   {1, 1, slidingTile<Step, 1>}};
  static const TileChoice single[] = {{16, 1, tile<Step, 16, 1>},
                                      {10, 1, tile<Step, 10, 1>},
                                      {7, 1, tile<Step, 7, 1>},
                                      {4, 1, tile<Step, 4, 1>},
                                      {1, 1, tile<Step, 1, 1>}};
  static const TileChoice twin[] = {{14, 2, tile<Step, 14, 2>}, {11, 2, tile<Step, 11, 2>}, {8, 2, tile<Step, 8, 2>}, {7, 2, tile<Step, 7, 2>},
                                    {5, 2, tile<Step, 5, 2>},   {3, 2, tile<Step, 3, 2>},   {1, 2, tile<Step, 1, 2>}};
  const auto cheapest = [&](const auto& choices) {
    const auto cost = [&](const TileChoice& c) {
      return c.pixels > width ? INT64_MAX : (width + c.pixels - 1) / c.pixels * std::max(c.pixels * c.blocks, kInFlight);
    };
    return *std::min_element(std::begin(choices), std::end(choices), [&](const auto& a, const auto& b) { return cost(a) < cost(b); });
  };
  if (blocks % 2 == 0) return cheapest(twin);
  return slides ? cheapest(sliding) : cheapest(single);
}

// `step`: elements from one pixel that a tile reads to the next; `slides`: whether its taps are three by three and its stride 1.
inline TileChoice chooseTile(int64_t step, int64_t width, int64_t outputs, bool slides) {
  const int64_t blocks = outputs / kLanes;
  switch (step) {
    case 2: return chooseTile<2>(width, blocks, slides);
    case 4: return chooseTile<4>(width, blocks, slides);
    case 8: return chooseTile<8>(width, blocks, slides);
    case 16: return chooseTile<16>(width, blocks, slides);
    case 32: return chooseTile<32>(width, blocks, slides);
    case 64: return chooseTile<64>(width, blocks, slides);
    default: return chooseTile<128>(width, blocks, slides);
  }
}

}  // namespace anneal::direct
