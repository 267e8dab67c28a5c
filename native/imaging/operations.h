// Every operation, once: its C++ function, which is also its name in JavaScript (`PixelOps` in src/zoo/augment/pixel-ops.ts).
#pragma once
#include "image.h"

#define ANNEAL_PIXEL_OPERATIONS(X) \
  X(flipHorizontal)                \
  X(flipVertical)                  \
  X(crop)                          \
  X(resize)

namespace anneal::imaging {

#define X(name) void name(const Call& call);
ANNEAL_PIXEL_OPERATIONS(X)
#undef X

}  // namespace anneal::imaging
