// What the affine transforms share.
#pragma once
#include <algorithm>
#include <cstring>

#include "image.h"

namespace anneal::imaging {

struct Affine {
  const Image &in, &out;
  /** From output to input. */
  const double* matrix;
  uint8_t fill[3];

  void fillPixels(uint8_t* row, int from, int to) const {
    if (out.channels == 1) {
      std::memset(row + from, fill[0], static_cast<size_t>(std::max(0, to - from)));
    } else {
      for (int x = from; x < to; x++)
        for (int c = 0; c < 3; c++) row[3 * x + c] = fill[c];
    }
  }
};

/** PIL's transform with BILINEAR. */
void bilinear(const Affine& affine, Scratch& scratch);

}  // namespace anneal::imaging
