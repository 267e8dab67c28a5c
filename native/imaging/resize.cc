// PIL's resize with BILINEAR (an antialiased triangle filter in fixed point, across and then down).
#include <algorithm>
#include <cmath>
#include <cstring>

#include "operations.h"

#if defined(__AVX512VBMI__) && defined(__AVX512VNNI__)
#include <immintrin.h>
#endif

namespace anneal::imaging {
namespace {

constexpr int kPrecision = 22;
constexpr int kHalf = 1 << (kPrecision - 1);

/** Weights of each output pixel in units of 2^-kPrecision, as many for each, and the first source pixel that they are of. */
struct Filter {
  int taps;
  int* first;
  int* weights;
  bool identity;
};

/** The triangle, widened when shrinking, for outputs [start, start + outputs) of `to` from `from` pixels. */
Filter triangle(Scratch& scratch, int place, int from, int to, int start, int outputs) {
  const double scale = static_cast<double>(from) / to;
  const double support = std::max(1.0, scale), inverse = 1.0 / support;
  const auto low = [&](int i) { return std::max(0, static_cast<int>((start + i + 0.5) * scale - support + 0.5)); };
  const auto high = [&](int i) { return std::min(from, static_cast<int>((start + i + 0.5) * scale + support + 0.5)); };
  Filter filter{1, nullptr, nullptr, from == to};
  for (int i = 0; i < outputs; i++) filter.taps = std::max(filter.taps, high(i) - low(i));
  const int taps = filter.taps;
  filter.first = scratch.take<int>(place, static_cast<size_t>(outputs) * (taps + 1));
  filter.weights = filter.first + outputs;
  std::fill(filter.weights, filter.weights + static_cast<size_t>(outputs) * taps, 0);
  double* exact = scratch.take<double>(place + 1, taps);
  for (int i = 0; i < outputs; i++) {
    const int begin = low(i), count = high(i) - begin;
    const double center = (start + i + 0.5) * scale;
    double sum = 0;
    for (int k = 0; k < count; k++) {
      exact[k] = std::max(0.0, 1 - std::abs((k + begin - center + 0.5) * inverse));
      sum += exact[k];
    }
    // Where fewer pixels count than there are weights, the others are 0 and of pixels before, so as not to reach over the end.
    filter.first[i] = std::min(begin, from - taps);
    int* weights = filter.weights + static_cast<size_t>(i) * taps + (begin - filter.first[i]);
    for (int k = 0; k < count; k++) weights[k] = static_cast<int>(0.5 + exact[k] / sum * (1 << kPrecision));
  }
  return filter;
}

using Bytes16 = uint8_t __attribute__((vector_size(16)));
using Ints4 = int __attribute__((vector_size(16)));

/** Four bytes as integers, by a shuffle, for which there is one instruction. */
inline Ints4 widened(const uint8_t* from) {
  Bytes16 bytes = {};
  std::memcpy(&bytes, from, 4);
  constexpr Bytes16 kSpread = {0, 4, 4, 4, 1, 4, 4, 4, 2, 4, 4, 4, 3, 4, 4, 4};
  return reinterpret_cast<Ints4>(__builtin_shuffle(bytes, kSpread));
}

/** The low byte of each of four integers. */
inline void storeNarrowed(Ints4 values, uint8_t* to) {
  constexpr Bytes16 kGather = {0, 4, 8, 12, 0, 4, 8, 12, 0, 4, 8, 12, 0, 4, 8, 12};
  const Bytes16 bytes = __builtin_shuffle(reinterpret_cast<Bytes16>(values), kGather);
  std::memcpy(to, &bytes, 4);
}

/** A row of RGB: each pixel by four bytes, which reach over what is read and written by one. */
void acrossColour(const Filter& filter, const uint8_t* row, int outputs, uint8_t* to) {
  const int* weights = filter.weights;
  for (int x = 0; x < outputs; x++, weights += filter.taps, to += 3) {
    const uint8_t* from = row + 3 * filter.first[x];
    Ints4 sum = {kHalf, kHalf, kHalf, kHalf};
    for (int k = 0; k < filter.taps; k++) sum += widened(from + 3 * k) * weights[k];
    storeNarrowed(sum >> kPrecision, to);
  }
}

void acrossGrey(const Filter& filter, const uint8_t* row, int outputs, uint8_t* to) {
  const int* weights = filter.weights;
  for (int x = 0; x < outputs; x++, weights += filter.taps) {
    int sum = kHalf;
    for (int k = 0; k < filter.taps; k++) sum += weights[k] * row[filter.first[x] + k];
    to[x] = static_cast<uint8_t>(sum >> kPrecision);
  }
}

#if defined(__AVX512VBMI__) && defined(__AVX512VNNI__)

constexpr int kLanes = 16, kReach = 64, kTapsAtOnce = 4;

/** Weights as three digits to base 256 from -128 to 127, so that products of bytes add up to the same integers. */
struct Digits {
  int8_t high, middle, low;
  explicit Digits(int weight) {
    low = static_cast<int8_t>(weight);
    const int rest = (weight - low) >> 8;
    middle = static_cast<int8_t>(rest);
    high = static_cast<int8_t>((rest - middle) >> 8);
  }
};

/** Sums of four bytes times their weights' digits, in each of 16 lanes. */
struct Sums {
  __m512i high = _mm512_setzero_si512(), middle = high, low = high;
  void add(__m512i bytes, __m512i highs, __m512i middles, __m512i lows) {
    high = _mm512_dpbusd_epi32(high, bytes, highs);
    middle = _mm512_dpbusd_epi32(middle, bytes, middles);
    low = _mm512_dpbusd_epi32(low, bytes, lows);
  }
  __m512i pixels() const {
    const __m512i upper = _mm512_add_epi32(_mm512_slli_epi32(high, 16), _mm512_slli_epi32(middle, 8));
    return _mm512_srai_epi32(_mm512_add_epi32(_mm512_add_epi32(upper, low), _mm512_set1_epi32(kHalf)), kPrecision);
  }
};

/**
 * The filter for 16 bytes of a row at once, whatever pixels they are of: for each group of them the byte from which 64 are read, which of these are in the
 * row, and for every four taps which bytes go to which lane, and the digits of their weights there.
 */
struct Wide {
  int groups = 0, steps = 0;
  int* start = nullptr;
  uint64_t* readable = nullptr;
  uint8_t* tables = nullptr;

