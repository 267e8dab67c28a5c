#include "tables.h"

#include <algorithm>

#ifdef __AVX512VBMI__
#include <immintrin.h>
#endif

namespace anneal::imaging {
namespace {

/** Several counts of each value, added up at the end: one after another of the same value would wait for each other. */
template <int kChannels, int kCopies>
void count(const uint8_t* from, size_t bytes, uint32_t* counts) {
  constexpr int kStep = kChannels * kCopies;
  uint32_t partial[kStep][256] = {};
  size_t i = 0;
  for (; i + kStep <= bytes; i += kStep)
    for (int k = 0; k < kStep; k++) partial[k][from[i + k]]++;
  for (int k = 0; i + k < bytes; k++) partial[k][from[i + k]]++;
  for (int c = 0; c < kChannels; c++)
    for (int v = 0; v < 256; v++) {
      uint32_t sum = 0;
      for (int k = c; k < kStep; k += kChannels) sum += partial[k][v];
      counts[c * 256 + v] = sum;
    }
}

void applyPlain(const uint8_t* in, size_t bytes, int channels, const uint8_t* tables, uint8_t* out) {
  if (channels == 1) {
    for (size_t i = 0; i < bytes; i++) out[i] = tables[in[i]];
  } else {
    for (size_t i = 0; i < bytes; i += 3)
      for (int c = 0; c < 3; c++) out[i + c] = tables[c * 256 + in[i + c]];
  }
}

#ifdef __AVX512VBMI__

struct Table {
  __m512i quarters[4];
  explicit Table(const uint8_t* bytes) {
    for (int i = 0; i < 4; i++) quarters[i] = _mm512_loadu_si512(bytes + 64 * i);
  }
  __m512i at(__m512i index) const {
    const __m512i low = _mm512_permutex2var_epi8(quarters[0], index, quarters[1]);
    const __m512i high = _mm512_permutex2var_epi8(quarters[2], index, quarters[3]);
    return _mm512_mask_mov_epi8(low, _mm512_movepi8_mask(index), high);
  }
};

size_t applyWide(const uint8_t* in, size_t bytes, const uint8_t* table, uint8_t* out) {
  const Table values(table);
  size_t i = 0;
  for (; i + 64 <= bytes; i += 64) _mm512_storeu_si512(out + i, values.at(_mm512_loadu_si512(in + i)));
  return i;
}

/** Which of the 64 bytes of vector v, of three that hold whole pixels, are of a channel. */
constexpr __mmask64 channelMask(int v, int channel) {
  uint64_t mask = 0;
  for (int i = 0; i < 64; i++)
    if ((64 * v + i) % 3 == channel) mask |= uint64_t{1} << i;
  return mask;
}

constexpr __mmask64 kGreen[3] = {channelMask(0, 1), channelMask(1, 1), channelMask(2, 1)};
constexpr __mmask64 kBlue[3] = {channelMask(0, 2), channelMask(1, 2), channelMask(2, 2)};

size_t applyWideColour(const uint8_t* in, size_t bytes, const uint8_t* tables, uint8_t* out) {
  const Table red(tables), green(tables + 256), blue(tables + 512);
  size_t i = 0;
  for (; i + 192 <= bytes; i += 192)
    for (int v = 0; v < 3; v++) {
      const __m512i index = _mm512_loadu_si512(in + i + 64 * v);
      const __m512i two = _mm512_mask_mov_epi8(red.at(index), kGreen[v], green.at(index));
      _mm512_storeu_si512(out + i + 64 * v, _mm512_mask_mov_epi8(two, kBlue[v], blue.at(index)));
    }
  return i;
}

#endif

}  // namespace

void histogram(const Image& image, uint32_t* counts) {
  if (image.channels == 1) count<1, 4>(image.data, image.bytes(), counts);
  else count<3, 2>(image.data, image.bytes(), counts);
}

void applyTables(const Image& in, const Image& out, const uint8_t* tables) {
  const size_t bytes = in.bytes();
  size_t done = 0;
#ifdef __AVX512VBMI__
  done = in.channels == 1 ? applyWide(in.data, bytes, tables, out.data) : applyWideColour(in.data, bytes, tables, out.data);
#endif
  applyPlain(in.data + done, bytes - done, in.channels, tables, out.data + done);
}

}  // namespace anneal::imaging
