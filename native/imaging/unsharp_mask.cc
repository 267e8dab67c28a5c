// Pillow's UnsharpMask: what a Gaussian blur takes away, added once more.
#include <algorithm>
#include <cstdlib>

#include "blur.h"
#include "operations.h"

namespace anneal::imaging {

/** standard deviation of the blur in pixels; percent that is added; smallest difference that is not left as it is */
void unsharpMask(const Call& call) {
  constexpr int kPasses = 3;
  boxBlurInto(call.in, call.out, gaussianBoxRadius(static_cast<float>(call.parameters[0]), kPasses), kPasses, call.scratch);
  const int percent = call.integer(1), threshold = call.integer(2);
  const uint8_t* from = call.in.data;
  uint8_t* to = call.out.data;
  for (size_t i = 0, bytes = call.in.bytes(); i < bytes; i++) {
    const int difference = from[i] - to[i];
    const int sharper = std::clamp(from[i] + difference * percent / 100, 0, 255);
    to[i] = static_cast<uint8_t>(std::abs(difference) > threshold ? sharper : from[i]);
  }
}

}  // namespace anneal::imaging
