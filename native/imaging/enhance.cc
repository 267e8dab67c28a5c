// PIL's ImageEnhance: blends of a degenerate image with the image, by a factor.
#include <algorithm>

#include "blend.h"
#include "luma.h"
#include "operations.h"

namespace anneal::imaging {
namespace {

void blendConstant(const Image& in, uint8_t constant, float factor, uint8_t* out) {
  const uint8_t* from = in.data;
  for (size_t i = 0, bytes = in.bytes(); i < bytes; i++) out[i] = blended(constant, from[i], factor);
}

/** A row of PIL's SMOOTH: weights 1 around 5, over 13, rounded. The values of a row's ends are left out. */
void smoothRow(const uint8_t* above, const uint8_t* row, const uint8_t* below, int channels, int bytes, uint8_t* out) {
  for (int i = channels; i < bytes - channels; i++) {
    const int l = i - channels, r = i + channels;
    const auto sum = static_cast<uint16_t>(above[l] + above[i] + above[r] + row[l] + 5 * row[i] + row[r] + below[l] + below[i] + below[r] + 6);
    out[i] = static_cast<uint8_t>((static_cast<uint32_t>(sum) * 5042) >> 16);  // sum / 13, exact up to 3321
  }
}

}  // namespace

/** factor */
void brightness(const Call& call) { blendConstant(call.in, 0, static_cast<float>(call.parameters[0]), call.out.data); }

/** factor; the degenerate image is the mean luma */
void contrast(const Call& call) {
  const double count = static_cast<double>(call.in.width) * call.in.height;
  const auto mean = static_cast<uint8_t>(static_cast<double>(lumaSum(call.in)) / count + 0.5);
  blendConstant(call.in, mean, static_cast<float>(call.parameters[0]), call.out.data);
}

/** factor; the degenerate image is grey */
void color(const Call& call) {
  const Image &in = call.in, &out = call.out;
  const auto factor = static_cast<float>(call.parameters[0]);
  if (in.channels == 1) return blend(in.data, in.data, factor, in.bytes(), out.data);
  auto* grey = call.scratch.take<uint8_t>(0, in.rowBytes());
  for (int y = 0; y < in.height; y++) {
    greyRow(in.row(y), in.width, grey);
    blend(grey, in.row(y), factor, in.rowBytes(), out.row(y));
  }
}

/** factor; the degenerate image is smoothed, but for its edge */
void sharpness(const Call& call) {
  const Image &in = call.in, &out = call.out;
  const auto factor = static_cast<float>(call.parameters[0]);
  const int bytes = static_cast<int>(in.rowBytes());
  auto* smooth = call.scratch.take<uint8_t>(0, bytes);
  for (int y = 0; y < in.height; y++) {
    const uint8_t* row = in.row(y);
    std::copy(row, row + bytes, smooth);
    const bool inner = y > 0 && y + 1 < in.height && in.width >= 3;
    if (inner) smoothRow(in.row(y - 1), row, in.row(y + 1), in.channels, bytes, smooth);
    blend(smooth, row, factor, bytes, out.row(y));
  }
}

}  // namespace anneal::imaging
