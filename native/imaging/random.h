// Numbers that follow from a seed and a place alone, so that threads and order do not matter.
#pragma once
#include <cstdint>

namespace anneal::imaging {

/** A finaliser of 32 bits, as in src/zoo/rng.ts. */
inline uint32_t mixed(uint32_t h) {
  h = (h ^ (h >> 16)) * 0x7feb352du;
  h = (h ^ (h >> 15)) * 0x846ca68bu;
  return h ^ (h >> 16);
}

/** The numbers of one seed; streams of one seed have nothing to do with each other. */
class Numbers {
 public:
  explicit Numbers(double seed, uint32_t stream = 0) : key_(mixed(mixed(static_cast<uint32_t>(seed)) + 0x9e3779b9u * (stream + 1))) {}
  /** 32 bits. */
  uint32_t at(uint32_t place) const { return mixed(mixed(place ^ key_) ^ (key_ * 0x85ebca6bu)); }
  /** Uniform in [0, 1), of 24 bits. */
  float uniform(uint32_t place) const { return static_cast<float>(at(place) >> 8) * 0x1p-24f; }

 private:
  uint32_t key_;
};

/** Of the upper 24 bits of a number: how many of 2^24 lie below this share. */
inline uint32_t below(double share) { return static_cast<uint32_t>(share * 0x1p24 + 0.5); }

}  // namespace anneal::imaging
