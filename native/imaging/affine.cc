// PIL's transform with AFFINE, nearest and bilinear: the matrix leads from output to input.
#include <algorithm>
#include <cmath>
#include <cstring>
#include <utility>

#include "operations.h"
#include "sampling.h"

namespace anneal::imaging {
namespace {

struct Affine {
  const Image &in, &out;
  const double* matrix;
  uint8_t fill[3];

  void fillPixels(uint8_t* row, int from, int to) const {
    if (out.channels == 1) {
      std::memset(row + from, fill[0], static_cast<size_t>(std::max(0, to - from)));
    } else {
      for (int x = from; x < to; x++)
        for (int c = 0; c < 3; c++) row[3 * x + c] = fill[c];
    }
  }
};

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

/** Coordinates in 16.16 fixed point, one step after another. */
void nearestFixed(const Affine& a) {
  const auto fixed = [](double value) { return static_cast<int>(std::floor(value * 65536.0 + 0.5)); };
  const double* m = a.matrix;
  const int stepX = fixed(m[0]), stepY = fixed(m[3]), nextX = fixed(m[1]), nextY = fixed(m[4]);
  int64_t startX = fixed(m[2] + m[0] * 0.5 + m[1] * 0.5), startY = fixed(m[5] + m[3] * 0.5 + m[4] * 0.5);
  const int channels = a.in.channels, width = a.in.width;
  const int64_t limitX = int64_t{width} << 16, limitY = int64_t{a.in.height} << 16;
  for (int y = 0; y < a.out.height; y++, startX += nextX, startY += nextY) {
    uint8_t* row = a.out.row(y);
    Span span{0, a.out.width};
    span.narrow(startX, stepX, limitX);
    span.narrow(startY, stepY, limitY);
    const int first = static_cast<int>(span.first), end = static_cast<int>(span.end);
    a.fillPixels(row, 0, first);
    a.fillPixels(row, end, a.out.width);
    if (stepX == 65536) {
      // Runs of pixels that lie beside each other in the input too, as in every shear.
      for (int x = first; x < end;) {
        const int64_t at = startY + int64_t{x} * stepY;
        Span run{x, end};
        run.narrow(startY - (at >> 16 << 16), stepY, 65536);
        const size_t from = static_cast<size_t>(at >> 16) * width + static_cast<size_t>(x + (startX >> 16));
        std::memcpy(row + x * channels, a.in.data + from * channels, static_cast<size_t>(run.end - x) * channels);
        x = static_cast<int>(run.end);
      }
      continue;
    }
    int atX = static_cast<int>(startX + int64_t{first} * stepX), atY = static_cast<int>(startY + int64_t{first} * stepY);
    if (channels == 3)
      for (int x = first; x < end; x++, atX += stepX, atY += stepY) copyPixel(a.in.data + 3 * ((atY >> 16) * width + (atX >> 16)), row + 3 * x, 3);
    else
      for (int x = first; x < end; x++, atX += stepX, atY += stepY) row[x] = a.in.data[(atY >> 16) * width + (atX >> 16)];
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

template <int kChannels>
void bilinear(const Affine& a) {
  const double* m = a.matrix;
  moveAs<kChannels, true>(a.in, a.out, a.fill, [m](int x, int y) {
    return std::pair{m[0] * (x + 0.5) + m[1] * (y + 0.5) + m[2], m[3] * (x + 0.5) + m[4] * (y + 0.5) + m[5]};
  });
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
  const Affine a{call.in, call.out, call.parameters,
                 {static_cast<uint8_t>(call.integer(7)), static_cast<uint8_t>(call.integer(8)), static_cast<uint8_t>(call.integer(9))}};
  const double* m = call.parameters;
  if (call.integer(6) != 0) {
    if (call.in.channels == 1) bilinear<1>(a);
    else bilinear<3>(a);
  } else if (m[1] == 0 && m[3] == 0) {
    nearestScaled(a, call.scratch.take<int>(0, call.out.width));
  } else if (fitsFixed(m, call.out.width, call.out.height)) {
    nearestFixed(a);
  } else {
    nearestFar(a);
  }
}

}  // namespace anneal::imaging
