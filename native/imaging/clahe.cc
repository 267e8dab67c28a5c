// Contrast limited adaptive histogram equalisation, as OpenCV has it.
#include <algorithm>
#include <cmath>

#include "luma.h"
#include "operations.h"

namespace anneal::imaging {
namespace {

constexpr int kLevels = 256;

/** A place outside of [0, length) reflected into it, without the outermost pixel twice. */
int reflected(int place, int length) {
  if (length == 1) return 0;
  while (place < 0 || place >= length) place = place < 0 ? -place : 2 * (length - 1) - place;
  return place;
}

/** What the plane is divided into; where it cannot be divided evenly, it goes on reflected to the right and below. */
struct Tiles {
  int across, down, width, height;
  Tiles(const Image& plane, int tiles) : across(tiles), down(tiles) {
    const bool even = plane.width % tiles == 0 && plane.height % tiles == 0;
    width = (even ? plane.width : plane.width + tiles - plane.width % tiles) / tiles;
    height = (even ? plane.height : plane.height + tiles - plane.height % tiles) / tiles;
  }
  int area() const { return width * height; }
};

void count(const Image& plane, const Tiles& tiles, int column, int row, int* counts) {
  std::fill(counts, counts + kLevels, 0);
  for (int y = row * tiles.height; y < (row + 1) * tiles.height; y++) {
    const uint8_t* from = plane.row(reflected(y, plane.height));
    for (int x = column * tiles.width; x < (column + 1) * tiles.width; x++) counts[from[reflected(x, plane.width)]]++;
  }
}

/** Cuts counts off at the limit, and deals out what is over to all levels. */
void limitCounts(int* counts, int limit) {
  int over = 0;
  for (int i = 0; i < kLevels; i++) {
    if (counts[i] <= limit) continue;
    over += counts[i] - limit;
    counts[i] = limit;
  }
  const int each = over / kLevels;
  for (int i = 0; i < kLevels; i++) counts[i] += each;
  int left = over - each * kLevels;
  if (left == 0) return;
  const int step = std::max(kLevels / left, 1);
  for (int i = 0; i < kLevels && left > 0; i += step, left--) counts[i]++;
}

/** A pixel's place between the middles of two tiles. */
struct Between {
  int before, after;
  float share;
  Between(int place, float scale, int tiles) {
    const float at = static_cast<float>(place) * scale - 0.5f;
    const int floor = static_cast<int>(std::floor(at));
    share = at - static_cast<float>(floor);
    before = std::max(floor, 0);
    after = std::min(floor + 1, tiles - 1);
  }
};

void equalizeTiles(const Image& plane, int tileCount, double clip, Scratch& scratch, uint8_t* out) {
  const Tiles tiles(plane, tileCount);
  auto* tables = scratch.take<uint8_t>(0, static_cast<size_t>(tiles.across) * tiles.down * kLevels);
  const int limit = std::max(static_cast<int>(clip * tiles.area() / kLevels), 1);
  const float scale = static_cast<float>(kLevels - 1) / static_cast<float>(tiles.area());
  int counts[kLevels];
  for (int tile = 0; tile < tiles.across * tiles.down; tile++) {
    count(plane, tiles, tile % tiles.across, tile / tiles.across, counts);
    limitCounts(counts, limit);
    for (int i = 0, sum = 0; i < kLevels; i++) {
      sum += counts[i];
      tables[tile * kLevels + i] = static_cast<uint8_t>(std::min(std::lrintf(static_cast<float>(sum) * scale), 255L));
    }
  }
  const float perTileX = 1.0f / static_cast<float>(tiles.width), perTileY = 1.0f / static_cast<float>(tiles.height);
  for (int y = 0; y < plane.height; y++) {
    const Between v(y, perTileY, tiles.down);
    const uint8_t *upper = tables + v.before * tiles.across * kLevels, *lower = tables + v.after * tiles.across * kLevels;
    for (int x = 0; x < plane.width; x++) {
      const Between u(x, perTileX, tiles.across);
      const int value = plane.row(y)[x], left = u.before * kLevels + value, right = u.after * kLevels + value;
      const float above = upper[left] * (1.0f - u.share) + upper[right] * u.share, below = lower[left] * (1.0f - u.share) + lower[right] * u.share;
      out[static_cast<size_t>(y) * plane.width + x] = static_cast<uint8_t>(std::lrintf(above * (1.0f - v.share) + below * v.share));
    }
  }
}

}  // namespace

/** tiles on each side; how many times the even count a level may have. The change of a colour image's luma is added to every channel. */
void clahe(const Call& call) {
  const Image &in = call.in, &out = call.out;
  const int tiles = call.integer(0);
  const double clip = call.parameters[1];
  if (in.channels == 1) return equalizeTiles(in, tiles, clip, call.scratch, out.data);
  const size_t pixels = in.bytes() / 3;
  auto* grey = call.scratch.take<uint8_t>(1, pixels);
  auto* equal = call.scratch.take<uint8_t>(2, pixels);
  lumaRow(in.data, static_cast<int>(pixels), grey);
  equalizeTiles({grey, in.width, in.height, 1}, tiles, clip, call.scratch, equal);
  for (size_t i = 0; i < pixels; i++)
    for (size_t c = 0; c < 3; c++) out.data[3 * i + c] = static_cast<uint8_t>(std::clamp(in.data[3 * i + c] + equal[i] - grey[i], 0, 255));
}

}  // namespace anneal::imaging
