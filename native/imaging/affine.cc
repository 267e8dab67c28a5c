// PIL's transform with AFFINE, nearest and bilinear: the matrix leads from output to input.
#include <cmath>
#include <initializer_list>
#include <utility>

#include "affine.h"
#include "operations.h"
#include "sampling.h"

namespace anneal::imaging {
namespace {

int64_t floorDivide(int64_t a, int64_t b) {
  const int64_t quotient = a / b;
  return quotient * b > a ? quotient - 1 : quotient;
}

struct Span {
  int64_t first, end;
  /** Narrows to the x for which start + x·step lies in [0, limit). */
  void narrow(int64_t start, int64_t step, int64_t limit) {
    if (step == 0) {
      if (start < 0 || start >= limit) end = first;
      return;
    }
    // ⌈(−start)/step⌉ and so on, by the direction of the step.
    const int64_t low = step > 0 ? -floorDivide(start, step) : floorDivide(start - limit, -step) + 1;
    const int64_t high = step > 0 ? floorDivide(limit - 1 - start, step) + 1 : floorDivide(start, -step) + 1;
    first = std::min(std::max(first, low), end);
    end = std::max(first, std::min(end, high));
  }
};

struct FixedPoint {
  int x, y, stepX, stepY;
};

/** Pixels [first, end) of a row, each by four bytes, of which the next pixel overwrites the last one. */
void gatherColour(const Image& in, FixedPoint at, uint8_t* row, int first, int end) {
  const size_t stride = in.rowBytes();
  const auto place = [&] { return in.data + (at.y >> 16) * stride + (at.x >> 16) * 3; };
  const auto isLast = [&](int64_t steps) { return (at.y + steps * at.stepY) >> 16 == in.height - 1; };
  const bool safe = first < end && !isLast(0) && !isLast(end - 1 - first);
  int x = first;
  if (safe)
    for (; x < end - 1; x++, at.x += at.stepX, at.y += at.stepY) std::memcpy(row + 3 * x, place(), 4);
  for (; x < end; x++, at.x += at.stepX, at.y += at.stepY) copyPixel(place(), row + 3 * x, 3);
}

void gatherGrey(const Image& in, FixedPoint at, uint8_t* row, int first, int end) {
  for (int x = first; x < end; x++, at.x += at.stepX, at.y += at.stepY) row[x] = in.data[(at.y >> 16) * static_cast<size_t>(in.width) + (at.x >> 16)];
}

/** Coordinates in 16.16 fixed point, one step after another. */
void nearestFixed(const Affine& a) {
  const auto fixed = [](double value) { return static_cast<int>(std::floor(value * 65536.0 + 0.5)); };
  const double* m = a.matrix;
  const int stepX = fixed(m[0]), stepY = fixed(m[3]), nextX = fixed(m[1]), nextY = fixed(m[4]);
  int64_t startX = fixed(m[2] + m[0] * 0.5 + m[1] * 0.5), startY = fixed(m[5] + m[3] * 0.5 + m[4] * 0.5);
  const Image& in = a.in;
  const auto gather = in.channels == 3 ? gatherColour : gatherGrey;
  for (int y = 0; y < a.out.height; y++, startX += nextX, startY += nextY) {
    uint8_t* row = a.out.row(y);
    Span span{0, a.out.width};
    span.narrow(startX, stepX, int64_t{in.width} << 16);
    span.narrow(startY, stepY, int64_t{in.height} << 16);
    const int first = static_cast<int>(span.first), end = static_cast<int>(span.end);
    if (first < end && stepX == 65536 && stepY == 0) {
      const uint8_t* from = in.row(static_cast<int>(startY >> 16)) + ((startX >> 16) + first) * in.channels;
      std::memcpy(row + first * in.channels, from, static_cast<size_t>(end - first) * in.channels);
    } else {
      const auto at = [&](int64_t start, int step) { return static_cast<int>(start + int64_t{first} * step); };
      gather(in, {at(startX, stepX), at(startY, stepY), stepX, stepY}, row, first, end);
    }
    a.fillPixels(row, 0, first);
    a.fillPixels(row, end, a.out.width);
  }
}

/** Columns and rows that stay such: the input's column of each output column is found once. */
void nearestScaled(const Affine& a, int* columns) {
  const auto place = [](double value) { return value < 0 ? -1 : static_cast<int>(value); };
  const double* m = a.matrix;
  const int channels = a.in.channels;
  int first = a.out.width, end = 0;
  double at = m[2] + m[0] * 0.5;
  for (int x = 0; x < a.out.width; x++, at += m[0]) {
    columns[x] = place(at);
    if (columns[x] < 0 || columns[x] >= a.in.width) continue;
    first = std::min(first, x);
    end = x + 1;
  }
  first = std::min(first, end);
  const bool together = end > first && columns[end - 1] - columns[first] == end - 1 - first && m[0] == 1;
  at = m[5] + m[4] * 0.5;
  for (int y = 0; y < a.out.height; y++, at += m[4]) {
    uint8_t* row = a.out.row(y);
    const int from = place(at);
    if (from < 0 || from >= a.in.height) {
      a.fillPixels(row, 0, a.out.width);
      continue;
    }
    a.fillPixels(row, 0, first);
    a.fillPixels(row, end, a.out.width);
    if (together) std::memcpy(row + first * channels, a.in.row(from) + columns[first] * channels, static_cast<size_t>(end - first) * channels);
    else
      for (int x = first; x < end; x++) copyPixel(a.in.row(from) + columns[x] * channels, row + x * channels, channels);
  }
}

/** For coordinates that fixed point does not reach. */
void nearestFar(const Affine& a) {
  const auto place = [](double value, int limit) { return value < 0 || value >= limit ? -1 : static_cast<int>(value); };
  const double* m = a.matrix;
  double startX = m[2] + m[1] * 0.5 + m[0] * 0.5, startY = m[5] + m[4] * 0.5 + m[3] * 0.5;
  for (int y = 0; y < a.out.height; y++, startX += m[1], startY += m[4]) {
    double atX = startX, atY = startY;
    for (int x = 0; x < a.out.width; x++, atX += m[0], atY += m[3]) {
      const int column = place(atX, a.in.width), line = place(atY, a.in.height);
      if (column < 0 || line < 0) a.fillPixels(a.out.row(y), x, x + 1);
      else copyPixel(a.in.row(line) + column * a.in.channels, a.out.row(y) + x * a.in.channels, a.in.channels);
    }
  }
}

/** Whether every corner's coordinates can be held in 16.16 fixed point. */
bool fitsFixed(const double* m, int width, int height) {
  for (const auto& [x, y] : {std::pair{0, 0}, {width, height}, {0, height}, {width, 0}})
    if (!(std::abs(x * m[0] + y * m[1] + m[2]) < 32768.0 && std::abs(x * m[3] + y * m[4] + m[5]) < 32768.0)) return false;
  return true;
}

}  // namespace

/** the matrix's six numbers, whether bilinear, and the fill of each of three channels */
void affine(const Call& call) {
  const Affine a{call.in,
                 call.out,
                 call.parameters,
                 {static_cast<uint8_t>(call.integer(7)), static_cast<uint8_t>(call.integer(8)), static_cast<uint8_t>(call.integer(9))}};
  const double* m = call.parameters;
  // A move by whole pixels has nothing between them.
  const bool move = m[0] == 1 && m[4] == 1 && m[1] == 0 && m[3] == 0 && std::floor(m[2]) == m[2] && std::floor(m[5]) == m[5];
  if (call.integer(6) != 0 && !move) {
    bilinear(a, call.scratch);
  } else if (m[1] == 0 && m[3] == 0) {
    nearestScaled(a, call.scratch.take<int>(0, call.out.width));
  } else if (fitsFixed(m, call.out.width, call.out.height)) {
    nearestFixed(a);
  } else {
    nearestFar(a);
  }
}

}  // namespace anneal::imaging
