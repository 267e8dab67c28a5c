// Matrix products; bfloat16 inside where the precision says so, float32 out.
#include <ATen/Functions.h>

#include "layout.h"
#include "matrix_sums.h"

namespace anneal {

ANNEAL_KERNEL(BatchMatMul) {
  Tensor a = c.tensor(), b = c.tensor();
  const bool transposeA = c.flag(), transposeB = c.flag();
  constexpr int64_t kWorthConverting = 1 << 22;
  const int64_t products = a.numel() * b.size(transposeB ? -2 : -1);
  if (Runtime::get().bfloat16 && products > kWorthConverting) {
    a = a.to(at::kBFloat16);
    b = b.to(at::kBFloat16);
  } else {
    a = toFloat(a);
    b = toFloat(b);
  }
  if (transposeA) a = a.transpose(-1, -2);
  if (transposeB) b = b.transpose(-1, -2);
  if (!useCpuKernels(a) || a.dim() != 3 || a.size(0) != 1 || b.size(0) != 1) return c.output(toFloat(at::matmul(a, b)));
  const Tensor out = at::empty({1, a.size(1), b.size(2)}, a.options());
  compute({{{{a[0], b[0]}}, out[0]}});
  c.output(toFloat(out));
}

}  // namespace anneal
