// PIL's transform with PERSPECTIVE: eight numbers lead from output to input.
#include <utility>

#include "operations.h"
#include "sampling.h"

namespace anneal::imaging {

/** the eight numbers, whether bilinear, and the fill of each of three channels */
void perspective(const Call& call) {
  const double* a = call.parameters;
  const uint8_t fill[3] = {static_cast<uint8_t>(call.integer(9)), static_cast<uint8_t>(call.integer(10)), static_cast<uint8_t>(call.integer(11))};
  moved(call.in, call.out, call.integer(8) != 0, fill, [a](int x, int y) {
    const double atX = x + 0.5, atY = y + 0.5, depth = a[6] * atX + a[7] * atY + 1;
    return std::pair{(a[0] * atX + a[1] * atY + a[2]) / depth, (a[3] * atX + a[4] * atY + a[5]) / depth};
  });
}

}  // namespace anneal::imaging
