// Fog of uneven density, and particles that fall.
#include <algorithm>
#include <cmath>
#include <cstring>

#include "operations.h"
#include "random.h"

namespace anneal::imaging {
namespace {

/** A pixel's place on a lattice: the point before it, and the share of the next, smoothed so that slopes are even at the points. */
struct Cell {
  int before;
  float share;
};

void cellsOf(int length, double side, double shift, Cell* cells) {
  for (int i = 0; i < length; i++) {
    const double at = (i + 0.5) / side + shift;
    const int before = static_cast<int>(at);
    const auto rest = static_cast<float>(at - before);
    cells[i] = {before, rest * rest * (3 - 2 * rest)};
  }
}

/** Adds noise between 0 and `amplitude`, whose points lie `side` pixels apart. */
void addOctave(int width, int height, double side, float amplitude, const Numbers& numbers, Scratch& scratch, float* sums) {
  auto* across = scratch.take<Cell>(1, width);
  auto* down = scratch.take<Cell>(2, height);
  // Each octave's points lie elsewhere; the last two numbers are none of the points'.
  cellsOf(width, side, numbers.uniform(0xffffffffu), across);
  cellsOf(height, side, numbers.uniform(0xfffffffeu), down);
  const int columns = across[width - 1].before + 2, rows = down[height - 1].before + 2;
  auto* points = scratch.take<float>(3, static_cast<size_t>(columns) * rows);
  for (int i = 0; i < columns * rows; i++) points[i] = amplitude * numbers.uniform(static_cast<uint32_t>(i));
  for (int y = 0; y < height; y++) {
    const float *upper = points + static_cast<size_t>(down[y].before) * columns, *lower = upper + columns;
    float* to = sums + static_cast<size_t>(y) * width;
    for (int x = 0; x < width; x++) {
      const int at = across[x].before;
      const float above = upper[at] + (upper[at + 1] - upper[at]) * across[x].share,
                  below = lower[at] + (lower[at + 1] - lower[at]) * across[x].share;
      to[x] += above + (below - above) * down[y].share;
    }
  }
}

struct Particle {
  double x, y, alongX, alongY, radius, opacity;
};

/** Raises the cover of the pixels that the particle's track, a line with round ends, lies over. */
void cover(const Particle& p, int width, int height, float* alpha) {
  const double halfWidth = std::max(p.radius, 0.5) + 0.5, strength = p.opacity * std::min(1.0, 2 * p.radius);
  const double spanX = std::abs(p.alongX) + halfWidth, spanY = std::abs(p.alongY) + halfWidth, length = p.alongX * p.alongX + p.alongY * p.alongY;
  const auto edge = [](double value, int limit) { return static_cast<int>(std::clamp(std::floor(value), 0.0, static_cast<double>(limit))); };
  for (int y = edge(p.y - spanY, height), bottom = edge(p.y + spanY + 1, height); y < bottom; y++)
    for (int x = edge(p.x - spanX, width), right = edge(p.x + spanX + 1, width); x < right; x++) {
      const double toX = x + 0.5 - p.x, toY = y + 0.5 - p.y;
      const double along = length > 0 ? std::clamp((toX * p.alongX + toY * p.alongY) / length, -1.0, 1.0) : 0;
      const double distance = std::hypot(toX - along * p.alongX, toY - along * p.alongY);
      float& at = alpha[static_cast<size_t>(y) * width + x];
      at = std::max(at, static_cast<float>(strength * std::clamp(halfWidth - distance, 0.0, 1.0)));
    }
}

}  // namespace

/** mean share of the light that fog swallows, its own light, side of its largest clouds in pixels, factor from each octave's size to the next, seed */
void fog(const Call& call) {
  constexpr int kOctaves = 6;
  const Image &in = call.in, &out = call.out;
  const size_t pixels = in.bytes() / in.channels;
  auto* sums = call.scratch.take<float>(0, pixels);
  std::fill(sums, sums + pixels, 0.0f);
  double side = call.parameters[2], amplitude = 1, total = 0;
  for (int octave = 0; octave < kOctaves && (octave == 0 || side >= 1); octave++, side /= 2, amplitude *= call.parameters[3]) {
    addOctave(in.width, in.height, side, static_cast<float>(amplitude), Numbers(call.parameters[4], octave), call.scratch, sums);
    total += amplitude;
  }
  const auto depth = static_cast<float>(std::log1p(-call.parameters[0])), perSum = static_cast<float>(1 / total),
             light = static_cast<float>(call.parameters[1]);
  for (size_t i = 0; i < pixels; i++) {
    const float passes = std::exp(depth * (0.5f + sums[i] * perSum));
    for (int c = 0; c < in.channels; c++) {
      const size_t at = i * in.channels + c;
      out.data[at] = static_cast<uint8_t>(static_cast<int>(light + (static_cast<float>(in.data[at]) - light) * passes + 0.5f));
    }
  }
}

/** how many, their value and opacity, smallest and largest radius in pixels, shortest and longest track in pixels, direction in degrees with the clock from straight down and how far it strays, seed */
void particles(const Call& call) {
  const Image &in = call.in, &out = call.out;
  const size_t pixels = in.bytes() / in.channels;
  const double* p = call.parameters;
  auto* alpha = call.scratch.take<float>(0, pixels);
  std::fill(alpha, alpha + pixels, 0.0f);
  const Numbers numbers(p[9]);
  // Their middles lie around the image too, so that its border is like its inside.
  const double margin = p[4] + p[6] / 2;
  for (int i = 0, count = call.integer(0); i < count; i++) {
    const auto draw = [&](uint32_t k) { return static_cast<double>(numbers.uniform(static_cast<uint32_t>(i) * 4 + k)); };
    const double near = std::pow(draw(2), 2), track = (p[5] + (p[6] - p[5]) * near) / 2;
    const double turn = (p[7] + p[8] * (2 * draw(3) - 1)) * std::acos(-1.0) / 180;
    cover({draw(0) * (in.width + 2 * margin) - margin, draw(1) * (in.height + 2 * margin) - margin, -std::sin(turn) * track, std::cos(turn) * track,
           p[3] + (p[4] - p[3]) * near, p[2]},
          in.width, in.height, alpha);
  }
  const auto value = static_cast<float>(p[1]);
  for (size_t i = 0; i < pixels; i++)
    for (int c = 0; c < in.channels; c++) {
      const size_t at = i * in.channels + c;
      const auto from = static_cast<float>(in.data[at]);
      out.data[at] = static_cast<uint8_t>(static_cast<int>(from + (value - from) * alpha[i] + 0.5f));
    }
}

}  // namespace anneal::imaging
