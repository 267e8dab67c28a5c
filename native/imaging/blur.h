// Pillow's box filters, which its Gaussian blur is three of.
#pragma once
#include "image.h"

namespace anneal::imaging {

/** Averages of 2·radius + 1 pixels across and down, so many passes of each; uses places 0 to 2 of the scratch memory. */
void boxBlurInto(const Image& in, const Image& out, float radius, int passes, Scratch& scratch);

/** Radius of the box of which so many passes have the standard deviation `sigma`. */
float gaussianBoxRadius(float sigma, int passes);

}  // namespace anneal::imaging
