// Draws from a distribution of whole numbers, by its cumulative shares.
#pragma once
#include <algorithm>
#include <cstdint>

namespace anneal::imaging {

/** The first of `count` numbers whose cumulative share of 2^32 lies above a draw; found from a start that the draw's upper bits give. */
class Cumulative {
 public:
  static constexpr int kGuides = 256;

  Cumulative(const uint32_t* shares, uint16_t* guides) : shares_(shares), guides_(guides) {}

  /** Finds the starts. The last share must be 2^32 − 1. */
  void prepare(int count) {
    for (int i = 0, at = 0; i < kGuides; i++) {
      while (at + 1 < count && shares_[at] <= static_cast<uint32_t>(i) << 24) at++;
      guides_[i] = static_cast<uint16_t>(at);
    }
  }

  int draw(uint32_t number) const {
    // The largest number counts as the one below it, for which every table has an answer.
    number = std::min(number, 0xfffffffeu);
    int at = guides_[number >> 24];
    while (shares_[at] <= number) at++;
    return at;
  }

 private:
  const uint32_t* shares_;
  uint16_t* guides_;
};

/** A cumulative share in [0, 1] in units of 2^-32. */
inline uint32_t share32(double share) { return static_cast<uint32_t>(std::min(share * 0x1p32, 0x1p32 - 1)); }

}  // namespace anneal::imaging
