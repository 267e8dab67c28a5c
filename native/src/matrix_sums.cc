#include "matrix_sums.h"

#include <c10/core/InferenceMode.h>

#include <algorithm>

#include "balanced_for.h"

namespace anneal {

// Smaller blocks would cost more than they save, and of small ones ATen rounds the sums of bfloat16 in another way.
constexpr int64_t kMinAlong = 64, kMinProducts = 1 << 20;

static int64_t blocksOf(const MatrixSum& sum) {
  const int64_t rows = sum.out.size(0), columns = sum.out.size(1), products = rows * columns * sum.terms.front().first.size(1);
  return std::max<int64_t>(1, std::min<int64_t>({at::get_num_threads(), std::max(rows, columns) / kMinAlong, products / kMinProducts}));
}

// Block `index` of `count` along the longer axis of the output.
static MatrixSum block(const MatrixSum& sum, int64_t index, int64_t count) {
  const bool byRows = sum.out.size(0) >= sum.out.size(1);
  const int64_t size = sum.out.size(byRows ? 0 : 1), from = index * size / count, to = (index + 1) * size / count;
  MatrixSum part{sum.terms, sum.out.slice(byRows ? 0 : 1, from, to)};
  for (auto& [a, b] : part.terms) (byRows ? a : b) = byRows ? a.slice(0, from, to) : b.slice(1, from, to);
  return part;
}

static void computeBlock(const MatrixSum& sum) {
  // Of the thread, as the one of whoever calls a kernel.
  const c10::InferenceMode inference;
  at::Tensor out = sum.out;
  const auto& [a, b] = sum.terms.front();
  if (out.scalar_type() == at::kFloat) at::mm_out(out, a, b);
  else out.copy_(at::mm(a, b));
  for (size_t i = 1; i < sum.terms.size(); i++) out.addmm_(sum.terms[i].first, sum.terms[i].second);
}

void compute(const std::vector<MatrixSum>& sums) {
  std::vector<MatrixSum> blocks;
  for (const auto& sum : sums)
    for (int64_t count = blocksOf(sum), i = 0; i < count; i++) blocks.push_back(block(sum, i, count));
  balancedFor(static_cast<int64_t>(blocks.size()), [&] { return [&](int64_t i) { computeBlock(blocks[i]); }; });
}

}  // namespace anneal
