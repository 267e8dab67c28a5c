// PIL's conversion of RGB to grey (ITU-R 601, in fixed point).
#pragma once
#include "image.h"

namespace anneal::imaging {

inline uint8_t luma(int red, int green, int blue) { return static_cast<uint8_t>((red * 19595 + green * 38470 + blue * 7471 + 0x8000) >> 16); }

/** [3·width] → [width] */
void lumaRow(const uint8_t* rgb, int width, uint8_t* grey);

/** [3·width] → [3·width], each pixel's luma three times. */
void greyRow(const uint8_t* rgb, int width, uint8_t* grey);

/** Sum of the luma of every pixel; of a grey image, of its values. */
uint64_t lumaSum(const Image& image);

}  // namespace anneal::imaging
