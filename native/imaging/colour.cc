// Between grey and colour.
#include <algorithm>
#include <cstring>

#include "luma.h"
#include "operations.h"

namespace anneal::imaging {

void lumaRow(const uint8_t* rgb, int width, uint8_t* grey) {
  for (int x = 0; x < width; x++) grey[x] = luma(rgb[3 * x], rgb[3 * x + 1], rgb[3 * x + 2]);
}

void greyRow(const uint8_t* rgb, int width, uint8_t* grey) {
  for (int x = 0; x < width; x++) {
    const uint8_t value = luma(rgb[3 * x], rgb[3 * x + 1], rgb[3 * x + 2]);
    grey[3 * x] = grey[3 * x + 1] = grey[3 * x + 2] = value;
  }
}

uint64_t lumaSum(const Image& image) {
  uint64_t sum = 0;
  for (int y = 0; y < image.height; y++) {
    const uint8_t* row = image.row(y);
    uint32_t part = 0;
    if (image.channels == 1)
      for (int x = 0; x < image.width; x++) part += row[x];
    else
      for (int x = 0; x < image.width; x++) part += luma(row[3 * x], row[3 * x + 1], row[3 * x + 2]);
    sum += part;
  }
  return sum;
}

void grayscale(const Call& call) {
  if (call.in.channels == 1) std::memcpy(call.out.data, call.in.data, call.in.bytes());
  else greyRow(call.in.data, call.in.width * call.in.height, call.out.data);
}

void withChannels(const Call& call) {
  const Image &in = call.in, &out = call.out;
  const int pixels = in.width * in.height;
  if (in.channels == out.channels) std::memcpy(out.data, in.data, in.bytes());
  else if (out.channels == 1) lumaRow(in.data, pixels, out.data);
  else
    for (int i = 0; i < pixels; i++) out.data[3 * i] = out.data[3 * i + 1] = out.data[3 * i + 2] = in.data[i];
}

/** One pixel: the mean of each channel, rounded. */
void mean(const Call& call) {
  const Image in = call.in;
  const size_t pixels = in.bytes() / in.channels;
  // Sums of bytes that lie a multiple of the channels apart, a row at a time.
  constexpr size_t kStep = 48;
  uint64_t total[kStep] = {};
  for (int y = 0; y < in.height; y++) {
    uint32_t part[kStep] = {};
    const uint8_t* row = in.row(y);
    size_t i = 0;
    for (const size_t bytes = in.rowBytes(); i < bytes; i += kStep)
      for (size_t k = 0, count = std::min(kStep, bytes - i); k < count; k++) part[k] += row[i + k];
    for (size_t k = 0; k < kStep; k++) total[k] += part[k];
  }
  for (int c = 0; c < in.channels; c++) {
    uint64_t sum = 0;
    for (size_t k = c; k < kStep; k += in.channels) sum += total[k];
    call.out.data[c] = static_cast<uint8_t>((sum + pixels / 2) / pixels);
  }
}

}  // namespace anneal::imaging
