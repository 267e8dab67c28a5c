// Sums of matrix products on ATen's threads, each block of one by a single thread of BLAS or oneDNN: OpenBLAS gets one thread
// (src/engine/environment.ts), because its own wait for one another and compete with OpenMP's.
#pragma once
#include <ATen/Functions.h>

#include <utility>
#include <vector>

namespace anneal {

// out[M, N] = Σ a[M, K]·b[K, N] over the terms, of which there is at least one. Columns of `out` are adjacent in memory; in bfloat16 there is one
// term, since its sum is rounded.
struct MatrixSum {
  std::vector<std::pair<at::Tensor, at::Tensor>> terms;
  at::Tensor out;
};

void compute(const std::vector<MatrixSum>& sums);

}  // namespace anneal
