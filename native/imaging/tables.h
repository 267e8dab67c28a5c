// Histograms, and tables of 256 bytes a channel.
#pragma once
#include "image.h"

namespace anneal::imaging {

/** Counts of each value, [channels, 256]. */
void histogram(const Image& image, uint32_t* counts);

/** Replaces each value by what its channel's table has there, [channels, 256]. */
void applyTables(const Image& in, const Image& out, const uint8_t* tables);

}  // namespace anneal::imaging
