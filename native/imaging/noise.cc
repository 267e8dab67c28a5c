// Noise of sensors and of transmission.
#include <algorithm>
#include <cmath>
#include <cstring>

#include "cumulative.h"
#include "operations.h"
#include "random.h"
#include "tables.h"

namespace anneal::imaging {
namespace {

/** Calls `change(i, number)` for every value, with one number a value, or one for all channels of a pixel. */
template <typename Change>
void forEachValue(const Image& image, const Numbers& numbers, bool perChannel, Change change) {
  constexpr int kBlock = 512;
  uint32_t drawn[kBlock];
  const int together = perChannel ? 1 : image.channels;
  const auto count = static_cast<uint32_t>(image.bytes() / together);
  for (uint32_t start = 0; start < count; start += kBlock) {
    const uint32_t length = std::min<uint32_t>(kBlock, count - start);
    for (uint32_t k = 0; k < length; k++) drawn[k] = numbers.at(start + k);
    for (uint32_t k = 0; k < length; k++)
      for (int c = 0; c < together; c++) change(static_cast<size_t>(start + k) * together + c, drawn[k]);
  }
}

/** Shares of a Poisson distribution by the levels that its counts lead to: round(255·count/photons), at most 255. */
void poissonLevels(double mean, double photons, uint32_t* shares) {
  double mass[256] = {};
  const auto level = [&](double count) { return static_cast<int>(std::min(255.0, std::floor(count * 255 / photons + 0.5))); };
  const double mode = std::floor(mean);
  int sign;
  const double peak = mean == 0 ? 1 : std::exp(mode * std::log(mean) - mean - lgamma_r(mode + 1, &sign));
  constexpr double kNothing = 1e-13;
  double part = peak;
  for (double count = mode; part > kNothing; count++, part *= mean / count) mass[level(count)] += part;
  part = peak;
  for (double count = mode; count > 0 && part > kNothing;) {
    part *= count / mean;
    mass[level(--count)] += part;
  }
  double sum = 0;
  for (int i = 0; i < 256; i++) shares[i] = share32(sum += mass[i]);
  shares[255] = 0xffffffffu;
}

}  // namespace

/** standard deviation in levels, whether each channel has its own, seed */
void gaussianNoise(const Call& call) {
  constexpr int kMost = 255, kCount = 2 * kMost + 1;
  const double sigma = call.parameters[0];
  uint32_t shares[kCount];
  uint16_t guides[Cumulative::kGuides];
  // What is added is rounded; changes beyond ±255 end up black or white all the same.
  for (int i = 0; i < kCount; i++)
    shares[i] = sigma == 0 ? (i < kMost ? 0 : 0xffffffffu) : share32(0.5 * std::erfc((kMost - i - 0.5) / (sigma * std::sqrt(2.0))));
  shares[kCount - 1] = 0xffffffffu;
  Cumulative changes(shares, guides);
  changes.prepare(kCount);
  const uint8_t* in = call.in.data;
  uint8_t* out = call.out.data;
  forEachValue(call.in, Numbers(call.parameters[2]), call.integer(1) != 0,
               [&](size_t i, uint32_t number) { out[i] = static_cast<uint8_t>(std::clamp(in[i] + changes.draw(number) - kMost, 0, 255)); });
}

/** photons of a white pixel, whether each channel has its own, seed */
void shotNoise(const Call& call) {
  const double photons = call.parameters[0];
  auto* shares = call.scratch.take<uint32_t>(0, 256 * 256);
  auto* guides = call.scratch.take<uint16_t>(1, 256 * Cumulative::kGuides);
  uint32_t counts[256];
  // Tables of the values that occur, whichever the channel.
  histogram({call.in.data, static_cast<int>(call.in.rowBytes()), call.in.height, 1}, counts);
  for (int v = 0; v < 256; v++) {
    if (counts[v] == 0) continue;
    poissonLevels(v * photons / 255, photons, shares + 256 * v);
    Cumulative(shares + 256 * v, guides + Cumulative::kGuides * v).prepare(256);
  }
  const uint8_t* in = call.in.data;
  uint8_t* out = call.out.data;
  forEachValue(call.in, Numbers(call.parameters[2]), call.integer(1) != 0, [&](size_t i, uint32_t number) {
    out[i] = static_cast<uint8_t>(Cumulative(shares + 256 * in[i], guides + Cumulative::kGuides * in[i]).draw(number));
  });
}

/** share of the values that are replaced, share of white among them or −1 for any value, whether each channel has its own, seed */
void impulseNoise(const Call& call) {
  const bool any = call.parameters[1] < 0;
  const uint32_t replaced = below(call.parameters[0]), white = below(any ? 0 : call.parameters[0] * call.parameters[1]);
  const uint8_t* in = call.in.data;
  uint8_t* out = call.out.data;
  forEachValue(call.in, Numbers(call.parameters[3]), call.integer(2) != 0, [&](size_t i, uint32_t number) {
    const uint32_t draw = number >> 8;
    const auto value = static_cast<uint8_t>(any ? mixed(number) >> 24 : draw < white ? 255 : 0);
    out[i] = draw < replaced ? value : in[i];
  });
}

/** share of the cells that are overwritten, columns and rows of cells, whether each channel has its own, the value, seed */
void dropout(const Call& call) {
  const Image &in = call.in, &out = call.out;
  const int columns = call.integer(1), rows = call.integer(2), channels = in.channels;
  require(columns > 0 && columns <= in.width && rows > 0 && rows <= in.height, "there are more cells than pixels");
  const int own = call.integer(3) != 0 ? channels : 1;
  const uint32_t dropped = below(call.parameters[0]);
  const auto value = static_cast<uint8_t>(call.integer(4));
  const Numbers numbers(call.parameters[5]);
  auto* cells = call.scratch.take<int>(0, in.width);
  auto* gone = call.scratch.take<uint8_t>(1, in.rowBytes());
  for (int x = 0; x < in.width; x++) cells[x] = static_cast<int>(static_cast<int64_t>(x) * columns / in.width);
  int last = -1;
  for (int y = 0; y < in.height; y++) {
    const int row = static_cast<int>(static_cast<int64_t>(y) * rows / in.height);
    if (row != last)
      for (int x = 0; x < in.width; x++)
        for (int c = 0; c < channels; c++)
          gone[x * channels + c] = numbers.at(static_cast<uint32_t>((row * columns + cells[x]) * own + c % own)) >> 8 < dropped;
    last = row;
    const uint8_t* from = in.row(y);
    uint8_t* to = out.row(y);
    for (size_t i = 0; i < in.rowBytes(); i++) to[i] = gone[i] ? value : from[i];
  }
}

}  // namespace anneal::imaging
