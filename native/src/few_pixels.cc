#include "few_pixels.h"

#include <algorithm>
#include <vector>

#include "matrix_sums.h"

namespace anneal::few_pixels {

constexpr int64_t kMaxPixels = 16;

// Where one tap of the filter meets the input inside its borders, along one axis: outputs [first, first + count), inputs from `start`.
struct Overlap {
  int64_t first, count, start;
};

static Overlap overlap(int64_t tap, int64_t inputs, int64_t outputs, int64_t stride, int64_t before) {
  const int64_t offset = tap - before;
  const int64_t first = offset >= 0 ? 0 : (-offset + stride - 1) / stride;
  const int64_t end = inputs > offset ? std::min(outputs, (inputs - 1 - offset) / stride + 1) : 0;
  return {first, std::max<int64_t>(0, end - first), first * stride + offset};
}

static Overlap rowsOf(int64_t tap, const Shape& s) {
  return overlap(tap * s.window.dilationHeight, s.images[1], s.outputs[1], s.window.strideHeight, s.window.top);
}

static Overlap columnsOf(int64_t tap, const Shape& s) {
  return overlap(tap * s.window.dilationWidth, s.images[2], s.outputs[2], s.window.strideWidth, s.window.left);
}

// Calls each(i, j, rows, columns) for every tap of the filter.
template <class Each>
static void forEachTap(const Shape& s, const Each& each) {
  for (int64_t i = 0; i < s.filter[0]; i++)
    for (int64_t j = 0; j < s.filter[1]; j++) each(i, j, rowsOf(i, s), columnsOf(j, s));
}

bool mostlyPadding(const Shape& s) {
  if (s.filter[2] != s.images[3]) return false;
  int64_t met = 0;
  forEachTap(s, [&](int64_t, int64_t, const Overlap& rows, const Overlap& columns) { met += rows.count * columns.count; });
  return 2 * met <= s.filter[0] * s.filter[1] * s.outputs[1] * s.outputs[2];
}

bool supports(const Shape& s) { return std::max(s.images[1] * s.images[2], s.outputs[1] * s.outputs[2]) <= kMaxPixels && mostlyPadding(s); }

static Tensor pixel(const Tensor& images, int64_t row, int64_t column) { return images.select(1, row).select(1, column); }

// Calls each(i, j, input row, input column, output row, output column) for every pair of pixels that a tap joins.
template <class Each>
static void forEachPair(const Shape& s, const Each& each) {
  const Window& w = s.window;
  forEachTap(s, [&](int64_t i, int64_t j, const Overlap& rows, const Overlap& columns) {
    for (int64_t y = 0; y < rows.count; y++)
      for (int64_t x = 0; x < columns.count; x++)
        each(i, j, rows.start + y * w.strideHeight, columns.start + x * w.strideWidth, rows.first + y, columns.first + x);
  });
}

// Images whose every pixel is a sum of products; zero where it has no term.
static Tensor computePixels(std::vector<MatrixSum>& sums, const Tensor& images) {
  const auto without = [](const MatrixSum& sum) { return sum.terms.empty(); };
  for (auto& sum : sums)
    if (without(sum)) sum.out.zero_();
  sums.erase(std::remove_if(sums.begin(), sums.end(), without), sums.end());
  compute(sums);
  return images;
}

static std::vector<MatrixSum> sumPerPixel(const Tensor& images) {
  std::vector<MatrixSum> sums;
  for (int64_t row = 0; row < images.size(1); row++)
    for (int64_t column = 0; column < images.size(2); column++) sums.push_back({{}, pixel(images, row, column)});
  return sums;
}

Tensor forward(const Shape& s, const Tensor& x, const Tensor& filter) {
  const Tensor y = at::empty(s.outputs, x.options());
  auto sums = sumPerPixel(y);
  forEachPair(s, [&](int64_t i, int64_t j, int64_t row, int64_t column, int64_t outRow, int64_t outColumn) {
    sums[outRow * s.outputs[2] + outColumn].terms.emplace_back(pixel(x, row, column), filter.select(0, i).select(0, j));
  });
  return computePixels(sums, y);
}

Tensor inputGradient(const Shape& s, const Tensor& dy, const Tensor& filter) {
  const Tensor dx = at::empty(s.images, dy.options());
  auto sums = sumPerPixel(dx);
  forEachPair(s, [&](int64_t i, int64_t j, int64_t row, int64_t column, int64_t outRow, int64_t outColumn) {
    sums[row * s.images[2] + column].terms.emplace_back(pixel(dy, outRow, outColumn), filter.select(0, i).select(0, j).t());
  });
  return computePixels(sums, dx);
}

// Every `stride`-th of an axis from `from`.
static Tensor along(const Tensor& t, int64_t axis, int64_t from, int64_t count, int64_t stride) {
  return t.slice(axis, from, from + (count - 1) * stride + 1, stride);
}

Tensor filterGradient(const Shape& s, const Tensor& x, const Tensor& dy, bool bf16) {
  const int64_t inputs = s.filter[2], outputs = s.filter[3];
  // Of small matrices and of vectors ATen adds the products in bfloat16.
  const bool small = inputs == 1 || outputs == 1 || s.outputs[0] * s.outputs[1] * s.outputs[2] * inputs * outputs <= 16 * 16 * 16;
  const auto dtype = bf16 && !small ? at::kBFloat16 : at::kFloat;
  const Tensor input = x.to(dtype), gradient = dy.to(dtype);
  const Tensor filter = at::empty({outputs, s.filter[0], s.filter[1], inputs}, input.options());
  std::vector<MatrixSum> products;
  forEachTap(s, [&](int64_t i, int64_t j, const Overlap& rows, const Overlap& columns) {
    const Tensor tap = filter.select(1, i).select(1, j);
    if (rows.count == 0 || columns.count == 0) {
      tap.zero_();
      return;
    }
    const Tensor window =
        along(along(input, 1, rows.start, rows.count, s.window.strideHeight), 2, columns.start, columns.count, s.window.strideWidth);
    const Tensor gradOutput = along(along(gradient, 1, rows.first, rows.count, 1), 2, columns.first, columns.count, 1);
    products.push_back({{{gradOutput.reshape({-1, outputs}).t(), window.reshape({-1, inputs})}}, tap});
  });
  compute(products);
  return filter.permute({1, 2, 3, 0});
}

}  // namespace anneal::few_pixels
