// What maps each value by itself: PIL's invert, posterize, solarize, autocontrast, equalize, and tables.
#include <algorithm>
#include <cmath>
#include <numeric>

#include "operations.h"
#include "tables.h"

namespace anneal::imaging {
namespace {

struct Range {
  uint8_t low[3], high[3];
};

/** Smallest and largest value of each channel. */
Range rangeOf(const Image& image) {
  constexpr int kBlock = 192;
  const int channels = image.channels;
  uint8_t low[kBlock], high[kBlock];
  std::fill(low, low + kBlock, 255);
  std::fill(high, high + kBlock, 0);
  const uint8_t* from = image.data;
  const size_t bytes = image.bytes();
  size_t i = 0;
  for (; i + kBlock <= bytes; i += kBlock)
    for (int k = 0; k < kBlock; k++) {
      const uint8_t value = from[i + k];
      low[k] = value < low[k] ? value : low[k];
      high[k] = value > high[k] ? value : high[k];
    }
  for (int k = 0; i + k < bytes; k++) {
    low[k] = std::min(low[k], from[i + k]);
    high[k] = std::max(high[k], from[i + k]);
  }
  Range range;
  for (int c = 0; c < channels; c++) {
    range.low[c] = 255;
    range.high[c] = 0;
    for (int k = c; k < kBlock; k += channels) {
      range.low[c] = std::min(range.low[c], low[k]);
      range.high[c] = std::max(range.high[c], high[k]);
    }
  }
  return range;
}

void stretch(uint8_t low, uint8_t high, uint8_t* table) {
  if (high <= low) {
    std::iota(table, table + 256, 0);
    return;
  }
  const double scale = 255.0 / (high - low), offset = -low * scale;
  for (int i = 0; i < 256; i++) table[i] = static_cast<uint8_t>(std::clamp(static_cast<int>(i * scale + offset), 0, 255));
}

void flatten(const uint32_t* counts, uint8_t* table) {
  int last = 255;
  while (last > 0 && counts[last] == 0) last--;
  const uint32_t step = std::accumulate(counts, counts + last, uint32_t{0}) / 255;
  if (step == 0) {
    std::iota(table, table + 256, 0);
    return;
  }
  uint32_t sum = step / 2;
  for (int i = 0; i < 256; i++) {
    table[i] = static_cast<uint8_t>(std::min(sum / step, uint32_t{255}));
    sum += counts[i];
  }
}

}  // namespace

void invert(const Call& call) {
  const uint8_t* in = call.in.data;
  uint8_t* out = call.out.data;
  for (size_t i = 0, bytes = call.in.bytes(); i < bytes; i++) out[i] = 255 - in[i];
}

/** bits to keep */
void posterize(const Call& call) {
  const uint8_t* in = call.in.data;
  uint8_t* out = call.out.data;
  const auto mask = static_cast<uint8_t>(0xff00 >> call.integer(0));
  for (size_t i = 0, bytes = call.in.bytes(); i < bytes; i++) out[i] = in[i] & mask;
}

/** the value from which on values are inverted; need not be whole */
void solarize(const Call& call) {
  const uint8_t* in = call.in.data;
  uint8_t* out = call.out.data;
  const auto threshold = static_cast<int16_t>(std::clamp(std::ceil(call.parameters[0]), 0.0, 256.0));
  for (size_t i = 0, bytes = call.in.bytes(); i < bytes; i++) {
    const uint8_t value = in[i];
    out[i] = value < threshold ? value : 255 - value;
  }
}

/** values: uint8 [256], or [channels, 256] */
void lookup(const Call& call) {
  const Values& table = call.values[0];
  const auto* bytes = static_cast<const uint8_t*>(table.data);
  const size_t channels = call.in.channels;
  if (table.bytes == 256 && channels > 1)
    return applyTables({call.in.data, static_cast<int>(call.in.rowBytes()), call.in.height, 1},
                       {call.out.data, static_cast<int>(call.in.rowBytes()), call.in.height, 1}, bytes);
  require(table.bytes == channels * 256, "a table has 256 values, or so many a channel");
  applyTables(call.in, call.out, bytes);
}

void autocontrast(const Call& call) {
  const Range range = rangeOf(call.in);
  uint8_t tables[3 * 256];
  for (int c = 0; c < call.in.channels; c++) stretch(range.low[c], range.high[c], tables + c * 256);
  applyTables(call.in, call.out, tables);
}

void equalize(const Call& call) {
  uint32_t counts[3 * 256];
  uint8_t tables[3 * 256];
  histogram(call.in, counts);
  for (int c = 0; c < call.in.channels; c++) flatten(counts + c * 256, tables + c * 256);
  applyTables(call.in, call.out, tables);
}

}  // namespace anneal::imaging
