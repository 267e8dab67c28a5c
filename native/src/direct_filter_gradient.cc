// The filter's gradient of a direct convolution.
#include "direct_conv.h"

#include <algorithm>
#include <cstring>
#include <stdexcept>
#include <type_traits>

#include "balanced_for.h"

#ifdef __AVX512BF16__
#include "direct_rows.h"

namespace anneal::direct {

// Bytes of a strip of the input: within the half of the caches that a thread has for itself.
constexpr int64_t kGradientBytes = 96 << 10;
// Small images are taken together until their pixels are as many.
constexpr int64_t kGradientPixels = 256;
// Parts of a batch whose sums are kept apart and then added in their order: the same bits by any number of threads.
constexpr int64_t kGradientParts = 8;

// The filter's gradient sums over pairs of images: both sides are interleaved, [(row, pixel)][channel][2].
struct GradientTile {
  const uint32_t* x;
  int64_t rowStep, pixelStep;
  const __m512i* dy;
  int64_t images, imageStep, rows, pixels, blocks;
  float* sums;
  int64_t tapStep, outputs;
  // What the next strip reads; each row here prefetches a slice of it.
  struct Next {
    const char* from;
    int64_t slice;
  } next[4];
};

template <int U>
using GradientSums = __m512[3][U];

// One row of the input with the rows of the gradient that it meets with the taps `First` to `Last`, every `Stride`th, of a column of the
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

// Each value next to the other row's; sixteen at a time, so up to fifteen are read and written past the rows' ends.
static void interleaveRows(const Bf16* low, const Bf16* high, int64_t count, uint32_t* target) {
  alignas(64) uint16_t order[2 * kLanes];
  for (int16_t i = 0; i < kLanes; i++) order[2 * i] = i, order[2 * i + 1] = i + 2 * kLanes;
  const __m512i first = _mm512_load_si512(order), second = _mm512_add_epi16(first, _mm512_set1_epi16(kLanes));
  int64_t i = 0;
  for (; i + 2 * kLanes <= count; i += 2 * kLanes) {
    const __m512i a = _mm512_loadu_si512(low + i), b = _mm512_loadu_si512(high + i);
    _mm512_storeu_si512(target + i, _mm512_permutex2var_epi16(a, first, b));
    _mm512_storeu_si512(target + i + kLanes, _mm512_permutex2var_epi16(a, second, b));
  }
  const auto load = [](const Bf16* from) { return _mm256_loadu_si256(reinterpret_cast<const __m256i*>(from)); };
  for (; i < count; i += kLanes) _mm512_storeu_si512(target + i, interleaved(load(low + i), load(high + i)));
}

// A row in bfloat16 with its channels padded: where it is if it is so already, else in `buffer`.
static const Bf16* paddedRow(const Shape&, const Bf16* row, int64_t, Bf16*) { return row; }
static const Bf16* paddedRow(const Shape& s, const float* row, int64_t channels, Bf16* buffer) {
  copyRow(s, row, channels, buffer);
  return buffer;
}

template <class T>
void filterGradient(const Shape& s, const T* x, const Bf16* dy, const FilterStrides& strides, float* filter) {
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
  const auto none = zeroed<Bf16>(std::max(padded(s.width * channels, kLanes), dyRow));
  struct Scratch {
    Buffer<uint32_t> inputs;
    Buffer<Bf16> low, high;
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
        const Bf16* other = b < s.batch ? paddedRow(s, x + (b * s.height + h) * xRow, channels, high.get()) : none.get();
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
    const auto xBytes = static_cast<int64_t>(sizeof(T)), dyBytes = static_cast<int64_t>(sizeof(Bf16));
    const int64_t sliceX = slice(s.stride * xRow, xBytes), sliceDy = slice(dyRow, dyBytes);
    const auto nextX = [&](int64_t image) { return reinterpret_cast<const char*>(x + (image * s.height + nextRow * s.stride) * xRow); };
    const auto nextDy = [&](int64_t image) { return reinterpret_cast<const char*>(dy + (image * s.outHeight + nextRow) * dyRow); };
    int64_t tile = 0;
    for (int64_t j = 0; j < kSide; j++)
      for (int64_t c = 0; c < channels; c += inputsTogether)
        for (int64_t b = 0; b < blocks; b++, tile++) {
          const int64_t skipped = tile * (rows + 1) * images;
          run({inputs.get() + j * channels + c,
               rowStep,
               s.stride * channels,
               gradients.get() + b,
               images,
               imageStep,
               rows,
               s.outWidth,
               blocks,
               into + (j * channels + c) * s.outputs + b * kLanes,
               kSide * channels * s.outputs,
               s.outputs,
               {{nextX(nextImage) + skipped * sliceX, sliceX},
                {nextX(nextImage + together) + skipped * sliceX, sliceX},
                {nextDy(nextImage) + skipped * sliceDy, sliceDy},
                {nextDy(nextImage + together) + skipped * sliceDy, sliceDy}}});
        }
  };
  balancedFor(parts, [&] {
    return [&, scratch = Scratch{zeroed<uint32_t>(together * imageStep + kLanes), zeroed<Bf16>(rowStep + kLanes), zeroed<Bf16>(rowStep + kLanes),
                                 zeroed<__m512i>(together * strip.rows * s.outWidth * blocks)}](int64_t part) {
      const int64_t from = part * groups / parts * strip.count, to = (part + 1) * groups / parts * strip.count;
      float* own = partial.get() + part * sums;
      std::fill_n(own, sums, 0.f);
      for (int64_t work = from; work < to; work++) addStrip(work, own, scratch);
    };
  });
  at::parallel_for(0, taps * blocks, 4, [&](int64_t from, int64_t to) {
    alignas(64) float tile[kMaxChannels][kLanes];
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

}  // namespace anneal::direct
#else
namespace anneal::direct {

template <class T>
void filterGradient(const Shape&, const T*, const Bf16*, const FilterStrides&, float*) {
  throw std::logic_error("this build has no direct convolutions");
}

}  // namespace anneal::direct
#endif

namespace anneal::direct {

template void filterGradient(const Shape&, const Bf16*, const Bf16*, const FilterStrides&, float*);
template void filterGradient(const Shape&, const float*, const Bf16*, const FilterStrides&, float*);

}  // namespace anneal::direct
