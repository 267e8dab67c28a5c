// The DCT hash of an image (pHash): C. Zauner, Implementation and Benchmarking of Perceptual Image Hash Functions, 2010, §3.2.1.
#include <algorithm>
#include <cmath>
#include <cstring>
#include <vector>

#include "operations.h"

namespace anneal::imaging {
namespace {

/** Side of the grey picture that is transformed, and of the block of lowest frequencies that is kept. */
constexpr int kSide = 32, kKept = 8;
/**
 * Frequencies of a smaller amplitude, of grey values from 0 to 255, have a sign by chance; an image with fewer clear ones than this, such as a plain, a
 * striped or a symmetric one, shows too little to be told from others.
 */
constexpr float kMinAmplitude = 0.15f;
constexpr int kMinClear = 36;
constexpr float kGrey[] = {0.299f, 0.587f, 0.114f};

/** What each of 32 cells averages: its pixels and their weights are at from[cell] up to from[cell + 1]. */
struct Averages {
  int from[kSide + 1] = {0};
  std::vector<int> source;
  std::vector<float> weight;
};

Averages averagesOver(int length) {
  const double perCell = static_cast<double>(length) / kSide;
  Averages averages;
  for (int cell = 0; cell < kSide; cell++) {
    const double start = cell * perCell, end = (cell + 1) * perCell;
    for (int i = static_cast<int>(start); i < std::min<double>(length, end); i++) {
      averages.source.push_back(i);
      averages.weight.push_back(static_cast<float>((std::min(i + 1.0, end) - std::max<double>(i, start)) / perCell));
    }
    averages.from[cell + 1] = static_cast<int>(averages.source.size());
  }
  return averages;
}

struct Cosines {
  /** [position, frequency - 1] */
  float of[kSide][kKept];
  Cosines() {
    for (int x = 0; x < kSide; x++)
      for (int frequency = 1; frequency <= kKept; frequency++)
        of[x][frequency - 1] = static_cast<float>(std::cos(M_PI * frequency * (2 * x + 1) / (2 * kSide)) / kSide);
  }
};
const Cosines kCosines;

/** One value for each of the frequencies across. */
using Across = float __attribute__((vector_size(kKept * sizeof(float)), aligned(sizeof(float))));

/** What depends on the size alone; images of a data set often have the same. */
struct Plan {
  int width = 0, height = 0, channels = 0;
  Averages down;
  /** Of each byte of a row, what it adds to the amplitudes: as grey, averaged to cells, times their cosines. */
  std::vector<float> across;
};

const Plan& planOf(const Image& image) {
  thread_local Plan plan;
  if (plan.height != image.height) plan.down = averagesOver(image.height);
  plan.height = image.height;
  if (plan.width == image.width && plan.channels == image.channels) return plan;
  plan.width = image.width;
  plan.channels = image.channels;
  const Averages cells = averagesOver(image.width);
  plan.across.assign(image.rowBytes() * kKept, 0);
  for (int cell = 0; cell < kSide; cell++)
    for (int k = cells.from[cell]; k < cells.from[cell + 1]; k++)
      for (int c = 0; c < image.channels; c++)
        for (int u = 0; u < kKept; u++)
          plan.across[(cells.source[k] * image.channels + c) * kKept + u] +=
              cells.weight[k] * kCosines.of[cell][u] * (image.channels == 1 ? 1 : kGrey[c]);
  return plan;
}

/** Amplitudes of the frequencies 1 to 8 down and across. */
void transform(const Image& image, Scratch& scratch, float (&kept)[kKept * kKept]) {
  // Rows that share what is read of `across`.
  constexpr int kRows = 4;
  const Plan& plan = planOf(image);
  const size_t bytes = image.rowBytes();
  auto* sums = scratch.take<float>(0, bytes * kRows);
  std::fill(kept, kept + kKept * kKept, 0.f);
  for (int first = 0; first < kSide; first += kRows) {
    std::fill(sums, sums + bytes * kRows, 0.f);
    for (int row = 0; row < kRows; row++)
      for (int line = plan.down.from[first + row]; line < plan.down.from[first + row + 1]; line++) {
        const uint8_t* values = image.row(plan.down.source[line]);
        const float weight = plan.down.weight[line];
        float* to = sums + row * bytes;
        for (size_t i = 0; i < bytes; i++) to[i] += weight * static_cast<float>(values[i]);
      }
    Across amplitudes[kRows] = {};
    for (size_t i = 0; i < bytes; i++) {
      const Across basis = *reinterpret_cast<const Across*>(plan.across.data() + i * kKept);
      for (int row = 0; row < kRows; row++) amplitudes[row] += sums[row * bytes + i] * basis;
    }
    for (int row = 0; row < kRows; row++)
      for (int v = 0; v < kKept; v++)
        for (int u = 0; u < kKept; u++) kept[v * kKept + u] += amplitudes[row][u] * kCosines.of[first + row][v];
  }
}

}  // namespace

/**
 * Of an image of 1 or 3 channels. The output is one row of 8 bytes, a uint64: the signs, around their median, of the 8×8 lowest frequencies without the
 * constant ones; 0 for an image that shows (almost) nothing.
 */
void perceptualHash(const Call& call) {
  require((call.in.channels == 1 || call.in.channels == 3) && call.out.bytes() == sizeof(uint64_t), "the output does not fit the hash");
  constexpr int kCount = kKept * kKept;
  float kept[kCount], parted[kCount];
  transform(call.in, call.scratch, kept);
  std::copy(kept, kept + kCount, parted);
  float* middle = parted + kCount / 2;
  std::nth_element(parted, middle, parted + kCount);
  const float median = (*std::max_element(parted, middle) + *middle) / 2;
  uint64_t hash = 0;
  int clear = 0;
  for (int i = 0; i < kCount; i++) {
    clear += std::abs(kept[i] - median) > kMinAmplitude;
    hash |= static_cast<uint64_t>(kept[i] > median) << i;
  }
  if (clear < kMinClear) hash = 0;
  std::memcpy(call.out.data, &hash, sizeof(hash));
}

}  // namespace anneal::imaging