  /** @returns whether every group reaches no further than what is read. */
  bool make(const Filter& filter, Scratch& scratch, int channels, int outputs, int rowBytes) {
    constexpr int kStep = 4 * kReach;
    const int bytes = outputs * channels;
    groups = (bytes + kLanes - 1) / kLanes;
    steps = (filter.taps + kTapsAtOnce - 1) / kTapsAtOnce;
    tables = scratch.take<uint8_t>(9, static_cast<size_t>(groups) * (steps * kStep + sizeof(uint64_t) + sizeof(int)));
    readable = reinterpret_cast<uint64_t*>(tables + static_cast<size_t>(groups) * steps * kStep);
    start = reinterpret_cast<int*>(readable + groups);
    for (int g = 0; g < groups; g++) {
      const int from = g * kLanes, to = std::min(bytes, from + kLanes);
      start[g] = filter.first[from / channels] * channels;
      if ((filter.first[(to - 1) / channels] + filter.taps) * channels - start[g] > kReach) return false;
      const int left = rowBytes - start[g];
      readable[g] = left >= kReach ? ~uint64_t{0} : (uint64_t{1} << left) - 1;
      uint8_t* table = tables + static_cast<size_t>(g) * steps * kStep;
      std::memset(table, 0, static_cast<size_t>(steps) * kStep);
      for (int lane = 0; lane < kLanes; lane++) {
        const int at = std::min(from + lane, bytes - 1), pixel = at / channels;
        const int first = filter.first[pixel] * channels + at % channels - start[g];
        const int* weights = filter.weights + static_cast<size_t>(pixel) * filter.taps;
        for (int tap = 0; tap < filter.taps; tap++) {
          const Digits digits(weights[tap]);
          uint8_t* place = table + tap / kTapsAtOnce * kStep + lane * kTapsAtOnce + tap % kTapsAtOnce;
          place[0] = static_cast<uint8_t>(first + tap * channels);
          place[kReach] = static_cast<uint8_t>(digits.high);
          place[2 * kReach] = static_cast<uint8_t>(digits.middle);
          place[3 * kReach] = static_cast<uint8_t>(digits.low);
        }
      }
    }
    return true;
  }

