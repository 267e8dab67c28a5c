#include "direct_conv.h"

#include <algorithm>
#include <cstring>
#include <memory>
#include <stdexcept>
#include <type_traits>

#include "balanced_for.h"

#ifdef __AVX512BF16__
#include <immintrin.h>

namespace anneal::direct {

constexpr int64_t kSide = 3, kLanes = 16, kMostChannels = 64;
// What a strip of the input may take: of the caches' halves that a thread has for itself.
constexpr int64_t kForwardBytes = 128 << 10, kGradientBytes = 96 << 10;
// Small images are taken together until their pixels are as many.
constexpr int64_t kGradientPixels = 256;
// Parts of a batch whose sums are kept apart and then added in their order: the same bits by any number of threads.
constexpr int64_t kGradientParts = 8;

struct Free {
  void operator()(void* memory) const { std::free(memory); }
};

template <class T>
using Buffer = std::unique_ptr<T, Free>;

// Sixty-four byte aligned.
template <class T>
static Buffer<T> allotted(int64_t count) {
  void* memory = std::aligned_alloc(64, (static_cast<size_t>(count) * sizeof(T) + 63) / 64 * 64);
  if (memory == nullptr) throw std::bad_alloc();
  return Buffer<T>(static_cast<T*>(memory));
}

template <class T>
static Buffer<T> zeroed(int64_t count) {
  auto buffer = allotted<T>(count);
  std::memset(buffer.get(), 0, static_cast<size_t>(count) * sizeof(T));
  return buffer;
}

static inline __m512bh asBf16(__m512i v) { return reinterpret_cast<__m512bh&>(v); }

static inline __m256i narrowed(__m512 v) {
  const __m256bh half = _mm512_cvtneps_pbh(v);
  return reinterpret_cast<const __m256i&>(half);
}

static inline __m512i interleaved(__m256i low, __m256i high) {
  return _mm512_or_si512(_mm512_cvtepu16_epi32(low), _mm512_slli_epi32(_mm512_cvtepu16_epi32(high), 16));
}

// Asks for memory that a later strip reads; past its end that does nothing.
static inline void prefetch(const void* from, int64_t bytes) {
  for (int64_t i = 0; i < bytes; i += 64) _mm_prefetch(static_cast<const char*>(from) + i, _MM_HINT_T1);
}

// Channels from one pixel to the next where they are made whole pairs or fours.
static int64_t padded(int64_t channels, int64_t multiple) { return (channels + multiple - 1) / multiple * multiple; }

static void copyRow(const Shape& s, const Half* row, int64_t, Half* target) {
  std::memcpy(target, row, static_cast<size_t>(s.width * s.inputs) * sizeof(Half));
}

// Rounded to bfloat16, `step` elements from pixel to pixel: sixteen of them at a time, so up to fifteen are written past the row's end.
static void copyRow(const Shape& s, const float* row, int64_t step, Half* target) {
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

// [taps][channel pairs][blocks of 16 outputs][16][2].
static Buffer<__m512i> packed(const Shape& s, const float* filter, const FilterStrides& f) {
  const int64_t pairs = padded(s.inputs, 2) / 2, blocks = s.outputs / kLanes;
  auto all = allotted<__m512i>(kSide * kSide * pairs * blocks);
  const __m512i lane = _mm512_mullo_epi32(_mm512_set_epi32(15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0),
                                          _mm512_set1_epi32(static_cast<int>(f.output)));
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
  const Half* x;
  const Tap* taps;
  int64_t tapCount, pairs, blocks;
  Half* y;
  int64_t pixelStep;
};

// P pixels of a row by B blocks of sixteen outputs, `Step` elements from one pixel's channels to the next one's. The sums stay in registers.
template <int Step, int P, int B>
static void tile(const Tile& t) {
  __m512 sums[P][B];
#pragma GCC unroll 16
  for (int p = 0; p < P; p++)
#pragma GCC unroll 2
    for (int b = 0; b < B; b++) sums[p][b] = _mm512_setzero_ps();
  for (int64_t k = 0; k < t.tapCount; k++) {
    const Half* x = t.x + t.taps[k].at;
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
    for (int b = 0; b < B; b++)
      _mm256_storeu_si256(reinterpret_cast<__m256i*>(t.y + p * t.pixelStep + b * kLanes), narrowed(sums[p][b]));
}

// The same for one block, a stride of 1 and three taps by three: a pixel is read once for the three outputs that it meets.
template <int Step, int P>
static void slidingTile(const Tile& t) {
  __m512 sums[P];
#pragma GCC unroll 16
  for (int p = 0; p < P; p++) sums[p] = _mm512_setzero_ps();
  for (int64_t i = 0; i < kSide; i++) {
    const Tap* taps = t.taps + kSide * i;
    const __m512i *filter0 = taps[0].filter, *filter1 = taps[1].filter, *filter2 = taps[2].filter;
    const Half* x = t.x + taps[0].at;
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
static TileChoice chooseTile(int64_t width, int64_t blocks, bool slides) {
  static const TileChoice sliding[] = {{16, 1, slidingTile<Step, 16>}, {14, 1, slidingTile<Step, 14>}, {10, 1, slidingTile<Step, 10>},
                                       {7, 1, slidingTile<Step, 7>},   {4, 1, slidingTile<Step, 4>},   {1, 1, slidingTile<Step, 1>}};
  static const TileChoice single[] = {{16, 1, tile<Step, 16, 1>}, {10, 1, tile<Step, 10, 1>}, {7, 1, tile<Step, 7, 1>},
                                      {4, 1, tile<Step, 4, 1>},   {1, 1, tile<Step, 1, 1>}};
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
static TileChoice chooseTile(int64_t step, int64_t width, int64_t outputs, bool slides) {
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

// The rows of a strip's input and of the zeros around it.
struct Strip {
  int64_t rows, count;
  Strip(const Shape& s, int64_t bytesPerPixel, int64_t bytes) {
    const int64_t fitting = bytes / std::max<int64_t>(1, s.width * s.stride * bytesPerPixel);
    rows = std::clamp<int64_t>(fitting, 1, s.outHeight);
    count = (s.outHeight + rows - 1) / rows;
  }
};

template <class T>
void forward(const Shape& s, const T* x, const float* filter, const FilterStrides& strides, Half* y) {
  const auto weights = packed(s, filter, strides);
  const int64_t channels = padded(s.inputs, 2), blocks = s.outputs / kLanes, pairs = channels / 2;
  const TileChoice kernel = chooseTile(channels * s.stride, s.outWidth, s.outputs, s.stride == 1);
  const int64_t rowPixels = std::max(s.width + s.left, (s.outWidth - 1) * s.stride + kSide), rowStep = rowPixels * channels;
  const Strip strip(s, channels * static_cast<int64_t>(sizeof(Half)), kForwardBytes);
  const int64_t inputRows = (strip.rows - 1) * s.stride + kSide;
  const auto computeStrip = [&](int64_t work, Half* buffer) {
    const int64_t n = work / strip.count, first = work % strip.count * strip.rows, last = std::min(s.outHeight, first + strip.rows);
    for (int64_t r = 0; r < (last - first - 1) * s.stride + kSide; r++) {
      const int64_t h = first * s.stride + r - s.top;
      Half* row = buffer + r * rowStep + s.left * channels;
      if (h >= 0 && h < s.height) copyRow(s, x + (n * s.height + h) * s.width * s.inputs, channels, row);
      else std::memset(row, 0, static_cast<size_t>(s.width * channels) * sizeof(Half));
    }
    for (int64_t b = 0; b < blocks; b += kernel.blocks) {
      Tap taps[kSide * kSide];
      for (int64_t k = 0; k < kSide * kSide; k++)
        taps[k] = {k / kSide * rowStep + k % kSide * channels, weights.get() + k * pairs * blocks + b};
      for (int64_t h = first; h < last; h++) {
        const int64_t following = s.stride * s.width * s.inputs;
        if (b == 0) prefetch(x + n * s.height * s.width * s.inputs + (h + strip.rows) * following, following * static_cast<int64_t>(sizeof(T)));
        for (int64_t w = 0; w < s.outWidth; w += kernel.pixels) {
          const int64_t at = std::min(w, s.outWidth - kernel.pixels);
          kernel.run({buffer + (h - first) * s.stride * rowStep + at * s.stride * channels, taps, kSide * kSide, pairs, blocks,
                      y + ((n * s.outHeight + h) * s.outWidth + at) * s.outputs + b * kLanes, s.outputs});
        }
      }
    }
  };
  balancedFor(s.batch * strip.count, [&] {
    return [&, buffer = zeroed<Half>(inputRows * rowStep + kLanes)](int64_t work) { computeStrip(work, buffer.get()); };
  });
}

// With a stride of 2 an input meets the taps of its own parity in each direction: four convolutions of stride 1, of four taps, two, two
// and one, whose outputs are interleaved.
static void stridedInputGradient(const Shape& s, const Half* dy, const float* filter, const FilterStrides& strides, Half* dx) {
  constexpr int64_t kStride = 2, kBorder = 1;
  const Shape turned{s.batch, s.outHeight, s.outWidth, s.outputs, s.height, s.width, s.inputs, 1, 0, 0};
  const auto weights = packed(turned, filter, {strides.height, strides.width, strides.output, strides.input});
  const int64_t channels = s.outputs, pairs = channels / 2, blocks = s.inputs / kLanes;
  const int64_t rowStep = (s.width / kStride + 1 + 2 * kBorder) * channels;
  const Strip strip(turned, channels * static_cast<int64_t>(sizeof(Half)) / kStride, kForwardBytes);
  const int64_t inputRows = strip.rows / kStride + 2 + kBorder;
  // The first of a strip's rows of dy, whose last tap may lie above it.
  const auto firstRow = [&](int64_t h) { return (h + s.top) / kStride - kBorder; };
  const auto computeStrip = [&](int64_t work, Half* buffer) {
    const int64_t n = work / strip.count, first = work % strip.count * strip.rows, last = std::min(s.height, first + strip.rows);
    const int64_t above = firstRow(first), count = firstRow(last - 1) + kBorder - above + 1;
    const int64_t columns = std::min(s.outWidth, rowStep / channels - kBorder);
    for (int64_t r = 0; r < count; r++) {
      Half* row = buffer + r * rowStep + kBorder * channels;
      const bool inside = above + r >= 0 && above + r < s.outHeight;
      if (inside) std::memcpy(row, dy + (n * s.outHeight + above + r) * s.outWidth * channels, static_cast<size_t>(columns * channels) * sizeof(Half));
      else std::memset(row, 0, static_cast<size_t>(columns * channels) * sizeof(Half));
    }
    for (int64_t odd = 0; odd < std::min(kStride, s.width); odd++) {
      const int64_t width = (s.width - odd + 1) / kStride;
      const TileChoice kernel = chooseTile(channels, width, s.inputs, false);
      for (int64_t b = 0; b < blocks; b += kernel.blocks)
        for (int64_t h = first; h < last; h++) {
          Tap taps[4];
          int64_t count = 0;
          for (int64_t i = (h + s.top) % kStride; i < kSide; i += kStride)
            for (int64_t j = (odd + s.left) % kStride; j < kSide; j += kStride)
              taps[count++] = {((h + s.top - i) / kStride - above) * rowStep + ((odd + s.left - j) / kStride + kBorder) * channels,
                               weights.get() + (i * kSide + j) * pairs * blocks + b};
          for (int64_t w = 0; w < width; w += kernel.pixels) {
            const int64_t at = std::min(w, width - kernel.pixels);
            kernel.run({buffer + at * channels, taps, count, pairs, blocks,
                        dx + ((n * s.height + h) * s.width + odd + at * kStride) * s.inputs + b * kLanes, kStride * s.inputs});
          }
        }
    }
  };
  balancedFor(s.batch * strip.count, [&] {
    return [&, buffer = zeroed<Half>(inputRows * rowStep + kLanes)](int64_t work) { computeStrip(work, buffer.get()); };
  });
}

void inputGradient(const Shape& s, const Half* dy, const float* filter, const FilterStrides& f, Half* dx) {
  if (s.stride == 2) return stridedInputGradient(s, dy, filter, f, dx);
  // A convolution with the filter turned by half a turn and its channels exchanged.
  const Shape turned{s.batch, s.outHeight, s.outWidth, s.outputs, s.height, s.width, s.inputs, 1, kSide - 1 - s.top, kSide - 1 - s.left};
  forward(turned, dy, filter + (kSide - 1) * (f.height + f.width), {-f.height, -f.width, f.output, f.input}, dx);
}

// The filter's gradient sums over pairs of images: both sides lie interleaved, [(row, pixel)][channel][2].
struct GradientTile {
  const uint32_t* x;
  int64_t rowStep, pixelStep;
  const __m512i* dy;
  int64_t images, imageStep, rows, pixels, blocks;
  float* sums;
  int64_t tapStep, outputs;
  // What the next strip reads, of which each row here asks for a slice.
  struct Next {
    const char* from;
    int64_t slice;
  } next[4];
};

template <int U>
using GradientSums = __m512[3][U];

// One row of the input beside the rows of the gradient that it meets with the taps `First` to `Last`, every `Stride`th, of a column of the
// filter.
template <int First, int Last, int Stride, int U>
static inline __attribute__((always_inline)) void addRow(const GradientTile& t, const uint32_t* x, const __m512i* dy, GradientSums<U>& sums) {
  const int64_t dyStep = t.pixels * t.blocks;
  for (int64_t p = 0; p < t.pixels; p++, x += t.pixelStep, dy += t.blocks) {
    __m512bh d[3];
#pragma GCC unroll 3
    for (int i = First; i <= Last; i += Stride) d[i] = asBf16(_mm512_load_si512(dy - i / Stride * dyStep));
#pragma GCC unroll 8
    for (int u = 0; u < U; u++) {
      const __m512bh value = asBf16(_mm512_set1_epi32(static_cast<int32_t>(x[u])));
#pragma GCC unroll 3
      for (int i = First; i <= Last; i += Stride) sums[i][u] = _mm512_dpbf16_ps(sums[i][u], d[i], value);
    }
  }
}

static inline void askAhead(const GradientTile& t, int64_t row) {
  for (const auto& [from, slice] : t.next) prefetch(from + row * slice, slice);
}

// The rows of one pair with a stride of 1.
template <int U>
static inline __attribute__((always_inline)) void addImage(const GradientTile& t, const uint32_t* x, const __m512i* dy, GradientSums<U>& sums,
                                                           std::integral_constant<int, 1>) {
  for (int64_t r = 0; r < t.rows + 2; r++, x += t.rowStep, dy += t.pixels * t.blocks) {
    askAhead(t, r);
    const bool first = r < t.rows, second = r >= 1 && r <= t.rows, third = r >= 2;
    if (first && third) addRow<0, 2, 1, U>(t, x, dy, sums);
    else if (first && second) addRow<0, 1, 1, U>(t, x, dy, sums);
    else if (second && third) addRow<1, 2, 1, U>(t, x, dy, sums);
    else if (first) addRow<0, 0, 1, U>(t, x, dy, sums);
    else if (third) addRow<2, 2, 1, U>(t, x, dy, sums);
    else addRow<1, 1, 1, U>(t, x, dy, sums);
  }
}

// The same with a stride of 2: even rows meet the outer taps, odd ones the middle one.
template <int U>
static inline __attribute__((always_inline)) void addImage(const GradientTile& t, const uint32_t* x, const __m512i* dy, GradientSums<U>& sums,
                                                           std::integral_constant<int, 2>) {
  for (int64_t r = 0; r <= t.rows; r++, x += 2 * t.rowStep, dy += t.pixels * t.blocks) {
    askAhead(t, r);
    if (r == 0) addRow<0, 0, 2, U>(t, x, dy, sums);
    else if (r == t.rows) addRow<2, 2, 2, U>(t, x, dy, sums);
    else addRow<0, 2, 2, U>(t, x, dy, sums);
    if (r < t.rows) addRow<1, 1, 2, U>(t, x + t.rowStep, dy, sums);
  }
}

// The three taps of a column by U inputs by sixteen outputs: their sums stay in registers over all pixels of the images.
template <int U, int Stride>
static void gradientTile(const GradientTile& t) {
  GradientSums<U> sums;
  const auto at = [&](int i, int u) { return t.sums + i * t.tapStep + u * t.outputs; };
#pragma GCC unroll 3
  for (int i = 0; i < 3; i++)
#pragma GCC unroll 8
    for (int u = 0; u < U; u++) sums[i][u] = _mm512_loadu_ps(at(i, u));
  for (int64_t n = 0; n < t.images; n++)
    addImage<U>(t, t.x + n * t.imageStep, t.dy + n * t.rows * t.pixels * t.blocks, sums, std::integral_constant<int, Stride>());
#pragma GCC unroll 3
  for (int i = 0; i < 3; i++)
#pragma GCC unroll 8
    for (int u = 0; u < U; u++) _mm512_storeu_ps(at(i, u), sums[i][u]);
}

// Each value beside the other row's; sixteen at a time, so up to fifteen are read and written past the rows' ends.
static void interleaveRows(const Half* low, const Half* high, int64_t count, uint32_t* target) {
  alignas(64) uint16_t order[2 * kLanes];
  for (int16_t i = 0; i < kLanes; i++) order[2 * i] = i, order[2 * i + 1] = i + 2 * kLanes;
  const __m512i first = _mm512_load_si512(order), second = _mm512_add_epi16(first, _mm512_set1_epi16(kLanes));
  int64_t i = 0;
  for (; i + 2 * kLanes <= count; i += 2 * kLanes) {
    const __m512i a = _mm512_loadu_si512(low + i), b = _mm512_loadu_si512(high + i);
    _mm512_storeu_si512(target + i, _mm512_permutex2var_epi16(a, first, b));
    _mm512_storeu_si512(target + i + kLanes, _mm512_permutex2var_epi16(a, second, b));
  }
  const auto load = [](const Half* from) { return _mm256_loadu_si256(reinterpret_cast<const __m256i*>(from)); };
  for (; i < count; i += kLanes) _mm512_storeu_si512(target + i, interleaved(load(low + i), load(high + i)));
}

// A row in bfloat16 with its channels padded: where it lies if it is so already, else in `buffer`.
static const Half* paddedRow(const Shape&, const Half* row, int64_t, Half*) { return row; }
static const Half* paddedRow(const Shape& s, const float* row, int64_t channels, Half* buffer) {
  copyRow(s, row, channels, buffer);
  return buffer;
}

template <class T>
void filterGradient(const Shape& s, const T* x, const Half* dy, const FilterStrides& strides, float* filter) {
  const bool narrow = s.inputs % 8 != 0;
  const int64_t channels = padded(s.inputs, 4), blocks = s.outputs / kLanes;
  const auto run = s.stride == 1 ? narrow ? gradientTile<4, 1> : gradientTile<8, 1> : narrow ? gradientTile<4, 2> : gradientTile<8, 2>;
  const int64_t inputsTogether = narrow ? 4 : 8;
  const int64_t rowPixels = std::max(s.width + s.left, (s.outWidth - 1) * s.stride + kSide);
  const int64_t rowStep = padded(rowPixels * channels, kLanes);
  const Strip strip(s, channels * static_cast<int64_t>(sizeof(uint32_t)), kGradientBytes);
  const int64_t together = std::clamp<int64_t>(kGradientPixels / (s.outHeight * s.outWidth), 1, 4);
  const int64_t inputRows = (strip.rows - 1) * s.stride + kSide, imageStep = inputRows * rowStep;
  const int64_t groups = (s.batch + 2 * together - 1) / (2 * together), parts = std::min(kGradientParts, groups);
  const int64_t taps = kSide * kSide, sums = taps * channels * s.outputs;
  const auto partial = allotted<float>(parts * sums);
  const int64_t xRow = s.width * s.inputs, dyRow = s.outWidth * s.outputs;
  const auto none = zeroed<Half>(std::max(padded(s.width * channels, kLanes), dyRow));
  struct Scratch {
    Buffer<uint32_t> inputs;
    Buffer<Half> low, high;
    Buffer<__m512i> gradients;
  };
  // A group's first images are paired with those `together` on.
  const auto addStrip = [&](int64_t work, float* into, const Scratch& scratch) {
    const auto& [inputs, low, high, gradients] = scratch;
    const int64_t n0 = work / strip.count * 2 * together, images = std::min(together, s.batch - n0);
    const int64_t first = work % strip.count * strip.rows, rows = std::min(strip.rows, s.outHeight - first);
    for (int64_t n = 0; n < images; n++) {
      const int64_t a = n0 + n, b = a + together;
      for (int64_t r = 0; r < (rows - 1) * s.stride + kSide; r++) {
        const int64_t h = first * s.stride + r - s.top;
        uint32_t* row = inputs.get() + n * imageStep + r * rowStep;
        if (h < 0 || h >= s.height) {
          std::memset(row, 0, static_cast<size_t>(rowStep) * sizeof(uint32_t));
          continue;
        }
        const Half* other = b < s.batch ? paddedRow(s, x + (b * s.height + h) * xRow, channels, high.get()) : none.get();
        interleaveRows(paddedRow(s, x + (a * s.height + h) * xRow, channels, low.get()), other, s.width * channels, row + s.left * channels);
      }
      for (int64_t h = 0; h < rows; h++)
        interleaveRows(dy + (a * s.outHeight + first + h) * dyRow, b < s.batch ? dy + (b * s.outHeight + first + h) * dyRow : none.get(), dyRow,
                       reinterpret_cast<uint32_t*>(gradients.get() + (n * rows + h) * s.outWidth * blocks));
    }
    const int64_t tiles = kSide * channels / inputsTogether * blocks, nextWork = work + 1;
    const int64_t nextImage = nextWork / strip.count * 2 * together, nextRow = nextWork % strip.count * strip.rows;
    const int64_t nextRows = (together - 1) * s.outHeight + strip.rows;
    const auto slice = [&](int64_t elements, int64_t bytes) { return nextRows * elements * bytes / (tiles * (rows + 1) * images) + 1; };
    const auto xBytes = static_cast<int64_t>(sizeof(T)), dyBytes = static_cast<int64_t>(sizeof(Half));
    const int64_t sliceX = slice(s.stride * xRow, xBytes), sliceDy = slice(dyRow, dyBytes);
    const auto nextX = [&](int64_t image) { return reinterpret_cast<const char*>(x + (image * s.height + nextRow * s.stride) * xRow); };
    const auto nextDy = [&](int64_t image) { return reinterpret_cast<const char*>(dy + (image * s.outHeight + nextRow) * dyRow); };
    int64_t tile = 0;
    for (int64_t j = 0; j < kSide; j++)
      for (int64_t c = 0; c < channels; c += inputsTogether)
        for (int64_t b = 0; b < blocks; b++, tile++) {
          const int64_t skipped = tile * (rows + 1) * images;
          run({inputs.get() + j * channels + c, rowStep, s.stride * channels, gradients.get() + b, images, imageStep, rows, s.outWidth, blocks,
               into + (j * channels + c) * s.outputs + b * kLanes, kSide * channels * s.outputs, s.outputs,
               {{nextX(nextImage) + skipped * sliceX, sliceX}, {nextX(nextImage + together) + skipped * sliceX, sliceX},
                {nextDy(nextImage) + skipped * sliceDy, sliceDy}, {nextDy(nextImage + together) + skipped * sliceDy, sliceDy}}});
        }
  };
  balancedFor(parts, [&] {
    return [&, scratch = Scratch{zeroed<uint32_t>(together * imageStep + kLanes), zeroed<Half>(rowStep + kLanes), zeroed<Half>(rowStep + kLanes),
                                 zeroed<__m512i>(together * strip.rows * s.outWidth * blocks)}](int64_t part) {
      const int64_t from = part * groups / parts * strip.count, to = (part + 1) * groups / parts * strip.count;
      float* own = partial.get() + part * sums;
      std::fill_n(own, sums, 0.f);
      for (int64_t work = from; work < to; work++) addStrip(work, own, scratch);
    };
  });
  at::parallel_for(0, taps * blocks, 4, [&](int64_t from, int64_t to) {
    alignas(64) float tile[kMostChannels][kLanes];
    for (int64_t work = from; work < to; work++) {
      const int64_t tap = work / blocks, o = work % blocks * kLanes;
      for (int64_t c = 0; c < s.inputs; c++) {
        const float* first = partial.get() + (tap * channels + c) * s.outputs + o;
        __m512 sum = _mm512_loadu_ps(first);
        for (int64_t part = 1; part < parts; part++) sum = _mm512_add_ps(sum, _mm512_loadu_ps(first + part * sums));
        _mm512_store_ps(tile[c], sum);
      }
      float* target = filter + tap / kSide * strides.height + tap % kSide * strides.width + o * strides.output;
      for (int64_t lane = 0; lane < kLanes; lane++)
        for (int64_t c = 0; c < s.inputs; c++) target[lane * strides.output + c * strides.input] = tile[c][lane];
    }
  });
}

static bool known(int64_t channels) { return channels == 16 || channels == 32 || channels == kMostChannels; }

bool takes(const Shape& s) {
  return s.stride <= 2 && s.batch > 0 && s.outHeight > 0 && s.outWidth > 0 &&
         (s.inputs <= 4 || known(s.inputs)) && known(s.outputs);
}

bool takesInputGradient(const Shape& s) { return known(s.inputs) && takes(s); }

}  // namespace anneal::direct
#else
namespace anneal::direct {

constexpr const char* kAbsent = "this build has no direct convolutions: the processor that built it has no AVX-512 BF16";

bool takes(const Shape&) { return false; }
bool takesInputGradient(const Shape&) { return false; }
void inputGradient(const Shape&, const Half*, const float*, const FilterStrides&, Half*) { throw std::logic_error(kAbsent); }
template <class T>
void forward(const Shape&, const T*, const float*, const FilterStrides&, Half*) {
  throw std::logic_error(kAbsent);
}
template <class T>
void filterGradient(const Shape&, const T*, const Half*, const FilterStrides&, float*) {
  throw std::logic_error(kAbsent);
}

}  // namespace anneal::direct
#endif

namespace anneal::direct {

template void forward(const Shape&, const Half*, const float*, const FilterStrides&, Half*);
template void forward(const Shape&, const float*, const float*, const FilterStrides&, Half*);
template void filterGradient(const Shape&, const Half*, const Half*, const FilterStrides&, float*);
template void filterGradient(const Shape&, const float*, const Half*, const FilterStrides&, float*);

}  // namespace anneal::direct
