// Every operation, once: its C++ function, which is also its name in JavaScript (`PixelOps` in src/zoo/augment/pixel-ops.ts, and the decoders).
#pragma once
#include "image.h"

#define ANNEAL_PIXEL_OPERATIONS(X) \
  X(flipHorizontal)                \
  X(flipVertical)                  \
  X(quarterTurns)                  \
  X(crop)                          \
  X(resize)                        \
  X(affine)                        \
  X(invert)                        \
  X(posterize)                     \
  X(solarize)                      \
  X(lookup)                        \
  X(autocontrast)                  \
  X(equalize)                      \
  X(brightness)                    \
  X(color)                         \
  X(contrast)                      \
  X(sharpness)                     \
  X(grayscale)                     \
  X(withChannels)                  \
  X(mean)                          \
  X(erase)                         \
  X(mix)                           \
  X(boxBlur)                       \
  X(gaussianBlur)                  \
  X(medianBlur)                    \
  X(convolve)                      \
  X(unsharpMask)                   \
  X(gaussianNoise)                 \
  X(shotNoise)                     \
  X(impulseNoise)                  \
  X(dropout)                       \
  X(clahe)                         \
  X(hueSaturation)                 \
  X(pad)                           \
  X(perspective)                   \
  X(elastic)                       \
  X(jpeg)                          \
  X(encodeJpeg)                    \
  X(moments)                       \
  X(perceptualHash)                \
  X(decodePng)                     \
  X(decodeJpeg)                    \
  X(planFiles)                     \
  X(decodeFiles)                   \
  X(decodePaths)                   \
  X(tarEntries)                    \
  X(fog)                           \
  X(particles)

namespace anneal::imaging {

#define X(name) void name(const Call& call);
ANNEAL_PIXEL_OPERATIONS(X)
#undef X

}  // namespace anneal::imaging