  void across(const uint8_t* row, int bytes, uint8_t* to) const {
    const uint8_t* table = tables;
    for (int g = 0; g < groups; g++) {
      const __m512i from = _mm512_maskz_loadu_epi8(readable[g], row + start[g]);
      Sums sums;
      for (int k = 0; k < steps; k++, table += 4 * kReach)
        sums.add(_mm512_permutexvar_epi8(_mm512_loadu_si512(table), from), _mm512_loadu_si512(table + kReach), _mm512_loadu_si512(table + 2 * kReach),
                 _mm512_loadu_si512(table + 3 * kReach));
      const int left = bytes - g * kLanes;
      const __m128i pixels = _mm512_cvtepi32_epi8(sums.pixels());
      // A store with a mask takes longer.
      if (left >= kLanes) _mm_storeu_si128(reinterpret_cast<__m128i*>(to + g * kLanes), pixels);
      else _mm_mask_storeu_epi8(to + g * kLanes, static_cast<__mmask16>((1 << left) - 1), pixels);
    }
  }
};

/** Bytes that are computed at once; so many may be read after the last row. */
constexpr int kBlock = 64;

/** Four taps of a row: their weights' digits, and zeros for what there is not. */
struct Four {
  int8_t high[kTapsAtOnce] = {}, middle[kTapsAtOnce] = {}, low[kTapsAtOnce] = {};
  Four(const int* weights, int count) {
    for (int i = 0; i < std::min(count, kTapsAtOnce); i++) {
      const Digits digits(weights[i]);
      high[i] = digits.high;
      middle[i] = digits.middle;
      low[i] = digits.low;
    }
  }
};

inline __m512i everywhere(const int8_t (&digits)[kTapsAtOnce]) {
  int four;
  std::memcpy(&four, digits, sizeof(four));
  return _mm512_set1_epi32(four);
}

/** One output row of `bytes` from `taps` rows that lie `bytes` apart. */
void down(const uint8_t* from, const int* weights, int taps, int bytes, uint8_t* to) {
  thread_local std::vector<Four> fours;
  fours.clear();
  for (int tap = 0; tap < taps; tap += kTapsAtOnce) fours.emplace_back(weights + tap, taps - tap);
  for (int x = 0; x < bytes; x += kBlock) {
    Sums sums[4];
    for (int tap = 0; tap < taps; tap += kTapsAtOnce) {
      // Rows that there are not have no weight.
      const auto row = [&](int j) { return _mm512_loadu_si512(from + static_cast<size_t>(std::min(tap + j, taps - 1)) * bytes + x); };
      const __m512i rows[] = {row(0), row(1), row(2), row(3)};
      const __m512i pairs[] = {_mm512_unpacklo_epi8(rows[0], rows[1]), _mm512_unpacklo_epi8(rows[2], rows[3]), _mm512_unpackhi_epi8(rows[0], rows[1]),
                               _mm512_unpackhi_epi8(rows[2], rows[3])};
      const Four& four = fours[tap / kTapsAtOnce];
      const __m512i highs = everywhere(four.high), middles = everywhere(four.middle), lows = everywhere(four.low);
      for (int i = 0; i < 4; i += 2) {
        sums[i].add(_mm512_unpacklo_epi16(pairs[i], pairs[i + 1]), highs, middles, lows);
        sums[i + 1].add(_mm512_unpackhi_epi16(pairs[i], pairs[i + 1]), highs, middles, lows);
      }
    }
    // Packed as it was unpacked, within each 128 bits.
    const __m512i first = _mm512_packus_epi32(sums[0].pixels(), sums[1].pixels()), second = _mm512_packus_epi32(sums[2].pixels(), sums[3].pixels());
    const __m512i pixels = _mm512_packus_epi16(first, second);
    const int left = bytes - x;
    if (left >= kBlock) _mm512_storeu_si512(to + x, pixels);
    else _mm512_mask_storeu_epi8(to + x, (__mmask64{1} << left) - 1, pixels);
  }
}

#else

struct Wide {
  bool make(const Filter&, Scratch&, int, int, int) { return false; }
  void across(const uint8_t*, int, uint8_t*) const {}
};

/** Bytes that are computed at once; so many may be read after the last row. */
constexpr int kBlock = 128;

/** One output row of `bytes` from `taps` rows that lie `bytes` apart. */
void down(const uint8_t* from, const int* weights, int taps, int bytes, uint8_t* to) {
  for (int x = 0; x < bytes; x += kBlock) {
    int sums[kBlock];
    std::fill(sums, sums + kBlock, kHalf);
    for (int k = 0; k < taps; k++) {
      const uint8_t* values = from + static_cast<size_t>(k) * bytes + x;
      const int weight = weights[k];
      for (int i = 0; i < kBlock; i++) sums[i] += weight * values[i];
    }
    uint8_t result[kBlock];
    for (int i = 0; i < kBlock; i++) result[i] = static_cast<uint8_t>(sums[i] >> kPrecision);
    std::copy(result, result + std::min(kBlock, bytes - x), to + x);
  }
}

#endif

}  // namespace

/** region x, y, width, height; size of the whole result; x, y of the window that is made of it. */
void resize(const Call& call) {
  const Image in = call.in, out = call.out;
  const int left = call.integer(0), up = call.integer(1), regionWidth = call.integer(2), regionHeight = call.integer(3);
  require(left >= 0 && up >= 0 && left + regionWidth <= in.width && up + regionHeight <= in.height, "the region lies outside of the image");
  const Filter columns = triangle(call.scratch, 0, regionWidth, call.integer(4), call.integer(6), out.width);
  const Filter lines = triangle(call.scratch, 2, regionHeight, call.integer(5), call.integer(7), out.height);
  const int top = lines.first[0], bottom = lines.first[out.height - 1] + lines.taps;
  const int stride = static_cast<int>(out.rowBytes());
  auto* rows = call.scratch.take<uint8_t>(4, static_cast<size_t>(bottom - top) * stride + kBlock);
  auto* lastRow = call.scratch.take<uint8_t>(5, in.rowBytes() + 1);
  Wide wide;
  const bool isWide = !columns.identity && wide.make(columns, call.scratch, in.channels, out.width, regionWidth * in.channels);
  for (int y = top; y < bottom; y++) {
    const uint8_t* row = in.row(up + y);
    uint8_t* to = rows + static_cast<size_t>(y - top) * stride;
    if (columns.identity) {
      std::memcpy(to, row + (left + columns.first[0]) * in.channels, stride);
      continue;
    }
    if (isWide) {
      wide.across(row + left * in.channels, stride, to);
      continue;
    }
    // Behind the last row lies nothing that may be read.
    if (up + y == in.height - 1) row = static_cast<uint8_t*>(std::memcpy(lastRow, row, in.rowBytes()));
    const auto across = in.channels == 3 ? acrossColour : acrossGrey;
    across(columns, row + left * in.channels, out.width, to);
  }
  for (int y = 0; y < out.height; y++) {
    const uint8_t* from = rows + static_cast<size_t>(lines.first[y] - top) * stride;
    down(from, lines.weights + static_cast<size_t>(y) * lines.taps, lines.taps, stride, out.row(y));
  }
}

}  // namespace anneal::imaging
