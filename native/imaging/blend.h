// PIL's blend of two bytes: in float32, cut off at 0 and 255, and truncated.
#pragma once
#include <cstddef>
#include <cstdint>

namespace anneal::imaging {

inline uint8_t blended(int from, int to, float share) {
  const float value = static_cast<float>(from) + share * static_cast<float>(to - from);
  const float cut = value < 0.0f ? 0.0f : value > 255.0f ? 255.0f : value;
  return static_cast<uint8_t>(static_cast<int>(cut));
}

/** out[i] = from[i] + share·(to[i] − from[i]) */
inline void blend(const uint8_t* from, const uint8_t* to, float share, size_t count, uint8_t* out) {
  for (size_t i = 0; i < count; i++) out[i] = blended(from[i], to[i], share);
}

}  // namespace anneal::imaging
