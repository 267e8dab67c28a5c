// Hue and saturation by Pillow's conversions to and from HSV, of 8 bits each.
#include <algorithm>
#include <cmath>
#include <cstring>

#include "operations.h"

namespace anneal::imaging {
namespace {

struct Hsv {
  uint8_t hue, saturation, value;
};

inline Hsv toHsv(int red, int green, int blue) {
  const int most = std::max(red, std::max(green, blue)), least = std::min(red, std::min(green, blue));
  if (most == least) return {0, 0, static_cast<uint8_t>(most)};
  const auto range = static_cast<float>(most - least);
  const float saturation = range / static_cast<float>(most);
  const float fromRed = static_cast<float>(most - red) / range, fromGreen = static_cast<float>(most - green) / range,
              fromBlue = static_cast<float>(most - blue) / range;
  float hue;
  if (red == most) hue = fromBlue - fromGreen;
  else if (green == most) hue = static_cast<float>(2.0 + fromRed - fromBlue);
  else hue = static_cast<float>(4.0 + fromGreen - fromRed);
  const double turn = hue / 6.0 + 1.0;
  hue = static_cast<float>(turn >= 1 ? turn - 1 : turn);
  return {static_cast<uint8_t>(static_cast<int>(hue * 255.0)), static_cast<uint8_t>(static_cast<int>(saturation * 255.0)),
          static_cast<uint8_t>(most)};
}

/** Of each hue: which sixth of the circle, and how far in it. */
struct Sixths {
  uint8_t sixth[256];
  float share[256];
  Sixths() {
    for (int hue = 0; hue < 256; hue++) {
      const int whole = static_cast<int>(std::floor(static_cast<float>(hue) * 6.0 / 255.0));
      sixth[hue] = static_cast<uint8_t>(whole % 6);
      share[hue] = static_cast<float>(static_cast<float>(hue) * 6.0 / 255.0 - static_cast<float>(whole));
    }
  }
};

inline uint8_t rounded(double value) { return static_cast<uint8_t>(static_cast<int>(value + 0.5)); }

void toRgb(const Hsv& from, const Sixths& sixths, uint8_t* rgb) {
  const uint8_t v = from.value;
  if (from.saturation == 0) {
    rgb[0] = rgb[1] = rgb[2] = v;
    return;
  }
  const float share = sixths.share[from.hue], saturation = static_cast<float>(static_cast<float>(from.saturation) / 255.0);
  const auto value = static_cast<float>(v);
  const uint8_t p = rounded(value * (1.0 - saturation)), q = rounded(value * (1.0 - saturation * share)),
                t = rounded(value * (1.0 - saturation * (1.0 - share)));
  const uint8_t colours[6][3] = {{v, t, p}, {q, v, p}, {p, v, t}, {p, q, v}, {t, p, v}, {v, p, q}};
  std::memcpy(rgb, colours[sixths.sixth[from.hue]], 3);
}

}  // namespace

/** what is added to the hue, of 256; factor of the saturation */
void hueSaturation(const Call& call) {
  static const Sixths sixths;
  const Image &in = call.in, &out = call.out;
  if (in.channels == 1) {
    std::memcpy(out.data, in.data, in.bytes());
    return;
  }
  uint8_t saturations[256];
  for (int i = 0; i < 256; i++) saturations[i] = static_cast<uint8_t>(std::min(255.0, i * call.parameters[1] + 0.5));
  const auto turn = static_cast<uint8_t>(call.integer(0));
  for (size_t i = 0, bytes = in.bytes(); i < bytes; i += 3) {
    Hsv colour = toHsv(in.data[i], in.data[i + 1], in.data[i + 2]);
    colour.hue = static_cast<uint8_t>(colour.hue + turn);
    colour.saturation = saturations[colour.saturation];
    toRgb(colour, sixths, out.data + i);
  }
}

}  // namespace anneal::imaging
