// The DCT hash of an image (pHash): C. Zauner, Implementation and Benchmarking of Perceptual Image Hash Functions, 2010, §3.2.1.
#include <algorithm>
#include <cmath>
#include <cstring>

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
constexpr float kRed = 0.299f, kGreen = 0.587f, kBlue = 0.114f;

/** What each of 32 cells averages: its pixels and their weights are at from[cell] up to from[cell + 1]. */
struct Averages {
  int from[kSide + 1];
  int* source;
  float* weight;
};

Averages averagesOver(Scratch& scratch, int place, int length) {
  const double perCell = static_cast<double>(length) / kSide;
  // Each cell has parts of two pixels more than its whole ones at most.
  const size_t most = static_cast<size_t>(length) + 2 * kSide;
  Averages averages{{0}, scratch.take<int>(place, most), scratch.take<float>(place + 1, most)};
  int count = 0;
  for (int cell = 0; cell < kSide; cell++) {
    const double start = cell * perCell, end = (cell + 1) * perCell;
    for (int i = static_cast<int>(start); i < std::min<double>(length, end); i++, count++) {
      averages.source[count] = i;
      averages.weight[count] = static_cast<float>((std::min(i + 1.0, end) - std::max<double>(i, start)) / perCell);
    }
    averages.from[cell + 1] = count;
  }
  return averages;
}

/** Grey of a row of sums; alpha does not count. */
void greyOf(const float* sums, int width, int channels, float* grey) {
  if (channels == 3)
    for (int x = 0; x < width; x++) grey[x] = kRed * sums[3 * x] + kGreen * sums[3 * x + 1] + kBlue * sums[3 * x + 2];
  else std::copy(sums, sums + width, grey);
}

/** The image as 32×32 grey values by averages over areas. */
void shrinkToGrey(const Image& image, Scratch& scratch, float (&result)[kSide][kSide]) {
  const Averages x = averagesOver(scratch, 0, image.width), y = averagesOver(scratch, 2, image.height);
  const size_t bytes = image.rowBytes();
  auto* sums = scratch.take<float>(4, bytes);
  auto* grey = scratch.take<float>(5, image.width);
  for (int row = 0; row < kSide; row++) {
    std::fill(sums, sums + bytes, 0.f);
    for (int line = y.from[row]; line < y.from[row + 1]; line++) {
      const uint8_t* values = image.row(y.source[line]);
      const float weight = y.weight[line];
      for (size_t i = 0; i < bytes; i++) sums[i] += weight * static_cast<float>(values[i]);
    }
    greyOf(sums, image.width, image.channels, grey);
    for (int column = 0; column < kSide; column++) {
      float sum = 0;
      for (int k = x.from[column]; k < x.from[column + 1]; k++) sum += x.weight[k] * grey[x.source[k]];
      result[row][column] = sum;
    }
  }
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

/** Amplitudes of the frequencies 1 to 8 down and across. */
void transform(const float (&grey)[kSide][kSide], float (&kept)[kKept * kKept]) {
  static const Cosines cosines;
  std::fill(kept, kept + kKept * kKept, 0.f);
  for (int y = 0; y < kSide; y++) {
    float row[kKept] = {};
    for (int x = 0; x < kSide; x++)
      for (int u = 0; u < kKept; u++) row[u] += grey[y][x] * cosines.of[x][u];
    for (int v = 0; v < kKept; v++)
      for (int u = 0; u < kKept; u++) kept[v * kKept + u] += row[u] * cosines.of[y][v];
  }
}

}  // namespace

/**
 * Of an image of 1 or 3 channels. The output is one row of 8 bytes, a uint64: the signs, around their median, of the 8×8 lowest frequencies without the
 * constant ones; 0 for an image that shows (almost) nothing.
 */
void perceptualHash(const Call& call) {
  require((call.in.channels == 1 || call.in.channels == 3) && call.out.bytes() == sizeof(uint64_t), "the output does not fit the hash");
  float grey[kSide][kSide], kept[kKept * kKept], sorted[kKept * kKept];
  shrinkToGrey(call.in, call.scratch, grey);
  transform(grey, kept);
  constexpr int kCount = kKept * kKept;
  std::copy(kept, kept + kCount, sorted);
  std::sort(sorted, sorted + kCount);
  const float median = (sorted[kCount / 2 - 1] + sorted[kCount / 2]) / 2;
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
